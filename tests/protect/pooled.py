"""What if a school's figures of a small group were printed pooled over its years? All years of a source under attack.

Nothing of this is printed; it is the ground on which docs/privacy.md says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import block_diag, csr_matrix, vstack

from symphony_analysis.protect.attack import TOLERANCE, Attack
from symphony_analysis.protect.blocks import kinds_of
from symphony_analysis.protect.exposure import Examined

GROUP = "disadvantaged"


@dataclass
class Together:
    """The years of one source as one system of equations: each year's own, and the sums that would be printed."""

    years: Sequence[Examined]
    sums: Sequence[Sequence[int]] = ()

    @cached_property
    def first(self) -> list[int]:
        """The number of each year's first unknown."""
        sizes = [len(year.equations.truth) for year in self.years]
        return [sum(sizes[:n]) for n in range(len(sizes))]

    @cached_property
    def truth(self) -> list[float]:
        """Every count as it is."""
        return [count for year in self.years for count in year.equations.truth]

    def signed(self, at: int) -> bool:
        """Can this count fall below zero?"""
        year = max(n for n, first in enumerate(self.first) if first <= at)
        return self.years[year].equations.signed(at - self.first[year])

    def matrix(self, more: object = ()) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
        """All rows of all years, and one for each sum."""
        own = [year.equations.matrix(year.words) for year in self.years]
        cells = [(n, at) for n, terms in enumerate(self.sums) for at in terms]
        rows, columns = zip(*cells, strict=True) if cells else ((), ())
        sums = csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(self.sums), len(self.truth)))
        totals = np.array([sum(self.truth[at] for at in terms) for terms in self.sums])
        matrix = vstack([block_diag([each[0] for each in own]), sums], format="csr")
        return matrix, *(np.concatenate([*(each[end] for each in own), totals]) for end in (1, 2))


class Pooling:
    """The years of one source, and what a sum over years would take from the figures that they hide."""

    def __init__(self, years: Sequence[Examined], measure: str) -> None:
        self.years, self.measure = years, measure
        first = Together(years).first
        self._known = {at + first[n] for n, year in enumerate(years) for at in year.known}
        self._need: dict[int, float] = {}
        for n, year in enumerate(years):
            left = {cell: room for cell, room, _ in year.narrow()}
            for cell, at in year.targets():  # the room that it must have, or has without any sum
                room = min(year.need(*cell), left.get(cell, np.inf))
                self._need[at + first[n]] = max(room, self._need.get(at + first[n], 0.0))
        self._first = first

    def cells(self, urn: str) -> list[tuple[int, int, int, int]]:
        """The school's figures of the group: year, measure, group, place."""
        found = []
        for n, year in enumerate(self.years):
            names = [each.name for each in year.block.measures]
            if self.measure in names and urn in year.block.places:
                cell = names.index(self.measure), year.block.group(GROUP), year.block.places.index(urn)
                found += [(n, *cell)] if year.block.stands[cell] else []
        return found

    def gains(self, least: int) -> list[str]:
        """The schools for which pooling would show anything: at least two years hidden, so many pupils in all."""
        urns = sorted({urn for year in self.years for urn in year.block.places if urn})
        return [urn for urn in urns if self._hidden(urn) > 1 and self._pupils(urn) >= least]

    def _hidden(self, urn: str) -> int:
        return sum(not self.years[n].view.shown[cell] for n, cell in map(_split, self.cells(urn)))

    def _pupils(self, urn: str) -> float:
        return sum(self.years[n].block.counts["pupils"][cell] for n, cell in map(_split, self.cells(urn)))

    def harmed(self, urns: Collection[str], windows: Sequence[Collection[int]] = ((0, 1, 2),)) -> int:
        """How many hidden counts have too little room, were the figures of these schools printed over these years?"""
        sums = []
        for urn in urns:
            cells = self.cells(urn)
            kinds = kinds_of(self.years[cells[0][0]].block.measures[cells[0][1]])
            for window in windows:
                for kind in kinds:
                    told = [(n, self.years[n].equations.unknown(m, kind, g, p)) for n, m, g, p in cells if n in window]
                    sums.append([at + self._first[n] for n, at in told if at is not None])
        attack = Attack(Together(self.years, sums), self._known)  # type: ignore[arg-type]
        need = np.array(list(self._need.values()))
        return int((attack.ranges(list(self._need), need) < need - 5 * TOLERANCE).sum())


def _split(cell: tuple[int, int, int, int]) -> tuple[int, tuple[int, int, int]]:
    return cell[0], cell[1:]
