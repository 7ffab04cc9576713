"""The records of a year in two places, tables and workbook, made one: by row and cell, written together or not at all.

The workbook keeps what the tables held when it was written, so that a change on either side can be told from the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.inputs import load
from symphony_analysis.sources.own import records, records_workbook
from symphony_analysis.sources.own.records_workbook import Row, Rows
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError, whole_file
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.years import AcademicYear

_GONE = "put the row back, or take it out for good: symphony records YEAR --take-out"


@dataclass
class _Merge:
    """One record being merged: its rows so far, what was changed, in words, and what nobody can decide."""

    name: str
    shown: str
    rows: Rows = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, column: str, found: str, expected: str, fix: str) -> None:
        """What nobody but the trust can decide of a row."""
        place = key if column == WHOLE_FILE else f"{key}, column {column}"
        self.problems.append(Problem(self.shown, 1, WHOLE_FILE, f"{place}: {found}", expected, fix))


def merge(data_dir: Path, year: AcademicYear, more: Mapping[str, tuple[str, ...]], take_out: bool = False) -> list[str]:
    """Make tables and workbook of a year hold the same; gives what changed, in words.

    Where there is no workbook it is made from the tables. A row that one side lacks goes only with ``take_out``.
    Raises SourceError naming every cell that was changed on both sides; then nothing has been written.
    """
    trust, folder = load(data_dir).trust, data_dir / "trust" / year.folder
    book = folder / records_workbook.NAME
    tables = {name: _table(data_dir, name, year) for name in records.RECORDS}
    shown = f"trust/{year.folder}/{records_workbook.NAME}"
    if not folder.is_dir():
        fix = f"begin the year: symphony new-year {year.label}"
        raise whole_file(shown, "no records of this year", "a year that was begun", fix)
    if not book.is_file():
        write_together({book: records_workbook.template(trust, year, more, _cells(tables))})
        return [f"wrote {shown} from the tables"]
    base, theirs = records_workbook.filled(book, shown)
    merged = [
        _merged(_Merge(name, records.path_of(name, year)), base.get(name, {}), tables[name], theirs[name], take_out)
        for name in records.RECORDS
    ]
    if problems := [problem for one in merged for problem in one.problems]:
        raise SourceError(problems)
    changes = [change for one in merged for change in one.changes]
    rows = {one.name: one.rows for one in merged}
    for name, demand in records.DEMANDS.items():
        demand(_typed(name, rows[name]), f"{shown}, sheet {name}")
    files = {
        data_dir / records.path_of(name, year): records_workbook.as_csv(name, _cells(rows)[name])
        for name in rows
        if rows[name] != tables[name]
    }
    if changes or any(base.get(name, {}) != rows[name] for name in rows):
        files[book] = records_workbook.template(trust, year, more, _cells(rows))
    write_together(files)
    return changes + [f"wrote trust/{year.folder}/{path.name}" for path in files]


def _table(data_dir: Path, name: str, year: AcademicYear) -> Rows:
    """The rows of a table in the order of its file, by their name."""
    shown, columns = records.path_of(name, year), records.RECORDS[name]
    if not (data_dir / shown).is_file():
        return {}
    frame = csv_text.read_table(data_dir / shown, shown, columns)
    if more := [column for column in frame if column not in columns]:
        raise SourceError(
            [Problem(shown, 1, more[0], "a column that no record has", ", ".join(columns), "take it out")]
        )
    return records_workbook.by_key(name, frame.to_dict("records"), shown)


def _typed(name: str, rows: Rows) -> pd.DataFrame:
    """A record as it is read, its rows numbered as Excel shows them."""
    numbered = [{**row, "row": str(n)} for n, row in enumerate(rows.values(), start=2)]
    return pd.DataFrame(numbered, columns=[*records.RECORDS[name], "row"], dtype="str")


def _cells(rows: Mapping[str, Rows]) -> dict[str, list[list[str]]]:
    return {name: [[row[c] for c in records.RECORDS[name]] for row in of.values()] for name, of in rows.items()}


def _merged(made: _Merge, base: Rows, ours: Rows, theirs: Rows, take_out: bool) -> _Merge:
    for key in dict.fromkeys([*ours, *theirs]):
        before, table, book = base.get(key), ours.get(key), theirs.get(key)
        if table is None or book is None:
            _one_side(made, key, before, table, book, take_out)
        else:
            made.rows[key] = dict(_cells_of(made, key, before, table, book))
    return made


def _one_side(made: _Merge, key: str, before: Row | None, table: Row | None, book: Row | None, take_out: bool) -> None:
    """A row that only the table or only the workbook holds: new there, or taken out of the other."""
    here, there = ("table", "workbook") if table is not None else ("workbook", "table")
    row = {**dict.fromkeys(records.RECORDS[made.name], ""), **(table or book or {})}
    if before is None:
        made.rows[key] = row
        made.changes.append(f"{made.name} {key}: new in the {here}")
    elif any(row[column] != value for column, value in before.items() if column in row):
        found = f"changed in the {here} and taken out of the {there}"
        made.problem(key, WHOLE_FILE, found, "one of the two", f"take it out of the {here} too, or put it back")
    elif take_out:
        made.changes.append(f"{made.name} {key}: taken out of the {there}")
    else:
        made.problem(key, WHOLE_FILE, f"a row taken out of the {there}", "every row on both sides", _GONE)


def _cells_of(made: _Merge, key: str, before: Row | None, table: Row, book: Row) -> Iterator[tuple[str, str]]:
    """Each cell of a row that both sides hold; the side that changed it wins."""
    for column, ours in table.items():
        was = None if before is None else before.get(column, ours)
        theirs = book.get(column, ours if was is None else was)
        if ours == theirs or theirs == was:
            if ours != theirs:
                made.changes.append(f"{made.name} {key}, {column}: from the table")
            yield column, ours
            continue
        if ours == was:
            made.changes.append(f"{made.name} {key}, {column}: from the workbook")
        else:
            found = f"{ours!r} in the table, {theirs!r} in the workbook"
            made.problem(key, column, found, "a cell changed on one side only", "enter the same on both sides")
        yield column, theirs


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write these files; where one cannot be written, all are as they were. Raises SourceError, naming that file."""
    before = {path: path.read_bytes() if path.is_file() else None for path in files}
    fresh = {path: path.with_name(f".{path.name}.new") for path in files}
    done: list[Path] = []
    path = Path()
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh[path].write_bytes(content)
        for path in files:
            fresh[path].replace(path)
            done.append(path)
    except OSError as fault:
        for earlier in done:
            kept = before[earlier]
            earlier.unlink() if kept is None else earlier.write_bytes(kept)
        raise not_written(path, fault) from None
    finally:
        for left in fresh.values():
            left.unlink(missing_ok=True)


def not_written(path: Path, fault: OSError) -> SourceError:
    """The error for a file that cannot be written; nothing has been written then."""
    if isinstance(fault, PermissionError):
        found, fix = "a file open in another program, or one that you may not write", "close it there and try again"
    else:
        found, fix = fault.strerror or type(fault).__name__, "make room on the disk and try again"
    return whole_file(path.name, found, "a file that can be written; nothing was written", fix)
