"""Lines over years: the strokes, their intervals, values printed at the points, and names at their ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis.charts import words
from symphony_analysis.charts.house import LARGE, LOOKS, PX, SMALL, ink, spread, text_width
from symphony_analysis.charts.series import FROM_ZERO, Line
from symphony_analysis.measures import Measure

_OFF = 13.0  # pixels from a point to the middle of its value
_APART = 17.0  # pixels between the middles of two labels, one above the other


def reach(lines: Sequence[Line], measure: Measure, intervals: bool) -> tuple[float, float]:
    """What the vertical axis must cover: from zero for shares, rates and money; else the values, widened."""
    points = [p for line in lines for p in line.points if p.stands]
    values = [v for p in points for v in ((p.value, p.low, p.high) if intervals else (p.value,)) if not math.isnan(v)]
    low, high = min(values), max(values)
    if measure.unit in FROM_ZERO:
        low, high = min(low, 0.0), max(high, 0.0)
    elif low > 0:  # a tenth of the value at least, so that a small difference does not fill the chart
        spare = max(0.1 * high - (high - low), 0.0)
        low, high = low - spare / 2, high + spare / 2
    return low, high if high > low else low + 1.0


def bounds(lines: Sequence[Line], measure: Measure, intervals: bool, least: float | None = None) -> tuple[float, float]:
    """The ends of the vertical axis in round numbers, with room above the highest point for its figure.

    It reaches ``least`` at least.
    """
    low, high = reach(lines, measure, intervals)
    high = high if least is None else max(high, 1.02 * least)
    highest = max(p.value for line in lines for p in line.points if p.stands)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, max(high, highest + 0.09 * (high - low)))
    top = 100.0 if measure.unit == "%" and high <= 100.0 < ticks[-1] else float(ticks[-1])
    return float(ticks[0]), top


def truncated(measure: Measure, low: float) -> str:
    """What a reader must be told where the axis does not start at zero."""
    return "The vertical axis does not start at zero" if measure.unit not in FROM_ZERO and low > 0 else ""


def strokes(ax: Axes, lines: Sequence[Line], small: bool = False) -> None:
    """The lines themselves; a line is broken where a year is missing or a break is declared, never drawn across it.

    In a small panel only our own line has its points marked.
    """
    for line in lines:
        look, size = LOOKS[line.look], 0.75 if small else 1.0
        marked = not small or line.look == "ours" or _lonely(line)
        sns.lineplot(
            data=_unbroken(line),
            x="at",
            y="value",
            units="run",
            estimator=None,
            errorbar=None,
            ax=ax,
            legend=False,
            color=look.colour,
            linewidth=look.width * size,
            linestyle=(0, look.dashes) if look.dashes else "-",
            marker=look.marker if marked else "",
            markersize=6.5 * size,
            markeredgecolor=ink("paper"),
            clip_on=False,
        )
    for one, other in pairwise(lines[0].runs if lines else ()):
        if lines[0].points[one[-1]].series != lines[0].points[other[0]].series:
            ax.axvline(other[0] - 0.5, color=ink("soft"), linewidth=1.0, linestyle=(0, (1.0, 2.0)), zorder=0)
    ax.set(xlabel="", ylabel="")


def goal_line(ax: Axes, value: float) -> None:
    """England's goal: a dotted line over all years."""
    ax.axhline(value, color=ink("C4"), linewidth=1.2, linestyle=(0, (1.0, 1.6)), zorder=0.5)


def _unbroken(line: Line) -> pd.DataFrame:
    """One row per figure that stands, with the ``run`` of figures that one stroke may join."""
    joined = [(at, number) for number, run in enumerate(line.runs) for at in run]
    return pd.DataFrame([{"at": at, "value": line.points[at].value, "run": number} for at, number in joined])


def _lonely(line: Line) -> bool:
    return any(len(run) == 1 for run in line.runs)


def band(ax: Axes, line: Line) -> None:
    """The 95% interval of a line, behind it, where the figures have one."""
    look = LOOKS[line.look]
    for run in line.runs:
        low, high = ([getattr(line.points[at], end) for at in run] for end in ("low", "high"))
        if len(run) > 1 and not all(map(math.isnan, low)):
            ax.fill_between(run, low, high, color=look.colour, alpha=0.14, linewidth=0)
        elif len(run) == 1 and not math.isnan(low[0]):
            ax.vlines(run[0], low[0], high[0], color=look.colour, alpha=0.3, linewidth=5)


def axes_of_years(ax: Axes, labels: Sequence[str], low: float, high: float, unit: str = "") -> None:
    """The frame: years below, rules and round values beside, the unit on the topmost value only."""
    ax.set_xlim(-0.18, len(labels) - 1 + 0.06)
    ax.set_ylim(low, high)
    ax.set_xticks(range(len(labels)), labels)
    ticks = [t for t in MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
    ax.set_yticks(ticks, [words.tick(t, unit, t == ticks[-1]) for t in ticks])
    ax.grid(axis="y")


def height_of(ax: Axes) -> float:
    """The height of these axes in pixels."""
    return float(ax.get_window_extent().height) / PX


def pixels(ax: Axes, value: float) -> float:
    """How many pixels above the lower end of the axis a value stands."""
    low, high = ax.get_ylim()
    return (value - low) / (high - low) * height_of(ax)


def back(ax: Axes, place: float) -> float:
    """The value that stands so many pixels above the lower end of the axis."""
    low, high = ax.get_ylim()
    return low + place / height_of(ax) * (high - low)


def printed_values(ax: Axes, lines: Sequence[Line], last: bool = False, size: float = SMALL) -> None:
    """Values at the points, above or below, whichever is free: ours always, another line's where there is room.

    Values of the last year stand in the labels at the line ends, so they are left out unless asked for.
    """
    for at in range(len(lines[0].points) - (0 if last else 1)):
        held = {ln.name: pixels(ax, ln.points[at].value) for ln in lines if ln.points[at].stands}
        taken: list[float] = []
        for line in (ln for ln in lines if ln.name in held):
            place = free(held[line.name], [held[n] for n in held if n != line.name], taken)
            if place is None and line is not lines[0]:
                continue
            place = held[line.name] + _OFF if place is None else place
            taken.append(place)
            ax.text(
                at,
                back(ax, place),
                line.points[at].text.split(" (")[0],
                ha="center",
                va="center",
                fontsize=size,
                color=ink(LOOKS[line.look].text),
            )


def free(own: float, points: list[float], taken: list[float]) -> float | None:
    """Where, in pixels, a value can stand: away from the nearest other line, else on its side of it, else nowhere."""
    nearest = min(points, key=lambda other: abs(other - own), default=own - 1.0)
    sides = (own + _OFF, own - _OFF) if nearest <= own else (own - _OFF, own + _OFF)
    for place in sides:
        clear = all(abs(place - other) > 10.0 for other in points) and all(abs(place - t) > 14.0 for t in taken)
        if place > 7.0 and clear:
            return place
    return None


def end_labels(ax: Axes, lines: Sequence[Line], size: float = LARGE, named: bool = True) -> None:
    """Name and latest value at the end of each line, moved apart where they would meet."""
    held = [line for line in lines if line.last is not None]
    wanted = [pixels(ax, line.end.value) for line in held]
    placed = spread(wanted, _APART, 4.0, height_of(ax) + 4.0)
    for line, place in zip(held, placed, strict=True):
        at = _label_at(line, lines)
        ax.annotate(
            end_text(line, named, size == SMALL),
            (at, back(ax, place)),
            va="center",
            xytext=(8, 0),
            textcoords="offset points",
            fontsize=size,
            fontweight="bold" if _bold(line) else "normal",
            annotation_clip=False,
            color=ink(LOOKS[line.look].text),
        )


def _bold(line: Line) -> bool:
    return not line.look.startswith("england")


def end_text(line: Line, named: bool = True, brief: bool = False) -> str:
    """ "England 13.0%"; with the year where the latest figure is not of the latest year."""
    said = f"{line.name} {line.end.text}" if named else line.end.text
    said = said.split(" (")[0] if brief else said
    return said if line.now.stands else f"{said} ({line.end.year[2:]})"


def _label_at(line: Line, lines: Sequence[Line]) -> int:
    """Beside its own last point, where no other line goes on to the right of it; otherwise at the right edge."""
    end = len(line.points) - 1
    own = max(at for at, p in enumerate(line.points) if p.stands)
    goes_on = any(p.stands for other in lines for p in other.points[own + 1 :])
    return end if goes_on else own


def label_room(lines: Sequence[Line], size: float = LARGE, named: bool = True) -> float:
    """How many pixels the labels at the line ends need."""
    widths = [
        text_width(end_text(ln, named, size == SMALL), size, bold=_bold(ln)) for ln in lines if ln.last is not None
    ]
    return max(widths, default=0.0) + 14.0


def missing_years(ax: Axes, line: Line, others: Sequence[Line]) -> None:
    """A year without our own figure says why, low in the chart or, where a line runs there, high."""
    for at, point in enumerate(line.points):
        if point.stands:
            continue
        taken = [pixels(ax, ln.points[at].value) for ln in others if ln.points[at].stands]
        place = 14.0 if all(t > 34 for t in taken) else height_of(ax) - 10.0
        side = "left" if at == 0 else "right" if at == len(line.points) - 1 else "center"
        x = at + {"left": -0.14, "right": 0.04}.get(side, 0.0)
        ax.text(x, back(ax, place), point.briefly, ha=side, va="center", style="italic", color=ink("soft"))
