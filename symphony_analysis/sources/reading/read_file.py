"""One file of a known layout, read and examined as a whole: the same for a report, a check and an addition."""

from __future__ import annotations

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.header_names import plain, told_by
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading import open_grid
from symphony_analysis.sources.reading.chunks import read_in_pieces
from symphony_analysis.sources.reading.csv_text import Grid
from symphony_analysis.sources.reading.row_checks import examine
from symphony_analysis.sources.reading.rows import Reading, read
from symphony_analysis.years import AcademicYear


def read_file(content: bytes, source: Source, context: Context) -> Reading:
    """What does this file hold, and what is wrong with it? Never raises: an unreadable file is a refusal.

    Only the rows that a report can use are read and examined. ``rows`` counts all data rows.
    """
    try:
        if source.reduce is not None and not context.file.lower().endswith(".xlsx"):
            return _not_empty(read_in_pieces(content, source, context), context, 1)
        table = open_grid.opened(content, context.file, source)
        reading = read(table, source, context)
    except SourceError as fault:
        return Reading.refused(fault.problems)
    reading.problems += _of_another_year(table, source, context)
    reading.problems += _further(examine(reading.frame, source, context), reading.problems)
    reading = _not_empty(reading, context, table.header_row)
    if source.reduce is not None and not reading.refusals:
        reading.frame = source.reduce(_as_categories(reading.frame, source), context)
    return reading


def _further(problems: list[Problem], before: list[Problem]) -> list[Problem]:
    """The problems of cells that no earlier problem is about: a cell that is no value breaks no further rule."""
    told = {(problem.row, problem.column) for problem in before if not problem.warning}
    return [p for p in problems if not any((p.row, column) in told for column in (p.column, *p.about))]


def _not_empty(reading: Reading, context: Context, header_row: int) -> Reading:
    if reading.rows == 0 and not reading.refusals:
        reading.problems.append(
            Problem(context.file, header_row, "(whole file)", "a header but 0 data rows", "data rows",
                    "export the file again")
        )  # fmt: skip
    return reading


def _as_categories(frame, source: Source):
    words = [c.ours for c in source.columns if c.ours in frame and frame[c.ours].dtype == "str"]
    return frame.astype(dict.fromkeys(words, "category"))


def _of_another_year(table: Grid, source: Source, context: Context) -> list[Problem]:
    """A header that tells its year must tell the year of the folder."""
    told = source.year_of(table.header, {})
    if told is None or told == context.year.code:
        return []
    return [
        Problem(context.file, table.header_row, "(whole row)", f"the header of {AcademicYear.parse(told).label}",
                f"a file of {context.year.label}", "add the file to its own year")
    ]  # fmt: skip


def sheets_of(content: bytes, source: Source, file: str) -> list[str]:
    """Which companions of a layout does this workbook hold on other sheets?"""
    from symphony_analysis.sources.layouts import SOURCES

    if not source.companions or not file.lower().endswith(".xlsx"):
        return []
    rows = [{plain(cell) for cell in header} for header, _ in open_grid.header_of(content, file)]
    return [name for name in source.companions if any(told_by(SOURCES[name], row) for row in rows)]
