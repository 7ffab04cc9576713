"""The multiplication tables check in year 4, pupil by pupil."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import OWN, PUPIL_LEVEL, PUPILS, Column, Due, Source, from_column
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.problems import Problem

FULL_MARKS = 25


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many pupils were due the check, how many took it, with what marks, and how many had all 25?

    The average is over pupils who took the check; full marks are a share of all eligible pupils.
    """
    took = frame["status"] == "Complete"
    pupils = frame.assign(
        school_urn=present(frame["urn"], context),
        eligible_count=1.0,
        took_count=took.astype(float),
        full_marks_count=(took & (frame["mark"] == FULL_MARKS)).astype(float),
        score_total=frame["mark"].where(took & frame["mark"].notna(), 0.0),
    )
    pupils = pupils.assign(score_squares=pupils["score_total"] ** 2)
    return counted(pupils, TABLES["mtc"].numbers, with_census_groups(pupils, context), context)


def mark_and_status(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Pupils who took the check without a mark, or have a mark without taking it."""
    wrong = (frame["status"] == "Complete") != frame["mark"].notna()
    found = "a mark that does not fit PupilStatus"
    expected = "a mark for Complete, and none otherwise"
    fix = "correct the mark or the status at the source"
    return [Problem(context.file, int(row), "FormMark", found, expected, fix) for row in frame.index[wrong]]


SOURCE = Source(
    name="mtc",
    title="Multiplication tables check: pupil-level download",
    publisher="Department for Education",
    licence=PUPIL_LEVEL,
    table="mtc",
    weight=OWN,
    due=Due("Multiplication tables check, pupils", 1, 9, PUPILS),
    pupil_level=True,
    partial=True,
    columns=(
        Column("ACADYR", "academic_year", "year"),
        Column("UPN", "upn", "upn"),
        Column("URN", "urn", "urn"),
        Column("FormMark", "mark", "count", low=0, high=FULL_MARKS, blank="x"),
        Column("PupilStatus", "status", "choice", allowed=("Complete", "Not taking check", "Incomplete")),
        Column("ReasonNotTakingCheck", "reason", blank="x", required=False),
    ),
    key=("urn", "upn"),
    tidy=tidy,
    year_of=from_column("ACADYR"),
    recognised_by=("FormMark", "PupilStatus"),
    checks=(mark_and_status,),
)
