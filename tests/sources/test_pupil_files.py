"""Hand-worked pupil files: what each adds up to by school and group, and that no pupil row leaves."""

import math

import pytest

from symphony_analysis.sources import SourceError
from symphony_analysis.sources.declare.tables import TABLES
from tests.sources import samples
from tests.sources.conftest import one


def add_census(folder):
    folder.add("census_spring", [
        samples.census("100001", "A1", fsm="true", ever="1", sen="K"),
        samples.census("100001", "A2", ever="1", language="POL"),
        samples.census("100001", "A3", sen="E", group="1"),
        samples.census("100001", "A4", status="S"),
        samples.census("100092", "B1", group="1"),
        samples.census("100092", "B2", group="R", fsm="true", ever="1"),
    ], samples.CENSUS)  # fmt: skip


def test_roll_counts_pupils_enrolled_here_first_and_leaves_subsidiary_enrolments_out(folder):
    add_census(folder)
    roll = folder.load().table("roll")
    ash = one(roll, school_urn="100001", pupil_group="all")
    assert (ash.pupils_count, ash.sen_support_count, ash.ehc_plan_count, ash.eal_count) == (3, 1, 1, 1)
    assert one(roll, school_urn="100001", pupil_group="disadvantaged").pupils_count == 2
    assert one(roll, school_urn="100001", pupil_group="fsm").pupils_count == 1
    assert one(roll, school_urn="100001", pupil_group="not_fsm").pupils_count == 2


def test_rows_under_a_previous_urn_count_for_the_present_school(folder):
    add_census(folder)
    roll = folder.load().table("roll")
    assert one(roll, school_urn="100002", pupil_group="all").pupils_count == 2
    assert "100092" not in set(roll["school_urn"])


def test_ks2_pupils_are_counted_with_scores_only_of_those_who_have_one(folder):
    folder.add("ks2_pupil", [
        samples.ks2("100001", "A1", fsm6="1"),
        samples.ks2("100001", "A2", scores=("110", "111", ""), expected="1101", higher="1101", rwm="11"),
        samples.ks2("100001", "A3", scores=("", "95", "90"), expected="0000", rwm="00", looked="1"),
        samples.ks2("100001", "A4", eligible="0"),
        samples.ks2("100002", "B1", fsm="1", fsm6="1"),
    ], samples.KS2)  # fmt: skip
    ks2 = folder.load().table("ks2")
    ash = one(ks2, school_urn="100001", pupil_group="all")
    assert (ash.eligible_count, ash.rwm_expected_count, ash.rwm_higher_count) == (3, 2, 1)
    assert (ash.reading_scored_count, ash.reading_score_total) == (2, 214)
    assert (ash.maths_scored_count, ash.maths_score_total) == (3, 309)
    assert one(ks2, school_urn="100001", pupil_group="disadvantaged").eligible_count == 2
    assert one(ks2, school_urn="100001", pupil_group="other").rwm_higher_count == 1
    assert ash.basis == "pupils"


def test_a_group_without_pupils_counts_zero_and_carries_no_symbol(folder):
    folder.add("ks2_pupil", [samples.ks2("100001", "A1"), samples.ks2("100002", "B1", fsm6="1")], samples.KS2)
    none = one(folder.load().table("ks2"), school_urn="100001", pupil_group="disadvantaged")
    assert (none.eligible_count, none.eligible_count_symbol) == (0, "")


def test_progress_is_not_applicable_where_no_pupil_of_the_year_has_it(folder):
    folder.add("ks2_pupil", [samples.ks2("100001", "A1")], samples.KS2)
    ash = one(folder.load().table("ks2"), school_urn="100001", pupil_group="all")
    assert math.isnan(ash.reading_progress_total)
    assert ash.reading_progress_total_symbol == "z"


def test_progress_sums_over_the_pupils_who_have_it(folder):
    rows = [
        samples.ks2("100001", "A1", progress=("1.5", "-2", "")),
        samples.ks2("100001", "A2", progress=("-0.5", "", "")),
    ]
    folder.add("ks2_pupil", rows, samples.KS2)
    ash = one(folder.load().table("ks2"), school_urn="100001", pupil_group="all")
    assert (ash.reading_progress_count, ash.reading_progress_total) == (2, 1.0)
    assert (ash.writing_progress_count, ash.writing_progress_total) == (1, -2.0)
    assert ash.maths_progress_count_symbol == "z"


def test_attendance_counts_pupils_of_5_to_15_and_persistence_against_own_sessions(folder):
    rows = [
        *samples.terms("100001", "A1", "100", "9", "1"),
        *samples.terms("100001", "A2", "100", "9", "0", disadvantaged="Y", fsm="Y"),
        *samples.terms("100001", "A3", "100", "40", "10"),
        *samples.terms("100001", "A4", "100", "100", "0", age="4"),
        *samples.terms("100001", "A5", "100", "100", "0", age="16"),
    ]
    folder.add("attendance", rows, samples.ATTENDANCE)
    table = folder.load().table("attendance")
    ash = one(table, school_urn="100001", pupil_group="all")
    assert (ash.enrolments_count, ash.possible_sessions_count, ash.absent_sessions_count) == (3, 900, 207)
    assert (ash.authorised_sessions_count, ash.unauthorised_sessions_count) == (174, 33)
    assert (ash.persistent_absentees_count, ash.severe_absentees_count, ash.terms_count) == (2, 1, 3)
    assert one(table, school_urn="100001", pupil_group="disadvantaged").absent_sessions_count == 27


def test_a_school_without_all_three_terms_has_no_full_year_figure(folder):
    folder.add("attendance", [
        *samples.terms("100001", "A1", "100", "9", "1"),
        samples.term("100002", "B1", "Autumn", "100", "9", "1"),
    ], samples.ATTENDANCE)  # fmt: skip
    beech = one(folder.load().table("attendance"), school_urn="100002", pupil_group="all")
    assert math.isnan(beech.absent_sessions_count)
    assert beech.absent_sessions_count_symbol == "x"
    assert (beech.terms_count, beech.terms_count_symbol) == (1, "")


def test_half_terms_are_the_terms_that_they_make_and_none_counts_twice(folder):
    rows = [
        samples.term("100001", "A1", f"{name} {half}", "50", "4", "1")
        for name in ("Autumn", "Spring", "Summer")
        for half in (1, 2)
    ]
    folder.add("attendance", rows, samples.ATTENDANCE)
    ash = one(folder.load().table("attendance"), school_urn="100001", pupil_group="all")
    assert (ash.possible_sessions_count, ash.absent_sessions_count, ash.terms_count) == (300, 30, 3)
    folder.add("attendance", rows[1:], samples.ATTENDANCE)
    ash = one(folder.load().table("attendance"), school_urn="100001", pupil_group="all")
    assert (ash.absent_sessions_count_symbol, ash.terms_count) == ("x", 2.5)
    folder.add("attendance", [*rows, samples.term("100001", "A1", "Autumn", "100", "8", "2")], samples.ATTENDANCE)
    with pytest.raises(SourceError, match="a pupil's term both whole and in halves"):
        folder.load().table("attendance")


def test_exclusions_count_events_and_pupils_on_the_january_roll(folder):
    add_census(folder)
    folder.add("exclusions", [
        samples.event("100001", "A1", "Suspension", "2024-10-01", "Y", "Y"),
        samples.event("100001", "A1", "Suspension", "2024-11-05", "Y", "Y"),
        samples.event("100001", "A3", "Permanent exclusion", "2025-02-04"),
        ["100002", "", "", "2024/2025", "", "Nil return", "", "", "", "", ""],
    ], samples.EXCLUSIONS)  # fmt: skip
    table = folder.load().table("exclusions")
    ash = one(table, school_urn="100001", pupil_group="all")
    assert (ash.suspensions_count, ash.pupils_suspended_count, ash.permanent_exclusions_count) == (2, 1, 1)
    assert ash.pupils_count == 3
    poor = one(table, school_urn="100001", pupil_group="disadvantaged")
    assert (poor.suspensions_count, poor.permanent_exclusions_count, poor.pupils_count) == (2, 0, 2)
    beech = one(table, school_urn="100002", pupil_group="all")
    assert (beech.suspensions_count, beech.suspensions_count_symbol, beech.pupils_count) == (0, "", 2)


def test_a_pupil_suspended_at_two_schools_counts_once_at_each(folder):
    add_census(folder)
    folder.add("exclusions", [
        samples.event("100001", "A1", "Suspension", "2024-10-01"),
        samples.event("100002", "A1", "Suspension", "2025-01-14"),
        samples.event("100002", "A1", "Suspension", "2025-03-04"),
    ], samples.EXCLUSIONS)  # fmt: skip
    table = folder.load().table("exclusions")
    for urn, suspensions in (("100001", 1), ("100002", 2)):
        school = one(table, school_urn=urn, pupil_group="all")
        assert (school.suspensions_count, school.pupils_suspended_count) == (suspensions, 1)


def test_a_school_on_roll_that_made_no_return_has_no_figure(folder):
    add_census(folder)
    folder.add("exclusions", [samples.event("100001", "A1", "Suspension", "2024-10-01")], samples.EXCLUSIONS)
    beech = one(folder.load().table("exclusions"), school_urn="100002", pupil_group="all")
    assert math.isnan(beech.suspensions_count)
    assert beech.suspensions_count_symbol == "x"


def test_phonics_counts_year_1_with_absent_and_disapplied_in_the_base(folder):
    add_census(folder)
    folder.add("phonics", [
        ["2024/2025", samples.upn("A3"), "SYNTHETIC", "100001", "1", "32", "Wa"],
        ["2024/2025", samples.upn("A5"), "SYNTHETIC", "100001", "1", "31", "Wt"],
        ["2024/2025", samples.upn("A6"), "SYNTHETIC", "100001", "1", "", "A"],
        ["2024/2025", samples.upn("A7"), "SYNTHETIC", "100001", "2", "40", "Wa"],
        ["2024/2025", samples.upn("A8"), "SYNTHETIC", "100001", "1", "", "L"],
    ], samples.PHONICS)  # fmt: skip
    ash = one(folder.load().table("phonics"), school_urn="100001", pupil_group="all")
    assert (ash.eligible_count, ash.expected_count) == (3, 1)


def test_groups_of_a_file_without_flags_come_from_the_census_of_the_year(folder):
    add_census(folder)
    folder.add("mtc", [
        ["2024/2025", samples.upn("A1"), "SYNTHETIC", "100001", "25", "Complete", ""],
        ["2024/2025", samples.upn("A3"), "SYNTHETIC", "100001", "15", "Complete", ""],
        ["2024/2025", samples.upn("Z9"), "SYNTHETIC", "100001", "", "Not taking check", "A"],
    ], samples.MTC)  # fmt: skip
    table = folder.load().table("mtc")
    ash = one(table, school_urn="100001", pupil_group="all")
    assert (ash.eligible_count, ash.took_count, ash.full_marks_count, ash.score_total) == (3, 2, 1, 40)
    assert one(table, school_urn="100001", pupil_group="fsm").full_marks_count == 1
    assert one(table, school_urn="100001", pupil_group="other").eligible_count == 2


def test_without_a_census_the_groups_are_not_available_rather_than_empty(folder):
    folder.add("eyfsp", [["2024/2025", samples.upn("A1"), "SYNTHETIC", "100001", "2", "2", "1"]], samples.EYFSP)
    table = folder.load().table("eyfsp")
    assert one(table, pupil_group="all").gld_count == 1
    fsm = one(table, pupil_group="fsm")
    assert math.isnan(fsm.gld_count)
    assert fsm.gld_count_symbol == "x"


def test_finance_keeps_central_services_apart_and_counts_months(folder):
    folder.add("finance", [
        ["100001", "Ash", "2024-09-01", "2025-08-31", "1000", "800", "950", "50", "10", "200"],
        ["100092", "Beech", "2025-01-01", "2025-08-31", "600", "480", "620", "-20", "6", "120"],
        ["", "Central services", "2024-09-01", "2025-08-31", "90", "60", "80", "0", "", ""],
    ], samples.FINANCE)  # fmt: skip
    table = folder.load().table("finance")
    assert one(table, school_urn="100001").months == 12
    assert one(table, school_urn="100002").months == 8
    assert one(table, school_urn="100002").revenue_reserves_gbp == -20
    central = one(table, geographic_level="Central")
    assert (central.income_gbp, central.school_urn, central.teachers_fte_symbol) == (90, "", "z")
    assert set(table["budget_income_gbp_symbol"]) == {"x"}


def test_the_budget_of_the_year_may_be_beside_the_accounts(folder):
    row = ["100001", "Ash", "2024-09-01", "2025-08-31", "1000", "800", "950", "50", "10", "200", "990", ""]
    folder.add("finance", [row], (*samples.FINANCE, "BudgetIncome", "BudgetExpenditure"))
    ash = one(folder.load().table("finance"), school_urn="100001")
    assert (ash.budget_income_gbp, ash.budget_expenditure_gbp_symbol) == (990, "x")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_table_has_a_column_that_could_hold_a_pupil(folder, table):
    add_census(folder)
    columns = set(folder.load().table(table).columns)
    assert not columns & {"upn", "surname", "forename", "dob", "UPN"}


def test_a_fault_in_a_pupil_file_is_told_by_its_shape_only(folder):
    folder.add("phonics", [["2024/2025", samples.upn("Z1"), "SECRET", "100001", "1", "4O", "Wa"]], samples.PHONICS)
    with pytest.raises(SourceError) as caught:
        folder.load().table("phonics")
    assert str(caught.value) == (
        "raw/202425/phonics.csv: row 2, column Phonics_Mark: found '9A'; expected a whole number from 0 to 40; "
        "fix: a letter stands where a digit should: check the cell at its source"
    )


def test_a_pupil_of_a_school_outside_the_trust_is_refused_without_showing_the_value(folder):
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "SECRET", "999999", "25", "Complete", ""]], samples.MTC)
    with pytest.raises(SourceError, match=r"column URN: found '999999'|column URN: found '9+'") as caught:
        folder.load().table("mtc")
    assert "SECRET" not in str(caught.value)
