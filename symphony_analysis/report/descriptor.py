"""What each column of figures.csv holds, for machines: CSV on the Web metadata, found as figures.csv-metadata.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from symphony_analysis.measures import FIGURE_KEYS
from symphony_analysis.report.figure_files import COLUMNS

NAME = "figures.csv-metadata.json"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

#: Each column: the type of its values (of CSV on the Web) and what it holds.
MEANINGS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "measure": ("string", "Name of the figure, as the data dictionary defines it; its ending is its unit."),
    "time_period": ("integer", "Academic year as DfE writes it: 202425 is 2024/25."),
    "geographic_level": ("string", "School, Trust or England."),
    "school_urn": ("string", "The school's present unique reference number; empty where the row is not a school."),
    "school_name": ("string", "The school's short name; empty where the row is not a school."),
    "pupil_group": ("string", "all, disadvantaged, other, fsm or not_fsm; disadvantaged is not fsm."),
    "value": ("decimal", "The figure, rounded as it is displayed, half away from zero; empty where symbol says why."),
    "symbol": ("string", "Why there is no value; empty where there is one."),
    "unit": ("string", "The unit of value and england_value."),
    "england_value": ("decimal", "The published figure of England that is like this one; empty where there is none."),
    "england_vintage": ("string", "The publication of england_value, its status and when it was published."),
    "comparison": ("string", "How the figure stands to England's: better, about the same, worse, or why not judged."),
    "schools_counted": ("integer", "Schools that stand behind the figure."),
    "schools_expected": ("integer", "Schools that should."),
    "origin": ("string", "official, mis, trust, synthetic or national; several joined by a semicolon."),
    "source_file": ("string", "The files it was worked out from, below the data folder; joined by a semicolon."),
    "source_sha256": ("string", "The sha256 of each of them, in the same order."),
})  # fmt: skip


def metadata(title: str, as_at: date) -> str:
    """The metadata of a release's figures.csv as JSON: its columns, types, key and what was known when."""
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "figures.csv",
        "dc:title": title,
        "dc:language": "en-GB",
        "dc:temporal": f"as known on {as_at.isoformat()}",
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": [_column(name) for name in COLUMNS], "primaryKey": FIGURE_KEYS},
    }
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def _column(name: str) -> dict[str, object]:
    kind, meaning = MEANINGS[name]
    return {"name": name, "titles": name, "datatype": kind, "null": "", "dc:description": meaning}
