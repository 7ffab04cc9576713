"""Which figures cannot be right, printed or worked out: small tests, asked by the report and by ``symphony check``.

Nothing is corrected here.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from statistics import fmean
from typing import Any

import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.checks.check import WITHHELD, joined, subject
from symphony_analysis.claims.printed_figures import Beside, Held, Printed, equal, printed_figures
from symphony_analysis.compare import count_differs, counts_differ
from symphony_analysis.figure import figure_id, id_of
from symphony_analysis.measures import AREAS, MEASURES, Measure
from symphony_analysis.measures.formulas import Ratio
from symphony_analysis.names import named
from symphony_analysis.relations import SPLITS, SUMS
from symphony_analysis.rounding import number
from symphony_analysis.sources import Inputs
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.problems import Problem
from symphony_analysis.years import AcademicYear

HELD, LOOK, PLAUSIBLE = "held", "look again", "plausible"
_HOLD_FROM = 2
COLUMNS = [
    "origin", "id", "measure", "label", "time_period", "geographic_level", "school_urn", "pupil_group", "printed",
    "verdict", "failed", "tests", "finding", "hypotheses", "figure", "source_file", "row",
]  # fmt: skip
_TIMES_LAST_YEAR = 3.0
_TIMES_NATIONAL = 4.0
_NEAR = 0.30
#: A school's figure of fewer events than this may leap: schools are small.
_SCHOOL_EVENTS = 10

Test = Callable[[Printed, Beside], str]


def plausibility(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Which figures cannot be right?

    A row is a figure of these areas of measures, or of all: one that was printed of the trust (origin "printed",
    every one of the years of the trend), or one worked out that fails a test (origin "computed"): its keys, printed
    (as printed, never changed; "withheld" where the edition hides the figure), verdict (held: two or more tests of
    size fail, so that its owner must speak before it is used; look again: any test fails; plausible), failed (how
    many), tests (their names, joined by ";"), finding (a sentence for each), hypotheses (what may have happened, for
    a figure that is held), the id of the figure, and the file and row that it was read from. Sources:
    ``data/published/`` and the figures of this analysis.
    """
    asked = [named("area", area, AREAS) for area in areas]
    all_printed, held = printed_figures(analysis, asked), Held.of(analysis, asked)
    rows = [_judged(printed, held.beside(printed, all_printed)) for printed in all_printed]
    return pd.DataFrame([*rows, *_computed(held)], columns=COLUMNS)


def doubts(inputs: Inputs) -> list[Problem]:
    """What the report would doubt of any year, nothing hidden: warnings about the files that the figures come from.

    Three years at a time, each time beginning with the last year of the time before. Raises ValueError where the
    figures cannot be worked out.
    """
    found: list[Problem] = []
    year = inputs.years[-1] if inputs.years else None
    while year is not None:
        told = plausibility(Analysis(year, _as_at(inputs, year), "internal", None, inputs))
        found += [_doubt(row, inputs) for row in told[told["verdict"] != PLAUSIBLE].itertuples()]
        year = year.back(2) if year.back(2) > inputs.years[0] else None
    return found


def _as_at(inputs: Inputs, year: AcademicYear) -> date:
    day = inputs.trust.as_at(year)
    return date.fromisoformat(day) if day else date.max


def _doubt(row: Any, inputs: Inputs) -> Problem:
    who = f"{inputs.trust.names.get(row.school_urn, 'trust')}, {row.pupil_group}, {AcademicYear.parse(row.time_period)}"
    return Problem(
        file=row.source_file,
        row=row.row,
        column=row.measure,
        found=f"{row.printed} ({who}). {row.finding}".rstrip("."),
        expected=f"a figure that passes: {row.tests.replace(';', ', ')}",
        fix="ask the owner of the figure; enter a correction if it is wrong",
        warning=True,
    )


def _judged(printed: Printed, beside: Beside) -> list[object]:
    size = {name: told for name, test in OF_SIZE.items() if (told := test(printed, beside))}
    form = {name: told for name, test in OF_FORM.items() if (told := test(printed, beside))}
    failed = size | form
    verdict = HELD if len(size) >= _HOLD_FROM else LOOK if failed else PLAUSIBLE
    guesses = hypotheses(printed, beside) if verdict == HELD else []
    text, finding, guessed = printed.text, " ".join(failed.values()), " ".join(guesses)
    if beside.withheld:
        # Doubt about it would tell something of the figure beside it.
        text, finding, guessed, verdict, failed = WITHHELD, "", "", PLAUSIBLE, {}
    figure = id_of(printed.measure.name, printed.year.code, group=printed.group)
    keys = [printed.id, printed.measure.name, printed.measure.label, printed.year.code, "Trust", "", printed.group]
    judged = [text, verdict, len(failed), ";".join(failed), finding, guessed]
    return ["printed", *keys, *judged, figure, printed.file, printed.row]


def _computed(held: Held) -> list[list[object]]:
    """The figures that contradict one another or leap, judged as they are; those the edition hides are left out."""
    frame = held.figures.assign(shown=held.shown["value"])
    frame = frame[frame["value"].notna() & frame["measure"].isin([n for n, m in MEASURES.items() if _is_rate(m)])]
    values = frame.set_index(["measure", "time_period", "school_urn", "pupil_group"])
    values = values[["value", "numerator"]].to_dict("index")
    rows = []
    for row in frame[frame["shown"].notna()].itertuples():
        failed = {name: told for name, test in _OF_COMPUTED.items() if (told := test(row, values))}
        if failed:
            measure = MEASURES[row.measure]
            keys = ["", row.measure, measure.label, row.time_period, row.geographic_level, row.school_urn]
            shown = [row.pupil_group, number(row.shown, measure.decimals), LOOK, len(failed), ";".join(failed)]
            rows.append(["computed", *keys, *shown, " ".join(failed.values()), "", figure_id(row), row.source_file, 1])
    return rows


def _is_rate(measure: Measure) -> bool:
    """Is it a share, rate or mean of counts or amounts that are never below zero?"""
    if not isinstance(measure.formula, Ratio) or not measure.pooled:
        return False
    parts = (*measure.formula.numerator, *measure.formula.denominator)
    return not any(part.startswith("-") or part.endswith("_progress_total") for part in parts)


# ---- tests of a figure worked out: ``values`` are all figures by measure, year, URN and group -----------------------


def _at(row: Any, values: dict, measure: str = "", group: str = "", years: int = 0) -> dict:
    year = AcademicYear.parse(row.time_period).back(years).code
    return values.get((measure or row.measure, year, row.school_urn, group or row.pupil_group), {})


def _parts_add_up(row: Any, values: dict) -> str:
    for one, other, total in SUMS:
        names = [_counting(part, row.measure) for part in (one, other)] if _counts(row.measure) == total else []
        parts = [found["value"] for name in names if name and (found := _at(row, values, name))]
        if len(parts) == 2 and abs(sum(parts) - row.value) > 0.01:
            first, second = (MEASURES[name].label for name in names)
            whole = MEASURES[row.measure].label.lower()
            return f"{first.partition(' ')[0]} and {second.lower()} do not add up to {whole}."
    return ""


def _counts(measure: str) -> str:
    """The one column above the line of a rate; "" where there are several."""
    numerator: tuple[str, ...] = MEASURES[measure].formula.numerator  # type: ignore[union-attr]
    return numerator[0] if len(numerator) == 1 else ""


@cache
def _counting(column: str, like: str) -> str:
    """The measure that counts this column as another measure counts its own; "" where there is none."""
    formula = MEASURES[like].formula
    if not isinstance(formula, Ratio):
        return ""
    # The columns of the interval differ with the numerator; they are no part of what is counted.
    wanted = (MEASURES[like].source, replace(formula, numerator=(column,), spread=()))
    ratios = {name: m.formula for name, m in MEASURES.items() if isinstance(m.formula, Ratio)}
    alike = (name for name, f in ratios.items() if (MEASURES[name].source, replace(f, spread=())) == wanted)
    return next(alike, "")


def _part_within_whole(row: Any, values: dict) -> str:
    for part, whole in TABLES[MEASURES[row.measure].source].within:
        greater = _counting(whole, row.measure) if _counts(row.measure) == part else ""
        other = _at(row, values, greater) if greater else {}
        if other and row.value > other["value"] + 1e-9:
            about = subject(MEASURES[row.measure], row.pupil_group)
            return f"{about} is above {MEASURES[greater].label.lower()}."
    return ""


def _computed_between_groups(row: Any, values: dict) -> str:
    for split in SPLITS.items() if row.pupil_group == "all" else ():
        ends = [found["value"] for group in split if (found := _at(row, values, group=group))]
        if len(ends) == 2 and not min(ends) - 1e-9 <= row.value <= max(ends) + 1e-9:
            return _NOT_BETWEEN
    return ""


def _leap(row: Any, values: dict) -> str:
    last = _at(row, values, years=1)
    if not last or last["value"] <= 0 or _may_leap(row, last["numerator"]):
        return ""
    year = AcademicYear.parse(row.time_period)
    if breaks.reason(row.measure, row.pupil_group, year.back().code, year.code):
        return ""
    times = row.value / last["value"]
    if _is_near(times, _TIMES_LAST_YEAR) or not counts_differ(row.numerator, last["numerator"]):
        return ""
    return f"{_times(times)} times last year's figure."


def _far_from_england(row: Any, values: dict) -> str:
    # Who the pupils are differs from school to school by more than any figure of how they do.
    if not row.england_value > 0 or _may_leap(row, row.numerator) or MEASURES[row.measure].better == "none":
        return ""
    times = row.value / row.england_value
    expected = row.england_value * row.denominator / MEASURES[row.measure].formula.per
    if _is_near(times, _TIMES_NATIONAL) or not count_differs(row.numerator, expected):
        return ""
    return f"{_times(times)} times England's figure."


def _may_leap(row: Any, other: float) -> bool:
    """Is it a school's figure of few events, or of a part of its pupils?"""
    few = min(row.numerator, other) < _SCHOOL_EVENTS or row.pupil_group != "all"
    return row.geographic_level != "Trust" and few


_NOT_BETWEEN = "The figure for all pupils is not between those of the two groups."
_OF_COMPUTED: dict[str, Callable[[Any, dict], str]] = {
    "parts": _parts_add_up,
    "never above": _part_within_whole,
    "total and groups": _computed_between_groups,
    "ratio to last year": _leap,
    "national times four": _far_from_england,
}


# ---- tests of a printed figure ----------------------------------------------------------------------------------


def _is_near(times: float, most: float) -> bool:
    return 1 / most <= times <= most


def _times(times: float) -> str:
    return number(times, 1) if times >= 0.1 else f"{times:.1g}"


def _events(value: float, pupils: float) -> float:
    return value * pupils / 100


def ratio_to_last_year(printed: Printed, beside: Beside) -> str:
    """Is it more than three times last year's figure, or less than a third of it, and by more than chance?"""
    last = beside.last(printed)
    if last is None or breaks.reason(printed.measure.name, printed.group, last.year.code, printed.year.code):
        return ""
    if last.value <= 0 or _is_near(times := printed.value / last.value, _TIMES_LAST_YEAR):
        return ""
    now, before = _events(printed.value, beside.pupils), _events(last.value, beside.last_pupils)
    if not (math.isnan(now) or math.isnan(before) or counts_differ(now, before)):
        return ""
    return f"{_times(times)} times the {last.text} printed for {last.year}."


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
    """Is it more than four times England's figure, or less than a quarter of it, and by more than chance?"""
    if not beside.england > 0 or _is_near(times := printed.value / beside.england, _TIMES_NATIONAL):
        return ""
    found, expected = _events(printed.value, beside.pupils), _events(beside.england, beside.pupils)
    if not (math.isnan(expected) or count_differs(found, expected)):
        return ""
    late = "" if beside.england_year == printed.year else f"; none is published yet for {printed.year}"
    england = number(beside.england, printed.measure.decimals)
    return f"{_times(times)} times England's {england} ({beside.england_year}{late})."


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


def between_groups(printed: Printed, beside: Beside) -> str:
    """Does the figure printed for all pupils lie outside those printed for two groups that make up all pupils?"""
    half = 0.5 * 10**-printed.decimals
    outside = [low for low, high in beside.groups if not low - half <= printed.value <= high + half]
    return _NOT_BETWEEN if outside else ""


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
    "total and groups": between_groups,
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
        behind = f" ({number(beside.shown_count, 0)} {about} for {pupils})" if counts else ""
        found.append(f"The decimal point may be misplaced: {_plain(shifted)} was meant{behind}.")
    if printed.measure.unit == "per 100 pupils" and shifted == printed.value / 10:
        found.append(f"Or the unit: {printed.text} per 1,000 pupils is {_plain(shifted)} per 100.")
    if counts:
        events = number(_events(printed.value, beside.shown_pupils), 0)
        found.append(f"If {printed.text} were right, there would have been about {events} {about}.")
    return found
