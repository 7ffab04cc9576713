"""England's figures out of DfE's files into national.csv, days as people write them, what is newer than as_at."""

import csv
import io
from datetime import date

import pytest

from symphony_analysis.dates import day_or_month
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.own import national
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources import bad_bases
from tests.sources import tables as ks2
from tests.sources.conftest import TRUST
from tests.sources.real import OFFICIAL

FINAL = Release(release_status="final", published="19 March 2026")


def absence(**changes):
    """The absence file with a row of England's primary schools."""
    england = dict(zip(bad_bases.ABSENCE, bad_bases.absence.rows[0], strict=True))
    england |= {"geographic_level": "National", "school_urn": "", "school_laestab": "", "old_la_code": ""} | changes
    return bad_bases.absence.plus(tuple(england.values()))


def put(folder, base, name="absence.csv"):
    path = folder.path / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base.bytes())
    return path


def rows(folder):
    """England's rows by figure and group."""
    with (folder.path / national.NAME).open(newline="") as file:
        return {
            (row["comparator"], row["pupil_group"]): row
            for row in csv.DictReader(file)
            if "_of_" not in row["population"]
        }


def test_an_addition_takes_englands_rows_with_their_vintage_and_only_once(folder):
    path = put(folder, absence())
    added = add(folder.path, [path], FINAL)
    assert (added.problems, added.warnings, added.national) == ([], [], 5)
    row = rows(folder)["overall_absence_percent", "all"]
    assert (row["value"], row["decimals"], row["unit"], row["population"]) == (
        "5", "0", "%", "state_funded_primary_full_year"
    )  # fmt: skip
    assert rows(folder)["unauthorised_absence_percent", "all"]["value"] == "1.06061"
    assert (row["time_period"], row["release_status"], row["published"], row["published_precision"]) == (
        "202425", "final", "2026-03-19", "day"
    )  # fmt: skip
    assert folder.load().national["comparator"].nunique() == 5
    before = (folder.path / national.NAME).read_bytes()
    assert national_again(folder) == before


def test_englands_girls_boys_and_eal_come_out_of_the_performance_table(folder):
    out = io.StringIO()
    england = ks2.england("5", TELIG="650000", PTRWM_EXP_G="66%", PTRWM_EXP_B="59%", PTRWM_EXP_EAL="63%")
    csv.writer(out, lineterminator="\n").writerows([ks2.KS2_HEADER, england, ks2.school("100001")])
    path = folder.path / "in" / "ks2.csv"
    path.parent.mkdir()
    path.write_text(out.getvalue(), encoding="utf-8")
    add(folder.path, [path], FINAL)
    found = {group: row["value"] for (name, group), row in rows(folder).items() if name == "ks2_rwm_expected_percent"}
    assert found.items() >= {("girls", "66"), ("boys", "59"), ("eal", "63")}


def test_englands_groups_come_out_of_a_file_by_characteristic_and_no_crossing_does(folder):
    split = ("sex", "disadvantage_status", "fsm_status", "first_language", "sen_provision")
    header = ["time_period", "geographic_level", "establishment_type_group", "year_group", *split]
    header += ["eligible_pupil_count", "expected_standard_pupil_percent"]
    figures = [
        (("Total", "Total", "Total", "Total", "Total"), "80"),
        (("Female", "Total", "Total", "Total", "Total"), "84"),
        (("Male", "Total", "Total", "Total", "Total"), "77"),
        (("Female", "Disadvantaged", "Total", "Total", "Total"), "72"),
        (("Total", "Total", "Total", "Known or believed to be other than English", "Total"), "81"),
        (("Total", "Total", "Total", "Total", "SEN support"), "52"),
        (("Total", "Total", "Total", "Total", "Education, health and care plan"), "20"),
        (("Total", "Total", "Total", "Total", "No identified SEN"), "88"),
    ]
    start = ["202425", "National", "All state-funded", "Year 1"]
    path = folder.path / "in" / "phonics.csv"
    path.parent.mkdir()
    lines = [header, *([*start, *cells, "1000", figure] for cells, figure in figures)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    path.write_text(out.getvalue(), encoding="utf-8")
    add(folder.path, [path], FINAL)
    found = {group: row["value"] for (_, group), row in rows(folder).items()}
    assert found == {"all": "80", "girls": "84", "boys": "77", "eal": "81", "sen_support": "52", "ehc_plan": "20"}


def national_again(folder):
    """The same file once more, into another folder with the same national.csv."""
    listed = folder.path / "raw" / "202425" / "manifest.csv"
    (listed.parent / "absence.csv").unlink()
    listed.unlink()
    assert add(folder.path, [folder.path / "in" / "absence.csv"], FINAL).national == 0
    return (folder.path / national.NAME).read_bytes()


def test_without_a_day_of_publication_no_figure_is_taken_and_that_is_said(folder):
    added = add(folder.path, [put(folder, absence())])
    assert added.problems == [] and not (folder.path / national.NAME).exists()
    assert "5 figures of England or the local authority without a day and status of publication" in str(
        added.warnings[0]
    )


def test_a_figure_that_says_something_else_is_left_and_told(folder):
    add(folder.path, [put(folder, absence())], FINAL)
    text = (folder.path / national.NAME).read_text().replace(",5,%", ",4.2,%")
    (folder.path / national.NAME).write_text(text)
    listed = folder.path / "raw" / "202425" / "manifest.csv"
    (listed.parent / "absence.csv").unlink()
    listed.unlink()
    added = add(folder.path, [folder.path / "in" / "absence.csv"], FINAL)
    assert "found 4.2 for overall_absence_percent (all); expected 5" in str(added.warnings[0])
    assert (folder.path / national.NAME).read_text() == text


def test_the_rows_of_the_trusts_own_authority_are_taken_as_its_own(folder):
    (folder.path / "trust.toml").write_text(TRUST.replace("local_authority_code = 855", "local_authority_code = 936"))
    add(folder.path, [OFFICIAL / "ks2_2016-17_surrey.csv"], Release("", "revised", "14/12/2017"))
    taken = folder.load().national
    local = taken[taken["population"] == "state_funded_of_936"].set_index("comparator")
    local = local[local["pupil_group"] == "all"]
    assert local.loc["ks2_rwm_expected_percent", "value"] == 67
    assert local["note"].str.startswith("The local authority's row of ").all()
    assert set(taken["population"]) == {"state_funded", "state_funded_of_936"}


def test_an_autumn_file_gives_no_figure_of_the_year(folder):
    base = absence(time_identifier="Autumn term").column("time_identifier", ["Autumn term"] * 4)
    assert add(folder.path, [put(folder, base)], FINAL).national == 0


@pytest.mark.parametrize(
    ("name", "year", "told"),
    [
        ("england_abs.csv", "2018/19", {"overall_absence_percent": "4", "persistent_absence_percent": "8.2"}),
        ("attendance_weekly_2025.csv", "", {"persistent_absence_percent": "13.5"}),
        ("ks2_2016-17_surrey.csv", "", {"ks2_rwm_expected_percent": "61", "ks2_maths_average_score": "104"}),
    ],
)  # fmt: skip
def test_real_files_give_englands_published_figures(folder, name, year, told):
    assert add(folder.path, [OFFICIAL / name], Release(year, "revised", "14/12/2017")).problems == []
    assert {name: rows(folder)[name, "all"]["value"] for name in told} == told


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-12-09", "2025-12-09"), ("9/12/2025", "2025-12-09"), ("9 December 2025", "2025-12-09"),
        ("09-Dec-25", "2025-12-09"), ("1st Sept 2025", "2025-09-01"), ("2023-11", "2023-11"), ("Nov-23", "2023-11"),
        ("November 2023", "2023-11"), ("11/2023", "2023-11"), ("2023-11-01 00:00:00", "2023-11-01"),
    ],
)  # fmt: skip
def test_days_and_months_are_read_as_people_and_excel_write_them(written, meant):
    assert day_or_month(written) == meant


@pytest.mark.parametrize("written", ["soon", "31/02/2025", "13/2025", "2025", "Foo-23"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValueError):
        day_or_month(written)


def test_months_that_excel_rewrote_are_months_still(folder):
    add(folder.path, [put(folder, absence())], Release(release_status="final", published="2023-11"))
    path = folder.path / national.NAME
    path.write_text(
        path.read_text().replace("2023-11,month", "Nov-23,month", 1).replace("2023-11,month", "01/11/2023,month")
    )
    assert set(folder.load().national["published"]) == {"2023-11"}
    path.write_text(path.read_text().replace("Nov-23", "soon"))
    assert "expected a day like 9 December 2025" in check(folder.path).lines()[0]


def test_what_was_published_after_as_at_is_counted_and_told(folder):
    (folder.path / "trust.toml").write_text(TRUST.replace("2026-04-30", "2026-03-18"))
    add(folder.path, [put(folder, absence())], FINAL)
    inputs = folder.load()
    assert inputs.newer_than(date(2026, 3, 18)) == (5, ("raw/202425/absence.csv",))
    assert inputs.newer_than(date(2026, 3, 19)) == (0, ())
    told = [str(warning) for warning in check(folder.path).warnings]
    assert any("raw/202425/absence.csv" in line and "a file published later" in line for line in told)
    assert any("national.csv" in line and "5 rows published later" in line for line in told)


def test_an_as_at_that_is_no_day_is_told_and_a_day_of_toml_is_one(folder):
    (folder.path / "trust.toml").write_text(TRUST.replace('"2026-04-30"', '"30 April 2026"'))
    assert "column as_at: found '30 April 2026'; expected a day like 2026-04-30" in check(folder.path).lines()[0]
    (folder.path / "trust.toml").write_text(TRUST.replace('"2026-04-30"', "2026-04-30"))
    assert check(folder.path).lines() == []
