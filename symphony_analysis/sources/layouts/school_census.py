"""The school census in the performance tables: each school's roll, SEN, EAL and FSM, with England's rows last."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import PERFORMANCE_TABLES, TABLE, Column, Source, count, no_year, percent
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
    everyone = moved(places.assign(pupil_group="all"), rows, _COUNTS)
    fsm = moved(places.assign(pupil_group="fsm"), rows, {**dict.fromkeys(_COUNTS, ""), "pupils_count": "fsm"})
    return pd.concat([everyone, fsm], ignore_index=True)


SOURCE = Source(
    name="school_census",
    title="School census in the performance tables",
    homepage=PERFORMANCE_TABLES,
    table="roll",
    weight=TABLE,
    partial=True,
    columns=(
        Column("URN", "urn", "urn", allowed=(ENGLAND,), rule="a URN of six digits, or NAT"),
        Column("LA", "authority", blank=""),
        Column("ESTAB", "estab", blank=""),
        Column("SCHOOLTYPE", "type", blank=""),
        count("NOR", "pupils"),
        count("TSENELSE", "ehc_plan"),
        percent("PSENELSE", "ehc_plan_percent", sign=True),
        count("TSENELK", "sen_support"),
        percent("PSENELK", "sen_support_percent", sign=True),
        count("NUMEAL", "eal"),
        percent("PNUMEAL", "eal_percent", sign=True),
        count("NUMFSM", "fsm"),
        count("NUMFSMEVER", "fsm_ever"),
        count("NORFSMEVER", "fsm_ever_base", required=False),
        percent("PNUMFSMEVER", "fsm_ever_percent", sign=True),
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
