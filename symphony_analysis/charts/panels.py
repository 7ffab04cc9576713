"""Small multiples: several measures of the trust, or one measure school by school, over three years."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from symphony_analysis.charts import house, plot, words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import LOOKS, SMALL, canvas, house_style, ink, panel, phone, text_width, write
from symphony_analysis.charts.series import (
    Line,
    subject,
    years,
)
from symphony_analysis.charts.trends import lines_against_england
from symphony_analysis.compare import COMPARED
from symphony_analysis.display import chosen, count_in_words
from symphony_analysis.markup import Html, join
from symphony_analysis.measures import GROUPS, Measure, group_named
from symphony_analysis.protect import Protected

_TITLE, _FOOT, _GUTTER, _AXIS, _HIGH = 22.0, 26.0, 12.0, 34.0, 96.0


@dataclass(frozen=True)
class Panel:
    """One small chart: its title, its lines (ours first), and the measure they are of."""

    title: str
    lines: tuple[Line, ...]
    measure: Measure

    @property
    def shown(self) -> list[Line]:
        """The lines that have a figure."""
        return [each for each in self.lines if each.last is not None]


def small_multiples(figures: Protected, *measures: str, group: str = "all") -> Chart:
    """How have these measures gone over three years, each against England?

    One panel per measure; measures of one unit share one scale. A measure without any figure is named below.
    Raises TypeError for anything but Protected figures.
    """
    if not measures:
        raise ValueError("name the measures to draw; there are none")
    declared = chosen(figures, measures)
    group = group_named(group, declared)
    panels = [Panel(m.short_label, tuple(lines_against_england(figures, m, group)), m) for m in declared]
    kept = [each for each in panels if each.lines[0].last is not None]
    out = [each for each in panels if each.lines[0].last is None]
    if not kept:
        return nothing(
            " ".join(words.why_nothing(p.measure, group, [p.lines[0]]) for p in out) or "No measure is named."
        )
    school = subject(figures)
    headline = _tally(kept, school.name if school else "the trust", years(figures)[-1].label)
    early = [p.title for p in kept for x in p.lines if x.look == "england" and x.last and " (" in x.last.text]
    whose = school.name if school else "trust"
    low = min(each[0] for each in _scales(kept).values())
    scales = f"Line: {whose}. Dashed: England. {plot.truncated(low)}".rstrip(". ")
    early_note = f"England's figure is provisional: {', '.join(dict.fromkeys(early))}" if early else ""
    missing = f"No figures for {', '.join(words.within(p.measure) for p in out)}" if out else ""
    broken = "; ".join(dict.fromkeys(note for p in kept if (note := words.breaks_shown(p.measure, group, figures))))
    about = ". ".join(x for x in (_units(kept, group), scales, early_note, missing, broken) if x) + "."
    latest = [f"{p.title} {p.lines[0].end.text}{_beside(p)}" for p in kept]
    alt = alternative(f"Small line charts of {len(kept)} measures", words.plain(headline), *latest)
    data = _data(kept, f"{count_in_words(len(kept))} measures{words.who(group)}")
    return drawn(headline, about, alt, lambda width: _grid(kept, width), data)


def _units(panels: Sequence[Panel], group: str) -> str:
    units = dict.fromkeys(words.unit(p.measure) for p in panels)
    return f"{' or '.join(units).capitalize()}. {GROUPS[group]}"


def _beside(each: Panel) -> str:
    england = next((x for x in each.lines if x.look == "england"), None)
    return f" (England {england.last.text})" if england and england.last else ""


def _tally(panels: Sequence[Panel], who: str, year: str) -> Html:
    """How many of the measures have each word against England."""
    verdicts = [p.lines[0].now.row.comparison for p in panels if p.lines[0].now.stands]
    counts = [(verdicts.count(verdict), verdict) for verdict in COMPARED]
    told = [f"{verdict} on {count_in_words(number)}" for number, verdict in counts if number]
    every = count_in_words(len(panels))
    if not told:
        shown = words.as_many_years(len(panels[0].lines[0].points))
        return join([f"{every.capitalize()} measures of {who} over {shown}"])
    if len(told) == 1 and max(counts)[0] == len(panels) > 1:
        told = [f"{max(counts)[1]} on all {every} measures"]
    elif len(panels) > 1:
        told[0] += f" of {every} measures"
    return join([f"{year}, {who} against England: {', '.join(told)}"])


def _grid(panels: Sequence[Panel], width: float) -> house.Picture:
    """All panels, row by row, with the values of the scale at the left of each row."""
    columns = 2 if phone(width) else 5
    scales = _scales(panels)
    axis = _AXIS if len(scales) == 1 else 0.0
    wide = (width - axis - _GUTTER * (columns - 1)) / columns
    titles = [_wrapped(each.title, wide) for each in panels]
    head = _TITLE + 15.0 * (max(map(len, titles)) - 1)
    step = head + _HIGH + _FOOT
    with house_style():
        figure = canvas(-(-len(panels) // columns) * step, width)
        for at, each in enumerate(panels):
            left, top = axis + at % columns * (wide + _GUTTER), at // columns * step
            for number, words_of_title in enumerate(titles[at]):
                write(figure, left, top + 10 + 15 * number, words_of_title, weight="bold")
            place = (left, top + head, wide, _HIGH)
            _panel(figure, each, place, scales[each.measure.unit], values=not axis or at % columns == 0)
        return house.finished(figure)


def _scales(panels: Sequence[Panel]) -> dict[str, tuple[float, float]]:
    """One scale for all panels of a unit."""
    of_unit: dict[str, list[Panel]] = {}
    for each in panels:
        of_unit.setdefault(each.measure.unit, []).append(each)
    lines = {unit: [x for p in own for x in p.shown] for unit, own in of_unit.items()}
    return {unit: plot.bounds(lines[unit], own[0].measure) for unit, own in of_unit.items()}


def _wrapped(title: str, wide: float) -> list[str]:
    """A panel's title on one line or, where it is too wide, on two."""
    if text_width(title, bold=True) <= wide:
        return [title]
    parts = title.split(" ")
    fits = [n for n in range(1, len(parts)) if text_width(" ".join(parts[:n]), bold=True) <= wide]
    cut = fits[-1] if fits else 1
    return [" ".join(parts[:cut]), " ".join(parts[cut:])]


def _panel(
    figure: Figure, each: Panel, place: tuple[float, float, float, float], scale: tuple[float, float], values: bool
) -> None:
    left, top, wide, height = place
    labelled = [x for x in each.shown if x.look in {"ours", "england"}]
    room = plot.label_room(labelled, SMALL, named=False)
    inner = 0.0 if values and left == _AXIS else _AXIS * values
    ax = panel(figure, left + inner, top, wide - inner - room, height)
    plot.axes_of_years(ax, [p.year[2:] for p in each.lines[0].points], *scale, each.measure.unit, most=3)
    ends = [0, len(each.lines[0].points) - 1]
    ax.set_xticks(ends, [each.lines[0].points[n].year[2:] for n in ends], fontsize=SMALL)
    if not values:
        ax.set_yticklabels([])
    plot.strokes(ax, list(reversed(each.shown)), small=True)
    plot.end_labels(ax, labelled, SMALL, named=False)
    standing = [at for at, p in enumerate(each.lines[0].points) if p.stands]
    if standing and standing[0] < standing[-1]:
        _value(ax, standing[0], each)
    _reasons(ax, each)


def _value(ax: Axes, at: int, each: Panel) -> None:
    """A figure of ours above or below its point, away from the other lines."""
    own = each.lines[0]
    place = plot.pixels(ax, own.points[at].value)
    others = [plot.pixels(ax, x.points[at].value) for x in each.shown if x is not own and x.points[at].stands]
    sides = (place + 13.0, place - 13.0) if place >= 21.0 else (place + 13.0,)
    place = max(sides, key=lambda spot: min((abs(spot - o) for o in others), default=spot))
    ax.text(
        at,
        plot.back(ax, place),
        own.points[at].text,
        ha="center",
        va="center",
        fontsize=SMALL,
        color=ink(LOOKS[own.look].text),
        bbox={"facecolor": ink("paper"), "pad": 0.6},
    )


def _reasons(ax: Axes, each: Panel) -> None:
    """Which years have no figure of ours, and why, once for each reason, where no line runs."""
    own = each.lines[0]
    missing: dict[str, list[str]] = {}
    for p in own.points:
        if not p.stands:
            missing.setdefault(p.briefly, []).append(p.year[2:])
    if not missing:
        return
    every = len(own.points)
    told = [why if len(when) == every else f"{', '.join(when)} {why.split(':')[0]}" for why, when in missing.items()]
    lowest = min((plot.pixels(ax, p.value) for x in each.shown for p in x.points if p.stands), default=99.0)
    place = 9.0 if lowest > 30 else plot.height_of(ax) - 8.0
    ax.text(-0.2, plot.back(ax, place), "; ".join(told), fontsize=SMALL, color=ink("soft"), va="center")


def _data(panels: Sequence[Panel], title: str) -> Html:
    """One row per line of every panel; the trust's and England's lines that all panels share stand once."""
    head: list[object] = ["Figure", *(p.year for p in panels[0].lines[0].points)]
    body, told = [], set()
    for each in panels:
        for one in each.lines:
            identity = tuple(p.figure for p in one.points)
            if identity in told:
                continue
            told.add(identity)
            name = one.name if one.name == each.title else f"{words.title(each.measure)}: {one.name}"
            body.append([name, *(p.cell() for p in one.points)])
    points = [p for each in panels for one in each.lines for p in one.points]
    return behind(title, head, body, words.key(points))
