"""A year issued again: has a figure that both issues show moved by so little that the move tells of few pupils?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.issues.differences import MOVED, compared, explained
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.protect import Thresholds
from symphony_analysis.protect.blocks import column
from symphony_analysis.relations import SCALES
from symphony_analysis.sources.own import issue_files as stored

_TOLD = 5
_SCALES = {total: most - least for total, _, least, most in SCALES}


def moved_by_few(analysis: Analysis) -> pd.DataFrame:
    """Which figures have moved since a frozen issue for trustees as fewer pupils than the threshold could move them?

    One row an issue and figure (``published_in``, ``figure``, ``old``, ``new``) that the restatement log does not
    explain.
    """
    limits = Thresholds.of(analysis.edition, analysis.trust.settings)
    earlier = [issue for issue in analysis.frozen if issue.audience == "trustees"]
    if analysis.edition != "trustees" or not earlier:
        return pd.DataFrame(columns=["published_in", "figure", "old", "new"], dtype="str")
    now = issue_figures(analysis)
    counts = {figure_id(row): row._asdict() for row in analysis.compared(MEASURES.values()).itertuples()}
    after = now.set_index("figure")["value"]
    found = []
    for issue in earlier:
        moved = compared(issue.name, issue.figures, now)
        moved = moved[(moved["status"] == MOVED) & moved["figure"].isin(counts)]
        before = issue.figures.set_index("figure")["value"]
        few = [_by_few(counts[f], before[f], after[f], limits.hide_below) for f in moved["figure"]]
        found.append(moved[pd.Series(few, index=moved.index, dtype="bool")])
    told = pd.concat(found, ignore_index=True)
    return told[~explained(told, stored.restatements(analysis.inputs.data_dir))].reset_index(drop=True)


def _by_few(row: Mapping[str, Any], before: str, after: str, hide_below: int) -> bool:
    """Could fewer pupils than this, come, gone or changed, make the difference between two values of a figure?

    Each of them moves what is above the line by one pupil's worth at most; where there is no room for a threshold
    of pupils, fewer did it or could have.
    """
    measure = MEASURES[row["measure"]]
    if not (before and after) or not measure.pupils_column or not measure.pooled or pd.isna(row["denominator"]):
        return False
    moved = abs(float(after) - float(before)) / getattr(measure.formula, "per", 1.0) * row["denominator"]
    return bool(moved <= (hide_below - 1) * _worth(measure, row) + 1e-6)


def _worth(measure: Measure, row: Mapping[str, Any]) -> float:
    """The most that one pupil adds to what is above the line: one, the length of a scale, or a share of sessions."""
    if measure.counts_pupils:
        return 1.0
    scale = _SCALES.get(column(measure, "numerator"))
    return float(scale if scale is not None else row["denominator"] / row["pupils"])


def reissue_warning(analysis: Analysis) -> str:
    """What the person who issues a year again must know: the figures by name, never by value; "" where there is none.

    A warning and no refusal: a final release moves many figures by one pupil, and the wrong ones must not stay.
    """
    moved = moved_by_few(analysis)
    figures = sorted(set(moved["figure"]))
    if not figures:
        return ""
    issues = ", ".join(sorted(set(moved["published_in"])))
    more = f" and {len(figures) - _TOLD} more" if len(figures) > _TOLD else ""
    hide_below = Thresholds.of(analysis.edition, analysis.trust.settings).hide_below
    return (
        f"warning: {analysis.year}: shown here and in {issues}, and so little apart that it may tell of fewer than "
        f"{hide_below} pupils: {', '.join(figures[:_TOLD])}{more}. Make sure that nobody can be known by it, and say "
        f"why they moved in data/{stored.RESTATEMENTS}"
    )
