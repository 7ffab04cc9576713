"""Half away from zero, once, at display."""

import pytest

from symphony_analysis.rounding import half_away, number


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (61.5, 0, "62"), (62.5, 0, "63"), (2.5, 0, "3"), (-2.5, 0, "-3"), (-61.5, 0, "-62"),
        (0.5, 0, "1"), (-0.5, 0, "-1"), (1.005, 2, "1.01"), (2.675, 2, "2.68"), (0.045, 2, "0.05"),
        (4.25, 1, "4.3"), (4.35, 1, "4.4"), (62.1, 0, "62"), (99.5, 0, "100"), (0.49999, 0, "0"),
        (-0.04, 1, "0.0"), (-0.05, 1, "-0.1"), (0.1 + 0.2, 1, "0.3"), (61.499999999999, 0, "62"), (61.4999, 0, "61"),
    ],
)  # fmt: skip
def test_twenty_boundaries(value, decimals, shown):
    assert str(half_away(value, decimals)) == shown


def test_a_missing_value_is_not_rounded():
    with pytest.raises(ValueError, match="missing"):
        half_away(float("nan"), 0)


def test_numbers_are_written_with_a_comma_a_true_minus_and_a_sign_when_asked():
    assert number(12345.6, 0) == "12,346"
    assert number(-1234.5, 1) == "\N{MINUS SIGN}1,234.5"
    assert number(2.2, 1, sign=True) == "+2.2"
    assert number(0.0, 1, sign=True) == "0.0"
