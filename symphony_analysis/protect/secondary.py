"""Secondary suppression: what else must be hidden so that no hidden cell follows from the cells shown.

Decided for a whole block at once: parts and wholes of a school, schools and the trust's total, measures of the same
pupils. Totals of the trust and figures of all pupils are kept wherever they can be; cells that turn out not to be
needed are shown again.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from symphony_analysis.protect.blocks import Block, kinds_of
from symphony_analysis.protect.decision_cache import is_asked_elsewhere, remembered
from symphony_analysis.protect.equations import Equations
from symphony_analysis.protect.exposure import Count, View, gives_away, narrow
from symphony_analysis.protect.intervals import Reader
from symphony_analysis.protect.thresholds import Thresholds

Index = tuple[int, int, int]
_SMALL = 125  # hidden figures up to which a block is attacked while it is decided; larger ones wait for the audit


class Cover:
    """The hidden cells of one block, growing until nothing can be worked out.

    ``first`` are the cells hidden by themselves, ``worded`` those given in words, where that can be.
    """

    def __init__(self, block: Block, first: np.ndarray, worded: np.ndarray, limits: Thresholds) -> None:
        self.block, self.limits = block, limits
        self.first = first | worded
        self.reader = Reader(block, worded, limits)
        self.hidden = self.first.copy()
        few = (block.counts["pupils"] < limits.words_below) & (block.counts["pupils"] > 0)
        self.whole = block.group("all")
        self.parts = [g for pair in block.splits for g in pair]
        #: By place: is a part of its pupils so few that its size must not be told?
        self.small = (self.first & few)[:, self.parts].any(axis=(0, 1))

    def grow(self) -> np.ndarray:
        """The cells to hide, primary and secondary together."""
        hidden, worded = remembered("grow", self._asked, self._decide)
        self.hidden, self.reader.worded = (self._cells(cells) for cells in (hidden, worded))
        return self.hidden

    @property
    def is_decided_elsewhere(self) -> bool:
        """Is another process of this run at this decision just now?"""
        return is_asked_elsewhere("grow", self._asked)

    @cached_property
    def _asked(self) -> tuple[object, ...]:
        return (*self.block.identity, self.first.tobytes(), self.reader.worded.tobytes(), self.limits)

    def _cells(self, positions: list[int]) -> np.ndarray:
        cells = np.zeros(self.block.stands.size, dtype=bool)
        cells[positions] = True
        return cells.reshape(self.block.stands.shape)

    def _decide(self) -> tuple[list[int], list[int]]:
        """The positions of the cells to hide, and of those that stay in words."""
        companions: list[list[Index]] = []
        self._settle()
        for weak in iter(self._weakest, None):
            companions.append(self._companion(*weak))
            self._settle()
        self._give_back(companions)
        self._tried()
        hidden, worded = (np.flatnonzero(cells).tolist() for cells in (self.hidden, self.reader.worded))
        return hidden, worded

    @property
    def worded(self) -> np.ndarray:
        """The cells that can still be given in words."""
        return self.reader.worded

    def _tried(self) -> None:
        """Where a block is small enough, or tells bands, attack it at once and hide more until the attack fails."""
        banded = any(measure.area == "exclusions" for measure in self.block.measures)
        small = self.hidden.sum() <= _SMALL
        if not (small or banded):
            return
        while weak := self._found_out():
            helped = next(((m, g, kind) for m, g, _, kind in weak if self._free(m, g, kind).any()), None)
            if helped is not None:
                self._companion(*helped)
                self._settle()
            elif not (self._beside(weak) or self._unsaid(weak) or self._totals(weak)):
                break
        self._spare(banded)

    def _found_out(self) -> list[Count]:
        """What an attack on the cells as they are now hidden works out, beyond what kept totals tell."""
        return [cell for cell, _, anyway in narrow(self.block, self._view, self.limits) if not anyway]

    @property
    def _view(self) -> View:
        return View(self.block.stands & ~self.hidden, self.reader.worded)

    def _spare(self, banded: bool) -> None:
        """Show again, one by one, what need not be hidden beside the rest; most pupils first.

        Once more after the first time: what is then shown can make up for what was needed before.
        """
        pupils, equations = np.nan_to_num(self.block.counts["pupils"]), Equations(self.block)
        for _ in range(2):
            added = self.hidden & ~self.first & self.block.stands
            for cell in sorted(map(tuple, np.argwhere(added)), key=lambda at: -pupils[at]):
                self.hidden[cell] = False
                self.hidden[cell] = (not banded and self._plainly(*cell)) or gives_away(
                    self.block, self._view, cell, self.limits, equations=equations
                )
            if (added == (self.hidden & ~self.first & self.block.stands)).all():
                return

    def _plainly(self, m: int, g: int, p: int) -> bool:
        """Does this cell, now shown, give another away by one subtraction?"""
        twins = [other for pair in self.block.splits if g in pair for other in pair if other != g]
        if any(self.hidden[m, twin, p] and not self.hidden[m, self.whole, p] for twin in twins):
            return True
        kinds = kinds_of(self.block.measures[m])
        return any(bool(self.reader.too_narrow(self.hidden, m, g, kind).any()) for kind in kinds if kind != "numerator")

    def _beside(self, weak: list[Count]) -> bool:
        """Hide the other outcomes of the same pupils: every school is hidden already, and they bound this one.

        First in the schools found out, then in all: what bounds the others' counts bounds these through the total.
        """
        before, schools = self.hidden.sum(), list(range(len(self.block.places) - 1))
        for everywhere in (False, True):
            for m, _, p, _ in weak:
                self._hide_parts(m, schools if everywhere else [p])
            self._settle()
            if self.hidden.sum() > before:
                return True
        return False

    def _unsaid(self, weak: list[Count]) -> bool:
        """Nothing more can be hidden: words tell too much, and go; of the place, else the measure, else all."""
        worded = self.reader.worded
        for wide in ("place", "measure", "block"):
            gone = np.zeros_like(worded)
            for m, _, p, _ in weak:
                gone[m if wide != "block" else slice(None), :, p if wide == "place" else slice(None)] = True
            if (gone & worded).any():
                self.reader.worded = worded & ~gone
                return True
        return False

    def _totals(self, weak: list[Count]) -> bool:
        """Every school and word is hidden already: the trust's own figures of these groups tell too much, and go."""
        before = self.hidden.sum()
        for m, _, _, _ in weak:
            self._hide_parts(m, [len(self.block.places) - 1])
        self._settle()
        return bool(self.hidden.sum() > before)

    def _hide_parts(self, m: int, places: list[int]) -> None:
        """Hide the parts of the pupils in these places, in every measure of this measure's area."""
        area = [n for n, each in enumerate(self.block.measures) if each.area == self.block.measures[m].area]
        rows = np.ix_(area, self.parts, places)
        self.hidden[rows] |= self.block.stands[rows]

    def _settle(self) -> None:
        """Everything that follows within a school, until nothing more does."""
        before = -1
        while self.hidden.sum() != before:
            before = self.hidden.sum()
            self._same_pupils()
            self._complements()

    def _same_pupils(self) -> None:
        """A part of few pupils is hidden in every measure of the block: any one of them would tell its size."""
        self.hidden[:, self.parts] |= self.small & self.block.stands[:, self.parts]

    def _complements(self) -> None:
        """The parts of a whole that is shown are hidden together, and with a hidden whole at least one part is.

        Both ways to part the pupils go together too, because they part them nearly alike.
        """
        stands, hidden = self.block.stands, self.hidden
        tells = hidden[:, self.parts].any(axis=1) & (self.small | ~hidden[:, self.whole])
        hidden[:, self.parts] |= tells[:, None] & stands[:, self.parts]
        pupils = self.block.counts["pupils"]
        for one, two in self.block.splits:
            alone = hidden[:, self.whole] & stands[:, one] & stands[:, two] & ~hidden[:, one] & ~hidden[:, two]
            smaller = pupils[:, one] <= pupils[:, two]
            hidden[:, one] |= alone & smaller
            hidden[:, two] |= alone & ~smaller

    def _weakest(self) -> tuple[int, int, str] | None:
        """The first measure, group and count in which a hidden cell is left too little room; sizes before outcomes.

        Where every school is hidden already, nothing more can be done.
        """
        for kind in ("pupils", "denominator", "numerator"):
            for m in (n for n, measure in enumerate(self.block.measures) if kind in kinds_of(measure)):
                for g in np.flatnonzero(self.hidden[m].any(axis=1)):
                    weak = self.reader.too_narrow(self.hidden, m, int(g), kind).any()
                    if weak and self._free(m, int(g), kind).any():
                        return m, int(g), kind
        return None

    def _free(self, m: int, g: int, kind: str) -> np.ndarray:
        """The schools of the trust's figure whose count is still told."""
        pupils = self.block.counts["pupils"][m, g]
        return self.block.counted[m, g] & ~self.reader.unknown(self.hidden, m, g, kind) & (pupils > 0)

    def _companion(self, m: int, g: int, kind: str) -> list[Index]:
        """Hide one more school's figure beside those of this measure and group: the one with the fewest pupils.

        Where the size of a group is at stake, the school is hidden in every measure of these pupils.
        """
        block, free = self.block, self._free(m, g, kind)
        helps = free & (np.nan_to_num(block.counts[kind][m, g]) != 0)
        choice = np.flatnonzero(helps if helps.any() else free)
        place = int(choice[np.argmin(block.counts["pupils"][m, g, choice])])
        alike = [m] if kind == "numerator" else range(len(block.measures))
        cells = [(n, g, place) for n in alike if block.stands[n, g, place] and not self.hidden[n, g, place]]
        for cell in cells:
            self.hidden[cell] = True
        return cells

    def _give_back(self, companions: list[list[Index]]) -> None:
        """Show again each companion that later ones have made needless, oldest first."""
        for added in companions[:-1]:
            kept = self.hidden
            self.hidden = self.first.copy()
            for others in companions:
                if others is not added:
                    for cell in others:
                        self.hidden[cell] = True
            self._settle()
            if self._weakest() is None:
                added.clear()
            else:
                self.hidden = kept
