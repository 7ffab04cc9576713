"""School by school: one row each with name, figure and pupils, against England and the trust in the latest year."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
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
    text_width,
    wide,
    write,
)
from symphony_analysis.charts.series import (
    FROM_ZERO,
    Point,
    england_point,
    of,
    point,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.charts.words import key, pupils_text, tick
from symphony_analysis.compare import COMPARED, MARKED
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import Measure, group_named
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
    figure = canvas(_HEAD + len(names) * ROW + _FOOT, width)
    left = max(text_width(name, PLAIN, b) for name, b in zip(names, strong, strict=True)) + _GAP
    ax = panel(figure, left, _HEAD, width - left - columns, len(names) * ROW)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks([])
    made = Sheet(figure, ax, left)
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


def schools(figures: Protected, measure: str, group: str = "all") -> Chart:
    """How do the schools differ in the latest year?

    One dot per school, in the order of the register, with its 95% interval where there is one, the trust's and
    England's line, and the pupils behind each; a hidden figure is written as words and tells nothing by its place.
    Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    group = group_named(group, [declared])
    rows = school_figures(figures, declared, group)
    year = years(figures)[-1].label
    shown = [row for row in rows if row.point.stands]
    if not shown:
        why = "; ".join(dict.fromkeys(row.point.why for row in rows)) or "it is not a figure of single schools"
        return nothing(
            f"{words.title(declared)}{words.who(group)}, {year}: no school has a figure that can be shown ({why})."
        )
    trust, england = trust_and_england(figures, declared, group)
    headline = _headline(rows, shown, trust, england, declared, group, year)
    notes = (
        "Line: 95% interval" if any(not math.isnan(row.point.low) for row in shown) else "",
        "Open dot: joined later, not in the trust's figure" if not all(row.member for row in shown) else "",
    )
    about = words.subtitle(declared, group, figures, *notes)
    alt = alternative(
        f"Dot plot of {len(rows)} schools",
        words.plain(headline),
        f"Trust {trust.text}" if trust else "",
        f"England {england.text}" if england else "",
        hidden_count(rows),
    )
    data = school_table(rows, trust, england, f"{words.title(declared)}{words.who(group)}, {year}, by school")
    return drawn(headline, about, alt, lambda width: _dots(rows, trust, england, declared, width), data)


def _headline(
    rows: Sequence[SchoolRow],
    shown: Sequence[SchoolRow],
    trust: Point | None,
    england: Point | None,
    measure: Measure,
    group: str,
    year: str,
) -> Html:
    """In a school edition the school's own standing; otherwise how the schools that count stand to England."""
    own = next((row for row in rows if row.own), None)
    if own is not None and own.point.stands:
        named = f"{words.title(measure)}{words.who(group)}, {year}: "
        beside = join(["; trust ", trust.span()]) if trust else ""
        standing = words.standing(own.point, england, measure)
        return join([named, f"{own.name} ", own.point.span(), standing, beside])
    return schools_against_england(shown, measure, group, year)


def schools_against_england(shown: Sequence[SchoolRow], measure: Measure, group: str, year: str) -> Html:
    """Which schools are clearly or perhaps better or worse, by name, and of those that joined later."""
    named = f"{words.title(measure)}{words.who(group)}, {year}: "
    counted = [row for row in shown if row.member] or list(shown)
    verdicts = [row.point.row.comparison for row in counted]
    if not any(verdict in COMPARED for verdict in verdicts):
        return join([f"{named}{count_in_words(len(counted))} {'school' if len(counted) == 1 else 'schools'}"])
    told, since = _named(counted), _named([row for row in shown if row not in counted])
    chance = bool(told)
    if not told:
        told = [f"no school of {count_in_words(len(counted))} is clearly different from England"]
    if since:
        told.append(f"of those that joined later, {', '.join(since)}")
    rest = chance and any(verdict in COMPARED and verdict not in MARKED for verdict in verdicts)
    return join([f"{named}{'; '.join(told)}{'; the other differences could be chance' if rest else ''}"])


def _named(rows: Sequence[SchoolRow]) -> list[str]:
    """The schools with a word, by word: "one clearly worse than England (Fairfield)"."""
    told = []
    for verdict in MARKED:
        names = [row.name for row in rows if row.point.row.comparison == verdict]
        if names:
            told.append(f"{count_in_words(len(names))} {verdict} than England ({', '.join(names)})")
    return told


def _dots(
    rows: Sequence[SchoolRow], trust: Point | None, england: Point | None, measure: Measure, width: float
) -> Picture:
    shown = [row for row in rows if row.point.stands]
    pupils = [words.pupils_text(row.point.row).split(" ")[0] for row in shown]
    with house_style():
        room = text_width("Pupils") + 16 if any(pupils) else 0.0
        figures_room = max(text_width(row.point.text, PLAIN, bold=True) for row in shown) + 16
        made = sheet([row.name for row in rows], room + figures_room, width, [row.own for row in rows])
        points = [row.point for row in rows] + [each for each in (trust, england) if each]
        scale(made, *reach([v for p in points for v in (p.value, p.low, p.high)], measure, near=True), measure)
        rules(made, len(shown))
        _intervals_and_dots(made, shown)
        for at, (row, number) in enumerate(zip(shown, pupils, strict=True)):
            write(made.figure, made.right + figures_room, made.y(at), row.point.text, ha="right", weight="bold")
            write(made.figure, width, made.y(at), number, "soft", ha="right")
        for at, row in enumerate(rows[len(shown) :], start=len(shown)):
            reason(made, at, row.point.briefly)
        if any(pupils):
            write(made.figure, width, made.y(-1) + 4, "Pupils", "soft", ha="right")
        marks = [("England " + england.text, england.value, "dashed")] if england else []
        marks += [("Trust " + trust.text, trust.value, "solid")] if trust else []
        reference_lines(made, marks, len(shown))
        return finished(made.figure)


def _intervals_and_dots(made: Sheet, shown: Sequence[SchoolRow]) -> None:
    """The 95% interval of each school behind its dot; in a school edition the other schools' are grey."""
    any_own = any(row.own for row in shown)
    for at, row in enumerate(shown):
        if not math.isnan(row.point.low):
            colour = ink("soft" if any_own and not row.own else "C0")
            made.ax.plot([row.point.low, row.point.high], [at, at], color=colour, linewidth=1.4, alpha=0.5, zorder=2)
    for own, member in ((False, True), (False, False), (True, True), (True, False)):
        found = [(at, row.point.value) for at, row in enumerate(shown) if row.own == own and row.member == member]
        colour = ink("soft" if any_own and not own else "C0")
        sns.scatterplot(
            x=[value for _, value in found],
            y=[at for at, _ in found],
            ax=made.ax,
            s=72 if own else 46,
            color=colour if member else ink("paper"),
            edgecolor=colour,
            linewidth=1.6,
            zorder=3,
            legend=False,
            clip_on=False,
        )
    made.ax.set(xlabel="", ylabel="")
