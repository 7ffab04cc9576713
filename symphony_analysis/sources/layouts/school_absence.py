"""Absence in the performance tables (england_abs): each school's percentages, with England's rows last.

The file has no numbers of pupils or sessions, so that nothing of it can be pooled: it feeds a table of its own.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import as_schools, present
from symphony_analysis.sources.declare.source import (
    PERFORMANCE_TABLES,
    TABLE,
    Column,
    National,
    Source,
    no_year,
    percent,
)
from symphony_analysis.sources.declare.tables import Table

RATES = Table("absence_rates", ("overall_absence_percent", "persistent_absence_percent"))


def _is_england(authority: str, estab: str) -> bool:
    """The row of England's state-funded primary schools."""
    return authority.strip() == "NAT" and estab.strip() == "PRI"


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """The trust's schools and England's state-funded primary schools."""
    authority, estab, urn = places["authority"], places["estab"], places["urn"]

    def wanted(row: Sequence[str]) -> bool:
        if row[authority].strip() == "NAT":
            return _is_england(row[authority], row[estab])
        return context.ours_or_unclear(row[urn])

    return wanted


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Which share of sessions was missed, and of pupils persistently absent, in each school and in England?"""
    england = frame["authority"] == "NAT"
    rows = as_schools(frame, context).assign(
        geographic_level=england.map({True: "England", False: "School"}).astype("str"),
        school_urn=present(frame["urn"].where(~england, ""), context).where(~england, ""),
        pupil_group="all",
        _present=frame["urn"].isin([school.urn for school in context.trust.schools]),
    )
    rows = rows.sort_values("_present", ascending=False, kind="stable")
    return rows.drop_duplicates(["geographic_level", "school_urn"])


SOURCE = Source(
    name="school_absence",
    title="Absence in the performance tables",
    homepage=PERFORMANCE_TABLES,
    table=RATES.name,
    weight=TABLE,
    partial=True,
    columns=(
        Column("LA", "authority", blank=""),
        Column("ESTAB", "estab", blank=""),
        Column("URN", "urn", "urn", blank=""),
        percent("PERCTOT", "overall_absence_percent"),
        percent("PPERSABS10", "persistent_absence_percent"),
    ),
    key=("authority", "estab", "urn"),
    symbols={code: code for code in ("NA", "SUPP", "NE", "NP", "NEW")},
    tidy=tidy,
    year_of=no_year,
    england=tuple(National(name, name, "state_funded_primary_full_year", 1) for name in RATES.numbers),
    england_rows=tidy,
    recognised_by=("URN", "PERCTOT", "PPERSABS10"),
    keep=keep,
    checks=(rules.filled("urn", lambda frame: frame["authority"] != "NAT"),),
)
