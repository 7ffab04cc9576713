"""Headlines, subtitles and alternatives: sentences made from the figures, without a causal word."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.charts.series import Line, Point, years
from symphony_analysis.compare import COMPARED, MARKED, NO_LIKE, NOT_HELD, NOT_YET, TOO_FEW
from symphony_analysis.display import THAN, count_in_words, display_value
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away, number
from symphony_analysis.years import AcademicYear

_UNITS = {
    "%": "per cent",
    "per 100 pupils": "per 100 pupils",
    "score": "score",
    "£": "pounds",
    "pupils per teacher": "pupils per teacher",
    "count": "number",
}


def title(measure: Measure) -> str:
    """The measure's label on one line, without a colon, so that a figure can follow it."""
    return measure.label.replace(": ", ", ")


def within(measure: Measure) -> str:
    """The label inside a sentence: a small letter first, unless the word is written with capitals."""
    said = title(measure)
    word = said.split()[0]
    return said[0].lower() + said[1:] if word[1:].islower() or len(word) == 1 else said


def who(group: str) -> str:
    """The pupil group as it follows a measure's name; nothing for all pupils."""
    return "" if group == "all" else f", {GROUPS[group][0].lower()}{GROUPS[group][1:]}"


def amount(size: float, measure: Measure, decimals: int | None = None) -> str:
    """A difference without its sign: "4.4 points", "£120", "0.47"."""
    written = display_value(abs(size), measure, decimals).rstrip("%")
    if measure.unit not in {"%", "score"}:
        return written
    places = measure.decimals if decimals is None else decimals
    return f"{written} point" if half_away(abs(size), places) == 1 else f"{written} points"


def standing(now: Point, england: Point | None, measure: Measure) -> Html | str:
    """How the latest figure stands to England's, as the end of a sentence."""
    row = now.row
    if row.comparison in {NOT_YET, NOT_HELD}:
        return f", England's figure {row.comparison}"
    if england is None or not england.stands:
        return ", no like national figure" if row.comparison == NO_LIKE else ""
    if row.comparison == TOO_FEW:
        return join([", too few pupils to compare with England's ", england.span()])
    if row.comparison not in COMPARED:
        return join(["; England ", england.span()])
    apart = element("span", difference(row, measure), data_figure=f"{now.figure}.difference")
    return join([f", {THAN[row.comparison]} England's ", england.span(), " (", apart, ")"])


def difference(row: Any, measure: Measure) -> str:
    """How far from England's figure, with its sign, and how many pupils that is where nothing is marked."""
    told = f"{number(row.difference, measure.decimals, sign=True)}{' points' * (measure.unit in {'%', 'score'})}"
    if row.comparison in MARKED or row.pupils_gap != row.pupils_gap:
        return told
    pupils = abs(int(row.pupils_gap))
    return f"{told}, {'less than one pupil' if pupils < 1 else f'{pupils} pupil' + 's' * (pupils != 1)}"


def latest(line: Line, england: Line | None, measure: Measure, group: str, subject: str = "") -> Html:
    """The headline of a trend: the latest figure and how it stands to England's."""
    named = f"{subject}, {within(measure)}" if subject else title(measure)
    now = line.now
    if now.stands:
        beside = standing(now, england.now if england else None, measure)
        return join([f"{named}{who(group)}: ", now.span(), f" in {now.year}", beside])
    before = line.last
    told = join(["; the latest is ", before.span(), f" in {before.year}"]) if before else ""
    return join([f"{named}{who(group)}: no figure for {now.year}, {now.why}", told])


def plain(html: str) -> str:
    """The words of a headline without their marks, for a text alternative."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def listed(line: Line) -> str:
    """A line in words: "11.3% in 2022/23, 8.6% in 2024/25"; a missing year says so."""
    return ", ".join(f"{p.text if p.stands else p.briefly} in {p.year}" for p in line.points)


def subtitle(measure: Measure, group: str, figures: Protected, *notes: str) -> Html:
    """The statistical title: unit, pupils, schools counted, then what else a reader needs to read the chart."""
    pupils = GROUPS[group] if group and len(measure.pupil_groups) > 1 else ""
    broken = breaks_shown(measure, group or "all", figures)
    parts = [unit(measure), pupils, counted(figures, measure, group or "all"), *notes, broken]
    return join([join([part for part in parts if part], ". "), "."])


def breaks_shown(measure: Measure, group: str, figures: Protected) -> str:
    """Where a declared break lies between the years shown, and why: "Not comparable from 2026/27: ..."."""
    over = [year.code for year in years(figures)]
    found = breaks.between(measure.name, group, over[0], over[-1]) if over else []
    return ". ".join(f"Not comparable from {AcademicYear.parse(each.first)}: {each.why}" for each in found)


def unit(measure: Measure) -> str:
    """The unit in words, as the start of a subtitle."""
    said = _UNITS[measure.unit]
    return f"{said[0].upper()}{said[1:]}"


def as_many_years(number: int) -> str:
    """How many years a chart shows, in words: the first report of a trust has one."""
    return f"{count_in_words(number)} year{'s' * (number != 1)}"


def counted(figures: Protected, measure: Measure, group: str) -> Html | str:
    """How many schools stand behind the trust's latest figure: "Trust: 11 of 12 schools"."""
    rows = figures.rows(measure=measure.name, pupil_group=group, geographic_level="Trust")
    rows = rows[rows["value"].notna()].sort_values("time_period")
    if not len(rows):
        return ""
    row = next(rows.tail(1).itertuples())
    told = f"{row.schools_counted} of {row.schools_expected} schools"
    return join(["Trust: ", element("span", told, data_figure=f"{figure_id(row)}.schools")])


def tick(value: float, unit: str, last: bool) -> str:
    """A round value at an axis; the per cent sign stands on the last one only."""
    said = f"{abs(value):,.10g}"
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    if unit == "£":
        return f"{sign}£{said}"
    return f"{sign}{said}%" if unit == "%" and last else f"{sign}{said}"


def key(points: Iterable[Point]) -> str:
    """Why figures are missing, each reason once, for the head of the table behind a chart."""
    return "; ".join(dict.fromkeys(_meaning(p) for p in points if p.symbol))


def _meaning(point: Point) -> str:
    if point.row is not None and point.row.words:
        return (
            f"{point.row.words}: one band, none included"
            if point.row.words.startswith("0 to ")
            else "in words: few pupils"
        )
    return point.why if point.why.startswith(point.text) else f"{point.text}: {point.why}"


def why_nothing(measure: Measure, group: str, lines: Sequence[Line], subject: str = "") -> str:
    """The sentence in place of a chart: what is missing, and why in each year."""
    named = f"{subject}, {within(measure)}" if subject else title(measure)
    told = reasons([point for line in lines for point in line.points])
    return f"{named}{who(group)}: there is nothing to draw. {told}".rstrip()


def reasons(points: Iterable[Point]) -> str:
    """Why figures are missing: "2023/24, 2024/25: not published (no KS1 baseline)." """
    found: dict[str, list[str]] = {}
    for each in points:
        if each.why and each.year not in found.setdefault(each.why, []):
            found[each.why].append(each.year)
    return "; ".join(f"{', '.join(years)}: {why}" for why, years in found.items()) + "." if found else ""


def no_trend(line: Line, england: Line | None, measure: Measure, group: str, subject: str = "") -> Html | str:
    """The sentence in place of a line that would have one point or none: the one figure, and why there are no more."""
    only = line.last
    if only is None:
        return why_nothing(measure, group, [line], subject)
    named = f"{subject}, {within(measure)}" if subject else title(measure)
    beside = england.points[line.points.index(only)] if england else None
    return join(
        [
            f"{named}{who(group)}: ",
            only.span(),
            f" in {only.year}",
            standing(only, beside, measure),
            ". One year makes no trend. ",
            reasons(line.points),
        ]
    )


def pupils_text(row: Any) -> str:
    """Pupils behind a figure, for a label: "41 pupils"; nothing where a figure is not about pupils."""
    if row is None or pd.isna(row.pupils):
        return ""
    number = f"{int(row.pupils):,}"
    return f"{number} pupil" if number == "1" else f"{number} pupils"
