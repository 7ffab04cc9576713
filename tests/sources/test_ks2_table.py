"""The key stage 2 performance table, hand-made: codes kept, England from row 5, old URNs, rows cut short."""

import math

import pytest

from symphony_analysis.sources import SourceError
from tests.sources import tables
from tests.sources.conftest import one


def ks2_of(folder, *rows):
    tables.add_ks2(folder, rows)
    return folder.load().table("ks2")


def test_a_published_percentage_comes_back_from_its_count(folder):
    table = ks2_of(folder, tables.school("100001", TELIG="59", PTRWM_EXP="63%", PTRWM_HIGH="0%", READ_AVERAGE="104"))
    ash = one(table, school_urn="100001", pupil_group="all")
    assert round(100 * ash.rwm_expected_count / ash.eligible_count, 9) == 63
    assert (ash.rwm_higher_count, ash.rwm_higher_count_symbol) == (0, "")
    assert (ash.reading_score_total, ash.reading_scored_count) == (59 * 104, 59)
    assert ash.basis == "published percentages"


@pytest.mark.parametrize("code", ["SUPP", "LOWCOV", "NA", "NE", "NP"])
def test_a_code_stays_the_reason_and_is_never_zero(folder, code):
    table = ks2_of(folder, tables.school("100001", PTRWM_EXP_FSM6CLA1A=code))
    poor = one(table, school_urn="100001", pupil_group="disadvantaged")
    assert math.isnan(poor.rwm_expected_count)
    assert poor.rwm_expected_count_symbol == code


def test_an_unknown_code_names_file_row_column_and_value(folder):
    tables.add_ks2(folder, [tables.school("100001"), tables.school("100003", PTMAT_EXP="QQQ")])
    with pytest.raises(SourceError) as caught:
        folder.load().table("ks2")
    assert str(caught.value).startswith("raw/202425/ks2_table.csv: row 3, column PTMAT_EXP: found 'QQQ'; expected")


def test_england_is_the_state_funded_row_and_never_row_4(folder):
    table = ks2_of(
        folder, tables.school("100001"), tables.england("4", TELIG="600", PTRWM_EXP="61%"),
        tables.england("5", TELIG="500", PTRWM_EXP="62%"),
    )  # fmt: skip
    england = one(table, geographic_level="England", pupil_group="all")
    assert england.eligible_count == 500
    assert england.rwm_expected_count == pytest.approx(310)


def test_only_the_trusts_own_authority_and_schools_are_read(folder):
    table = ks2_of(folder, tables.school("100001"), tables.school("555555"), tables.authority("855"),
                   tables.authority("856"))  # fmt: skip
    assert set(table["geographic_level"]) == {"School", "LA"}
    assert set(table["school_urn"]) == {"100001", ""}
    assert (table["geographic_level"] == "LA").sum() == 3


def test_a_new_school_and_one_without_year_6_say_so(folder):
    table = ks2_of(folder, tables.cut_short("100001", "NEW"), tables.cut_short("100003", "1086", "0"))
    new = one(table, school_urn="100001", pupil_group="all")
    assert math.isnan(new.eligible_count)
    assert {new.eligible_count_symbol, new.rwm_expected_count_symbol} == {"NEW"}
    none = one(table, school_urn="100003", pupil_group="all")
    assert (none.eligible_count, none.rwm_expected_count, none.rwm_expected_count_symbol) == (0, 0, "")


def test_the_row_under_the_previous_urn_stands_for_the_school_when_it_has_the_results(folder):
    table = ks2_of(folder, tables.cut_short("100002", "NEW"), tables.school("100092", TELIG="30"))
    assert one(table, school_urn="100002", pupil_group="all").eligible_count == 30


def test_progress_is_weighted_by_coverage(folder):
    table = ks2_of(folder, tables.school("100001", TELIG="50", READPROG="-1.4", READCOV="96%"))
    ash = one(table, school_urn="100001", pupil_group="all")
    assert ash.reading_progress_count == pytest.approx(48)
    assert ash.reading_progress_total == pytest.approx(-67.2)


def test_progress_that_was_not_published_is_not_applicable(folder):
    ash = one(ks2_of(folder, tables.school("100001")), school_urn="100001", pupil_group="all")
    assert ash.maths_progress_total_symbol == "z"


def test_pupils_win_over_the_table_for_the_same_school_and_year(folder):
    from tests.sources import samples

    folder.add("ks2_pupil", [samples.ks2("100001", "A1")], samples.KS2)
    table = ks2_of(folder, tables.school("100001"), tables.school("100003"), tables.england("5"))
    assert one(table, school_urn="100001", pupil_group="all").basis == "pupils"
    assert one(table, school_urn="100003", pupil_group="all").basis == "published percentages"
    assert len(table[table["geographic_level"] == "England"]) == 3


def test_a_table_of_another_year_is_refused_by_the_years_that_ride_along(folder):
    tables.add_ks2(folder, [tables.school("100001")], year="202324")
    with pytest.raises(SourceError, match="found the header of 2024/25; expected a file of 2023/24"):
        folder.load().table("ks2")
