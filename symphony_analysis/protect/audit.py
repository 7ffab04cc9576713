"""The audit before publishing: does everything published, taken together, leave a hidden count one possible value?

The attacker is careful: every figure shown tells the counts behind it exactly, bands tell their range, and earlier
issues and official publications of the same schools are at hand. ``release`` hides until this finds nothing; what it
finds nevertheless is a fault of the program and stops the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS, KEYS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import Block, blocks, given_of_schools
from symphony_analysis.protect.hiding import band_rows, exposed, few_pupils
from symphony_analysis.protect.public_knowledge import Outside, printed_cells
from symphony_analysis.protect.release import Protected
from symphony_analysis.protect.thresholds import Thresholds
from symphony_analysis.protect.worlds import Target

_TOLD = 20


@dataclass(frozen=True)
class Finding:
    """A hidden figure that can be worked out: which (never its value), and which of its counts."""

    measure: str
    year: int
    place: str
    group: str
    what: str

    def __str__(self) -> str:
        return f"{self.measure}.{self.year}.{self.place or 'trust'}.{self.group}: {self.what} can be worked out"


@dataclass(frozen=True)
class Audit:
    """How many figures are hidden, and which of them can be worked out."""

    hidden: int
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, several: Sequence[Audit]) -> Audit:
        """Several audits as one."""
        findings = dict.fromkeys(finding for each in several for finding in each.findings)
        return cls(sum(each.hidden for each in several), tuple(findings))

    @property
    def passed(self) -> bool:
        """May the report be published?"""
        return not self.findings

    @property
    def message(self) -> str:
        """The figures that can be worked out, by name and never by value, for a person and a log."""
        told = [str(finding) for finding in self.findings[:_TOLD]]
        more = len(self.findings) - len(told)
        rest = [f"and {more} more"] if more else []
        head = f"{len(self.findings)} hidden figures could be worked out from what would be published:"
        return "\n  ".join([head, *told, *rest])


def audit(
    editions: Sequence[Protected],
    truth: pd.DataFrame,
    measures: Mapping[str, Measure],
    limits: Thresholds,
    printed: Iterable[Outside] = (),
) -> Audit:
    """The figures that all these editions hide and that can be worked out from them and from what is ``printed``.

    ``truth`` are the figures before disclosure control, every one of the release.
    """
    figures = given_of_schools(truth, measures)
    seen, worded = _seen(figures, editions)
    printed, hidden, findings = tuple(printed), 0, []
    for block in blocks(figures, measures):
        shown, told = (np.where(block.stands, each[block.row], False) for each in (seen, worded))
        hidden += int((block.stands & ~shown).sum())
        elsewhere = printed_cells(block, printed)
        known = shown | elsewhere
        bands = band_rows(block, told & ~known, limits)
        few, _ = few_pupils(block, limits)
        found = exposed(block, known, bands, limits, few)
        # What others' print gives away by itself no edition can hide.
        theirs = {(t.terms, t.place) for t in exposed(block, elsewhere, {}, limits, few)} if found else set()
        findings += [_finding(block, target) for target in found if (target.terms, target.place) not in theirs]
    return Audit(hidden, tuple(dict.fromkeys(findings)))


def _finding(block: Block, target: Target) -> Finding:
    what = {"numerator": "the outcome", "denominator": "the base", "pupils": "the number of pupils"}[target.kind]
    if len(target.terms) > 1:
        what = f"{what} of the disadvantaged pupils not among them"
    measure = block.measures[target.measure].name
    return Finding(measure, block.year, block.places[target.place], list(GROUPS)[target.group], what)


def _seen(figures: pd.DataFrame, editions: Sequence[Protected]) -> tuple[np.ndarray, np.ndarray]:
    """For each figure: does any edition show its value or that there are no such pupils, does any tell its band?"""
    seen, worded = np.zeros(len(figures), dtype=bool), np.zeros(len(figures), dtype=bool)
    keys = pd.MultiIndex.from_frame(figures[KEYS])
    for edition in editions:
        told = edition.frame.set_index(KEYS)
        seen |= (told["value"].notna() | told["symbol"].eq("z")).reindex(keys, fill_value=False).to_numpy()
        worded |= told["words"].ne("").reindex(keys, fill_value=False).to_numpy()
    return seen, worded
