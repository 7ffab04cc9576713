"""Files of many years, corrected files, and what an addition says of them."""

import csv
import hashlib

import pytest

from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.writing.add_file import Release, add
from symphony_analysis.years import AcademicYear
from tests.sources import bad_bases, samples
from tests.sources.conftest import one

ABSENCE = (
    "time_period", "time_identifier", "geographic_level", "school_urn", "school_name", "education_phase",
    "enrolments", "sess_possible", "sess_authorised", "sess_unauthorised", "sess_overall", "sess_overall_percent",
    "sess_authorised_percent", "sess_unauthorised_percent", "enrolments_pa_10_exact", "enrolments_pa_10_exact_percent",
    "enrolments_pa_50_exact", "enrolments_pa_50_exact_percent",
)  # fmt: skip


def cumulative(path, *years, missed=(30, 20), urns=("100001",)):
    """An absence file of these years, each with its own figures: a school, and England."""
    rows = []
    for n, year in enumerate(years):
        a, u = missed[0] + n, missed[1]
        for level, urn in [*(("School", urn) for urn in urns), ("National", "")]:
            rows.append([year, "Academic year", level, urn, "A", "State-funded primary", 40, 1000, a, u, a + u,
                         (a + u) / 10, a / 10, u / 10, 4, 10, 0, 0])  # fmt: skip
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([ABSENCE, *rows])
    return path


def manifest_of(folder, year):
    with (folder.path / "raw" / year / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def absent(folder, year, level="School"):
    rows = folder.load().table("attendance", [AcademicYear.parse(year)])
    return one(rows, geographic_level=level).absent_sessions_count


def test_every_year_that_the_trust_runs_is_taken_from_one_file(folder, tmp_path):
    path = cumulative(tmp_path / "in" / "absence.csv", 202021, 202122, 202223, 202324, 202425)
    added = add(folder.path, [path])
    assert added.problems == [] and "2022/23 2023/24 2024/25" in added.lines[0]
    assert manifest_of(folder, "202425")[0]["years"] == "2022/23 2023/24 2024/25"
    assert [absent(folder, year) for year in ("2022/23", "2023/24", "2024/25")] == [52, 53, 54]
    assert check(folder.path).problems == []
    # A year that it holds besides is taken when it is asked for.
    assert add(folder.path, [path], Release(year="2020/21")).problems == []
    assert absent(folder, "2020/21") == 50 and len(manifest_of(folder, "202425")) == 1
    assert "nothing to do" in str(add(folder.path, [path], Release(year="2020/21")).problems[0])
    assert "a file of 2020/21, 2021/22" in str(add(folder.path, [path], Release(year="2018/19")).problems[0])


def test_a_cumulative_file_gives_the_figures_of_one_file_a_year(folder, tmp_path_factory):
    from tests.sources.conftest import Folder

    other = Folder(tmp_path_factory.mktemp("other"))
    add(folder.path, [cumulative(folder.path / "in" / "absence.csv", 202223, 202324, 202425)])
    for n, year in enumerate((202223, 202324, 202425)):
        add(other.path, [cumulative(other.path / "in" / f"absence{year}.csv", year, missed=(30 + n, 20))])
    tables = [one.load().table("attendance").drop(columns="source_file") for one in (folder, other)]
    assert tables[0].equals(tables[1]) and len(tables[0]) > 3


def test_years_with_a_folder_of_the_trust_are_taken_too(folder, tmp_path):
    (folder.path / "trust" / "202021").mkdir(parents=True)
    added = add(folder.path, [cumulative(tmp_path / "in" / "a.csv", 202021, 202122, 202223, 202324, 202425)])
    assert added.rows[0]["years"] == "2020/21 2022/23 2023/24 2024/25"


def test_one_file_copied_into_several_years_and_listed_in_each_is_fine(folder, tmp_path):
    path = cumulative(tmp_path / "in" / "absence.csv", 202324, 202425)
    for year in ("202324", "202425"):
        folder.add("ees_absence", path.read_bytes(), year=year, file="absence.csv", origin="official")
    assert check(folder.path).problems == []
    assert (absent(folder, "2023/24"), absent(folder, "2024/25")) == (50, 51)


def test_the_next_cumulative_file_adds_its_new_year_and_with_replace_takes_all(folder, tmp_path):
    add(folder.path, [cumulative(tmp_path / "in" / "first.csv", 202223, 202324)])
    second = cumulative(tmp_path / "in" / "second.csv", 202223, 202324, 202425, missed=(40, 20))
    added = add(folder.path, [second])
    assert added.problems == [] and added.rows[0]["years"] == "2024/25"
    assert any("2022/23, 2023/24, which raw/202324/first.csv holds already" in str(w) for w in added.warnings)
    assert [absent(folder, year) for year in ("2022/23", "2023/24", "2024/25")] == [50, 51, 62]
    third = cumulative(tmp_path / "in" / "third.csv", 202223, 202324, 202425, missed=(70, 20))
    assert add(folder.path, [third], replace_earlier=True).problems == []
    assert [absent(folder, year) for year in ("2022/23", "2023/24", "2024/25")] == [90, 91, 92]
    assert {row["file"]: row["replaced_by"] for row in manifest_of(folder, "202324")} == {
        "first.csv": "raw/202425/third.csv"
    }
    assert check(folder.path).problems == []


def test_the_next_file_of_the_same_name_replaces_the_one_in_another_years_folder(folder, tmp_path):
    add(folder.path, [cumulative(tmp_path / "in" / "absence.csv", 202223, 202324)])
    later = cumulative(tmp_path / "in" / "absence.csv", 202223, 202324, 202425, missed=(70, 20))
    assert add(folder.path, [later], replace_earlier=True).problems == []
    assert [row["replaced_by"] for row in manifest_of(folder, "202324")] == ["raw/202425/absence.csv"]
    assert [absent(folder, year) for year in ("2022/23", "2023/24", "2024/25")] == [90, 91, 92]
    one_year = cumulative(tmp_path / "in" / "absence of 2023.csv", 202223, 202324, 202425, missed=(20, 20))
    assert add(folder.path, [one_year], Release(year="2023/24"), replace_earlier=True).problems == []
    assert [absent(folder, year) for year in ("2022/23", "2023/24", "2024/25")] == [90, 41, 92]
    assert check(folder.path).problems == []


@pytest.mark.parametrize("name", ["absence.csv", "absence_corrected.csv"])
def test_a_corrected_file_takes_the_earlier_ones_place_under_the_same_or_another_name(folder, tmp_path, name):
    first = cumulative(tmp_path / "in" / "absence.csv", 202425)
    assert add(folder.path, [first]).problems == []
    earlier = first.read_bytes()
    corrected = cumulative(tmp_path / "in" / name, 202425, missed=(10, 20))
    refused = add(folder.path, [corrected])
    assert "--replace" in str(refused.problems[0]) and absent(folder, "2024/25") == 50
    added = add(folder.path, [corrected], replace_earlier=True)
    assert added.problems == [] and "in place of absence.csv" in added.lines[0]
    assert absent(folder, "2024/25") == 30 and check(folder.path).problems == []
    kept = {row["file"]: row for row in manifest_of(folder, "202425")}
    old = next(row for row in kept.values() if row["replaced_by"] == name)
    assert (folder.path / "raw" / "202425" / old["file"]).read_bytes() == earlier
    assert old["sha256"] == hashlib.sha256(earlier).hexdigest() and len(kept) == 2


def test_a_corrected_pupil_file_replaces_the_one_of_its_schools_only(folder, tmp_path):
    place = tmp_path / "in"
    place.mkdir()

    def export(name, urns, authorised):
        rows = [row for urn, pupil in urns for row in samples.terms(urn, pupil, "100", authorised, "1")]
        path = place / name
        with path.open("w", newline="") as out:
            csv.writer(out).writerows([samples.ATTENDANCE, *rows])
        return path

    add(folder.path, [export("ash.csv", [("100001", "A1")], "5"), export("beech.csv", [("100002", "B1")], "5")])
    assert add(folder.path, [export("ash2.csv", [("100001", "A1")], "9")], replace_earlier=True).problems == []
    table = folder.load().table("attendance")
    missed = {urn: one(table, school_urn=urn, pupil_group="all").absent_sessions_count for urn in ("100001", "100002")}
    assert missed == {"100001": 30, "100002": 18}
    both = export("both.csv", [("100001", "A1"), ("100002", "B1")], "7")
    assert add(folder.path, [both], replace_earlier=True).problems == []
    assert folder.load().manifest["path"].tolist() == ["raw/202425/both.csv"]
    only = add(folder.path, [export("only.csv", [("100001", "A1")], "2")], replace_earlier=True)
    assert "Beech" in str(only.problems[0]) and only.exit_code == 65


def test_a_file_changed_where_it_is_can_be_accepted_as_the_message_says(folder, tmp_path):
    add(folder.path, [cumulative(tmp_path / "in" / "absence.csv", 202425)])
    there = folder.path / "raw" / "202425" / "absence.csv"
    cumulative(there, 202425, missed=(10, 20))
    found = check(folder.path)
    assert len(found.problems) == 1 and f"symphony add --replace {there}" in str(found.problems[0])
    assert add(folder.path, [there], replace_earlier=True).problems == []
    assert check(folder.path).problems == [] and absent(folder, "2024/25") == 30
    assert len(manifest_of(folder, "202425")) == 1


def test_a_disk_that_is_full_leaves_everything_as_it_was(folder, tmp_path, monkeypatch):
    from symphony_analysis.sources.writing import add_file

    add(folder.path, [cumulative(tmp_path / "in" / "absence.csv", 202425)])
    before = {path: path.read_bytes() for path in (folder.path / "raw").rglob("*") if path.is_file()}
    put = add_file._put

    def full(path, content):
        if path.name == "manifest.csv":
            raise OSError(28, "No space left on device")
        put(path, content)

    monkeypatch.setattr(add_file, "_put", full)
    corrected = cumulative(tmp_path / "in" / "absence.csv", 202425, missed=(10, 20))
    with pytest.raises(OSError):
        add(folder.path, [corrected], replace_earlier=True)
    assert {path: path.read_bytes() for path in (folder.path / "raw").rglob("*") if path.is_file()} == before


def test_money_is_read_with_its_pound_sign_and_thousands(folder, tmp_path):
    path = tmp_path / "in" / "finance.csv"
    path.parent.mkdir()
    rows = [list(row) for row in bad_bases.finance.rows]
    income, reserves = (bad_bases.finance.header.index(name) for name in ("TotalIncome", "RevenueReserves"))
    rows[0][income], rows[2][income] = "£1,200,000.00", "£ 2,300,000"
    rows[0][reserves], rows[1][reserves], rows[2][reserves] = "£90,000", "(£5,000)", "-£1,000.50"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([bad_bases.finance.header, *rows])
    assert add(folder.path, [path], Release(year="2024/25")).problems == []
    table = folder.load().table("finance").set_index("school_urn").loc[["100001", "100002", "100003"]]
    assert table["income_gbp"].tolist() == [1_200_000, 400_000, 2_300_000]
    assert table["revenue_reserves_gbp"].tolist() == [90_000, -5_000, -1_000.5]
    rows[0][income] = "£1,20"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([bad_bases.finance.header, *rows])
    assert "row 2, column TotalIncome" in str(check(folder.path, [path], "2024/25").problems[0])
