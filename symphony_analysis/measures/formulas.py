"""How rows become a number: sum over sum, weighted mean, total, difference. Missing is handled once, here.

A formula is given rows of a tidy table and the columns to group by, and returns one row per group. One school's
rows give that school's figure, the members' rows give the pooled trust figure (sum over sum, never a mean of
percentages), the published England row gives England's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd


def _term(column: str) -> tuple[str, int]:
    return (column[1:], -1) if column.startswith("-") else (column, 1)


def _signed_sum(rows: pd.DataFrame, terms: Sequence[str]) -> pd.Series:
    return sum((rows[name] * sign for name, sign in map(_term, terms)), start=pd.Series(0.0, index=rows.index))


def _complete(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return rows[list(columns)].notna().all(axis="columns")


@dataclass(frozen=True)
class Ratio:
    """Sum of the numerator columns over sum of the denominator columns, times ``per``.

    A column written "-expenditure_gbp" is subtracted. A mean is a ratio with ``per`` 1: a total over the number
    of pupils who make it up.
    """

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    per: float = 100.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns that a row needs before it can count."""
        return tuple(dict.fromkeys(_term(c)[0] for c in (*self.numerator, *self.denominator)))

    @property
    def pupils_column(self) -> str:
        """The denominator, where it counts pupils."""
        return self.denominator[0] if self.denominator[0].endswith("_count") else ""

    def contributes(self, rows: pd.DataFrame) -> pd.Series:
        """Which rows stand behind a figure: complete ones that have somebody or something to count over?"""
        return _complete(rows, self.columns) & (_signed_sum(rows, self.denominator) != 0)

    def work_out(self, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        """What is the figure of each group of rows?

        One returned row per group that has at least one complete row: value, numerator, denominator,
        rows_counted. Rows lacking a part do not count. A group whose denominator is zero has no value (NaN).
        """
        whole = rows[_complete(rows, self.columns)]
        parts = whole[by].assign(
            numerator=_signed_sum(whole, self.numerator),
            denominator=_signed_sum(whole, self.denominator),
            rows_counted=1,
        )
        pooled = parts.groupby(by, sort=True, observed=True)[["numerator", "denominator", "rows_counted"]].sum()
        below = pooled["denominator"].where(pooled["denominator"] != 0)
        return pooled.assign(value=pooled["numerator"] / below * self.per).reset_index()


@dataclass(frozen=True)
class Total:
    """The plain sum of columns, for money and counts; a column written "-x" is subtracted."""

    terms: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns that a row needs before it can count."""
        return tuple(_term(c)[0] for c in self.terms)

    @property
    def pupils_column(self) -> str:
        """A total has no denominator."""
        return ""

    def contributes(self, rows: pd.DataFrame) -> pd.Series:
        """Which rows stand behind a figure: the complete ones."""
        return _complete(rows, self.columns)

    def work_out(self, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        """What is the sum of each group of rows? Returned rows are as for ``Ratio``; there is no denominator."""
        whole = rows[_complete(rows, self.columns)]
        parts = whole[by].assign(value=_signed_sum(whole, self.terms), rows_counted=1)
        pooled = parts.groupby(by, sort=True, observed=True)[["value", "rows_counted"]].sum().reset_index()
        return pooled.assign(numerator=pooled["value"], denominator=float("nan"))


@dataclass(frozen=True)
class Published:
    """A figure taken as somebody published it: nothing is pooled, so it stands only where one row gives it."""

    column: str
    cohort: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The table column that holds the published figure."""
        return (self.column,)

    @property
    def pupils_column(self) -> str:
        """The published number of pupils."""
        return self.cohort

    def contributes(self, rows: pd.DataFrame) -> pd.Series:
        """Which rows stand behind a figure: the published ones."""
        return _complete(rows, self.columns)

    def work_out(self, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        """What was published for each group of rows? Raises ValueError where two rows claim one figure."""
        whole = rows[_complete(rows, self.columns)]
        if whole.duplicated(by).any():
            raise ValueError(f"two published figures for one {by} in column {self.column!r}")
        cohort = whole[self.cohort] if self.cohort else float("nan")
        return whole[by].assign(value=whole[self.column], numerator=float("nan"), denominator=cohort, rows_counted=1)


Formula = Ratio | Total | Published


def percent(numerator: str, denominator: str) -> Ratio:
    """A share in per cent: pupils counted over pupils who could count, times 100."""
    return Ratio((numerator,), (denominator,), 100.0)


def mean(total: str, count: str) -> Ratio:
    """A mean over pupils: the total of their scores over the number of pupils with a score."""
    return Ratio((total,), (count,), 1.0)
