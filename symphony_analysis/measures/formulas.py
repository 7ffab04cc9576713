"""Formulas: sum over sum, weighted mean, total, a figure as published.

A formula gives the numerator and denominator of each row of a tidy table; ``evaluate`` adds these up. One school's
rows give that school's figure, the members' rows give the pooled trust figure (sum over sum, never a mean of
percentages), the published England row gives England's. A row that lacks a part it needs does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.figure import KEYS

#: Sums over pupils that an interval may need: of squares of the numerator, of products of numerator and denominator,
#: of squares of the denominator; or the variance of the numerator's total, where a publisher states it.
SPREADS = ("squares", "products", "below_squares", "variance")


def _term(column: str) -> tuple[str, int]:
    return (column[1:], -1) if column.startswith("-") else (column, 1)


def _signed_sum(rows: pd.DataFrame, terms: Sequence[str]) -> pd.Series:
    signed = [rows[name] * sign for name, sign in map(_term, terms)]
    return sum(signed[1:], start=signed[0])


@dataclass(frozen=True)
class Ratio:
    """Sum of the numerator columns over sum of the denominator columns, times ``per``.

    A column written "-expenditure_gbp" is subtracted. A mean is a ratio with ``per`` 1: a total over the number
    of pupils with a score. ``spread`` maps ``SPREADS`` to the columns from which its interval is computed; a share of
    pupils needs none.
    """

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    per: float = 100.0
    spread: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns that a row needs before it can count."""
        return tuple(dict.fromkeys(_term(c)[0] for c in (*self.numerator, *self.denominator)))

    @property
    def pupils_column(self) -> str:
        """The denominator, when it counts pupils."""
        return self.denominator[0] if self.denominator[0].endswith("_count") else ""

    def parts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The numerator and denominator of each row; NaN when the row lacks a part."""
        above, below = _signed_sum(rows, self.numerator), _signed_sum(rows, self.denominator)
        whole = above.notna() & below.notna()
        return pd.DataFrame({"numerator": above.where(whole), "denominator": below.where(whole)})


@dataclass(frozen=True)
class Total:
    """The plain sum of columns, for money and counts; a column written "-x" is subtracted."""

    terms: tuple[str, ...]
    per: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns that a row needs before it can count."""
        return tuple(_term(c)[0] for c in self.terms)

    @property
    def pupils_column(self) -> str:
        """A total has no denominator."""
        return ""

    def parts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The amount of each row; the denominator is NaN."""
        return pd.DataFrame({"numerator": _signed_sum(rows, self.terms), "denominator": float("nan")})


@dataclass(frozen=True)
class Published:
    """A figure as published: nothing is pooled, so it exists only where one row gives it."""

    column: str
    cohort: str = ""
    per: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The table column that holds the published figure."""
        return (self.column,)

    @property
    def pupils_column(self) -> str:
        """The published number of pupils."""
        return self.cohort

    def parts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The figure of each row as published. Raises ValueError when two rows give one figure."""
        if rows[rows[self.column].notna()].duplicated(KEYS[1:]).any():
            raise ValueError(f"two published figures for one year, level and group in column {self.column!r}")
        return pd.DataFrame({"numerator": rows[self.column], "denominator": float("nan")})


Formula = Ratio | Total | Published


def percent(numerator: str, denominator: str, **spread: str) -> Ratio:
    """A share in per cent: pupils counted over pupils who could count, times 100."""
    return Ratio((numerator,), (denominator,), 100.0, tuple(spread.items()))


def mean(total: str, count: str, **spread: str) -> Ratio:
    """A mean over pupils: the total of their scores over the number of pupils with a score."""
    return Ratio((total,), (count,), 1.0, tuple(spread.items()))
