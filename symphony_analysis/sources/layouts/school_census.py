"""The school census in the performance tables: each school's roll, SEN, EAL and FSM, with England's rows last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import OPEN_GOVERNMENT, TABLE, Column, Source, no_year
from symphony_analysis.sources.declare.tables import moved

ENGLAND = "NAT"
#: School rows have two decimals; England's of 2024/25 are rounded to one, and some to none (15% for 14.75).
_SLACK = 0.3
_COUNTS = {
    "pupils_count": "pupils",
    "sen_support_count": "sen_support",
    "ehc_plan_count": "ehc_plan",
    "eal_count": "eal",
}


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """The trust's schools and the row of England's state-funded primary schools."""
    urn, estab = places["urn"], places["estab"]

    def wanted(row: Sequence[str]) -> bool:
        code = row[urn].strip()
        return row[estab].strip() == "PRI" if code == ENGLAND else context.ours_or_unclear(code)

    return wanted


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many pupils are on roll in January, with SEN support, a plan, or EAL; and how many eligible for FSM?

    A school whose old and new URN both have a row counts once, under the present one.
    """
    england = frame["urn"] == ENGLAND
    rows = frame[(england & (frame["estab"] == "PRI")) | frame["urn"].isin(list(context.present_urns))]
    england = rows["urn"] == ENGLAND
    rows = rows.assign(
        geographic_level=england.map({True: "England", False: "School"}).astype("str"),
        school_urn=present(rows["urn"].where(~england, ""), context).where(~england, ""),
        time_period=context.year.code,
        source_file=context.file,
        _present=rows["urn"].isin([s.urn for s in context.trust.schools]),
    ).sort_values("_present", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["geographic_level", "school_urn"])
    places = rows[["time_period", "geographic_level", "school_urn", "source_file"]]
    everyone = places.assign(pupil_group="all")
    for ours, theirs in _COUNTS.items():
        everyone = moved(everyone, rows, ours, theirs)
    fsm = moved(places.assign(pupil_group="fsm"), rows, "pupils_count", "fsm")
    for ours in list(_COUNTS)[1:]:
        fsm = moved(fsm, rows, ours, "")
    return pd.concat([everyone, fsm], ignore_index=True)


SOURCE = Source(
    name="school_census",
    title="School census in the performance tables",
    publisher="Department for Education",
    licence=OPEN_GOVERNMENT,
    homepage="https://www.find-school-performance-data.service.gov.uk/download-data",
    table="roll",
    weight=TABLE,
    partial=True,
    columns=(
        Column("URN", "urn", "urn", allowed=(ENGLAND,), rule="a URN of six digits, or NAT"),
        Column("LA", "authority", blank=""),
        Column("ESTAB", "estab", blank=""),
        Column("SCHOOLTYPE", "type", blank=""),
        Column("NOR", "pupils", "count", low=0, blank="x"),
        Column("TSENELSE", "ehc_plan", "count", low=0, blank="x"),
        Column("PSENELSE", "ehc_plan_percent", "percent", low=0, high=100, sign=True, blank="x"),
        Column("TSENELK", "sen_support", "count", low=0, blank="x"),
        Column("PSENELK", "sen_support_percent", "percent", low=0, high=100, sign=True, blank="x"),
        Column("NUMEAL", "eal", "count", low=0, blank="x"),
        Column("PNUMEAL", "eal_percent", "percent", low=0, high=100, sign=True, blank="x"),
        Column("NUMFSM", "fsm", "count", low=0, blank="x"),
        Column("NUMFSMEVER", "fsm_ever", "count", low=0, blank="x"),
        Column("NORFSMEVER", "fsm_ever_base", "count", low=0, blank="x", required=False),
        Column("PNUMFSMEVER", "fsm_ever_percent", "percent", low=0, high=100, sign=True, blank="x"),
    ),
    key=("urn", "estab"),
    symbols={code: code for code in ("NA", "SUPP", "NE", "NP")},
    tidy=tidy,
    year_of=no_year,
    recognised_by=("URN", "NOR", "TSENELK", "NUMFSMEVER"),
    keep=keep,
    checks=(
        rules.at_most("ehc_plan", "pupils"),
        rules.at_most("sen_support", "pupils"),
        rules.at_most("eal", "pupils"),
        rules.at_most("fsm_ever", "fsm_ever_base"),
        rules.share("ehc_plan", "pupils", "ehc_plan_percent", _SLACK),
        rules.share("sen_support", "pupils", "sen_support_percent", _SLACK),
        rules.share("eal", "pupils", "eal_percent", _SLACK),
        rules.share("fsm_ever", "fsm_ever_base", "fsm_ever_percent", _SLACK),
    ),
)
