"""England and authority results of the checks below key stage 2: EYFSP, phonics and multiplication tables.

DfE publishes none of them by school. Groups are chosen by the filters of each file; all other filters at "Total".
"""

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS
from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Due, Filter, National, count, percent
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
#: Groups of the trust as a whole, of which these files give England's figure and the authority's.
SEX = {
    **dict.fromkeys(("girls", "girl", "female"), "girls"),
    **dict.fromkeys(("boys", "boy", "male"), "boys"),
}
SEN = {
    **dict.fromkeys(("sen support", "sen no ehc plan", "sen, no ehc plan"), "sen_support"),
    **dict.fromkeys(
        ("ehc plan", "education, health and care plan", "statement or ehc plan", "sen with ehc plan", "ehc plans"),
        "ehc_plan",
    ),
}
LANGUAGE = dict.fromkeys(("known or believed to be other than english", "other than english"), "eal")
BY_DISADVANTAGE = Filter("disadvantage_status", ("disadvantage_status",), (*ees.TOTAL, *DISADVANTAGE), every=True)
BY_FSM = Filter("fsm_status", ("fsm_status",), (*ees.TOTAL, *FSM), every=True)
BY_SEX = Filter("sex", ("sex", "gender"), (*ees.TOTAL, *SEX), every=True)
BY_LANGUAGE = Filter("first_language", ("first_language",), (*ees.TOTAL, *LANGUAGE), every=True)
BY_SEN = Filter("sen_provision", ("sen_provision",), (*ees.TOTAL, *SEN), every=True)
_AT_TOTAL = ("ethnicity_major", "ethnicity_minor", "month_of_birth", "sen_primary_need")
#: The filters of a results file by pupil characteristic: all at their total but for those that make our groups.
CHARACTERISTICS = (
    *(ees.ESTABLISHMENT, BY_SEX, BY_DISADVANTAGE, BY_FSM, BY_LANGUAGE, BY_SEN),
    *(Filter(name, (name,), ees.TOTAL) for name in _AT_TOTAL),
)
_WORDS = {
    "disadvantage_status": DISADVANTAGE,
    "fsm_status": FSM,
    "sex": SEX,
    "first_language": LANGUAGE,
    "sen_provision": SEN,
}

_TOPICS = {
    **dict.fromkeys(("disadvantaged status", "disadvantage status", "disadvantage", "disadvantaged"), DISADVANTAGE),
    **dict.fromkeys(("fsm", "fsm status", "fsm eligibility", "free school meals", "free school meal status"), FSM),
    **dict.fromkeys(("sex", "gender"), SEX),
    **dict.fromkeys(("first language", "language"), LANGUAGE),
    **dict.fromkeys(("sen", "sen provision", "sen status"), SEN),
}
#: Where topic and breakdown are columns of their own: all pupils, and those that make our groups.
TOPICS = (
    Filter(
        "topic",
        ("breakdown_topic", "characteristic_type", "characteristic_group"),
        (*ees.TOTAL, *_TOPICS),
        every=True,
    ),
    Filter(
        "breakdown",
        ("breakdown", "characteristic"),
        (*ees.TOTAL, *DISADVANTAGE, *FSM, *SEX, *LANGUAGE, *SEN),
        every=True,
    ),
)


def by_topic(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of all pupils and of our groups, by topic and breakdown; the groups of the trust of no single school."""
    rows = ees.placed(frame, context)
    topic, breakdown = _folded(rows, "topic"), _folded(rows, "breakdown")
    words = zip(topic, breakdown, strict=True)
    group = pd.Series([_TOPICS.get(one, {}).get(other) for one, other in words], index=rows.index, dtype="object")
    everyone = topic.isin(ees.TOTAL) & breakdown.isin(ees.TOTAL)
    rows = rows.assign(pupil_group=group.mask(everyone, "all")).dropna(subset=["pupil_group"])
    return rows[rows["pupil_group"].isin(list(GROUPS)) | rows["geographic_level"].ne("School")]


def grouped(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of all pupils and of our groups: those split by one characteristic at most."""
    rows = ees.placed(frame, context)
    cells = pd.DataFrame({name: _folded(rows, name) for name in _WORDS})
    split = ~cells.isin(ees.TOTAL)
    group = pd.Series("all", index=rows.index, dtype="object")
    for name, words in _WORDS.items():
        group = group.mask(split[name], cells[name].map(words))
    return rows.assign(pupil_group=group.where(split.sum(axis=1) <= 1)).dropna(subset=["pupil_group"])


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
    names = {"eligible_count": "eligible", "took_count": "took", "score_total": "score_total"}
    return moved(rows[ees.PLACES], rows, names | {"full_marks_count": "full_marks"})


def tidy_eyfsp(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What share of children reached a good level of development here and in England?

    All early years providers, nurseries outside schools too.
    """
    return _share_as_count(by_topic(frame, context), "gld_count", "gld_percent")


def _share_as_count(rows: pd.DataFrame, ours: str, percent: str) -> pd.DataFrame:
    made = moved(rows[ees.PLACES], rows, {"eligible_count": "eligible"})
    count = made["eligible_count"] * rows[percent] / 100
    why = made["eligible_count_symbol"].where(made["eligible_count"].isna(), rows[f"{percent}_symbol"])
    return made.assign(**{ours: count, f"{ours}_symbol": np.where(count.isna(), why, "")})


_CHILDREN = ("children_count", "number_of_children", "number_children")
PHONICS = ees.layout(
    "ees_phonics",
    "Phonics screening check attainment",
    "phonics-screening-check-attainment",
    "phonics",
    tidy_phonics,
    (
        count("eligible_pupil_count", "eligible", required=False),
        percent("expected_standard_pupil_percent", "expected_percent"),
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
        count("eligible_pupil_count", "eligible"),
        count("completed_check_pupil_count", "took"),
        count("mtc_score_total", "score_total"),
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
        count("children_number", "eligible", *_CHILDREN, required=False),
        percent("gld_children_percent", "gld_percent", "gld_percentage", "gld_percent"),
    ),
    ("time_period", "geographic_level", "gld_children_percent"),
    (ees.SEX, *TOPICS),
    england=(National("eyfs_gld_percent", "gld_percent", "early_years_all_providers", 1),),
    england_rows=by_topic,
    due=Due("England: early years foundation stage profile", 1, 11),
)
