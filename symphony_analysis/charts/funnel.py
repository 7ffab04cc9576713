"""Schools by the size of their cohort round England's figure: which lie further off than chance would take them?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis import compare
from symphony_analysis.charts import words
from symphony_analysis.charts.chart import Chart, alternative, drawn, nothing
from symphony_analysis.charts.house import PLAIN, SMALL, WIDTH, Picture, canvas, finished, house_style, ink, panel
from symphony_analysis.charts.rows import SchoolRow, hidden_count, school_figures, school_table, trust_and_england
from symphony_analysis.charts.schools import schools_against_england
from symphony_analysis.charts.series import Point, of, years
from symphony_analysis.display import count_in_words, display_value
from symphony_analysis.measures import Measure, group_named
from symphony_analysis.protect import Protected

_HEIGHT, _LEFT, _TOP, _RIGHT, _FOOT = 340.0, 46.0, 14.0, 120.0, 44.0
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
    outside = sum(row.point.row.comparison in compare.MARKED for row in shown)
    alt = alternative(
        f"Funnel plot of {len(shown)} schools by pupils",
        words.plain(headline),
        f"{count_in_words(outside)} outside the 95% limits round England's {england.text}",
        hidden_count(rows),
    )
    notes = ("Lines: 95% and 99.8% of schools at England's level lie inside", "Open dot: perhaps")
    about = words.subtitle(declared, group, figures, *notes)
    data = school_table(rows, trust, england, f"{words.title(declared)}{words.who(group)}, {year}, by school")
    return drawn(headline, about, alt, _picture(shown, england, declared), data)


def _picture(shown: Sequence[SchoolRow], england: Point, measure: Measure) -> Picture:
    row = shown[0].point.row
    half = 0.5 * 10.0 ** -float(row.england_decimals)
    most = max(each.point.row.pupils for each in shown) * 1.05
    pupils = np.linspace(max(min(each.point.row.pupils for each in shown) * 0.8, 5.0), most, 120)
    with house_style():
        figure = canvas(_HEIGHT)
        ax = panel(figure, _LEFT, _TOP, WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _FOOT)
        for level, name in _LEVELS:
            low, high = compare.funnel_limits(england.value - half, england.value + half, pupils, level)
            for edge in (low, high):
                ax.plot(pupils, edge, color=ink("C4"), linewidth=1.2 if level < 0.99 else 0.8, zorder=1)
            ax.annotate(
                name,
                (pupils[-1], high[-1]),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=ink("C4"),
                annotation_clip=False,
            )
        ax.plot(
            pupils[[0, -1]], [england.value] * 2, color=ink("C4"), linestyle=(0, (4.0, 2.5)), linewidth=1.4, zorder=1
        )
        ax.annotate(
            f"England {england.text}",
            (pupils[-1], england.value),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=ink("C4"),
            annotation_clip=False,
        )
        _dots(ax, shown)
        values = [england.value, *(each.point.value for each in shown)]
        room = 0.08 * max(max(values) - min(values), 10.0)
        bottom, top = max(min(values) - room, 0.0), min(max(values) + room, 100.0)
        ticks = [tick for tick in MaxNLocator(nbins=6).tick_values(bottom, top) if bottom <= tick <= top]
        ax.set_yticks(ticks, [display_value(tick, measure, 0) for tick in ticks])
        ax.set(xlabel="", ylabel="", xlim=(float(pupils[0]), float(most)), ylim=(bottom, top))
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
    for each in shown:
        row, word = each.point.row, each.point.row.comparison
        clear, marked = word in {compare.BETTER, compare.WORSE}, word in compare.MARKED
        colour = ink("C0") if marked or each.own else ink("soft")
        sns.scatterplot(
            x=[row.pupils],
            y=[each.point.value],
            ax=ax,
            s=72 if each.own else 46,
            edgecolor=colour,
            color=ink("paper") if marked and not clear else colour,
            linewidth=1.6,
            zorder=3,
            legend=False,
        )
        if marked or each.own:
            ax.annotate(
                each.name,
                (row.pupils, each.point.value),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                weight="bold" if each.own else "normal",
                bbox={"facecolor": ink("paper"), "pad": 1, "linewidth": 0},
                zorder=2,
            )
