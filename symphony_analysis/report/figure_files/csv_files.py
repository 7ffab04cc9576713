"""The figures of record as files: figures.csv with its CSV on the Web metadata, and a CSV for every table shown."""

import json
import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.figure import COLUMNS, KEYS, csv_text
from symphony_analysis.names import slug
from symphony_analysis.report.pages.fragments import Fragment

#: Starts of formulas in spreadsheets: the signs, also full-width, and blanks before them.
_FORMULA = re.compile(r"[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]| +[=+\-@]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
METADATA = "figures.csv-metadata.json"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; a plain number stays as it is."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _cell(value: Any) -> str:
    """One value as CSV text; empty where it is missing (the symbol says why)."""
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return neutral(str(value).replace("\r\n", "\n").replace("\r", "\n"))


def ordered(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures in one fixed order. Raises KeyError on a missing column."""
    missing = [name for name in COLUMNS if name not in figures.columns]
    if missing:
        raise KeyError(f"the figures have no column {', '.join(missing)}")
    return figures.sort_values(KEYS, kind="stable", key=lambda column: column.astype(str), ignore_index=True)


def texts(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of record as texts, as both files write them."""
    told = {}
    for name in COLUMNS:  # most values are there many times
        places, values = pd.factorize(rows[name], use_na_sentinel=False)
        told[name] = np.array([_cell(value) for value in values.tolist()], dtype=object)[places]
    return pd.DataFrame(told, rows.index, dtype=object)


def figures_csv(figures: pd.DataFrame) -> str:
    """The figures of record: one row = one figure (measure x year x level x school x pupil group)."""
    return csv_text([COLUMNS, *texts(ordered(figures)).itertuples(index=False, name=None)])


def shown_tables(fragment: Fragment) -> dict[str, str]:
    """Every table of a section as CSV, by file name: "attendance-01-absence-trust-and-england.csv"."""
    files = {}
    for number, table in enumerate(fragment.parsed().find_all("table"), start=1):
        caption = table.find("caption")
        words = slug(caption.get_text(" "))[:60].strip("-") if caption else "table"
        cells = ([cell.get_text(" ").split() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr"))
        rows = [[neutral(" ".join(parts)) for parts in row] for row in cells]
        files[f"{fragment.slug}-{number:02d}-{words}.csv"] = csv_text(rows)
    return files


def metadata(title: str, as_at: date) -> str:
    """The metadata of a release's figures.csv as JSON: columns, types, key and the day of the data."""
    columns = [
        {"name": name, "titles": name, "datatype": kind, "null": "", "dc:description": meaning}
        for name, (kind, meaning) in COLUMNS.items()
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "figures.csv",
        "dc:title": title,
        "dc:language": "en-GB",
        "dc:temporal": f"as known on {as_at.isoformat()}",
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": KEYS},
    }
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"
