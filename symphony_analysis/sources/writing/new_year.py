"""A new academic year: its folders, its empty tables and its workbook, made without touching what is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from symphony_analysis.dates import MONTHS
from symphony_analysis.sources.declare.source import Due, Source
from symphony_analysis.sources.inputs import load
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.own import manifest, records, records_workbook
from symphony_analysis.years import AcademicYear

_FIND = "https://explore-education-statistics.service.gov.uk/find-statistics/"
#: Figures without a file of a declared layout: each is a row of national.csv.
_ENTERED = (
    Due("England: key stage 2 headlines (interim)", 1, 7, _FIND + "key-stage-2-attainment-national-headlines",
        "a row of national.csv"),
    Due("England: school workforce (pupils per teacher)", 1, 6, _FIND + "school-workforce-in-england",
        "the November census of this year; a row of national.csv"),
)  # fmt: skip


def calendar(year: AcademicYear) -> pd.DataFrame:
    """What to fetch for this year, in order of publication?

    One row a file or figure: what, layout (names of sources, "" for a figure that is entered), published (month
    and year), where, note. Months are those in which DfE and Ofsted have usually published.
    """
    named: dict[Due, list[Source]] = {due: [] for due in _ENTERED}
    for source in SOURCES.values():
        if source.due is not None:
            named.setdefault(source.due, []).append(source)
    rows = [
        [
            due.what,
            ";".join(source.name for source in of),
            f"{MONTHS[due.month - 1]} {year.start + due.years}",
            due.where or of[0].homepage,
            due.note,
        ]
        for due, of in sorted(named.items(), key=lambda item: (item[0].years, item[0].month, item[0].what))
    ]
    return pd.DataFrame(rows, columns=["what", "layout", "published", "where", "note"], dtype="str")


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
