"""Figures that cannot be right: each test at its boundary, the printed 20.8, and that nothing is changed."""

from pathlib import Path

import pandas as pd
import pytest

from symphony_analysis import claims
from symphony_analysis.analysis import open_analysis
from symphony_analysis.claims.plausibility import (
    between_groups,
    decimals_unlike,
    differs_from_computed,
    implied_share,
    national_times_four,
    outside_schools,
    ratio_to_last_year,
    shifted_value,
    whole_events,
)  # fmt: skip
from symphony_analysis.claims.printed_figures import Beside, Printed
from symphony_analysis.measures import MEASURES
from symphony_analysis.years import AcademicYear
from tests.claims_made import absence, england, made
from tests.small_trust import tidy

pytestmark = pytest.mark.usefixtures("shipped_tables")
DATA = Path(__file__).resolve().parents[1] / "data"
YEARS = (AcademicYear(2022), AcademicYear(2023), AcademicYear(2024))
SUSPENDED = ["suspensions_count", "permanent_exclusions_count", "pupils_suspended_count", "pupils_count"]


def printed(text, year=2024, measure="suspension_rate", group="all", unit="per 100 pupils"):
    decimals = len(text.partition(".")[2])
    return Printed("T", MEASURES[measure], AcademicYear(year), group, text, unit, decimals)


def others(*texts):
    """The figures printed for the years before, the last first."""
    return tuple(printed(text, 2023 - place) for place, text in enumerate(texts))


# ---- one test at a time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "last", "pupils", "fails"),
    [
        ("9.00", "3.00", 3000, False),  # three times is still inside
        ("9.01", "3.00", 3000, True),
        ("1.00", "3.00", 3000, False),
        ("0.99", "3.00", 3000, True),
        ("9.01", "3.00", 30, False),  # 3 events against 1: chance
        ("0.03", "0.00", 3400, False),  # from none, no ratio
        ("0.00", "0.09", 3300, False),  # 3 events, then none: chance
    ],
)
def test_ratio_to_last_year(text, last, pupils, fails):
    beside = Beside(others=others(last), pupils=pupils, last_pupils=pupils)
    assert bool(ratio_to_last_year(printed(text), beside)) is fails


@pytest.mark.parametrize(
    ("text", "before", "shifted"),
    [
        ("20.8", ("3.09", "2.28"), 2.08),
        ("0.30", ("3.09", "2.90"), 3.0),
        ("3.60", ("3.00", "2.60"), None),  # near the others as it stands (2.8 +/- 30% ends at 3.64)
        ("50.0", ("3.00", "2.60"), None),  # 5.0 is not near them either
        ("0.00", ("3.00", "2.60"), None),
        ("20.8", (), None),
    ],
)
def test_decimal_shift(text, before, shifted):
    found = shifted_value(printed(text), Beside(others=others(*before)))
    assert found == (None if shifted is None else pytest.approx(shifted))


@pytest.mark.parametrize(
    ("text", "before", "fails"),
    [
        ("20.8", ("3.09", "2.28"), True),
        ("2.08", ("3.09", "2.28"), False),
        ("4.7", ("5", "4.3"), False),
        ("5", ("4.7",), True),
    ],
)
def test_decimals_unlike_all_neighbours(text, before, fails):
    assert bool(decimals_unlike(printed(text), Beside(others=others(*before)))) is fails


@pytest.mark.parametrize(
    ("text", "national", "fails"),
    [("8.00", 2.0, False), ("8.01", 2.0, True), ("0.50", 2.0, False), ("0.49", 2.0, True), ("0.00", 0.03, False)],
)
def test_national_times_four(text, national, fails):
    beside = Beside(pupils=3000, england=national, england_year=YEARS[2])
    assert bool(national_times_four(printed(text), beside)) is fails


def test_an_older_national_figure_is_named_as_such():
    beside = Beside(pupils=3408, england=2.27, england_year=YEARS[1])
    assert national_times_four(printed("20.8"), beside) == (
        "9.2 times England's 2.27 (2023/24; none is published yet for 2024/25)."
    )


def test_the_trust_cannot_lie_outside_its_schools():
    schools = (0.5, 6.0)
    assert outside_schools(printed("20.8"), Beside(schools=schools))
    assert not outside_schools(printed("6.0"), Beside(schools=(0.5, 5.96)))  # rounding of the printed figure
    assert not outside_schools(printed("20.8"), Beside())


def test_printed_and_computed_are_compared_at_the_printed_decimals():
    assert not differs_from_computed(printed("5"), Beside(computed=4.6, shown=4.6))
    assert differs_from_computed(printed("5.0"), Beside(computed=4.6, shown=4.6)) == "The data gives 4.60."


def test_a_group_cannot_hold_more_than_all():
    group = printed("23.6", measure="persistent_absence_percent", group="disadvantaged", unit="%")
    # 8.6 of 23.6 is 36.4%: a larger share would leave the other pupils less than none
    assert not implied_share(group, Beside(whole=8.6, share=0.36))
    assert implied_share(group, Beside(whole=8.6, share=0.40)) == (
        "With 8.6 for all pupils the group can be at most 36% of them; it is 40%."
    )


@pytest.mark.parametrize(("text", "fails"), [("2.0", False), ("5.0", False), ("5.1", True), ("1.9", True)])
def test_all_pupils_lie_between_two_groups_that_make_them_up(text, fails):
    assert bool(between_groups(printed(text), Beside(groups=((2.0, 5.0),)))) is fails
    assert not between_groups(printed(text), Beside())


@pytest.mark.parametrize(("text", "fails"), [("0.09", False), ("0.05", True), ("0.00", False), ("0.03", False)])
def test_events_are_whole(text, fails):
    # on 3,300 pupils one event is 0.0303 and two are 0.0606: nothing prints as 0.05
    row = printed(text, measure="permanent_exclusion_rate")
    assert bool(whole_events(row, Beside(pupils=3300))) is fails


# ---- the frame ------------------------------------------------------------------------------------------------


def published(*rows):
    columns = ["id", "measure", "time_period", "geographic_level", "school_urn", "pupil_group", "printed", "unit",
               "decimals", "source"]  # fmt: skip
    return {"seed": pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], dtype="str")}


def line(code, text, unit="per 100 pupils", measure="suspension_rate", group="all"):
    return ("T", measure, str(code), "Trust", "", group, text, unit, str(len(text.partition(".")[2])), "made")


def register(count):
    """Sixty suspensions for 2,000 pupils last year, so many this year, two thirds of them in one of two schools."""
    rows = [
        (code, "School", urn, "all", n, 0, 1, 1000)
        for code, total in ((202324, 60), (202425, count))
        for urn, n in (("100001", total * 2 // 3), ("100002", total - total * 2 // 3))
    ]
    return {"exclusions": tidy(SUSPENDED, *rows)}


def test_two_tests_of_size_hold_a_figure_and_it_stays_as_printed():
    told = claims.plausibility(made(register(42), published=published(line(202324, "3.00"), line(202425, "21.0"))))
    row = told[told["time_period"] == 202425].iloc[0]
    assert (row["verdict"], row["printed"]) == ("held", "21.0")
    assert {"ratio to last year", "decimal shift", "printed and computed"} <= set(row["tests"].split(";"))
    assert row["hypotheses"] == (
        "The decimal point may be misplaced: 2.1 was meant (42 suspensions for 2,000 pupils). "
        "Or the unit: 21.0 per 1,000 pupils is 2.1 per 100. "
        "If 21.0 were right, there would have been about 420 suspensions."
    )


def test_one_test_asks_for_a_look_and_none_leaves_it_plausible():
    told = claims.plausibility(made(register(42), published=published(line(202324, "3.00"), line(202425, "2.20"))))
    assert told["verdict"].tolist() == ["plausible", "look again"]
    assert told.loc[1, "tests"] == "printed and computed" and told.loc[1, "hypotheses"] == ""
    form = claims.plausibility(made(register(42), published=published(line(202324, "3.00"), line(202425, "2.1", "%"))))
    assert (form.loc[1, "verdict"], form.loc[1, "tests"]) == ("look again", "decimals unlike neighbours;unit")


def test_a_figure_that_the_edition_hides_is_not_repeated_as_printed():
    given = register(3)  # three events: the public edition hides them
    row = claims.plausibility(made(given, published=published(line(202425, "0.30")), edition="public")).iloc[0]
    assert (row["printed"], row["finding"], row["hypotheses"]) == ("withheld", "", "")
    pair = claims.printed_against_computed(made(given, published=published(line(202425, "0.30")), edition="public"))
    assert pair[["printed", "computed"]].iloc[0].tolist() == ["withheld", "withheld"]


def test_files_laid_out_otherwise_are_left_alone():
    other = {"ks2_school_figures": pd.DataFrame({"time_period": ["202425"], "printed": ["64"]})}
    assert len(claims.printed_against_computed(made(published=other))) == 0


def test_computed_figures_that_contradict_one_another_are_listed():
    columns = ["possible_sessions_count", "enrolments_count", "absent_sessions_count", "authorised_sessions_count",
               "unauthorised_sessions_count", "persistent_absentees_count", "severe_absentees_count"]  # fmt: skip
    broken = tidy(columns, (202425, "School", "100001", "all", 10000, 100, 500, 300, 100, 2, 5))
    told = claims.plausibility(made({"attendance": broken}))
    assert set(told["origin"]) == {"computed"} and set(told["verdict"]) == {"look again"}
    found = told[told["geographic_level"] == "Trust"].set_index("measure")["finding"].to_dict()
    assert found == {
        "overall_absence_percent": "Authorised and unauthorised absence do not add up to overall absence.",
        "severe_absence_percent": "Severe absence is above persistent absence.",
    }


def test_a_total_outside_its_groups_and_a_leap_are_listed():
    rows = absence(
        (202324, "100001", "all", 1000, 20), (202425, "100001", "all", 1000, 200),
        (202425, "100001", "disadvantaged", 100, 10), (202425, "100001", "other", 900, 100),
    )  # fmt: skip
    known = [england("persistent_absence_percent", 202425, 4.9)]
    told = claims.plausibility(made({"attendance": rows}, known=known))
    trust = told[told["geographic_level"] == "Trust"].iloc[0]
    assert trust["tests"] == "total and groups;ratio to last year;national times four"
    assert "10.0 times last year's figure. 4.1 times England's figure." in trust["finding"]
    school = told[told["geographic_level"] == "School"].iloc[0]
    assert school["tests"] == "total and groups;ratio to last year;national times four"


def test_a_small_school_may_leap():
    rows = absence((202324, "100001", "all", 100, 2), (202425, "100001", "all", 100, 20))
    told = claims.plausibility(made({"attendance": rows}))
    assert told["geographic_level"].tolist() == ["Trust"]


# ---- the data that ships --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    return open_analysis("2024/25", "2026-04-30", "trustees", data_dir=DATA)


def test_the_printed_twenty_point_eight_is_held_with_its_hypotheses(shipped):
    told = claims.plausibility(shipped)
    held = told[told["verdict"] == "held"]
    assert held[["measure", "time_period", "printed"]].to_numpy().tolist() == [["suspension_rate", 202425, "20.8"]]
    row = held.iloc[0]
    assert row["failed"] == 7
    assert row["tests"].split(";") == [
        "ratio to last year", "decimal shift", "national times four", "range of schools", "printed and computed",
        "decimals unlike neighbours", "unit",
    ]  # fmt: skip
    assert row["finding"].startswith(
        "6.7 times the 3.09 printed for 2023/24. With the decimal point moved one place it is 2.08"
    )
    assert row["hypotheses"] == (
        "The decimal point may be misplaced: 2.08 was meant (71 suspensions for 3,408 pupils). "
        "Or the unit: 20.8 per 1,000 pupils is 2.08 per 100. "
        "If 20.8 were right, there would have been about 709 suspensions."
    )
    # No figure worked out contradicts another; one school of 2022/23 is far above England (7.62 / 1.81 = 4.2).
    computed = told[told["origin"] == "computed"]
    assert computed[["figure", "tests", "printed"]].to_numpy().tolist() == [
        ["suspension_rate.202223.137933.all", "national times four", "7.62"]
    ]


def test_seventeen_of_eighteen_printed_figures_are_what_the_data_gives(shipped):
    pairs = claims.printed_against_computed(shipped)
    assert (len(pairs), pairs["equal"].sum()) == (18, 17)
    wrong = pairs[~pairs["equal"]].iloc[0]
    assert wrong[["measure", "time_period", "printed", "computed"]].tolist() == [
        "suspension_rate",
        202425,
        "20.8",
        "2.08",
    ]


def test_the_printed_file_itself_still_says_twenty_point_eight(shipped):
    claims.plausibility(shipped)
    frame = shipped.inputs.published["seed_2024-25"]
    row = frame[(frame["measure"] == "suspension_rate") & (frame["time_period"] == "202425")]
    assert row["printed"].tolist() == ["20.8"]
