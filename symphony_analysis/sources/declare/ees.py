"""What the files of Explore Education Statistics have in common: levels, phases, years, codes, and which rows count.

School, authority, region and England rows lie mixed in one file, and several years too: levels are never added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import Column
from symphony_analysis.years import AcademicYear

LEVELS = {"school": "School", "local authority": "LA", "national": "England"}
PRIMARY = ("state-funded primary", "primary")
SYMBOLS = MappingProxyType({code: code for code in ("c", "x", "z", "u", "low")})
#: Older releases: ":" was not available, "~" and "k" a rounded zero, "." not applicable.
LEGACY = MappingProxyType({":": "x", "~": "low", "k": "low", ".": "z"})

YEAR = Column("time_period", "academic_year", "year", also=("year",))
TERM = Column("time_identifier", "period", required=False, blank="")
LEVEL = Column("geographic_level", "level", also=("level",))
URN = Column("school_urn", "urn", "urn", blank="", required=False, also=("urn",))
LAESTAB = Column("school_laestab", "laestab", "laestab", blank="", required=False)
REGION = Column("region_code", "region", blank="", required=False)
AUTHORITY = Column("old_la_code", "authority", blank="", required=False)
AUTHORITY_NAME = Column("la_name", "authority_name", blank="", required=False)
PHASE = Column("education_phase", "phase", blank="", also=("school_type",))
KEYS = (YEAR, TERM, LEVEL, URN, LAESTAB, REGION, AUTHORITY, AUTHORITY_NAME, PHASE)
KEY = ("academic_year", "level", "region", "urn", "authority", "phase")

#: A school's row needs its URN; rows of other levels have none.
SCHOOLS_NAMED = rules.filled("urn", lambda frame: frame["level"].str.strip().str.casefold() == "school")


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """The rows of this year: the trust's schools, its local authority, and England."""
    year, level, urn = places["academic_year"], places["level"], places.get("urn")
    authority, name = places.get("authority"), places.get("authority_name")
    home = context.trust.identity.get("local_authority_name", "")

    def wanted(row: Sequence[str]) -> bool:
        kind = row[level].strip().casefold()
        if kind not in LEVELS or not _same_year(row[year], context.year):
            return False
        if kind == "school":
            return urn is not None and row[urn].strip() in context.present_urns
        if kind == "local authority":
            if authority is not None:
                return row[authority].strip() == context.authority
            return name is not None and bool(home) and row[name].strip() == home
        return True

    return wanted


def _same_year(text: str, year: AcademicYear) -> bool:
    stripped = text.strip()
    return stripped in (year.folder, year.label) or stripped.replace("-", "/") == year.label


def chosen(frame: pd.DataFrame, context: Context, totals: Sequence[str] = ()) -> pd.DataFrame:
    """The rows that count, with our levels and present URNs: one a school, and primary for LA and England.

    ``totals`` are filters of which only the total is wanted; a file without such a filter has totals only.
    """
    kinds = frame["level"].str.strip().str.casefold()
    rows = frame[kinds.isin(list(LEVELS)) & (frame["academic_year"] == context.year.folder)]
    for column in totals:
        if column in rows.columns:
            rows = rows[rows[column].str.casefold().isin(["total", "all", "all pupils", "all state funded", ""])]
    levels = rows["level"].str.strip().str.casefold().map(LEVELS).astype("str")
    primary = rows["phase"].str.strip().str.casefold().isin(PRIMARY) | (levels == "School")
    urns = present(rows["urn"], context) if "urn" in rows else pd.Series("", index=rows.index)
    rows = rows.assign(geographic_level=levels, school_urn=urns.where(levels == "School", ""))
    rows = rows[primary & ((rows["school_urn"] != "") | (levels != "School"))]
    return rows.assign(pupil_group="all", time_period=context.year.code, source_file=context.file)
