"""Three years in lines: a measure against England, and the disadvantaged gap."""

from __future__ import annotations

from collections.abc import Sequence

from symphony_analysis.charts import plot, words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import WIDTH, canvas, house_style, panel, svg
from symphony_analysis.charts.series import (
    Line,
    england_line,
    line,
    of,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away

_HEIGHT = 300.0
_TOP, _FOOT, _LEFT = 22.0, 34.0, 46.0


def trend(figures: Protected, measure: str, group: str = "all") -> Chart:
    """How has this measure gone over three years, against England?

    The trust's line (in a school edition the school's, with the trust's beside it) with its 95% interval where the
    figures have one, and England's dashed. Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    lines = lines_against_england(figures, declared, group)
    own, school = lines[0], subject(figures)
    if own.last is None and (school is None or lines[1].last is None):
        return nothing(words.why_nothing(declared, group, [own], school.name if school else ""))
    england = next((each for each in lines if each.look == "england"), None)
    picture, low = _picture(lines, declared, shaded=True)
    shaded = "Shaded: 95% interval" if any(p.low == p.low for p in own.points) else ""
    about = words.subtitle(declared, group, figures, shaded, plot.truncated(declared, low), _vintage(england))
    headline = words.latest(own, england, declared, group, school.name if school else "")
    alt = alternative(
        "Line chart", words.plain(headline), f"{own.name} {words.listed(own)}",
        f"England {words.listed(england)}" if england else "",
    )  # fmt: skip
    return drawn(headline, about, alt, picture, _data(lines, declared, group, "three years"), _HEIGHT)


def lines_against_england(figures: Protected, measure: Measure, group: str) -> list[Line]:
    """The lines of a trend, ours first: the trust's or the school's (then the trust's), and England's."""
    over, rows, school = years(figures), trust_rows(figures, measure.name, group), subject(figures)
    lines = [line("Trust", "trust" if school else "ours", rows, measure, over)]
    if school is not None and measure.pooled:
        own = school_rows(figures, measure.name, group, school.urn)
        lines.insert(0, line(school.name, "ours", own, measure, over))
    england = england_line(rows, measure, over)
    return [*lines, england] if england else lines


def _vintage(england: Line | None) -> str:
    """England's missing years, in words."""
    if england is None:
        return ""
    missing = [point.year for point in england.points if not point.stands]
    return f"No national figure yet for {' and '.join(missing)}" if missing else ""


def _picture(lines: Sequence[Line], measure: Measure, shaded: bool = False) -> tuple[str, float]:
    """The SVG, and the lower end of its vertical axis."""
    own, shown = lines[0], [each for each in lines if each.last is not None]
    low, high = plot.bounds(shown, measure, room=0.08)
    with house_style():
        figure = canvas(_HEIGHT)
        room = plot.label_room(shown)
        ax = panel(figure, _LEFT, _TOP, WIDTH - _LEFT - room, _HEIGHT - _TOP - _FOOT)
        unit = measure.unit if measure.unit in {"%", "£"} else ""
        plot.axes_of_years(ax, [p.year for p in own.points], low, high, unit)
        if shaded:
            plot.band(ax, own)
        plot.strokes(ax, list(reversed(shown)))
        plot.printed_values(ax, shown)
        plot.end_labels(ax, shown)
        plot.missing_years(ax, own, shown)
        return svg(figure), low


def _data(lines: Sequence[Line], measure: Measure, group: str, what: str) -> Html:
    """The table behind the lines: one row per line, one column per year."""
    head: list[object] = ["", *(point.year for point in lines[0].points)]
    head[0] = "Whose figure"
    body = [[each.name, *(_cell(point) for point in each.points)] for each in lines]
    title = f"{words.title(measure)}{words.who(group)}, {what}"
    return behind(title, head, body, words.key(p for each in lines for p in each.points))


def _cell(point: object) -> Html:
    return element("td", point.span() if point.figure else point.text)


def gap_trend(figures: Protected, measure: str) -> Chart:
    """Is the gap between disadvantaged and other pupils closing?

    Lines of disadvantaged and of other pupils (all pupils, where a measure has no others) and England's, of the
    same groups where England has them. Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    if "disadvantaged" not in declared.pupil_groups:
        return nothing(f"{words.title(declared)}: has no figure for disadvantaged pupils.")
    lines = _gap_lines(figures, declared)
    poor, rest = lines[0], lines[1]
    school = subject(figures)
    if poor.last is None:
        return nothing(words.why_nothing(declared, "disadvantaged", [poor], school.name if school else ""))
    picture, low = _picture(lines, declared)
    named = f"{school.name}: the" if school else "The"
    headline = _gap_headline(named, poor, rest, declared)
    about = words.subtitle(
        declared, "", figures, f"Gap: disadvantaged less {rest.name.lower()}",
        plot.truncated(declared, low), _england_groups(lines),
    )  # fmt: skip
    alt = alternative(
        "Line chart", words.plain(headline), f"Disadvantaged {words.listed(poor)}",
        f"{rest.name} {words.listed(rest)}", *(f"{each.name} {words.listed(each)}" for each in lines[2:]),
    )  # fmt: skip
    return drawn(headline, about, alt, picture, _data(lines, declared, "disadvantaged", "the gap"), _HEIGHT)


def _gap_lines(figures: Protected, measure: Measure) -> list[Line]:
    over, school = years(figures), subject(figures)
    other = "other" if "other" in measure.pupil_groups else "all"

    def rows(group: str) -> object:
        if school is not None and measure.pooled:
            return school_rows(figures, measure.name, group, school.urn)
        return trust_rows(figures, measure.name, group)

    lines = [
        line("Disadvantaged", "disadvantaged", rows("disadvantaged"), measure, over),
        line(GROUPS[other].capitalize(), "ours", rows(other), measure, over),
    ]
    like = [
        england_line(rows("disadvantaged"), measure, over, "England, disadvantaged", "england_disadvantaged"),
        england_line(rows("other"), measure, over, "England, other", "england"),
    ]
    if not any(like):
        like = [england_line(rows("all"), measure, over, "England, all pupils", "england")]
    return [*lines, *(each for each in like if each is not None)]


def _england_groups(lines: Sequence[Line]) -> str:
    if any(each.look == "england_disadvantaged" for each in lines):
        return ""
    if any(each.look == "england" for each in lines):
        return "England's figure for disadvantaged pupils is not published; its line is all pupils"
    return ""


def _gap_headline(named: str, poor: Line, rest: Line, measure: Measure) -> Html:
    """Whether the gap is wider or narrower than in the first year that has both figures."""
    both = [(p, r) for p, r in zip(poor.points, rest.points, strict=True) if p.stands and r.stands]
    if not both:
        return join([f"{named} disadvantaged gap in {words.within(measure)}: the two groups are never both shown"])
    (p_then, r_then), (p_now, r_now) = both[0], both[-1]
    gap, then = abs(p_now.value - r_now.value), abs(p_then.value - r_then.value)
    size = element("span", words.amount(gap, measure), data_figure=f"{p_now.figure}.gap")
    said = [f"{named} disadvantaged gap in {words.within(measure)} is ", size, f" in {p_now.year}"]
    if len(both) == 1:
        return join(said)
    change = gap - then
    if half_away(change, measure.decimals) == 0:
        return join([*said, f", the same as in {p_then.year}"])
    way = "wider" if change > 0 else "narrower"
    moved = element("span", words.amount(change, measure), data_figure=f"{p_then.figure}.gap")
    return join([*said, ", ", moved, f" {way} than in {p_then.year}"])
