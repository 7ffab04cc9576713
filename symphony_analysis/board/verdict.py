"""The verdict of page one, in three lines of words made from figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.board.headlines import BALANCE, GAP_OF, HEADLINES, Headline, Subject, gap_id, listed, money
from symphony_analysis.charts.words import within
from symphony_analysis.compare import BETTER, COMPARED, PERHAPS_WORSE, WORSE
from symphony_analysis.display import THAN, Row, display_value, england_value, figure_span
from symphony_analysis.figure import england_id, figure_id
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import number
from symphony_analysis.years import span

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

RESERVES = "revenue_reserves_percent"
_PHRASES = {each.measure: each.phrase for each in HEADLINES if each.group == "all"}


def verdict(analysis: Analysis) -> Html:
    """What is the result of the year: against England, for disadvantaged pupils, and in money? Three lines."""
    subject = Subject(analysis)
    lines = [against_england(subject), _disadvantaged(subject), _schools(analysis), money_line(subject)]
    return element("div", *(element("p", line) for line in lines if line), class_="verdict")


def against_england(subject: Subject, headlines: Sequence[Headline] = HEADLINES) -> Html | str:
    """Which of these measures are clearly better or worse than England's."""
    rows = [(each, subject.row(each.measure, each.group)) for each in headlines]
    compared = [(each, row) for each, row in rows if row is not None and row.comparison in COMPARED]
    if not compared:
        return ""
    better, worse = ([pair for pair in compared if pair[1].comparison == word] for word in (BETTER, WORSE))
    parts: list[object] = []
    if better:
        parts += [element("strong", "Clearly better than England: "), _with_figures(better), ". "]
    if worse:
        return join([*parts, element("strong", "Clearly worse: "), _with_figures(worse), "."])
    none = "worse" if better else "better or worse than England's"
    return join([*parts, f"No headline measure is clearly {none}."])


def _with_figures(pairs: Sequence[tuple[Headline, Row]]) -> Html:
    """ "phonics (85%, England 80%)", one after another; England is named once."""
    told: list[Html] = []
    for each, row in pairs:
        theirs = england(row, "" if told else "England ")
        told.append(join([f"{each.phrase} (", figure_span(row, MEASURES[each.measure]), ", ", theirs, ")"]))
    return listed(told)


def england(row: Row, before: str = "England ") -> Html:
    """England's figure with its id, named or not."""
    return element("span", f"{before}{england_value(row, MEASURES[row.measure])}", data_figure=england_id(row))


def _disadvantaged(subject: Subject) -> Html | str:
    ours, others = (subject.row(GAP_OF, group) for group in ("disadvantaged", "other"))
    gap = subject.gaps().get(subject.now)
    if ours is None or others is None or ours.comparison not in THAN or others.comparison not in THAN:
        return ""
    told = [element("strong", "Disadvantaged pupils: "), _beside(ours), "; other pupils: ", _beside(others), "."]
    if gap is not None and pd.notna(gap.england_gap):
        said = f" The gap is {number(-gap.gap, 0)} points; England's is {number(-gap.england_gap, 0)}."
        told.append(element("span", said, data_figure=gap_id(gap)))
    return join(told)


def _beside(row: Row) -> Html:
    """ "49%, not clearly different from England's 48%"."""
    return join([figure_span(row, MEASURES[row.measure]), f", {THAN[row.comparison]} ", england(row, "England's ")])


def named_schools(analysis: Analysis) -> pd.DataFrame:
    """The schools, newcomers too, that rule 2 lets page one name for all their pupils (``compare.schools_to_name``)."""
    now, before = analysis.year.code, analysis.year.back().code

    def make() -> pd.DataFrame:
        named = compare.schools_to_name(analysis.figures().frame, analysis.pooled(), now, before, newcomers=True)
        return named[named["pupil_group"] == "all"]

    return analysis.once("named schools", make)


def named_worse(analysis: Analysis) -> list[Row]:
    """Schools that rule 2 lets page one name as worse, newcomers too, one row a school and measure.

    Headline measures first, the surest of them first.
    """
    if analysis.edition == "public":
        return []
    named = named_schools(analysis)
    told = named[named["comparison"].isin([WORSE, PERHAPS_WORSE])]
    if analysis.school:
        told = told[told["school_urn"] == analysis.school.urn]
    return sorted(told.itertuples(), key=lambda row: (row.measure not in _PHRASES, row.p))


def over_years(row: Row) -> Html:
    """ "persistent absence 20.4%, England 14.6%": a school's pooled figure with its id."""
    measure = MEASURES[row.measure]
    ours, theirs = (display_value(v, measure, max(measure.decimals, 1)) for v in (row.value, row.england_value))
    said = f"{_PHRASES.get(row.measure, within(measure))} {ours}, England {theirs}"
    return element("span", said, data_figure=f"{figure_id(row)}.pooled")


def _schools(analysis: Analysis) -> Html | str:
    """Which schools are clearly worse, each with its surest measure."""
    by_school = {row.school_name: row for row in reversed(named_worse(analysis)) if row.measure in _PHRASES}
    if not by_school:
        return ""
    first = next(iter(by_school.values()))
    years = span(first.first_period, first.time_period)
    surest = sorted(by_school.items(), key=lambda pair: pair[1].p)
    told = [
        join([element("strong", name), " (", over_years(row), *_of_now(analysis, row), ")"]) for name, row in surest
    ]
    return join(
        [
            element("strong", "Clearly worse than England "),
            f"in a headline measure ({years} together): ",
            join(told, "; "),
            ".",
        ]
    )


def _of_now(analysis: Analysis, row: Row) -> list[Html | str]:
    """ "; 19.9% in 2024/25 alone": the figure of the year, which the grid of schools has."""
    same = {"measure": row.measure, "school_urn": row.school_urn, "pupil_group": row.pupil_group}
    now = next(analysis.figures().rows(**same, time_period=analysis.year.code).itertuples(), None)
    if now is None or pd.isna(now.value):
        return []
    return ["; ", figure_span(now, MEASURES[row.measure]), f" in {analysis.year.label} alone"]


def money_line(subject: Subject) -> Html | str:
    """Surplus or deficit, last year's, and reserves."""
    row, reserves = subject.row(BALANCE), subject.row(RESERVES)
    if row is None or pd.isna(row.value):
        return ""
    before = subject.row(BALANCE, year=subject.before)
    parts: list[object] = [element("strong", "Money: "), _balance(row)]
    if before is not None and pd.notna(before.value):
        parts += [" (last year ", _balance(before), ")"]
    if reserves is not None and pd.notna(reserves.value):
        parts += ["; reserves are ", figure_span(reserves, MEASURES[RESERVES]), " of income"]
    return join([*parts, "."])


def _balance(row: Row) -> Html:
    word = "surplus" if row.value >= 0 else "deficit"
    return element("span", f"{word} {money(row.value)}", data_figure=figure_id(row))
