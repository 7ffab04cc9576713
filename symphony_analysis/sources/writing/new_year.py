"""A new academic year: its folders, its empty tables and its workbook, made without touching what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from symphony_analysis.sources.inputs import load
from symphony_analysis.sources.own import manifest, records, records_workbook
from symphony_analysis.years import AcademicYear

#: Records that belong to one year: a grade of our own, a survey, a comment, what DfE expects. The others are carried.
_OF_ONE_YEAR = {"judgements", "survey", "commentary", "expectations"}
_EMPTIED = {"claims": "response"}


@dataclass(frozen=True)
class Prepared:
    """What was made for a year and what was there already, as paths below the data folder."""

    year: AcademicYear
    made: tuple[str, ...]
    kept: tuple[str, ...]


def prepare(
    data_dir: Path, year: AcademicYear, more: Mapping[str, tuple[str, ...]] | None = None, carry_forward: bool = False
) -> Prepared:
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
    return Prepared(year, tuple(made), tuple(kept))


def _book(year: AcademicYear) -> str:
    return f"trust/{year.folder}/{records_workbook.NAME}"


def _carried(data_dir: Path, year: AcademicYear) -> dict[str, list[list[str]]]:
    """The rows that last, of the latest earlier year that has them."""
    carried = {}
    for name in (each for each in records.RECORDS if each not in _OF_ONE_YEAR):
        for before in (year.back(n) for n in range(1, 6)):
            frame = records.read(data_dir, name, before)
            if len(frame):
                frame = frame[list(records.RECORDS[name])]
                if name in _EMPTIED:
                    frame = frame.assign(**{_EMPTIED[name]: ""})
                carried[name] = frame.to_numpy().tolist()
                break
    return carried
