"""England's figures that a year needs: held or missing, with its publication a year on."""

import shutil

import pandas as pd

from symphony_analysis.compare import england_lines, expected_of_england
from symphony_analysis.measures import MEASURES
from symphony_analysis.sources import load
from symphony_analysis.years import AcademicYear
from tests.people.copies import ROOT, symphony

YEAR = AcademicYear.parse("2025/26")


def national(tmp_path):
    (tmp_path / "data").mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "data" / "national.csv", tmp_path / "data" / "national.csv")
    return load(tmp_path / "data").national


def test_every_comparison_of_a_year_is_expected_and_what_the_file_has_is_held(tmp_path):
    rows = national(tmp_path)
    found = expected_of_england(MEASURES.values(), rows, YEAR).set_index(["comparator", "pupil_group"])
    wanted = {(m.compared_with, g) for m in MEASURES.values() for g in m.england}
    assert set(found.index) == wanted and found["held"].sum() == 0
    ks2 = found.loc[("ks2_rwm_expected_percent", "all")]
    assert (ks2["published"], ks2["publication"]) == ("December 2026", "Key stage 2 attainment (revised)")
    assert "ks2_table" in ks2["files"] and ks2["where"].startswith("https://")
    assert ("ks2_reading_progress_score", "all") in found.index  # progress is back
    before = expected_of_england(MEASURES.values(), rows, YEAR.back())
    assert "ks2_reading_progress_score" not in set(before["comparator"])  # and was not there
    one = rows[(rows["comparator"] == "overall_absence_percent") & (rows["time_period"] == 202425)]
    more = pd.concat([rows, one.assign(time_period=202526)])
    assert expected_of_england(MEASURES.values(), more, YEAR)["held"].sum() == 1


def test_the_lines_count_and_say_when_and_from_where(tmp_path):
    lines = england_lines(expected_of_england(MEASURES.values(), national(tmp_path), YEAR), YEAR)
    assert lines[0].startswith("0 of ") and lines[0].endswith("England's figures for 2025/26 are in national.csv")
    (absence,) = [line for line in lines if "overall_absence_percent" in line]
    assert "published in March 2027" in absence and "ees_absence" in absence
    months = [line.partition("published in ")[2][:13] for line in lines[1:]]
    assert sum("2026" in month for month in months) and "2026" in months[0]


def test_new_year_and_check_print_them(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("raw"))
    made = symphony("new-year", "2025/26", "--data", data)
    assert made.returncode == 0, made.stderr
    assert "0 of " in made.stdout and "Key stage 2 attainment (revised): published in December 2026" in made.stdout
    checked = symphony("check", "--data", data)
    assert "England's figures for 2025/26 are in national.csv" in checked.stdout
