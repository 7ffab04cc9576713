"""A year reported again: what two reports, frozen or not, tell together that neither of them tells alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from symphony_analysis import protect
from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import KEYS, figure_id
from symphony_analysis.issues.differences import MOVED, compared, explained
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect import HIDDEN, Thresholds
from symphony_analysis.protect.blocks import column
from symphony_analysis.relations import SCALES
from symphony_analysis.sources.own import issues_on_disk as stored

_TOLD = 5
_EARLIER = "an earlier report"
_GROUP = ["measure", "time_period", "pupil_group"]
_COMPARED = ["value", "symbol", "pupils", "schools_counted"]
_COLUMNS = ["published_in", "figure", "old", "new"]
_SCALES = {total: most - least for total, _, least, most in SCALES}


def moved_by_few(
    analysis: Analysis, figures: pd.DataFrame | None = None, earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Figures that moved since an earlier report for trustees as fewer pupils than the threshold could move them.

    One row a report and figure (``published_in``, ``figure``, ``old``, ``new``) that the restatement log does not
    explain: of every frozen issue, unrounded, and of the ``earlier`` reports that were put in place, as displayed and
    with the pupils behind them, set against ``figures`` (both as in ``figures.csv``).
    """
    issues = [issue for issue in analysis.frozen if issue.audience == "trustees"]
    if analysis.edition != "trustees" or not (issues or earlier):
        return pd.DataFrame(columns=_COLUMNS, dtype="str")
    counted = pd.concat([analysis.compared(MEASURES.values()), analysis.compared_groups()[0]])
    counts = {figure_id(row): row._asdict() for row in counted.itertuples()}
    found = []
    if issues:
        now = issue_figures(analysis)
        after = now.set_index("figure")["value"]
        for issue in issues:
            moved = compared(issue.name, issue.figures, now)
            moved = moved[(moved["status"] == MOVED) & moved["figure"].isin(counts)]
            before = issue.figures.set_index("figure")["value"]
            few = [_by_few(counts[f], before[f], after[f], _least(analysis)) for f in moved["figure"]]
            found.append(moved[pd.Series(few, index=moved.index, dtype="bool")])
    if figures is not None:
        found += [_since(analysis, report, figures, counts) for report in earlier]
    told = pd.concat(found, ignore_index=True)
    return told[~explained(told, stored.restatements(analysis.inputs.data_dir))].reset_index(drop=True)


def _since(
    analysis: Analysis, report: pd.DataFrame, figures: pd.DataFrame, counts: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Figures that moved by few since a report as displayed; and the trust's where one school more or less counts.

    The latter only where a school's figure is hidden: the difference of the two may be that school's.
    """
    now = _keyed(figures).reset_index()
    hidden = pd.MultiIndex.from_frame(now.loc[now["symbol"].eq(HIDDEN) & now["school_urn"].ne(""), _GROUP])
    both = now.join(_keyed(report).add_suffix("_before"), on=KEYS, how="inner")
    changed = {name: both[f"{name}_before"].ne(both[name]) for name in ("value", "pupils", "schools_counted")}
    shown = both["school_urn"].eq("") & both["value_before"].ne("") & both["value"].ne("")
    both["schools"] = shown & changed["schools_counted"]
    both["schools"] &= pd.MultiIndex.from_frame(both[_GROUP]).isin(hidden)
    came = pd.to_numeric(both["pupils"]) - pd.to_numeric(both["pupils_before"])
    both = both[both["schools"] | (changed["value"] | changed["pupils"]) & ~came.abs().ge(_least(analysis))]
    both = both.assign(figure=[figure_id(row) for row in both.itertuples()], published_in=_EARLIER)
    both = both[both["figure"].isin(list(counts))].rename(columns={"value_before": "old", "value": "new"})
    few = [
        row.schools or _by_few(counts[row.figure], row.old, row.new, _least(analysis), displayed=True)
        for row in both.itertuples()
    ]
    return both.loc[pd.Series(few, index=both.index, dtype="bool"), _COLUMNS]


def _least(analysis: Analysis) -> int:
    return Thresholds.of(analysis.edition, analysis.trust.settings).hide_below


def _keyed(figures: pd.DataFrame) -> pd.DataFrame:
    """What is compared of the trust's and the schools' figures, as text, by their keys."""
    own = figures.loc[figures["geographic_level"].ne("England"), [*KEYS, *_COMPARED]]
    return own.astype("str").set_index(KEYS)


def _by_few(row: Mapping[str, Any], before: str, after: str, hide_below: int, displayed: bool = False) -> bool:
    """Whether fewer than ``hide_below`` pupils, come, gone or changed, could make the difference.

    Each pupil moves the numerator by one pupil's worth at most: 1, the length of a scale, or a share of sessions. Two
    ``displayed`` values may be nearer to each other than they look, by a unit of the last digit.
    """
    measure = MEASURES[row["measure"]]
    if not (before and after) or not measure.pupils_column or not measure.pooled or pd.isna(row["denominator"]):
        return False
    apart = abs(float(after) - float(before)) - (10.0**-measure.decimals if displayed else 0.0)
    moved = max(apart, 0.0) / getattr(measure.formula, "per", 1.0) * row["denominator"]
    worth = 1.0 if measure.counts_pupils else _SCALES.get(column(measure, "numerator"))
    if worth is None:
        worth = float(row["denominator"] / row["pupils"])
    return bool(moved <= (hide_below - 1) * worth + 1e-6)


def exposed_with_earlier(analysis: Analysis, figures: pd.DataFrame, earlier: Sequence[pd.DataFrame]) -> protect.Audit:
    """What this report hides and can be worked out with what ``earlier`` ones showed of it. As in ``moved_by_few``."""
    now = _keyed(figures)
    hidden = now.index[now["symbol"].eq(HIDDEN)]
    shown = [rows[rows["value"].ne("") & rows.index.isin(hidden)] for rows in map(_keyed, earlier)]
    known = pd.concat(shown).reset_index() if shown else pd.DataFrame()
    if analysis.edition != "trustees" or not len(known):
        return protect.Audit(0, ())
    return analysis.audit({_EARLIER: known.drop_duplicates(KEYS, keep="last")})


def reissue_warning(
    analysis: Analysis, figures: pd.DataFrame | None = None, earlier: Sequence[pd.DataFrame] = ()
) -> str:
    """A warning that names figures that tell something together with an earlier report, without values; or "".

    Arguments as in ``moved_by_few``. It is no refusal: a final release moves many figures by one pupil, and the wrong
    ones must not stay.
    """
    moved, told = moved_by_few(analysis, figures, earlier), []
    if len(moved):
        reports = ", ".join(sorted(set(moved["published_in"])))
        told.append(
            f"warning: {analysis.year}: shown here and in {reports}, and so little apart that it may tell of fewer "
            f"than {_least(analysis)} pupils: {_named(moved['figure'])}. Make sure that nobody can be known by it, and "
            f"say why they moved in data/{stored.RESTATEMENTS}"
        )
    if figures is not None and (found := exposed_with_earlier(analysis, figures, earlier).findings):
        told.append(
            f"warning: {analysis.year}: hidden here, but can be worked out with what {_EARLIER} showed: "
            f"{_named(map(str, found))}. If that report has left the machine, do not let this one out as it is"
        )
    return "\n".join(told)


def _named(figures: Iterable[str]) -> str:
    names = sorted(set(figures))
    return ", ".join(names[:_TOLD]) + (f" and {len(names) - _TOLD} more" if len(names) > _TOLD else "")
