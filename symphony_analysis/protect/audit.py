"""The audit before publishing: does anything published, taken together, give a hidden figure away?

The attacker is careful: every figure shown tells the counts behind it exactly, words tell their range, and earlier
editions and official publications of the same schools are at hand. No hidden count may then be computed, nor be
bounded more narrowly than the threshold, unless what must stay visible (the trust's totals, the school's figure for
all pupils) or what others have printed already does so without the hidden figure's neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symphony_analysis.figure import KEYS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import blocks
from symphony_analysis.protect.exposure import Finding, View, finding_of, narrow
from symphony_analysis.protect.public_knowledge import Outside
from symphony_analysis.protect.release import Protected
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds

_TOLD = 20


@dataclass(frozen=True)
class Audit:
    """What the audit looked at and found. ``implied`` are figures that kept totals or others' print tell anyway."""

    hidden: int
    findings: tuple[Finding, ...]
    implied: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, several: Sequence[Audit]) -> Audit:
        """Several audits as one."""
        findings = dict.fromkeys(finding for each in several for finding in each.findings)
        implied = dict.fromkeys(finding for each in several for finding in each.implied)
        return cls(sum(each.hidden for each in several), tuple(findings), tuple(implied))

    @property
    def passed(self) -> bool:
        """May the report be published?"""
        return not self.findings

    @property
    def message(self) -> str:
        """What to tell a person and a log: which figures can be worked out, by name and never by value."""
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
    """Can any figure that all these editions hide be computed, or bounded more narrowly than ``limits`` allow?

    ``truth`` are the figures before disclosure control, every one of the release.
    """
    figures = truth.reset_index(drop=True)
    seen, worded = _seen(figures, editions)
    printed = tuple(printed)
    hidden = 0
    findings: list[tuple[Finding, bool]] = []
    for block in blocks(figures, measures):
        view = View(np.where(block.stands, seen[block.row], False), np.where(block.stands, worded[block.row], False))
        hidden += int((view.dark & block.stands).sum())
        findings += [
            (finding_of(block, cell, width), anyway) for cell, width, anyway in narrow(block, view, limits, printed)
        ]
    told = [dict.fromkeys(finding for finding, anyway in findings if anyway is which) for which in (False, True)]
    return Audit(hidden, tuple(told[0]), tuple(told[1]))


def _seen(figures: pd.DataFrame, editions: Sequence[Protected]) -> tuple[np.ndarray, np.ndarray]:
    """For each figure: does any edition show its value, does any tell it in words?"""
    seen, worded = np.zeros(len(figures), dtype=bool), np.zeros(len(figures), dtype=bool)
    keys = pd.MultiIndex.from_frame(figures[KEYS])
    for edition in editions:
        told = edition.frame.set_index(KEYS)
        seen |= (told["symbol"].ne(HIDDEN) & told["value"].notna()).reindex(keys, fill_value=False).to_numpy()
        worded |= told["words"].ne("").reindex(keys, fill_value=False).to_numpy()
    return seen, worded
