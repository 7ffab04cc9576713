"""Schools by the size of their cohort round England's figure: which lie further off than chance would take them?"""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis import compare
from symphony_analysis.charts import plot, words
from symphony_analysis.charts.chart import Chart, alternative, drawn, nothing
from symphony_analysis.charts.house import (
    PLAIN,
    PX,
    SMALL,
    Picture,
    canvas,
    finished,
    house_style,
    ink,
    panel,
    phone,
    spread,
    text_width,
    words_beside,
)
from symphony_analysis.charts.schools import (
    SchoolRow,
    hidden_count,
    school_figures,
    school_table,
    schools_against_england,
    trust_and_england,
)
from symphony_analysis.charts.series import Point, of, years
from symphony_analysis.compare import MARKED
from symphony_analysis.display import count_in_words, display_value
from symphony_analysis.measures import Measure, group_named
from symphony_analysis.protect import Protected

_LEFT, _TOP, _RIGHT, _FOOT = 42.0, 14.0, 88.0, 42.0
#: A phone needs the height to keep the names of schools from one another's dots.
_HEIGHT, _HIGHER = 300.0, 400.0
_LEVELS = ((0.95, "95%"), (0.998, "99.8%"))


def funnel(figures: Protected, measure: str, group: str = "all") -> Chart:
    """Which schools lie outside what chance does to a school at England's level, given how many pupils it has?

    One dot a school of the latest year, in the measure's unit, over its pupils; inside the inner lines lie 95 of 100
    schools at England's level, inside the outer 99.8. Only shares of pupils have such lines. Source: the figures
    given, as the edition shows them. Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    group = group_named(group, [declared])
    rows = school_figures(figures, declared, group)
    trust, england = trust_and_england(figures, declared, group)
    shown = [row for row in rows if row.point.stands and row.point.row.pupils > 0]
    year = years(figures)[-1].label
    if declared.kind != "share" or england is None or len(shown) < 2:
        why = (
            "England's figure or the schools' own are missing"
            if declared.kind == "share"
            else "it is no share of pupils"
        )
        return nothing(f"{words.title(declared)}{words.who(group)}, {year}: no funnel can be drawn ({why}).")
    headline = schools_against_england(shown, declared, group, year)
    outside = sum(row.point.row.comparison in MARKED for row in shown)
    alt = alternative(
        f"Funnel plot of {len(shown)} schools by pupils",
        words.plain(headline),
        f"{count_in_words(outside)} outside the 95% limits round England's {england.text}",
        hidden_count(rows),
    )
    limits = _limits(shown, england)
    levels = " and ".join(dict.fromkeys(name for name, _ in limits.edges))
    inside = f"Line{'s' * (len(limits.edges) > 1)}: {levels} of schools at England's level lie inside" if levels else ""
    dots = "Filled dot: clearly different, of all schools compared in this one year; open: perhaps" * bool(outside)
    about = words.subtitle(declared, group, figures, inside, dots)
    data = school_table(rows, trust, england, f"{words.title(declared)}{words.who(group)}, {year}, by school")
    return drawn(headline, about, alt, lambda width: _picture(shown, england, declared, limits, width), data)


class _Limits(NamedTuple):
    """The pupils from left to right, the ends of the upright axis, and the lines that pass between them, each named."""

    pupils: np.ndarray
    bottom: float
    top: float
    edges: tuple[tuple[str, np.ndarray], ...]


def _limits(shown: Sequence[SchoolRow], england: Point) -> _Limits:
    half = 0.5 * 10.0 ** -float(shown[0].point.row.england_decimals)
    most = max(each.point.row.pupils for each in shown) * 1.05
    pupils = np.linspace(max(min(each.point.row.pupils for each in shown) * 0.8, 5.0), most, 120)
    values = [england.value, *(each.point.value for each in shown)]
    room = 0.08 * max(max(values) - min(values), 10.0)
    bottom, top = max(min(values) - room, 0.0), min(max(values) + room, 100.0)
    edges = [
        (name, edge)
        for level, name in _LEVELS
        for edge in compare.funnel_limits(england.value - half, england.value + half, pupils, level)
        if bottom < edge[-1] < top  # a line is nearest to England's figure at its right end
    ]
    return _Limits(pupils, bottom, top, tuple(edges))


def _picture(shown: Sequence[SchoolRow], england: Point, measure: Measure, limits: _Limits, width: float) -> Picture:
    pupils, bottom, top, edges = limits
    with house_style():
        high = _HIGHER if phone(width) else _HEIGHT
        figure = canvas(high, width)
        ax = panel(figure, _LEFT, _TOP, width - _LEFT - _RIGHT, high - _TOP - _FOOT)
        for name, edge in edges:
            ax.plot(pupils, edge, color=ink("C4"), linewidth=1.2 if name == _LEVELS[0][1] else 0.8, zorder=1)
        ax.plot(
            pupils[[0, -1]], [england.value] * 2, color=ink("C4"), linestyle=(0, (4.0, 2.5)), linewidth=1.4, zorder=1
        )
        ticks = [tick for tick in MaxNLocator(nbins=6).tick_values(bottom, top) if bottom <= tick <= top]
        ax.set_yticks(ticks, [display_value(tick, measure, 0) for tick in ticks])
        ax.set(xlabel="", ylabel="", xlim=(float(pupils[0]), float(pupils[-1])), ylim=(bottom, top))
        named = [(f"England {england.text}", england.value), *((name, float(edge[-1])) for name, edge in edges)]
        named.sort(key=lambda pair: pair[1])
        places = spread([plot.pixels(ax, value) for _, value in named], 14.0, 4.0, plot.height_of(ax) + 4.0)
        for (said, _), place in zip(named, places, strict=True):
            words_beside(ax, said, (pupils[-1], plot.back(ax, place)), 4, color=ink("C4"))
        _dots(ax, shown)
        ax.annotate(
            "Pupils",
            (1, 0),
            xycoords="axes fraction",
            xytext=(0, -30),
            textcoords="offset points",
            ha="right",
            fontsize=PLAIN,
            color=ink("soft"),
        )
        return finished(figure)


def _dots(ax: Axes, shown: Sequence[SchoolRow]) -> None:
    """Filled where clearly different, open where perhaps, grey where not; what is marked has its name."""
    named = [each for each in shown if each.point.row.comparison in MARKED or each.own]
    clear = {compare.BETTER, compare.WORSE}
    for colour, filled, own in product(("C0", "soft"), (True, False), (True, False)):
        held = [each for each in shown if (each in named) == (colour == "C0") and each.own == own]
        held = [e for e in held if (e.point.row.comparison in clear or e.point.row.comparison not in MARKED) == filled]
        sns.scatterplot(
            x=[each.point.row.pupils for each in held],
            y=[each.point.value for each in held],
            ax=ax,
            s=72 if own else 46,
            edgecolor=ink(colour),
            color=ink(colour if filled else "paper"),
            linewidth=1.6,
            zorder=3,
            legend=False,
        ) if held else None
    for each, (aside, above) in zip(named, _beside(ax, shown, named), strict=True):
        ax.annotate(
            each.name,
            (each.point.row.pupils, each.point.value),
            xytext=(aside * PX, above * PX),
            textcoords="offset points",
            va="center",
            ha="left" if aside > 0 else "right",
            fontsize=SMALL,
            weight="bold" if each.own else "normal",
            arrowprops={"arrowstyle": "-", "color": ink("soft"), "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
            bbox={"facecolor": ink("paper"), "pad": 0.5, "linewidth": 0},
            zorder=2,
        )


def _beside(ax: Axes, shown: Sequence[SchoolRow], named: Sequence[SchoolRow]) -> list[tuple[float, float]]:
    """Where each name stands, in pixels from its dot: the nearest place free of dots and of the names before it."""
    (first, last), wide = ax.get_xlim(), float(ax.get_window_extent().width) / PX

    def at(each: SchoolRow) -> tuple[float, float]:
        return (each.point.row.pupils - first) / (last - first) * wide, plot.pixels(ax, each.point.value)

    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in map(at, shown)]
    places = []
    for each in named:
        (x, y), room = at(each), text_width(each.name, SMALL, each.own)
        found: list[tuple] = []
        for above, aside in product((0.0, 15.0, -15.0, 30.0, -30.0), (9.0, -9.0)):
            left = x + aside if aside > 0 else x + aside - room
            box = (left, y + above - 6.5, left + room, y + above + 6.5)
            out = max(box[2] - wide, -box[0], 0.0) + max(box[3] - plot.height_of(ax), 8 - box[1], 0.0)
            met = sum(
                box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1] for other in taken
            )
            found.append((met, out, len(found), (aside, above), box))
        *_, place, box = min(found)
        taken.append(box)
        places.append(place)
    return places
