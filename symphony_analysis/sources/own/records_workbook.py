"""The trust's own records of a year as one workbook to fill in, and from the workbook back to the tables."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from symphony_analysis.figure import csv_text
from symphony_analysis.markup import NAVY
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.sources.own.records_columns import ROWS, choices, is_open, note
from symphony_analysis.sources.problems import whole_file
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

NAME = "records.xlsx"
_LISTS, _SCHOOLS, _FIRST = "Lists", "Schools", "Read me"
_ROWS = 400
_HEADER_WITHIN = 20
_WIDE = {"text", "strategies", "monitoring", "detail", "note", "target", "question", "wording", "key_judgements"}
_HEAD = PatternFill("solid", start_color=NAVY.removeprefix("#"))


def template(trust: Trust, year: AcademicYear, more: Mapping[str, tuple[str, ...]],
             held: Mapping[str, Sequence[Sequence[str]]] | None = None) -> bytes:  # fmt: skip
    """A workbook with a sheet for each record: headers with notes, drop-downs, text cells.

    ``more`` gives the values of columns that other rooms know (measures, checks); ``held`` the rows to begin with.
    """
    book = Workbook()
    _read_me(book.worksheets[0], trust, year)
    lists = book.create_sheet(_LISTS)
    known = {**more, "school_urn": tuple(school.urn for school in trust.schools)}
    for record in RECORDS:
        _sheet(book.create_sheet(record), record, known, lists, (held or {}).get(record, ()))
    _schools(book.create_sheet(_SCHOOLS), trust)
    book.move_sheet(_LISTS, len(book.sheetnames))
    lists.sheet_state = "hidden"
    book.properties.creator = "symphony-analysis"
    book.properties.created = book.properties.modified = datetime(year.start + 1, 9, 1)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _read_me(sheet: Worksheet, trust: Trust, year: AcademicYear) -> None:
    sheet.title = _FIRST
    lines = [
        f"{trust.name}: the trust's own records of {year.label}",
        "",
        "One sheet a record, one row an item. Point at a header to read what belongs in its column.",
        "Leave a cell empty where something is not recorded: empty never means zero, and nothing is made up.",
        f"Save the workbook under its name, then type: symphony records {year.label}",
        "It writes the tables beside this workbook. symphony check then says what does not hold.",
        "",
        *(f"{name}: {what}" for name, what in ROWS.items()),
    ]
    for place, line in enumerate(lines, 1):
        sheet.cell(place, 1, line)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 110


def _sheet(sheet: Worksheet, record: str, known: Mapping[str, tuple[str, ...]], lists: Worksheet,
           rows: Sequence[Sequence[str]]) -> None:  # fmt: skip
    sheet.append(list(RECORDS[record]))
    for cells in rows:
        sheet.append(list(cells))
    for place, column in enumerate(RECORDS[record], 1):
        head = sheet.cell(1, place)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
        head.comment = Comment(note(record, column), "symphony-analysis", width=320, height=110)
        whole = sheet.column_dimensions[get_column_letter(place)]
        whole.width = 48 if column in _WIDE else 18
        # Text, so that Excel turns neither a URN nor a day into something else.
        whole.number_format, whole.alignment = "@", Alignment(wrap_text=True, vertical="top")
        offered = choices(record, column, known)
        if offered:
            sheet.add_data_validation(_list(record, column, place, offered, lists))
    sheet.freeze_panes = "B2"


def _list(record: str, column: str, place: int, offered: tuple[str, ...], lists: Worksheet) -> DataValidation:
    """A drop-down over the cells of a column; its values stand on the hidden sheet, which sets no limit of length."""
    at = 1 if lists.max_column == 1 and lists["A1"].value is None else lists.max_column + 1
    lists.cell(1, at, f"{record}.{column}")
    for row, value in enumerate(offered, 2):
        lists.cell(row, at, value)
    letter = get_column_letter(at)
    rule = DataValidation(
        type="list",
        formula1=f"{quote_sheetname(_LISTS)}!${letter}$2:${letter}${len(offered) + 1}",
        allow_blank=True,
        showErrorMessage=not is_open(record, column),
        errorTitle=column,
        error="Choose one of the list.",
        showInputMessage=True,
        promptTitle=column,
        prompt=note(record, column)[:255],
    )
    rule.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{_ROWS}")
    return rule


def _schools(sheet: Worksheet, trust: Trust) -> None:
    sheet.append(["school_urn", "school"])
    for school in trust.schools:
        sheet.append([school.urn, school.name])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 40


def filled(path: Path, shown: str) -> dict[str, list[list[str]]]:
    """The rows that people have entered, by record; a record without rows is left out.

    Raises SourceError for a file that is no safe workbook, or whose sheets have lost their headers.
    """
    content = verified(path, shown)
    sheets, found = workbook.sheets(content, shown), {}
    for record, columns in RECORDS.items():
        rows = next((rows for sheet in sheets if (rows := _below(columns, sheet)) is not None), None)
        if rows is None:
            raise whole_file(shown, f"no sheet with the columns of {record}", ", ".join(columns),
                             f"put the header row of the sheet {record} back")  # fmt: skip
        if rows:
            found[record] = rows
    return found


def _below(columns: tuple[str, ...], sheet: workbook.Sheet) -> list[list[str]] | None:
    """The rows below the header of a record, as wide as it; None where the sheet has no such header."""
    rows = [[cell.strip() for cell in cells] for _, cells in sheet.rows]
    if sheet.hidden or list(columns) not in rows[:_HEADER_WITHIN]:
        return None
    below = rows[rows.index(list(columns)) + 1 :]
    return [row + [""] * (len(columns) - len(row)) for row in below]


def as_csv(record: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A record as a table of the data folder: UTF-8, LF, its header, these rows."""
    return csv_text([RECORDS[record], *rows]).encode("utf-8")
