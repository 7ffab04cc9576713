"""Lines over three years: a measure against England, and the gap between two groups of pupils beside England's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.charts import plot, words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import Picture, canvas, finished, house_style, panel
from symphony_analysis.charts.series import (
    NAN,
    Line,
    Point,
    england_line,
    line,
    of,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.claims.gaps import WITHIN, gaps, pair_named
from symphony_analysis.figure import england_id
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure, group_named
from symphony_analysis.measures.measure import GOALS
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away

HEIGHT = 240.0
TRUST = "Trust"
_TOP, _FOOT, _LEFT = 16.0, 30.0, 42.0


def trend(figures: Protected, measure: str, group: str = "all") -> Chart:
    """How has this measure gone over three years, against England?

    The trust's line (in a school edition the school's, with the trust's beside it) with its 95% interval where the
    figures have one, and England's dashed. Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    group = group_named(group, [declared])
    lines = lines_against_england(figures, declared, group)
    own, whose = lines[0], lines[0].name if lines[0].name != TRUST else ""
    england = next((each for each in lines if each.look == "england"), None)
    if all(sum(p.stands for p in each.points) < 2 for each in lines if each.look != "england"):
        return nothing(words.no_trend(own, england, declared, group, whose))
    goal = GOALS.get(declared.name) if group == "all" else None
    shown = Lines(lines, declared, goal.value if goal else None)
    shaded = "Shaded: 95% interval" if any(pd.notna(p.low) for p in own.points) else ""
    aim = f"Dotted: England's goal, {goal.words}" if goal else ""
    about = words.subtitle(declared, group, figures, shaded, plot.truncated(shown.bounds[0]), _vintage(england), aim)
    headline = words.latest(own, england, declared, group, whose)
    alt = alternative(
        "Line chart",
        words.plain(headline),
        f"{own.name} {words.listed(own)}",
        f"England {words.listed(england)}" if england else "",
    )
    return drawn(
        headline,
        about,
        alt,
        shown.draw,
        lines_table(lines, declared, group, words.as_many_years(len(lines[0].points))),
    )


def lines_against_england(figures: Protected, measure: Measure, group: str) -> list[Line]:
    """The lines of a trend, ours first: the trust's or the school's (then the trust's), and England's."""
    over, rows, school = years(figures), trust_rows(figures, measure.name, group), subject(figures)
    lines = [line(TRUST, "ours", rows, measure, over)]
    if school is not None and measure.pooled:
        own = school_rows(figures, measure.name, group, school.urn)
        lines = [line(school.name, "ours", own, measure, over), line(TRUST, "trust", rows, measure, over)]
    england = england_line(rows, measure, over)
    return [*lines, england] if england else lines


def _vintage(england: Line | None) -> str:
    """England's missing years, and whether its latest figure is final, in words."""
    if england is None:
        return ""
    missing = [point.year for point in england.points if not point.stands]
    early = england.end.text.partition(" (")[2].rstrip(")") if england.last else ""
    said = [f"No national figure yet for {' and '.join(missing)}"] if missing else []
    return ". ".join([*said, f"England's figure is {early}"] if early else said)


@dataclass(frozen=True)
class Lines:
    """Lines over years, the first of them ours, with its interval: shaded, or upright at each point.

    ``goal`` is a dotted line across all years.
    """

    lines: Sequence[Line]
    measure: Measure
    goal: float | None = None
    whiskers: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the vertical axis; a gap is read from zero."""
        shown = [each for each in self.lines if each.last is not None]
        return plot.bounds(shown, self.measure, self.goal, from_zero=self.whiskers)

    def draw(self, width: float) -> Picture:
        """The picture at this width."""
        own, shown = self.lines[0], [each for each in self.lines if each.last is not None]
        with house_style():
            figure = canvas(HEIGHT, width)
            ax = panel(figure, _LEFT, _TOP, width - _LEFT - plot.label_room(shown), HEIGHT - _TOP - _FOOT)
            plot.axes_of_years(ax, [p.year for p in own.points], *self.bounds, self.measure.unit)
            (plot.whiskers if self.whiskers else plot.band)(ax, own)
            plot.strokes(ax, list(reversed(shown)))
            if self.goal is not None:
                plot.goal_line(ax, self.goal)
            plot.printed_values(ax, shown, aside=self.whiskers, goal=self.goal)
            plot.end_labels(ax, shown)
            plot.missing_years(ax, own, shown)
            return finished(figure)


def lines_table(lines: Sequence[Line], measure: Measure, group: str, what: str) -> Html:
    """The table behind the lines: one row per line, one column per year."""
    head: list[object] = ["Whose figure", *(point.year for point in lines[0].points)]
    body = [[each.name, *(point.cell() for point in each.points)] for each in lines]
    title = f"{words.title(measure)}{words.who(group)}, {what}"
    return behind(title, head, body, words.key(p for each in lines for p in each.points))


#: The groups as a line or a column is named.
_SHORT = {"disadvantaged": "disadvantaged", "other": "other", "fsm": "free school meals", "not_fsm": "not eligible"}
_OTHERS = {"other": "Other pupils", "not_fsm": "Not eligible"}


def gap_trend(figures: Protected, measure: str, group: str = "disadvantaged") -> Chart:
    """Is the gap between the pupils of a group (disadvantaged or fsm) and the others closing, and is it England's?

    A point a year, in the measure's unit: by how much the group is behind the others, with its 95% interval; England's
    gap dashed where it has figures of both groups. Source: the figures given, as the edition shows them. Raises
    TypeError for anything but Protected figures.
    """
    declared, (group, others) = of(figures, measure), pair_named(group)
    if group not in declared.pupil_groups:
        return nothing(f"{words.title(declared)}: there is no figure for {GROUPS[group].lower()}.")
    both, like = _groups(figures, declared, group, others)
    poor = both[0]
    school = subject(figures) if declared.pooled else None
    whose = school.name if school else TRUST
    lines = [Line(whose, "gap", tuple(_gap_points(figures, declared, group, both)))]
    if len(like) == 2:
        pairs = zip(like[0].points, like[1].points, strict=True)
        lines.append(Line("England", "england", tuple(_england_gap(*pair, declared) for pair in pairs)))
    known = sum(point.stands for point in lines[0].points)
    if not known:
        return nothing(words.no_trend(poor, like[0] if like else None, declared, group, school.name if school else ""))
    shown = Lines(lines, declared, whiskers=True)
    headline = _headline(whose, lines, both, declared, group)
    if known == 1:
        return nothing(join([headline, f". One year makes no trend. {words.reasons(lines[0].points)}".rstrip()]))
    about = words.subtitle(
        declared,
        "",
        figures,
        f"Gap: {_SHORT[group]} set against {_OTHERS[others].lower()}; over zero, {_SHORT[group]} pupils are behind",
        "Upright lines: 95% interval" if any(not math.isnan(p.low) for p in lines[0].points) else "",
        "" if len(like) == 2 else f"England's figure for {GROUPS[group].lower()} is not published",
        words.breaks_shown(declared, group, figures),
    )
    alt = alternative(
        "Line chart",
        words.plain(headline),
        *(f"{each.name} {words.listed(each)}" for each in lines),
        *(f"{each.name} {words.listed(each)}" for each in both),
    )
    data = lines_table([*both, *like, *lines], declared, group, "the gap")
    return drawn(headline, about, alt, shown.draw, data)


def _groups(figures: Protected, measure: Measure, group: str, others: str) -> tuple[tuple[Line, Line], list[Line]]:
    """The two groups of the trust or the school, and England's of the same groups, where it has both."""
    over, school = years(figures), subject(figures)

    def rows(group: str) -> pd.DataFrame:
        if school is not None and measure.pooled:
            return school_rows(figures, measure.name, group, school.urn)
        return trust_rows(figures, measure.name, group)

    poor = line(_SHORT[group].capitalize(), "disadvantaged", rows(group), measure, over)
    rest = line(_OTHERS[others], "ours", rows(others), measure, over)
    names = (f"England, {_SHORT[group]}", f"England, {_SHORT[others]}")
    like = [england_line(rows(each), measure, over, name) for each, name in zip((group, others), names, strict=True)]
    return (poor, rest), [each for each in like if each is not None] if all(like) else []


def _behind(poor: Point, rest: Point, measure: Measure) -> float:
    """By how much the pupils of the group do worse than the others, from unrounded values; below zero, better."""
    return poor.value - rest.value if measure.better == "low" else rest.value - poor.value


def _gap_points(figures: Protected, measure: Measure, group: str, both: Sequence[Line]) -> list[Point]:
    """The gap of each year with its interval, or why there is none: the reason of the group that is not shown."""
    school = subject(figures) if measure.pooled else None
    found = gaps(figures, measure.name, group=group)
    found = found[(found["kind"] == WITHIN) & (found["school_urn"] == (school.urn if school else ""))]
    held = found.set_index("years")
    points = []
    for poor, rest in zip(both[0].points, both[1].points, strict=True):
        if poor.stands and rest.stands:
            row = held.loc[poor.year]
            ends = (row["gap_low"], row["gap_high"])
            low, high = ends if measure.better == "low" else (-ends[1], -ends[0])
            gap = _behind(poor, rest, measure)
            said = words.amount(gap, measure)
            said = f"\N{MINUS SIGN}{said}" if half_away(gap, measure.decimals) < 0 else said
            ident = f"{poor.figure}.gap"
            points.append(Point(poor.year, gap, said, ident, low=low, high=high, row=poor.row, series=poor.series))
            continue
        of_group = poor if not poor.stands else rest
        why = "hidden: few pupils" if "c" in (poor.symbol, rest.symbol) else of_group.briefly
        points.append(Point(poor.year, NAN, of_group.text, "", of_group.why, why, of_group.symbol, series=poor.series))
    return points


def _england_gap(poor: Point, rest: Point, measure: Measure) -> Point:
    if not (poor.stands and rest.stands):
        return poor if not poor.stands else rest
    gap = _behind(poor, rest, measure)
    places = min(measure.decimals, int(poor.row.england_decimals), int(rest.row.england_decimals))
    said = words.amount(gap, measure, places)
    return Point(poor.year, gap, said, f"{england_id(poor.row)}.gap", row=poor.row, series=poor.series)


def _headline(whose: str, lines: Sequence[Line], both: Sequence[Line], measure: Measure, group: str) -> Html:
    """How wide the latest gap is; whether it is England's, and what it was at first, beyond chance."""
    standing = [at for at, point in enumerate(lines[0].points) if point.stands]
    standing = [at for at in standing if lines[0].points[at].series == lines[0].points[standing[-1]].series]
    first, last = standing[0], standing[-1]
    now, then = lines[0].points[last], lines[0].points[first]
    named = f"{'The' if whose == TRUST else f'{whose}: the'} {_SHORT[group]} gap in {words.within(measure)}"
    ahead = f" in favour of {GROUPS[group].lower()}" if half_away(now.value, measure.decimals) < 0 else ""
    said = [named, " is ", _size(now, measure), f"{ahead} in {now.year}"]
    england = lines[1].points[last] if len(lines) > 1 else None
    if england is not None and england.stands:
        said += ["; England's is ", england.span(), "" if _apart(now, england) else ", not clearly different"]
    if first != last:
        rows = [(each[0].row, each[1].row) for each in ([line.points[at] for line in both] for at in (last, first))]
        if compare.gaps_differ(*rows):
            way = "wider" if abs(now.value) > abs(then.value) else "narrower"
            change = element("span", words.amount(now.value - then.value, measure), data_figure=then.figure)
            said += ["; ", change, f" {way} than in {then.year}"]
        else:
            said += ["; it was ", _size(then, measure), f" in {then.year}, no clear change"]
    late = lines[0].points[-1]
    return join([*said, "" if late.stands else f"; {late.year}: {late.briefly}"])


def _size(gap: Point, measure: Measure) -> Html:
    return element("span", words.amount(gap.value, measure), data_figure=gap.figure)


def _apart(gap: Point, england: Point) -> bool:
    """Does England's gap lie outside the interval, whatever its printed digits left open?"""
    open_by = 10.0 ** -float(england.row.england_decimals)  # half a digit of each of its two figures
    return gap.low > england.value + open_by or gap.high < england.value - open_by
