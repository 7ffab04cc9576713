"""Key stage 2, pupil by pupil: reading, writing, maths, and grammar, punctuation and spelling (GPS)."""

from dataclasses import replace

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import PUPILS, Column, Due, Source, from_column, of_pupils
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.problems import Problem

_STANDARDS = {
    "reading_expected": "READEXP",
    "reading_higher": "READHIGH",
    "maths_expected": "MATEXP",
    "maths_higher": "MATHIGH",
    "gps_expected": "GPSEXP",
    "gps_higher": "GPSHIGH",
    "writing_expected": "WRITTAEXP",
    "writing_higher": "WRITTADEPTH",
    "rwm_expected": "RWMEXP",
    "rwm_higher": "RWMHIGH",
}
_SCORES = {"reading": "READSCORE", "maths": "MATSCORE", "gps": "GPSSCORE"}
_PROGRESS = {"reading": "READPROGSCORE", "writing": "WRITPROGSCORE", "maths": "MATPROGSCORE"}


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many pupils at the end of key stage 2 reached each standard, and with which scores?

    Every pupil counted in the school's reading, writing and maths figure is in the base, the absent and those
    below the tests too; an average scaled score has only the pupils with a score. In a year in which no pupil
    has a progress score there is no such measure ("z").
    """
    pupils = frame[frame["eligible"] == 1] if "eligible" in frame.columns else frame
    pupils = pupils.assign(school_urn=present(pupils["urn"], context), eligible_count=1.0)
    for ours in _STANDARDS:
        pupils[f"{ours}_count"] = (pupils[ours] == 1).astype(float)
    for subject in _SCORES:
        pupils = _summed(pupils, f"{subject}_score", f"{subject}_scored_count")
    for subject in _PROGRESS:
        pupils = _summed(pupils, f"{subject}_progress", f"{subject}_progress_count")
    sums = [column for column in TABLES["ks2"].numbers if not column.endswith("_variance")]
    flags = with_census_groups(pupils, context, **_flags(pupils))
    rows = counted(pupils, sums, flags, context).assign(basis="pupils")
    measured = {s: f"{s}_progress" in frame and bool(frame[f"{s}_progress"].notna().any()) for s in _PROGRESS}
    for subject in (s for s, there in measured.items() if not there):
        for part in ("count", "total", "squares"):
            rows[f"{subject}_progress_{part}"], rows[f"{subject}_progress_{part}_symbol"] = np.nan, "z"
    return rows


def _summed(pupils: pd.DataFrame, score: str, count: str) -> pd.DataFrame:
    scores = pupils[score] if score in pupils else pd.Series(np.nan, index=pupils.index)
    known = scores.fillna(0.0)
    return pupils.assign(**{count: scores.notna().astype(float), f"{score}_total": known, f"{score}_squares": known**2})


def _flags(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    looked_after = pupils["looked_after"] == 1 if "looked_after" in pupils else False
    return {"disadvantaged": (pupils["ever_fsm"] == 1) | looked_after, "fsm": pupils["fsm"] == 1}


def standards_agree(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Pupils at the higher standard without the expected one, or at RWM without its three subjects."""
    problems = []
    fix = "correct the pupil's outcome at the source"
    for subject in ("reading", "writing", "maths", "gps", "rwm"):
        higher, expected = f"{subject}_higher", f"{subject}_expected"
        problems += rules.cells(
            frame, (frame[higher] == 1) & (frame[expected] == 0), source, context, higher,
            "the higher standard without the expected", "the expected standard with the higher", fix, (), (expected,),
        )  # fmt: skip
    for standard in ("expected", "higher"):
        three = [f"{subject}_{standard}" for subject in ("reading", "writing", "maths")]
        combined = f"rwm_{standard}"
        wrong = frame[combined].notna() & ((frame[combined] == 1) != (frame[three] == 1).all(axis=1))
        problems += rules.cells(
            frame, wrong, source, context, combined, "a combined standard that the three subjects do not give",
            "1 where reading, writing and maths are all 1, and 0 elsewhere", fix, (), three,
        )  # fmt: skip
    return problems


def scores_agree(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Warnings for outcomes that the scaled score does not give: expected from 100, higher from 110."""
    problems = []
    for subject in _SCORES:
        for standard, mark in (("expected", 100), ("higher", 110)):
            score, ours = frame[f"{subject}_score"], f"{subject}_{standard}"
            wrong = score.notna() & frame[ours].notna() & ((score >= mark) != (frame[ours] == 1))
            problems += rules.cells(
                frame,
                wrong,
                source,
                context,
                ours,
                "an outcome that the scaled score does not give",
                f"1 from a scaled score of {mark}, and 0 below",
                "check the pupil's score and outcome at the source",
            )
    return [replace(problem, warning=True) for problem in problems]


SOURCE = of_pupils(
    name="ks2_pupil",
    title="Key stage 2: pupil-level download",
    table="ks2",
    due=Due(
        "Key stage 2 results, pupils",
        1,
        9,
        PUPILS,
        "progress scores return with the results of 2025/26, for pupils who have a key stage 1 baseline",
    ),
    partial=True,
    columns=(
        Column("ACADYR", "academic_year", "year"),
        Column("UPN", "upn", "upn"),
        Column("URN", "urn", "urn"),
        *(
            Column(official, f"{subject}_score", "count", low=80, high=120, blank="x")
            for subject, official in _SCORES.items()
        ),
        *(Column(official, ours, "flag", blank="x") for ours, official in _STANDARDS.items()),
        Column("ELIGRWM", "eligible", "flag", blank="x", required=False),
        Column("FSM", "fsm", "flag", blank="x"),
        Column("FSM6_P", "ever_fsm", "flag", blank="x"),
        Column("CLA_PP_1_DAY", "looked_after", "flag", blank="x", required=False),
        *(
            Column(official, f"{subject}_progress", "number", low=-60, high=60, blank="z", required=False)
            for subject, official in _PROGRESS.items()
        ),
    ),
    key=("urn", "upn"),
    tidy=tidy,
    year_of=from_column("ACADYR"),
    recognised_by=("READSCORE", "WRITTAEXP", "RWMEXP", "FSM6_P"),
    checks=(standards_agree, scores_agree),
)
