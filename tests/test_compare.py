"""Against England: vintage, likeness, tolerance, intervals; each boundary, and each way of going wrong shown."""

from datetime import date

import pandas as pd
import pytest
from scipy.stats import binomtest, chi2

from symphony_analysis import compare
from symphony_analysis.measures import MEASURES, evaluate
from tests.small_trust import TRUST, YEAR, given, tidy

RWM = "ks2_rwm_expected_percent"
NATIONAL = [
    "time_period", "comparator", "pupil_group", "population", "value", "unit", "decimals", "release_status",
    "publication", "published",
]  # fmt: skip
VINTAGES = pd.DataFrame(
    [
        (202425, RWM, "all", "state_funded", 61.0, "%", 0, "provisional", "KS2", "2025-09-11"),
        (202425, RWM, "all", "state_funded", 63.0, "%", 0, "revised", "KS2", "2025-12"),
        (202425, RWM, "all", "all_schools", 62.0, "%", 0, "interim", "KS2", "2025-07-08"),
        (202425, RWM, "fsm", "state_funded", 48.0, "%", 0, "revised", "KS2", "2025-12"),
    ],
    columns=NATIONAL,
)
NOTHING = pd.DataFrame()


def england(as_at, national=VINTAGES, official=NOTHING, names=(RWM,)):
    return compare.england_figures({n: MEASURES[n] for n in names}, national, official, date.fromisoformat(as_at))


def compared(count, cohort, as_at="2026-04-30", name=RWM, column="rwm_expected_count", rule=None):
    table = tidy(["eligible_count", column], (202425, "School", "100001", "all", cohort, count))
    figures = evaluate([MEASURES[name]], given(MEASURES[name], table), TRUST, (YEAR,))
    told = compare.against_england(figures, england(as_at), {name: MEASURES[name]}, rule or compare.Rule())
    return told[(told["geographic_level"] == "Trust") & (told["pupil_group"] == "all")].iloc[0]


@pytest.mark.parametrize(
    ("as_at", "known"),
    [("2025-09-10", None), ("2025-09-11", 61.0), ("2025-12-30", 61.0), ("2025-12-31", 63.0), ("2026-04-30", 63.0)],
)
def test_a_run_knows_what_was_public_on_its_day(as_at, known):
    values = england(as_at)
    values = values[values["pupil_group"] == "all"]["england_value"].tolist()
    assert values == ([] if known is None else [known])


def test_like_is_compared_with_like():
    # All-schools headline figures and free-school-meals figures are never taken for state-funded or disadvantaged.
    taken = england("2026-04-30")
    assert set(zip(taken["pupil_group"], taken["england_value"], strict=True)) == {("all", 63.0)}


def test_another_unit_is_refused():
    with pytest.raises(compare.UnlikeError, match="is in %; the national figure is in"):
        england("2026-04-30", VINTAGES.assign(unit="per 100 pupils"))


def test_the_files_own_england_row_comes_before_the_typed_one():
    own = pd.DataFrame(
        [(RWM, 202425, "all", 62.4, "2025-12-11", "revised", "KS2 table", "raw/202425/ks2.csv")],
        columns=[
            "measure",
            "time_period",
            "pupil_group",
            "value",
            "published",
            "release_status",
            "title",
            "source_file",
        ],
    )
    assert england("2026-04-30", official=own)["england_value"].tolist() == [62.4]
    assert england("2025-12-10", official=own)["england_value"].tolist() == [61.0]


@pytest.mark.parametrize(
    ("count", "verdict"),
    [(635, "about the same"), (636, "better"), (625, "about the same"), (624, "worse")],
)
def test_the_tolerance_belongs_to_about_the_same(count, verdict):
    # England 63; tolerance 0.5 points: 63.5% and 62.5% of 1,000 pupils are still the same
    assert compared(count, 1000)["comparison"] == verdict


def test_fewer_than_eleven_pupils_are_not_judged():
    assert compared(10, 10)["comparison"] == compare.TOO_FEW
    assert compared(11, 11)["comparison"] == compare.BETTER


def test_no_figure_yet_is_said():
    assert compared(30, 60, as_at="2025-01-01")["comparison"] == compare.NOT_YET


def test_lower_is_better_where_the_measure_says_so():
    low = compare._verdict(MEASURES["overall_absence_percent"], "all", 4.3, -0.9, 3000.0, compare.Rule())
    assert low == compare.BETTER


def test_a_group_without_a_like_national_figure_is_not_compared():
    verdict = compare._verdict(
        MEASURES["overall_absence_percent"], "disadvantaged", 6.5, float("nan"), 300.0, compare.Rule()
    )
    assert verdict == compare.NO_LIKE


@pytest.mark.parametrize(("count", "cohort"), [(45, 60), (0, 20), (20, 20), (7, 11)])
def test_the_interval_of_a_share_is_wilsons(count, cohort):
    row = compared(count, cohort)
    exact = binomtest(count, cohort).proportion_ci(method="wilson")
    assert row["interval_low"] == pytest.approx(exact.low * 100, abs=1e-9)
    assert row["interval_high"] == pytest.approx(exact.high * 100, abs=1e-9)


def test_the_interval_of_a_rate_is_poissons():
    table = tidy(["pupils_count", "permanent_exclusions_count"], (202425, "School", "100001", "all", 3284, 3))
    name = "permanent_exclusion_rate"
    figures = evaluate([MEASURES[name]], given(MEASURES[name], table), TRUST, (YEAR,))
    told = compare.against_england(
        figures, england("2026-04-30", names=(name,)), {name: MEASURES[name]}, compare.Rule()
    )
    row = told[(told["geographic_level"] == "Trust") & (told["pupil_group"] == "all")].iloc[0]
    assert row["interval_low"] == pytest.approx(chi2.ppf(0.025, 6) / 2 / 3284 * 100, abs=1e-9)
    assert row["interval_high"] == pytest.approx(chi2.ppf(0.975, 8) / 2 / 3284 * 100, abs=1e-9)


def test_the_gap_in_pupils_is_rounded_towards_zero():
    # 45 of 60 = 75%, 12 points above 63: 7.2 pupils, so 7
    assert compared(45, 60)["pupils_gap"] == 7
    # 30 of 60 = 50%, 13 points below: 7.8 pupils, so -7
    assert compared(30, 60)["pupils_gap"] == -7


def test_a_difference_is_taken_from_unrounded_values():
    assert compared(46, 73)["difference"] == pytest.approx(46 / 73 * 100 - 63, abs=1e-12)


def test_the_rule_can_be_set_in_the_trusts_file():
    rule = compare.Rule.from_settings({"comparison": {"about_same": {"%": 3.0}, "least_pupils": 30}})
    assert compared(650, 1000, rule=rule)["comparison"] == compare.SAME
    assert compared(29, 29, rule=rule)["comparison"] == compare.TOO_FEW


@pytest.mark.parametrize("stated", [{}, {"comparison": {"about_same_by_measure": {"mtc_average_score": 0.2}}}])
def test_what_concerns_few_pupils_is_held_to_a_finer_rule_whatever_a_trust_states(stated):
    """Half a point around England's 0.9% of severe absence would call half as many the same."""
    rule = compare.Rule.from_settings(stated)
    for name, england_value in (("severe_absence_percent", 0.9), ("permanent_exclusion_rate", 0.03)):
        assert rule.tolerance(MEASURES[name]) < england_value / 2
    own = compare.Rule.from_settings({"comparison": {"about_same_by_measure": {"severe_absence_percent": 0.3}}})
    assert own.tolerance(MEASURES["severe_absence_percent"]) == 0.3
