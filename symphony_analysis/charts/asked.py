"""Any rows of ``explore`` drawn: lines over years, dots or bars a row, one measure against another.

A picture is made in the size asked for (pixels), or drawn into axes of the reader's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis import breaks
from symphony_analysis.charts.chart import LONGEST_ALT, Chart, drawn, nothing
from symphony_analysis.charts.house import (
    PX,
    SMALL,
    WIDTH,
    Picture,
    canvas,
    finished,
    house_style,
    ink,
    panel,
    spread,
    text_width,
    words_beside,
)
from symphony_analysis.display import display_value
from symphony_analysis.markup import Html
from symphony_analysis.measures import Measure

_ROW, _TOP, _HEAD, _FOOT, _LINES, _SCATTER = 22.0, 10.0, 26.0, 34.0, 330.0, 420.0
#: More lines than colours cannot be told apart.
MOST_LINES = 6
#: More rows than a screen holds.
MOST_ROWS = 60


@dataclass(frozen=True)
class Room:
    """Where a picture goes: axes of the reader's own, or a new picture so many pixels wide and high (0: as needed)."""

    ax: Axes | None = None
    width: float = WIDTH
    height: float = 0.0

    def axes(self, usual: float, left: float, right: float, foot: float = _FOOT) -> Axes:
        """The axes to draw into, with room for words on both sides."""
        if self.ax is not None:
            return self.ax
        height = self.height or usual
        figure = canvas(height, self.width)
        return panel(figure, left, _TOP, max(self.width - left - right, 120.0), max(height - _TOP - foot, 60.0))

    def chart(self, draw: Callable[[Room], Axes], title: str, note: str, alt: str, data: Html) -> Chart:
        """The finished chart; of axes of the reader's own there is nothing more to show."""

        def picture(width: float) -> Picture:
            with house_style():
                return finished(draw(replace(self, width=width)).get_figure(root=True))  # type: ignore[arg-type]

        if self.ax is None:
            return drawn(title, note, alt, picture, data, self.width)
        with house_style():
            draw(self)
        return Chart(Html(""), alt, headline=title, subtitle=note)


def lines(rows: pd.DataFrame, measure: Measure, title: str, names: pd.Series, data: Html, room: Room) -> Chart:
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

    def draw(room: Room) -> Axes:
        ends = max(text_width(f"{name} {display_value(0.0, measure)}000") for name in [*names, "England"])
        ax = room.axes(_LINES, 50, 12 + ends)
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
        return ax

    about = f"{_units(measure)} The vertical axis does not start at zero."
    return room.chart(draw, title, about, _alt("Line chart", title, rows, names), data)


def dots(
    rows: pd.DataFrame, measures: Sequence[Measure], title: str, names: pd.Series, data: Html, room: Room, bars: bool
) -> Chart:
    """One row a figure, in the order of the frame: a dot or bar, its 95% interval, its value; England's figure dashed.

    Several measures are drawn one below the other, each on a scale of its own.
    """
    if not rows["value"].notna().any():
        return nothing(f"{title}: no figure can be shown.")
    more = f" The first {MOST_ROWS} of {len(rows)} rows." if len(rows) > MOST_ROWS else ""
    rows, names = rows[:MOST_ROWS], names[:MOST_ROWS]
    parts = [(measure, rows[rows["measure"] == measure.name]) for measure in measures]
    parts = [(measure, part) for measure, part in parts if len(part)]

    def draw(room: Room) -> Axes:
        left = max(text_width(name) for name in names) + 14
        right = max(text_width(shown) for shown in rows["shown"]) + 14
        if len(parts) == 1:
            axes = [room.axes(_TOP + max(_ROW * len(rows), 60.0) + _FOOT, left, right)]
        else:
            heights = [_ROW * len(part) for _, part in parts]
            figure = canvas(_TOP + sum(heights) + len(parts) * (_HEAD + _FOOT), room.width)
            tops = np.cumsum([_TOP + _HEAD, *(height + _HEAD + _FOOT for height in heights)])
            axes = [
                panel(figure, left, top, max(room.width - left - right, 120.0), height)
                for top, height in zip(tops[:-1], heights, strict=True)
            ]
        for ax, (measure, part) in zip(axes, parts, strict=True):
            _rows(ax, part, measure, names[part.index], bars)
            if len(parts) > 1:
                ax.set_title(measure.short_label, loc="left", fontsize=SMALL, color=ink("ink"))
        return axes[0]

    england = rows["england_value"].dropna().unique()
    one = len(parts) == 1 and len(england) == 1
    beside = f" Dashed: England, {display_value(england[0], parts[0][0])}." if one else " Dashed: England."
    units = _units(parts[0][0]) if len(parts) == 1 else ""
    before = " Ring: as printed." if "printed" in rows else ""
    note = f"{units} Line: 95% interval.{before}{beside if len(england) else ''}{more}".strip()
    return room.chart(draw, title, note, _alt("Bars" if bars else "Dot plot", title, rows, names), data)


def _rows(ax: Axes, rows: pd.DataFrame, measure: Measure, names: pd.Series, bars: bool) -> None:
    """The figures of one measure, a row each: its name on the left, its value on the right."""
    at, values = np.arange(len(rows)), rows["value"].to_numpy(dtype=float)
    colour = ink("C0")
    if bars:
        ax.barh(at, values, height=0.6, color=colour)
    else:
        ax.plot(values, at, "o", color=colour, markersize=7, zorder=3)
    limits = rows[["interval_low", "interval_high"]].to_numpy(dtype=float)
    ax.hlines(at, limits[:, 0], limits[:, 1], color=ink("ink") if bars else colour, alpha=0.45, linewidth=1.6)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(at, list(names), color=ink("ink"))
    ax.tick_params(axis="y", length=0)
    ax.margins(x=0.06)
    england = rows["england_value"].dropna().unique()
    dashed: dict[str, Any] = {"color": ink("C4"), "linestyle": (0, (4, 2.5)), "linewidth": 1.4, "zorder": 1.5}
    if len(england) == 1:
        ax.axvline(england[0], **dashed)
    else:
        ax.vlines(rows["england_value"].to_numpy(dtype=float), at - 0.45, at + 0.45, **dashed)
    if "printed" in rows:
        before = pd.to_numeric(rows["printed"].str.replace(",", ""), errors="coerce")
        ax.plot(before, at, "o", color=colour, markersize=7, fillstyle="none")
        for place, value, said in zip(at, before, rows["printed"], strict=True):
            if value == value:
                words_beside(ax, said, (value, float(place)), coords="data")
    for place, shown in zip(at, rows["shown"], strict=True):
        words_beside(ax, shown, (1, float(place)), coords=("axes fraction", "data"), weight="bold")
    _ticks(ax.xaxis, measure)
    ax.grid(False, axis="y")


def scatter(both: pd.DataFrame, one: Measure, other: Measure, title: str, data: Html, room: Room) -> Chart:
    """A dot a row of ``both`` (columns name, x, y): one measure across, the other up. It shows no cause."""
    held = both.dropna(subset=["x", "y"])
    if len(held) < 2:
        return nothing(f"{title}: fewer than two have both figures.")

    def draw(room: Room) -> Axes:
        ax = room.axes(_SCATTER, 64, 126, foot=56)
        ax.plot(held["x"], held["y"], "o", color=ink("C0"), markersize=7, clip_on=False)
        ax.margins(0.06)
        _names_of_dots(ax, held)
        _ticks(ax.xaxis, one)
        _ticks(ax.yaxis, other)
        ax.set_xlabel(f"{one.short_label} ({one.unit})")
        ax.set_ylabel(f"{other.short_label} ({other.unit})")
        return ax

    alt = f"Scatter plot of {len(held)} points. {title}."[:LONGEST_ALT]
    return room.chart(draw, title, "One dot each. That two things go together does not say why.", alt, data)


def _names_of_dots(ax: Axes, held: pd.DataFrame) -> None:
    """Each dot's name on the first side of it that is free: right, left, above, below; else on the right."""
    ax.get_xlim(), ax.get_ylim()  # the limits are settled before places are read
    scale = 72 / ax.get_figure(root=True).dpi / PX  # type: ignore[union-attr]
    dots = ax.transData.transform(held[["x", "y"]].to_numpy(dtype=float)) * scale
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    for name, value, (x, y) in zip(held["name"], held[["x", "y"]].to_numpy(), dots, strict=True):
        half = text_width(str(name), SMALL) / 2
        sides = [(half + 9, 0.0), (-half - 9, 0.0), (0.0, 13.0), (0.0, -13.0)]
        boxes = [(x + dx - half, y + dy - 7, x + dx + half, y + dy + 7) for dx, dy in sides]
        at = next((n for n, box in enumerate(boxes) if not any(_meet(box, other) for other in taken)), 0)
        taken.append(boxes[at])
        place: dict[str, Any] = {
            "xytext": (sides[at][0] * PX, sides[at][1] * PX),
            "textcoords": "offset points",
            "fontsize": SMALL,
        }
        ax.annotate(str(name), value, ha="center", va="center", **place)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _names_at_ends(ax: Axes, marks: list, measure: Measure) -> None:
    """Each line's name and latest value beside its last point, moved apart where they would meet."""
    ends = [(name, value.last_valid_index(), value.dropna().iloc[-1], colour) for name, value, colour, _ in marks]
    low, high = ax.get_ylim()
    height = ax.get_window_extent().height * 72 / ax.get_figure(root=True).dpi / PX  # type: ignore[union-attr]
    wanted = [(value - low) / (high - low) * height for *_, value, _ in ends]
    for (name, _, value, colour), place in zip(ends, spread(wanted, 15, 4, height), strict=True):
        seen = ink("ink") if colour in {"C1", "C3", "C5"} else colour
        said = f"{name} {display_value(value, measure)}"
        words_beside(ax, said, (1, place / height), coords="axes fraction", color=seen)


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
