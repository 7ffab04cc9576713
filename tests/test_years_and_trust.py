"""Academic years, and who counts in which."""

from datetime import date

import pytest

from symphony_analysis.names import UnknownNameError
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear
from tests.small_trust import BIG, HELD, LATER, SMALL, TRUST, YEAR


@pytest.mark.parametrize("written", ["2023/24", "2023-24", "2023/2024", "202324", 202324, " 2023/24 "])
def test_a_year_is_read_however_it_is_written(written):
    assert AcademicYear.parse(written) == AcademicYear(2023)


@pytest.mark.parametrize(
    "written", ["2024", "2023/25", "202326", "1066/67", "../../etc", "", "2023/24; x", "２０２３/24"]
)
def test_anything_else_is_refused(written):
    with pytest.raises(ValueError, match=r"academic year|follow|outside"):
        AcademicYear.parse(written)


def test_years_have_a_label_a_code_and_a_window():
    year = AcademicYear(2009)
    assert (year.label, year.code, year.folder) == ("2009/10", 200910, "200910")
    assert [y.label for y in YEAR.window()] == ["2022/23", "2023/24", "2024/25"]


def test_a_school_counts_from_the_census_by_which_it_had_certainly_joined():
    assert TRUST.members(YEAR) == (BIG, SMALL, HELD)
    assert LATER in TRUST.members(AcademicYear(2025))


def test_three_years_in_the_trust_is_counted_from_the_census_two_years_before():
    assert TRUST.members(YEAR, "three_or_more_years") == (BIG, SMALL, HELD)
    assert TRUST.members(AcademicYear(2023), "three_or_more_years") == ()


def test_a_school_that_left_no_longer_counts():
    left = type(BIG)("Gone", "Gone School", "100009", joined_by=date(2020, 9, 1), left_on=date(2024, 9, 1))
    trust = Trust("T", (BIG, left), TRUST.census_days)
    assert trust.members(AcademicYear(2023)) == (BIG, left)
    assert trust.members(YEAR) == (BIG,)


def test_schools_are_found_by_name_or_urn_past_or_present():
    assert TRUST.school("big") is BIG
    assert TRUST.school("90002") is SMALL
    with pytest.raises(UnknownNameError, match="the schools are: Big, Small"):
        TRUST.school("Orchard")


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownNameError, match="in_trust_that_year"):
        TRUST.members(YEAR, "most")


def test_census_day_without_a_record_is_the_third_thursday_of_january():
    assert TRUST.census_day(AcademicYear(2025)) == date(2026, 1, 15)
