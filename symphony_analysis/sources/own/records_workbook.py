"""The trust's own records of a year as one workbook to fill in, and from the workbook back to the tables."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from symphony_analysis.figure import csv_text
from symphony_analysis.files.steady_zip import dated, normalised
from symphony_analysis.markup import NAVY
from symphony_analysis.sources.own.records import EXPECTED, RECORDS, ROWS, choices, is_open, note
from symphony_analysis.sources.problems import visible, whole_file
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

NAME = "records.xlsx"
_LISTS, _SCHOOLS, _FIRST = "Lists", "Schools", "Read me"
_BASE = "As written"  # hidden: what the tables held when the workbook was written
Row = dict[str, str]
Rows = dict[str, Row]
_ROWS = 400
_HEADER_WITHIN = 20
_WIDE = {"text", "strategies", "monitoring", "detail", "note", "target", "question", "wording", "key_judgements"}
_HEAD = PatternFill("solid", start_color=NAVY.removeprefix("#"))


def template(
    trust: Trust,
    year: AcademicYear,
    more: Mapping[str, tuple[str, ...]],
    held: Mapping[str, Sequence[Sequence[str]]] | None = None,
) -> bytes:
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
    base = book.create_sheet(_BASE)
    base.sheet_state = "hidden"
    for record, rows in (held or {}).items():
        for cells in rows:
            row = dict(zip(RECORDS[record], cells, strict=True))
            base.append([record, cells[0], json.dumps(row, ensure_ascii=False)])
    book.move_sheet(_LISTS, len(book.sheetnames))
    lists.sheet_state = "hidden"
    book.properties.creator = "symphony-analysis"
    file = io.BytesIO()
    book.save(file)
    return normalised(file.getvalue(), {"docProps/core.xml": partial(dated, as_at=date(year.start + 1, 9, 1))})


def _read_me(sheet: Worksheet, trust: Trust, year: AcademicYear) -> None:
    sheet.title = _FIRST
    lines = [
        f"{trust.name}: the trust's own records of {year.label}",
        "",
        "One sheet a record, one row an item. Point at a header to read what belongs in its column.",
        "Leave a cell empty where something is not recorded: empty never means zero, and nothing is made up.",
        f"Save the workbook under its name, then type: symphony records {year.label}",
        "It merges this workbook and the tables in the same folder, both ways. symphony check then says what is wrong.",
        "",
        *(f"{name}: {what}" for name, what in ROWS.items()),
    ]
    for place, line in enumerate(lines, 1):
        sheet.cell(place, 1, line)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 110


def _sheet(
    sheet: Worksheet, record: str, known: Mapping[str, tuple[str, ...]], lists: Worksheet, rows: Sequence[Sequence[str]]
) -> None:
    sheet.append(list(RECORDS[record]))
    for cells in rows:
        sheet.append(list(cells))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"  # a text that begins with = is no formula
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


def filled(path: Path, shown: str) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """What the tables held when the workbook was written, and what it holds now: rows by record and name.

    A row has the columns that its sheet has. Raises SourceError for a file that is no safe workbook, that symphony did
    not write, whose sheets have lost their headers, or that holds something in a place that is never read.
    """
    sheets = {sheet.title: sheet for sheet in workbook.sheets(verified(path, shown), shown)}
    if _BASE not in sheets:
        fix = "move it away, make a new one with symphony records, and enter the changes there"
        raise whole_file(shown, f"no sheet '{_BASE}'", "a workbook that symphony wrote", fix)
    base: dict[str, Rows] = {}
    for _, (record, key, row, *_rest) in sheets[_BASE].rows:
        base.setdefault(record, {})[key] = json.loads(row)
    if strange := [title for title in sheets if title not in {*RECORDS, _BASE, _LISTS, _SCHOOLS, _FIRST}]:
        found, expected = f"a sheet '{strange[0]}'", "the sheets of the records"
        raise whole_file(shown, found, expected, "keep it in a workbook of its own, so that nothing is lost")
    return base, {record: _below(record, sheets.get(record), base.get(record, {}), shown) for record in RECORDS}


def by_key(record: str, rows: Iterable[Mapping[str, str]], shown: str) -> Rows:
    """Rows by their name. Raises SourceError for one without a name and for a name twice."""
    key, found = RECORDS[record][0], {}
    for row in rows:
        if not row[key] or row[key] in found:
            what = f"{row[key]} twice" if row[key] else f"a row of {record} without {key}"
            raise whole_file(shown, what, f"a {key} of its own for every row", f"give the row a {key}")
        found[row[key]] = dict(row)
    return found


def ids(path: Path, shown: str) -> dict[str, list[str]]:
    """The name of every row of every record in the workbook, whatever else its sheets hold or lack."""
    found = {}
    for sheet in workbook.sheets(verified(path, shown), shown):
        if sheet.title in RECORDS and not sheet.hidden:
            keys = [cells[0].strip() for _, cells in sheet.rows if cells]
            found[sheet.title] = [key for key in keys if key and key != RECORDS[sheet.title][0]]
    return found


def _below(record: str, sheet: workbook.Sheet | None, base: Rows, shown: str) -> Rows:
    """The rows below the header of a record; its columns may be in another order.

    A workbook written before a record existed has no sheet of it, and no rows.
    """
    if sheet is None and not base and record not in EXPECTED:
        return {}
    rows = [[cell.strip().replace("\r\n", "\n") for cell in cells] for _, cells in sheet.rows] if sheet else []
    at = next((n for n, cells in enumerate(rows[:_HEADER_WITHIN]) if RECORDS[record][0] in cells), None)
    head = rows[at] if at is not None else []
    known = {column for row in base.values() for column in row} & set(RECORDS[record]) or {RECORDS[record][0]}
    if at is None or not known <= set(head):
        found = f"no sheet with the columns of {record}"
        raise whole_file(shown, found, ", ".join(RECORDS[record]), f"put the header row of the sheet {record} back")
    for cells in rows[at + 1 :]:
        for place, cell in enumerate(cells):
            if cell and (place >= len(head) or head[place] not in RECORDS[record]):
                expected, fix = ", ".join(RECORDS[record]), "move it into a column, or take it out"
                raise whole_file(
                    shown, f"sheet {record}: {visible(cell)!r} outside the columns of the record", expected, fix
                )
    cells_of = (dict(zip(head, cells + [""] * (len(head) - len(cells)), strict=False)) for cells in rows[at + 1 :])
    return by_key(record, ({c: row[c] for c in RECORDS[record] if c in row} for row in cells_of), shown)


def as_csv(record: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A record as a table of the data folder: UTF-8, LF, its header, these rows."""
    return csv_text([RECORDS[record], *rows]).encode("utf-8")
