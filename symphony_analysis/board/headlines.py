"""The headline measures of the board summary: one row each, in the order in which a board reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import breaks, claims, compare
from symphony_analysis.board import marks
from symphony_analysis.compare import BETTER, MARKED, PERHAPS_BETTER, PERHAPS_WORSE, SAME, WORSE
from symphony_analysis.display import Row, display_value, england_value, figure_span, keyed, say, subject_rows, tag
from symphony_analysis.figure import england_id, figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.rounding import number

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

GAP_OF = "ks2_rwm_expected_percent"
BALANCE = "in_year_balance_gbp"
_ONE_SIDE = {BETTER: "better", WORSE: "worse"}
_NO_FIGURE = "\N{EN DASH}"
#: A cell without a figure, which a phone leaves out.
NO_CELL = element("td", _NO_FIGURE, class_="none")
#: The head of the column of dots.
AXIS = "Worse · England · better"
#: Under a table with dots; the one place where the marks are explained.
KEY_TO_DOTS = (
    "Dot: the difference from England, better to the right, with its 95% interval, each row on its own scale; filled "
    "where it is clear (▲ ▼), hollow where it could be chance (△ ▽: perhaps not)."
)
KEY = f"Line: our years, last one marked; dashed: England. {KEY_TO_DOTS}"


@dataclass(frozen=True)
class Headline:
    """A measure of the page: its label in the table and its name in a sentence."""

    measure: str
    label: str
    phrase: str
    group: str = "all"


HEADLINES = (
    Headline(GAP_OF, "Key stage 2: reading, writing and maths", "key stage 2 in reading, writing and maths"),
    Headline("ks2_rwm_higher_percent", "Key stage 2: higher standard", "the higher standard at key stage 2"),
    Headline("eyfs_gld_percent", "Reception: good level of development", "Reception"),
    Headline("phonics_year1_expected_percent", "Year 1: phonics", "phonics"),
    Headline(GAP_OF, "Disadvantaged pupils: key stage 2", "disadvantaged pupils at key stage 2", "disadvantaged"),
    Headline("overall_absence_percent", "Overall absence", "overall absence"),
    Headline("persistent_absence_percent", "Persistent absence", "persistent absence"),
    Headline("suspension_rate", "Suspensions per 100 pupils", "suspensions"),
)


class Subject:
    """The figures the page is about, the school's or the trust's, by measure, group and year."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis, self.figures = analysis, analysis.figures()
        self.now, self.before = analysis.year.code, analysis.year.back().code
        self.rows = subject_rows(self.figures)
        self._by_key = keyed(self.rows)
        changed = self.rows[self.rows["pupil_group"].isin(["all", "disadvantaged"])]
        changed = compare.changes(changed, MEASURES, self.now, self.before)
        self.changed = changed[changed["comparison"].isin([BETTER, WORSE])].sort_values("p", kind="stable")

    def row(self, measure: str, group: str = "all", year: int = 0) -> Row | None:
        """The figure of this year, or of another; None where there is no row of it."""
        return self._by_key.get((measure, group, year or self.now))

    def years(self, measure: str, group: str) -> list[int]:
        """The years of the trend that this year is comparable with: those since the last declared break."""
        codes = [year.code for year in self.analysis.years]
        return [code for code in codes if not list(breaks.between(measure, group, code, self.now))]

    def gaps(self) -> dict[int, Row]:
        """The gap between disadvantaged and other pupils at key stage 2, by year, where it is shown."""
        found = claims.gaps(self.figures, GAP_OF, group="disadvantaged")
        school = self.analysis.school
        who = found["school_urn"] == school.urn if school else found["geographic_level"] == "Trust"
        kept = found[who & (found["kind"] == "within the trust") & found["gap"].notna()]
        single = kept[~kept["years"].str.contains(" to ")]
        comparable = self.years(GAP_OF, "disadvantaged")
        return {int(row.time_period): row for row in single.itertuples() if int(row.time_period) in comparable}


def headlines(analysis: Analysis) -> Html:
    """How do we compare with England in the measures that matter most, and has it changed?

    One row per headline measure: three years as a line, our figure and England's, the difference as a dot with its
    95% interval, the word of the comparison, last year's figure and this year's. The first year has no line of years.
    """
    subject = Subject(analysis)
    body = [_row(subject, headline) for headline in HEADLINES]
    body[5:5] = _gap_row(subject)
    body += _money_row(subject)
    who = analysis.school.name if analysis.school else "Trust"
    head = ["Measure", "Three years", who, "England", AXIS, "In words", "Since last year"]
    look, key = "board", KEY
    if len(analysis.years) == 1:
        look, key, head = "board first", KEY_TO_DOTS, [head[0], *head[2:-1]]
        body = [[label, *cells[1:-1]] for label, *cells in body]
    caption = f"{analysis.school.name if analysis.school else 'The trust'} beside England, {analysis.year.label}"
    return join([table(caption, head, body, class_=look), element("p", key, " ", _covered(analysis), class_="soft")])


def _covered(analysis: Analysis) -> Html:
    """Which schools the trust's figures cover, once for the whole report."""
    out = [school.name for school in analysis.trust.of_year(analysis.year) if school not in analysis.members]
    told = f"Trust figures cover the {len(analysis.members)} schools in the trust in January {analysis.year.start + 1}"
    before = [len(analysis.trust.members(year, analysis.membership)) for year in analysis.years[:-1]]
    if set(before) - {len(analysis.members)}:
        told += f" ({' and '.join(map(str, dict.fromkeys(before)))} in the years before)"
    verb = "is" if len(out) == 1 else "are"
    joined = ["; ", listed(out), f" joined later and {verb} shown by name"] if out else []
    return element("span", told, *joined, ".", data_figure=f"members.{analysis.year.code}")


def listed(parts: Sequence[object]) -> Html:
    """ "one, two and three"."""
    return join([join(parts[:-1], ", "), " and " if len(parts) > 1 else "", parts[-1]])


def _row(subject: Subject, headline: Headline) -> list[object]:
    measure, row = MEASURES[headline.measure], subject.row(headline.measure, headline.group)
    if row is None:
        return [headline.label, NO_CELL, "no data", *[NO_CELL] * 4]
    cells = [_trend(subject, headline, measure), shown(row, measure), england_cell(row, measure)]
    return [headline.label, *cells, dot(row, measure), in_words(row, measure), _since(subject, headline, measure)]


def shown(row: Row | None, measure: Measure) -> Html:
    """The cell of a figure."""
    return element("td", "no data") if row is None else element("td", say(row, measure), data_figure=figure_id(row))


def england_cell(row: Row, measure: Measure) -> Html:
    """The cell of England's figure."""
    known = pd.notna(row.england_value)
    return element("td", england_value(row, measure), data_figure=england_id(row)) if known else NO_CELL


def _trend(subject: Subject, headline: Headline, measure: Measure) -> Html:
    rows = [subject.row(headline.measure, headline.group, code) for code in subject.years(measure.name, headline.group)]
    ours = [None if row is None or pd.isna(row.value) else float(row.value) for row in rows]
    england = [None if row is None or pd.isna(row.england_value) else float(row.england_value) for row in rows]
    said = [f"{_NO_FIGURE if row is None else say(row, measure)}" for row in rows]
    beside = [_NO_FIGURE if row is None or pd.isna(row.england_value) else england_value(row, measure) for row in rows]
    alt = f"{headline.label}: {', '.join(said)}; England {', '.join(beside)}"
    return element("td", marks.trend(ours, england, alt), class_="mark")


def dot(row: Row, measure: Measure) -> Html:
    """The difference from England as a dot with its interval, better to the right."""
    if pd.isna(row.difference) or pd.isna(row.interval_low):
        return NO_CELL
    sign = 1 if measure.better == "high" else -1
    ends = sorted(sign * (value - row.england_value) for value in (row.interval_low, row.interval_high))
    low, high = (
        number(value - row.england_value, max(measure.decimals, 1), sign=True)
        for value in (row.interval_low, row.interval_high)
    )
    alt = f"{measure.label}: difference from England, 95% interval {low} to {high}"
    drawn = marks.difference(sign * row.difference, ends[0], ends[1], _ONE_SIDE.get(row.comparison, ""), alt)
    return element("td", drawn, class_="mark", data_figure=f"{figure_id(row)}.interval")


def in_words(row: Row, measure: Measure) -> Html:
    """How a figure compares with England's, with the difference."""
    if row.comparison not in (*MARKED, SAME):
        return element("td", tag(row.comparison))
    told = tag(row.comparison) or element("span", SAME, class_="soft")
    away = number(row.difference, min(measure.decimals, int(row.england_decimals)), sign=True)
    return element("td", told, " ", element("span", f"({away})", data_figure=f"{figure_id(row)}.difference"))


def _since(subject: Subject, headline: Headline, measure: Measure) -> Html:
    now, before = (subject.row(headline.measure, headline.group, year) for year in (subject.now, subject.before))
    if now is None or before is None or pd.isna(now.value) or pd.isna(before.value):
        return NO_CELL
    if subject.before not in subject.years(measure.name, headline.group):
        return element("td", "not comparable")
    changed = subject.changed
    clear = changed[(changed["measure"] == measure.name) & (changed["pupil_group"] == headline.group)]
    told = f", clear {'rise' if now.value > before.value else 'fall'}" if len(clear) else ""
    was = element("span", number(before.value, measure.decimals), data_figure=figure_id(before))
    new = element("span", number(now.value, measure.decimals), data_figure=figure_id(now))
    return element("td", was, " to ", new, told)


def _gap_row(subject: Subject) -> list[list[object]]:
    """The gap, as how far disadvantaged pupils are behind: one sign throughout. England's gap beside it."""
    gaps = subject.gaps()
    gap, last = gaps.get(subject.now), gaps.get(subject.before)
    if gap is None:
        return []
    label = "Gap to other pupils, key stage 2 (points)"
    since = NO_CELL if last is None else element("td", _behind(last), " to ", _behind(gap))
    cells = [_gap_trend(subject, gaps, label), element("td", _behind(gap))]
    if pd.isna(gap.england_gap):
        return [[label, *cells, *[NO_CELL] * 3, since]]
    away, low, high = (value - gap.england_gap for value in (gap.gap, gap.gap_low, gap.gap_high))
    # England's gap is the difference of two rounded figures, so it is known to a point.
    word = PERHAPS_WORSE if high < -1 else PERHAPS_BETTER if low > 1 else SAME
    less, more = (number(-end, 0, sign=True) for end in (high, low))
    drawn = marks.difference(away, low, high, "", f"{label}: difference from England's, 95% interval {less} to {more}")
    told = [tag(word) or element("span", SAME, class_="soft"), f" ({number(-away, 0, sign=True)})"]
    cells += [
        element("td", number(-gap.england_gap, 0), data_figure=gap_id(gap)),
        element("td", drawn, class_="mark", data_figure=gap_id(gap)),
        element("td", *told, data_figure=gap_id(gap)),
    ]
    return [[label, *cells, since]]


def _gap_trend(subject: Subject, gaps: dict[int, Row], label: str) -> Html:
    of_year = [gaps.get(year.code) for year in subject.analysis.years]
    ours = [None if one is None else -float(one.gap) for one in of_year]
    england = [None if one is None or pd.isna(one.england_gap) else -float(one.england_gap) for one in of_year]
    said, beside = (
        ", ".join(_NO_FIGURE if value is None else number(value, 0) for value in part) for part in (ours, england)
    )
    return element("td", marks.trend(ours, england, f"{label}: {said}; England {beside}"), class_="mark")


def _behind(gap: Row) -> Html:
    return element("span", number(-gap.gap, 0), data_figure=gap_id(gap))


def gap_id(gap: Row) -> str:
    """The id under which the gap of one year within the trust is traced."""
    return f"{gap.figure}.gap.within-the-trust.{len(gap.years)}"


def _money_row(subject: Subject) -> list[list[object]]:
    measure, row = MEASURES[BALANCE], subject.row(BALANCE)
    if row is None or pd.isna(row.value):
        return []
    headline = Headline(BALANCE, "In-year balance", "the in-year balance")
    before = subject.row(BALANCE, year=subject.before)
    held = before is not None and pd.notna(before.value)
    since = element("td", figure_span(before, measure), " to ", figure_span(row, measure)) if held else NO_CELL
    cells = [_trend(subject, headline, measure), shown(row, measure), NO_CELL, NO_CELL]
    word = "surplus" if row.value >= 0 else element("span", "▼ deficit", class_="tag worse")
    return [[headline.label, *cells, element("td", word), since]]


def money(value: float) -> str:
    """Pounds without a sign, for a sentence that says surplus or deficit."""
    return display_value(abs(value), MEASURES[BALANCE])
