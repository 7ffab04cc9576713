"""Lines over years: the strokes, their intervals, values printed at the points, and names at their ends."""

import math
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symphony_analysis.charts import words
from symphony_analysis.charts.house import LARGE, LOOKS, PX, SMALL, ink, spread, text_width, words_beside
from symphony_analysis.charts.series import FROM_ZERO, Line
from symphony_analysis.measures import Measure

_OFF = 13.0  # pixels from a point to the middle of its value
_APART = 17.0  # pixels between the middles of two labels, one above the other


def reach(lines: Sequence[Line], measure: Measure, from_zero: bool = False) -> tuple[float, float]:
    """What the vertical axis must cover: the values and our own interval, and zero where it is near or asked for.

    Elsewhere it covers a third of the highest value at least, so that a small difference does not fill the chart.
    """
    points = [(p, line is lines[0]) for line in lines for p in line.points if p.stands]
    values = [v for p, own in points for v in ((p.value, p.low, p.high) if own else (p.value,)) if not math.isnan(v)]
    low, high = min(values), max(values)
    if from_zero or measure.unit == "£" or (measure.unit in FROM_ZERO and low < 0.5 * high):
        low, high = min(low, 0.0), max(high, 0.0)
    elif low > 0:
        spare = max(high / 3 - (high - low), 0.0)
        low, high = low - spare / 2, high + spare / 2
    return low, high if high > low else low + 1.0


def bounds(
    lines: Sequence[Line], measure: Measure, least: float | None = None, from_zero: bool = False
) -> tuple[float, float]:
    """The ends of the vertical axis in round numbers, with room above the highest point for its figure.

    It reaches ``least`` at least.
    """
    low, high = reach(lines, measure, from_zero)
    high = high if least is None else max(high, 1.02 * least)
    highest = max(p.value for line in lines for p in line.points if p.stands)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, max(high, highest + 0.12 * (high - low)))
    top = 100.0 if measure.unit == "%" and high <= 100.0 < ticks[-1] else float(ticks[-1])
    return float(ticks[0]), top


def truncated(low: float) -> str:
    """What a reader must be told where the axis does not start at zero."""
    return "The vertical axis does not start at zero" if low > 0 else ""


def strokes(ax: Axes, lines: Sequence[Line], small: bool = False) -> None:
    """The lines themselves; a line is broken where a year is missing or a break is declared, never drawn across it.

    In a small panel only our own line has its points marked.
    """
    for line in lines:
        look, size = LOOKS[line.look], 0.75 if small else 1.0
        marked = not small or line.look == "ours" or _lonely(line)
        for run in line.runs:
            ax.plot(
                run,
                [line.points[at].value for at in run],
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


def goal_line(ax: Axes, value: float) -> None:
    """England's goal: a dotted line over all years."""
    ax.axhline(value, color=ink("C4"), linewidth=1.2, linestyle=(0, (1.0, 1.6)), zorder=0.5)


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


def whiskers(ax: Axes, line: Line) -> None:
    """The 95% interval of each point of a line as an upright stroke."""
    held = [(at, p.low, p.high) for at, p in enumerate(line.points) if not math.isnan(p.low)]
    if held:
        ax.vlines(*zip(*held, strict=True), color=LOOKS[line.look].colour, alpha=0.4, linewidth=2.2)


def axes_of_years(ax: Axes, labels: Sequence[str], low: float, high: float, unit: str = "", most: int = 5) -> None:
    """The frame: years below, rules and round values beside, the unit on the topmost value only."""
    ax.set_xlim(-0.18, len(labels) - 1 + 0.06)
    ax.set_ylim(low, high)
    ax.set_xticks(range(len(labels)), labels)
    ticks = [t for t in MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= t <= high]
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


def printed_values(ax: Axes, lines: Sequence[Line], aside: bool = False, goal: float | None = None) -> None:
    """Values at the points, above or below, whichever is free: ours always, another line's where there is room.

    What stands in the labels at the line ends is left out; a line that ends before the others is named at its end.
    ``aside`` leaves an upright stroke through the points free; no value is on the line of the ``goal``.
    """
    for at in range(len(lines[0].points)):
        held = {ln.name: pixels(ax, ln.points[at].value) for ln in lines if ln.points[at].stands}
        taken = [] if goal is None else [pixels(ax, goal)]
        for line in (ln for ln in lines if ln.name in held and not _label_beside(ln, at, lines)):
            ends_here = at == _last_at(line)
            place = free(held[line.name], [held[n] for n in held if n != line.name], taken)
            if place is None and line is not lines[0] and not ends_here:
                continue
            place = held[line.name] + _OFF if place is None else place
            taken.append(place)
            said = f"{line.name} {line.points[at].text}" if ends_here else line.points[at].text.removesuffix(" points")
            ax.text(
                at,
                back(ax, place),
                ("\N{EN SPACE}" if aside else "") + said.split(" (")[0],
                ha="left" if aside else "center",
                va="center",
                fontsize=SMALL,
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
    """Name and latest value beside the end of each line that no other passes, moved apart where they would meet."""
    held = [line for line in lines if line.last is not None and _label_beside(line, _last_at(line), lines)]
    wanted = [pixels(ax, line.end.value) for line in held]
    placed = spread(wanted, _APART, 4.0, height_of(ax) + 4.0)
    for line, place in zip(held, placed, strict=True):
        look = {"fontweight": "bold" if _bold(line) else "normal", "color": ink(LOOKS[line.look].text)}
        words_beside(ax, end_text(line, named), (_last_at(line), back(ax, place)), 8, size=size, **look)


def _bold(line: Line) -> bool:
    return not line.look.startswith("england")


def end_text(line: Line, named: bool = True) -> str:
    """ "England 13.0%"; with the year where the latest figure is not of the latest year."""
    said = (f"{line.name} {line.end.text}" if named else line.end.text).split(" (")[0].removesuffix(" points")
    return said if line.now.stands else f"{said} ({line.end.year[2:]})"


def _last_at(line: Line) -> int:
    return max(at for at, point in enumerate(line.points) if point.stands)


def _label_beside(line: Line, at: int, lines: Sequence[Line]) -> bool:
    """Is this the last point of the line, with no other line going on to the right of it?"""
    return at == _last_at(line) and not any(p.stands for other in lines for p in other.points[at + 1 :])


def label_room(lines: Sequence[Line], size: float = LARGE, named: bool = True) -> float:
    """How many pixels the labels at the line ends need."""
    held = [line for line in lines if line.last is not None and _label_beside(line, _last_at(line), lines)]
    return max((text_width(end_text(ln, named), size, bold=_bold(ln)) for ln in held), default=0.0) + 14.0


def missing_years(ax: Axes, line: Line, others: Sequence[Line]) -> None:
    """A year without our own figure says why, low in the chart or, where a line runs there, high."""
    for at, point in enumerate(line.points):
        if point.stands:
            continue
        taken = [pixels(ax, ln.points[at].value) for ln in others if ln.points[at].stands]
        place = 14.0 if all(t > 34 for t in taken) else height_of(ax) - 10.0
        side = "left" if at == 0 else "right" if at == len(line.points) - 1 else "center"
        x = at + {"left": -0.14, "right": 0.04}.get(side, 0.0)
        ax.text(x, back(ax, place), point.briefly, ha=side, va="center", color=ink("soft"))
