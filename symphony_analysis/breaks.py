"""Declared breaks in a series: from which year a measure or a group is another than before, and why.

Figures on two sides of a break are never joined by a line, pooled, or set against one another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


class BrokenSeriesError(ValueError):
    """Two figures on two sides of a declared break were to be compared; the message is the reason."""


@dataclass(frozen=True)
class Break:
    """From the academic year ``first`` on, figures of these measures and groups are not like those before.

    No measures or groups named: all of them.
    """

    first: int
    why: str
    measures: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def concerns(self, measure: str, group: str) -> bool:
        """Whether a figure of this measure and group is on one of its sides."""
        return (not self.measures or measure in self.measures) and (not self.groups or group in self.groups)


BREAKS: tuple[Break, ...] = (
    Break(
        202526,
        "Ofsted gives report cards from 10 November 2025: a school that has one has no overall grade",
        measures=("ofsted_good_or_outstanding_count", "ofsted_outstanding_count"),
    ),
    Break(
        202627,
        "free school meals are for all households on Universal Credit from September 2026, without pupil premium",
        groups=("fsm", "not_fsm"),
    ),
    Break(
        202728,
        "progress is measured from the reception baseline from 2027/28, not from key stage 1",
        measures=tuple(f"ks2_{subject}_progress_score" for subject in ("reading", "writing", "maths")),
    ),
)


def between(measure: str, group: str, one: int, other: int) -> list[Break]:
    """The breaks between two academic years (codes like 202526) of a figure."""
    low, high = sorted((int(one), int(other)))
    return [each for each in BREAKS if low < each.first <= high and each.concerns(measure, group)]


def reason(measure: str, group: str, one: int, other: int) -> str:
    """Why figures of two years cannot be compared; "" where they can."""
    return "; ".join(each.why for each in between(measure, group, one, other))


def series_number(rows: pd.DataFrame) -> pd.Series:
    """How many breaks each row (measure, pupil_group, time_period) comes after: rows of one number are one series."""
    keys: Iterable[tuple[str, str, int]] = zip(rows["measure"], rows["pupil_group"], rows["time_period"], strict=True)
    return pd.Series([len(between(measure, group, 0, code)) for measure, group, code in keys], rows.index, dtype=int)


def since_last_break(rows: pd.DataFrame, place: list[str]) -> pd.DataFrame:
    """The rows of each place that belong to its latest series."""
    if not len(rows):
        return rows
    number = series_number(rows)
    return rows[number == number.groupby([rows[column] for column in place]).transform("max")]
