"""A new year without a change of code: made, filled with the files of the year before moved on, checked, run."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from symphony_analysis.claims import CHECKS
from symphony_analysis.measures import MEASURES
from symphony_analysis.sources import load
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.own.records import RECORDS, note
from symphony_analysis.sources.writing.merge_records import merge
from symphony_analysis.sources.writing.new_year import calendar, prepare
from symphony_analysis.years import AcademicYear
from tests.people.copies import rows, with_records, write

NEXT = AcademicYear.parse("2025/26")
OFFERED = {"check": tuple(CHECKS), "measures": tuple(MEASURES), "measure": tuple(MEASURES)}
REPORT_CARD = "Inclusion: Strong standard | Achievement: Expected standard | Safeguarding standards: Met"


@pytest.fixture
def data(tmp_path):
    return with_records(tmp_path / "data")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_table_for_every_record_a_manifest_and_one_workbook(data):
    done = prepare(data, NEXT, OFFERED)
    assert set(done.made) == {
        "raw/202526/manifest.csv", "trust/202526/records.xlsx", *(f"trust/202526/{name}.csv" for name in RECORDS)
    }  # fmt: skip
    for name, columns in RECORDS.items():
        assert (data / f"trust/202526/{name}.csv").read_bytes() == (",".join(columns) + "\n").encode()
    assert load(data).trust.census_day(NEXT) == date(2026, 1, 15)  # the third Thursday of January, typed by nobody


def test_nothing_that_is_there_is_touched_and_an_empty_year_is_no_year(data):
    prepare(data, NEXT, OFFERED)
    (data / "trust/202526/texts.csv").write_text("id,area,kind,heading,order,text\nA1,overview,aim,Aims,1,Ours\n")
    before = snapshot(data)
    again = prepare(data, NEXT, OFFERED, carry_forward=True)
    assert again.made == () and len(again.kept) == len(RECORDS) + 2
    assert snapshot(data) == before
    assert NEXT not in load(data).years


def test_every_column_of_the_workbook_has_its_note_and_the_known_ones_a_list(data):
    prepare(data, NEXT, OFFERED)
    book = openpyxl.load_workbook(data / "trust/202526/records.xlsx")
    assert book["Lists"].sheet_state == "hidden"
    for name, columns in RECORDS.items():
        head = [cell.value for cell in book[name][1]]
        assert tuple(head) == columns
        assert [cell.comment.text for cell in book[name][1]] == [note(name, column) for column in columns]
    rules = {rule.promptTitle: rule for rule in book["claims"].data_validations.dataValidation}
    assert {"area", "check", "measures", "pupil_groups"} <= rules.keys()
    sheet, area = rules["check"].formula1.replace("'", "").replace("$", "").split("!")
    assert [cell.value for (cell,) in book[sheet][area]] == list(CHECKS)
    schools = {rule.promptTitle: rule for rule in book["ofsted"].data_validations.dataValidation}["school_urn"]
    sheet, area = schools.formula1.replace("'", "").replace("$", "").split("!")
    assert [cell.value for (cell,) in book[sheet][area]] == [school.urn for school in load(data).trust.schools]


def test_what_people_enter_in_the_workbook_becomes_the_tables(data):
    prepare(data, NEXT, OFFERED)
    path = data / "trust/202526/records.xlsx"
    book = openpyxl.load_workbook(path)
    book["ofsted"].append(["G8.1", "137932", "report card", "", 2026, date(2026, 2, 24), REPORT_CARD, ""])
    book["survey"].append(["P12", 'Children who say "never, ever"', 97, 2026, None])
    book.save(path)
    assert merge(data, NEXT, OFFERED) == [
        "ofsted G8.1: new in the workbook", "survey P12: new in the workbook",
        "wrote trust/202526/ofsted.csv", "wrote trust/202526/survey.csv", "wrote trust/202526/records.xlsx",
    ]  # fmt: skip
    (entered,) = rows(data / "trust/202526/ofsted.csv")
    assert (entered["year"], entered["inspected_on"]) == ("2026", "2026-02-24")
    assert load(data).records("survey", NEXT)["question"].tolist() == ['Children who say "never, ever"']


def test_carried_forward_are_the_records_that_last_without_last_years_answers(data):
    claims = data / "trust/202425/claims.csv"
    table = rows(claims)
    table[0]["response"] = "Our answer of that year"
    write(claims, table)
    prepare(data, NEXT, OFFERED, carry_forward=True)
    for name in ("texts", "targets", "ofsted"):
        assert rows(data / f"trust/202526/{name}.csv") == rows(data / f"trust/202425/{name}.csv")
    carried = rows(data / "trust/202526/claims.csv")
    assert [row["text"] for row in carried] == [row["text"] for row in table]
    assert {row["response"] for row in carried} == {""}
    assert rows(data / "trust/202526/judgements.csv") == [] and rows(data / "trust/202526/survey.csv") == []


def test_the_calendar_says_what_to_fetch_from_where_and_when():
    due = calendar(NEXT).set_index("what")
    assert due.loc["Key stage 2 performance table, revised", "published"] == "December 2026"
    assert due.loc["England: absence, full year", "published"] == "March 2027"
    assert due.loc["England: suspensions and permanent exclusions, full year", "published"] == "July 2027"
    assert "progress scores return" in due.loc["Key stage 2 results, pupils", "note"]
    named = {layout for cell in due["layout"] for layout in cell.split(";") if layout}
    assert named <= SOURCES.keys()
    assert (due["where"] != "").all()
