"""What was worked out from a figure: its difference from England, its interval, its gap; said with both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import display_value, figure_id
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.rounding import number

_WITHHELD = "withheld with the figure itself, or there is no figure"


def detail_line(analysis: Analysis, row: Any, detail: str) -> str:
    """The part of a figure that an id names behind its group, as "gap" or "interval", in one line.

    Values are those that the edition shows; of a hidden figure nothing is said.
    """
    measure = MEASURES[row.measure]
    if row.value != row.value:
        return f"{detail}: {_WITHHELD}"
    return f"{detail}: {_KINDS[detail](analysis, row, measure)}" if detail in _KINDS else f"{detail}: of this figure"


def _difference(_: Analysis, row: Any, measure: Measure) -> str:
    if row.difference != row.difference:
        return "none, since England publishes no like figure or there are too few pupils to compare"
    places = min(measure.decimals, int(row.england_decimals))
    england = number(row.england_value, int(row.england_decimals))
    less = (
        f"{display_value(row.difference, measure, places, sign=True)}, this figure unrounded less England's {england}"
    )
    return less.replace("%", " points", 1)


def _pupils(analysis: Analysis, row: Any, measure: Measure) -> str:
    if row.pupils != row.pupils:
        return "not counted for this figure"
    gap = row.pupils_gap
    so_many = "" if gap != gap else f"; the difference from England comes to {number(gap, 0, sign=True)} pupils"
    return f"{number(row.pupils, 0)} behind this figure{so_many}"


def _interval(_: Analysis, row: Any, measure: Measure) -> str:
    if row.interval_low != row.interval_low:
        return "none for a figure of this kind"
    low, high = (number(value, measure.decimals) for value in (row.interval_low, row.interval_high))
    kind = "Wilson, for a share of pupils" if measure.unit == "%" else "Poisson, for a rate of events"
    return f"{low} to {high}, 95% ({kind})"


def _schools(_: Analysis, row: Any, measure: Measure) -> str:
    return f"{row.schools_counted} of {row.schools_expected} counted"


def _gap(analysis: Analysis, row: Any, measure: Measure) -> str:
    others = {"disadvantaged": "other", "fsm": "not_fsm"}.get(row.pupil_group, "all")
    beside = analysis.figures(measure.area).rows(
        measure=row.measure, time_period=row.time_period, pupil_group=others, school_urn=row.school_urn,
        geographic_level=row.geographic_level,
    )  # fmt: skip
    other = next(beside.itertuples(), None)
    if other is None or other.value != other.value:
        return _WITHHELD
    apart = display_value(row.value - other.value, measure, sign=True).replace("%", " points")
    return (
        f"{apart} = {display_value(row.value, measure)} less {display_value(other.value, measure)}, {figure_id(other)}"
    )


_KINDS: dict[str, Callable[[Analysis, Any, Measure], str]] = {
    "difference": _difference,
    "pupils": _pupils,
    "interval": _interval,
    "schools": _schools,
    "gap": _gap,
}
