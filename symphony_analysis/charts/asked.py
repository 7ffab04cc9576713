"""Any rows of ``explore`` drawn: lines over years, dots with their intervals, one measure against another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis import breaks
from symphony_analysis.charts.chart import LONGEST_ALT, Chart, drawn, nothing
from symphony_analysis.charts.house import (
    PLAIN,
    SMALL,
    Picture,
    canvas,
    finished,
    house_style,
    ink,
    panel,
    spread,
    write,
)
from symphony_analysis.charts.house import text_width as wide
from symphony_analysis.display import display_value
from symphony_analysis.markup import Html
from symphony_analysis.measures import Measure

_ROW, _TOP, _FOOT, _LINES = 22.0, 10.0, 34.0, 330.0
#: More lines than colours cannot be told apart.
MOST_LINES = 6


def lines(rows: pd.DataFrame, measure: Measure, title: str, names: pd.Series, data: Html) -> Chart:
    """One line per name over the years, with values at its points and its name at the end; England's dashed.

    A line ends at a declared break in its series and begins anew after it.
    """
    shown = rows.assign(name=names, series=breaks.series_number(rows))[rows["value"].notna()]
    if not len(shown):
        return nothing(f"{title}: no figure can be shown.")
    years = list(dict.fromkeys(rows["year"]))
    held = [(name, each.set_index("year").reindex(years)) for name, each in shown.groupby("name", sort=False)]
    first = shown.drop_duplicates("year").set_index("year").reindex(years)
    england = first["england_value"]

    def draw(width: float) -> Picture:
        with house_style():
            figure = canvas(_LINES, width)
            room = max(wide(f"{name} {display_value(0.0, measure)}000") for name in [*names, "England"])
            ax = panel(figure, 50, _TOP, width - 62 - room, _LINES - _TOP - _FOOT)
            marks = [(name, each["value"], f"C{at % 6}", "-") for at, (name, each) in enumerate(held)]
            series = [each["series"] for _, each in held]
            if england.notna().any() and len(set(rows["pupil_group"])) == 1:
                marks.append(("England", england, ink("C4"), "--"))
                series.append(first["series"])
            for (_, value, colour, dash), own in zip(marks, series, strict=True):
                for number in own.dropna().unique():
                    run = value.where(own == number).to_numpy()
                    ax.plot(range(len(years)), run, dash, marker="o", color=colour, markersize=5, clip_on=False)
            ax.set_xticks(range(len(years)), years)
            ax.margins(y=0.12)
            _ticks(ax.yaxis, measure)
            _names_at_ends(ax, marks, measure)
            return finished(figure)

    about = f"{_units(measure)} The vertical axis does not start at zero."
    return drawn(title, about, _alt("Line chart", title, rows, names), draw, data)


def dots(rows: pd.DataFrame, measure: Measure, title: str, names: pd.Series, data: Html) -> Chart:
    """One row a figure, in the order of the frame: a dot, its 95% interval, its value; England's figure dashed."""
    if not rows["value"].notna().any():
        return nothing(f"{title}: no figure can be shown.")
    values = rows["value"].to_numpy(dtype=float)
    england = rows["england_value"].dropna().unique()

    def draw(width: float) -> Picture:
        with house_style():
            left = max(wide(name) for name in names) + 14
            room = max(wide(shown, PLAIN, bold=True) for shown in rows["shown"]) + 12
            high = _TOP + _ROW * len(rows) + _FOOT
            figure = canvas(high, width)
            ax = panel(figure, left, _TOP, max(width - left - room, 120.0), _ROW * len(rows))
            at = np.arange(len(rows))
            ax.hlines(at, rows["interval_low"], rows["interval_high"], color=ink("C0"), alpha=0.45, linewidth=1.6)
            ax.plot(values, at, "o", color=ink("C0"), markersize=7)
            ax.set_ylim(len(rows) - 0.5, -0.5)
            ax.set_yticks([])
            ax.margins(x=0.06)
            if len(england) == 1:
                ax.axvline(england[0], color=ink("C4"), linestyle=(0, (4, 2.5)), linewidth=1.4, zorder=0)
            for place, (name, shown) in enumerate(zip(names, rows["shown"], strict=True)):
                y = _TOP + (place + 0.5) * _ROW
                write(figure, 0, y, name)
                write(figure, width, y, shown, ha="right", weight="bold")
            _ticks(ax.xaxis, measure)
            return finished(figure)

    beside = f" Dashed: England, {display_value(england[0], measure)}." if len(england) == 1 else ""
    note = f"{_units(measure)} Line: 95% interval.{beside}"
    return drawn(title, note, _alt("Dot plot", title, rows, names), draw, data)


def scatter(both: pd.DataFrame, one: Measure, other: Measure, title: str, data: Html) -> Chart:
    """A dot a row of ``both`` (columns name, x, y): one measure across, the other up. It shows no cause."""
    held = both.dropna(subset=["x", "y"])
    if len(held) < 2:
        return nothing(f"{title}: fewer than two have both figures.")

    def draw(width: float) -> Picture:
        with house_style():
            figure = canvas(420, width)
            ax = panel(figure, 54, _TOP, width - min(0.26 * width, 136) - 54, 420 - _TOP - 56)
            ax.plot(held["x"], held["y"], "o", color=ink("C0"), markersize=7, clip_on=False)
            ax.margins(0.06)
            for row in held.itertuples():
                ax.annotate(
                    row.name, (row.x, row.y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=SMALL
                )
            _ticks(ax.xaxis, one)
            _ticks(ax.yaxis, other)
            write(
                figure,
                54,
                410,
                f"Across: {one.short_label} ({one.unit}). Up: {other.short_label} ({other.unit}).",
                "soft",
            )
            return finished(figure)

    alt = f"Scatter plot of {len(held)} points. {title}."[:LONGEST_ALT]
    return drawn(title, "One dot each. That two things go together does not say why.", alt, draw, data)


def _names_at_ends(ax: Axes, marks: list, measure: Measure) -> None:
    """Each line's name and latest value beside its last point, moved apart where they would meet."""
    ends = [(name, value.last_valid_index(), value.dropna().iloc[-1], colour) for name, value, colour, _ in marks]
    low, high = ax.get_ylim()
    height = _LINES - _TOP - _FOOT
    wanted = [(value - low) / (high - low) * height for *_, value, _ in ends]
    for (name, _, value, colour), place in zip(ends, spread(wanted, 15, 4, height), strict=True):
        said = f"{name} {display_value(value, measure)}"
        ax.annotate(
            said,
            (1, place / height),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            annotation_clip=False,
            color=ink("ink") if colour in {"C1", "C3", "C5"} else colour,
        )


def _ticks(axis, measure: Measure) -> None:
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(lambda value, _: display_value(value, measure, 0 if float(value).is_integer() else 1))
    axis.grid(True)


def _units(measure: Measure) -> str:
    return {"%": "Per cent.", "£": "Pounds."}.get(measure.unit, f"{measure.unit[0].upper()}{measure.unit[1:]}.")


def _alt(kind: str, title: str, rows: pd.DataFrame, names: pd.Series) -> str:
    said = f"{kind}. {title}."
    for name, year, shown in zip(names, rows["year"], rows["shown"], strict=True):
        more = f" {name} {shown} in {year}."
        if len(said) + len(more) > LONGEST_ALT:
            break
        said += more
    return said[:LONGEST_ALT]
