"""One block as a careful reader sees it: an unknown for every count of every school and group, and what ties them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix

from symphony_analysis.protect.blocks import Block, column, kinds_of, unbanded
from symphony_analysis.protect.public_knowledge import ORDERS, Outside
from symphony_analysis.protect.thresholds import Thresholds
from symphony_analysis.relations import GROUPS_WITHIN, SCALES, SUMS

Terms = list[tuple[int, float]]
_TOLERANCE = 1e-6


class Equations:
    """The unknowns of one block (count, place, group) and the rows that hold between them.

    Every row is checked against the truth before it is taken: a file that breaks a rule teaches a reader nothing.
    """

    def __init__(self, block: Block) -> None:
        self.block = block
        self.truth: list[float] = []
        self._at: dict[tuple[str, int, int], int] = {}
        self._rows: list[tuple[Terms, float, float]] = []
        self._progress: set[int] = set()
        self._name_unknowns()
        self._within_schools()
        self._trust()

    def unknown(self, m: int, kind: str, g: int, p: int) -> int | None:
        """The unknown behind a count of a figure; None where there is none. The trust's are of a measure each."""
        trust = p == len(self.block.places) - 1
        name = column(self.block.measures[m], kind)
        return self._at.get((f"{self.block.measures[m].name}:{name}" if trust else name, g, p))

    def _name_unknowns(self) -> None:
        counts, trust = self.block.counts, len(self.block.places) - 1
        for m, g, p in np.argwhere(self.block.stands):
            for kind in kinds_of(self.block.measures[m]):
                value, name = counts[kind][m, g, p], column(self.block.measures[m], kind)
                key = (f"{self.block.measures[m].name}:{name}" if p == trust else name, int(g), int(p))
                if not np.isnan(value) and key not in self._at:
                    self._at[key] = len(self.truth)
                    self.truth.append(float(value))
                    if "progress_total" in name:
                        self._progress.add(self._at[key])

    def signed(self, at: int) -> bool:
        """Can this count fall below zero, as totals of progress can?"""
        return self.truth[at] < 0 or at in self._progress

    def add(self, terms: Terms, low: float, high: float) -> None:
        """A row: the sum of the terms lies between low and high; left out where the truth does not."""
        value = sum(self.truth[at] * weight for at, weight in terms)
        slack = _TOLERANCE * max(1.0, abs(value))
        if low - slack <= value <= high + slack:
            self._rows.append((terms, low, high))

    def _within_schools(self) -> None:
        whole = self.block.group("all")
        for (name, g, p), at in list(self._at.items()):
            if ":" in name:
                continue
            for one, two in self.block.splits:
                parts = [self._at.get((name, part, p)) for part in (one, two)]
                if g == whole and None not in parts:
                    self.add([(at, 1.0), (parts[0], -1.0), (parts[1], -1.0)], 0.0, 0.0)  # type: ignore[list-item]
        places = {(g, p) for name, g, p in self._at if ":" not in name}
        for g, p in sorted(places):
            self._ordered(g, p)
        names = sorted({name for name, _, _ in self._at if ":" not in name})
        for small, large in GROUPS_WITHIN:
            for name in names:
                for p in range(len(self.block.places)):
                    self._above((name, self.block.group(small), p), (name, self.block.group(large), p))

    def _ordered(self, g: int, p: int) -> None:
        for small, large in ORDERS:
            self._above((small, g, p), (large, g, p))
        for total, count, least, most in SCALES:
            one, many = self._at.get((total, g, p)), self._at.get((count, g, p))
            if one is not None and many is not None:
                self.add([(one, 1.0), (many, -float(least))], 0.0, np.inf)
                self.add([(one, 1.0), (many, -float(most))], -np.inf, 0.0)
        for first, second, both in SUMS:
            found = [self._at.get((name, g, p)) for name in (first, second, both)]
            if None not in found:
                self.add([(found[0], 1.0), (found[1], 1.0), (found[2], -1.0)], 0.0, 0.0)  # type: ignore[list-item]

    def _above(self, small: tuple[str, int, int], large: tuple[str, int, int]) -> None:
        one, other = self._at.get(small), self._at.get(large)
        if one is not None and other is not None and one != other:
            self.add([(one, 1.0), (other, -1.0)], -np.inf, 0.0)

    def _trust(self) -> None:
        trust = len(self.block.places) - 1
        for m, measure in enumerate(self.block.measures):
            for g in np.flatnonzero(self.block.stands[m, :, trust]):
                for kind in kinds_of(measure):
                    total = self._at.get((f"{measure.name}:{column(measure, kind)}", int(g), trust))
                    schools = [self.unknown(m, kind, int(g), int(p)) for p in np.flatnonzero(self.block.counted[m, g])]
                    if total is not None and schools and None not in schools:
                        self.add([(total, -1.0), *((at, 1.0) for at in schools)], 0.0, 0.0)  # type: ignore[list-item]

    def worded(self, worded: np.ndarray, dark: np.ndarray, limits: Thresholds) -> list[tuple[Terms, float, float]]:
        """What words tell: a range for the pupils, and of a share whether it is below, about or above half.

        Of exclusions a band; and that what is hidden without a band lies above it.
        """
        events = np.array([measure.area == "exclusions" for measure in self.block.measures])
        rows = self._banded(worded & self.block.stands & events[:, None, None], 0.0, limits.band_events)
        rows += self._banded(unbanded(self.block, dark, worded, limits), limits.band_events + 1.0, np.inf)
        for m, g, p in np.argwhere(worded & self.block.stands & ~events[:, None, None]):
            pupils = self.unknown(m, "pupils", g, p)
            if pupils is not None:
                rows.append(([(pupils, 1.0)], limits.hide_below, limits.words_below - 1))
            above, below = (self.unknown(m, kind, g, p) for kind in ("numerator", "denominator"))
            measure = self.block.measures[m]
            if above is None or below is None or measure.unit != "%" or not measure.counts_pupils:
                continue
            share = self.truth[above] / self.truth[below]
            if share <= 0.6:
                rows.append(([(above, 1.0), (below, -0.6)], -np.inf, 0.0))
            if share >= 0.4:
                rows.append(([(above, 1.0), (below, -0.4)], 0.0, np.inf))
        return rows

    def _banded(self, cells: np.ndarray, low: float, high: float) -> list[tuple[Terms, float, float]]:
        found = (self.unknown(m, "numerator", g, p) for m, g, p in np.argwhere(cells))
        return [([(at, 1.0)], low, high) for at in found if at is not None]

    def printed(self, elsewhere: Iterable[Outside]) -> None:
        """Figures that stand in print elsewhere, each within its rounding."""
        names = {measure.name: m for m, measure in enumerate(self.block.measures)}
        for figure in elsewhere:
            if figure.year != self.block.year or figure.measure not in names or figure.place not in self.block.places:
                continue
            m, g = names[figure.measure], self.block.group(figure.group)
            p = self.block.places.index(figure.place)
            above, below = self.unknown(m, "numerator", g, p), self.unknown(m, "denominator", g, p)
            per = getattr(self.block.measures[m].formula, "per", 1.0)
            if above is None or below is None:
                continue
            self.add([(above, per), (below, -(figure.value - figure.half))], 0.0, np.inf)
            self.add([(above, per), (below, -(figure.value + figure.half))], -np.inf, 0.0)

    def matrix(self, more: Iterable[tuple[Terms, float, float]] = ()) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
        """All rows as a sparse matrix with lower and upper ends."""
        rows = [*self._rows, *more]
        data = [(n, at, weight) for n, (terms, _, _) in enumerate(rows) for at, weight in terms]
        n, at, weight = zip(*data, strict=True) if data else ((), (), ())
        shape = (len(rows), len(self.truth))
        ends = np.array([(low, high) for _, low, high in rows], dtype=float).reshape(-1, 2)
        return csr_matrix((weight, (n, at)), shape=shape), ends[:, 0], ends[:, 1]
