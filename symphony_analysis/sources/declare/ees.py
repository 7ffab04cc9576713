"""What the files of Explore Education Statistics have in common: levels, phases, years, codes, and which rows count.

School, authority, region and England rows lie mixed in one file, and several years too: levels are never added up.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import Column, Filter, Source, Tidy, from_column
from symphony_analysis.sources.declare.tables import moved
from symphony_analysis.years import AcademicYear

FIND = "https://explore-education-statistics.service.gov.uk/find-statistics/"
LEVELS = {"school": "School", "local authority": "LA", "national": "England"}
SYMBOLS = MappingProxyType({code: code for code in ("c", "x", "z", "u", "low")})
#: Older releases: ":" was not available, "~" and "k" a rounded zero, "." not applicable.
LEGACY = MappingProxyType({":": "x", "~": "low", "k": "low", ".": "z"})

YEAR = Column("time_period", "academic_year", "year", also=("year", "academic_year"))
KEYS = (
    YEAR,
    Column("geographic_level", "level", also=("level",)),
    Column("school_urn", "urn", "urn", blank="", required=False, also=("urn",)),
    Column("school_laestab", "laestab", "laestab", blank="", required=False),
    Column("region_code", "region", blank="", required=False),
    Column("old_la_code", "authority", blank="", required=False, also=("la_code",)),
    Column("la_name", "authority_name", blank="", required=False),
)
KEY = ("academic_year", "level", "region", "urn", "authority", "authority_name")
PLACES = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]

#: Columns of words that split nothing: places, names, and what the release says of itself.
_PLAIN = frozenset({
    "time_period", "time_identifier", "academic_year", "year", "geographic_level", "level", "country_code",
    "country_name", "region_code", "region_name", "new_la_code", "old_la_code", "la_code", "la_name", "lad_code",
    "lad_name", "school_urn", "urn", "school_laestab", "laestab", "school_name", "opportunity_area_code", "pcon_code",
    "opportunity_area_name", "pcon_name", "school_placeholder", "num_schools", "ward_code", "ward_name",
})  # fmt: skip
TOTAL = ("total", "all", "all pupils", "all children", "")
#: England's state-funded schools; "all schools" has independent schools too and is another population.
STATE_FUNDED = ("all state funded", "state funded", "all state funded schools", "state funded schools", *TOTAL)

_PRIMARY = ("state funded primary", "primary", "state funded primary schools", "primary schools")
PHASE = Filter("phase", ("education_phase", "school_type"), _PRIMARY, schools=False)
ESTABLISHMENT = Filter(
    "establishment", ("establishment_type_group", "establishment_type", "school_type"), STATE_FUNDED, schools=False
)
SEX = Filter("sex", ("sex", "gender"), TOTAL)
VERSION = Filter("version", ("version", "release_status"), ("final", "amended", "revised", "provisional", ""))
FULL_YEAR = Filter("period", ("time_identifier",), ("academic year", "full academic year", ""))

#: A school's row needs its URN; rows of other levels have none.
SCHOOLS_NAMED = rules.filled("urn", lambda frame: frame["level"].str.strip().str.casefold() == "school")


def layout(
    name: str,
    title: str,
    page: str,
    table: str,
    tidy: Tidy,
    columns: Sequence[Column],
    recognised_by: Sequence[str],
    filters: Sequence[Filter] = (),
    **more: Any,
) -> Source:
    """A layout of Explore Education Statistics: the keys, codes and filters of all of them, and its own columns.

    ``page`` is the last part of the publication's address.
    """
    return Source(
        **{
            "name": name,
            "title": title,
            "homepage": FIND + page,
            "table": table,
            "many_years": True,
            "partial": True,
            "columns": (*KEYS, *(f.column for f in (*filters, VERSION)), *columns),
            "key": (*KEY, *(f.ours for f in filters)),
            "symbols": SYMBOLS,
            "legacy": LEGACY,
            "tidy": tidy,
            "year_of": from_column("time_period", "year"),
            "recognised_by": tuple(recognised_by),
            "keep": keep,
            "filters": (*filters, VERSION),
            "plain_columns": _PLAIN,
            "england_rows": placed,
            **more,
        }
    )


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """This year's rows of the trust's schools, its authority and England; one with no readable year is read."""
    year, level, urn = places["academic_year"], places["level"], places.get("urn")
    authority, name = places.get("authority"), places.get("authority_name")
    home = context.trust.authority_name
    known: dict[str, bool] = {}

    def wanted(row: Sequence[str]) -> bool:
        kind, when = row[level].strip().casefold(), row[year]
        if when not in known:
            known[when] = AcademicYear.maybe(when) in (None, context.year)
        if kind not in LEVELS or not known[when]:
            return False
        if kind == "school":
            return urn is not None and context.ours_or_unclear(row[urn])
        if kind == "local authority":
            if authority is not None and row[authority].strip():
                return row[authority].strip() == context.trust.authority
            return name is not None and bool(home) and row[name].strip() == home
        return True

    return wanted


def placed(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows with our levels, present URNs, year, file and group (all pupils)."""
    levels = frame["level"].str.strip().str.casefold().map(LEVELS).astype("str")
    urns = present(frame["urn"], context) if "urn" in frame else pd.Series("", index=frame.index)
    return frame.assign(
        geographic_level=levels,
        school_urn=urns.where(levels == "School", ""),
        pupil_group="all",
        time_period=context.year.code,
        source_file=context.file,
    )


def as_columns(names: Mapping[str, str]) -> Tidy:
    """A tidy frame that is the rows under our names: ours -> the column of the layout."""

    def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
        rows = placed(frame, context)
        return moved(rows[PLACES], rows, names)

    return tidy
