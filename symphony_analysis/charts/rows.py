"""One row per school: the frame that dot plots, gaps and bars share, with names left and figures right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from symphony_analysis.charts.chart import behind
from symphony_analysis.charts.house import PLAIN, SMALL, canvas, ink, panel, text_width, wide, write
from symphony_analysis.charts.series import (
    FROM_ZERO,
    Point,
    england_point,
    point,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.charts.words import key, pupils_text, tick
from symphony_analysis.markup import Html, element
from symphony_analysis.measures import Measure
from symphony_analysis.protect import Protected

ROW = 20.0
_HEAD, _FOOT, _GAP = 26.0, 28.0, 12.0


@dataclass(frozen=True)
class SchoolRow:
    """One school's figure of the latest year: its name, whether it counts, whether this edition is its own."""

    name: str
    point: Point
    member: bool
    own: bool


def school_figures(figures: Protected, measure: Measure, group: str, highest_first: bool = False) -> list[SchoolRow]:
    """The schools' figures of the latest year in register order, or highest first; then those without one.

    The latter stand in the order of the register: a hidden figure has no value here, so it cannot tell its place.
    """
    year, school = years(figures)[-1].code, subject(figures)
    rows = school_rows(figures, measure.name, group)
    rows = rows[rows["time_period"] == year]
    found = [
        SchoolRow(
            row.school_name, point(row, measure), bool(row.member), school is not None and row.school_urn == school.urn
        )
        for row in rows.itertuples()
        if row.member or not math.isnan(row.value)
    ]
    # An order by value would be a league table, and mostly an order of chance.
    standing = _in_register_order(figures, [r for r in found if r.point.stands])
    if highest_first:
        standing.sort(key=lambda r: -r.point.value)
    return [*standing, *_in_register_order(figures, [r for r in found if not r.point.stands])]


def _in_register_order(figures: Protected, rows: list[SchoolRow]) -> list[SchoolRow]:
    if figures.context is None:
        return rows
    order = {school.name: at for at, school in enumerate(figures.context.trust.schools)}
    return sorted(rows, key=lambda r: order[r.name])


def hidden_count(rows: Sequence[SchoolRow]) -> str:
    """How many schools have no figure that can be shown, in words; nothing where all have one."""
    number = sum(not row.point.stands for row in rows)
    return f"{number} without a figure that can be shown" if number else ""


def trust_and_england(figures: Protected, measure: Measure, group: str) -> tuple[Point | None, Point | None]:
    """The trust's and England's figure of the latest year; None where there is none to show."""
    rows = trust_rows(figures, measure.name, group)
    rows = list(rows[rows["time_period"] == years(figures)[-1].code].itertuples())
    if not rows:
        return None, None
    trust, england = point(rows[0], measure), england_point(rows[0], measure)
    return (trust if trust.stands else None), (england if england.stands else None)


def school_table(rows: Sequence[SchoolRow], trust: Point | None, england: Point | None, title: str) -> Html:
    """The table behind a chart of schools: figure and pupils (where it is about pupils), the trust, England."""
    body = [[row.name, row.point.cell(), _pupils(row.point)] for row in rows]
    body += [["Trust", trust.cell(), _pupils(trust)]] if trust else []
    body += [["England", england.cell(), ""]] if england else []
    points = [row.point for row in rows]
    columns = 3 if any(pupils_text(each.row) for each in points) else 2
    head = ["School", "Figure", "Pupils"][:columns]
    return behind(title, head, [line[:columns] for line in body], key(points))


def _pupils(figure: Point) -> Html:
    said = pupils_text(figure.row).split(" ")[0]
    return element("td", said, data_figure=f"{figure.figure}.pupils" if said else None)


@dataclass(frozen=True)
class Sheet:
    """The figure with its axes: row ``n`` is at y = n, counted downwards; columns of words stand right of it."""

    figure: Figure
    ax: Axes
    left: float
    height: float
    count: int

    def y(self, at: float) -> float:
        """Pixels from the top of the figure to the middle of a row."""
        return _HEAD + (at + 0.5) * ROW

    @property
    def right(self) -> float:
        """Pixels from the left edge of the figure to the end of the axes."""
        return self.left + self.ax.get_position().width * wide(self.figure)


def sheet(names: Sequence[str], columns: float, width: float, bold: Sequence[bool] = ()) -> Sheet:
    """An empty frame of rows with their names, and ``columns`` pixels kept free on the right."""
    strong = list(bold) or [False] * len(names)
    height = _HEAD + len(names) * ROW + _FOOT
    figure = canvas(height, width)
    left = max(text_width(name, PLAIN, b) for name, b in zip(names, strong, strict=True)) + _GAP
    ax = panel(figure, left, _HEAD, width - left - columns, len(names) * ROW)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks([])
    made = Sheet(figure, ax, left, height, len(names))
    for at, (name, b) in enumerate(zip(names, strong, strict=True)):
        write(figure, 0, made.y(at), name, weight="bold" if b else "normal")
    return made


def scale(made: Sheet, low: float, high: float, measure: Measure) -> None:
    """The axis below the rows, in round values."""
    made.ax.set_xlim(low, high)
    most = min(6, max(int((made.right - made.left) / 55), 2))
    ticks = [t for t in MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    said = [tick(t, measure.unit, at == len(ticks) - 1) for at, t in enumerate(ticks)]
    fit = [n for n, t in enumerate(ticks) if across(made, t) + text_width(said[n]) / 2 <= wide(made.figure)]
    made.ax.set_xticks([ticks[n] for n in fit], [said[n] for n in fit])


def rules(made: Sheet, first: int) -> None:
    """The faint lines that lead the eye along the rows that have a figure, drawn in one stroke."""
    low, high = made.ax.get_xlim()
    x = [each for _ in range(first) for each in (low, high, math.nan)]
    y = [each for at in range(first) for each in (at, at, math.nan)]
    made.ax.plot(x, y, color=ink("rule"), linewidth=0.8, zorder=0, clip_on=False)


def reach(values: Sequence[float], measure: Measure, near: bool = False) -> tuple[float, float]:
    """The ends of the axis, with a little room beyond the last dot: from zero for shares, rates, counts and money,
    unless it starts near the data (bars need a zero, dots do not)."""
    standing = [value for value in values if not math.isnan(value)]
    low, high = min(standing), max(standing)
    if measure.unit in FROM_ZERO and not near:
        low = min(low, 0.0)
    room = 0.04 * (high - low) or 1.0
    ceiling = 100.0 if measure.unit == "%" and high <= 100 else math.inf
    return (low if low == 0 else low - room), min(high + room, ceiling)


def across(made: Sheet, value: float) -> float:
    """Pixels from the left edge of the figure to a value on the axis."""
    low, high = made.ax.get_xlim()
    return made.left + (value - low) / (high - low) * (made.right - made.left)


def reference_lines(made: Sheet, marks: Sequence[tuple[str, float, str]], rows: int) -> None:
    """Upright lines through the first so many rows, each named at the top (name, value, look): "England 13.0%".

    Names stand on the outer sides of their lines, so that two lines that are close do not share a place.
    """
    ordered = sorted(marks, key=lambda mark: mark[1])
    edge = 0.0
    for at, (name, value, look) in enumerate(ordered):
        dashed = look != "solid"
        made.ax.plot(
            [value, value],
            [-0.5, rows - 0.5],
            color=ink("C4" if dashed else "C0"),
            linewidth=1.4,
            zorder=1,
            linestyle=(0, (4.0, 2.5)) if dashed else "-",
            clip_on=False,
        )
        x, room = across(made, value), text_width(name, SMALL, not dashed)
        leftwards = at == 0 and len(ordered) > 1
        start = x - room + 3 if leftwards else max(x - 3, edge)
        start = min(max(start, 0.0), wide(made.figure) - room)
        edge = start + room + 12
        write(
            made.figure, start, _HEAD - 12, name, "C4" if dashed else "C0", SMALL, weight="normal" if dashed else "bold"
        )


def reason(made: Sheet, at: int, words: str) -> None:
    """Why a row has no figure, in its place."""
    write(made.figure, made.left + 8, made.y(at), words, "soft")
