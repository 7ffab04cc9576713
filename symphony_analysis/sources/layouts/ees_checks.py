"""England and authority results of the checks below key stage 2: EYFSP, phonics and multiplication tables.

DfE publishes none of them by school. Groups are chosen by the filters of each file; all other filters at "Total".
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Due, Filter, National
from symphony_analysis.sources.declare.tables import moved

DISADVANTAGE = {
    "disadvantaged": "disadvantaged",
    "not known to be disadvantaged": "other",
    "not disadvantaged": "other",
    "other": "other",
    "all other pupils": "other",
    "disadvantaged all other": "other",
}
FSM = {
    "fsm": "fsm",
    "fsm eligible": "fsm",
    "known to be eligible for free school meals": "fsm",
    "eligible": "fsm",
    "not fsm": "not_fsm",
    "non fsm": "not_fsm",
    "not known to be eligible for free school meals": "not_fsm",
    "all other pupils": "not_fsm",
    "not eligible": "not_fsm",
}
BY_DISADVANTAGE = Filter("disadvantage_status", ("disadvantage_status",), (*ees.TOTAL, *DISADVANTAGE), every=True)
BY_FSM = Filter("fsm_status", ("fsm_status",), (*ees.TOTAL, *FSM), every=True)
#: The filters of a results file by pupil characteristic: all at their total but for the two that make our groups.
CHARACTERISTICS = (
    ees.ESTABLISHMENT, ees.SEX, BY_DISADVANTAGE, BY_FSM,
    *(Filter(name, (name,), ees.TOTAL) for name in (
        "ethnicity_major", "ethnicity_minor", "first_language", "month_of_birth", "sen_provision", "sen_primary_need",
    )),
)  # fmt: skip

_BY_DISADVANTAGE = ("disadvantaged status", "disadvantage status", "disadvantage", "disadvantaged")
_BY_FSM = ("fsm", "fsm status", "fsm eligibility", "free school meals", "free school meal status")
#: Where topic and breakdown are columns of their own: all pupils, and the two that make our groups.
TOPICS = (
    Filter(
        "topic",
        ("breakdown_topic", "characteristic_type", "characteristic_group"),
        (*ees.TOTAL, *_BY_DISADVANTAGE, *_BY_FSM),
        every=True,
    ),
    Filter("breakdown", ("breakdown", "characteristic"), (*ees.TOTAL, *DISADVANTAGE, *FSM), every=True),
)


def by_topic(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of all pupils and of our groups, by topic and breakdown."""
    rows = ees.placed(frame, context)
    topic, breakdown = _folded(rows, "topic"), _folded(rows, "breakdown")
    group = breakdown.map(DISADVANTAGE).where(topic.isin(_BY_DISADVANTAGE))
    group = group.fillna(breakdown.map(FSM).where(topic.isin(_BY_FSM)))
    everyone = topic.isin(ees.TOTAL) & breakdown.isin(ees.TOTAL)
    return rows.assign(pupil_group=group.mask(everyone, "all")).dropna(subset=["pupil_group"])


def grouped(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of all pupils and of our two pairs of groups."""
    rows = ees.placed(frame, context)
    disadvantage, fsm = _folded(rows, "disadvantage_status"), _folded(rows, "fsm_status")
    all_of_one, all_of_other = disadvantage.isin(ees.TOTAL), fsm.isin(ees.TOTAL)
    group = disadvantage.map(DISADVANTAGE).where(all_of_other).fillna(fsm.map(FSM).where(all_of_one))
    return rows.assign(pupil_group=group.mask(all_of_one & all_of_other, "all")).dropna(subset=["pupil_group"])


def _folded(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index)
    return rows[column].str.replace("-", " ").str.strip().str.casefold()


def tidy_phonics(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What share of year 1 pupils met the phonics standard here and in England, as counts not rounded?"""
    return _share_as_count(grouped(frame, context), "expected_count", "expected_percent")


def tidy_mtc(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many year 4 pupils were due and took the tables check in England, with what total of marks?"""
    rows = grouped(frame, context)
    made = rows[ees.PLACES]
    for ours, theirs in (
        ("eligible_count", "eligible"),
        ("took_count", "took"),
        ("score_total", "score_total"),
        ("full_marks_count", "full_marks"),
    ):
        made = moved(made, rows, ours, theirs)
    return made


def tidy_eyfsp(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What share of children reached a good level of development here and in England?

    All early years providers, nurseries outside schools too.
    """
    return _share_as_count(by_topic(frame, context), "gld_count", "gld_percent")


def _share_as_count(rows: pd.DataFrame, ours: str, percent: str) -> pd.DataFrame:
    made = moved(rows[ees.PLACES], rows, "eligible_count", "eligible")
    count = made["eligible_count"] * rows[percent] / 100
    why = made["eligible_count_symbol"].where(made["eligible_count"].isna(), rows[f"{percent}_symbol"])
    return made.assign(**{ours: count, f"{ours}_symbol": np.where(count.isna(), why, "")})


def _count(official: str, ours: str, required: bool = True, *also: str) -> Column:
    return Column(official, ours, "count", low=0, blank="x", required=required, also=also)


def _percent(official: str, ours: str, *also: str) -> Column:
    return Column(official, ours, "percent", low=0, high=100, blank="x", also=also)


PHONICS = ees.layout(
    "ees_phonics",
    "Phonics screening check attainment",
    "phonics-screening-check-attainment",
    "phonics",
    tidy_phonics,
    (
        _count("eligible_pupil_count", "eligible", False),
        _percent("expected_standard_pupil_percent", "expected_percent"),
    ),
    ("time_period", "year_group", "establishment_type_group", "expected_standard_pupil_percent"),
    (*CHARACTERISTICS, Filter("year_group", ("year_group",), ("year 1", *ees.TOTAL))),
    england=(National("phonics_year1_expected_percent", "expected_percent", "state_funded"),),
    england_rows=grouped,
    due=Due("England: phonics", 1, 10),
)
MTC = ees.layout(
    "ees_mtc",
    "Multiplication tables check attainment",
    "multiplication-tables-check-attainment",
    "mtc",
    tidy_mtc,
    (
        _count("eligible_pupil_count", "eligible"),
        _count("completed_check_pupil_count", "took"),
        _count("mtc_score_total", "score_total"),
        Column("mtc_score_average", "average", "number", low=0, high=25, blank="x"),
    ),
    ("time_period", "eligible_pupil_count", "completed_check_pupil_count", "mtc_score_average"),
    (*CHARACTERISTICS, Filter("year_group", ("year_group",), ("year 4", *ees.TOTAL))),
    checks=(rules.at_most("took", "eligible"),),
    england=(National("mtc_average_score", "average", "state_funded", 1, "score"),),
    england_rows=grouped,
    due=Due("England: multiplication tables check", 1, 11),
)
EYFSP = ees.layout(
    "ees_eyfsp",
    "Early years foundation stage profile results",
    "early-years-foundation-stage-profile-results",
    "eyfsp",
    tidy_eyfsp,
    (
        _count("children_number", "eligible", False, "children_count", "number_of_children", "number_children"),
        _percent("gld_children_percent", "gld_percent", "gld_percentage", "gld_percent"),
    ),
    ("time_period", "geographic_level", "gld_children_percent"),
    (ees.SEX, *TOPICS),
    england=(National("eyfs_gld_percent", "gld_percent", "early_years_all_providers", 1),),
    england_rows=by_topic,
    due=Due("England: early years foundation stage profile", 1, 11),
)
