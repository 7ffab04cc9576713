"""Intervals and p values: against scipy's own, worked by hand, and with what must hold of any of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from symphony_analysis.compare import intervals
from tests.compare.cells import cell, figures, told


def one(function, *numbers, **more):
    found = function(*(np.array([float(n)]) for n in numbers), **more)
    return tuple(float(part[0]) for part in found) if isinstance(found, tuple) else float(found[0])


@pytest.mark.parametrize(("count", "pupils"), [(45, 60), (7, 11), (1, 470), (469, 470), (13, 15)])
def test_the_limits_of_a_share_are_where_half_of_the_outcome_and_what_lies_beyond_are_one_in_forty(count, pupils):
    low, high = one(intervals.share_limits, count, pupils)
    for limit, beyond in ((low, stats.binom.sf(count, pupils, low)), (high, stats.binom.cdf(count - 1, pupils, high))):
        assert beyond + stats.binom.pmf(count, pupils, limit) / 2 == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize(("pupils", "weight"), [(29, 1.0), (30, 0.5)])
def test_all_or_none_of_a_small_cohort_count_whole(pupils, weight):
    low, high = one(intervals.share_limits, pupils, pupils)
    assert (weight * low**pupils, high) == (pytest.approx(0.025), 1.0)
    low, high = one(intervals.share_limits, 0, pupils)
    assert (low, weight * (1 - high) ** pupils) == (0.0, pytest.approx(0.025))


def test_events_are_poissons_and_none_has_its_upper_limit():
    low, high = one(intervals.events_limits, 3)
    assert stats.poisson.sf(3, low) + stats.poisson.pmf(3, low) / 2 == pytest.approx(0.025)
    assert stats.poisson.cdf(2, high) + stats.poisson.pmf(3, high) / 2 == pytest.approx(0.025)
    assert one(intervals.events_limits, 0) == (0.0, pytest.approx(-np.log(0.025)))


def test_a_mean_has_the_t_interval_of_its_pupils():
    scores = np.array([99, 104, 110, 102, 95, 108, 101, 106, 103, 97, 111, 100.0])
    row = figures("ks2_reading_average_score", 105, 0, numerator=scores.sum(), denominator=12.0,
                  squares=(scores**2).sum()).iloc[0]  # fmt: skip
    low, high = stats.t.interval(0.95, 11, scores.mean(), stats.sem(scores))
    assert (row["interval_low"], row["interval_high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["p"] == pytest.approx(stats.ttest_1samp(scores, 104.5).pvalue)


def test_progress_keeps_the_limits_that_dfe_publishes():
    # 40 pupils, 1.2 with limits -0.3 and 2.7: the variance of the total is (40 x 1.5 / 1.96) squared
    row = figures("ks2_reading_progress_score", 0.0, 1, numerator=48.0, denominator=40.0,
                  variance=(40 * 1.5 / 1.96) ** 2).iloc[0]  # fmt: skip
    assert (row["interval_low"], row["interval_high"]) == (pytest.approx(-0.3), pytest.approx(2.7))
    assert row["comparison"] == "no clear difference"


def test_the_sessions_of_one_pupil_are_one_unit():
    possible, missed = (
        np.array([380.0] * 10 + [190.0] * 5),
        np.array([5, 10, 0, 90, 20, 3, 8, 12, 40, 7, 2, 9, 60, 1, 4.0]),
    )
    row = figures("overall_absence_percent", 5.0, 1, numerator=missed.sum(), denominator=possible.sum(), pupils=15.0,
                  squares=(missed**2).sum(), products=(missed * possible).sum(),
                  below_squares=(possible**2).sum()).iloc[0]  # fmt: skip
    rate = missed.sum() / possible.sum()
    error = np.sqrt(15 / 14 * ((missed - rate * possible) ** 2).sum()) / possible.sum()
    assert row["interval_high"] == pytest.approx(100 * (rate + stats.t.ppf(0.975, 14) * error))
    # With sessions as units it would be less than half as wide.
    naive = 1.96 * np.sqrt(rate * (1 - rate) / possible.sum()) * 100
    assert row["interval_high"] - row["value"] > 2 * naive


def test_suspensions_of_the_same_pupils_count_as_fewer():
    # 20 suspensions of 8 pupils: 7, 4, 3, 2, 1, 1, 1, 1: squares 82, so 4.1 times overdispersed
    many = figures("suspension_rate", 1.0, 2, numerator=20.0, denominator=1000.0, squares=82.0).iloc[0]
    low, high = one(intervals.events_limits, 20 / 4.1)
    assert (many["interval_low"], many["interval_high"]) == (
        pytest.approx(low * 4.1 / 10),
        pytest.approx(high * 4.1 / 10),
    )
    single = figures("suspension_rate", 1.0, 2, numerator=20.0, denominator=1000.0, squares=20.0).iloc[0]
    assert (many["comparison"], single["comparison"]) == ("no clear difference", "clearly worse")
    assert np.isnan(figures("suspension_rate", 1.0, 2, numerator=20.0, denominator=1000.0).iloc[0]["interval_low"])


@settings(max_examples=20, deadline=None)
@given(st.integers(11, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(2, 5))
def test_more_pupils_with_the_same_share_narrow_the_interval(cohort, times):
    count, pupils = cohort
    low, high = one(intervals.share_limits, count, pupils)
    lower, higher = one(intervals.share_limits, count * times, pupils * times)
    assert higher - lower < high - low
    assert low <= count / pupils <= high


@settings(max_examples=20, deadline=None)
@given(st.floats(1, 90))
def test_a_wider_level_holds_the_narrower(count):
    low, high = one(intervals.events_limits, count)
    lower, higher = one(intervals.events_limits, count, level=0.998)
    assert lower < low < count < high < higher


@settings(max_examples=20, deadline=None)
@given(st.integers(11, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(1, 99))
def test_p_and_interval_are_one_method(cohort, england):
    row = told(cell(numerator=float(cohort[0]), denominator=float(cohort[1]), england=england, decimals=3)).iloc[0]
    outside = row["interval_low"] > england + 0.0005 or row["interval_high"] < england - 0.0005
    assert outside == (row["p"] < 0.05)


def test_a_difference_of_shares_is_newcombes():
    # Newcombe (1998), method 10, example (a): 56/70 and 48/80, there with Wilson's limits: 0.0524 to 0.3339
    wilson = [stats.binomtest(x, n).proportion_ci(method="wilson") for x, n in ((56, 70), (48, 80))]
    low, high, p = intervals.difference_limits(
        56 / 70, wilson[0].low, wilson[0].high, 48 / 80, wilson[1].low, wilson[1].high
    )
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)
    assert 0.005 < p < 0.01
