"""School by school in the latest year: a measure against England and the trust, and the disadvantaged gap."""

from __future__ import annotations

import math
from collections.abc import Sequence

import seaborn as sns

from symphony_analysis.charts import words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import PLAIN, WIDTH, house_style, ink, svg, text_width, write
from symphony_analysis.charts.rows import (
    SchoolRow,
    Sheet,
    across,
    reason,
    reference_lines,
    rule,
    scale,
    school_figures,
    school_table,
    sheet,
    trust_and_england,
)
from symphony_analysis.charts.series import Point, of, point, subject, years
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import Measure
from symphony_analysis.protect import Protected


def schools(figures: Protected, measure: str, group: str = "all") -> Chart:
    """How do the schools differ in the latest year?

    One dot per school, best first, with its 95% interval where there is one, the trust's and England's line, and
    the pupils behind each; a hidden figure is written as words and tells nothing by its place. Raises TypeError for
    anything but Protected figures.
    """
    declared = of(figures, measure)
    rows = school_figures(figures, declared, group)
    year = years(figures)[-1].label
    shown = [row for row in rows if row.point.stands]
    if not shown:
        why = "; ".join(dict.fromkeys(row.point.why for row in rows)) or "it is not a figure of single schools"
        return nothing(
            f"{words.title(declared)}{words.who(group)}, {year}: no school has a figure that can be shown ({why})."
        )
    trust, england = trust_and_england(figures, declared, group)
    picture, height = _dots(rows, trust, england, declared)
    headline = _headline(rows, shown, trust, england, declared, group, year, figures)
    notes = (
        "Line: 95% interval" if any(not math.isnan(row.point.low) for row in shown) else "",
        "Open dot: joined later, not in the trust's figure" if not all(row.member for row in shown) else "",
    )
    about = words.subtitle(declared, group, figures, *notes)
    alt = alternative(
        f"Dot plot of {len(rows)} schools", words.plain(headline), f"Trust {trust.text}" if trust else "",
        f"England {england.text}" if england else "", _hidden(rows),
    )  # fmt: skip
    data = school_table(rows, trust, england, f"{words.title(declared)}{words.who(group)}, {year}, by school")
    return drawn(headline, about, alt, picture, data, height)


def _headline(
    rows: Sequence[SchoolRow], shown: Sequence[SchoolRow], trust: Point | None, england: Point | None,
    measure: Measure, group: str, year: str, figures: Protected,
) -> Html:  # fmt: skip
    """In a school edition the school's own standing; otherwise the range of the schools that are shown."""
    named = f"{words.title(measure)}{words.who(group)}, {year}: "
    own = next((row for row in rows if row.own), None)
    if own is not None and own.point.stands:
        beside = join(["; trust ", trust.span()]) if trust else ""
        standing = words.standing(own.point, england, measure)
        return join([named, f"{own.name} ", own.point.span(), standing, beside])
    first, last = sorted((shown[0], shown[-1]), key=lambda row: row.point.value)
    if first is last:
        return join([named, first.point.span(), f" ({first.name})"])
    return join([named, "from ", first.point.span(), f" ({first.name}) to ", last.point.span(), f" ({last.name})"])


def _hidden(rows: Sequence[SchoolRow]) -> str:
    count = sum(not row.point.stands for row in rows)
    return f"{count} without a figure that can be shown" if count else ""


def _dots(rows: Sequence[SchoolRow], trust: Point | None, england: Point | None, measure: Measure) -> tuple[str, float]:
    with house_style():
        values = [row.point.text for row in rows if row.point.stands]
        behind_each = [words.pupils_text(row.point.row) for row in rows if row.point.stands]
        room = max(map(text_width, behind_each)) + 12 if any(behind_each) else 0.0
        figures_room = max(text_width(text, PLAIN, bold=True) for text in values) + 16
        made = sheet([row.name for row in rows], room + figures_room, [row.own for row in rows])
        points = [row.point for row in rows] + [each for each in (trust, england) if each]
        scale(made, *_range([v for p in points for v in (p.value, p.low, p.high)], measure), measure)
        any_own = any(row.own for row in rows)
        for at, row in enumerate(rows):
            _dot(made, at, row, muted=any_own and not row.own)
            if row.point.stands:
                write(made.figure, made.right + figures_room, made.y(at), row.point.text, ha="right", weight="bold")
                write(made.figure, WIDTH, made.y(at), words.pupils_text(row.point.row), "soft", ha="right")
        marks = [("England " + england.text, england.value, "dashed")] if england else []
        marks += [("Trust " + trust.text, trust.value, "solid")] if trust else []
        reference_lines(made, marks, len(values))
        return svg(made.figure), made.height


def _range(values: Sequence[float], measure: Measure) -> tuple[float, float]:
    """The ends of the axis: from zero for shares, rates, counts and money, with a little room beyond the last dot."""
    standing = [value for value in values if not math.isnan(value)]
    low, high = min(standing), max(standing)
    if measure.unit in {"%", "per 100 pupils", "count", "£"}:
        low = min(low, 0.0)
    room = 0.04 * (high - low) or 1.0
    ceiling = 100.0 if measure.unit == "%" and high <= 100 else math.inf
    return (low if low == 0 else low - room), min(high + room, ceiling)


def _dot(made: Sheet, at: int, row: SchoolRow, muted: bool) -> None:
    if not row.point.stands:
        reason(made, at, row.point.briefly)
        return
    rule(made, at)
    colour = ink("soft" if muted else "C0")
    if not math.isnan(row.point.low):
        made.ax.hlines(at, row.point.low, row.point.high, color=colour, linewidth=1.4, alpha=0.55, zorder=2)
    sns.scatterplot(
        x=[row.point.value], y=[at], ax=made.ax, s=70 if row.own else 46, color=colour if row.member else ink("paper"),
        edgecolor=colour, linewidth=1.6, zorder=3, legend=False, clip_on=False,
    )  # fmt: skip
    made.ax.set(xlabel="", ylabel="")


def gap_dumbbell(figures: Protected, measure: str) -> Chart:
    """How wide is the gap between disadvantaged and other pupils in each school, in the latest year?

    One row per school and the trust's above them; a school in which either group is hidden says so. Raises
    TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    if "disadvantaged" not in declared.pupil_groups:
        return nothing(f"{words.title(declared)}: has no figure for disadvantaged pupils.")
    other = "other" if "other" in declared.pupil_groups else "all"
    pairs = _pairs(figures, declared, other)
    year = years(figures)[-1].label
    if not any(poor.point.stands and rest.point.stands for poor, rest in pairs):
        return nothing(f"The disadvantaged gap in {words.within(declared)}, {year}: no school has both figures shown.")
    picture, height = _dumbbells(pairs, declared, other)
    trust = pairs[0]
    headline = _gap_headline(pairs, declared, year)
    about = words.subtitle(declared, "", figures, f"Gap: disadvantaged less {other} pupils", "Widest gap first")
    alt = alternative(
        f"Dumbbell chart of {len(pairs) - 1} schools", words.plain(headline),
        f"Trust: disadvantaged {trust[0].point.text}, {other} {trust[1].point.text}",
        _hidden([poor for poor, _ in pairs[1:]]),
    )  # fmt: skip
    return drawn(headline, about, alt, picture, _gap_data(pairs, declared, year, other), height)


def _pairs(figures: Protected, measure: Measure, other: str) -> list[tuple[SchoolRow, SchoolRow]]:
    """Disadvantaged and other, the trust first, then the schools in the register's order."""
    code, school = years(figures)[-1].code, subject(figures)
    found: dict[str, dict[str, SchoolRow]] = {}
    rows = figures.rows(measure=measure.name, time_period=code, pupil_group=("disadvantaged", other))
    order = {s.name: at for at, s in enumerate(figures.context.trust.schools)} if figures.context else {}
    for row in rows.itertuples():
        if row.geographic_level not in {"Trust", "School"} or not row.member:
            continue
        name = row.school_name or "Trust"
        own = school is not None and row.school_urn == school.urn
        found.setdefault(name, {})[row.pupil_group] = SchoolRow(name, point(row, measure), True, own)
    names = sorted(found, key=lambda name: order.get(name, -1))
    pairs = [(found[name]["disadvantaged"], found[name][other]) for name in names]
    schools_only = [pair for pair in pairs if pair[0].name != "Trust"]
    shown = [(poor, rest) for poor, rest in schools_only if poor.point.stands and rest.point.stands]
    shown.sort(key=lambda pair: -abs(pair[0].point.value - pair[1].point.value))
    hidden = [pair for pair in schools_only if pair not in shown]
    return [*(pair for pair in pairs if pair[0].name == "Trust"), *shown, *hidden]


def _gap_headline(pairs: Sequence[tuple[SchoolRow, SchoolRow]], measure: Measure, year: str) -> Html:
    poor, rest = next((pair for pair in pairs if pair[0].own), pairs[0])
    named = f"{poor.name}: the" if poor.name != "Trust" else "The trust's"
    if not (poor.point.stands and rest.point.stands):
        why = poor.point.briefly or rest.point.briefly
        return join([f"{named} disadvantaged gap in {words.within(measure)}, {year}: {why}"])
    gap = element(
        "span", words.amount(poor.point.value - rest.point.value, measure), data_figure=f"{poor.point.figure}.gap"
    )
    return join([f"{named} disadvantaged gap in {words.within(measure)} is ", gap, f" in {year}"])


def _dumbbells(pairs: Sequence[tuple[SchoolRow, SchoolRow]], measure: Measure, other: str) -> tuple[str, float]:
    points = [row.point for pair in pairs for row in pair]
    gaps = [
        words.amount(poor.point.value - rest.point.value, measure) if poor.point.stands and rest.point.stands else ""
        for poor, rest in pairs
    ]
    with house_style():
        room = max(text_width(text, PLAIN, bold=True) for text in gaps) + 16
        made = sheet(
            [poor.name for poor, _ in pairs], room, [poor.own or at == 0 for at, (poor, _) in enumerate(pairs)]
        )
        scale(made, *_range([p.value for p in points], measure), measure)
        for at, ((poor, rest), gap) in enumerate(zip(pairs, gaps, strict=True)):
            _dumbbell(made, at, poor.point, rest.point)
            write(made.figure, WIDTH, made.y(at), gap, ha="right", weight="bold")
        write(made.figure, WIDTH, made.y(-1) + 4, "Gap", "soft", ha="right")
        _name_ends(made, pairs, other)
        return svg(made.figure), made.height


def _dumbbell(made: Sheet, at: int, poor: Point, rest: Point) -> None:
    if not (poor.stands and rest.stands):
        reason(made, at, "hidden: few pupils" if "c" in (poor.symbol, rest.symbol) else poor.briefly or rest.briefly)
        return
    rule(made, at)
    made.ax.hlines(at, min(poor.value, rest.value), max(poor.value, rest.value), color=ink("soft"), linewidth=2.5,
                   zorder=2)  # fmt: skip
    for each, colour, marker in ((rest, "C0", "o"), (poor, "C2", "D")):
        sns.scatterplot(x=[each.value], y=[at], ax=made.ax, s=52 if marker == "o" else 42, color=ink(colour),
                        marker=marker, linewidth=0, zorder=3, legend=False, clip_on=False)  # fmt: skip
    made.ax.set(xlabel="", ylabel="")


def _name_ends(made: Sheet, pairs: Sequence[tuple[SchoolRow, SchoolRow]], other: str) -> None:
    """The two groups are named above the first row that has both, each on its own side."""
    poor, rest = next((p.point, r.point) for p, r in pairs if p.point.stands and r.point.stands)
    first = poor.value <= rest.value
    ends = ((poor, "Disadvantaged", "C2", first), (rest, f"{other.capitalize()} pupils", "C0", not first))
    for each, name, colour, left in ends:
        wide = text_width(name, PLAIN, bold=True)
        x = across(made, each.value)
        start = x - wide + 6 if left else x - 6
        write(made.figure, min(max(start, 0.0), made.right - wide + 30), made.y(-1) + 4, name, colour, weight="bold")


def _gap_data(pairs: Sequence[tuple[SchoolRow, SchoolRow]], measure: Measure, year: str, other: str) -> Html:
    body = [[poor.name, element("td", poor.point.span()), element("td", rest.point.span())] for poor, rest in pairs]
    title = f"{words.title(measure)}, {year}, disadvantaged and {other} pupils by school"
    points = [row.point for pair in pairs for row in pair]
    return behind(title, ["School", "Disadvantaged", f"{other.capitalize()} pupils"], body, words.key(points))
