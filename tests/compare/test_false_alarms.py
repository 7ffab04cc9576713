"""Is a school at England's level left alone: exactly, by adding up every outcome, and on whole made-up pages."""

import numpy as np
import pytest
from scipy import special, stats

from symphony_analysis import compare
from symphony_analysis.compare import intervals
from tests.compare.cells import cell, told

LEVELS, COHORTS = (63, 76, 80, 8, 13), (11, 15, 30, 60, 470)


def alarms(level, pupils, limits):
    """How often a school at this level is marked too low and too high, when England rounds to the whole per cent."""
    counts = np.arange(pupils + 1.0)
    chance = stats.binom.pmf(counts, pupils, level / 100)
    low, high = limits(counts, np.full_like(counts, pupils))
    return chance[100 * high < level - 0.5].sum(), chance[100 * low > level + 0.5].sum()


def wilson(count, pupils, z=1.959964):
    middle, half = count + z * z / 2, z * np.sqrt(count * (pupils - count) / pupils + z * z / 4)
    return (middle - half) / (pupils + z * z), (middle + half) / (pupils + z * z)


def jeffreys(count, pupils):
    low, high = (special.betaincinv(count + 0.5, pupils - count + 0.5, tail) for tail in (0.025, 0.975))
    return np.where(count > 0, low, 0), np.where(count < pupils, high, 1)


def clopper_pearson(count, pupils):
    with np.errstate(invalid="ignore"):
        return (np.where(count > 0, stats.beta.ppf(0.025, count, pupils - count + 1), 0),
                np.where(count < pupils, stats.beta.ppf(0.975, count + 1, pupils - count), 1))  # fmt: skip


def worst(limits):
    return max(max(alarms(level, pupils, limits)) for level in LEVELS for pupils in COHORTS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pupils", COHORTS)
def test_a_school_at_englands_level_is_marked_in_three_of_a_hundred_years_a_side_at_most(level, pupils):
    assert max(alarms(level, pupils, intervals.share_limits)) <= 0.03


def test_why_the_exact_mid_p_method_was_chosen():
    """Wilson and Jeffreys mark too often in small cohorts; Clopper and Pearson's is safe, and sees less."""
    assert worst(intervals.share_limits) <= 0.03 < min(worst(wilson), worst(jeffreys))
    assert worst(clopper_pearson) <= 0.03
    seen = {limits: sum(alarms_of_a_true_fall(n, limits) for n in COHORTS) for limits in
            (intervals.share_limits, clopper_pearson)}  # fmt: skip
    assert seen[intervals.share_limits] > seen[clopper_pearson]


def alarms_of_a_true_fall(pupils, limits):
    counts = np.arange(pupils + 1.0)
    _, high = limits(counts, np.full_like(counts, pupils))
    return stats.binom.pmf(counts, pupils, 0.53)[100 * high < 62.5].sum()


@pytest.mark.parametrize(("pupils", "points", "seen"), [
    (15, 10, 10), (30, 10, 19), (60, 10, 28), (470, 10, 99), (15, 20, 31), (30, 20, 59), (60, 20, 83), (470, 20, 100),
])  # fmt: skip
def test_how_often_a_true_shortfall_is_seen(pupils, points, seen):
    """What Methods says of the power, so that nobody reads "no clear difference" as "fine"."""
    counts = np.arange(pupils + 1.0)
    _, high = intervals.share_limits(counts, np.full_like(counts, pupils))
    found = stats.binom.pmf(counts, pupils, (63 - points) / 100)[100 * high < 62.5].sum()
    assert 100 * found == pytest.approx(seen, abs=0.6)


@pytest.mark.parametrize("pupils", COHORTS)
def test_the_interval_of_a_share_holds_the_truth(pupils):
    counts = np.arange(pupils + 1.0)
    low, high = intervals.share_limits(counts, np.full_like(counts, pupils))
    for truth in (0.63, 0.76, 0.8, 0.08, 0.13):
        held = stats.binom.pmf(counts, pupils, truth)[(low <= truth) & (truth <= high)].sum()
        assert held >= 0.93


def test_the_interval_of_a_mean_and_of_sessions_holds_the_truth():
    random = np.random.default_rng(15)
    scores = random.normal(104, 7, (4000, 15))
    error = scores.std(axis=1, ddof=1) / np.sqrt(15)
    held = np.abs(scores.mean(axis=1) - 104) <= intervals.t_half(error, np.full(4000, 15.0))
    assert 0.94 <= held.mean() <= 0.96
    # Absence is skewed: a few pupils miss half of it. Sixty of them, each with their own possible sessions.
    possible = random.choice([380.0, 190.0], (4000, 60), p=[0.9, 0.1])
    missed = random.binomial(possible.astype(int), random.beta(0.8, 13, (4000, 60)))
    rate = missed.sum(axis=1) / possible.sum(axis=1)
    off = ((missed - rate[:, None] * possible) ** 2).sum(axis=1)
    error = np.sqrt(off * 60 / 59) / possible.sum(axis=1)
    held = np.abs(rate - 0.8 / 13.8) <= intervals.t_half(error, np.full(4000, 60.0))
    assert 0.91 <= held.mean() <= 0.96


def test_suspensions_that_come_together_are_not_marked_more_often():
    random = np.random.default_rng(15)
    marked = 0
    for _ in range(400):
        each = random.geometric(0.35, random.poisson(20))  # pupils suspended, and how often each of them
        count, repeated = each.sum(), (each**2).sum() / each.sum()
        low, high = intervals.events_limits(np.array([count / repeated]))
        marked += not low[0] * repeated <= 20 / 0.35 <= high[0] * repeated
    assert marked / 400 <= 0.08


def pages(number, differing):
    """By page: how many cells are called clear that are at England's level, and how many in all. A page is 300 schools'
    cells of one year, of which so many truly lie 25 points from England."""
    random, size = np.random.default_rng(15), (number, 300)
    pupils, england = random.integers(11, 90, size).astype(float), random.choice([63.0, 76, 80, 8, 13], size)
    away = np.where(england > 50, -25, 25) * (np.arange(300) < differing)
    counts = random.binomial(pupils.astype(int), (england + away) / 100).astype(float)
    cells = zip(counts.ravel(), pupils.ravel(), england.ravel(), np.repeat(np.arange(number), 300), strict=True)
    words = told(*(cell(numerator=x, denominator=n, england=e, time_period=year) for x, n, e, year in cells))
    clear = words["comparison"].isin([compare.BETTER, compare.WORSE]).to_numpy().reshape(size)
    return clear[:, differing:].sum(axis=1), clear.sum(axis=1)


def test_of_what_a_page_calls_clear_one_in_twenty_is_chance_at_most():
    false, marked = pages(40, 60)
    assert marked.sum() > 500
    assert np.mean(false / np.maximum(marked, 1)) <= 0.05


def test_a_page_of_schools_at_englands_level_marks_hardly_any():
    false, _ = pages(40, 0)
    assert np.mean(false > 0) <= 0.10
