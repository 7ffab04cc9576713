"""What people read of files that are not as they should be: the same from check and add, in words, with the place."""

import csv
import time

import pytest

from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources import bad_bases, bad_excel, samples, tables
from tests.sources.test_cases_years import cumulative

YEAR = "2024/25"


@pytest.fixture
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("in")


def told(folder, path):
    added, checked = add(folder.path, [path], Release(year=YEAR)), check(folder.path, [path], YEAR)
    assert [str(p) for p in added.problems] == [str(p) for p in checked.problems]
    return [str(problem) for problem in added.problems]


def written(path, rows):
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return path


def test_an_unknown_file_names_the_nearest_layout_by_the_columns_they_share(folder, place):
    path = written(place / "x.csv", [["UPN", "FormMark", "Group"], ["A", "1", "b"]])
    (line,) = told(folder, path)
    assert "the nearest is 'Multiplication tables check" in line
    assert "with which it shares UPN, FormMark and of which it lacks" in line and "PupilStatus" in line


def test_a_file_without_any_known_column_and_one_that_is_no_data_say_so(folder, place):
    (line,) = told(folder, written(place / "x.csv", [["Day", "Dish"], ["Monday", "Soup"]]))
    assert "no column of any known layout" in line
    (line,) = told(folder, written(place / "a.meta.csv", [["col_name", "col_type", "label"], ["a", "Filter", "A"]]))
    assert "the description of the columns of a file (.meta.csv), without figures" in line


@pytest.mark.parametrize("name", ["gias", "finance"])
def test_two_encodings_in_one_file_name_the_byte_the_row_and_the_column(folder, place, name):
    base = bad_bases.gias_file if name == "gias" else bad_bases.finance
    column = "EstablishmentName" if name == "gias" else "School"
    lines = base.bytes().splitlines(keepends=True)
    ours, theirs = base.rows[0][base.header.index(column)], base.rows[1][base.header.index(column)]
    lines[1] = lines[1].replace(ours.encode(), '"École, the first"'.encode())
    lines[2] = lines[2].replace(theirs.encode(), "Zoë".encode("cp1252"))
    path = place / "mixed.csv"
    path.write_bytes(b"".join(lines))
    (line,) = told(folder, path)
    at = path.read_bytes().index(b"\xeb")
    where = base.header.index(column) + 1
    assert f"row 3, column number {where} ({column}): found byte {at} (0xEB) is not UTF-8" in line
    assert f"while row 2, number {where} ({column}) has a letter in UTF-8" in line
    assert "two files in different encodings were joined" in line


def test_a_file_in_windows_1252_throughout_is_read_where_its_publisher_writes_that(folder, place):
    path = place / "gias.csv"
    path.write_bytes(bad_bases.gias_file.cell("EstablishmentName", "CAFÉ’S École").bytes("cp1252"))
    assert told(folder, path) == []


@pytest.mark.parametrize("cut", [4, 40, 200])
def test_a_file_that_ends_in_the_middle_of_a_row_is_refused_also_where_rows_may_be_short(folder, place, cut):
    rows = [tables.school("100001"), tables.school("100002"), tables.school("100003")]
    whole = written(place / "ks2.csv", [tables.KS2_HEADER, *rows]).read_bytes()
    (place / "ks2.csv").write_bytes(whole.rstrip()[:-cut])
    found = told(folder, place / "ks2.csv")
    fields = (place / "ks2.csv").read_bytes().splitlines()[-1].count(b",") + 1
    assert any("row 4" in line and f"{fields} fields, where the file ends" in line for line in found)
    (place / "ks2.csv").write_bytes(whole.rstrip())
    added = add(folder.path, [place / "ks2.csv"], Release(year=YEAR))
    assert added.problems == [] and any("no line end after the last row" in str(w) for w in added.warnings)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    assert check(tmp_path / "nowhere").lines() == [f"no data folder at {tmp_path / 'nowhere'}; pass --data"]


def test_check_says_which_file_needs_its_year_when_it_is_added(folder, place):
    path = place / "census.csv"
    path.write_bytes(bad_bases.census.bytes())
    found = check(folder.path, [path])
    assert found.exit_code == 0 and any("--year" in str(warning) for warning in found.warnings)
    assert add(folder.path, [path]).exit_code == 65


def test_thirty_mixed_files_take_seconds_and_one_line_each(folder, place):
    bases = [bad_bases.finance, bad_bases.attendance, bad_bases.absence, bad_bases.census, bad_bases.gias_file]
    for n, base in enumerate(bases * 3):
        (place / f"good{n}.csv").write_bytes(base.bytes())
    for n in range(5):
        (place / f"book{n}.xlsx").write_bytes(bad_excel.book())
        (place / f"bad{n}.csv").write_bytes(bad_bases.finance.cell("TotalIncome", "x").bytes())
    (place / "letter.pdf").write_bytes(b"%PDF-1.7 ...")
    (place / "page.html").write_bytes(b"<!doctype html><html></html>")
    (place / "empty.csv").write_bytes(b"")
    (place / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    cumulative(place / "years.csv", 202223, 202324, 202425)
    started = time.process_time()
    found = check(folder.path, [place], YEAR)
    assert time.process_time() - started < 20
    assert len(found.each) == 30 == found.files
    lines = {line.split(": ")[0]: line for line in found.each}
    assert lines["good0.csv"].startswith("good0.csv: fit: Income and expenditure by school and central services, 4 ")
    assert lines["bad0.csv"].startswith("bad0.csv: refused, 1 problem: ")
    assert lines["letter.pdf"] == "letter.pdf: refused: a PDF document"
    assert "2022/23 2023/24 2024/25" in lines["years.csv"]
    assert "an HTML or XML page" in lines["page.html"] and "0 bytes" in lines["empty.csv"]
    assert not any("Error" in line or "multiple_fields" in line for line in (*found.each, *found.lines()))


def test_a_place_is_counted_by_cells_and_not_by_commas():
    before = b'a,b,c\r\n1,"x, y",3\r\n4,"two\nlines",'
    assert csv_text._place(before) == (3, "number 3 (c)")


def test_the_same_pupil_under_two_headers_is_no_secret(folder, place):
    rows = [samples.ATTENDANCE, *samples.terms("100001", "A1", "100", "5", "1"), samples.ATTENDANCE]
    (line,) = told(folder, written(place / "a.csv", rows))
    assert "row 5" in line and "the header again" in line
