"""The trust's own records, ``trust/<year>/*.csv``, and its figures of record, ``published/*.csv``: all text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from symphony_analysis.names import unknown
from symphony_analysis.sources.own import csv_table, inspections, similar_schools
from symphony_analysis.years import AcademicYear

#: Each record and the columns it must have; a row is one judgement, claim, target and so on.
RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "judgements": ("id", "area", "section_title", "bands", "wording", "framework", "judged_on", "note"),
        "claims": ("id", "area", "text", "check", "measures", "pupil_groups", "arguments", "evidence", "response"),
        "targets": ("id", "area", "text", "measure", "baseline", "value", "due", "owner", "priorities"),
        "priorities": ("id", "focus_area", "target", "strategies", "monitoring", "responsibilities", "targets"),
        "evidence": ("id", "area", "title", "dated", "shelf_life_months", "detail"),
        "ofsted": ("id", "school_urn", "framework", "grade", "year", "inspected_on", "key_judgements", "note"),
        "peer_reviews": ("id", "school_urn", "grade", "year", "note"),
        "survey": ("id", "question", "percent", "year", "respondents"),
        "governance": ("id", "group", "item", "value", "note"),
        "texts": ("id", "area", "kind", "heading", "order", "text"),
        "glossary": ("term", "meaning"),
        "commentary": ("area", "text"),
        "expectations": ("id", "school_urn", "baseline", "expectation", "due", "note"),
        "similar_schools": ("school_urn", "similar_urns", "source"),
    }
)

#: The records that a year need not have as a file.
_OPTIONAL = {"commentary", "expectations", "similar_schools"}
EXPECTED = tuple(name for name in RECORDS if name not in _OPTIONAL)
#: Records whose cells are checked whenever they are read.
DEMANDS = {"ofsted": inspections.demand, "similar_schools": similar_schools.demand}
#: Without a row in these a year has no statement of its own.
STATEMENTS = ("claims", "judgements")

#: The areas in the order of the report.
AREAS = (
    "overview", "outcomes", "disadvantaged", "governance", "school_improvement", "attendance", "exclusions", "finance",
    "safeguarding", "priorities",
)  # fmt: skip


def key_of(name: str) -> str:
    """The column that names a row of a record and stays the same from year to year."""
    return RECORDS[name][0]


def path_of(name: str, year: AcademicYear) -> str:
    """Where a record stands below the data folder. Raises UnknownNameError for a record nobody declared."""
    if name not in RECORDS:
        raise unknown("record", name, RECORDS)
    return f"trust/{year.folder}/{name}.csv"


def read(data_dir: Path, name: str, year: AcademicYear) -> pd.DataFrame:
    """One record of a year, one row as the name says; without rows when the trust has not supplied it.

    Raises SourceError for an inspection in words that its framework does not have, and a list that is none of URNs.
    """
    shown = path_of(name, year)
    if not (data_dir / shown).is_file():
        return pd.DataFrame(columns=list(RECORDS[name]), dtype="str")
    frame = ordered(csv_table.read(data_dir / shown, shown, RECORDS[name]))
    return DEMANDS[name](frame, shown) if name in DEMANDS else frame


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order of their own, so that a page does not depend on how a file happens to be sorted.

    By area as the report goes, by ``order`` where a record has one, then by id (or term) with numbers as numbers,
    then by year; what is still alike by its other cells, column by column as the columns are called.
    ``row`` keeps the row number that Excel shows, for messages.
    """
    key = next((column for column in ("id", "term") if column in frame), None)
    places = [
        (
            AREAS.index(row["area"]) if row.get("area") in AREAS else len(AREAS),
            float(row["order"]) if str(row.get("order", "")).replace(".", "", 1).isdecimal() else 0.0,
            natural(row[key]) if key else (),
            str(row.get("time_period", "")),
            [str(row[column]) for column in sorted(row)],
        )
        for row in frame.to_dict("records")
    ]
    numbered = frame.assign(row=[str(number) for number in frame.index])
    return numbered.iloc[sorted(range(len(places)), key=places.__getitem__)].reset_index(drop=True)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts "G2" before "G10", and letters in the order of the alphabet whatever their case."""
    parts = re.split(r"(\d+)", text)
    return tuple((1, int(p), "") if p.isdecimal() else (0, 0, p.casefold()) for p in parts if p)


def published(data_dir: Path) -> dict[str, pd.DataFrame]:
    """What past issues and publications printed, by file name without its ending; indexed by the row Excel shows."""
    folder = data_dir / "published"
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return {p.stem: ordered(csv_table.read(p, f"published/{p.name}")).set_index("row") for p in paths}
