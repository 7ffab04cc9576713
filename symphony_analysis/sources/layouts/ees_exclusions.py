"""Suspensions and permanent exclusions in England, under their present names and those used to 2016/17."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import OPEN_GOVERNMENT, Column, Due, Source
from symphony_analysis.sources.declare.tables import Table, moved
from symphony_analysis.sources.declare.year_of_file import from_column

_HOME = (
    "https://explore-education-statistics.service.gov.uk/find-statistics/"
    "suspensions-and-permanent-exclusions-in-england"
)
_PLACES = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]
_REASONS = {
    "physical_pupils": "physical assault against a pupil", "physical_adult": "physical assault against an adult",
    "verbal_pupil": "verbal abuse or threat against a pupil", "verbal_adult": "verbal abuse or threat against an adult",
    "bullying": "bullying", "racist_abuse": "racist abuse", "sexual_misconduct": "sexual misconduct",
    "drug_alcohol": "drugs and alcohol", "damage": "damage", "theft": "theft",
    "persistent_disruptive": "persistent disruptive behaviour", "other": "other",
}  # fmt: skip
#: To 2016/17 an "x" was a small number withheld; today it is "not available".
_OLD_SYMBOLS = {**ees.SYMBOLS, "x": "c"}
BY_REASON = Table("exclusion_reasons", ("suspensions_count", "permanent_exclusions_count"), ("reason",))


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish of suspensions and permanent exclusions for these schools, authority and England?

    Whole-year events over the January headcount, primary schools for the authority and England.
    """
    rows = ees.chosen(frame, context)
    rows = rows[rows["period"].str.casefold().isin(["academic year", ""])] if "period" in rows else rows
    made = rows[_PLACES]
    for ours, theirs in (
        ("suspensions_count", "suspensions"), ("permanent_exclusions_count", "permanent"),
        ("pupils_suspended_count", "pupils_suspended"), ("pupils_count", "headcount"),
    ):  # fmt: skip
        made = moved(made, rows, ours, theirs)
    return made


def tidy_reasons(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """For which reasons were pupils suspended or permanently excluded? One row a place and reason."""
    rows = ees.chosen(frame, context)
    made = [
        moved(moved(rows[_PLACES].assign(reason=label), rows, "suspensions_count", f"fixed_{reason}"),
              rows, "permanent_exclusions_count", f"perm_{reason}")
        for reason, label in _REASONS.items()
    ]  # fmt: skip
    return pd.concat(made, ignore_index=True)


#: Older files name authorities and have no codes of theirs.
_OLDER_KEY = ("academic_year", "level", "region", "authority_name", "urn", "phase")


def _source(
    name: str, title: str, words: Mapping[str, str], symbols: Mapping[str, str], due: Due | None = None
) -> Source:
    return Source(
        name=name,
        title=title,
        publisher="Department for Education",
        licence=OPEN_GOVERNMENT,
        homepage=_HOME,
        table="exclusions",
        due=due,
        many_years=True,
        partial=True,
        columns=(
            *ees.KEYS,
            Column("headcount", "headcount", "count", low=0, blank="x"),
            Column("perm_excl", "permanent", "count", low=0, blank="x"),
            Column("perm_excl_rate", "permanent_rate", "percent", low=0, blank="x", required=False),
            Column(words["events"], "suspensions", "count", low=0, blank="x"),
            Column(words["rate"], "suspension_rate", "percent", low=0, blank="x", required=False),
            Column(words["pupils"], "pupils_suspended", "count", low=0, blank="x", required=False),
            Column(words["pupils_rate"], "pupils_suspended_rate", "percent", low=0, high=100, blank="x",
                   required=False, also=("one_or_more_fixed_excl_rate",)),
        ),
        key=ees.KEY if name == "ees_exclusions" else _OLDER_KEY,
        symbols=symbols,
        legacy=ees.LEGACY,
        tidy=tidy,
        year_of=from_column("time_period", "year"),
        recognised_by=("headcount", "perm_excl", words["events"], words["rate"]),
        keep=ees.keep,
        checks=(
            ees.SCHOOLS_NAMED,
            rules.at_most("permanent", "headcount"),
            rules.at_most("pupils_suspended", "suspensions"),
            rules.at_most("pupils_suspended_rate", "suspension_rate", slack=0.01),
            rules.share("suspensions", "headcount", "suspension_rate", 0.06),
            rules.share("permanent", "headcount", "permanent_rate", 0.06),
        ),
    )  # fmt: skip


SOURCE = _source(
    "ees_exclusions", "Suspensions and permanent exclusions in England",
    {"events": "suspension", "rate": "susp_rate", "pupils": "one_plus_susp", "pupils_rate": "one_plus_susp_rate"},
    ees.SYMBOLS,
    Due("England: suspensions and permanent exclusions, full year", 2, 7, "",
        "an autumn report has no national full-year suspensions yet"),
)  # fmt: skip
OLDER = _source(
    "ees_exclusions_older", "Permanent and fixed-period exclusions in England (to 2016/17)",
    {"events": "fixed_excl", "rate": "fixed_excl_rate", "pupils": "one_plus_fixed",
     "pupils_rate": "one_plus_fixed_rate"},
    _OLD_SYMBOLS,
)  # fmt: skip
REASONS = Source(
    name="ees_exclusion_reasons",
    title="Permanent and fixed-period exclusions by reason (to 2016/17)",
    publisher="Department for Education",
    licence=OPEN_GOVERNMENT,
    homepage=_HOME,
    table="exclusion_reasons",
    many_years=True,
    partial=True,
    columns=(
        *ees.KEYS,
        *(Column(f"{kind}_{reason}", f"{kind}_{reason}", "count", low=0, blank="x")
          for kind in ("perm", "fixed") for reason in _REASONS),
    ),
    key=ees.KEY,
    symbols=_OLD_SYMBOLS,
    legacy=ees.LEGACY,
    tidy=tidy_reasons,
    year_of=from_column("time_period"),
    recognised_by=("time_period", "perm_physical_pupils", "fixed_persistent_disruptive"),
    keep=ees.keep,
)  # fmt: skip
