"""The figures of record as files: figures.csv, figures.xlsx, and a CSV for every table shown."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from symphony_analysis.figure import COLUMNS, KEYS, csv_text
from symphony_analysis.markup import NAVY
from symphony_analysis.names import slug
from symphony_analysis.report.fragments import Fragment
from symphony_analysis.steady_zip import dated, normalised

#: Starts of formulas in spreadsheets: the signs, also full-width, and blanks before them.
_FORMULA = re.compile(r"[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]| +[=+\-@]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
#: Columns that hold numbers; every other column holds text, even where it looks like a number.
_NUMBERS = {name for name, (kind, _) in COLUMNS.items() if kind != "string"}
_WIDEST = 48


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; a plain number stays as it is."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _cell(value: Any) -> str:
    """One value as CSV text; empty where it is missing (the symbol says why)."""
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return neutral(str(value).replace("\r\n", "\n").replace("\r", "\n"))


def ordered(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures in one fixed order. Raises KeyError on a missing column."""
    missing = [name for name in COLUMNS if name not in figures.columns]
    if missing:
        raise KeyError(f"the figures have no column {', '.join(missing)}")
    return figures.sort_values(KEYS, kind="stable", key=lambda column: column.astype(str), ignore_index=True)


def figures_csv(figures: pd.DataFrame) -> str:
    """The figures of record: one row = one figure (measure x year x level x school x pupil group)."""
    rows = ordered(figures).loc[:, list(COLUMNS)].astype(object).itertuples(index=False, name=None)
    return csv_text([COLUMNS, *(tuple(_cell(value) for value in row) for row in rows)])


def _fill(sheet: WriteOnlyWorksheet, figures: pd.DataFrame) -> None:
    """Write a sheet from top to bottom: numbers with the decimals they are shown with, codes and URNs as text."""
    rows = figures.loc[:, list(COLUMNS)].astype(object).itertuples(index=False, name=None)
    texts = [tuple(_cell(value) for value in row) for row in rows]
    for number, column in enumerate(zip(COLUMNS, *texts, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(map(len, column)) + 2, _WIDEST)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(texts) + 1}"
    headings = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for heading in headings:
        heading.font = Font(bold=True, color="FFFFFF")
        heading.fill = PatternFill("solid", start_color=NAVY.removeprefix("#"))
        heading.alignment = Alignment(vertical="top")
    sheet.append(headings)
    for row in texts:
        cells: list[WriteOnlyCell | str | None] = [text or None for text in row]
        for place, (name, text) in enumerate(zip(COLUMNS, row, strict=True)):
            if name in _NUMBERS and _PLAIN.fullmatch(text):
                decimals = len(text.partition(".")[2])
                cell = WriteOnlyCell(sheet, float(text) if decimals else int(text))
                cell.number_format = f"0.{'0' * decimals}" if decimals else "0"
                cells[place] = cell
        sheet.append(cells)


def figures_xlsx(figures: pd.DataFrame, areas: Mapping[str, str], title: str, as_at: date) -> bytes:
    """The same figures as a workbook, a sheet per area (``areas``: area by measure), dated by ``as_at``."""
    workbook = Workbook(write_only=True)
    rows = ordered(figures)
    area_of_row = rows["measure"].map(lambda name: areas.get(name, "Other figures"))
    for area in dict.fromkeys([*areas.values(), "Other figures"]):
        if (area_of_row == area).any() or not len(rows):
            name = re.sub(r"[\[\]:*?/\\]", " ", area).strip() or "Figures"
            _fill(workbook.create_sheet(name[:31]), rows[area_of_row == area])
    workbook.properties.title = title
    workbook.properties.creator = "symphony-analysis"
    file = io.BytesIO()
    workbook.save(file)
    return normalised(file.getvalue(), {"docProps/core.xml": partial(dated, as_at=as_at)})


def shown_tables(fragment: Fragment) -> dict[str, str]:
    """Every table of a section as CSV, by file name: "attendance-01-absence-trust-and-england.csv"."""
    files = {}
    for number, table in enumerate(BeautifulSoup(fragment.html, "html.parser").find_all("table"), start=1):
        caption = table.find("caption")
        words = slug(caption.get_text(" "))[:60].strip("-") if caption else "table"
        cells = ([cell.get_text(" ").split() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr"))
        rows = [[neutral(" ".join(parts)) for parts in row] for row in cells]
        files[f"{fragment.slug}-{number:02d}-{words}.csv"] = csv_text(rows)
    return files
