"""The trust's own records of a year: whether they are whole, and counts of few pupils in what people write."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from symphony_analysis.sources.own import records, records_workbook
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError
from symphony_analysis.years import AcademicYear

_NAMED = 5  # rows that a message names
#: What is said of a year without any record.
NO_RECORD = "no record of the trust"


def lacking(data_dir: Path, year: AcademicYear) -> list[Problem]:
    """What the records of a year lack, one problem a file. A report of such a year is a draft.

    A file of ``EXPECTED`` that is missing, renamed or empty; one without rows that the year's workbook holds, or, where
    there is no workbook, with fewer rows than the year before. A year without any record lacks its statements: a
    warning. A file that cannot be read is a problem of its own kind and is not told here.
    """
    folder = data_dir / "trust" / year.folder
    if not folder.is_dir() or not any(folder.iterdir()):
        fix = f"symphony new-year {year.label}, then enter the trust's records"
        return [_problem(records.path_of("claims", year), NO_RECORD, "its statements", fix, True)]
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


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?P<number>{'|'.join(_WORDS)}|\d{{1,3}})"
_WHO = r"(?:pupils?|child|children|girls?|boys?|learners?)\b"
_PLACE = ("a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "per", "that", "the", "to", "who", "with")
#: One word that describes pupils: no preposition, and no plural, which would be what is counted ("two schools").
_KIND = rf"\s+(?!(?:{'|'.join(_PLACE)})\b)[a-z-]*[a-rt-z]"
#: Between a number and its pupils: "two disadvantaged pupils", "one of the girls", "ten Year 6 pupils".
_BETWEEN = rf"(?:\s+of(?:\s+(?:the|our|its|these|those))?)?(?:{_KIND}(?:\s+\d)?){{0,2}}"
#: Before a number that counts no pupils: Year 6, key stage 2, per 10, one in ten, every one.
_OTHER = ("year", "years", "stage", "per", "every", "each", "any", "in", "aged", "ages")
_NO_COUNT = r"(?<![\w.,£-])" + "".join(rf"(?<!\b{word} )" for word in _OTHER)
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_NO_COUNT}{_NUMBER}(?![\d.,%-]){_BETWEEN}\s+{_WHO}",
        rf"\ball but {_NUMBER}\b(?!\s+(?:schools?|trustees?|governors?|areas?|years?))",
    )
)
_NAMED_FEW = re.compile(
    rf"\bboth(?:\s+of)?(?:\s+(?:the|our|these|those))?(?:{_KIND})?\s+{_WHO}"
    rf"|\b(?:the only|a single|a couple of|a pair of)(?:{_KIND})?\s+{_WHO}",
    re.I,
)
_DEFAULT = 11


def widest(settings: Mapping[str, Any]) -> int:
    """Below how many pupils does some edition hide a group? A text stands in every edition alike."""
    editions = settings.get("disclosure", {}).values()
    return max((int(stated.get("hide_below", 0)) for stated in editions), default=0) or _DEFAULT


def tells_of_few(text: str, fewer_than: int) -> bool:
    """Does this text count pupils, in digits or words, of whom there are fewer than so many (and more than none)?"""
    plain = re.sub(r"\s+", " ", text.replace("**", ""))
    if _NAMED_FEW.search(plain):
        return True
    numbers = (found["number"].lower() for pattern in _PATTERNS for found in pattern.finditer(plain))
    return any(0 < _count(number) < fewer_than for number in numbers)


def _count(number: str) -> int:
    return int(number) if number.isdecimal() else _WORDS.index(number) + 1


def few_in_texts(record: pd.DataFrame, shown: str, fewer_than: int) -> list[Problem]:
    """A warning for every cell of a record that tells of few pupils: its place, never its words.

    ``record`` has the row number that Excel shows in ``row``.
    """
    columns = [name for name in record.columns if name not in {"id", "row"}]
    found = f"a count of fewer than {fewer_than} pupils"
    expected = "no count of few pupils: no edition can hide it"
    fix = "take the number out of the words, or make sure that nobody can be known by it"
    return [
        Problem(shown, int(row["row"]), column, found, expected, fix, warning=True)
        for row in record.to_dict("records")
        for column in columns
        if tells_of_few(str(row[column]), fewer_than)
    ]
