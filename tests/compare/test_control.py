"""The control chart of weeks: limits by hand, what is a signal, and how often chance makes one."""

import numpy as np
import pytest

from symphony_analysis.compare import LEAST_POINTS, control


def test_limits_by_hand():
    found = control(np.array([4.0, 6.0] * 6))
    # The mean is 5, each moving range 2: 5 and 2.66 times 2 either way, and no share is below nought.
    assert (found.centre, found.low, found.high) == (5.0, 0.0, pytest.approx(10.32))
    assert not found.signals.any()
    assert control(np.array([4.0, 6.0] * 6)[: LEAST_POINTS - 1]) is None


def test_one_week_beyond_the_limits_does_not_hide_another():
    values = np.array([4.0, 6.0] * 8)
    values[[3, 9]] = 40.0, 14.0
    assert np.flatnonzero(control(values).signals).tolist() == [3, 9]


def test_eight_weeks_on_one_side_are_a_signal_and_seven_are_not():
    low, high = [4.0, 4.2] * 4, [4.4, 4.6] * 4
    assert control(np.array(low + high)).signals.all()
    assert not control(np.array(low[:7] + high[:7])).signals.any()


def test_steady_weeks_are_seldom_signals():
    draws = np.random.default_rng(19).normal(5.0, 0.6, (200, 36))
    assert np.mean([control(weeks).signals.mean() for weeks in draws]) < 0.05
