"""One block under attack: which of its hidden figures can be worked out, and which lie too narrowly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from symphony_analysis.figure import id_of
from symphony_analysis.measures.measure import GROUPS
from symphony_analysis.protect.attack import TOLERANCE, Attack
from symphony_analysis.protect.blocks import Block, kinds_of, word_range
from symphony_analysis.protect.decision_cache import remembered
from symphony_analysis.protect.equations import Equations
from symphony_analysis.protect.public_knowledge import Outside
from symphony_analysis.protect.thresholds import Thresholds

Count = tuple[int, int, int, str]  # measure, group, place, kind


@dataclass(frozen=True)
class Finding:
    """A hidden figure that can be worked out: which (never its value), and how: "computed" or "bounded"."""

    measure: str
    year: int
    place: str
    group: str
    how: str

    def __str__(self) -> str:
        return f"{id_of(self.measure, self.year, self.place or 'trust', self.group)}: {self.how}"


@dataclass(frozen=True)
class View:
    """What the editions together show of one block: arrays measure x group x place."""

    shown: np.ndarray
    worded: np.ndarray

    @property
    def dark(self) -> np.ndarray:
        """Neither value nor nothing to show: hidden, or told in words."""
        return ~self.shown


class Examined:
    """One block under attack. ``equations`` are the block's own, from whoever has made them before."""

    def __init__(
        self,
        block: Block,
        view: View,
        limits: Thresholds,
        printed: Sequence[Outside],
        equations: Equations | None = None,
    ) -> None:
        self.block, self.view, self.limits = block, view, limits
        self.equations = Equations(block) if printed or equations is None else equations
        self.equations.printed(printed)
        self.words = self.equations.worded(view.worded & ~view.shown, view.dark, limits)
        self.known = self._numbers(view.shown & block.stands)

    def _numbers(self, cells: np.ndarray) -> set[int]:
        """The unknowns behind these figures."""
        told = ((m, kind, g, p) for m, g, p in np.argwhere(cells) for kind in kinds_of(self.block.measures[m]))
        found = {self.equations.unknown(*count) for count in told}
        return {at for at in found if at is not None}

    def targets(self, asked: np.ndarray | None = None) -> Iterator[tuple[Count, int]]:
        """Every hidden figure's counts (``asked``: of these); a size that another measure shows openly is no secret."""
        dark = self.view.dark & self.block.stands
        for m, g, p in np.argwhere(dark if asked is None else dark & asked):
            for kind in kinds_of(self.block.measures[m]):
                at = self.equations.unknown(m, kind, g, p)
                if at is not None and (kind == "numerator" or at not in self.known):
                    yield (int(m), int(g), int(p), kind), at

    def narrow(self, asked: np.ndarray | None = None) -> Iterator[tuple[Count, float, bool]]:
        """The counts that lie too narrowly, with the room they have, and whether totals leave them no more.

        Everything known is used, whatever is ``asked``: what is found of some figures is found of them among all.
        """
        wanted = list(self.targets(asked))
        need = np.array([self.need(*cell) for cell, _ in wanted])
        widths = self._ranges(Attack(self.equations, self.known, self.words), wanted, need)
        for n in np.flatnonzero(need < TOLERANCE):  # none of the whole: none of its parts
            yield wanted[n][0], 0.0, True
        narrow = np.flatnonzero(widths < need - TOLERANCE)
        for place in sorted({wanted[n][0][2] for n in narrow}):
            here = np.array([n for n in narrow if wanted[n][0][2] == place])
            totals = self._totals_only(place)
            room = np.minimum(need[here], totals.most([wanted[n][1] for n in here]))
            told = widths[here] < room - 3 * TOLERANCE  # totals may leave as little: asked exactly only where in doubt
            room[told] = self._ranges(totals, [wanted[n] for n in here[told]], need[here[told]])
            for n, each in zip(here, room, strict=True):
                yield wanted[n][0], float(widths[n]), bool(widths[n] >= min(need[n], each) - 3 * TOLERANCE)

    def _ranges(self, attack: Attack, wanted: Sequence[tuple[Count, int]], need: np.ndarray) -> np.ndarray:
        """The room of each count; of two parts of a known whole one is worked out, the other lies as widely."""
        other = {a: b for pair in self.block.splits for a, b in (pair[::-1],)}
        most: dict[int, float] = {}
        asked = []
        for ((m, g, p, kind), at), least in zip(wanted, need, strict=True):
            whole = self.equations.unknown(m, kind, self.block.group("all"), p)
            twin = self.equations.unknown(m, kind, other[g], p) if g in other and whole in self.known else None
            asked.append(at if twin is None or twin in self.known else twin)
            most[asked[-1]] = max(most.get(asked[-1], 0.0), least)
        found = attack.ranges(list(most), np.array(list(most.values())))
        by_unknown = dict(zip(most, found, strict=True))
        return np.array([by_unknown[at] for at in asked])

    def need(self, m: int, g: int, p: int, kind: str) -> float:
        """How much room a count must have: the threshold, or all that the wholes it belongs to leave open."""
        measure, counts = self.block.measures[m], self.block.counts
        if measure.area == "exclusions" and kind == "numerator":
            least = float(self.limits.band_events)
        elif kind == "pupils" or measure.counts_pupils:
            least = float(self.limits.hide_below)
        else:
            least = self.limits.hide_below * abs(counts[kind][m, g, p]) / counts["pupils"][m, g, p]
        whole = self.block.group("all")
        for place, group in ((p, whole), (-1, g)):
            signed = kind == "numerator" and self.block.signed[m]
            if (place, group) != (p, g) and self.view.shown[m, group, place] and not signed:
                least = min(least, counts[kind][m, group, place])
        return min([least, *self._said(m, g, p, kind)])

    def _said(self, m: int, g: int, p: int, kind: str) -> Iterator[float]:
        """The room that words leave, of this figure or of the part that makes it whole."""
        groups = [g, *(a if g == b else b for a, b in self.block.splits if g in (a, b))]
        told = self.view.worded & ~self.view.shown
        few = told & np.array([each.area != "exclusions" for each in self.block.measures])[:, None, None]
        if kind == "pupils" and few[self.block.same_column(m, kind)][:, groups, p].any():
            yield float(self.limits.words_below - 1 - self.limits.hide_below)
        for each in (each for each in groups if told[m, each, p]):
            low, high = word_range(self.block, (m, each, p), kind, self.limits)
            yield high - low

    def _totals_only(self, place: int) -> Attack:
        """A reader who sees the trust's totals, this school's figures of all pupils and its own words, and no more.

        Of its pupil groups only measures that show both parts: those tell nothing of a hidden part by themselves.
        """
        kept, own = np.zeros_like(self.view.shown), np.zeros_like(self.view.shown)
        trust = len(self.block.places) - 1
        kept[:, :, trust] = True
        kept[:, self.block.group("all"), place if place != trust else slice(None)] = True
        for one, two in self.block.splits:
            both = self.view.shown[:, one, place] & self.view.shown[:, two, place]
            kept[:, one, place] |= both
            kept[:, two, place] |= both
        own[:, :, place] = True
        told = own & self.view.worded & ~self.view.shown
        words = self.equations.worded(told, own & self.view.dark, self.limits)
        return Attack(self.equations, self._numbers(kept & self.view.shown & self.block.stands), words)


def gives_away(
    block: Block,
    view: View,
    cell: tuple[int, int, int],
    limits: Thresholds,
    printed: Sequence[Outside] = (),
    equations: Equations | None = None,
) -> bool:
    """Would this cell, shown beside what is shown already, let any hidden figure be worked out?

    The figures it completes a sum with are asked first: the other groups of its school, the other schools of its
    group. One finding is enough; all of the block are asked only where none of these tells.
    """
    m, g, p = cell
    shown, beside = view.shown.copy(), np.zeros_like(view.shown)
    shown[cell] = True
    beside[m, g, :] = beside[m, :, p] = True
    examined = Examined(block, View(shown, view.worded), limits, printed, equations)
    return any(not anyway for asked in (beside, None) for _, _, anyway in examined.narrow(asked))


def finding_of(block: Block, cell: Count, width: float) -> Finding:
    """The figure whose count lies too narrowly, by name."""
    m, g, p, kind = cell
    what = {"numerator": "outcome", "denominator": "base", "pupils": "number of pupils"}[kind]
    how = f"{what} can be {'computed' if width < 1 - TOLERANCE else 'bounded too narrowly'}"
    return Finding(block.measures[m].name, block.year, block.places[p], list(GROUPS)[g], how)


def narrow(
    block: Block, view: View, limits: Thresholds, printed: tuple[Outside, ...] = ()
) -> list[tuple[Count, float, bool]]:
    """The counts of a block that lie too narrowly: which, their room, and whether totals leave them no more."""
    names = {measure.name for measure in block.measures}
    told = tuple(figure for figure in printed if figure.year == block.year and figure.measure in names)
    asked = (*block.identity, view.shown.tobytes(), (view.worded & ~view.shown).tobytes(), limits, told)
    found = remembered("narrow", asked, lambda: list(Examined(block, view, limits, told).narrow()))
    return [((m, g, p, kind), width, anyway) for (m, g, p, kind), width, anyway in found]
