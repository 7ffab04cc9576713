"""The files of figures: complete, in one order, harmless in a spreadsheet, the same bytes each time."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pandas as pd
import pytest

from symphony_analysis.figure import COLUMNS
from symphony_analysis.report.figure_files.csv_files import figures_csv, neutral, shown_tables
from symphony_analysis.report.figure_files.workbook import SHEETS, figures_xlsx
from symphony_analysis.report.pages.cover import Band
from symphony_analysis.report.pages.fragments import fragment
from tests.report import pieces
from tests.report.conftest import figures, markdown, notebook, shown


def workbook_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_columns_stand_in_the_agreed_order_and_lines_end_alike():
    text = figures_csv(figures())
    assert text.splitlines()[0] == (
        "measure,time_period,geographic_level,school_urn,school_name,pupil_group,value,symbol,unit,pupils,"
        "interval_low,interval_high,england_value,england_vintage,england_at_our_intake,difference,p,comparison,"
        "comparison_rule,schools_counted,schools_expected,origin,source_file,source_sha256"
    )
    assert "\r" not in text
    assert text.endswith("\n")


def test_missing_figure_is_empty_and_keeps_its_symbol():
    rows = {r["measure"]: r for r in csv.DictReader(io.StringIO(figures_csv(figures())))}
    hidden = rows["ks2_rwm_expected_percent"]
    assert (hidden["value"], hidden["symbol"], hidden["school_urn"]) == ("", "c", "137932")


def test_order_of_the_rows_given_does_not_matter():
    assert figures_csv(figures()) == figures_csv(figures().iloc[::-1])


def test_frame_without_a_column_is_refused():
    with pytest.raises(KeyError, match="source_sha256"):
        figures_csv(figures().drop(columns="source_sha256"))


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")'])
def test_formulas_are_neutralised(text: str):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.2", "+1.5", "-1,204", "Good", "4.3", "", "-12%"])
def test_plain_words_and_numbers_stay_as_they_are(text: str):
    assert neutral(text) == text


def test_formula_in_a_name_is_harmless_in_both_files():
    assert "'=Glen Hills" in figures_csv(figures())
    sheet = workbook_of(figures_xlsx(figures(), "t", date(2026, 4, 30)))["All figures"]
    name = sheet.cell(2, list(COLUMNS).index("school_name") + 1)
    assert (name.value, name.data_type) == ("'=Glen Hills", "s")


def test_workbook_has_sheets_for_people_and_numbers_as_numbers_with_their_unit():
    book = workbook_of(figures_xlsx(figures(), "t", date(2026, 4, 30), (Band("DRAFT", "Not signed."),)))
    assert book.sheetnames == ["Cover", *SHEETS]
    cover = [[cell.value for cell in row] for row in book["Cover"]]
    assert ["DRAFT", "Not signed."] in cover and next(iter(SHEETS.items())) == tuple(cover[4])
    sheet = book["All figures"]
    value = sheet.cell(4, list(COLUMNS).index("value") + 1)
    assert (value.value, value.number_format) == (4.3, '0.0"%"')
    for name in SHEETS:
        assert book[name].freeze_panes == "B2" and book[name].auto_filter.ref


def test_wide_sheets_hold_the_same_figures_and_symbols_as_the_long_one():
    usual = figures().iloc[0].to_dict() | {"england_value": "", "comparison": "", "geographic_level": "School"}
    money = usual | {"measure": "in_year_balance_gbp", "unit": "£", "school_urn": "138000", "school_name": "Newcroft"}
    rows = [*figures().to_dict("records"), money | {"value": "-8200"}]
    rows += [usual | {"measure": "ks2_rwm_expected_percent", "value": "73", "school_urn": "138000",
                      "school_name": "Newcroft", "interval_low": "60", "pupils": "41"}]  # fmt: skip
    book = workbook_of(figures_xlsx(pd.DataFrame(rows), "t", date(2026, 4, 30)))
    (head, *body) = [[cell.value for cell in row] for row in book["Schools"]]
    cells = {row[0]: dict(zip(head, row, strict=True)) for row in body}
    rwm = next(name for name in head if name.startswith("Reading, writing and maths"))
    assert (cells["Newcroft"][rwm], cells["'=Glen Hills"][rwm]) == (73, "[c]")
    assert list(cells) == ["'=Glen Hills", "Newcroft", "Trust", "England"]
    balance = next(row for row in book["Finance"] if row[0].value == "Newcroft")[-1]
    assert (balance.value, balance.number_format) == (-8200, '"£"#,##0')
    absence = next(row for row in book["Headlines"] if row[0].value == "Overall absence")
    assert [cell.value for cell in absence][4] == 4.3 and absence[8].value == 5.2


def test_workbook_is_the_same_bytes_and_dated_by_the_run(monkeypatch: pytest.MonkeyPatch):
    first = figures_xlsx(figures(), "t", date(2026, 4, 30))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert figures_xlsx(figures(), "t", date(2026, 4, 30)) == first
    properties = workbook_of(first).properties
    assert (properties.created.isoformat(), properties.modified.isoformat()) == ("2026-04-30T00:00:00",) * 2


def test_every_table_shown_is_a_file_of_its_own():
    section = fragment("50_attendance", notebook(markdown("# Attendance"), shown(pieces.TABLE), shown(pieces.WORDS)))
    files = shown_tables(section)
    assert list(files) == ["attendance-01-absence-trust-and-england-per-cent.csv", "attendance-02-aims.csv"]
    rows = list(csv.reader(io.StringIO(files["attendance-02-aims.csv"])))
    assert rows == [["Aim", "For whom"], ["Excellent", "All pupils"]]
