"""Registers as a management information system exports them: one row a pupil and session, with its mark."""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import Column, Source, from_date, of_pupils
from symphony_analysis.sources.layouts.pupil_attendance import AGES, DUE, TERMS, of_year
from symphony_analysis.sources.problems import Problem, in_rows

#: What each mark counts as: p present or at an approved activity, a authorised, u unauthorised absence, n not a
#: possible session. From 19 August 2024 term-time holiday (H) can no longer be authorised, J became J1, and C1, C2,
#: K, Q and Y1 to Y7 began.
_ALWAYS = {
    **dict.fromkeys("/\\LBPVW", "p"),
    **dict.fromkeys("CEIMRST", "a"),
    **dict.fromkeys("GNOU", "u"),
    **dict.fromkeys(("D", "X", "Y", "Z", "#"), "n"),
}
_TO_2024 = {**_ALWAYS, "J": "p", "H": "a"}
_SINCE_2024 = {
    **_ALWAYS,
    "K": "p",
    "J1": "a",
    "C1": "a",
    "C2": "a",
    "Q": "n",
    **{f"Y{n}": "n" for n in range(1, 8)},
}
_CHANGE = 202425
TERM_OF_MONTH = {9: "Autumn", 10: "Autumn", 11: "Autumn", 12: "Autumn", 1: "Spring", 2: "Spring", 3: "Spring",
         5: "Summer", 6: "Summer", 7: "Summer"}  # fmt: skip
_PUPIL = ["urn", "upn", "age", "disadvantaged", "fsm"]
_COUNTS = ["possible", "authorised", "unauthorised", "autumn", "spring", "summer"]


def meanings(year: int) -> dict[str, str]:
    """What each mark counts as in a year (202425 for 2024/25)."""
    return _SINCE_2024 if year >= _CHANGE else _TO_2024


def reduce(frame: pd.DataFrame, context: Context, kept: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row a pupil and school (and value of ``kept`` columns): sessions possible and missed, terms with marks."""
    if "mark" in frame.columns:
        frame = _session_counts(frame, context, kept)
    return frame.groupby([*_PUPIL, *kept], observed=True, sort=False)[_COUNTS].sum().reset_index()


def _session_counts(frame: pd.DataFrame, context: Context, kept: tuple[str, ...]) -> pd.DataFrame:
    counts_as = meanings(context.year.code)
    kinds = [counts_as.get(mark, "n") for mark in frame["mark"].cat.categories]
    terms = [TERM_OF_MONTH.get(int(day[5:7]), "") for day in frame["day"].cat.categories]
    return frame[[*_PUPIL, *kept]].assign(
        possible=_where(frame["mark"], [kind != "n" for kind in kinds]),
        authorised=_where(frame["mark"], [kind == "a" for kind in kinds]),
        unauthorised=_where(frame["mark"], [kind == "u" for kind in kinds]),
        **{term.lower(): _where(frame["day"], [name == term for name in terms]) for term in TERMS},
    )


def _where(categories: pd.Series, flags: list[bool]) -> np.ndarray:
    """1.0 in each row whose category is flagged."""
    return np.array(flags, dtype="float64")[categories.cat.codes.to_numpy()]


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many sessions could pupils attend and did they miss, counted from the registers? As ``attendance``."""
    aged = frame[frame["age"].between(*AGES)]
    aged = aged.assign(school_urn=present(aged["urn"].astype("str"), context), upn=aged["upn"].astype("str"))
    terms = (aged.groupby("school_urn")[["autumn", "spring", "summer"]].sum() > 0).sum(axis=1)
    return of_year(aged, terms, context)


def marks_of_the_year(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Marks that do not exist in this year, and days outside it."""
    known = meanings(context.year.code)
    first, last = f"{context.year.start}-09-01", f"{context.year.start + 1}-08-31"
    marks = [n for n, mark in enumerate(frame["mark"].cat.categories) if mark not in known]
    days = [n for n, day in enumerate(frame["day"].cat.categories) if not first <= day <= last]
    wrong = frame.index[np.isin(frame["mark"].cat.codes, marks)]
    away = frame.index[np.isin(frame["day"].cat.codes, days)]
    found, expected = f"a mark not used in {context.year.label}", f"a mark of {context.year.label}"
    fix = "correct the register in the MIS and export again"
    problems = in_rows(context.file, wrong, "Mark", found, expected, fix)
    expected, fix = f"a day from {first} to {last}", "export the registers of one academic year"
    return problems + in_rows(context.file, away, "Date", "a day outside the year", expected, fix)


SOURCE = of_pupils(
    name="attendance_marks",
    title="Registers by pupil and session, from the school's management information system",
    publisher="the trust",
    table="attendance",
    due=DUE,
    partial=True,
    every_school=True,
    columns=(
        Column("URN", "urn", "urn"),
        Column("UPN", "upn", "upn"),
        Column("AgeAt31August", "age", "count", low=2, high=19),
        Column("Disadvantaged", "disadvantaged", "flag", blank="x", rule="Y or N"),
        Column("FSM", "fsm", "flag", blank="x", rule="Y or N"),
        Column("Date", "day", "date"),
        Column("Session", "session", "choice", allowed=("AM", "PM")),
        Column("Mark", "mark", "choice", allowed=tuple(dict.fromkeys((*_TO_2024, *_SINCE_2024)))),
    ),
    key=("urn", "upn", "day", "session"),
    tidy=tidy,
    reduce=reduce,
    year_of=from_date("Date"),
    recognised_by=("AgeAt31August", "Date", "Session", "Mark"),
    checks=(marks_of_the_year,),
)
