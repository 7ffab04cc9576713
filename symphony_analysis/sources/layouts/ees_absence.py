"""Pupil absence in schools in England: the school file and the national, regional and authority file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import OPEN_GOVERNMENT, Column, Due, Source
from symphony_analysis.sources.declare.tables import moved
from symphony_analysis.sources.declare.year_of_file import from_column
from symphony_analysis.sources.layouts.pupil_attendance import full_year

_TERMS_OF = {"academic year": 3, "autumn and spring term": 2, "autumn term": 1, "spring term": 1, "summer term": 1}
_COUNTS = {
    "enrolments_count": "enrolments", "possible_sessions_count": "possible", "absent_sessions_count": "absent",
    "authorised_sessions_count": "authorised", "unauthorised_sessions_count": "unauthorised",
    "persistent_absentees_count": "persistent", "severe_absentees_count": "severe",
}  # fmt: skip


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish of absence for the trust's schools, their authority and England's primary schools?

    Full-year rows only: an autumn file has no full-year figure ("x"). Counts, not the rounded percentages.
    """
    rows = ees.chosen(frame, context, totals=("year_group",))
    if "absent" not in rows.columns and {"authorised", "unauthorised"} <= set(rows.columns):
        total = rows["authorised"] + rows["unauthorised"]
        rows = rows.assign(absent=total, absent_symbol=np.where(total.isna(), "x", ""))
    made = rows[["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]]
    for ours, theirs in _COUNTS.items():
        made = moved(made, rows, ours, theirs)
    period = rows["period"].str.casefold() if "period" in rows else pd.Series("academic year", index=rows.index)
    terms = period.replace("", "academic year").map(_TERMS_OF).astype("float64")
    return full_year(made.assign(terms_count=terms, terms_count_symbol=""))


SOURCE = Source(
    name="ees_absence",
    title="Pupil absence in schools in England",
    publisher="Department for Education",
    licence=OPEN_GOVERNMENT,
    homepage="https://explore-education-statistics.service.gov.uk/find-statistics/pupil-absence-in-schools-in-england",
    table="attendance",
    due=Due("England: absence, full year", 2, 3, "", "an autumn report has no national full-year absence yet"),
    many_years=True,
    partial=True,
    columns=(
        *ees.KEYS,
        Column("academy_type", "academy_type", blank="", required=False),
        Column("ncyear", "year_group", blank="", required=False),
        Column("enrolments", "enrolments", "count", low=0, blank="x"),
        Column("sess_possible", "possible", "count", low=0, blank="x", required=False),
        Column("sess_overall", "absent", "count", low=0, blank="x", required=False),
        Column("sess_authorised", "authorised", "count", low=0, blank="x", required=False),
        Column("sess_unauthorised", "unauthorised", "count", low=0, blank="x", required=False),
        Column("sess_overall_percent", "absent_percent", "percent", low=0, high=100, blank="x", required=False),
        Column("sess_authorised_percent", "authorised_percent", "percent", low=0, high=100, blank="x",
               required=False),
        Column("sess_unauthorised_percent", "unauthorised_percent", "percent", low=0, high=100, blank="x"),
        Column("enrolments_pa_10_exact", "persistent", "count", low=0, blank="x", required=False),
        Column("enrolments_pa_10_exact_percent", "persistent_percent", "percent", low=0, high=100, blank="x",
               required=False),
        Column("enrolments_pa_50_exact", "severe", "count", low=0, blank="x", required=False),
        Column("enrolments_pa_50_exact_percent", "severe_percent", "percent", low=0, high=100, blank="x",
               required=False),
    ),
    key=(*ees.KEY, "academy_type", "year_group"),
    symbols=ees.SYMBOLS,
    legacy=ees.LEGACY,
    tidy=tidy,
    year_of=from_column("time_period"),
    recognised_by=("time_period", "geographic_level", "enrolments", "sess_unauthorised_percent"),
    keep=ees.keep,
    checks=(
        ees.SCHOOLS_NAMED,
        rules.at_most("unauthorised", "possible"),
        rules.at_most("absent", "possible"),
        rules.at_most("persistent", "enrolments"),
        rules.at_most("severe", "persistent"),
        rules.at_most("severe_percent", "persistent_percent"),
        rules.adds_up(("authorised_percent", "unauthorised_percent"), "absent_percent", 0.02),
        rules.adds_up(("authorised", "unauthorised"), "absent", 0.5),
        rules.share("absent", "possible", "absent_percent", 0.06),
        rules.share("unauthorised", "possible", "unauthorised_percent", 0.06),
        rules.share("persistent", "enrolments", "persistent_percent", 0.06),
    ),
)  # fmt: skip
