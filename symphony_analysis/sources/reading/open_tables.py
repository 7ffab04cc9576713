"""From a file's bytes to its tables of one layout, whether it is text or a workbook of several sheets."""

import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from symphony_analysis.sources.declare.context import MisMapping
from symphony_analysis.sources.declare.source import Source, names_of, plain, told_by, untold
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError, visible, whole_file
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.reading.csv_text import Grid, decoded, grid, sniffed

#: A header is looked for in so many rows; below it, wherever it occurs again.
HEADER_WITHIN = 60
_SCHOOL_OR_PUPIL = {"urn": r"\d{6}", "upn": r"[A-Z]\d{11}[\dA-Z]"}
Fits = Callable[[Sequence[str]], bool]


def opened(
    content: bytes, file: str, source: Source, mapping: MisMapping | None = None
) -> tuple[list[Grid], list[Problem]]:
    """The tables of this layout in a file, at least one, and warnings about what was left out.

    ``mapping`` gives the headings of an export where they are not the layout's own. Raises SourceError for a file that
    is no such file, and for a sheet that could be meant as data but cannot be read.
    """
    fits: Fits = mapping.fits if mapping else lambda row: told_by(source, {plain(cell) for cell in row})
    if is_workbook(file):
        sheets = [s for s in workbook.sheets(content, file) if mapping is None or mapping.sheet in ("", s.title)]
        tables, warnings = _of_book(sheets, file, source, fits, mapping is not None)
    else:
        sniffed(content, file)
        tables, warnings = [_headed(grid(decoded(content, file, source.encodings), file), file, fits, mapping)], []
    return tables, warnings


def is_workbook(shown: str) -> bool:
    """Is this to be read as a workbook, by its name? Raises SourceError for a sheet in another format."""
    if shown.lower().endswith((".ods", ".fods")):
        fix = "open it and save it as .xlsx, or the sheet as CSV UTF-8"
        raise whole_file(shown, "an OpenDocument sheet", "a .xlsx workbook or comma-separated text", fix)
    return shown.lower().endswith((".xlsx", ".xlsm", ".xls"))


def first_rows(content: bytes, shown: str) -> list[tuple[str, list[Sequence[str]]]]:
    """The first rows of each sheet, by its title ("" for text), for recognising a file by its headers.

    Raises SourceError as ``opened`` does.
    """
    if is_workbook(shown):
        return [
            (sheet.title, [cells for _, cells in sheet.rows[: HEADER_WITHIN + 1]])
            for sheet in workbook.sheets(content, shown)
        ]
    sniffed(content, shown)
    try:
        text = decoded(content, shown)
    except SourceError:
        text = content.decode("cp1252", errors="replace")
    table = grid(text, shown)
    return [("", [table.header, *(row for _, row in itertools.islice(table.rows, HEADER_WITHIN))])]


def _headed(table: Grid, shown: str, fits: Fits, mapping: MisMapping | None) -> Grid:
    """The table from its header on, which is its first row unless a mapping skips some."""
    if fits(table.header) and not (mapping and mapping.skip_rows):
        return table
    above, looked = [table.header], []
    for number, row in itertools.islice(table.rows, HEADER_WITHIN):
        looked.append((number, row))
        if fits(row) and (mapping is None or number == mapping.skip_rows + 1):
            if mapping is None:
                found = f"{number - 1} line{'s' * (number > 2)} above the header"
                fix = f"remove the lines above row {number}"
                raise SourceError(
                    [Problem(shown, table.header_row, "(whole row)", found, "the header in the first row", fix)]
                )
            return replace(table, header=tuple(row), header_row=number, above=_texts(above))
        above.append(tuple(row))
    return replace(table, rows=itertools.chain(looked, table.rows))


def _of_book(
    sheets: Sequence[workbook.Sheet], file: str, source: Source, fits: Fits, mapped: bool
) -> tuple[list[Grid], list[Problem]]:
    """The tables of every sheet that fits. Raises SourceError naming each sheet that cannot be left out silently."""
    found = {sheet.title: list(_tables(sheet, file, fits)) for sheet in sheets}
    tables = list(itertools.chain.from_iterable(found.values()))
    if not tables:
        raise whole_file(
            file,
            "no sheet with the columns of a known layout",
            "a sheet with the official header",
            "put the header in one row, above the data",
        )
    problems = [
        _of_sheet(file, sheet, "data on a hidden sheet", "unhide the sheet and check it, or delete it")
        for sheet in sheets
        if sheet.hidden and found[sheet.title]
    ]
    left = [sheet for sheet in sheets if not found[sheet.title] and sheet.rows]
    problems += [problem for sheet in left if (problem := _not_left_out(sheet, file, source, tables))]
    if problems:
        raise SourceError(problems)
    warnings = [_hidden_rows(sheet, file) for sheet in sheets if found[sheet.title] and sheet.hidden_rows]
    if not left or mapped or _is_companion(source):
        return tables, warnings
    names = ", ".join(f"'{visible(sheet.title)}'" for sheet in left if not _other_layout(sheet, source.companions))
    what = "sheets without the header of this layout"
    expected, fix = "sheets of one layout", "none needed: they were left out"
    if names:
        warnings.append(Problem(file, 1, WHOLE_FILE, f"{what}: {names}", expected, fix, warning=True))
    return tables, warnings


def _hidden_rows(sheet: workbook.Sheet, file: str) -> Problem:
    count = len(sheet.hidden_rows)
    found = f"{count} hidden row{'s' * (count > 1)} (by hand or by a filter), read like the others"
    fix = "none needed, if they are meant to count; otherwise delete them"
    row = min(sheet.hidden_rows)
    return Problem(_name(file, sheet), row, "(whole row)", found, "rows that are shown", fix, warning=True)


def _tables(sheet: workbook.Sheet, file: str, fits: Fits) -> Iterator[Grid]:
    """Each table of a sheet: from a header to the next header, or to the end."""
    rows = sheet.rows
    first = next((at for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]) if fits(cells)), None)
    if first is None:
        return
    header = rows[first][1]
    # The rarest way to tell a header from data: the text of its first cell occurs again.
    anchor = next(cell for cell in header if cell.strip())
    starts = [first, *(at for at in range(first + 1, len(rows)) if anchor in rows[at][1] and fits(rows[at][1]))]
    top = rows[first][0]
    merged = [(cells, row) for cells, row in sheet.merged if row > top]
    if merged:
        fix = "take the merging off, and fill every cell"
        raise SourceError(
            [
                Problem(_name(file, sheet), row, cells, "cells merged over several rows", "a value in each row", fix)
                for cells, row in merged
            ]
        )
    above = 0
    for start, end in itertools.pairwise([*starts, len(rows)]):
        last = end
        while end < len(rows) and last > start + 1 and _is_title(rows[last - 1][1]):
            last -= 1
        texts = _texts(cells for _, cells in rows[above:start])
        yield _table(rows[start:last], sheet.title, texts)
        above = last


def _is_title(cells: Sequence[str]) -> bool:
    return sum(1 for cell in cells if cell.strip()) == 1


def _table(rows: Sequence[tuple[int, list[str]]], title: str, above: tuple[str, ...]) -> Grid:
    """A table of a sheet without the columns that are empty from the header down."""
    number, header = rows[0]
    width = len(header)
    wide = [row + [""] * (width - len(row)) for _, row in rows[1:]]
    blank = [at for at in range(width) if not header[at].strip() and not any(row[at].strip() for row in wide)]
    if blank:
        header = [cell for at, cell in enumerate(header) if at not in blank]
        wide = [[cell for at, cell in enumerate(row) if at not in blank] for row in wide]
    numbers = (at for at, _ in rows[1:])
    return Grid(tuple(header), number, zip(numbers, wide, strict=True), title, above)


def _texts(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(cell.strip() for row in rows for cell in row if cell.strip())


def _not_left_out(sheet: workbook.Sheet, file: str, source: Source, tables: Sequence[Grid]) -> Problem | None:
    """What is wrong with a sheet that has no header of this layout but looks as if it held data."""
    if _is_companion(source):
        return None
    other = _other_layout(sheet)
    if other:
        if other.name in source.companions:
            return None
        return _of_sheet(file, sheet, f"another layout ({other.title})", "save the sheet as a file of its own")
    required = [names_of(column, source, None) for column in source.columns if column.required]
    for number, row in sheet.rows[:HEADER_WITHIN]:
        given = {plain(cell) for cell in row}
        lacking = [names[0] for names in required if not any(plain(name) in given for name in names)]
        if len(required) > len(lacking) <= len(required) / 2 and len(required) - len(lacking) > 1:
            found = f"a header without {', '.join(lacking[:6] or untold(source, given))}"
            fix = "give the columns of this sheet the names that the other sheets have"
            return Problem(_name(file, sheet), number, "(whole row)", found, f"the columns of {source.title}", fix)
    header = [plain(name) for name in tables[0].header]
    for ours, form in _SCHOOL_OR_PUPIL.items():
        names = next((names_of(column, source, None) for column in source.columns if column.ours == ours), ())
        at = next((header.index(plain(name)) for name in names if plain(name) in header), None)
        if at is not None and any(len(row) > at and re.fullmatch(form, row[at].strip()) for _, row in sheet.rows):
            fix = "put the header above the rows, as on the other sheets"
            return _of_sheet(file, sheet, "rows without a header", fix)
    return None


def _other_layout(sheet: workbook.Sheet, among: Sequence[str] = ()) -> Source | None:
    from symphony_analysis.sources.layouts import SOURCES

    rows = [{plain(cell) for cell in cells} for _, cells in sheet.rows[:HEADER_WITHIN]]
    candidates = [SOURCES[name] for name in among] or list(SOURCES.values())
    return next((one for one in candidates if any(told_by(one, row) for row in rows)), None)


def _is_companion(source: Source) -> bool:
    from symphony_analysis.sources.layouts import SOURCES

    return any(source.name in other.companions for other in SOURCES.values())


def _name(file: str, sheet: workbook.Sheet) -> str:
    return f"{file}, sheet '{visible(sheet.title)}'"


def _of_sheet(file: str, sheet: workbook.Sheet, found: str, fix: str) -> Problem:
    return Problem(_name(file, sheet), 1, WHOLE_FILE, found, "the data on a sheet that is shown, with its header", fix)


def few_columns(content: bytes, shown: str, source: Source, wanted: Mapping[str, str]) -> pd.DataFrame:
    """These columns of every row of a file, as text without spaces around it; one that the file lacks is blank.

    ``wanted`` gives the layout's name of each by the name that it is to have.
    """
    ours = {plain(n): name for name, own in wanted.items() for n in names_of(source.column(own), source, None)}
    text = io.StringIO(decoded(content, shown))
    frame = pd.read_csv(text, dtype="str", keep_default_na=False, usecols=lambda header: plain(header) in ours)
    frame = frame.rename(columns=lambda header: ours[plain(header)]).reindex(columns=[*wanted], fill_value="")
    return frame.apply(lambda column: column.str.strip())
