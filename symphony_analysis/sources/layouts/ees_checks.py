"""England and authority results of the checks below key stage 2: EYFSP, phonics and multiplication tables.

DfE publishes none of them by school. Groups are chosen by the filters of each file; all other filters at "Total".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import OPEN_GOVERNMENT, Column, Due, Source
from symphony_analysis.sources.declare.tables import moved
from symphony_analysis.sources.declare.year_of_file import from_column

_FIND = "https://explore-education-statistics.service.gov.uk/find-statistics/"
_PLACES = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]
_FILTERS = ("establishment_type_group", "sex", "disadvantage_status", "ethnicity_major", "ethnicity_minor",
            "first_language", "fsm_status", "month_of_birth", "sen_provision", "sen_primary_need",
            "year_group")  # fmt: skip
_DISADVANTAGE = {"disadvantaged": "disadvantaged", "not known to be disadvantaged": "other", "other": "other",
                 "all other pupils": "other"}  # fmt: skip
_FSM = {"fsm": "fsm", "fsm eligible": "fsm", "known to be eligible for free school meals": "fsm",
        "not fsm": "not_fsm", "non-fsm": "not_fsm", "not known to be eligible for free school meals": "not_fsm",
        "all other pupils": "not_fsm"}  # fmt: skip


def _grouped(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Rows of all pupils and of the two pairs of groups, all other filters at their total."""
    rows = ees.chosen(frame.assign(phase="primary"), context)
    for column in _FILTERS:
        if column in rows and column not in ("disadvantage_status", "fsm_status", "year_group"):
            rows = rows[rows[column].str.casefold().isin(["total", "all", "all state funded", ""])]
    if "year_group" in rows:
        rows = rows[rows["year_group"].str.casefold().isin(["year 1", "total", ""])]
    disadvantage = _lowered(rows, "disadvantage_status")
    fsm = _lowered(rows, "fsm_status")
    everyone = disadvantage.isin(["total", ""]) & fsm.isin(["total", ""])
    group = disadvantage.map(_DISADVANTAGE).where(fsm.isin(["total", ""]))
    group = group.fillna(fsm.map(_FSM).where(disadvantage.isin(["total", ""])))
    return rows.assign(pupil_group=group.mask(everyone, "all")).dropna(subset=["pupil_group"])


def _lowered(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index)
    return rows[column].str.strip().str.casefold()


def tidy_phonics(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What share of year 1 pupils met the phonics standard here and in England, as counts not rounded?"""
    rows = _grouped(frame, context)
    return _share_as_count(rows, "expected_count", "expected_percent")


def tidy_mtc(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many year 4 pupils were due and took the tables check in England, with what total of marks?"""
    rows = _grouped(frame, context)
    made = moved(rows[_PLACES], rows, "eligible_count", "eligible")
    made = moved(made, rows, "took_count", "took")
    made = moved(made, rows, "score_total", "score_total")
    return moved(made, rows, "full_marks_count", "full_marks")


def tidy_eyfsp(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What share of children reached a good level of development here and in England?

    All early years providers, nurseries outside schools too.
    """
    rows = ees.chosen(frame.assign(phase="primary"), context, totals=("sex", "topic", "breakdown"))
    return _share_as_count(rows, "gld_count", "gld_percent")


def _share_as_count(rows: pd.DataFrame, ours: str, percent: str) -> pd.DataFrame:
    made = moved(rows[_PLACES], rows, "eligible_count", "eligible")
    count = made["eligible_count"] * rows[percent] / 100
    why = made["eligible_count_symbol"].where(made["eligible_count"].isna(), rows[f"{percent}_symbol"])
    return made.assign(**{ours: count, f"{ours}_symbol": np.where(count.isna(), why, "")})


def _source(
    name: str, title: str, page: str, table: str, tidy, columns, told_by, also: Mapping | None = None
) -> Source:
    also = also or {}
    filters = tuple(Column(n, n, blank="", required=False) for n in also.get("filters", _FILTERS))
    return Source(
        name=name,
        title=title,
        publisher="Department for Education",
        licence=OPEN_GOVERNMENT,
        homepage=_FIND + page,
        table=table,
        many_years=True,
        partial=True,
        columns=(*(c for c in ees.KEYS if c is not ees.PHASE), *also.get("before", ()), *filters, *columns),
        key=("academic_year", "level", "region", "authority", "authority_name", *also.get("key", _FILTERS)),
        symbols=ees.SYMBOLS,
        legacy=ees.LEGACY,
        tidy=tidy,
        year_of=from_column("time_period"),
        recognised_by=told_by,
        keep=ees.keep,
        checks=also.get("checks", ()),
        due=also.get("due"),
    )


PHONICS = _source(
    "ees_phonics", "Phonics screening check attainment", "phonics-screening-check-attainment", "phonics", tidy_phonics,
    (Column("eligible_pupil_count", "eligible", "count", low=0, blank="x", required=False),
     Column("expected_standard_pupil_percent", "expected_percent", "percent", low=0, high=100, blank="x")),
    ("time_period", "year_group", "establishment_type_group", "expected_standard_pupil_percent"),
    {"due": Due("England: phonics", 1, 10)},
)  # fmt: skip
MTC = _source(
    "ees_mtc", "Multiplication tables check attainment", "multiplication-tables-check-attainment", "mtc", tidy_mtc,
    (Column("eligible_pupil_count", "eligible", "count", low=0, blank="x"),
     Column("completed_check_pupil_count", "took", "count", low=0, blank="x"),
     Column("mtc_score_total", "score_total", "count", low=0, blank="x"),
     Column("mtc_score_average", "average", "number", low=0, high=25, blank="x")),
    ("time_period", "eligible_pupil_count", "completed_check_pupil_count", "mtc_score_average"),
    {"checks": (rules.at_most("took", "eligible"),), "due": Due("England: multiplication tables check", 1, 11)},
)  # fmt: skip
EYFSP = _source(
    "ees_eyfsp", "Early years foundation stage profile results", "early-years-foundation-stage-profile-results",
    "eyfsp", tidy_eyfsp,
    (Column("children_number", "eligible", "count", low=0, blank="x", required=False,
            also=("children_count", "number_of_children")),
     Column("gld_children_percent", "gld_percent", "percent", low=0, high=100, blank="x",
            also=("gld_percentage", "gld_percent"))),
    ("time_period", "geographic_level", "gld_children_percent"),
    {"filters": (), "key": ("sex", "topic", "breakdown"),
     "due": Due("England: early years foundation stage profile", 1, 11),
     "before": (Column("sex", "sex", blank="", required=False, also=("gender",)),
                Column("breakdown_topic", "topic", blank="", required=False, also=("characteristic",)),
                Column("breakdown", "breakdown", blank="", required=False, also=("characteristic_type",)))},
)  # fmt: skip
