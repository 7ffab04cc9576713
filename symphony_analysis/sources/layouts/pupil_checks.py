"""The checks below key stage 2, pupil by pupil: early years profile, phonics, multiplication tables."""

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import PUPILS, Column, Due, Source, from_column, of_pupils
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.problems import Problem, in_rows

#: The 17 early learning goals; a good level of development needs the first twelve.
GOALS = (
    "COM_G01", "COM_G02", "COM_G03", "PHY_G04", "PHY_G05", "PSE_G06", "PSE_G07", "PSE_G08", "LIT_G09",
    "LIT_G10", "MAT_G11", "MAT_G12", "UTW_G13", "UTW_G14", "UTW_G15", "EXP_G16", "EXP_G17",
)  # fmt: skip
_GLD_GOALS = [goal.lower() for goal in GOALS[:12]]


def tidy_eyfsp(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many Reception pupils were assessed, and how many reached a good level of development?"""
    pupils = frame.assign(
        school_urn=present(frame["urn"], context),
        eligible_count=1.0,
        gld_count=(frame["gld"] == 1).astype(float),
    )
    return counted(pupils, ["eligible_count", "gld_count"], with_census_groups(pupils, context), context)


def gld_agrees(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows whose good level of development does not follow from their first twelve goals."""
    if not set(_GLD_GOALS) <= set(frame.columns):
        return []
    reached = (frame[_GLD_GOALS] == "2").all(axis=1)
    known = (frame[_GLD_GOALS] != "").all(axis=1)
    wrong = frame.index[known & (frame["gld"].notna()) & (reached != (frame["gld"] == 1))]
    found = "a good level that the twelve goals do not give"
    expected = "GLD 1 where goals 1 to 12 are all 2, and 0 elsewhere"
    fix = "correct the goals or GLD at the source"
    return in_rows(context.file, wrong, "GLD", found, expected, fix)


EYFSP = of_pupils(
    name="eyfsp",
    title="Early years foundation stage profile: pupil-level download",
    table="eyfsp",
    due=Due("Early years foundation stage profile, pupils", 1, 9, PUPILS),
    partial=True,
    columns=(
        Column("ACADYR", "academic_year", "year"),
        Column("UPN", "upn", "upn"),
        Column("URN", "urn", "urn"),
        *(Column(goal, goal.lower(), "choice", allowed=("1", "2", "A"), required=False, blank="x") for goal in GOALS),
        Column("GLD", "gld", "flag"),
    ),
    key=("urn", "upn"),
    tidy=tidy_eyfsp,
    year_of=from_column("ACADYR"),
    recognised_by=("ACADYR", "GLD", "COM_G01", "LIT_G09"),
    checks=(gld_agrees,),
)


STANDARD = 32
#: Met, not met, absent, disapplied, maladministration: all are in the base. A pupil who left is not.
IN_BASE = ("Wa", "Wt", "A", "D", "Q")


def tidy_phonics(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
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
    return in_rows(context.file, frame.index[wrong], "Phonics_Outcome", found, expected, fix)


PHONICS = of_pupils(
    name="phonics",
    title="Phonics screening check: pupil-level download",
    table="phonics",
    due=Due("Phonics screening check, pupils", 1, 9, PUPILS),
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
    tidy=tidy_phonics,
    year_of=from_column("AcademicYear"),
    recognised_by=("Phonics_Mark", "Phonics_Outcome"),
    checks=(mark_agrees,),
)


FULL_MARKS = 25


def tidy_mtc(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
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
    return in_rows(context.file, frame.index[wrong], "FormMark", found, expected, fix)


MTC = of_pupils(
    name="mtc",
    title="Multiplication tables check: pupil-level download",
    table="mtc",
    due=Due("Multiplication tables check, pupils", 1, 9, PUPILS),
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
    tidy=tidy_mtc,
    year_of=from_column("ACADYR"),
    recognised_by=("FormMark", "PupilStatus"),
    checks=(mark_and_status,),
)
