"""A school's edition, for its head and governing body: its year in words, twelve measures, three questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from symphony_analysis.board.headlines import (
    AXIS,
    GAP_OF,
    HEADLINES,
    KEY_TO_DOTS,
    NO_CELL,
    Headline,
    Subject,
    dot,
    england_cell,
    in_words,
    shown,
)
from symphony_analysis.board.verdict import against_england, england, money_line
from symphony_analysis.compare import BETTER, COMPARED, MARKED, PERHAPS_BETTER, PERHAPS_WORSE, SAME, WORSE
from symphony_analysis.display import THAN, Row, display_value, figure_span, key_to, keyed, tag
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.measures.finance import RESERVES_LOW
from symphony_analysis.rounding import number
from symphony_analysis.years import AcademicYear, span

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_SUBJECTS = (
    Headline("ks2_reading_expected_percent", "Key stage 2: reading", "reading"),
    Headline("ks2_writing_expected_percent", "Key stage 2: writing", "writing"),
    Headline("ks2_maths_expected_percent", "Key stage 2: maths", "maths"),
)
_TABLES_CHECK = Headline("mtc_average_score", "Year 4: tables check, average of 25", "the tables check")
#: The rows of the page: twelve measures, in the order of a pupil's years from the last.
_ROWS = (HEADLINES[0], *_SUBJECTS, *HEADLINES[1:2], HEADLINES[4], _TABLES_CHECK, *HEADLINES[3:1:-1], *HEADLINES[5:])
TWELVE = tuple(dict.fromkeys(each.measure for each in _ROWS))
_QUESTIONS = 3
_KEY = f"{KEY_TO_DOTS} A small year group moves by chance: the years together, below, say more."
_ASKED = {
    WORSE: "What has been tried, and what comes next?",
    PERHAPS_WORSE: "This may be chance: do the school’s own records say the same?",
    BETTER: "What do we keep doing, and who could learn from it?",
    PERHAPS_BETTER: "This may be chance: do the school’s own records say the same?",
    SAME: "This is within chance: what do the school’s own records say?",
}


def school_verdict(analysis: Analysis) -> Html:
    """What is the result of the school's year: key stage 2, what is clear, the years together, money? Four lines."""
    subject = Subject(analysis)
    lines = [_main_result(subject), against_england(subject, _ROWS), _together(analysis), money_line(subject)]
    return element("div", *(element("p", line) for line in lines if line), class_="verdict")


def _main_result(subject: Subject) -> Html | str:
    row = subject.row(GAP_OF)
    if row is None or pd.isna(row.value) or row.comparison not in COMPARED:
        return ""
    of = "" if pd.isna(row.pupils) else f" of {number(row.pupils, 0)} pupils"
    told = [
        element("strong", "Key stage 2: "),
        figure_span(row, MEASURES[GAP_OF]),
        of,
        " reached the standard",
    ]
    return join([*told, f" in reading, writing and maths, {THAN[row.comparison]} ", england(row, "England’s "), "."])


def _together(analysis: Analysis) -> Html | str:
    """What is clear of the years together."""
    rows = [(each, row) for each, row in _pooled(analysis) if row.comparison in {BETTER, WORSE}]
    if not rows:
        return ""
    parts = [join([f"{each.phrase} (", _over_years(row), f", {row.comparison})"]) for each, row in rows]
    years = span(rows[0][1].first_period, rows[0][1].time_period)
    return join([element("strong", f"{years} together: "), join(parts, "; "), "."])


def _pooled(analysis: Analysis) -> list[tuple[Headline, Row]]:
    """The measures of the page with the school's years together, of those that have them."""
    whole = analysis.pooled()
    found = keyed(whole[whole["school_urn"] == (analysis.school.urn if analysis.school else "")])
    rows = [(each, found.get((each.measure, each.group, analysis.year.code))) for each in _ROWS]
    return [(each, row) for each, row in rows if row is not None]


def _over_years(row: Row) -> Html:
    measure = MEASURES[row.measure]
    ours, theirs = (display_value(value, measure) for value in (row.value, row.england_value))
    return element("span", f"{ours}, England {theirs}", data_figure=f"{figure_id(row)}.pooled")


def school_measures(analysis: Analysis) -> Html:
    """How does the school compare with England and the trust in twelve measures, and how did it change?

    One row a measure: each year of the trend, this year's 95% interval, the trust's and England's figures of this year,
    the difference from England as a dot with its interval and in words.
    """
    subject, who = Subject(analysis), analysis.school.name if analysis.school else "The trust"
    trusts = keyed(subject.figures.rows(geographic_level="Trust"))
    body = [_row(subject, trusts, each) for each in _ROWS]
    years = [year.label for year in analysis.years]
    head = ["Measure", *years, "95% interval", "Trust", "England", AXIS, "In words"]
    made = table(f"{who} beside the trust and England, {analysis.year.label}", head, body, class_="twelve")
    asked = subject.rows["measure"].isin(TWELVE) & subject.rows["pupil_group"].isin({each.group for each in _ROWS})
    told = subject.rows[asked]
    key = [_KEY, *(key_to(symbol) for symbol in sorted(set(told["symbol"][told["words"] == ""]) - {""}))]
    key += ["A range, such as 0 to 4, protects pupils."] if (told["words"] != "").any() else []
    return join([made, element("p", " ".join(key), class_="soft")])


def _row(subject: Subject, trusts: dict[tuple[Any, ...], Row], each: Headline) -> list[object]:
    measure = MEASURES[each.measure]
    series = [subject.row(each.measure, each.group, year.code) for year in subject.analysis.years]
    now, trust = series[-1], trusts.get((each.measure, each.group, subject.now))
    comparable = subject.years(each.measure, each.group)
    cells = [
        shown(row, measure) if year.code in comparable else element("td", "not comparable", class_="soft")
        for row, year in zip(series, subject.analysis.years, strict=True)
    ]
    if now is None:
        return [each.label, *cells, NO_CELL, shown(trust, measure), *[NO_CELL] * 3]
    return [
        _label(each, now),
        *cells,
        _interval(now),
        shown(trust, measure),
        england_cell(now, measure),
        dot(now, measure),
        in_words(now, measure),
    ]


def _label(each: Headline, row: Row) -> Html:
    if pd.isna(row.pupils) or pd.isna(row.value):
        return join([each.label])
    pupils = element("span", f"{number(row.pupils, 0)} pupils", class_="soft", data_figure=f"{figure_id(row)}.pupils")
    return join([each.label, " ", pupils])


def _interval(row: Row, suffix: str = "interval") -> Html:
    if pd.isna(row.interval_low):
        return NO_CELL
    ends = (number(end, MEASURES[row.measure].decimals) for end in (row.interval_low, row.interval_high))
    return element("td", " to ".join(ends), data_figure=f"{figure_id(row)}.{suffix}")


def years_together(analysis: Analysis) -> Html:
    """What is beyond chance when the years are taken together?

    One row a measure of which every year is shown: the school's figure of all its pupils of these years, its interval,
    England's figure with the school's pupils of each year as weights, and the comparison in words.
    """
    rows = _pooled(analysis)
    if not rows:
        return Html("")
    years = span(min(row.first_period for _, row in rows), analysis.year.code)
    body = [
        [
            each.label,
            element("td", number(row.pupils, 0), data_figure=f"{figure_id(row)}.pooled"),
            element("td", display_value(row.value, MEASURES[row.measure]), data_figure=f"{figure_id(row)}.pooled"),
            _interval(row, "pooled"),
            NO_CELL if pd.isna(row.england_value) else display_value(row.england_value, MEASURES[row.measure]),
            element("td", tag(row.comparison) or element("span", row.comparison, class_="soft")),
        ]
        for each, row in rows
    ]
    head = ["Measure", "Pupils", "School", "95% interval", "England", "In words"]
    note = "England’s figure has the school’s pupils of each year as weights. A measure with a hidden year is left out."
    return join([table(f"{years} together", head, body, class_="together"), element("p", note, class_="soft")])


def school_questions(analysis: Analysis) -> Html:
    """What should head and governors ask? Three questions: what is clear, then money and change, then what may be."""
    asked: dict[str, Html] = {}
    for about, question in _candidates(analysis):
        asked.setdefault(about, question)
    items = [element("li", question) for question in list(asked.values())[:_QUESTIONS]]
    return element("ol", *items) if items else Html("")


def _candidates(analysis: Analysis) -> Iterator[tuple[str, Html]]:
    """Questions with what they are about, the most pressing first."""
    subject = Subject(analysis)
    told = [(each, row, False) for each in _ROWS if (row := subject.row(each.measure, each.group)) is not None]
    told += [(each, row, True) for each, row in _pooled(analysis)]
    told = sorted((one for one in told if one[1].comparison in COMPARED), key=lambda one: _ROWS.index(one[0]))
    yield from _compared(told, WORSE)
    yield from _of_money(subject)
    yield from _of_changes(subject, WORSE)
    yield from _compared(told, PERHAPS_WORSE)
    yield from _compared(told, BETTER)
    yield from _of_changes(subject, BETTER)
    yield from _compared(told, PERHAPS_BETTER)
    yield from _compared([one for one in told if _behind(one[1])], SAME)
    yield from _compared(told, SAME)


def _about(row: Row) -> str:
    """What a figure is about: one question on it is enough."""
    area = MEASURES[row.measure].area
    return f"{row.measure.split('_')[0] if area == 'outcomes' else area} {row.pupil_group}"


def _behind(row: Row) -> bool:
    """Whether a figure is on the worse side of England's, by chance or not."""
    return bool(row.difference > 0 if MEASURES[row.measure].better == "low" else row.difference < 0)


def _compared(told: list[tuple[Headline, Row, bool]], word: str) -> Iterator[tuple[str, Html]]:
    for each, row, together in told:
        if row.comparison != word:
            continue
        measure, name = MEASURES[row.measure], each.phrase[0].upper() + each.phrase[1:]
        if together:
            said = join([f"{span(row.first_period, row.time_period)}: ", _over_years(row)])
        else:
            said = join([f"{AcademicYear.parse(row.time_period)}: ", figure_span(row, measure), ", ", england(row)])
        words = f" ({row.comparison})" if word in MARKED else ""
        yield _about(row), join([element("strong", name), ", ", said, f"{words}. {_ASKED[word]}"])


def _of_money(subject: Subject) -> Iterator[tuple[str, Html]]:
    balance, reserves = subject.row("in_year_balance_percent"), subject.row("revenue_reserves_percent")
    if balance is not None and balance.value < 0:
        said = figure_span(balance, MEASURES[balance.measure])
        yield "finance", join([element("strong", "In deficit"), ": ", said, " of income. When will the year balance?"])
    if reserves is not None and reserves.value < RESERVES_LOW:
        said = figure_span(reserves, MEASURES[reserves.measure])
        bound = f" of income (DfE may ask under {RESERVES_LOW:g}%). Is that within our policy?"
        yield "finance", join([element("strong", "Reserves"), ": ", said, bound])


def _of_changes(subject: Subject, word: str) -> Iterator[tuple[str, Html]]:
    asked = {WORSE: "What happened?", BETTER: "What do we keep doing?"}[word]
    for row in subject.changed[subject.changed["comparison"] == word].itertuples():
        measure = MEASURES[row.measure]
        who = "" if row.pupil_group == "all" else f", {GROUPS[row.pupil_group].lower()}"
        values = " to ".join(display_value(value, measure) for value in (row.value_before, row.value))
        change = element("span", values, data_figure=f"{figure_id(row)}.change")
        name = element("strong", measure.label, who)
        yield _about(row), join([name, ": from ", change, f" in a year, beyond chance. {asked}"])
