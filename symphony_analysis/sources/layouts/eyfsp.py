"""The early years foundation stage profile, pupil by pupil: who reached a good level of development."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import OWN, PUPIL_LEVEL, PUPILS, Column, Due, Source, from_column
from symphony_analysis.sources.problems import Problem

#: The 17 early learning goals; a good level of development needs the first twelve.
GOALS = (
    "COM_G01", "COM_G02", "COM_G03", "PHY_G04", "PHY_G05", "PSE_G06", "PSE_G07", "PSE_G08", "LIT_G09",
    "LIT_G10", "MAT_G11", "MAT_G12", "UTW_G13", "UTW_G14", "UTW_G15", "EXP_G16", "EXP_G17",
)  # fmt: skip
_GLD_GOALS = [goal.lower() for goal in GOALS[:12]]


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
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
    return [Problem(context.file, int(row), "GLD", found, expected, fix) for row in wrong]


SOURCE = Source(
    name="eyfsp",
    title="Early years foundation stage profile: pupil-level download",
    publisher="Department for Education",
    licence=PUPIL_LEVEL,
    table="eyfsp",
    weight=OWN,
    due=Due("Early years foundation stage profile, pupils", 1, 9, PUPILS),
    pupil_level=True,
    partial=True,
    columns=(
        Column("ACADYR", "academic_year", "year"),
        Column("UPN", "upn", "upn"),
        Column("URN", "urn", "urn"),
        *(Column(goal, goal.lower(), "choice", allowed=("1", "2", "A"), required=False, blank="x") for goal in GOALS),
        Column("GLD", "gld", "flag"),
    ),
    key=("urn", "upn"),
    tidy=tidy,
    year_of=from_column("ACADYR"),
    recognised_by=("ACADYR", "GLD", "COM_G01", "LIT_G09"),
    checks=(gld_agrees,),
)
