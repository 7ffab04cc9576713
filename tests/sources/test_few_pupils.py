"""Counts of few pupils in the trust's own words: told by a check with their place, refused by nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from symphony_analysis.sources.checking import check
from symphony_analysis.sources.checking.whole_records import tells_of_few, widest

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.mark.parametrize(
    "text",
    [
        "One pupil was suspended.", "Two of the girls left in May.", "All but two reached the standard.",
        "There were 2 children in the group.", "**Three** disadvantaged boys", "one of our pupils moved away",
        "Both pupils are now back.", "both of the disadvantaged children", "the only girl in the class",
        "Of 34 pupils 3 pupils were absent", "a single child", "10 pupils", "ten Year 6 pupils", "a couple of boys",
        "all but one of the children", "1 learner", "six vulnerable SEND pupils", "All but 4 passed",
    ],
)  # fmt: skip
def test_a_count_of_few_pupils_is_seen(text):
    assert tells_of_few(text, 11)


@pytest.mark.parametrize(
    "text",
    [
        "All pupils to be happy.", "Year 6 pupils did well", "Key Stage 2 pupils", "11 pupils", "2.08 per 100 pupils",
        "eleven pupils", "5,000 pupils in fifteen schools", "every one of our pupils", "one in ten pupils",
        "two schools for girls", "all but two schools", "Two targets: pupils and staff", "4.5 pupils a teacher",
        "one-to-one children", "12% of pupils", "Both schools and pupils", "per 10 pupils", "0 pupils",
        "three thirds of pupils", "two years later pupils", "one to one with pupils", "250 children",
    ],
)  # fmt: skip
def test_other_numbers_and_words_are_not(text):
    assert not tells_of_few(text, 11)


def test_the_widest_threshold_of_any_edition_counts():
    assert widest({"disclosure": {"trustees": {"hide_below": 6}, "public": {"hide_below": 11}}}) == 11
    assert widest({}) == 11
    assert not tells_of_few("seven pupils", 6)


def test_the_shipped_records_count_no_few_pupils():
    assert [w for w in check.check(DATA).warnings if "a count of fewer" in w.found] == []


def test_a_check_names_file_row_and_column_and_not_the_words(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(DATA / "trust.toml", data / "trust.toml")
    shutil.copyfile(DATA / "national.csv", data / "national.csv")
    shutil.copytree(DATA / "trust", data / "trust")
    path = data / "trust" / "202425" / "commentary.csv"
    path.write_text("area,text\nattendance,Much better.\nexclusions,Only two pupils were suspended.\n")
    found = check.check(data)
    lines = [line for line in found.lines() if "a count of fewer" in line]
    assert len(lines) == 1
    assert lines[0].startswith("warning: trust/202425/commentary.csv: row 3, column text: found a count of fewer")
    assert "two" not in lines[0] and found.exit_code == 0
