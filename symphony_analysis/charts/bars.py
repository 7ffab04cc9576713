"""Money school by school: what is in deficit or outside DfE's bounds is marked, what joined later outlined."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from symphony_analysis.charts import words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import (
    PLAIN,
    SMALL,
    Picture,
    canvas,
    finished,
    house_style,
    ink,
    panel,
    phone,
    text_width,
    write,
)
from symphony_analysis.charts.schools import SchoolRow, school_figures, trust_and_england
from symphony_analysis.charts.series import Point, years
from symphony_analysis.display import chosen, count_in_words, display_value
from symphony_analysis.markup import Html
from symphony_analysis.measures import Measure
from symphony_analysis.measures.finance import BOUNDS
from symphony_analysis.protect import Protected

_ROW, _HEAD, _FOOT, _GUTTER = 20.0, 40.0, 30.0, 18.0


@dataclass(frozen=True)
class _Block:
    """One measure: a figure for each school, in the order of the rows, and the trust's."""

    measure: Measure
    rows: tuple[SchoolRow, ...]
    trust: Point | None

    @property
    def bound(self) -> tuple[float, float]:
        """What DfE regards as too low, and as too high."""
        return BOUNDS.get(self.measure.name, (float("-inf"), float("inf")))

    def outside(self, row: SchoolRow) -> bool:
        """Is this school in deficit, or outside the bound?"""
        low, high = self.bound
        low = max(low, 0.0) if self.measure.unit == "£" else low
        return row.point.stands and not low <= row.point.value <= high

    @property
    def ends(self) -> tuple[str, str]:
        """The ends of the bound as text, "" where there is none."""
        low, high = (display_value(end, self.measure, 0) if math.isfinite(end) else "" for end in self.bound)
        return low, high

    @property
    def said(self) -> str:
        """The bound and the trust's line in words, under the name of the measure."""
        low, high = self.ends
        shaded = f"shaded: under {low}" if low else f"shaded: over {high}" if high else ""
        line = f"line: trust {self.trust.text}" if self.trust and self.measure.unit != "£" else ""
        return "; ".join(each for each in (shaded, line) if each)


def bars(figures: Protected, *measures: str) -> Chart:
    """Which schools are in deficit, or outside the bounds by which DfE asks?

    One row per school, highest first by the first measure, and a column per measure: a bar from zero, or a dot where
    all values lie far from it. Source: the figures given, as the edition shows them. Raises TypeError for anything
    but Protected figures, ValueError where no measure is named.
    """
    declared = chosen(figures, measures)
    if not measures:
        raise ValueError("name the measures to draw; there are none")
    ordered = [row.name for row in school_figures(figures, declared[0], "all", highest_first=True)]
    blocks = [_block(figures, measure, ordered) for measure in declared]
    year = years(figures)[-1].label
    shown = [row for each in blocks for row in each.rows if row.point.stands]
    if not shown:
        why = (
            "; ".join(dict.fromkeys(row.point.why for row in blocks[0].rows)) or "it is not a figure of single schools"
        )
        return nothing(f"{words.title(declared[0])}, {year}: no school has a figure that can be shown ({why}).")
    headline = f"{_headline(blocks)}, {year}"
    notes = (
        "Orange: in deficit or outside a bound"
        if any(each.outside(row) for each in blocks for row in each.rows)
        else "",
        "Outlined: joined later, not in the trust's figure" if not all(row.member for row in shown) else "",
    )
    about = words.subtitle(declared[0], "all", figures, *notes)
    ends = blocks[0].rows[0], [row for row in blocks[0].rows if row.point.stands][-1]
    alt = alternative(
        f"Bar chart of {len(ordered)} schools",
        headline,
        f"{words.title(declared[0])}: highest {ends[0].name} {ends[0].point.text}, "
        f"lowest {ends[1].name} {ends[1].point.text}",
    )
    return drawn(headline, about, alt, lambda width: _picture(blocks, ordered, width), _data(blocks, ordered, year))


def _block(figures: Protected, measure: Measure, ordered: Sequence[str]) -> _Block:
    held = {row.name: row for row in school_figures(figures, measure, "all")}
    return _Block(measure, tuple(held[name] for name in ordered), trust_and_england(figures, measure, "all")[0])


def _headline(blocks: Sequence[_Block]) -> str:
    """How many schools are in deficit or outside each bound, by name where they are few."""
    told = []
    for each in blocks:
        names = [row.name for row in each.rows if each.outside(row)]
        low, high = each.ends
        what = "in deficit" if each.measure.unit == "£" else ""
        what = what or (f"under {low} in {words.within(each.measure)}" if low else "")
        what = what or (f"over {high} in {words.within(each.measure)}" if high else "")
        if what:
            schools = f"{count_in_words(len(names)) if names else 'no'} school{'s' * (len(names) != 1)}"
            listed = f" ({', '.join(names)})" if 0 < len(names) <= 4 else ""
            told.append(f"{schools} {what}{listed}")
    said = "; ".join(told) or f"{words.title(blocks[0].measure)} by school"
    return said[0].upper() + said[1:]


def _picture(blocks: Sequence[_Block], names: Sequence[str], width: float) -> Picture:
    """The columns side by side; on a phone one below the other, each with the schools' names."""
    own = [row.own for row in blocks[0].rows]
    high = _HEAD + len(names) * _ROW + _FOOT
    left = max(text_width(name, PLAIN, strong) for name, strong in zip(names, own, strict=True)) + 12
    across = 1 if phone(width) else len(blocks)
    room = (width - left - _GUTTER * (across - 1)) / across
    with house_style():
        figure = canvas(high * len(blocks) / across, width)
        for number, each in enumerate(blocks):
            top = number * high if across == 1 else 0.0
            if top or not number:
                for at, (name, strong) in enumerate(zip(names, own, strict=True)):
                    y = top + _HEAD + (at + 0.5) * _ROW
                    write(figure, 0, y, name, weight="bold" if strong else "normal")
            _column(figure, each, (left + (number * (room + _GUTTER) if across > 1 else 0.0), top, room))
        return finished(figure)


def _column(figure: Figure, block: _Block, place: tuple[float, float, float]) -> None:
    left, top, room = place
    shown = [row for row in block.rows if row.point.stands]
    values = max((text_width(row.point.text, SMALL, bold=True) for row in shown), default=0.0) + 10
    write(figure, left, top + 9, block.measure.short_label, weight="bold")
    write(figure, left, top + 26, block.said, "soft", SMALL)
    ax = panel(figure, left, top + _HEAD, room - values, len(block.rows) * _ROW)
    ax.set(ylim=(len(block.rows) - 0.5, -0.5), yticks=[])
    dots = min(row.point.value for row in shown) > 0.5 * max(row.point.value for row in shown) if shown else False
    _scale(ax, block, [row.point.value for row in shown], dots, room - values)
    any_own = any(row.own for row in block.rows)
    for at, row in enumerate(block.rows):
        y = top + _HEAD + (at + 0.5) * _ROW
        if not row.point.stands:
            write(figure, left + 4, y, row.point.briefly, "soft", SMALL)
            continue
        outside = block.outside(row)
        edge = ink("C3" if outside else "soft" if any_own and not row.own else "C0")
        face = edge if row.member else ink("paper")
        if dots:
            ax.plot([row.point.value], [at], "o", markersize=6.5, color=face, markeredgecolor=edge, clip_on=False)
        else:
            ax.add_patch(
                Rectangle((0, at - 0.31), row.point.value, 0.62, facecolor=face, edgecolor=edge, linewidth=1.2)
            )
            if abs(row.point.value) < 0.004 * (ax.get_xlim()[1] - ax.get_xlim()[0]):  # too short to be seen as a bar
                ax.plot([0], [at], "o", markersize=5.5, color=face, markeredgecolor=edge, clip_on=False)
        write(figure, left + room, y, row.point.text, size=SMALL, ha="right", weight="bold" if outside else "normal")


def _scale(ax: Axes, block: _Block, values: Sequence[float], dots: bool, wide: float) -> None:
    """The axis from zero, or for dots near them; DfE's bound as a band; the trust's share as a line."""
    ends = [end for end in block.bound if math.isfinite(end)]
    low, high = min([*values, *ends, *([] if dots else [0.0])]), max([*values, *ends, *([] if dots else [0.0])])
    spare = 0.06 * ((high - low) or 1.0)
    low, high = (low - spare if dots or low < 0 else 0.0), high + spare
    ax.set_xlim(low, high)
    under, over = (min(max(end, low), high) for end in block.bound)
    for start, stop in ((low, under), (over, high)):
        if stop > start:
            ax.axvspan(start, stop, color=ink("rule"), alpha=0.6, linewidth=0, zorder=0)
    ax.axvline(0.0, color=ink("ink"), linewidth=1.0) if not dots else None
    if block.trust and block.measure.unit != "£":
        ax.axvline(block.trust.value, color=ink("C0"), linewidth=1.2, zorder=0.5)
    most = max(int(wide / 60), 2)
    ticks = [t for t in MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= t <= high]
    unit = "k" if block.measure.unit == "£" and high >= 10_000 else ""
    scaled = [t / 1000 if unit else t for t in ticks]
    said = [
        words.tick(t, block.measure.unit, at == len(ticks) - 1) + (unit if t else "") for at, t in enumerate(scaled)
    ]
    ax.set_xticks(ticks, said, fontsize=SMALL)


def _data(blocks: Sequence[_Block], names: Sequence[str], year: str) -> Html:
    """The table behind the columns: one row per school, one column per measure, then the trust."""
    body = [[name, *(each.rows[at].point.cell() for each in blocks)] for at, name in enumerate(names)]
    if any(each.trust for each in blocks):
        body.append(["Trust", *(each.trust.cell() if each.trust else "" for each in blocks)])
    title = f"{', '.join(words.title(each.measure) for each in blocks)}, {year}, by school"
    points = [row.point for each in blocks for row in each.rows]
    return behind(title, ["School", *(each.measure.short_label for each in blocks)], body, words.key(points))
