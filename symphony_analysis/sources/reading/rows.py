"""From the bytes of a file to a frame of values and symbols, by the declaration of its layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.correction import applied
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import Problem, SourceError, visible
from symphony_analysis.sources.reading.cells import typed
from symphony_analysis.sources.reading.chosen_rows import chosen
from symphony_analysis.sources.reading.csv_text import Grid
from symphony_analysis.sources.reading.header import match

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass
class Reading:
    """What a file gave: values and symbols by row number, and everything that is wrong or odd.

    ``rows`` counts all data rows, ``kept`` those that are used; ``left_out`` counts rows of the trust's places at
    another value of a filter.
    """

    frame: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    kept: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def refused(cls, problems: Sequence[Problem]) -> Reading:
        """The reading of a file that could not be read at all."""
        return cls(pd.DataFrame(), list(problems))

    @property
    def refusals(self) -> list[Problem]:
        """The problems that keep the file out, without the warnings."""
        return [problem for problem in self.problems if not problem.warning]


def read(grid: Grid, source: Source, context: Context) -> Reading:
    """Which values does this file hold, row by row?

    One row of the frame is a row of the file that a report can use, indexed as Excel numbers it; columns are ours, each
    number with its symbol. Other rows refuse nothing. Nothing is raised: problems are returned.
    """
    places, problems = match(grid.header, source, context.file, context.year.code)
    if any(not problem.warning for problem in problems):
        return Reading(pd.DataFrame(), problems)
    wanted = None if source.keep is None else source.keep(context, places)
    rows = _Rows(grid, source, context.file)
    numbers, cells = [], []
    other = [n for n, name in enumerate(grid.header) if n not in places.values() and name.strip()]
    other = other if source.plain_columns else []
    at = [*places.values(), *other]
    for number, row in rows:
        if wanted is not None and not wanted(row):
            continue
        if FORBIDDEN.search("".join(row)):
            problems += _hidden(number, row, grid.header, context.file)
            continue
        numbers.append(number)
        cells.append([row[place] for place in at])
    columns = [*places, *(grid.header[place] for place in other)]
    whole = pd.DataFrame(cells, columns=columns, index=numbers, dtype="object")
    choice = chosen(whole.iloc[:, : len(places)], whole.iloc[:, len(places) :], source, context.file)
    if any(not problem.warning for problem in choice.problems):
        return Reading(pd.DataFrame(), [*problems, *rows.problems, *choice.problems], rows.count)
    names = {column.official: column.ours for column in source.columns}
    raw, misfits = applied(choice.rows.copy(), context.corrections, names, source.pupil_level)
    frame, faults = typed(raw, source, context.file)
    found = [*problems, *rows.problems, *choice.problems, *misfits, *faults]
    return Reading(frame, found, rows.count, len(frame), choice.left_out)


def demand(reading: Reading) -> pd.DataFrame:
    """The frame of a reading without refusals; raises SourceError with all of them otherwise."""
    if reading.refusals:
        raise SourceError(reading.refusals)
    return reading.frame


class _Rows:
    """The data rows of a grid, each with as many cells as the header; what is wrong with them is collected."""

    def __init__(self, grid: Grid, source: Source, file: str):
        self.problems: list[Problem] = []
        self.count = 0
        self._grid, self._source, self._file = grid, source, file

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        width = len(self._grid.header)
        joined = "\x00".join
        first = self._grid.header[0]
        for number, row in self._grid.rows:
            if len(row) != width:
                if not any(map(str.strip, row)):
                    continue
                fitted = self._fitted(number, row, width)
                if fitted is None:
                    continue
                row = fitted
            if not joined(row).strip("\x00 "):
                continue
            if row[0] == first and tuple(row) == self._grid.header:
                self.problems.append(self._again(number))
                continue
            self.count += 1
            yield number, row

    def _again(self, number: int) -> Problem:
        return Problem(self._file, number, "(whole row)", "the header again", "one header, in the first row",
                       "remove the row")  # fmt: skip

    def _fitted(self, number: int, row: list[str], width: int) -> list[str] | None:
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return row[:width]
        if len(row) < width and self._source.ragged:
            return row + [""] * (width - len(row))
        self.problems.append(self._uneven(number, row, width))
        return None

    def _uneven(self, number: int, row: list[str], width: int) -> Problem:
        found = f"{len(row)} fields"
        fix = "the row looks cut off: export the file again"
        if len(row) > width:
            fix = "put quotes round the cell that holds a comma, or name the extra column"
        elif sum(1 for cell in row if cell.strip()) == 1:
            found, fix = f"{found}, a note", "remove the note from the file"
        return Problem(self._file, number, "(whole row)", found, f"{width} fields, as the header has", fix)


def _hidden(number: int, row: Sequence[str], header: Sequence[str], file: str) -> list[Problem]:
    problems = []
    for name, cell in zip(header, row, strict=False):
        bad = FORBIDDEN.search(cell)
        if bad:
            code = f"U+{ord(bad[0]):04X}"
            kind = "a control character" if ord(bad[0]) < 0xA0 else "a character that reverses text"
            problems.append(
                Problem(file, number, visible(name.strip()), f"{kind} ({code})", "characters that can be seen",
                        "retype the cell at its source and export again")
            )  # fmt: skip
    return problems
