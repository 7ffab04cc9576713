"""The other worlds of one block: counts that agree with everything a reader knows and differ from the true ones.

A hidden count is protected by a second world of whole pupils in which it has another value. Worlds are searched for
in one school with a few partners, all other schools held at the truth, so that the time is linear in schools; a
count without one is searched for with more. Fewer partners find fewer worlds: they hide too much at worst.
"""

from __future__ import annotations  # that of a part of scipy would import it

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import scipy

from symphony_analysis.figure import GROUPS
from symphony_analysis.protect.blocks import Block, column, kinds_of
from symphony_analysis.protect.public_knowledge import ORDERS
from symphony_analysis.relations import OVERLAPS, SCALES, SPLITS, SUMS

Terms = tuple[tuple[int, float], ...]
_ROOM, _EXACT = 1e-4, 1e-6
_SWEEPS = 4
_PARTNERS, _MOST_PARTNERS = 2, 24
_NODES = 2000  # of one search; a limit in nodes and not in seconds gives the same answer on every machine
_ALL, _PART, _OTHER, _FSM, _NOT_FSM = map(list(GROUPS).index, ("all", *chain.from_iterable(SPLITS.items())))


@dataclass(frozen=True)
class Target:
    """A hidden count of a school: its value is the sum of ``terms`` (two terms: one group less another within it).

    ``room`` is how far apart two worlds must be: one pupil, or one pupil's share of sessions or marks.
    """

    measure: int
    group: int
    place: int
    kind: str
    terms: Terms
    room: float


class Worlds:
    """One block as a reader sees it: ``shown`` figures (measure x group x place) tell the counts behind them exactly.

    ``bands`` are hidden cells of which a range is printed: low and high by cell.
    """

    def __init__(self, block: Block, shown: np.ndarray, bands: dict[tuple[int, int, int], tuple[float, float]]) -> None:
        self.block, self.shown = block, shown
        names = {column(m, kind) for m in block.measures for kind in kinds_of(m)}
        self.columns = {name: n for n, name in enumerate(sorted(names))}
        self._sizes = {self.columns[m.pupils_column] for m in block.measures}
        shape = (len(self.columns) * len(GROUPS), len(block.places))
        self.truth, self.known = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        self.limits: dict[tuple[int, int], tuple[float, float]] = {}
        for m, measure in enumerate(block.measures):
            for kind in kinds_of(measure):
                rows = slice(self.unknown(m, kind, 0), self.unknown(m, kind, 0) + len(GROUPS))
                counts = np.where(block.stands[m], block.counts[kind][m], np.nan)
                counts[:, -1] = np.nan  # the trust's counts are sums of these, by measure
                self.truth[rows] = np.where(np.isnan(counts), self.truth[rows], counts)
                self.known[rows] |= shown[m] & ~np.isnan(counts)
        for (m, g, p), ends in bands.items():
            self.limits[self.unknown(m, "numerator", g), p] = ends
        whole = np.isnan(self.truth) | (self.truth == np.round(self.truth))
        by_column = whole.reshape(len(self.columns), -1).all(axis=1)
        self._whole = np.repeat(by_column, len(GROUPS))
        negative = (np.nan_to_num(self.truth) < 0).any(axis=1) | self._rows_of("progress_total")
        self._signed = negative
        self._template, self._low, self._high = self._relations()
        self._sums = self._totals()
        self._schools: dict[int, tuple[scipy.sparse.csr_matrix, np.ndarray, np.ndarray]] = {}

    def unknown(self, m: int, kind: str, g: int) -> int:
        """The number of the unknown behind a count of a figure."""
        return self.columns[column(self.block.measures[m], kind)] * len(GROUPS) + g

    def _rows_of(self, part: str) -> np.ndarray:
        return np.repeat([part in name for name in self.columns], len(GROUPS))

    def _relations(self) -> tuple[scipy.sparse.csr_matrix, np.ndarray, np.ndarray]:
        """What holds between the counts of any one school, as rows: low <= sum of terms <= high."""
        rows: list[tuple[dict[int, float], float, float]] = []
        size, inf = len(GROUPS), np.inf
        for c in self.columns.values():
            at = c * size
            for one, two in ((_PART, _OTHER), (_FSM, _NOT_FSM)):
                rows.append(({at + _ALL: 1.0, at + one: -1.0, at + two: -1.0}, 0.0, 0.0))
            if not self._signed[at]:
                rows.append(({at + _FSM: 1.0, at + _PART: -1.0}, -inf, 0.0))
                rows.append(({at + _OTHER: 1.0, at + _NOT_FSM: -1.0}, -inf, 0.0))
        groups = [{g: 1.0} for g in range(size)] + [{_PART: 1.0, _FSM: -1.0}]
        for names, low, high in _between_columns():
            if all(name in self.columns for name in names):
                for group in groups:
                    terms = {self.columns[n] * size + g: w * s for n, w in names.items() for g, s in group.items()}
                    rows.append((terms, low, high))
        cells = [(n, each, weight) for n, (terms, _, _) in enumerate(rows) for each, weight in terms.items()]
        row, column_of, weight = zip(*cells, strict=True)
        matrix = scipy.sparse.csr_matrix((weight, (row, column_of)), shape=(len(rows), len(self.truth)))
        return matrix, np.array([low for _, low, _ in rows]), np.array([high for _, _, high in rows])

    def _totals(self) -> list[tuple[int, np.ndarray]]:
        """The sums over schools that the trust's figures tell: the unknown, and the schools."""
        found: dict[tuple[int, bytes], tuple[int, np.ndarray]] = {}
        block = self.block
        for m, measure in enumerate(block.measures):
            for g in np.flatnonzero(self.shown[m, :, -1] & block.stands[m, :, -1]):
                schools = np.flatnonzero(block.counted[m, g])
                for kind in kinds_of(measure):
                    at, counts = self.unknown(m, kind, int(g)), block.counts[kind][m, g]
                    if len(schools) and abs(counts[schools].sum() - counts[-1]) < _ROOM * max(1.0, abs(counts[-1])):
                        found[at, schools.tobytes()] = at, schools
        return list(found.values())

    def of_school(self, p: int) -> tuple[scipy.sparse.csr_matrix, np.ndarray, np.ndarray]:
        """The relations of one school that the truth keeps and that touch something unknown, known counts taken over.

        Rows of its unknown counts, and between which ends each is.
        """
        if p not in self._schools:
            truth = self.truth[:, p]
            free = ~self.known[:, p] & ~np.isnan(truth)
            missing = self._template.astype(bool) @ np.isnan(truth) > 0
            value = self._template @ np.nan_to_num(truth)
            slack = 1e-6 * np.maximum(1.0, np.abs(value))
            kept = ~missing & (value >= self._low - slack) & (value <= self._high + slack)
            loose = self._template[:, np.flatnonzero(free)]
            kept &= np.diff(loose.indptr) > 0
            shift = (self._template @ np.where(free, 0.0, np.nan_to_num(truth)))[kept]
            low, high = self._low[kept] - shift - slack[kept], self._high[kept] - shift + slack[kept]
            self._schools[p] = loose[kept], low, high
        return self._schools[p]

    def targets(self, p: int, few: np.ndarray, below: int) -> Iterator[Target]:
        """The hidden counts of a school: of pupils 1 to just under ``below``; of groups of ``few`` any but nought."""
        block, hidden, seen = self.block, self.block.stands[:, :, p] & ~self.shown[:, :, p], set()
        for m, measure in enumerate(block.measures):
            for kind in kinds_of(measure):
                pupils = kind == "pupils" or measure.counts_pupils
                for g, terms in self._hidden_terms(m, kind, p, hidden):
                    value = sum(w * self.truth[at, p] for at, w in terms)
                    n = block.counts["pupils"][m, g, p] if len(terms) == 1 else self._less(m, p)
                    small = bool(few[g, p]) if len(terms) == 1 else 0 < n < below
                    if terms in seen or not value or not ((pupils and value < below) or small):
                        continue
                    seen.add(terms)
                    room = 1.0 if pupils else max(1.0, abs(value) / max(n, 1.0))
                    yield Target(m, g, p, kind, terms, room)

    def _hidden_terms(self, m: int, kind: str, p: int, hidden: np.ndarray) -> Iterator[tuple[int, Terms]]:
        for g in np.flatnonzero(hidden[m]):
            at = self.unknown(m, kind, int(g))
            if not self.known[at, p]:
                yield int(g), ((at, 1.0),)
        one, two = self.unknown(m, kind, _PART), self.unknown(m, kind, _FSM)
        if not self.block.stands[m, [_PART, _FSM], p].all():
            return
        if not np.isnan(self.truth[[one, two], p]).any() and not self.known[[one, two], p].all():
            yield _FSM, ((one, 1.0), (two, -1.0))

    def _less(self, m: int, p: int) -> float:
        pupils = self.block.counts["pupils"][m, :, p]
        return float(pupils[_PART] - pupils[_FSM])

    def determined(self, targets: Sequence[Target]) -> list[Target]:
        """Those of a school's hidden counts that have no room: first with a few partners, then with many."""
        left = list(targets)
        partners = self._partners(left) if left else []
        if len(partners) > _PARTNERS:
            left = _System(self, (left[0].place, *partners[:_PARTNERS])).stuck(left, one_by_one=False)
            partners = self._partners(left) if left else []
        return _System(self, (left[0].place, *partners[:_MOST_PARTNERS])).stuck(left) if left else []

    def alone(self, target: Target) -> bool:
        """Is the count determined by its own school's figures, whatever the trust's are?"""
        return bool(_System(self, (target.place,), sums=False).stuck([target]))

    def _partners(self, targets: Sequence[Target]) -> list[int]:
        """The other schools that hide something of the same, those that hide most of the most pupils first."""
        block, asked = self.block, {(t.measure, t.group) for t in targets}
        hidden = block.stands & ~self.shown
        weight = np.zeros(len(block.places))
        for m, g in asked:
            for each in {g, _PART, _FSM} if g == _FSM else {g}:
                weight += np.where(hidden[m, each], np.sqrt(np.nan_to_num(block.counts["pupils"][m, each])), 0.0)
        weight[[targets[0].place, -1]] = 0.0
        return [int(p) for p in np.argsort(-weight, kind="stable") if weight[p] > 0]


def _between_columns() -> Iterator[tuple[dict[str, float], float, float]]:
    """The relations between columns that hold in every group of pupils."""
    for small, large in ORDERS:
        yield {small: 1.0, large: -1.0}, -np.inf, 0.0
    for total, count, least, most in SCALES:
        yield {total: 1.0, count: -float(least)}, 0.0, np.inf
        yield {total: 1.0, count: -float(most)}, -np.inf, 0.0
    for first, second, both in SUMS:
        yield {first: 1.0, second: 1.0, both: -1.0}, 0.0, 0.0
    for both, parts, whole in OVERLAPS:
        yield {both: 1.0, **dict.fromkeys(parts, -1.0), whole: len(parts) - 1.0}, 0.0, np.inf


class _System:
    """The unknown counts of some schools, all others being as they are, as one integer program."""

    def __init__(self, worlds: Worlds, places: tuple[int, ...], sums: bool = True) -> None:
        truth = worlds.truth[:, list(places)]
        self._free = ~worlds.known[:, list(places)] & ~np.isnan(truth)
        self._place = {p: n for n, p in enumerate(places)}
        number = np.full(self._free.shape, -1)
        number.T[self._free.T] = np.arange(self._free.sum())
        self._number, self.truth = number, truth.T[self._free.T]
        parts, low, high = zip(*map(worlds.of_school, places), strict=True)
        matrix = scipy.sparse.block_diag(parts, format="csr")
        totals = self._totals(worlds, places) if sums else []
        extra = scipy.sparse.csr_matrix((len(totals), len(self.truth)))
        if totals:
            cells = [(n, at) for n, members in enumerate(totals) for at in members]
            row, at = zip(*cells, strict=True)
            extra = scipy.sparse.csr_matrix((np.ones(len(cells)), (row, at)), shape=extra.shape)
        sums_of = np.array([self.truth[members].sum() for members in totals])
        self._constraint = scipy.optimize.LinearConstraint(
            scipy.sparse.vstack([matrix, extra], format="csr"),
            np.concatenate([*low, sums_of]),
            np.concatenate([*high, sums_of]),
        )
        self._bounds = self._ends(worlds)
        self._integer = np.concatenate([worlds._whole[self._free[:, n]] for n in range(len(places))]).astype(int)

    def _totals(self, worlds: Worlds, places: tuple[int, ...]) -> list[list[int]]:
        found = []
        for at, schools in worlds._sums:
            inside = set(schools.tolist())
            members = [int(self._number[at, n]) for n, p in enumerate(places) if p in inside and self._free[at, n]]
            found += [members] if members else []
        return found

    def _ends(self, worlds: Worlds) -> scipy.optimize.Bounds:
        column, _ = (each.T[self._free.T] for each in np.indices(self._free.shape))
        cap = np.abs(self.truth) * 10 + 1000
        size = np.isin(column // len(GROUPS), list(worlds._sizes)) & (self.truth >= 1)
        low, high = np.where(worlds._signed[column], -cap, np.where(size, 1.0, 0.0)), cap
        for (at, p), (least, most) in worlds.limits.items():
            n = self._number[at, self._place[p]] if p in self._place else -1
            if n >= 0 and least <= self.truth[n] <= most:
                low[n], high[n] = max(low[n], least), min(high[n], most)
        return scipy.optimize.Bounds(low, high)

    def stuck(self, targets: Sequence[Target], one_by_one: bool = True) -> list[Target]:
        """The targets for which no two worlds far enough apart are found: all at once, then ``one_by_one``."""
        rows = np.zeros((len(targets), len(self.truth)))
        for n, target in enumerate(targets):
            for at, weight in target.terms:
                free = self._number[at, self._place[target.place]]
                if free >= 0:
                    rows[n, free] = weight
        room = np.array([target.room for target in targets])
        low = high = rows @ self.truth
        signs = np.random.default_rng(7).choice([-1.0, 1.0], (_SWEEPS, len(targets)))
        signs[0] = 1.0
        for sign in signs:
            before = left = high - low < room - _ROOM
            if not left.any():
                return []
            for way in (-1.0, 1.0):
                low, high = self._widened(low, high, rows, way * (sign * left / room) @ rows)
            left = high - low < room - _ROOM
            if left.sum() == before.sum():
                break
        alone = before.sum() == 1  # then it has just been asked for by itself, both ways
        for n in np.flatnonzero(left).tolist() if one_by_one and not alone else ():
            for way in (1.0, -1.0):
                if high[n] - low[n] < room[n] - _ROOM:
                    low, high = self._widened(low, high, rows, way * rows[n])
        return [target for n, target in enumerate(targets) if high[n] - low[n] < room[n] - _ROOM]

    def _widened(
        self, low: np.ndarray, high: np.ndarray, rows: np.ndarray, objective: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """What the targets reach, with the world at one end of an objective."""
        world = self._world(objective)
        return (low, high) if world is None else (np.minimum(low, rows @ world), np.maximum(high, rows @ world))

    def _world(self, objective: np.ndarray) -> np.ndarray | None:
        """The world at the lower end of an objective; None where it is no lower than in the truth.

        Parts of pupils are allowed first, which takes a third of the time: mostly the answer rounds to a world.
        """
        if not objective.any():
            return None
        asked = {"bounds": self._bounds, "constraints": self._constraint}
        loose = scipy.optimize.milp(objective, **asked)
        by_ones = self._integer[objective != 0].all() and np.array_equal(objective, np.round(objective))
        if loose.x is not None:
            if objective @ self.truth - loose.fun < (1.0 if by_ones else 2 * _ROOM) - _ROOM:
                return None
            world = self._rounded(loose.x)
            if self._holds(world):
                return world
        options = {"node_limit": _NODES, "mip_rel_gap": 0.05}
        done = scipy.optimize.milp(objective, integrality=self._integer, options=options, **asked)
        # The solver has called worlds the best in which something is not true.
        return self._rounded(done.x) if done.x is not None and self._holds(self._rounded(done.x)) else None

    def _rounded(self, world: np.ndarray) -> np.ndarray:
        return np.where(self._integer, np.round(world), world)

    def _holds(self, world: np.ndarray) -> bool:
        """Is everything that the reader knows true in this world?"""
        ends, row = self._bounds, self._constraint
        sums = row.A @ world
        inside = (sums >= row.lb - _EXACT).all() and (sums <= row.ub + _EXACT).all()
        return bool(inside and (world >= ends.lb - _EXACT).all() and (world <= ends.ub + _EXACT).all())
