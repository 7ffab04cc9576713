"""One figure in words: its value with its unit, why it is missing, how it compares with England."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from symphony_analysis.compare import (
    BETTER,
    MARKED,
    NO_INTERVAL,
    NO_LIKE,
    NOT_JUDGED,
    PERHAPS_BETTER,
    PERHAPS_WORSE,
    SAME,
    WORSE,
)
from symphony_analysis.figure import authority_id, england_id, figure_id
from symphony_analysis.markup import Html, element
from symphony_analysis.measures import MEASURES, Measure, measure_named
from symphony_analysis.names import UnknownNameError
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import number
from symphony_analysis.symbols import MEANINGS

Row = Any  # a row of a Protected frame, as itertuples gives it

_SHAPES = {BETTER: "▲", PERHAPS_BETTER: "△", PERHAPS_WORSE: "▽", WORSE: "▼"}
_CLASSES = {BETTER: "better", WORSE: "worse"}
#: How a figure compares with England's, inside a sentence.
THAN = {
    BETTER: "clearly better than",
    PERHAPS_BETTER: "perhaps better than",
    SAME: "not clearly different from",
    PERHAPS_WORSE: "perhaps worse than",
    WORSE: "clearly worse than",
}
_SHORT = {"x": "no data", "z": "no pupils", "c": "[c]", "NP": "not published", "held": "held", "SUPPMAT": "withheld"}
_TO_TWELVE = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_COUNTS = (*_TO_TWELVE, *_TEENS, "twenty")


def chosen(figures: Protected, measures: Iterable[str]) -> list[Measure]:
    """The declarations of the measures named; all that the figures hold when none is named.

    Raises TypeError for anything but Protected figures, UnknownNameError for a measure that they do not hold.
    """
    if not isinstance(figures, Protected):
        raise TypeError("only Protected figures may be shown: pass what analysis.figures() returns, and its measures")
    return [_held(figures, asked) for asked in measures] or list(figures.measures.values())


def _held(figures: Protected, asked: str) -> Measure:
    try:
        return measure_named(asked, figures.measures)
    except UnknownNameError:
        if asked in MEASURES:
            area = MEASURES[asked].area
            told = f"these figures do not hold {asked!r}; analysis.figures({area!r}) does"
            raise UnknownNameError(told) from None
        raise


#: What tells the figures of one place apart.
_OF_A_PLACE = ("measure", "pupil_group", "time_period")


def subject_rows(figures: Protected) -> pd.DataFrame:
    """The figures a page is about: the school's in a school edition, the trust's otherwise."""
    school = figures.context.school if figures.context is not None else None
    return figures.rows(school_urn=school.urn) if school else figures.rows(geographic_level="Trust")


def keyed(rows: pd.DataFrame, columns: Sequence[str] = _OF_A_PLACE) -> dict[tuple[Any, ...], Row]:
    """The first row of each key: of one place, each measure, group and year."""
    first = rows.drop_duplicates(list(columns))
    return dict(zip(first[list(columns)].itertuples(index=False, name=None), first.itertuples(), strict=True))


def display_value(value: float, measure: Measure, decimals: int | None = None, sign: bool = False) -> str:
    """A value as it is printed: rounded once, with the sign of its unit."""
    written = number(value, measure.decimals if decimals is None else decimals, sign=sign)
    if measure.unit == "£":
        return f"{written[0]}£{written[1:]}" if written[0] in "+\N{MINUS SIGN}" else f"£{written}"
    return f"{written}%" if measure.unit == "%" else written


def say(row: Row, measure: Measure) -> str:
    """The figure as text, or in a word or two why there is none."""
    if row.words:
        return row.words
    if math.isnan(row.value):
        return _SHORT.get(row.symbol, f"[{row.symbol}]")
    return display_value(row.value, measure)


def key_to(symbol: str) -> str:
    """A line of the key under a table: the mark in place of a figure, and its meaning."""
    mark, meaning = _SHORT.get(symbol, f"[{symbol}]"), MEANINGS[symbol]
    return f"{mark} {meaning}." if mark.startswith("[") else f"{mark.capitalize()}: {meaning.split(': ')[-1]}."


def why_missing(row: Row) -> str:
    """The reason in a sentence when there is no figure; else ""."""
    if not math.isnan(row.value) or row.words:
        return ""
    return row.note or MEANINGS[row.symbol]


def figure_span(row: Row, measure: Measure) -> Html:
    """The figure as text that carries its id."""
    return element("span", say(row, measure), data_figure=figure_id(row))


def england_span(row: Row, measure: Measure) -> Html | str:
    """England's figure with its id; "" when there is none."""
    if math.isnan(row.england_value):
        return ""
    value = england_value(row, measure)
    # A no-break space: "England" and its figure stay on one line.
    return element("span", f"England\N{NO-BREAK SPACE}{value}", data_figure=england_id(row))


def england_value(row: Row, measure: Measure) -> str:
    """England's figure to the decimals of the coarser of the two."""
    return display_value(row.england_value, measure, min(measure.decimals, int(row.england_decimals)))


def authority_span(row: Row, measure: Measure, authority: str) -> Html | str:
    """The local authority's figure with its name and id; "" where none is known."""
    value = authority_value(row, measure)
    return value and element("span", f"{authority} {value}", class_="authority", data_figure=authority_id(row))


def authority_value(row: Row, measure: Measure) -> str:
    """The local authority's figure to the decimals of the coarser of the two; "" where none is known."""
    if math.isnan(row.authority_value):
        return ""
    return display_value(row.authority_value, measure, min(measure.decimals, int(row.authority_decimals)))


def tag(comparison: str) -> Html | str:
    """The comparison with England in word, shape and colour; "" when it is not clearly different."""
    if comparison in MARKED:
        kind = _CLASSES.get(comparison, "perhaps")
        return element("span", f"{_SHAPES[comparison]} {comparison}", class_=f"tag {kind}")
    if comparison in {"", SAME, NO_INTERVAL, NOT_JUDGED, NO_LIKE}:
        return ""
    return element("span", f"○ {comparison}", class_="tag same")


def mark(comparison: str) -> Html | str:
    """The comparison as its shape, with the word for those who listen; "" when it is not clearly different."""
    if comparison not in MARKED:
        return ""
    word = element("span", f" {comparison}", class_="unseen")
    return element("span", _SHAPES[comparison], word, class_=f"tag mark {_CLASSES.get(comparison, 'perhaps')}")


def count_in_words(number: int) -> str:
    """A count of schools, measures or lines, in words up to twenty."""
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"
