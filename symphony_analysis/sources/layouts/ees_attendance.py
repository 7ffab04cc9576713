"""Pupil attendance in schools: the daily series to date, by authority and for England. Not the accredited census."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import OPEN_GOVERNMENT, Column, Source
from symphony_analysis.sources.declare.tables import Table, moved
from symphony_analysis.sources.declare.year_of_file import from_column

TO_DATE = Table(
    "attendance_to_date",
    (
        *("enrolments_count", "possible_sessions_count", "absent_sessions_count", "authorised_sessions_count"),
        *("unauthorised_sessions_count", "persistent_absence_percent"),
    ),
)


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many sessions have primary pupils missed so far this year, here and in England?

    Enrolments are an average over the year to date, so not whole. Never compared with a full year.
    """
    rows = ees.chosen(frame, context)
    made = rows[["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]]
    for ours, theirs in (
        ("enrolments_count", "enrolments"), ("possible_sessions_count", "possible"),
        ("absent_sessions_count", "absent"), ("authorised_sessions_count", "authorised"),
        ("unauthorised_sessions_count", "unauthorised"), ("persistent_absence_percent", "persistent_percent"),
    ):  # fmt: skip
        made = moved(made, rows, ours, theirs)
    return made


SOURCE = Source(
    name="ees_attendance",
    title="Pupil attendance in schools: year to date",
    publisher="Department for Education",
    licence=OPEN_GOVERNMENT,
    homepage="https://explore-education-statistics.service.gov.uk/find-statistics/pupil-attendance-in-schools",
    table="attendance_to_date",
    many_years=True,
    partial=True,
    columns=(
        *ees.KEYS,
        Column("enrolments", "enrolments", "number", low=0, blank="x"),
        Column("possible_sessions", "possible", "count", low=0, blank="x"),
        Column("overall_absence", "absent", "count", low=0, blank="x"),
        Column("authorised_absence", "authorised", "count", low=0, blank="x"),
        Column("unauthorised_absence", "unauthorised", "count", low=0, blank="x"),
        Column("overall_absence_perc", "absent_percent", "percent", low=0, high=100, blank="x"),
        Column("pa_perc", "persistent_percent", "percent", low=0, high=100, blank="x"),
    ),
    key=ees.KEY,
    symbols=ees.SYMBOLS,
    legacy=ees.LEGACY,
    tidy=tidy,
    year_of=from_column("time_period"),
    recognised_by=("possible_sessions", "overall_absence", "overall_absence_perc", "pa_perc"),
    keep=ees.keep,
    checks=(
        rules.adds_up(("authorised", "unauthorised"), "absent", 0.5),
        rules.at_most("absent", "possible"),
        rules.share("absent", "possible", "absent_percent", 0.01),
    ),
)
