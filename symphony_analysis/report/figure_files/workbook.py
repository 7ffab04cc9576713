"""The figures of record as a workbook for people: cover, headlines, schools, finance, notes, then every figure.

Every sheet is written from the same protected figures, rounded as the report shows them.
"""

import io
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from symphony_analysis.board.headlines import BALANCE, HEADLINES
from symphony_analysis.dates import day_in_words
from symphony_analysis.figure import COLUMNS, LABELS
from symphony_analysis.files.steady_zip import dated, normalised
from symphony_analysis.markup import NAVY
from symphony_analysis.measures import MEASURES
from symphony_analysis.report.figure_files.csv_files import neutral, ordered, texts
from symphony_analysis.report.pages.cover import Band
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
#: Columns that hold numbers; every other column holds text, even where it looks like a number.
_NUMBERS = {name for name, (kind, _) in COLUMNS.items() if kind != "string"}
#: Columns of the long table in the unit of the figure.
_IN_UNIT = {"value", "interval_low", "interval_high", "england_value"}
_WIDEST = 48
_FORMS = {"%": '{}"%"', "£": '"£"#,##{}'}
SHEETS = {
    "Headlines": "The measures of the board summary over the years, with interval, pupils and England",
    "Schools": "One row a school, one column a measure, of the latest year, all pupils; then the trust and England",
    "Finance": "Each school and the trust over the years, pounds and shares",
    "Notes": "What each measure is, and what the symbols mean",
    "All figures": "Every figure of the report, one a row, with sources; the same as figures.csv",
}

#: A cell as openpyxl writes it: a cell with its format, text, or nothing.
Cell = Any


def figures_xlsx(figures: pd.DataFrame, title: str, as_at: date, bands: Sequence[Band] = ()) -> bytes:
    """The figures as a workbook dated by ``as_at``; ``bands`` are the notices of the report, on its cover."""
    book, rows = Workbook(write_only=True), ordered(figures)
    wide = texts(rows)
    _cover(book.create_sheet("Cover"), title, as_at, bands)
    _headlines(book.create_sheet("Headlines"), wide)
    _schools(book.create_sheet("Schools"), wide)
    _finance(book.create_sheet("Finance"), wide)
    _notes(book.create_sheet("Notes"), wide)
    _all(book.create_sheet("All figures"), wide)
    book.properties.title = title
    book.properties.creator = "symphony-analysis"
    file = io.BytesIO()
    book.save(file)
    return normalised(file.getvalue(), {"docProps/core.xml": partial(dated, as_at=as_at)})


def _number(sheet: WriteOnlyWorksheet, text: str, unit: str = "") -> Cell:
    """A number with its decimals and its unit; any other text as it is."""
    if not _PLAIN.fullmatch(text):
        return text or None
    decimals = len(text.partition(".")[2])
    cell = WriteOnlyCell(sheet, float(text) if decimals else int(text))
    cell.number_format = _FORMS.get(unit, "{}").format(f"0.{'0' * decimals}" if decimals else "0")
    return cell


def _figure(sheet: WriteOnlyWorksheet, row: Mapping[Hashable, str] | None, column: str = "value") -> Cell:
    """A figure of a row; where it has none, its symbol in brackets."""
    if row is None:
        return None
    if row[column] == "" and column == "value":
        return f"[{row['symbol']}]" if row["symbol"] else None
    return _number(sheet, row[column], row["unit"])


def _table(
    sheet: WriteOnlyWorksheet,
    head: Sequence[str],
    body: Iterable[Sequence[Cell]],
    widths: Sequence[int],
    frozen: str = "B2",
) -> None:
    """A table with a filter and frozen heading, written from top to bottom."""
    lines = [list(line) for line in body]
    for number, wide in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = wide
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(lines) + 1}"
    headings = [WriteOnlyCell(sheet, name) for name in head]
    for heading in headings:
        heading.font = Font(bold=True, color="FFFFFF")
        heading.fill = PatternFill("solid", start_color=NAVY.removeprefix("#"))
        heading.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.append(headings)
    for line in lines:
        sheet.append(line)


def _cover(sheet: WriteOnlyWorksheet, title: str, as_at: date, bands: Sequence[Band]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 96
    sheet.append([_strong(sheet, neutral(title), 16)])
    sheet.append([f"Published figures up to {day_in_words(as_at)}"])
    for band in bands:
        sheet.append([_strong(sheet, band.word), neutral(band.sentence)])
    sheet.append([])
    for name, holds in SHEETS.items():
        sheet.append([_strong(sheet, name), holds])
    sheet.append([])
    sheet.append([None, "[c], [x] and the like stand where there is no figure; the sheet Notes says what they mean."])


def _strong(sheet: WriteOnlyWorksheet, words: str, size: int = 11) -> Cell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True, size=size)
    return cell


def _keyed(rows: pd.DataFrame, *columns: str) -> dict[tuple[str, ...], dict[Hashable, str]]:
    return {tuple(row[name] for name in columns): row for row in rows.to_dict("records")}


def _years(rows: pd.DataFrame) -> list[str]:
    return sorted(set(rows["time_period"]))


def _labels(codes: Iterable[str]) -> list[str]:
    return [AcademicYear.parse(code).label for code in codes]


def _headlines(sheet: WriteOnlyWorksheet, rows: pd.DataFrame) -> None:
    """The measures of page one, of the trust and, in a school's edition, of the school."""
    asked = [(each.measure, each.group) for each in HEADLINES] + [(BALANCE, "all")]
    own = rows[rows["geographic_level"] != "England"]
    schools = sorted(set(own["school_name"]) - {""})
    places = [*(schools if len(schools) == 1 else ()), ""]
    held, years = _keyed(own, "measure", "pupil_group", "school_name", "time_period"), _years(rows)
    body = []
    for measure, group in asked:
        for place in places:
            line = [held.get((measure, group, place, year)) for year in years]
            now = line[-1] if line else None
            if now is None:
                continue
            ends = [_figure(sheet, now, name) for name in ("interval_low", "interval_high")]
            body.append(
                [
                    MEASURES[measure].label,
                    LABELS[group],
                    place or "Trust",
                    now["unit"],
                    *(_figure(sheet, each) for each in line),
                    *ends,
                    _number(sheet, now["pupils"]),
                    _figure(sheet, now, "england_value"),
                    now["comparison"] or None,
                    now["england_vintage"] or None,
                ]
            )
    head = [
        "Measure",
        "Pupils",
        "Whose",
        "Unit",
        *_labels(years),
        "95% interval, low",
        "95% interval, high",
        "Pupils counted",
        "England",
        "Against England",
        "England's publication",
    ]
    _table(sheet, head, body, [52, 22, 16, 14, *[11] * (len(years) + 4), 24, 48])


def _schools(sheet: WriteOnlyWorksheet, rows: pd.DataFrame) -> None:
    """One row a school, one column a measure, of the latest year and all pupils; then the trust and England."""
    latest = rows[(rows["time_period"] == max(_years(rows), default="")) & (rows["pupil_group"] == "all")]
    with_figure = set(latest.loc[(latest["school_name"] != "") & (latest["value"] != ""), "measure"])
    shown = [measure for name, measure in MEASURES.items() if name in with_figure]
    held = _keyed(latest, "measure", "school_name", "geographic_level")
    places = [(name, "School") for name in sorted(set(latest["school_name"]) - {""})]
    places += [("", "Trust"), ("", "England")]
    body = [
        [name or level, *(_figure(sheet, held.get((each.name, name, level))) for each in shown)]
        for name, level in places
    ]
    head = ["School", *(f"{each.label} ({each.unit})" for each in shown)]
    _table(sheet, head, body, [20, *[16] * len(shown)])


def _finance(sheet: WriteOnlyWorksheet, rows: pd.DataFrame) -> None:
    """Each school and the trust over the years, a row a measure."""
    money = [measure for measure in MEASURES.values() if measure.area == "finance"]
    own = rows[rows["measure"].isin([measure.name for measure in money]) & (rows["geographic_level"] != "England")]
    held, years = _keyed(own, "measure", "school_name", "time_period"), _years(own)
    body = []
    for place in ["", *sorted(set(own["school_name"]) - {""})]:
        for each in money:
            line = [held.get((each.name, place, year)) for year in years]
            if any(row is not None for row in line):
                body.append([place or "Trust", each.label, each.unit, *(_figure(sheet, row) for row in line)])
    _table(sheet, ["School", "Measure", "Unit", *_labels(years)], body, [20, 44, 20, *[14] * len(years)])


def _notes(sheet: WriteOnlyWorksheet, rows: pd.DataFrame) -> None:
    """What each measure is, then what each symbol means."""
    held = set(rows["measure"])
    body: list[list[Cell]] = [
        [each.label, each.unit, neutral(each.definition), neutral(each.why), each.name]
        for name, each in MEASURES.items()
        if name in held
    ]
    symbols = sorted(set(rows["symbol"]) & set(MEANINGS))
    body += [[f"[{symbol}]", None, neutral(MEANINGS[symbol])] for symbol in symbols]
    _table(sheet, ["Measure or symbol", "Unit", "What it is", "Why it matters", "Name"], body, [52, 18, 96, 48, 36])


def _all(sheet: WriteOnlyWorksheet, rows: pd.DataFrame) -> None:
    """Every figure: numbers with their decimals and unit, codes and URNs as text."""
    widths = [min(max([len(name), *rows[name].map(len)]) + 2, _WIDEST) for name in COLUMNS]
    places, units = list(COLUMNS), rows["unit"].tolist()
    body = []
    for texts_of, unit in zip(rows.itertuples(index=False, name=None), units, strict=True):
        line: list[Cell] = [text or None for text in texts_of]
        for place, name in enumerate(places):
            if name in _NUMBERS:
                line[place] = _number(sheet, texts_of[place], unit if name in _IN_UNIT else "")
        body.append(line)
    _table(sheet, places, body, widths)
