"""A year issued again: figures that moved by so little between two issues that few pupils may be known by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.issues.differences import MOVED, compared, explained
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect import Thresholds
from symphony_analysis.protect.blocks import column
from symphony_analysis.relations import SCALES
from symphony_analysis.sources.own import issues_on_disk as stored

_TOLD = 5
_SCALES = {total: most - least for total, _, least, most in SCALES}


def moved_by_few(analysis: Analysis) -> pd.DataFrame:
    """Figures that moved since a frozen issue for trustees as fewer pupils than the threshold could move them.

    One row an issue and figure (``published_in``, ``figure``, ``old``, ``new``) that the restatement log does not
    explain. Rounded figures are left out: they move by multiples of the rounding.
    """
    limits = Thresholds.of(analysis.edition, analysis.trust.settings)
    earlier = [issue for issue in analysis.frozen if issue.audience == "trustees"]
    if analysis.edition != "trustees" or not earlier:
        return pd.DataFrame(columns=["published_in", "figure", "old", "new"], dtype="str")
    now = issue_figures(analysis)
    counted = pd.concat([analysis.compared(MEASURES.values()), analysis.compared_groups()[0]])
    counts = {figure_id(row): row._asdict() for row in counted.itertuples()}
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
    """Whether fewer than ``hide_below`` pupils, come, gone or changed, could make the difference.

    Each pupil moves the numerator by one pupil's worth at most: 1, the length of a scale, or a share of sessions.
    """
    measure = MEASURES[row["measure"]]
    if not (before and after) or not measure.pupils_column or not measure.pooled or pd.isna(row["denominator"]):
        return False
    moved = abs(float(after) - float(before)) / getattr(measure.formula, "per", 1.0) * row["denominator"]
    worth = 1.0 if measure.counts_pupils else _SCALES.get(column(measure, "numerator"))
    if worth is None:
        worth = float(row["denominator"] / row["pupils"])
    return bool(moved <= (hide_below - 1) * worth + 1e-6)


def reissue_warning(analysis: Analysis) -> str:
    """A warning that names such figures, without values; "" when there are none.

    It is no refusal: a final release moves many figures by one pupil, and the wrong ones must not stay.
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
