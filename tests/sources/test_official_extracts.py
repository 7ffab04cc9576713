"""Official files as they come: what each gives, or why it is refused. The extracts are in `tests/official/`."""

import csv
from datetime import date

import pytest

from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.reading.recognise import recognise
from symphony_analysis.sources.writing.add_file import Release, add
from symphony_analysis.sources.writing.new_trust import begin
from tests.sources import bad_bases
from tests.sources.conftest import TRUST, one
from tests.sources.real import OFFICIAL

URNS = ["137932", "137933", "138173", "151954", "148624"]


@pytest.fixture
def trust(folder):
    folder.of_schools(URNS)
    return folder


def added(folder, name, year=""):
    """The file of this name added to the trust; it must not be refused."""
    done = add(folder.path, [OFFICIAL / name], Release(year=year))
    assert done.problems == []
    return folder.load()


def refused(folder, name):
    found = check(folder.path, [OFFICIAL / name])
    assert found.exit_code == 65
    return found.lines()


def test_attendance_to_date_reads_its_primary_rows_beside_regions_and_totals(trust):
    table = added(trust, "attendance_to_date_2024-25.csv").table("attendance_to_date")
    england = one(table, geographic_level="England")
    assert (england.absent_sessions_count, england.possible_sessions_count) == (70752578, 1348359082)
    assert england.persistent_absence_percent == pytest.approx(13.50469423)
    assert one(table, geographic_level="LA").absent_sessions_count == 796821
    assert len(table) == 2


def test_attendance_early_in_a_year_has_no_persistent_absence_yet(trust):
    table = added(trust, "attendance_to_date_2025-26.csv").table("attendance_to_date")
    england = one(table, geographic_level="England")
    assert (england.absent_sessions_count, england.persistent_absence_percent_symbol) == (4572520, "x")


def test_a_term_of_attendance_is_not_taken_for_the_year(trust):
    (line,) = refused(trust, "attendance_summer_2024-25.csv")
    assert "found 'Summer term'; expected 'academic year'" in line


def test_the_weekly_download_of_attendance_gives_the_latest_week_of_the_year_to_date(trust):
    known = recognise(OFFICIAL / "attendance_weekly_2025.csv")
    assert (known.source.name, known.time_period) == ("ees_attendance_download", 202425)
    table = added(trust, "attendance_weekly_2025.csv").table("attendance_to_date")
    assert one(table, geographic_level="England").persistent_absence_percent == 13.5
    assert one(table, geographic_level="LA").persistent_absence_percent == 10.21


def test_percentages_without_a_sign_are_read_where_a_whole_file_has_none(trust):
    roll = added(trust, "census_2018-19.csv", "2018/19").table("roll")
    assert one(roll, school_urn="137932", pupil_group="all").sen_support_count == 50
    assert one(roll, geographic_level="England", pupil_group="all").pupils_count == 4727089


def test_fractions_are_not_percentages_because_a_file_has_no_sign(trust, tmp_path):
    text = (OFFICIAL / "census_2018-19.csv").read_text()
    for percent, after in (("1.5", ",50,"), ("2.8", ",11,"), ("1.7", ",38,"), ("1.6", ",595708,")):
        text = text.replace(f",{percent}{after}", f",{float(percent) / 100:g}{after}")
    (tmp_path / "c.csv").write_text(text)
    lines = check(trust.path, [tmp_path / "c.csv"]).lines()
    assert "column PSENELSE: found nothing above 1" in lines[0] and "fractions or percentages?" in lines[0]


def test_older_reasons_have_their_year_under_another_header(trust):
    inputs = added(trust, "exclusions_by_reason_2017.csv")
    table = inputs.table("exclusion_reasons")
    england = one(table, geographic_level="England", reason="bullying", time_period=201516)
    assert (england.suspensions_count, england.permanent_exclusions_count) == (400, 10)
    # The latest year and the two before; estimates with fractions in years that nobody runs refuse nothing.
    assert set(table["time_period"]) == {201314, 201415, 201516}


def test_a_file_by_characteristic_is_told_for_what_it_is(trust):
    (line,) = refused(trust, "exclusions_by_characteristic_2016-17.csv")
    assert "a file split by this column ('Gender', 'Age', 'Age and gender')" in line and "by geographic level" in line
    assert "take out the row" not in line


def test_absence_of_the_performance_tables_is_read_by_school_with_englands_primary_row(trust):
    assert recognise(OFFICIAL / "england_abs.csv").source.name == "school_absence"
    rates = added(trust, "england_abs.csv", "2018/19").table("absence_rates")
    assert one(rates, school_urn="137933").overall_absence_percent == 3.4
    england = one(rates, geographic_level="England")
    assert (england.overall_absence_percent, england.persistent_absence_percent) == (4, 8.2)


def test_childrens_centres_with_five_digits_refuse_nothing(folder):
    folder.of_schools(["139721"])
    schools = added(folder, "gias_search_2021-05-07.csv", "2020/21").table("schools")
    assert schools["name"].tolist() == ["St John's Church of England Primary School"]


def test_the_census_gives_the_roll_under_present_urns_with_england(folder):
    text = TRUST.replace('"100001"', '"137932"').replace('"100002"', '"151954"').replace('"100092"', '"120070"')
    (folder.path / "trust.toml").write_text(text)
    roll = added(folder, "census_2024-25_trust.csv", "2024/25").table("roll")
    england = one(roll, geographic_level="England", pupil_group="all")
    assert (england.pupils_count, england.eal_count) == (4554974, 1065551)
    assert one(roll, school_urn="137932", pupil_group="all").pupils_count == 469
    assert one(roll, school_urn="151954", pupil_group="all").pupils_count == 420


EYFSP = ("time_period", "geographic_level", "old_la_code", "la_name", "lad_name", "breakdown_topic", "breakdown", "sex",
         "children_count", "gld_children_percent")  # fmt: skip


def eyfsp(level, percent, district="", authority="", name=""):
    return ["202425", level, authority, name, district, "Total", "Total", "Total", "595000", percent]


def test_districts_of_the_early_years_refuse_nothing(folder):
    rows = [eyfsp("National", "68.3"), eyfsp("Local authority", "70.0", "", "855", "Leicestershire")]
    rows += [eyfsp("Local authority district", "72.7", name, "855", "Leicestershire") for name in ("Blaby", "Oadby")]
    folder.add("ees_eyfsp", rows, EYFSP)
    table = folder.load().table("eyfsp")
    assert table["geographic_level"].tolist() == ["England", "LA"]
    assert one(table, geographic_level="England").gld_count == pytest.approx(595000 * 0.683)


@pytest.mark.parametrize("header", ["gld_percentage", "gld_percent"])
def test_earlier_early_years_files_have_other_headers(folder, header):
    names = ("time_period", "geographic_level", "gender", "number_of_children", header)
    rows = [["201819", "National", "Total", "600000", "71.8"], ["201819", "National", "Boys", "300000", "65.5"]]
    folder.add("ees_eyfsp", rows, names, year="201819")
    england = one(folder.load().table("eyfsp"))
    assert 100 * england.gld_count / england.eligible_count == pytest.approx(71.8)


ATTAINMENT = ("time_period", "geographic_level", "old_la_code", "establishment_type_group", "breakdown_topic",
              "breakdown", "subject", "expected_standard_pupil_percent", "higher_standard_pupil_percent",
              "average_scaled_score", "progress_measure_score")  # fmt: skip
INFORMATION = ("time_period", "geographic_level", "old_la_code", "establishment_type_group", "telig", "tfsm6cla1a",
               "tnotfsm6cla1a")  # fmt: skip


@pytest.mark.parametrize("spelling", ["All state funded", "All state-funded"])
def test_england_of_key_stage_2_is_the_state_funded_schools(folder, spelling):
    end = ["All pupils", "Total", "Reading, writing and maths"]
    folder.add("ks2_school_attainment", [
        ["202425", "National", "", "All schools", *end, "61", "8", "z", "z"],
        ["202425", "National", "", spelling, *end, "62", "8", "z", "z"],
        ["202425", "National", "", spelling, "Sex", "Girls", end[2], "65", "9", "z", "z"],
        ["202425", "Local authority", "855", spelling, *end, "60", "6", "z", "z"],
        ["202425", "Local authority", "855", "Academies", *end, "61", "7", "z", "z"],
    ], ATTAINMENT)  # fmt: skip
    folder.add("ks2_school_information", [
        ["202425", "National", "", spelling, "1000", "300", "700"],
        ["202425", "National", "", "All schools", "1100", "310", "790"],
        ["202425", "Local authority", "855", spelling, "100", "20", "80"],
    ], INFORMATION)  # fmt: skip
    table = folder.load().table("ks2")
    england = one(table, geographic_level="England", pupil_group="all")
    girls, home = one(table, pupil_group="girls"), one(table, geographic_level="LA")
    assert (england.eligible_count, england.rwm_expected_count) == (1000, 620)
    assert girls.rwm_expected_count_symbol == "x"  # how many girls is not in these files
    assert (home.eligible_count, home.rwm_expected_count) == (100, 60)


def test_englands_disadvantaged_by_subject_come_from_the_file_by_characteristic(folder):
    header = ("time_period", "geographic_level", "establishment_type_group", "sex", "disadvantage_status", "fsm_status",
              "subject", "eligible_pupil_count", "expected_standard_pupil_percent")  # fmt: skip
    start = ["202425", "National", "All state-funded"]
    folder.add("ks2_characteristics", [
        [*start, "Total", "Total", "Total", "Maths", "1000", "74"],
        [*start, "Total", "Disadvantaged", "Total", "Maths", "300", "60"],
        [*start, "Girls", "Disadvantaged", "Total", "Maths", "150", "59"],
        [*start, "Total", "Disadvantaged", "Total", "Science", "300", "70"],
        [*start, "Total", "Total", "FSM", "Maths", "250", "58"],
    ], header)  # fmt: skip
    table = folder.load().table("ks2").set_index("pupil_group")
    assert table["maths_expected_count"].to_dict() == {"all": 740, "disadvantaged": 180, "fsm": 145}


def test_one_decimal_is_checked_to_one_decimal_and_a_wrong_sum_is_still_told(folder, tmp_path):
    def lines(total):
        changed = {"sess_overall_percent": total, "sess_authorised_percent": "3", "sess_unauthorised_percent": "1.1"}
        row = dict(zip(bad_bases.ABSENCE, bad_bases.absence.rows[0], strict=True)) | changed
        row |= {"sess_possible": 1404325264, "sess_overall": 56595915, "sess_authorised": 41781439,
                "sess_unauthorised": 14814476}  # fmt: skip
        base = bad_bases.Base("a.csv", bad_bases.ABSENCE, (tuple(row.values()),))
        (tmp_path / "a.csv").write_bytes(base.bytes())
        return check(folder.path, [tmp_path / "a.csv"]).lines()

    assert lines("4") == []
    assert "is 4.1" in lines("4.4")[0]


TERMS = ("time_period", "time_identifier", "geographic_level", "school_urn", "education_phase", "headcount",
         "perm_excl", "suspension", "susp_rate", "one_plus_susp")  # fmt: skip


def term(name, events, urn="100001"):
    return ["202425", name, "School", urn, "State-funded primary", "200", "0", events, events / 2, events]


def test_three_terms_of_suspensions_make_the_year_and_two_do_not(folder):
    rows = [term(f"{name} term", n) for n, name in enumerate(("Autumn", "Spring", "Summer"), 2)]
    rows += [term("Autumn term", 4, "100003"), term("Spring term", 1, "100003")]
    folder.add("ees_exclusions", rows, TERMS)
    table = folder.load().table("exclusions")
    ash, cedar = one(table, school_urn="100001"), one(table, school_urn="100003")
    assert (ash.suspensions_count, ash.pupils_suspended_count_symbol, ash.pupils_count) == (9, "x", 200)
    assert cedar.suspensions_count_symbol == "x"


def test_a_column_that_nobody_declared_is_taken_at_its_total_or_the_file_is_refused(folder):
    header = (*bad_bases.ABSENCE, "term_pattern")
    start = dict(zip(bad_bases.ABSENCE, bad_bases.absence.rows[0], strict=True))
    start |= {"geographic_level": "National", "school_urn": "", "school_laestab": "", "old_la_code": ""}

    def checked(*patterns):
        path = folder.add("ees_absence", [[*start.values(), pattern] for pattern in patterns], header)
        return check(folder.path, [path]).lines()

    assert checked("Total", "Two terms", "Three terms") == []
    assert "column term_pattern: found a file split by this column ('Two terms')" in checked("Two terms")[0]


def test_a_file_split_by_numbers_is_not_mended_by_taking_rows_out(folder):
    header = (*bad_bases.ABSENCE, "age_group")
    start = dict(zip(bad_bases.ABSENCE, bad_bases.absence.rows[0], strict=True))
    start |= {"geographic_level": "National", "school_urn": "", "school_laestab": "", "old_la_code": ""}
    path = folder.add("ees_absence", [[*start.values(), age] for age in ("5", "6")], header)
    (line,) = check(folder.path, [path]).lines()
    assert "the file is split by something else" in line and "take out the row" not in line


def test_the_regions_of_a_real_file_pool_to_the_england_that_is_read(trust):
    name = "attendance_to_date_2024-25.csv"
    england = one(added(trust, name).table("attendance_to_date"), geographic_level="England")
    with (OFFICIAL / name).open(encoding="utf-8-sig", newline="") as file:
        primary = [row for row in csv.DictReader(file) if row["education_phase"] == "Primary"]
    regions = [row for row in primary if row["geographic_level"] == "Regional"]
    missed = sum(int(row["overall_absence"]) for row in regions) / sum(int(row["possible_sessions"]) for row in regions)
    # DfE weights each row to all schools, so counts of the regions differ a little from England's, and rates hardly.
    assert len(regions) == 9
    assert 100 * england.absent_sessions_count / england.possible_sessions_count == pytest.approx(
        100 * missed, abs=0.01
    )


def test_a_trust_cannot_begin_from_a_search_of_the_register_and_that_is_said_at_once(tmp_path):
    with pytest.raises(SourceError) as told:
        begin(tmp_path / "new", OFFICIAL / "gias_search_2021-05-07.csv", "3201", date(2021, 5, 7))
    (problem,) = told.value.problems
    assert "no column 'Trusts (code)'" in problem.found and "All establishment data" in problem.fix


REPORT_CARD = {
    "URN": "100092", "School name": "Beech", "Inclusion": "Expected standard", "Achievement": "Needs attention",
    "Safeguarding standards": "Met", "Inspection start date": "03/02/2026", "Inclusion - date of grade": "05/02/2026",
    "Latest OEIF overall effectiveness": "2", "Latest OEIF  safeguarding is effective?": "Yes",
    "Inspection start date of latest OEIF graded inspection": "10/05/2021",
}  # fmt: skip


def test_ofsteds_report_cards_are_read_whatever_stands_in_other_schools_rows(folder):
    header = [*(column.official for column in SOURCES["ofsted_2026"].columns), "Most recent category of concern"]
    row = dict.fromkeys(header, "NULL") | REPORT_CARD
    other = row | {"URN": "777777", "Inclusion": "A grade of next year", "Inspection start date": "soon"}
    padding = dict.fromkeys(header, "")
    folder.add("ofsted_2026", [[one_row[name] for name in header] for one_row in (row, other, padding)], header)
    table = folder.load().table("ofsted")
    assert one(table, area="Inclusion").grade == "Expected standard"
    assert one(table, area="Achievement").grade == "Needs attention"
    assert one(table, area="Safeguarding is effective?").grade == "yes"
    bad = folder.add("ofsted_2026", [[(row | {"Inclusion": "Outstanding"})[name] for name in header]], header)
    assert "column Inclusion: found 'Outstanding'" in check(folder.path, [bad]).lines()[0]
