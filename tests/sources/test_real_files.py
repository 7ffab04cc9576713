"""Every real file whose layout is declared is read, or refused for a stated, correct reason; the rest are unknown."""

import csv

import pytest

from symphony_analysis import sources
from symphony_analysis.sources.checking.check import check, examined
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.own.trust_toml import read as read_trust
from symphony_analysis.sources.reading.recognise import of_header, recognise
from symphony_analysis.years import AcademicYear
from tests.sources import real
from tests.sources.conftest import TRUST, one

#: file -> (source, year, rows, why it is refused; "" when it is read)
EXPECTED = {
    "absence/absence_school.csv": ("ees_absence", 202223, 199, "found 'Year 4', 'Year 6'"),
    "absence/attendance_EES_ytd_data_leics_nat.csv": ("ees_attendance", 202526, 8, ""),
    "census/2022-2023_england_census_lea855_nat.csv": ("school_census", None, 321, ""),
    "census/2024-2025_england_census_lea855_nat.csv": ("school_census", None, 325, ""),
    "exclusions/clean_la_data_nat_leics.csv": ("ees_exclusions_older", 201617, 88, ""),
    "exclusions/ees_exclusions_by_reason_nat_leics.csv": ("ees_exclusion_reasons", 201617, 88, ""),
    "finance/fbit_e2e_academy_ar.xlsx": ("academies_accounts", None, 120, ""),
    "gias/fbit_e2e_gias_links_slice.csv": ("gias_links", None, 39, ""),
    "gias/fbit_e2e_gias_synthetic.csv": ("gias", None, 60, ""),
    "gias/gias_20220420_850_first60_heads_redacted.csv": ("gias", None, 60, ""),
    "ks2/england_ks2-mats-performance_2024-2025.csv": ("ks2_trust", 202425, 657, ""),
    "ks2/raw_2016-936-ks2.csv": ("ks2_table", 201617, 235, ""),
    "ks2/raw_2018-850-ks2.csv": ("ks2_table", 201819, 334, ""),
    "ks2/transcribed_2023-24_england_ks2_sample.csv": ("ks2_table", 202324, 10, ""),
    "ofsted/england_ofsted-schools_2018-07-31_lea855.csv": ("ofsted_2018", None, 277, ""),
    "ofsted/header_2025-03_latest_inspections.csv": ("ofsted_2025", None, 0, "0 data rows"),
    "ofsted/header_2026_D1_in_year_inspections.csv": ("ofsted_2026_in_year", None, 0, "0 data rows"),
    "ofsted/header_2026_D2_most_recent_inspections.csv": ("ofsted_2026", None, 0, "0 data rows"),
}
#: Derived by others, dictionaries of columns, or cuts without an official layout: nothing declares these.
UNKNOWN = {
    "absence/absence_school.meta.csv", "gias/census_meta_2024-2025.csv", "ks2/derived_primary_2023-2024_lea855.csv",
    "gias/trust_schools_from_england_school_information_2024-25.csv", "ks2/derived_primary_2024-2025_lea855.csv",
    "ks2/ks2-mats-performance_meta_2024-2025.csv", "ks2/ks2_meta_2016-2017.csv", "ks2/ks2_meta_2018-2019.csv",
    "ks2/ks2_meta_2024-2025.csv", "series/lait_key_series_leics_england.csv",
}  # fmt: skip
LISTS = {
    "CensusSpring": "census_spring", "EarlyYearsFoundationStageProfile": "eyfsp", "KeyStage2": "ks2_pupil",
    "Mtc": "mtc", "Phonics": "phonics",
}  # fmt: skip


@real.needed
def test_every_real_file_is_spoken_for():
    there = {name for name in real.files("*/*") if name.endswith((".csv", ".xlsx"))}
    assert there == EXPECTED.keys() | UNKNOWN


@real.needed
@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_file_is_recognised_and_read_or_refused_for_the_right_reason(name, folder):
    source, year, rows, reason = EXPECTED[name]
    path = real.FOLDER / name
    known = recognise(path)
    assert (known.source.name, known.time_period) == (source, year)
    when = AcademicYear.parse(known.time_period or 202425)
    reading = examined(path.read_bytes(), known.source, when, path.name, read_trust(folder.path))
    assert reading.rows == rows
    if reason:
        assert any(reason in str(problem) for problem in reading.refusals)
    else:
        assert reading.refusals == []


@real.needed
@pytest.mark.parametrize("name", sorted(UNKNOWN))
def test_a_file_of_no_layout_is_refused_and_the_nearest_is_named(name):
    known = recognise(real.FOLDER / name)
    assert known.source is None
    told = str(known.unknown(name))
    said = ("an unknown layout; the nearest is", "no column of any known layout", "the description of the columns of")
    assert any(words in told for words in said)


@real.needed
@pytest.mark.parametrize("name", LISTS)
def test_the_pupil_level_column_lists_are_recognised_and_hold_what_is_declared(name):
    header = (real.FOLDER / "pupil_level" / f"{name}.columns.txt").read_text().split()
    known = of_header(header, [], SOURCES.values())
    assert known.source.name == LISTS[name]
    required = {column.official.casefold() for column in known.source.columns if column.required}
    assert required <= {column.casefold() for column in header}


@real.needed
def test_the_real_roll_of_the_trust_comes_from_the_census_with_england_beside_it(folder):
    text = TRUST.replace('"100001"', '"137932"').replace('"100002"', '"151954"').replace('"100092"', '"120070"')
    (folder.path / "trust.toml").write_text(text)
    name = "census/2024-2025_england_census_lea855_nat.csv"
    folder.add("school_census", (real.FOLDER / name).read_bytes(), file="census.csv", origin="official")
    roll = folder.load().table("roll")
    england = one(roll, geographic_level="England", pupil_group="all")
    assert (england.pupils_count, england.eal_count) == (4554974, 1065551)
    assert one(roll, school_urn="137932", pupil_group="all").pupils_count > 0
    assert one(roll, school_urn="151954", pupil_group="all").pupils_count > 0


@real.needed
def test_the_real_trust_row_says_73_49_78_of_10_in_11_schools(folder):
    name = "ks2/england_ks2-mats-performance_2024-2025.csv"
    folder.add("ks2_trust", (real.FOLDER / name).read_bytes(), file="mats.csv", origin="official")
    table = sources.load(folder.path).table("ks2_trust").set_index("pupil_group")
    assert table["rwm_expected_percent"].to_dict() == {"all": 73, "disadvantaged": 49, "other": 78}
    assert table.loc["all", ["eligible_count", "schools_counted", "schools_expected"]].tolist() == [475, 10, 11]


@real.needed
def test_the_real_leicestershire_and_england_rows_of_older_exclusions(folder):
    text = TRUST.replace(
        "local_authority_code = 855", 'local_authority_code = 855\nlocal_authority_name = "Leicestershire"'
    )
    (folder.path / "trust.toml").write_text(text)
    name = "exclusions/clean_la_data_nat_leics.csv"
    folder.add(
        "ees_exclusions_older", (real.FOLDER / name).read_bytes(), file="e.csv", year="201617", origin="official"
    )
    table = folder.load().table("exclusions")
    england = one(table, geographic_level="England")
    assert (england.suspensions_count, england.permanent_exclusions_count, england.pupils_count) == (
        64340,
        1255,
        4689660,
    )
    assert len(table[table["geographic_level"] == "LA"]) == 1


@real.needed
def test_the_real_accounts_workbook_gives_academies_and_central_services(folder):
    text = TRUST.replace('"100001"', '"130000"').replace('uid = "16329"', 'uid = "2060"')
    (folder.path / "trust.toml").write_text(text)
    name = "finance/fbit_e2e_academy_ar.xlsx"
    folder.add("academies_accounts", (real.FOLDER / name).read_bytes(), file="aar.xlsx", origin="official")
    table = folder.load().table("finance")
    academy = one(table, school_urn="130000")
    assert (academy.income_gbp, academy.staff_costs_gbp, academy.expenditure_gbp) == (9569000, 7896000, 10949000)
    assert (academy.months, academy.pupils_fte, academy.teachers_fte) == (12, 781, 150)
    assert one(table, geographic_level="Central").income_gbp == 288000


@real.needed
@pytest.mark.parametrize(("name", "year"), [("2016-2017", 201617), ("2018-2019", 201819), ("2024-2025", 202425)])
def test_the_official_dictionaries_of_columns_have_every_declared_column_of_the_table(name, year):
    with (real.FOLDER / "ks2" / f"ks2_meta_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        header = [row[1].strip() for row in csv.reader(file) if len(row) > 1][1:]
    known = of_header(header, [], SOURCES.values())
    assert (known.source.name, known.time_period) == ("ks2_table", year)
    given = {name.casefold() for name in header}
    assert [c.official for c in known.source.columns if c.required and c.official.casefold() not in given] == []


@real.needed
def test_25_faults_planted_in_a_real_table_give_25_lines(folder, tmp_path_factory):
    with (real.FOLDER / "ks2" / "raw_2018-850-ks2.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header, faults = rows[0], ["150%", "supp", "6O%", "0.6", "#REF!"]
    columns = ["PTRWM_EXP", "PTREAD_EXP", "PTMAT_HIGH", "PTGPS_EXP_FSM6CLA1A", "PTWRITTA_HIGH_NotFSM6CLA1A"]
    full = [number for number, row in enumerate(rows) if len(row) == len(header) and row[0] == "1"]
    for at, number in enumerate(full[:25]):
        rows[number][header.index(columns[at // 5])] = faults[at % 5]
    path = tmp_path_factory.mktemp("in") / "planted.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    assert check(folder.path, [path]).problems == []  # no school of the trust: nothing that a report would use
    folder.of_schools([rows[number][header.index("URN")] for number in full[:25]])
    found = check(folder.path, [path])
    assert (len(found.lines()), found.exit_code) == (25, 65)
    assert sorted(problem.row for problem in found.problems) == [number + 1 for number in full[:25]]
