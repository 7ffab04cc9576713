"""What an edition hides of one block, decided so that no hidden count has one possible value only.

Small groups are hidden by their size alone, never by their outcome: what is hidden tells nothing of the pupils in it.
Where more must be hidden the order is fixed and always ends: another school, the trust's figure of those groups, the
school's figures of the area, all the school's figures of the block.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple

import numpy as np

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import Block, column, is_sensitive, kinds_of
from symphony_analysis.protect.thresholds import Thresholds
from symphony_analysis.protect.worlds import Target, Worlds
from symphony_analysis.relations import SPLITS
from symphony_analysis.remembered import remembered

Cell = tuple[int, int, int]
_ALL = list(GROUPS).index("all")
_PAIRS = tuple((list(GROUPS).index(a), list(GROUPS).index(b)) for a, b in SPLITS.items())
_PART, _FSM = _PAIRS[0][0], _PAIRS[1][0]
_EVERY = tuple(range(len(GROUPS)))


class Hiding:
    """The hidden cells of one block (measure x group x place), growing until no count can be worked out.

    ``printed`` are figures that stand in print elsewhere: they protect nothing, and hiding them protects nothing.
    """

    def __init__(self, block: Block, limits: Thresholds, printed: np.ndarray) -> None:
        self.block, self.limits, self.printed = block, limits, printed & block.stands
        self.few, self.few_less = few_pupils(block, limits)
        self.hidden = np.zeros_like(block.stands)
        self.by_size = np.zeros_like(block.stands)
        self.banded = in_band(block, limits)

    def decide(self) -> np.ndarray:
        """The cells to hide."""
        if not self.limits.shows_schools:  # nothing of a school is shown that could be taken from the trust's figures
            self.hidden[:, :, :-1] = (self.block.stands & ~self.block.empty)[:, :, :-1]
        self._by_size()
        if self.limits.shows_schools:
            self._enough_together()
        self.by_size = self.hidden.copy()
        self.hidden |= self.banded
        self._complete()
        if self.limits.shows_schools:
            self._until_nothing_is_determined()
        return self.hidden

    @property
    def worded(self) -> np.ndarray:
        """The cells of which a band is printed: those of a group all of whose cells, hidden by outcome, lie in it."""
        return banded_cells(self.hidden & ~self.by_size, self.banded)

    def _by_size(self) -> None:
        """Groups of few pupils, and the pupils that two nested groups differ by, in every measure of the block."""
        for place in np.flatnonzero(self.few[_ALL]):
            self._hide(int(place))
        for pair in _PAIRS:
            for place in np.flatnonzero(self.few[list(pair)].any(axis=0)):
                self._hide(int(place), pair)
        apart = self.block.stands[:, [_PART, _FSM]] & ~self.hidden[:, [_PART, _FSM]]
        for place in np.flatnonzero(self.few_less & apart.all(axis=1).any(axis=0)):
            self._hide(int(place), _PAIRS[1])

    def _enough_together(self) -> None:
        """Hide schools until those hidden for size hold enough pupils for several sizes each, else the total."""
        trust = len(self.block.places) - 1
        for groups in ((_ALL,), *_PAIRS):
            while (short := self._too_few_together(groups)) is not None:
                companion = self._companion(short, groups)
                self._hide(trust if companion is None else companion, groups)

    def _too_few_together(self, groups: tuple[int, ...]) -> int | None:
        """A measure whose trust figure, less the schools shown, leaves the hidden schools less room than is wanted."""
        block, seen = self.block, set()
        for m, measure in enumerate(block.measures):
            members = block.counted[m, groups[0]] & block.stands[m, groups[0]]
            if measure.pupils_column in seen or self.hidden[m, groups[0], -1] or not block.stands[m, groups[0], -1]:
                continue
            seen.add(measure.pupils_column)
            for g in groups:
                dark = block.counted[m, g] & self.hidden[m, g] & members & ~self.printed[m, g] & ~block.empty[m, g]
                dark = np.flatnonzero(dark)
                together = block.counts["pupils"][m, g, dark].sum() - len(dark)
                if len(dark) == 1 or (len(dark) and together < self.limits.hide_below // 2):
                    return m
        return None

    def _companion(self, m: int, groups: tuple[int, ...], counting: bool = False) -> int | None:
        """The school of the trust's figure with the fewest pupils in the group that is not hidden, nor in print.

        ``counting``: of those that have something above the line, for none beside none says what both are.
        """
        g, block = groups[0], self.block
        free = block.counted[m, g] & block.stands[m, g] & ~block.empty[m, g] & ~self.hidden[m, g] & ~self.printed[m, g]
        free &= (block.counts["numerator"][m, g] != 0) | (not counting)
        places = np.flatnonzero(free)
        return int(places[np.argmin(block.counts["pupils"][m, g, places])]) if len(places) else None

    def _hide(self, place: int, groups: Sequence[int] = _EVERY, measures: Sequence[int] | None = None) -> bool:
        """Hide these groups of one place, in these measures or in all; was anything of them shown?"""
        chosen = np.zeros(self.block.stands.shape[:2], dtype=bool)
        chosen[np.ix_(range(len(chosen)) if measures is None else measures, groups)] = True
        new = chosen & self.block.stands[:, :, place] & ~self.hidden[:, :, place]
        self.hidden[:, :, place] |= new
        return bool(new.any())

    def _complete(self) -> None:
        """Of a whole and its two parts never one alone is hidden."""
        pupils, before = np.nan_to_num(self.block.counts["pupils"]), -1
        while before != self.hidden.sum():
            before = self.hidden.sum()
            for one, two in _PAIRS:
                # That there are no such pupils protects nothing where it is shown.
                stands = self.block.stands & (self.hidden | ~self.block.empty)
                there = stands[:, [_ALL, one, two]]
                alone = (self.hidden[:, [_ALL, one, two]] & there).sum(axis=1) == 1
                alone &= there[:, 1:].any(axis=1)
                smaller = pupils[:, one] <= pupils[:, two]
                both = there[:, 1] & there[:, 2]
                self.hidden[:, one] |= alone & there[:, 1] & (~self.hidden[:, _ALL] | ~both | smaller)
                self.hidden[:, two] |= alone & there[:, 2] & (~self.hidden[:, _ALL] | ~both | ~smaller)
                self.hidden[:, _ALL] |= alone & there[:, 0] & ~both
            self._nested_bands()

    def _nested_bands(self) -> None:
        """The pupils that two nested groups differ by have few events: the narrower pair is hidden."""
        counts = self.block.counts["numerator"]
        less = counts[:, _PART] - counts[:, _FSM]
        shown = self.block.stands & ~self.hidden
        tells = (less > 0) & (less <= self.limits.band_events) & shown[:, _PART] & shown[:, _FSM]
        tells[~np.array([is_sensitive(m) for m in self.block.measures])] = False
        tells[:, -1] = False
        for g in _PAIRS[1]:
            self.hidden[:, g] |= tells & self.block.stands[:, g]

    def _until_nothing_is_determined(self) -> None:
        """Hide until a look at every count, none left out as known to be safe, finds nothing that more hiding helps."""
        safe: set[tuple] = set()
        while True:
            bands, every = band_rows(self.block, self.worded, self.limits), not safe
            found = list(determined(self.block, self._shown, bands, self.limits, self.few, safe))
            # One step for each measure and pair of groups: what it hides may help the others of them.
            steps = {(target.measure, self._pair(target.group)): target for target in reversed(found)}
            if any([self._more(target, bands) for target in steps.values()]):
                continue
            if every:
                exposed(self.block, self._shown, bands, self.limits, self.few, found)
                return
            safe.clear()

    @staticmethod
    def _pair(group: int) -> tuple[int, ...]:
        return next((pair for pair in _PAIRS if group in pair), (_ALL,))

    @property
    def _shown(self) -> np.ndarray:
        return self.block.stands & (~self.hidden | self.printed)

    def _more(self, target: Target, bands: dict) -> bool:
        """Hide the next thing that can help this count; False where nothing is left that could."""
        m, g, p = target.measure, target.group, target.place
        groups = self._pair(g)
        block, trust = self.block, len(self.block.places) - 1
        alike = [n for n, each in enumerate(block.measures) if self._counts(each, target)]
        open_total = any(self._shown[n, g, trust] and block.counted[n, g, p] for n in alike)
        before = self.hidden.sum()
        if not open_total:
            alike = self._telling_total(target, bands)
            m = next(iter(alike), m)
        if alike and not Worlds(block, self._shown, bands).alone(target):
            companion = self._companion(m, groups, counting=target.kind == "numerator")
            place = trust if companion is None else companion
            self._hide(place, groups, alike if target.kind != "numerator" else [m])
            self._complete()
        if self.hidden.sum() == before:
            area = [n for n, each in enumerate(block.measures) if each.area == block.measures[m].area]
            if not self._hide(p, measures=area):
                self._hide(p)
            self._complete()
        return bool(self.hidden.sum() > before)

    def _telling_total(self, target: Target, bands: dict) -> list[int]:
        """A measure whose trust figure tells this count of another, as "nobody met reading" tells who met all three.

        The first without which the count is open, else the first of these groups; none where the trust shows none.
        """
        g = self._pair(target.group)[0]
        shown = np.flatnonzero(self._shown[:, g, -1])
        for m in shown.tolist():
            without = self._shown.copy()
            without[m, list(self._pair(g)), -1] = False
            if not Worlds(self.block, without, bands).determined([target]):
                return [m]
        return shown[:1].tolist()

    def _counts(self, measure: Measure, target: Target) -> bool:
        wanted = column(self.block.measures[target.measure], target.kind)
        return any(column(measure, kind) == wanted for kind in kinds_of(measure))


def few_pupils(block: Block, limits: Thresholds) -> tuple[np.ndarray, np.ndarray]:
    """By group and place: are there pupils, but fewer than the threshold? And by place: do nested groups differ so?"""
    pupils: np.ndarray = np.nan_to_num(np.where(block.stands, block.counts["pupils"], 0.0))
    few = (pupils > 0) & (pupils < limits.hide_below)
    both = block.stands[:, _PART] & block.stands[:, _FSM]
    less = np.abs(np.where(both, pupils[:, _PART] - pupils[:, _FSM], 0.0))
    return np.any(few, axis=0), np.any((less > 0) & (less < limits.hide_below), axis=0)


def in_band(block: Block, limits: Thresholds) -> np.ndarray:
    """Figures of sensitive measures with few pupils or events: of schools, and of groups of the trust."""
    banded = np.zeros_like(block.stands)
    for m, measure in enumerate(block.measures):
        if is_sensitive(measure):
            counts = block.counts["numerator"][m]
            in_it = (counts >= lowest(measure)) & (counts <= limits.band_events)
            banded[m] = block.stands[m] & ~block.empty[m] & in_it
    if not limits.bands_totals:
        banded[:, _ALL, -1] = False
    return banded


def lowest(measure: Measure) -> int:
    """The least count of a band: none is one of few suspensions, but shown of severe absence and EHC plans."""
    return 0 if measure.area == "exclusions" else 1


def banded_cells(by_outcome: np.ndarray, banded: np.ndarray) -> np.ndarray:
    """The cells whose band is printed: of a group all of whose cells hidden by outcome lie in the band, or none."""
    schools = by_outcome[:, :, :-1]
    plain = (banded[:, :, :-1] | ~schools).all(axis=2)
    return by_outcome & banded & plain[:, :, None]


def band_rows(block: Block, worded: np.ndarray, limits: Thresholds) -> dict[Cell, tuple[float, float]]:
    """The range that is printed of a hidden count of a school, by cell."""
    cells = (tuple(map(int, cell)) for cell in np.argwhere(worded))
    last = len(block.places) - 1
    return {(m, g, p): (float(lowest(block.measures[m])), float(limits.band_events)) for m, g, p in cells if p != last}


def exposed(
    block: Block,
    known: np.ndarray,
    bands: dict[Cell, tuple[float, float]],
    limits: Thresholds,
    few: np.ndarray,
    found: Sequence[Target] | None = None,
) -> list[Target]:
    """The hidden counts of a block that what is ``known`` gives away; ``found`` where they have just been looked for.

    The answer is remembered: a decision ends with the question that the audit asks, where what is shown was decided so.
    """
    asked = (*block.identity, known.tobytes(), sorted(bands.items()), limits, few.tobytes())

    def look() -> list[tuple]:
        return [astuple(each) for each in (determined(block, known, bands, limits, few) if found is None else found)]

    told = remembered("exposed", asked, look)
    return [Target(m, g, p, kind, tuple((at, w) for at, w in terms), room) for m, g, p, kind, terms, room in told]


def determined(
    block: Block,
    shown: np.ndarray,
    bands: dict[Cell, tuple[float, float]],
    limits: Thresholds,
    few: np.ndarray,
    safe: set[tuple] | None = None,
) -> Iterator[Target]:
    """The hidden counts of a block that have one possible value only; ``safe`` are known to have more, and grow."""
    worlds = Worlds(block, shown, bands)
    safe = set() if safe is None else safe
    for p in range(len(block.places) - 1):
        asked = [t for t in worlds.targets(p, few, limits.hide_below) if (t.terms, p) not in safe]
        found = worlds.determined(asked)
        safe.update((t.terms, p) for t in asked if t not in found)
        yield from found
