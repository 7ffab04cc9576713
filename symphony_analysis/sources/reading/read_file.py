"""One file of a known layout, read and checked as a whole: the same for a report, a check and an addition."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context, applied
from symphony_analysis.sources.declare.source import Source, plain, told_by
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError, in_rows, visible
from symphony_analysis.sources.reading.cells import typed
from symphony_analysis.sources.reading.chosen import chosen, match
from symphony_analysis.sources.reading.csv_text import FORBIDDEN, Grid
from symphony_analysis.sources.reading.file_checks import NEXT_TABLE, examine, of_sheets
from symphony_analysis.sources.reading.open_tables import first_rows, is_workbook, opened
from symphony_analysis.years import AcademicYear

#: So many rows of a very long file are reduced to counts at a time.
PIECE = 500_000


@dataclass
class Reading:
    """What a file gave: values and symbols by row number, and everything that is wrong or odd.

    ``rows`` counts all data rows, ``kept`` those that are used, ``left_out`` rows of the trust's places at another
    value of a filter; ``sheets`` names the sheets read.
    """

    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    kept: int = 0
    sheets: tuple[str, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def refusals(self) -> list[Problem]:
        """The problems that keep the file out, without the warnings."""
        return [problem for problem in self.problems if not problem.warning]

    @property
    def pupils(self) -> int | None:
        """How many pupils a pupil-level file has; None for other files."""
        return self.frame["upn"].replace("", None).nunique() if "upn" in self.frame else None


def read_file(content: bytes, source: Source, context: Context) -> Reading:
    """What does this file hold, and what is wrong with it? Never raises: an unreadable file is a refusal.

    A row of the frame is a row of the file, or, of a layout with ``reduce``, what that makes of many rows. Columns
    are ours, each number with its symbol. Only rows that a report can use are read and examined.
    """
    try:
        tables, warnings = opened(content, context.file, source, context.mapping)
        readings = [_table(table, source, context, number * NEXT_TABLE) for number, table in enumerate(tables)]
    except SourceError as fault:
        return Reading(problems=list(fault.problems))
    whole = Reading(
        pd.concat([one.frame for one in readings]) if len(readings) > 1 else readings[0].frame,
        [*warnings, *itertools.chain.from_iterable(one.problems for one in readings)],
        sum(one.rows for one in readings),
        sum(one.kept for one in readings),
        tuple(dict.fromkeys(table.sheet for table in tables if table.sheet)),
        sum((one.left_out for one in readings), Counter()),
    )
    if source.reduce is not None:
        if len(whole.frame):
            whole.frame = source.reduce(whole.frame, context)
    else:
        whole.problems += _further(examine(whole.frame, source, context), whole.problems)
    if whole.rows == 0 and not whole.refusals:
        found, place = "a header but 0 data rows", tables[0].header_row
        whole.problems.append(Problem(context.file, place, WHOLE_FILE, found, "data rows", source.without_rows))
    parts = [(table, one.frame, one.rows) for table, one in zip(tables, readings, strict=True)]
    whole.problems += of_sheets(parts, source, context)
    if len(tables) > 1 and context.corrections:
        found, fix = "several tables, and a correction by row", "correct the sheet at its source and add it again"
        expected = "one table in a file that corrections.csv names"
        whole.problems.append(Problem(context.file, 1, WHOLE_FILE, found, expected, fix))
    if len(tables) > 1:
        whole.problems = [_on_its_sheet(problem, tables, context.file) for problem in whole.problems]
    return whole


def demand(reading: Reading) -> pd.DataFrame:
    """The frame of a reading without refusals; raises SourceError with all of them otherwise."""
    if reading.refusals:
        raise SourceError(reading.refusals)
    return reading.frame


def _table(table: Grid, source: Source, context: Context, before: int) -> Reading:
    """One table of a file, its rows numbered after ``before``."""
    mapping = context.mapping
    names, at = (table.header, range(len(table.header))) if mapping is None else mapping.header(table.header)
    places, problems = match([*names, *(mapping.fill if mapping else ())], source, context.file, context.year.code)
    reading = Reading(problems=[replace(problem, row=table.header_row + before) for problem in problems])
    reading.problems += _of_another_year(table, source, context, before)
    if any(not problem.warning for problem in problems):
        return reading
    there = {name: at[place] for name, place in places.items() if place < len(names)}
    # Of a layout that declares its plain columns, any other column may split the file.
    other = {
        (name,): place
        for place, name in enumerate(table.header)
        if source.plain_columns and place not in there.values() and name.strip()
    }
    rows = _Rows(table, source, context, there, before)
    official = {column.official: column.ours for column in source.columns}
    frames, keys = [], []
    fast = _at_once(table, there) if source.reduce is not None else None
    if fast is not None:
        rows.count = len(fast)
        if not table.whole:
            rows.problems.append(rows.end(len(fast) + 1, len(table.header), cut=False))
    for piece in [fast] if fast is not None else _pieces(rows, {**there, **other}, source.reduce and PIECE):
        raw = piece
        if mapping is not None:
            raw = mapping.applied(raw, source, context.year)
        if source.filters or source.plain_columns:
            undeclared = raw[list(other)].set_axis([name for (name,) in other], axis=1)
            choice = chosen(raw[list(there)], undeclared, source, context.file)
            reading.problems += choice.problems
            reading.left_out += choice.left_out
            raw = choice.rows.copy()
            if any(not problem.warning for problem in choice.problems):
                break
        raw, misfits = applied(raw, context.corrections, official, source.pupil_level)
        frame, faults = typed(raw, source, context.file)
        reading.problems += [*misfits, *faults]
        reading.kept += len(frame)
        if source.reduce is not None:
            if any(not fault.warning for fault in faults):
                continue
            keys.append(pd.util.hash_pandas_object(frame[list(source.key)], index=False).set_axis(frame.index))
            reading.problems += examine(frame, source, context, keys=False)
            frame = source.reduce(frame, context)
        frames.append(frame)
    reading.problems += rows.problems + (_repeats(pd.concat(keys), source, context) if keys else [])
    reading.rows = rows.count
    reading.frame = pd.concat(frames) if frames else pd.DataFrame()
    return reading


def _pieces(rows: _Rows, places: Mapping[Any, int], size: int | None) -> Iterator[pd.DataFrame]:
    """Text cells of at most ``size`` rows at a time, by row number; one piece without rows where there are none."""
    pick = itemgetter(*places.values())
    cells = ((number, pick(row)) for number, row in rows)
    piece = list(itertools.islice(cells, size))
    while True:
        columns = list(zip(*(texts for _, texts in piece), strict=True)) or [()] * len(places)
        numbers = [number for number, _ in piece]
        yield pd.DataFrame(dict(zip(places, columns, strict=True)), numbers, dtype="object")
        piece = list(itertools.islice(cells, size))
        if not piece:
            return


def _at_once(table: Grid, places: Mapping[str, int]) -> pd.DataFrame | None:
    """The text cells of a long plain file as categories; None where a line is blank, uneven, or the header again."""
    ordered = sorted(places, key=lambda name: places[name])
    if not table.plain or ",".join(table.header) in table.plain[len(",".join(table.header)) :]:
        return None
    try:
        read = pd.read_csv(
            io.BytesIO(table.plain.encode()),
            header=0,
            names=range(len(table.header)),
            usecols=sorted(places.values()),
            dtype="category",
            na_filter=False,
            skip_blank_lines=False,
            index_col=False,
        )
    except pd.errors.ParserError:
        return None
    blank = np.logical_and.reduce([(read[at] == "").to_numpy() for at in read])
    return None if blank.any() else read.set_axis(ordered, axis=1).set_axis(read.index + 2)


def _repeats(keys: pd.Series, source: Source, context: Context) -> list[Problem]:
    """Rows of a very long file whose key, as a hash, an earlier row has."""
    names = "+".join(source.column(part).official for part in source.key)
    fix = "take out the row that is wrong, or the copy"
    rows = sorted(keys.index[keys.duplicated()])
    return in_rows(context.file, rows, names, "the key of an earlier row again", "each key once", fix)


class _Rows:
    """The data rows of a table that concern the trust, as wide as the header; what is wrong with rows is collected."""

    def __init__(self, table: Grid, source: Source, context: Context, places: Mapping[str, int], before: int):
        self.problems: list[Problem] = []
        self.count = 0
        self._table, self._source, self._file, self._before = table, source, context.file, before
        self._wanted = None if source.keep is None else source.keep(context, places)

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        header, clean, wanted = self._table.header, self._table.clean, self._wanted
        width, headings = len(header), frozenset(name for name in header if name.strip())
        number, length, lengths = 0, width, {width}
        for number, row in self._table.rows:
            number += self._before
            lengths.add(length)
            length = len(row)
            if length != width:
                if not any(map(str.strip, row)):
                    continue
                fitted = self._fitted(number, row, width)
                if fitted is None:
                    continue
                row = fitted
            if not row[0].strip() and not any(map(str.strip, row)):
                continue
            if row[0] in headings and self._is_header(number, row):
                continue
            if wanted is None and width > 2 and not (row[0] and row[1]) and sum(1 for cell in row if cell.strip()) == 1:
                self.problems.append(self._uneven(number, row, width))
                continue
            self.count += 1
            if wanted is not None and not wanted(row):
                continue
            if not clean and FORBIDDEN.search("".join(row)):
                self.problems += self._hidden(number, row)
                continue
            yield number, row
        if self.count and not self._table.whole:
            self.problems.append(self.end(number, length, cut=length not in lengths))

    def _is_header(self, number: int, row: Sequence[str]) -> bool:
        given = {plain(cell) for cell in row}
        if tuple(row) != self._table.header and not told_by(self._source, given):
            return False
        found, expected = "the header again", "one header, above the data"
        self.problems.append(Problem(self._file, number, "(whole row)", found, expected, "remove the row"))
        return True

    def _fitted(self, number: int, row: list[str], width: int) -> list[str] | None:
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return row[:width]
        if len(row) < width and self._source.ragged:
            return row + [""] * (width - len(row))
        self.problems.append(self._uneven(number, row, width))
        return None

    def _uneven(self, number: int, row: Sequence[str], width: int) -> Problem:
        found = f"{len(row)} fields"
        fix = "the row looks cut off: export the file again"
        if sum(1 for cell in row if cell.strip()) == 1:
            found, fix = f"{found}, a note", "remove the note from the file"
        elif len(row) > width:
            fix = "put quotes round the cell that holds a comma, or name the extra column"
            if self._table.sheet:
                fix = "name the extra column, or clear what is to the right of the table"
        return Problem(self._file, number, "(whole row)", found, f"{width} fields, as the header has", fix)

    def _hidden(self, number: int, row: Sequence[str]) -> list[Problem]:
        problems = []
        for name, cell in zip(self._table.header, row, strict=False):
            if bad := FORBIDDEN.search(cell):
                kind = "a control character" if ord(bad[0]) < 0xA0 else "a character that reverses text"
                found, fix = f"{kind} (U+{ord(bad[0]):04X})", "retype the cell at its source and export again"
                column = visible(name.strip())
                problems.append(Problem(self._file, number, column, found, "characters that can be seen", fix))
        return problems

    def end(self, number: int, length: int, cut: bool) -> Problem:
        """The last line has no line end: some programs write none, but a file that was cut off has none either."""
        if cut:
            found = f"{length} fields, where the file ends"
            fix = "the file was cut off: download or export it again"
            return Problem(self._file, number, "(whole row)", found, "a whole row", fix)
        fix = "none needed, if the file is whole"
        return Problem(self._file, number, "(whole row)", "no line end after the last row", "one", fix, warning=True)


def _further(problems: list[Problem], before: list[Problem]) -> list[Problem]:
    """The problems of cells that no earlier problem is about: a cell that is no value breaks no further rule."""
    known = {(problem.row, problem.column) for problem in before if not problem.warning}
    return [p for p in problems if not any((p.row, column) in known for column in (p.column, *p.about))]


def _of_another_year(table: Grid, source: Source, context: Context, before: int) -> list[Problem]:
    """A header from which the year can be known must be of the year of the folder."""
    year = source.year_of(table.header, {})
    if year is None or year == context.year.code:
        return []
    found, expected = f"the header of {AcademicYear.parse(year).label}", f"a file of {context.year.label}"
    row = table.header_row + before
    return [Problem(context.file, row, "(whole row)", found, expected, "add the file to its own year")]


def _on_its_sheet(problem: Problem, tables: Sequence[Grid], file: str) -> Problem:
    """A problem of a row numbered across all tables, with its sheet and the row that Excel shows."""
    if problem.column == WHOLE_FILE or problem.file != file:
        return problem
    at, row = divmod(problem.row, NEXT_TABLE)
    return replace(problem, file=f"{file}, sheet '{visible(tables[at].sheet)}'", row=row)


def sheets_of(content: bytes, source: Source, file: str) -> list[str]:
    """Which companions of a layout does this workbook hold on other sheets?"""
    from symphony_analysis.sources.layouts import SOURCES

    if not source.companions or not is_workbook(file):
        return []
    rows = [{plain(cell) for cell in row} for _, sheet in first_rows(content, file) for row in sheet]
    return [name for name in source.companions if any(told_by(SOURCES[name], row) for row in rows)]
