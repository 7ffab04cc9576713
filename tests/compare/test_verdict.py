"""Words of comparison rule 2: worked examples to the digit, England's rounding, families, and what may never happen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symphony_analysis import compare
from symphony_analysis.compare import intervals
from symphony_analysis.measures import MEASURES
from tests.compare.cells import RWM, cell, shares, told


def printed(low_high):
    return tuple(round(100 * float(part[0])) for part in low_high)


def p_at(england, count, pupils):
    """The p value with England taken as exact, as the worked examples of the rule give it."""
    x, n = np.array([float(count)]), np.array([float(pupils)])
    return float(intervals.both_sides(intervals.share_tail(np.array([england / 100]), x, n), x, n)[0])


@pytest.mark.parametrize(("count", "pupils", "england", "p", "limits", "word"), [
    (30, 47, 63, 0.917, (49, 77), compare.SAME),  # Ashby Hill Top, RWM 2024/25: +0.8 points, 0.4 pupil
    (16, 31, 63, 0.199, (34, 69), compare.SAME),  # Fairfield
    (8, 24, 63, 0.004, (17, 54), compare.WORSE),  # Thythorn Field
    (38, 80, 61, 0.015, (37, 58), compare.WORSE),  # Thythorn Field, three years
    (40, 81, 48, 0.804, (39, 60), compare.SAME),  # the trust's disadvantaged pupils
])  # fmt: skip
def test_the_worked_examples(count, pupils, england, p, limits, word):
    found = p_at(england, count, pupils)
    assert round(found, 3) == p
    assert printed(intervals.share_limits(np.array([float(count)]), np.array([float(pupils)]))) == limits
    row = shares([count], [pupils], england).iloc[0]
    assert row["comparison"] == word


def test_suspensions_of_2022_23_are_no_clear_difference():
    # 75 events, 3,284 pupils, 3.3 times overdispersed, England 1.81
    row = told(cell("suspension_rate", 1.81, 6, numerator=75.0, denominator=3284.0, spread=3.3)).iloc[0]
    assert row["comparison"] == compare.SAME and round(row["p"], 2) == 0.27


def test_less_than_one_pupil_is_no_clear_difference():
    # 0 of 300 where England's 0.20% expects 0.6 of a pupil, in a family that would call anything clear
    row = told(cell("permanent_exclusion_rate", 0.01, 2, numerator=1.0, denominator=3000.0, spread=1.0)).iloc[0]
    assert abs(row["difference"]) / 100 * 3000 < 1
    assert row["comparison"] == compare.SAME


def test_england_is_known_to_its_printed_digit_only():
    # 700 of 1,000: 67.1% to 72.8%. England 67 may be anything up to 67.5%
    assert shares([700], [1000], 67.0, 0).iloc[0]["comparison"] == compare.SAME
    assert shares([700], [1000], 67.0, 1).iloc[0]["comparison"] == compare.BETTER
    assert shares([700], [1000], 67.4, 0).iloc[0]["p"] > shares([700], [1000], 67.4, 1).iloc[0]["p"]


@settings(max_examples=20, deadline=None)
@given(st.integers(11, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(1, 99))
def test_a_coarser_england_never_marks_what_a_finer_one_does_not(cohort, england):
    coarse, fine = (shares([cohort[0]], [cohort[1]], float(england), d).iloc[0] for d in (0, 2))
    assert coarse["p"] >= fine["p"] - 1e-12
    assert coarse["comparison"] not in compare.MARKED or fine["comparison"] in compare.MARKED


COHORT = st.integers(5, 120).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=20, deadline=None)
@given(st.lists(COHORT, min_size=1, max_size=12), st.integers(1, 99))
def test_word_and_bar_never_disagree(cohorts, england):
    rows = shares(*zip(*cohorts, strict=True), float(england))
    for row in rows.itertuples():
        apart = row.interval_low > england + 0.5 or row.interval_high < england - 0.5
        pupil = abs(row.value - england) / 100 * row.denominator >= 1
        assert (row.comparison in compare.MARKED) == (apart and pupil and row.pupils >= 11)
        if row.comparison in compare.MARKED:
            assert row.comparison.endswith("better") == (row.value > england)


@settings(max_examples=12, deadline=None)
@given(st.lists(COHORT, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_schools_changes_nothing(cohorts, random):
    rows = shares(*zip(*cohorts, strict=True))
    mixed = rows.sample(frac=1, random_state=random.randint(0, 99))
    again = compare.judged(compare.tested(mixed, MEASURES), MEASURES, compare.Rule()).sort_index()
    pd.testing.assert_frame_equal(again, rows)


def test_one_clear_among_many_is_perhaps():
    """Benjamini and Hochberg by hand: p .004 alone is clear; among 40 others at England's level it is not."""
    assert shares([8], [24]).iloc[0]["comparison"] == compare.WORSE
    among = shares([8, *[63] * 40], [24, *[100] * 40])
    assert among.iloc[0]["comparison"] == compare.PERHAPS_WORSE
    assert set(among.iloc[1:]["comparison"]) == {compare.SAME}


def test_the_trusts_years_are_one_family_and_each_year_of_schools_is_one():
    trust = [cell(geographic_level="Trust", school_urn="", time_period=year, numerator=8.0, denominator=24.0)
             for year in (202324, 202425)]  # fmt: skip
    schools = [cell(time_period=year, school_urn=urn, numerator=8.0, denominator=24.0)
               for year, urn in ((202324, "1"), (202425, "1"), (202425, "2"))]  # fmt: skip
    families = compare.families(told(*trust, *schools), compare.Rule())
    assert set(families) == {("Trust", 0), ("School", 202324), ("School", 202425)}


def test_nothing_is_clear_in_a_family_that_the_cuts_do_not_hold():
    # Parts of a year are judged with no families at all: of many parts one is always far off.
    row = shares([8], [24])
    assert row.iloc[0]["comparison"] == compare.WORSE
    for cuts in ({}, {("Trust", 0): 1.0}):
        assert compare.judged(row, MEASURES, compare.Rule(), cuts).iloc[0]["comparison"] == compare.PERHAPS_WORSE


def test_lower_is_better_where_the_measure_says_so():
    few, many = (told(cell("persistent_absence_percent", 13.0, 1, numerator=x, denominator=300.0)).iloc[0]
                 for x in (15.0, 75.0))  # fmt: skip
    assert (few["comparison"], many["comparison"]) == (compare.BETTER, compare.WORSE)


def test_a_measure_without_an_interval_gets_no_word():
    row = told(cell("ks2_reading_average_score", 105.0, 0, numerator=3300.0, denominator=30.0)).iloc[0]
    assert row["comparison"] == compare.NO_INTERVAL


def test_three_years_are_pooled_and_england_is_weighted_by_our_pupils():
    years = [cell(time_period=code, numerator=x, denominator=n, england=e, pupils=n)
             for code, x, n, e in ((202223, 14.0, 30.0, 60.0), (202324, 16.0, 26.0, 61.0),
                                   (202425, 8.0, 24.0, 63.0))]  # fmt: skip
    frame = told(*years)
    row = compare.pooled(frame, MEASURES, compare.Rule()).iloc[0]
    assert (row["numerator"], row["denominator"], row["first_period"]) == (38, 80, 202223)
    assert row["england_value"] == pytest.approx((30 * 60 + 26 * 61 + 24 * 63) / 80)
    assert printed(intervals.share_limits(np.array([38.0]), np.array([80.0]))) == (37, 58)
    hidden = frame.assign(value=frame["value"].mask(frame["time_period"] == 202324),
                          numerator=frame["numerator"].mask(frame["time_period"] == 202324),
                          symbol=frame["symbol"].mask(frame["time_period"] == 202324, "c"))  # fmt: skip
    assert not len(compare.pooled(hidden, MEASURES, compare.Rule()))


def test_pooled_means_add_their_variances():
    years = [cell("ks2_reading_average_score", 105.0, 0, time_period=code, numerator=n * 103.0, denominator=n, spread=v)
             for code, n, v in ((202324, 40.0, 1.0), (202425, 60.0, 0.5))]  # fmt: skip
    row = compare.pooled(told(*years), MEASURES, compare.Rule()).iloc[0]
    assert row["spread"] == pytest.approx((40**2 * 1.0 + 60**2 * 0.5) / 100**2)


def test_england_at_our_intake_weighs_its_groups_by_ours():
    groups = [cell(geographic_level="Trust", school_urn="", pupil_group=group, numerator=x, denominator=n, england=e)
              for group, x, n, e in (("all", 70.0, 100.0, 62.0), ("disadvantaged", 8.0, 16.0, 47.0),
                                     ("other", 62.0, 84.0, 69.0))]  # fmt: skip
    frame = told(*groups)
    mixed = compare.at_our_intake(frame)
    assert mixed.tolist()[0] == pytest.approx(0.16 * 47 + 0.84 * 69)
    assert mixed.isna().tolist() == [False, True, True]
    assert compare.at_our_intake(frame[frame["pupil_group"] != "other"]).isna().all()


def test_schools_as_units_are_worked_by_hand_and_need_every_school():
    counts = [(20.0, 30.0), (18.0, 40.0), (25.0, 30.0), (11.0, 20.0)]
    schools = [cell(school_urn=str(at), numerator=x, denominator=n) for at, (x, n) in enumerate(counts)]
    trust = cell(geographic_level="Trust", school_urn="", numerator=74.0, denominator=120.0, schools_counted=4)
    row = compare.by_schools(told(trust, *schools), MEASURES).iloc[0]
    off = sum((x - 74 / 120 * n) ** 2 for x, n in counts)
    half = 3.182446 * np.sqrt(off / 3 * 4) / 120 * 100
    assert row["schools_high"] == pytest.approx(74 / 120 * 100 + half, abs=1e-4)
    frame = told(trust, *schools)
    frame.loc[2, ["value", "numerator"]] = np.nan
    assert not len(compare.by_schools(frame, MEASURES))


def test_a_change_is_called_something_only_beyond_chance_and_of_thirty_pupils():
    def moved(now, before, n):
        rows = told(*(cell(time_period=code, numerator=x, denominator=n, england=e)
                      for code, x, e in ((202324, before, 61.0), (202425, now, 63.0))))  # fmt: skip
        return compare.changes(rows, {RWM: MEASURES[RWM]}, 202425, 202324).iloc[0]

    assert moved(45.0, 40.0, 76.0)["comparison"] == compare.SAME  # 6.6 points of 76 pupils are chance
    assert moved(60.0, 40.0, 76.0)["comparison"] == compare.BETTER
    assert moved(25.0, 10.0, 29.0)["comparison"] == compare.TOO_FEW
    assert moved(45.0, 40.0, 76.0)["england_change"] == 2.0


def test_what_is_not_there_has_no_pooled_years_no_units_and_no_mix():
    nothing = told(cell(numerator=8.0, denominator=24.0)).iloc[:0]
    assert not len(compare.pooled(nothing, MEASURES, compare.Rule()))
    assert compare.at_our_intake(nothing).empty and not len(compare.by_schools(nothing, MEASURES))
    unknown = told(cell(numerator=8.0, denominator=24.0, england=float("nan"), geographic_level="Trust", school_urn=""))
    assert compare.at_our_intake(unknown).isna().all()
    assert not len(compare.by_schools(unknown, MEASURES))
