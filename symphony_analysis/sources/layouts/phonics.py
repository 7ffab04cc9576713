"""The phonics screening check, pupil by pupil: who met the standard in year 1."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import OWN, PUPIL_LEVEL, PUPILS, Column, Due, Source, from_column
from symphony_analysis.sources.problems import Problem

STANDARD = 32
#: Met, not met, absent, disapplied, maladministration: all are in the base. A pupil who left is not.
IN_BASE = ("Wa", "Wt", "A", "D", "Q")


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many year 1 pupils were due the check, and how many met the standard of 32 marks?"""
    pupils = frame[(frame["year_group"] == "1") & frame["outcome"].isin(IN_BASE)]
    pupils = pupils.assign(
        school_urn=present(pupils["urn"], context),
        eligible_count=1.0,
        expected_count=(pupils["outcome"] == "Wa").astype(float),
    )
    flags = with_census_groups(pupils, context)
    return counted(pupils, ["eligible_count", "expected_count"], flags, context)


def mark_agrees(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows whose outcome does not follow from the mark."""
    met, not_met = frame["outcome"] == "Wa", frame["outcome"] == "Wt"
    wrong = (met & (frame["mark"] < STANDARD)) | (not_met & (frame["mark"] >= STANDARD))
    found = "an outcome that the mark does not give"
    expected = f"Wa from {STANDARD} marks, Wt below"
    fix = "correct the mark or the outcome at the source"
    return [Problem(context.file, int(row), "Phonics_Outcome", found, expected, fix) for row in frame.index[wrong]]


SOURCE = Source(
    name="phonics",
    title="Phonics screening check: pupil-level download",
    publisher="Department for Education",
    licence=PUPIL_LEVEL,
    table="phonics",
    weight=OWN,
    due=Due("Phonics screening check, pupils", 1, 9, PUPILS),
    pupil_level=True,
    partial=True,
    columns=(
        Column("AcademicYear", "academic_year", "year"),
        Column("UniquePupilNumber", "upn", "upn"),
        Column("UniqueReferenceNumber", "urn", "urn"),
        Column("NationalCurriculumYearActual", "year_group", "choice", allowed=("R", *map(str, range(1, 8)), "X")),
        Column("Phonics_Mark", "mark", "count", low=0, high=40, blank="x"),
        Column("Phonics_Outcome", "outcome", "choice", allowed=("Wa", "Wt", "A", "D", "L", "Q")),
    ),
    key=("urn", "upn"),
    tidy=tidy,
    year_of=from_column("AcademicYear"),
    recognised_by=("Phonics_Mark", "Phonics_Outcome"),
    checks=(mark_agrees,),
)
