"""A new academic year: its folders, its empty tables and its workbook, made without touching what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.inputs import load
from symphony_analysis.sources.own import inspections, manifest, records, records_workbook
from symphony_analysis.sources.problems import whole_file
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

#: What stays true until somebody says otherwise; a grade of our own, a survey and a comment belong to one year.
CARRIED = ("texts", "claims", "targets", "priorities", "evidence", "ofsted", "peer_reviews", "governance", "glossary")
_EMPTIED = {"claims": "response"}


@dataclass(frozen=True)
class Prepared:
    """What was made for a year and what was there already, as paths below the data folder.

    ``census_line`` is the line to put into [census] of trust.toml; "" when the year is there.
    """

    year: AcademicYear
    made: tuple[str, ...]
    kept: tuple[str, ...]
    census_line: str


def prepare(data_dir: Path, year: AcademicYear, more: Mapping[str, tuple[str, ...]] | None = None,
            carry_forward: bool = False) -> Prepared:  # fmt: skip
    """Make the folders, tables and workbook of a year; a file that is there already stays as it is.

    ``more`` gives the values that the workbook offers beside our own (measures, checks). ``carry_forward``
    begins the records that last from year to year with the rows of the year before. Raises SourceError.
    """
    trust = load(data_dir).trust
    held = _carried(data_dir, year) if carry_forward else {}
    files = {f"raw/{year.folder}/{manifest.NAME}": ",".join(manifest.COLUMNS).encode() + b"\n"}
    for name in records.RECORDS:
        files[records.path_of(name, year)] = records_workbook.as_csv(name, held.get(name, ()))
    files[_book(year)] = records_workbook.template(trust, year, more or {}, held)
    made, kept = [], []
    for shown, content in files.items():
        path = data_dir / shown
        if path.exists():
            kept.append(shown)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made.append(shown)
    return Prepared(year, tuple(made), tuple(kept), _census_line(trust, year))


def _book(year: AcademicYear) -> str:
    return f"trust/{year.folder}/{records_workbook.NAME}"


def _census_line(trust: Trust, year: AcademicYear) -> str:
    if year.code in trust.census_days:
        return ""
    return f'{year.code} = "{trust.census_day(year).isoformat()}"'


def _carried(data_dir: Path, year: AcademicYear) -> dict[str, list[list[str]]]:
    """The rows that last, of the latest earlier year that has them."""
    carried = {}
    for name in CARRIED:
        for before in (year.back(n) for n in range(1, 6)):
            frame = records.read(data_dir, name, before)
            if len(frame):
                frame = frame[list(records.RECORDS[name])]
                if name in _EMPTIED:
                    frame = frame.assign(**{_EMPTIED[name]: ""})
                carried[name] = frame.to_numpy().tolist()
                break
    return carried


def from_workbook(data_dir: Path, year: AcademicYear, replace: bool = False) -> tuple[str, ...]:
    """Write the records of a year from its workbook; gives the tables written, as paths below the data folder.

    A table that holds rows which the workbook lacks is refused unless ``replace``: nothing is lost unasked.
    All are looked at before the first is written. Raises SourceError.
    """
    shown = _book(year)
    filled = records_workbook.filled(data_dir / shown, shown)
    typed = pd.DataFrame(filled.get("ofsted", []), columns=list(records.RECORDS["ofsted"]), dtype="str")
    inspections.demand(typed.assign(row=[str(n + 2) for n in range(len(typed))]), f"{shown}, sheet ofsted")
    for name, rows in filled.items():
        held = records.read(data_dir, name, year)
        columns = list(records.RECORDS[name])
        lost = [row for row in held[columns].to_numpy().tolist() if row not in rows]
        if lost and not replace:
            raise whole_file(records.path_of(name, year), f"{len(lost)} rows that the workbook does not hold",
                             "every row of the table in the workbook",
                             "enter them in the workbook too, or say --replace")  # fmt: skip
    for name, rows in filled.items():
        (data_dir / records.path_of(name, year)).write_bytes(records_workbook.as_csv(name, rows))
    return tuple(records.path_of(name, year) for name in filled)
