"""Ofsted's own files in each layout, what was typed beside them, and words that a framework does not have."""

import csv

import pytest

from symphony_analysis.analysis import open_analysis
from symphony_analysis.issues.tracing.record_lines import record_lines
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.tables.registers import grades
from tests.sources.real import OFFICIAL

#: One inspection of May 2021 in the headers of each layout: grade 2 of the present school.
OLD = {
    "Inspection date": "2021-05-10 00:00:00",
    "Publication date": "2021-06-10 00:00:00",
    "Overall effectiveness": "2",
}
LATEST = {
    "Inspection start date": "10/05/2021", "Overall effectiveness": "2", "Quality of education": "2",
    "Behaviour and attitudes": "1", "Safeguarding is effective?": "Yes",
    "Does the latest graded inspection relate to the URN of the current school?": "Yes",
}  # fmt: skip
BEFORE_CARD = {
    "Inspection start date of latest OEIF graded inspection": "10/05/2021", "Latest OEIF overall effectiveness": "2",
    "Latest OEIF quality of education": "2", "Latest OEIF behaviour and attitudes": "1",
    "Latest OEIF  safeguarding is effective?": "Yes",
    "Does the latest OEIF graded inspection relate to the URN of the current school?": "Yes",
}  # fmt: skip
CARD = {
    "Inspection start date": "03/02/2026", "Safeguarding standards": "Met", "Inclusion": "Strong standard",
    "Achievement": "Expected standard",
}  # fmt: skip
SHARED = ["school_urn", "framework", "area", "grade", "graded_on"]


def put(folder, layout, header, year="202425", **schools):
    """A file with an official header and a made-up row for each URN."""
    with (OFFICIAL / f"ofsted_{header}_header.csv").open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file))
    lines = []
    for urn, values in schools.items():
        row = dict.fromkeys(names, "NULL") | {"URN": urn.lstrip("u"), "School name": "Made up"} | values
        assert row.keys() == set(names)
        lines.append([row[name] for name in names])
    return folder.add(layout, lines, names, year=year)


def typed(folder, *rows, year="202425"):
    path = folder.path / "trust" / year / "ofsted.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, columns in RECORDS.items():
        (path.parent / f"{name}.csv").write_text(",".join(columns) + "\n")
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, RECORDS["ofsted"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_official_layouts_give_one_table_of_what_they_share(folder, tmp_path):
    def told(layout, header, values):
        path = put(folder, layout, header, u100001=values)
        table = folder.load().table("ofsted")
        (folder.path / "raw" / "202425" / "manifest.csv").unlink()
        path.unlink()
        return table[SHARED]

    old = told("ofsted_2018", "2018-07", OLD)
    latest = told("ofsted_2025", "2025-03_latest", LATEST)
    recent = told("ofsted_2026", "2026_most_recent", BEFORE_CARD | CARD)
    in_year = told("ofsted_2026_in_year", "2026_in_year", CARD)
    overall = latest[latest["area"] == "Overall effectiveness"].reset_index(drop=True)
    assert len(old) == 1 and old.equals(overall)
    assert recent[recent["framework"] != "report card"].reset_index(drop=True).equals(latest) and len(latest) == 4
    assert recent[recent["framework"] == "report card"].reset_index(drop=True).equals(in_year) and len(in_year) == 3


@pytest.mark.parametrize(
    ("row", "column", "found", "near"),
    [
        ({"key_judgements": "Inclusion: Strnog standard"}, "key_judgements", "Strnog standard", "Strong standard"),
        ({"key_judgements": "Inclussion: Strong standard"}, "key_judgements", "Inclussion", "Inclusion"),
        ({"key_judgements": "Safeguarding: Strong standard"}, "key_judgements", "Strong standard", "Met, Not met"),
        ({"key_judgements": "Inclusion: Met"}, "key_judgements", "Inclusion: Met", "Strong standard"),
        ({"key_judgements": "Inclusion: Exceptional | inclusion: Exceptional"}, "key_judgements", "twice", "once"),
        ({"grade": "GOOD"}, "grade", "GOOD", "nothing"),
        ({"framework": "repot card"}, "framework", "repot card", "report card"),
        ({"framework": "overall grade as printed", "grade": "GODO"}, "grade", "GODO", "Good"),
        ({"inspected_on": "24/2/26"}, "inspected_on", "24/2/26", "2026-02-24"),
    ],
)
def test_a_word_outside_the_framework_is_refused_with_the_near_word(folder, row, column, found, near):
    typed(folder, {"id": "O1", "school_urn": "100001", "framework": "report card", "year": "2026"} | row)
    (line,) = [line for line in check(folder.path).lines() if "ofsted.csv" in line]
    assert f"row 2, column {column}: found" in line and found in line
    assert near in line.partition("expected")[2]
    with pytest.raises(SourceError, match=r"ofsted\.csv"):
        folder.load().records("ofsted", "2024/25")


def test_ofsteds_file_fills_what_nobody_typed_and_a_disagreement_is_told(folder):
    put(folder, "ofsted_2026", "2026_most_recent", u100001=BEFORE_CARD | CARD, u100002=BEFORE_CARD)
    said = {"framework": "report card", "year": "2026", "inspected_on": "2026-02-03"}
    card = {"id": "O1", "school_urn": "100001", "key_judgements": "inclusion: expected standard"} | said
    printed = {"framework": "overall grade as printed", "grade": "GOOD", "year": "2021"}
    typed(folder, card, {"id": "O2", "school_urn": "100002"} | printed)
    (line,) = [line for line in check(folder.path).lines() if "Ofsted's file" in line]
    assert "found Inclusion: Expected standard; expected Inclusion: Strong standard, as Ofsted's file" in line
    record = folder.load().records("ofsted", "2024/25")
    assert record["id"].tolist() == ["O1", "O2", "ofsted.100001.2021-05-10"]  # the report card and GOOD 2021 are typed
    typed(folder)
    record = folder.load().records("ofsted", "2024/25").set_index(["school_urn", "framework"])
    card = record.loc[("100001", "report card")]
    assert card.inspected_on == "2026-02-03" and card.grade == ""
    assert card.key_judgements == (
        "Safeguarding standards: Met | Inclusion: Strong standard | Achievement: Expected standard"
    )
    assert record.loc[("100002", "graded inspection (OEIF)")].grade == "GOOD"


def test_the_page_counts_areas_by_grade_and_says_who_is_under_the_old_framework(folder):
    put(folder, "ofsted_2026", "2026_most_recent", u100001=BEFORE_CARD | CARD, u100002=BEFORE_CARD)
    page = grades(open_analysis("2024/25", "2026-04-30", data_dir=folder.path))
    assert "Report card 2026" in page and "3\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2026" in page
    assert "Safeguarding standards: met at 1, not met at 0 of the 1 schools with a report card." in page
    assert "1 of 2 schools are still under the old framework." in page
    traced = record_lines(open_analysis("2024/25", "2026-04-30", data_dir=folder.path), "ofsted", "report-cards", None)
    assert any(line.startswith("  Ash: Safeguarding standards: Met | Inclusion: Strong") for line in traced)
    put(folder, "ofsted_2026", "2026_most_recent", u100001=BEFORE_CARD | CARD, u100002=CARD)
    assert "old framework" not in grades(open_analysis("2024/25", "2026-04-30", data_dir=folder.path))
    # A school with a report card has no overall grade any more: it is not counted as good.
    assert folder.load().table("inspections")["good_or_outstanding_count"].isna().all()
