"""Exports as systems make them, with other headings and codes: a mapping is proposed, completed by a person, kept.

The three exports are made up in the manner of Arbor, Bromcom and SIMS; nothing is copied from a vendor.
"""

import csv

import openpyxl
import pytest

from symphony_analysis.cli import main
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.own import mappings
from symphony_analysis.sources.writing.add_file import Release, add, map_export
from tests.sources.conftest import one
from tests.sources.samples import upn

YEAR = Release(year="2024/25")
PUPILS = ("A1", "A2", "A3")


def arbor(path):
    """One row a pupil and term, under a title and a date of export, with a column of each school's URN."""
    header = ["Legal surname", "UPN", "School URN", "Term", "Age at 31 August", "Pupil Premium", "Free School Meals",
              "Possible sessions", "Authorised absences", "Unauthorised absences", "Tutor group"]  # fmt: skip
    rows = [
        ["SYNTHETIC", upn(name), "100001", term, 8, "Yes", "No", 120, 6, 2, "4B"]
        for name in PUPILS
        for term in ("Aut", "Spr", "Sum")
    ]
    return _text(path, [["Attendance by pupil and term"], ["Exported"], header, *rows])


def bromcom(path):
    """A workbook with a cover; the school is one, so its URN is in no column."""
    header = ["Pupil UPN", "Last name", "Incident type", "Date from", "Number of sessions", "Main reason", "PP", "FSM"]
    rows = [[upn("A1"), "SYNTHETIC", "Susp", "07/10/2024", 4, "DB", "N", "N"],
            [upn("A2"), "SYNTHETIC", "Perm", "03/02/2025", 0, "PP", "Y", "N"]]  # fmt: skip
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Suspensions and exclusions"])
    sheet = book.create_sheet("Incidents")
    for row in (header, *rows):
        sheet.append(row)
    book.save(path)
    return path


def sims(path):
    """Marks by session, each cell quoted."""
    header = ["URN", "Unique Pupil Number", "Age at start of year", "PP Eligible", "FSM Eligible", "Mark date", "AM/PM",
              "Attendance code"]  # fmt: skip
    days = [(day, half) for day in ("03/09/2024", "07/01/2025", "05/06/2025") for half in ("Morning", "Afternoon")]
    rows = [["100001", upn(name), 8, "N", "N", *day, "I" if name == "A1" else "/"] for name in PUPILS for day in days]
    return _text(path, [header, *rows], csv.QUOTE_ALL)


def _text(path, rows, quoting=csv.QUOTE_MINIMAL):
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, quoting=quoting).writerows(rows)
    return path


@pytest.fixture
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("exports")


def answered(folder, answers):
    """A person goes through the proposal: each question mark in turn."""
    path = folder.path / mappings.NAME
    text = path.read_text(encoding="utf-8")
    assert text.split("[[mapping]]", 1)[1].count('"?"') == len(answers), text
    head, body = text.split("[[mapping]]", 1)
    for answer in answers:
        body = body.replace('"?"', f'"{answer}"', 1)
    path.write_text(f"{head}[[mapping]]{body}", encoding="utf-8")


def test_attendance_in_the_manner_of_arbor(folder, place):
    path = arbor(place / "attendance export.csv")
    assert add(folder.path, [path], YEAR).exit_code == 65
    lines = map_export(folder.path, path)
    assert 'layout = "attendance"' in lines and "skip_rows = 2" in lines and '"Aut" = "Autumn"' in lines
    assert not (folder.path / "raw").exists()
    answered(folder, [])
    added = add(folder.path, [path], YEAR)
    assert added.problems == [] and added.rows[0]["mapping"] == "attendance export"
    assert "9 rows, 3 pupils" in added.lines[0]
    row = one(folder.load().table("attendance"), school_urn="100001", pupil_group="disadvantaged")
    assert (row.absent_sessions_count, row.possible_sessions_count) == (72, 1080)
    assert [p.found for p in check(folder.path).problems] == ["no row of Beech (100002)"]
    inputs = folder.load()
    inputs.table("attendance")
    assert mappings.NAME in inputs.files_read
    # The next export with these headings needs nothing.
    again = arbor(place / "attendance 2025.csv")
    again.write_text(again.read_text().replace("Exported", "Exported again"))
    assert add(folder.path, [again], Release(year="2025/26")).problems == []


def test_suspensions_in_the_manner_of_bromcom(folder, place):
    path = bromcom(place / "incidents.xlsx")
    lines = map_export(folder.path, path)
    assert 'layout = "exclusions"' in lines and 'sheet = "Incidents"' in lines
    assert '"Susp" = "Suspension"' in lines and '"Perm" = "Permanent exclusion"' in lines
    assert '"AcademicYear" = "{year}"' in lines
    unanswered = add(folder.path, [path], YEAR)
    assert unanswered.exit_code == 65 and mappings.NAME in str(unanswered.problems[0])
    text = (folder.path / mappings.NAME).read_text()
    answered(folder, ["100001" if "URN" in line else "Autumn" for line in text.splitlines() if line.endswith('= "?"')])
    assert add(folder.path, [path], YEAR).problems == []
    row = one(folder.load().table("exclusions"), school_urn="100001", pupil_group="all")
    assert (row.suspensions_count, row.permanent_exclusions_count) == (1, 1)


def test_marks_in_the_manner_of_sims(folder, place):
    path = sims(place / "marks.csv")
    lines = map_export(folder.path, path)
    assert 'layout = "attendance_marks"' in lines
    answered(folder, ["PM", "AM"])
    assert add(folder.path, [path]).problems == []
    row = one(folder.load().table("attendance"), school_urn="100001", pupil_group="all")
    assert (row.possible_sessions_count, row.absent_sessions_count) == (18, 6)


def test_a_code_that_the_mapping_does_not_know_is_refused_and_shown_by_its_shape(folder, place):
    path = sims(place / "marks.csv")
    map_export(folder.path, path)
    answered(folder, ["PM", "AM"])
    path.write_text(path.read_text().replace('"Morning"', '"Registration"', 1))
    told = [str(problem) for problem in add(folder.path, [path]).problems]
    assert len(told) == 1 and "row 2, column Session" in told[0] and "Registration" not in told[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[mapping]\n", "found no TOML"),
        ('[[mapping]]\nname = "a"\nlayout = "nonsense"\n', "layout 'nonsense'"),
        ('[[mapping]]\nname = "a"\nlayout = "mtc"\ncolour = "red"\n', "no such key in [[mapping]] 1 colour"),
        ('[[mapping]]\nname = "a"\nlayout = "mtc"\n[mapping.columns]\n"x" = "Nonsense"\n', "'Nonsense'"),
        ('[[mapping]]\nname = "a"\nlayout = "mtc"\n[mapping.columns]\n"x" = "UPN"\n', "no heading for 'FormMark'"),
    ],
)
def test_a_fault_of_the_mappings_is_said_in_words(folder, text, told):
    (folder.path / mappings.NAME).write_text(text)
    with pytest.raises(SourceError) as caught:
        _ = folder.load().mappings
    assert told in str(caught.value) and mappings.NAME in str(caught.value)


def test_an_export_like_no_layout_and_a_file_that_is_read_already_get_no_mapping(folder, place):
    path = _text(place / "menu.csv", [["Day", "Dish"], ["Monday", "Soup"]])
    with pytest.raises(SourceError, match="no headings near those of a layout"):
        map_export(folder.path, path)
    map_export(folder.path, arbor(place / "a.csv"))
    with pytest.raises(SourceError, match="read already"):
        map_export(folder.path, arbor(place / "a.csv"))
    assert (folder.path / mappings.NAME).read_text().count("[[mapping]]") == 1


def test_the_command_prints_the_proposal_and_adds_nothing(folder, place, capsys, monkeypatch):
    monkeypatch.setattr(
        "sys.argv", ["symphony", "add", "--map", str(arbor(place / "a.csv")), "--data", str(folder.path)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr().out
    assert ended.value.code == 0
    assert "wrote a mapping to" in printed and "then add the file without --map" in printed
    assert not (folder.path / "raw").exists()
