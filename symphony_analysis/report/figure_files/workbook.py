"""The figures of record as a workbook for people: cover, headlines, schools, finance, notes, then every figure.

Every sheet is written from the same protected figures, rounded as the report shows them.
"""

import io
import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache

import pandas as pd
from xlsxwriter import Workbook

from symphony_analysis.board.headlines import BALANCE, HEADLINES
from symphony_analysis.dates import day_in_words
from symphony_analysis.figure import COLUMNS, LABELS
from symphony_analysis.files.steady_zip import normalised
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
#: The height of a line of text, in points.
_LINE = 15
_FORMS = {"%": '{}"%"', "£": '"£"#,##{}'}
SHEETS = {
    "Headlines": "The measures of the board summary over the years, with interval, pupils and England",
    "Schools": "One row a school, one column a measure, of the latest year, all pupils; then the trust and England",
    "Finance": "Each school and the trust over the years, pounds and shares",
    "Notes": "What each measure is, and what the symbols mean",
    "All figures": "Every figure of the report, one a row, with sources; the same as figures.csv",
}

#: A cell: text, a number with its format, or nothing.
Cell = str | tuple[float, str] | None


def figures_xlsx(figures: pd.DataFrame, title: str, as_at: date, bands: Sequence[Band] = ()) -> bytes:
    """The figures as a workbook dated by ``as_at``; ``bands`` are the notices of the report, on its cover."""
    file, wide = io.BytesIO(), texts(ordered(figures))
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": "symphony-analysis", "created": datetime.combine(as_at, time())})
        _cover(book, title, as_at, bands)
        _headlines(book, wide)
        _schools(book, wide)
        _finance(book, wide)
        _notes(book, wide)
        _all(book, wide)
    return normalised(file.getvalue(), {})


def _number(text: str, unit: str = "") -> Cell:
    """A number with its decimals and its unit; any other text as it is."""
    if not _PLAIN.fullmatch(text):
        return text or None
    decimals = len(text.partition(".")[2])
    return float(text), _FORMS.get(unit, "{}").format(f"0.{'0' * decimals}" if decimals else "0")


def _figure(row: Mapping[Hashable, str] | None, column: str = "value") -> Cell:
    """A figure of a row; where it has none, its symbol in brackets."""
    if row is None:
        return None
    if row[column] == "" and column == "value":
        return f"[{row['symbol']}]" if row["symbol"] else None
    return _number(row[column], row["unit"])


def _table(
    book: Workbook, name: str, head: Sequence[str], body: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> None:
    """A sheet that is a table with a filter and frozen heading, written from top to bottom."""
    sheet, lines = book.add_worksheet(name), list(body)
    form = cache(lambda written: book.add_format({"num_format": written}))
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, wide)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(lines), len(head) - 1)
    heading = book.add_format(
        {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "valign": "top", "text_wrap": True}
    )
    sheet.set_row(0, _LINE * max(math.ceil(len(words) / (wide - 1)) for words, wide in zip(head, widths, strict=True)))
    for place, words in enumerate(head):
        sheet.write_string(0, place, words, heading)
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line):
            if isinstance(cell, tuple):
                sheet.write_number(number, place, cell[0], form(cell[1]))
            elif cell is not None:
                sheet.write_string(number, place, cell)


def _cover(book: Workbook, title: str, as_at: date, bands: Sequence[Band]) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.set_column("A:A", 18)
    sheet.set_column("B:B", 96)
    strong, large = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 16})
    sheet.write_string(0, 0, neutral(title), large)
    sheet.write_string(1, 0, f"Published figures up to {day_in_words(as_at)}")
    about = [*((band.word, neutral(band.sentence)) for band in bands), ("", ""), *SHEETS.items(), ("", "")]
    about.append(("", "[c], [x] and the like stand where there is no figure; the sheet Notes says what they mean."))
    for number, (name, holds) in enumerate(about, start=2):
        if holds:
            sheet.write_string(number, 0, name, strong)
            sheet.write_string(number, 1, holds)


def _keyed(rows: pd.DataFrame, *columns: str) -> dict[tuple[str, ...], dict[Hashable, str]]:
    return {tuple(row[name] for name in columns): row for row in rows.to_dict("records")}


def _years(rows: pd.DataFrame) -> list[str]:
    return sorted(set(rows["time_period"]))


def _labels(codes: Iterable[str]) -> list[str]:
    return [AcademicYear.parse(code).label for code in codes]


def _headlines(book: Workbook, rows: pd.DataFrame) -> None:
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
            ends = [_figure(now, name) for name in ("interval_low", "interval_high")]
            body.append(
                [
                    MEASURES[measure].label,
                    LABELS[group],
                    place or "Trust",
                    now["unit"],
                    *(_figure(each) for each in line),
                    *ends,
                    _number(now["pupils"]),
                    _figure(now, "england_value"),
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
    _table(book, "Headlines", head, body, [52, 22, 16, 14, *[11] * (len(years) + 4), 24, 48])


def _schools(book: Workbook, rows: pd.DataFrame) -> None:
    """One row a school, one column a measure, of the latest year and all pupils; then the trust and England."""
    latest = rows[(rows["time_period"] == max(_years(rows), default="")) & (rows["pupil_group"] == "all")]
    with_figure = set(latest.loc[(latest["school_name"] != "") & (latest["value"] != ""), "measure"])
    shown = [measure for name, measure in MEASURES.items() if name in with_figure]
    held = _keyed(latest, "measure", "school_name", "geographic_level")
    places = [(name, "School") for name in sorted(set(latest["school_name"]) - {""})]
    places += [("", "Trust"), ("", "England")]
    body = [[name or level, *(_figure(held.get((each.name, name, level))) for each in shown)] for name, level in places]
    head = ["School", *(f"{each.label} ({each.unit})" for each in shown)]
    _table(book, "Schools", head, body, [20, *[16] * len(shown)])


def _finance(book: Workbook, rows: pd.DataFrame) -> None:
    """Each school and the trust over the years, a row a measure."""
    money = [measure for measure in MEASURES.values() if measure.area == "finance"]
    own = rows[rows["measure"].isin([measure.name for measure in money]) & (rows["geographic_level"] != "England")]
    held, years = _keyed(own, "measure", "school_name", "time_period"), _years(own)
    body = []
    for place in ["", *sorted(set(own["school_name"]) - {""})]:
        for each in money:
            line = [held.get((each.name, place, year)) for year in years]
            if any(row is not None for row in line):
                body.append([place or "Trust", each.label, each.unit, *(_figure(row) for row in line)])
    _table(book, "Finance", ["School", "Measure", "Unit", *_labels(years)], body, [20, 44, 20, *[14] * len(years)])


def _notes(book: Workbook, rows: pd.DataFrame) -> None:
    """What each measure is, then what each symbol means."""
    held = set(rows["measure"])
    body: list[list[Cell]] = [
        [each.label, each.unit, neutral(each.definition), neutral(each.why), each.name]
        for name, each in MEASURES.items()
        if name in held
    ]
    symbols = sorted(set(rows["symbol"]) & set(MEANINGS))
    body += [[f"[{symbol}]", None, neutral(MEANINGS[symbol])] for symbol in symbols]
    _table(
        book, "Notes", ["Measure or symbol", "Unit", "What it is", "Why it matters", "Name"], body, [52, 18, 96, 48, 36]
    )


def _all(book: Workbook, rows: pd.DataFrame) -> None:
    """Every figure: numbers with their decimals and unit, codes and URNs as text."""
    widths = [min(max([len(name), *rows[name].map(len)]) + 2, _WIDEST) for name in COLUMNS]
    places, units = list(COLUMNS), rows["unit"].tolist()
    body = []
    for texts_of, unit in zip(rows.itertuples(index=False, name=None), units, strict=True):
        line: list[Cell] = [text or None for text in texts_of]
        for place, name in enumerate(places):
            if name in _NUMBERS:
                line[place] = _number(texts_of[place], unit if name in _IN_UNIT else "")
        body.append(line)
    _table(book, "All figures", places, body, widths)
