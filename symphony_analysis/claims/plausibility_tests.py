"""Can a printed figure be right: one small test each, which says what it found in a sentence, or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean

from symphony_analysis.claims.checks.figures_for_checks import joined
from symphony_analysis.claims.printed_figures import Beside, Printed, equal
from symphony_analysis.rounding import number

_TIMES_LAST_YEAR = 3.0
_TIMES_NATIONAL = 4.0
_NEAR = 0.30
_Z95 = 1.959963984540054

Test = Callable[[Printed, Beside], str]


def beyond_chance(count: float, other: float) -> bool:
    """Do two counts of events differ by more than chance alone would let them (95%, Poisson)?"""
    return abs(count - other) > _Z95 * math.sqrt(max(count + other, 1.0))


def _events(value: float, pupils: float) -> float:
    return value * pupils / 100


def ratio_to_last_year(printed: Printed, beside: Beside) -> str:
    """Is it three times last year's figure or more, or a third of it or less, and by more than chance?"""
    last = beside.last(printed)
    if last is None or last.value <= 0:
        return ""
    times = printed.value / last.value
    if 1 / _TIMES_LAST_YEAR <= times <= _TIMES_LAST_YEAR:
        return ""
    now, before = _events(printed.value, beside.pupils), _events(last.value, beside.last_pupils)
    if not (math.isnan(now) or math.isnan(before) or beyond_chance(now, before)):
        return ""
    return f"{number(times, 1)} times the {last.text} printed for {last.year}."


def decimal_shift(printed: Printed, beside: Beside) -> str:
    """Would it be like the other years with the decimal point one place along?"""
    shifted = shifted_value(printed, beside)
    if shifted is None:
        return ""
    others = joined(other.text for other in beside.others)
    return f"With the decimal point moved one place it is {_plain(shifted)}, like the other years ({others})."


def shifted_value(printed: Printed, beside: Beside) -> float | None:
    """A tenth or ten times the figure, where that lies within 30% of the other years' mean and the figure does not."""
    if not beside.others:
        return None
    usual = fmean(other.value for other in beside.others)
    if usual <= 0 or _close(printed.value, usual):
        return None
    return next((v for v in (printed.value / 10, printed.value * 10) if _close(v, usual)), None)


def _close(value: float, usual: float) -> bool:
    return abs(value - usual) <= _NEAR * usual


def _plain(value: float) -> str:
    return f"{round(value, 6):g}"


def decimals_unlike(printed: Printed, beside: Beside) -> str:
    """Is it printed to other decimals than all its neighbours?"""
    others = {other.decimals for other in beside.others}
    if len(others) != 1 or printed.decimals in others:
        return ""
    return f"Printed to {_decimals(printed.decimals)}; the other years to {_decimals(others.pop())}."


def _decimals(places: int) -> str:
    return {0: "no decimals", 1: "one decimal", 2: "two decimals"}.get(places, f"{places} decimals")


def unit_unlike(printed: Printed, beside: Beside) -> str:
    """Is it printed in a unit that the measure does not have?"""
    if printed.unit == printed.measure.unit:
        return ""
    return f"Printed as {printed.unit}; the measure counts {printed.measure.unit}."


def national_times_four(printed: Printed, beside: Beside) -> str:
    """Is it four times England's figure or more, or a quarter of it or less, and by more than chance?"""
    if math.isnan(beside.england) or beside.england <= 0:
        return ""
    times = printed.value / beside.england
    if 1 / _TIMES_NATIONAL <= times <= _TIMES_NATIONAL:
        return ""
    found, expected = _events(printed.value, beside.pupils), _events(beside.england, beside.pupils)
    if not (math.isnan(expected) or abs(found - expected) > _Z95 * math.sqrt(max(expected, 1.0))):
        return ""
    late = "" if beside.england_year == printed.year else f"; none is published yet for {printed.year}"
    england = number(beside.england, printed.measure.decimals)
    return f"{number(times, 1)} times England's {england} ({beside.england_year}{late})."


def outside_schools(printed: Printed, beside: Beside) -> str:
    """Does the trust's figure lie outside the figures of the schools it is made of?"""
    low, high = beside.schools
    half = 0.5 * 10**-printed.decimals
    if math.isnan(low) or low - half <= printed.value <= high + half:
        return ""
    return "Outside the range of the schools' own figures, of which it is made."


def differs_from_computed(printed: Printed, beside: Beside) -> str:
    """Does the data give another figure?"""
    if math.isnan(beside.shown) or equal(printed, beside):
        return ""
    return f"The data gives {number(beside.shown, printed.measure.decimals)}."


def implied_share(printed: Printed, beside: Beside) -> str:
    """Would the figure of the group and that of all pupils need the other pupils to have less than none?"""
    if math.isnan(beside.whole) or math.isnan(beside.share) or printed.value <= 0:
        return ""
    most = beside.whole / printed.value
    if beside.share <= most + 0.005:
        return ""
    return (
        f"With {_plain(beside.whole)} for all pupils the group can be at most {number(most * 100, 0)}% of them; "
        f"it is {number(beside.share * 100, 0)}%."
    )


def whole_events(printed: Printed, beside: Beside) -> str:
    """Is there a whole number of events on the roll that gives the figure as printed?"""
    if printed.measure.unit != "per 100 pupils" or math.isnan(beside.pupils):
        return ""
    half = 0.5 * 10**-printed.decimals
    low, high = _events(printed.value - half, beside.pupils), _events(printed.value + half, beside.pupils)
    if math.floor(high) >= math.ceil(low):
        return ""
    return f"No whole number of events on {number(beside.pupils, 0)} pupils gives it."


#: Tests of the size of a figure: two that speak hold it back until its owner has spoken.
OF_SIZE: dict[str, Test] = {
    "ratio to last year": ratio_to_last_year,
    "decimal shift": decimal_shift,
    "national times four": national_times_four,
    "range of schools": outside_schools,
    "printed and computed": differs_from_computed,
    "implied share": implied_share,
    "whole events": whole_events,
}
#: Tests of the form only: they ask for another look.
OF_FORM: dict[str, Test] = {"decimals unlike neighbours": decimals_unlike, "unit": unit_unlike}


def hypotheses(printed: Printed, beside: Beside) -> list[str]:
    """What may have happened to a figure that cannot stand? Each is put forward; none is acted upon."""
    found, shifted = [], shifted_value(printed, beside)
    about = printed.measure.label.lower()
    counts = not math.isnan(beside.shown_pupils) and printed.measure.unit == "per 100 pupils"
    pupils = f"{number(beside.shown_pupils, 0)} pupils" if counts else ""
    if shifted is not None:
        behind = f"; the data has {number(beside.shown_count, 0)} {about} for {pupils}" if counts else ""
        found.append(f"It may be a slipped decimal point: {_plain(shifted)} was meant{behind}.")
    if printed.measure.unit == "per 100 pupils" and shifted == printed.value / 10:
        found.append(f"It may be another unit: {printed.text} per 1,000 pupils is {_plain(shifted)} per 100.")
    if counts:
        events = number(_events(printed.value, beside.shown_pupils), 0)
        found.append(f"It may be right: that is about {events} {about} for {pupils}.")
    return found
