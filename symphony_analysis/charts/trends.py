"""Three years in lines: a measure against England."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.charts import plot, words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import Picture, canvas, finished, house_style, panel
from symphony_analysis.charts.series import (
    Line,
    england_line,
    line,
    of,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.markup import Html
from symphony_analysis.measures import Measure, group_named
from symphony_analysis.measures.goals import GOALS
from symphony_analysis.protect import Protected

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
            plot.printed_values(ax, shown, aside=self.whiskers)
            plot.end_labels(ax, shown)
            plot.missing_years(ax, own, shown)
            return finished(figure)


def lines_table(lines: Sequence[Line], measure: Measure, group: str, what: str) -> Html:
    """The table behind the lines: one row per line, one column per year."""
    head: list[object] = ["Whose figure", *(point.year for point in lines[0].points)]
    body = [[each.name, *(point.cell() for point in each.points)] for each in lines]
    title = f"{words.title(measure)}{words.who(group)}, {what}"
    return behind(title, head, body, words.key(p for each in lines for p in each.points))
