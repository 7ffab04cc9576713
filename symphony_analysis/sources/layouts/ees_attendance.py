"""Pupil attendance in schools: the daily series to date, by authority and for England. Not the accredited census.

Two files: the extract inside DfE's dashboard with counts of sessions, and the download with a ``time_frame`` in which a
week of a calendar year ("2025", "Week 30") gives the time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Filter, National, Source, count, percent
from symphony_analysis.sources.declare.tables import Table
from symphony_analysis.sources.layouts.ees_absence import SESSIONS
from symphony_analysis.sources.problems import Problem, in_rows
from symphony_analysis.years import AcademicYear

TO_DATE = Table(
    "attendance_to_date",
    (
        *("enrolments_count", "possible_sessions_count", "absent_sessions_count", "authorised_sessions_count"),
        *("unauthorised_sessions_count", "persistent_absence_percent"),
    ),
)
_DAILY = "state_funded_daily_attendance"
_PAGE = "pupil-attendance-in-schools"
_WEEK = re.compile(r"week (\d{1,2})", re.IGNORECASE)
#: The school year begins in the last days of August: week 35 at the earliest.
_FIRST_WEEK = 35

SOURCE = ees.layout(
    "ees_attendance",
    "Pupil attendance in schools: year to date",
    _PAGE,
    TO_DATE.name,
    # Enrolments are an average over the year to date, so not whole. Never compared with a full year.
    ees.as_columns({"enrolments_count": "enrolments", **SESSIONS, "persistent_absence_percent": "persistent_percent"}),
    (
        Column("enrolments", "enrolments", "number", low=0, blank="x"),
        count("possible_sessions", "possible"),
        count("overall_absence", "absent"),
        count("authorised_absence", "authorised"),
        count("unauthorised_absence", "unauthorised"),
        percent("overall_absence_perc", "absent_percent"),
        percent("pa_perc", "persistent_percent", required=False),
    ),
    ("possible_sessions", "overall_absence", "overall_absence_perc"),
    (
        ees.PHASE,
        Filter("period", ("time_identifier",), ("academic year", "year to date", "")),
        Filter("time_frame", ("time_frame",), ("year to date", "")),
    ),
    england=(
        National("overall_absence_percent", "absent_percent", _DAILY, 2),
        National("persistent_absence_percent", "persistent_percent", _DAILY, 2),
    ),
    checks=(
        rules.adds_up(("authorised", "unauthorised"), "absent", 0.5),
        rules.at_most("absent", "possible"),
        rules.share("absent", "possible", "absent_percent", 0.01),
    ),
)


def year_of_week(year: str, week: str) -> AcademicYear | None:
    """The academic year of a week of a calendar year; None for what is no such week."""
    found = _WEEK.fullmatch(week.strip())
    if found is None or re.fullmatch(r"20\d\d", year.strip()) is None:
        return None
    return AcademicYear(int(year) - (int(found[1]) < _FIRST_WEEK))


def _year_of(header: Sequence[str], row: Mapping[str, str]) -> int | None:
    year = year_of_week(row.get("time_period", ""), row.get("time_identifier", ""))
    return year.code if year else None


def _keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """Rows of the authority and England in the weeks of this academic year."""
    year, week, level, authority = (places[name] for name in ("calendar_year", "week", "level", "authority"))

    def wanted(row: Sequence[str]) -> bool:
        kind = row[level].strip().casefold()
        if year_of_week(row[year], row[week]) not in (None, context.year):
            return False
        return kind == "national" or (kind == "local authority" and row[authority].strip() == context.trust.authority)

    return wanted


def _latest(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What did primary pupils miss in the year to date, here and in England? The latest week of the file."""
    week = frame["week"].str.extract(r"(\d+)")[0].astype(int)
    order = frame["calendar_year"].astype(int) * 100 + week
    rows = frame[order == order.groupby(frame["level"].str.casefold()).transform("max")]
    return ees.as_columns({"persistent_absence_percent": "persistent_percent"})(rows, context)


def _weeks(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows whose time is no week of a year."""
    wrong = [
        row
        for row, year, week in zip(frame.index, frame["calendar_year"], frame["week"], strict=True)
        if year_of_week(year, week) is None
    ]
    found, fix = "no week of a year", "download the file of the weekly release"
    return in_rows(context.file, wrong, "time_identifier", found, "a year with 'Week 30'", fix)


_SPLIT = tuple(one for one in SOURCE.filters if one.ours in ("phase", "time_frame"))
DOWNLOAD = replace(
    SOURCE,
    name="ees_attendance_download",
    title="Pupil attendance in schools: weekly download, year to date",
    many_years=False,
    columns=(
        Column("time_period", "calendar_year"),
        Column("time_identifier", "week"),
        *(column for column in ees.KEYS if column.ours in ("level", "region", "authority", "authority_name")),
        *(one.column for one in _SPLIT),
        percent("persistent_absence_percent", "persistent_percent"),
    ),
    key=("calendar_year", "week", "level", "region", "authority", "phase", "time_frame"),
    tidy=_latest,
    year_of=_year_of,
    recognised_by=("time_period", "time_identifier", "time_frame", "education_phase"),
    keep=_keep,
    filters=_SPLIT,
    england=(National("persistent_absence_percent", "persistent_absence_percent", _DAILY, 2),),
    england_rows=_latest,
    checks=(_weeks,),
)
