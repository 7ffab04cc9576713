"""The workbook of a year's records and its tables: merged both ways by row and cell, written together or not at all."""

import csv
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from symphony_analysis.claims import CHECKS
from symphony_analysis.measures import MEASURES
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.sources.writing import merge_records
from symphony_analysis.sources.writing.merge_records import merge
from symphony_analysis.years import AcademicYear
from tests.people.copies import ROOT, rows, with_records, write

YEAR = AcademicYear.parse("2024/25")
OFFERED = {"check": tuple(CHECKS), "measures": tuple(MEASURES), "measure": tuple(MEASURES)}


@pytest.fixture
def data(tmp_path):
    folder = with_records(tmp_path / "data")
    (folder / "trust/202425/records.xlsx").unlink()
    merge(folder, YEAR, OFFERED)
    return folder


def everything(data):
    return {path.name: path.read_bytes() for path in (data / "trust/202425").iterdir()}


def in_table(data, record, key, **cells):
    table = rows(data / f"trust/202425/{record}.csv")
    next(row for row in table if row[RECORDS[record][0]] == key).update(cells)
    write(data / f"trust/202425/{record}.csv", table)


def in_workbook(data, *edits):
    path = data / "trust/202425/records.xlsx"
    book = openpyxl.load_workbook(path)
    for record, key, column, value in edits:
        row = next(row for row in book[record].iter_rows(min_row=2) if row[0].value == key)
        row[RECORDS[record].index(column)].value = value
    book.save(path)


def cell(data, record, key, column):
    return next(row[column] for row in rows(data / f"trust/202425/{record}.csv") if row[RECORDS[record][0]] == key)


def test_the_shipped_workbook_holds_what_the_shipped_tables_hold(tmp_path):
    shutil.copytree(ROOT / "data" / "trust", tmp_path / "trust")
    shutil.copyfile(ROOT / "data" / "trust.toml", tmp_path / "trust.toml")
    before = everything(tmp_path)
    assert merge(tmp_path, YEAR, OFFERED) == [], (
        "type symphony records 2024/25 and commit data/trust/202425/records.xlsx"
    )
    assert everything(tmp_path) == before


def test_three_cells_of_the_workbook_and_two_of_the_tables_are_five_changes(data):
    in_workbook(
        data,
        ("claims", "O8", "response", "We answer"),
        ("survey", "P12", "percent", 97),
        ("glossary", "CEO", "meaning", "Chief Executive"),
    )
    in_table(data, "governance", "G9.1", note="=Seen")
    in_table(data, "claims", "O8", text="Another sentence")
    changes = [line for line in merge(data, YEAR, OFFERED) if not line.startswith("wrote")]
    assert sorted(changes) == [
        "claims O8, response: from the workbook",
        "claims O8, text: from the table",
        "glossary CEO, meaning: from the workbook",
        "governance G9.1, note: from the table",
        "survey P12, percent: from the workbook",
    ]
    assert cell(data, "claims", "O8", "response") == "We answer"
    assert cell(data, "claims", "O8", "text") == "Another sentence"
    assert cell(data, "survey", "P12", "percent") == "97"
    after = everything(data)
    assert merge(data, YEAR, OFFERED) == [] and everything(data) == after


def test_a_cell_changed_on_both_sides_is_named_and_nothing_is_written(data):
    in_workbook(data, ("claims", "O8", "response", "One"), ("survey", "P12", "percent", 97))
    in_table(data, "claims", "O8", response="Two")
    before = everything(data)
    with pytest.raises(SourceError) as refused:
        merge(data, YEAR, OFFERED)
    (line,) = str(refused.value).splitlines()
    assert "trust/202425/claims.csv: found O8, column response: 'Two' in the table, 'One' in the workbook" in line
    assert everything(data) == before


def test_a_row_goes_only_when_asked(data):
    table = rows(data / "trust/202425/evidence.csv")
    write(data / "trust/202425/evidence.csv", table[:-1])
    before = everything(data)
    with pytest.raises(SourceError, match="a row taken out of the table"):
        merge(data, YEAR, OFFERED)
    assert everything(data) == before
    key = table[-1]["id"]
    assert merge(data, YEAR, OFFERED, take_out=True)[0] == f"evidence {key}: taken out of the table"
    assert merge(data, YEAR, OFFERED) == []


def test_what_is_never_read_is_refused(data):
    path = data / "trust/202425/records.xlsx"
    whole = path.read_bytes()
    for spoil, told in (
        (lambda book: book.create_sheet("Ideas"), "a sheet 'Ideas'"),
        (lambda book: book["claims"].cell(3, 20, "aside"), "'aside' outside the columns"),
        (lambda book: book["claims"].append(["O8"]), "O8 twice"),
        (lambda book: book["claims"].append(["", "finance"]), "a row of claims without id"),
        (lambda book: book.remove(book["survey"]), "no sheet with the columns of survey"),
        (lambda book: book.remove(book["As written"]), "no sheet 'As written'"),
    ):
        path.write_bytes(whole)
        book = openpyxl.load_workbook(path)
        spoil(book)
        book.save(path)
        before = everything(data)
        with pytest.raises(SourceError, match=told):
            merge(data, YEAR, OFFERED)
        assert everything(data) == before


def test_a_locked_table_leaves_every_file_as_it_was(data, monkeypatch):
    in_workbook(data, ("claims", "O8", "response", "One"), ("survey", "P12", "percent", 97))
    before = everything(data)
    real = merge_records.Path.replace

    def locked(self, target):
        if target.name == "survey.csv":
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(merge_records.Path, "replace", locked)
    with pytest.raises(SourceError, match=r"survey\.csv: found a file open in another program"):
        merge(data, YEAR, OFFERED)
    assert everything(data) == before


def test_the_same_tables_make_the_same_workbook(data):
    path = data / "trust/202425/records.xlsx"
    first = path.read_bytes()
    path.unlink()
    merge(data, YEAR, OFFERED)
    assert path.read_bytes() == first
    assert {entry.date_time[0] for entry in zipfile.ZipFile(path).infolist()} == {1980}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed on this machine")
def test_a_copy_saved_by_libreoffice_changes_nothing(data, tmp_path):
    path = data / "trust/202425/records.xlsx"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(tmp_path / "saved"), str(path)], check=True, timeout=120)
    shutil.copyfile(tmp_path / "saved" / path.name, path)
    assert merge(data, YEAR, OFFERED) == []


def test_every_table_is_as_its_workbook_to_the_last_cell(data):
    for name in RECORDS:
        table = data / f"trust/202425/{name}.csv"
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                assert tuple(next(csv.reader(file))) == RECORDS[name]


def test_a_workbook_older_than_a_record_is_merged_and_gains_its_sheet(data):
    path = data / "trust/202425/records.xlsx"
    book = openpyxl.load_workbook(path)
    del book["expectations"]
    book.save(path)
    assert merge(data, YEAR, OFFERED) == []
    in_table(data, "survey", "P12", respondents="800")
    merge(data, YEAR, OFFERED)
    assert "expectations" in openpyxl.load_workbook(path).sheetnames
