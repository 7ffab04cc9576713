"""Workbooks as people save them: every sheet that fits is read or refused by name, and no row is lost silently."""

import io
import zipfile

import openpyxl
import pytest

from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources import samples, tables
from tests.sources.conftest import one

YEAR = Release(year="2024/25")
CENSUS = [samples.census("100001", f"A{n}") for n in range(1, 9)]
EVENTS = {
    "Autumn": [samples.event("100001", "A1", "Suspension", "2024-10-01")],
    "Spring": [samples.event("100001", f"A{n}", "Suspension", "2025-02-03") for n in (1, 2, 3)],
    "Summer": [samples.event("100001", f"A{n}", "Suspension", "2025-06-02") for n in (4, 5)],
}


def book(path, sheets, change=None):
    """A workbook with these sheets of rows; None leaves a row out, and ``change`` may do more."""
    path = path.parent / "in" / path.name
    path.parent.mkdir(exist_ok=True)
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row or (), 1):
                sheet.cell(number, place, cell)
    if change:
        change(made)
    made.save(path)
    return path


def terms(**given):
    return {title: [samples.EXCLUSIONS, *rows] for title, rows in (EVENTS | given).items()}


def told(folder, path):
    """The problems of an addition, which a check must find as well."""
    added, checked = add(folder.path, [path], YEAR), check(folder.path, [path], "2024/25")
    assert [str(p) for p in added.problems] == [str(p) for p in checked.problems]
    return [str(problem) for problem in added.problems], [str(warning) for warning in added.warnings], added.lines


def suspensions(folder):
    return one(folder.load().table("exclusions"), school_urn="100001", pupil_group="all").suspensions_count


@pytest.fixture(autouse=True)
def census(folder):
    folder.add("census_spring", CENSUS, samples.CENSUS)


def test_the_three_terms_of_a_workbook_are_all_read(folder, tmp_path):
    refused, _, lines = told(folder, book(tmp_path / "exclusions.xlsx", terms()))
    assert refused == [] and suspensions(folder) == 6
    assert "6 rows, 3 sheets (Autumn, Spring, Summer), 5 pupils, 2024/25" in lines[0]


def test_a_sheet_whose_header_has_a_slip_is_refused_by_name(folder, tmp_path):
    sheets = terms()
    sheets["Summer"][0] = [name.replace("Category", "Kategory") for name in sheets["Summer"][0]]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", sheets))
    assert len(refused) == 1 and "exclusions.xlsx, sheet 'Summer': row 1" in refused[0] and "Category" in refused[0]


def test_a_sheet_of_rows_without_a_header_is_refused_by_name(folder, tmp_path):
    sheets = terms()
    del sheets["Summer"][0]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", sheets))
    assert refused == [refused[0]] and "sheet 'Summer': found rows without a header" in refused[0]


def test_a_hidden_sheet_with_data_is_refused_though_others_are_shown(folder, tmp_path):
    def hide(made):
        made["Spring"].sheet_state = "veryHidden"

    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", terms(), hide))
    assert len(refused) == 1 and "sheet 'Spring': found data on a hidden sheet" in refused[0]


def test_sheets_that_are_no_data_are_named_and_left_out(folder, tmp_path):
    sheets = {"Notes": [["Exported on Monday"]], **terms(), "Pivot": [["Reason", "Count"], ["DB", 6]]}
    refused, warnings, _ = told(folder, book(tmp_path / "exclusions.xlsx", sheets))
    assert refused == [] and suspensions(folder) == 6
    assert any("'Notes', 'Pivot'" in warning and "left out" in warning for warning in warnings)


def test_the_data_of_another_layout_on_a_sheet_is_refused_by_name(folder, tmp_path):
    sheets = {**terms(), "Attendance": [samples.ATTENDANCE, *samples.terms("100001", "A1", "100", "5", "1")]}
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", sheets))
    assert len(refused) == 1 and "sheet 'Attendance': found another layout" in refused[0]


def test_an_event_on_two_sheets_is_refused_with_its_sheet(folder, tmp_path):
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", terms(Summer=EVENTS["Spring"][:1])))
    assert len(refused) == 1 and refused[0].startswith("exclusions.xlsx, sheet 'Summer': row 2, column URN+UPN")
    assert "as in row 2 of table 2" in refused[0]


def test_a_fault_on_a_later_sheet_names_the_sheet_and_its_own_row(folder, tmp_path):
    wrong = samples.event("100001", "A6", "Suspention", "2025-06-02")
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", terms(Summer=[*EVENTS["Summer"], wrong])))
    assert [line.split(":")[0:2] for line in refused] == [
        ["exclusions.xlsx, sheet 'Summer'", " row 4, column Category"]
    ]


def test_rows_below_a_long_gap_are_read(folder, tmp_path):
    rows = [
        *samples.terms("100001", "A1", "120", "4", "2"),
        *[None] * 700,
        *samples.terms("100001", "A2", "120", "80", "0"),
    ]
    refused, _, lines = told(folder, book(tmp_path / "attendance.xlsx", {"Data": [samples.ATTENDANCE, *rows]}))
    assert refused == [] and "6 rows, 2 pupils" in lines[0]
    row = one(folder.load().table("attendance"), school_urn="100001", pupil_group="all")
    assert (row.absent_sessions_count, row.possible_sessions_count, row.persistent_absentees_count) == (258, 720, 1)


def test_a_title_above_a_deep_header_and_a_second_table_below_are_read(folder, tmp_path):
    above = [["Suspensions 2024/25"], None, *[["note"]] * 20]
    rows = [*above, samples.EXCLUSIONS, *EVENTS["Autumn"], None, ["Spring term"], samples.EXCLUSIONS, *EVENTS["Spring"]]

    def merge(made):
        made["Data"].merge_cells("A1:F1")

    refused, _, lines = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": rows}, merge))
    assert refused == [] and suspensions(folder) == 4 and "4 rows" in lines[0]


def test_a_second_table_with_its_columns_in_another_order_is_read_by_its_own_header(folder, tmp_path):
    turned = [list(reversed(row)) for row in (samples.EXCLUSIONS, *EVENTS["Spring"])]
    rows = [samples.EXCLUSIONS, *EVENTS["Autumn"], None, *turned]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": rows}))
    assert refused == [] and suspensions(folder) == 4


def test_two_tables_side_by_side_are_refused(folder, tmp_path):
    side = [[*row, None, *row] for row in (samples.EXCLUSIONS, *EVENTS["Spring"])]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": side}))
    assert any("the header 2 times" in line for line in refused)


def test_an_empty_column_beside_the_table_does_not_matter(folder, tmp_path):
    rows = [[None, *row] for row in (samples.EXCLUSIONS, *EVENTS["Spring"])]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": rows}))
    assert refused == [] and suspensions(folder) == 3


def test_a_note_below_the_table_is_one_line_of_refusal(folder, tmp_path):
    rows = [samples.EXCLUSIONS, *EVENTS["Spring"], None, ["Source: the school office"]]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": rows}))
    assert len(refused) == 1 and "row 6" in refused[0] and "a note" in refused[0]


def test_cells_merged_over_rows_are_refused(folder, tmp_path):
    def merge(made):
        made["Spring"].merge_cells("A2:A4")

    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Spring": terms()["Spring"]}, merge))
    assert len(refused) == 1 and "row 2, column A2:A4: found cells merged over several rows" in refused[0]


@pytest.mark.parametrize("title", ["Exclusions 2023-24", "202324"])
def test_a_sheet_named_for_another_year_is_refused(folder, tmp_path, title):
    rows = terms()["Spring"]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"2024-25": terms()["Autumn"], title: rows}))
    assert any(f"sheet '{title}': found the name of 2023/24" in line for line in refused)


def test_a_sheet_named_for_another_school_is_refused_and_different_schools_are_told(folder, tmp_path):
    beech = [samples.event("100002", "B1", "Suspension", "2025-06-02")]
    refused, _, _ = told(
        folder, book(tmp_path / "a.xlsx", {"Ash": terms()["Spring"], "Cedar": [samples.EXCLUSIONS, *beech]})
    )
    assert len(refused) == 1 and "sheet 'Cedar': found rows of Beech; expected rows of Cedar only" in refused[0]
    refused, warnings, _ = told(folder, book(tmp_path / "b.xlsx", terms(Summer=beech)))
    assert refused == [] and any("'Spring' Ash; 'Summer' Beech" in warning for warning in warnings)


def test_a_sheet_with_a_header_and_no_rows_is_told(folder, tmp_path):
    refused, warnings, _ = told(folder, book(tmp_path / "exclusions.xlsx", terms(Summer=[])))
    assert refused == [] and any("sheet 'Summer': found a header without rows" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (0.62, "0%", "62%"), (0.625, "0.0%", "62.5%"), (1, '0"%"', "1%"), (76, '0"%"', "76%"), (76, "0\\%", "76%"),
        ("62%", "@", "62%"), (62, "General", "62"), (0.62, '0.00" per cent"', "0.62"),
        (0.5, "[Red]0%;[Blue]-0%", "50%"),
        (1234, "0000000", "0001234"), (1200, '"£"#,##0.00', "1200"), (0.07, "0%", "7%"), (100001.0, "0", "100001"),
        (0.62, '"about "0%', "62%"), (1.5, '#,##0.0"%"', "1.5%"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_format_shows_it(value, style, shown):
    made = openpyxl.Workbook()
    made.active["A1"], made.active["A1"].number_format = value, style
    out = io.BytesIO()
    made.save(out)
    assert workbook.sheets(out.getvalue(), "book.xlsx")[0].rows == ((1, [shown]),)


def _repacked(path, name, change):
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part.endswith(name) else old.read(part))
    path.write_bytes(out.getvalue())


def test_a_formula_that_another_program_wrote_with_zero_for_its_value_is_refused(folder, tmp_path):
    def formula(made):
        made["Data"]["H2"] = "=2+2"

    path = book(tmp_path / "exclusions.xlsx", {"Data": terms()["Spring"]}, formula)
    _repacked(path, "sheet1.xml", lambda part: part.replace(b"<f>2+2</f><v></v>", b"<f>2+2</f><v>0</v>")
              .replace(b"<f>2+2</f><v />", b"<f>2+2</f><v>0</v>"))  # fmt: skip
    refused, _, _ = told(folder, path)
    assert len(refused) == 1 and "formulas that Excel has not calculated yet" in refused[0]
    # Once Excel has calculated and saved it, it no longer asks for that.
    _repacked(path, "workbook.xml", lambda part: part.replace(b' fullCalcOnLoad="1"', b""))
    assert told(folder, path)[0] == []


def test_a_calculated_formula_that_gives_an_empty_text_is_no_fault(folder, tmp_path):
    def formula(made):
        made["Data"]["C2"] = '=""'

    path = book(tmp_path / "exclusions.xlsx", {"Data": terms()["Spring"]}, formula)
    _repacked(path, "workbook.xml", lambda part: part.replace(b' fullCalcOnLoad="1"', b""))
    _repacked(path, "sheet1.xml", lambda part: part.replace(b'<c r="C2">', b'<c r="C2" t="str">'))
    assert told(folder, path)[0] == []


def test_a_day_as_excels_number_is_refused_with_the_way_out(folder, tmp_path):
    rows = [[*row[:6], 45690, *row[7:]] for row in EVENTS["Spring"]]
    refused, _, _ = told(folder, book(tmp_path / "exclusions.xlsx", {"Data": [samples.EXCLUSIONS, *rows]}))
    assert len(refused) == 3 and "Excel's day number" in refused[0]


def test_rows_that_a_filter_hides_are_read_and_that_is_said(folder, tmp_path):
    def filtered(made):
        for row in (2, 3):
            made["Spring"].row_dimensions[row].hidden = True

    refused, warnings, _ = told(folder, book(tmp_path / "exclusions.xlsx", terms(), filtered))
    assert refused == [] and suspensions(folder) == 6
    assert ["2 hidden rows" in line and "sheet 'Spring'" in line and "row 2" in line for line in warnings] == [True]


def test_a_correction_by_row_of_a_book_of_several_tables_is_refused(folder, tmp_path):
    """Row 2 is a row of each sheet: nobody could say which is meant."""
    made = book(
        tmp_path / "ks2.xlsx",
        {urn: [tables.KS2_HEADER, tables.school(urn, PTRWM_EXP="16%")] for urn in ("100001", "100002")},
    )
    assert add(folder.path, [made], YEAR).problems == []
    (folder.path / "corrections.csv").write_text(
        "file,row,column,raw_value,corrected_value,reason,role,date\n"
        "raw/202425/ks2.xlsx,2,PTRWM_EXP,16%,60%,a digit was lost,Director of Performance,2026-01-05\n"
    )
    assert any("several tables, and a correction by row" in line for line in check(folder.path).lines())
