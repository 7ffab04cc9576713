"""Are the trust's own records of a year whole: every file there, none empty, none with fewer rows than before?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from symphony_analysis.sources.own import records, records_workbook
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError
from symphony_analysis.years import AcademicYear

_NAMED = 5  # rows that a message names


def lacking(data_dir: Path, year: AcademicYear) -> list[Problem]:
    """What the records of a year lack, one problem a file. A report of such a year is a draft.

    A file of ``EXPECTED`` that is missing, renamed or empty; one without rows that the year's workbook holds, or, where
    there is no workbook, with fewer rows than the year before. A year without any record lacks its statements: a
    warning. A file that cannot be read is a problem of its own kind and is not told here.
    """
    folder = data_dir / "trust" / year.folder
    if not folder.is_dir() or not any(folder.iterdir()):
        fix = f"symphony new-year {year.label}, then enter the trust's records"
        return [_problem(records.path_of("claims", year), "no record of the trust", "its statements", fix, True)]
    held, found = None, []
    shown = f"trust/{year.folder}/{records_workbook.NAME}"
    try:
        held = records_workbook.ids(folder / records_workbook.NAME, shown)
    except SourceError as fault:
        fix = f"take away what is there and make it from the tables: symphony records {year.label}"
        found.append(_problem(shown, fault.problems[0].found, "the workbook of the tables", fix, True))
    for name in records.EXPECTED:
        try:
            told = _of_record(data_dir, name, year, held)
        except SourceError:
            continue
        found += [told] if told else []
    return found


def _of_record(data_dir: Path, name: str, year: AcademicYear, held: dict[str, list[str]] | None) -> Problem | None:
    shown = records.path_of(name, year)
    if not (data_dir / shown).is_file():
        others = ", ".join(_unknown(data_dir / "trust" / year.folder))
        fix = f"one of these may be it, renamed: {others}" if others else "put the file back"
        return _problem(shown, "no such file", "a table with the records of the year", fix)
    ids = records.read(data_dir, name, year)[records.key_of(name)].tolist()
    if held is not None:
        if gone := [one for one in held.get(name, []) if one not in ids]:
            named = ", ".join(gone[:_NAMED]) + (f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else "")
            found = f"{len(ids)} rows, without {named}"
            fix = f"put them back, or take them out of the workbook too: symphony records {year.label}"
            return _problem(shown, found, f"the rows of {records_workbook.NAME}", fix)
    elif (before := _rows_before(data_dir, name, year)) and len(ids) < before[1]:
        return _problem(shown, f"{len(ids)} rows", f"{before[1]}, as in {before[0]}", "put back what is missing")
    if not ids and name in records.STATEMENTS:
        return _problem(shown, "no rows", "the trust's statements", "enter them", True)
    return None


def _unknown(folder: Path) -> Iterator[str]:
    known = {f"{name}.csv" for name in records.RECORDS} | {records_workbook.NAME}
    return (
        path.name for path in sorted(folder.iterdir()) if path.name not in known and path.name[:1] not in {".", "~"}
    )


def _rows_before(data_dir: Path, name: str, year: AcademicYear) -> tuple[AcademicYear, int] | None:
    """The latest of five years before that has rows of a record, and how many."""
    read = ((before, len(records.read(data_dir, name, before))) for before in map(year.back, range(1, 6)))
    return next(((before, rows) for before, rows in read if rows), None)


def _problem(shown: str, found: str, expected: str, fix: str, warning: bool = False) -> Problem:
    return Problem(shown, 1, WHOLE_FILE, found, expected, fix, warning)
