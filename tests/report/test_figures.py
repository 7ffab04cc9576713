"""The files of figures: complete, in one order, harmless in a spreadsheet, the same bytes each time."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest

from symphony_analysis.figure import COLUMNS
from symphony_analysis.report.figure_files import figures_csv, figures_xlsx, neutral, shown_tables
from symphony_analysis.report.fragments import fragment
from tests.report import pieces
from tests.report.conftest import figures, markdown, notebook, shown

AREAS = {"overall_absence_percent": "Attendance: a/b", "ks2_rwm_expected_percent": "Outcomes"}


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
    sheet = workbook_of(figures_xlsx(figures(), AREAS, "t", date(2026, 4, 30)))["Outcomes"]
    name = sheet.cell(2, list(COLUMNS).index("school_name") + 1)
    assert (name.value, name.data_type) == ("'=Glen Hills", "s")


def test_workbook_has_a_sheet_per_area_with_numbers_as_numbers():
    book = workbook_of(figures_xlsx(figures(), AREAS, "t", date(2026, 4, 30)))
    assert book.sheetnames == ["Attendance  a b", "Outcomes"]
    sheet = book["Attendance  a b"]
    value = sheet.cell(3, list(COLUMNS).index("value") + 1)
    assert (value.value, value.number_format) == (4.3, "0.0")
    assert sheet.freeze_panes == "B2"


def test_measure_of_no_known_area_is_not_lost():
    book = workbook_of(figures_xlsx(figures(), {"x": "Attendance"}, "t", date(2026, 4, 30)))
    assert book.sheetnames == ["Other figures"]
    assert book["Other figures"].max_row == 4


def test_workbook_is_the_same_bytes_and_dated_by_the_run(monkeypatch: pytest.MonkeyPatch):
    first = figures_xlsx(figures(), AREAS, "t", date(2026, 4, 30))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert figures_xlsx(figures(), AREAS, "t", date(2026, 4, 30)) == first
    properties = workbook_of(first).properties
    assert (properties.created.isoformat(), properties.modified.isoformat()) == ("2026-04-30T00:00:00",) * 2


def test_every_table_shown_is_a_file_of_its_own():
    section = fragment("50_attendance", notebook(markdown("# Attendance"), shown(pieces.TABLE), shown(pieces.WORDS)))
    files = shown_tables(section)
    assert list(files) == ["attendance-01-absence-trust-and-england-per-cent.csv", "attendance-02-aims.csv"]
    rows = list(csv.reader(io.StringIO(files["attendance-02-aims.csv"])))
    assert rows == [["Aim", "For whom"], ["Excellent", "All pupils"]]
