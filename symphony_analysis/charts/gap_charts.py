"""The gap between a group of pupils and the others: over three years, and school by school."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import seaborn as sns

from symphony_analysis import compare
from symphony_analysis.charts import plot, words
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import PLAIN, WIDTH, Picture, finished, house_style, ink, text_width, write
from symphony_analysis.charts.rows import SchoolRow, Sheet, across, hidden_count, reach, reason, rules, scale, sheet
from symphony_analysis.charts.series import (
    Line,
    Point,
    england_line,
    line,
    of,
    point,
    school_rows,
    subject,
    trust_rows,
    years,
)
from symphony_analysis.charts.trends import TRUST, lines_drawn, lines_table
from symphony_analysis.claims.gaps import pair_named
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away

Pair = tuple[SchoolRow, SchoolRow]  # the group (disadvantaged, or eligible for free school meals), the others
#: The groups as a line or a column is named.
_SHORT = {"disadvantaged": "disadvantaged", "other": "other", "fsm": "free school meals", "not_fsm": "not eligible"}
_OTHERS = {"other": "Other pupils", "not_fsm": "Not eligible"}


def _behind(poor: Point, rest: Point, measure: Measure) -> float:
    """By how much the pupils of the group do worse than the others, from unrounded values; below zero, better."""
    return poor.value - rest.value if measure.better == "low" else rest.value - poor.value


def _without_group(measure: Measure, group: str) -> Chart:
    return nothing(f"{words.title(measure)}: there is no figure for {GROUPS[group].lower()}.")


def gap_trend(figures: Protected, measure: str, group: str = "disadvantaged") -> Chart:
    """Is the gap between the pupils of a group (disadvantaged or fsm) and the others closing?

    Lines of the group, of the others and England's, of the same groups where England has them. Raises TypeError for
    anything but Protected figures.
    """
    declared, (group, others) = of(figures, measure), pair_named(group)
    if group not in declared.pupil_groups:
        return _without_group(declared, group)
    lines = _gap_lines(figures, declared, group, others)
    poor, rest = lines[0], lines[1]
    school = subject(figures)
    if sum(p.stands for p in poor.points) < 2:
        like = next((each for each in lines if each.look == "england_disadvantaged"), None)
        return nothing(words.no_trend(poor, like, declared, group, school.name if school else ""))
    picture, low = lines_drawn(lines, declared)
    headline = _over_time(school.name if school and declared.pooled else TRUST, poor, rest, declared, group)
    about = words.subtitle(
        declared,
        "",
        figures,
        f"Gap: {_SHORT[group]} less {rest.name.lower()}",
        plot.truncated(declared, low),
        _england_groups(lines, group),
        words.breaks_shown(declared, group, figures),
    )
    alt = alternative(
        "Line chart",
        words.plain(headline),
        f"{poor.name} {words.listed(poor)}",
        f"{rest.name} {words.listed(rest)}",
        *(f"{each.name} {words.listed(each)}" for each in lines[2:]),
    )
    return drawn(headline, about, alt, picture, lines_table(lines, declared, group, "the gap"))


def _gap_lines(figures: Protected, measure: Measure, group: str, others: str) -> list[Line]:
    over, school = years(figures), subject(figures)

    def rows(group: str) -> pd.DataFrame:
        if school is not None and measure.pooled:
            return school_rows(figures, measure.name, group, school.urn)
        return trust_rows(figures, measure.name, group)

    lines = [
        line(_SHORT[group].capitalize(), "disadvantaged", rows(group), measure, over),
        line(_OTHERS[others], "ours", rows(others), measure, over),
    ]
    like = [
        england_line(rows(group), measure, over, f"England, {_SHORT[group]}", "england_disadvantaged"),
        england_line(rows(others), measure, over, f"England, {_SHORT[others]}", "england"),
    ]
    if not any(like):
        like = [england_line(rows("all"), measure, over, "England, all pupils", "england")]
    return [*lines, *(each for each in like if each is not None)]


def _england_groups(lines: Sequence[Line], group: str) -> str:
    if any(each.look == "england_disadvantaged" for each in lines):
        return ""
    if any(each.look == "england" for each in lines):
        return f"England's figure for {GROUPS[group].lower()} is not published; its line is all pupils"
    return ""


def _named(whose: str, measure: Measure, group: str) -> str:
    return f"{'The' if whose == TRUST else f'{whose}: the'} {_SHORT[group]} gap in {words.within(measure)}"


def _size(poor: Point, rest: Point, measure: Measure) -> Html:
    """The gap in words: "17.7 points", or that the pupils of the group do better."""
    gap = _behind(poor, rest, measure)
    size = element("span", words.amount(gap, measure), data_figure=f"{poor.figure}.gap")
    whom = GROUPS[poor.figure.rpartition(".")[2]].lower()
    return join([size, f" in favour of {whom}"]) if half_away(gap, measure.decimals) < 0 else size


def _over_time(whose: str, poor: Line, rest: Line, measure: Measure, group: str) -> Html:
    """Whether the gap is wider or narrower than in the first year that has both figures, by more than chance."""
    both = [(p, r) for p, r in zip(poor.points, rest.points, strict=True) if p.stands and r.stands]
    both = [(p, r) for p, r in both if p.series == both[-1][0].series]
    named = _named(whose, measure, group)
    if not both:
        return join([named, ": the two groups are never both shown"])
    then, now, latest = both[0], both[-1], (poor.now, rest.now)
    said = [named, " is ", _size(*now, measure), f" in {now[0].year}"]
    missing = "" if latest == now else f"; {latest[0].year}: {_why(*latest)}"
    if len(both) == 1:
        return join([*said, missing])
    change = _behind(*now, measure) - _behind(*then, measure)
    if not compare.gaps_differ((now[0].row, now[1].row), (then[0].row, then[1].row)):
        return join([*said, "; ", _size(*then, measure), f" in {then[0].year}, no clear difference", missing])
    moved = element("span", words.amount(change, measure), data_figure=f"{then[0].figure}.gap")
    way = "wider" if change > 0 else "narrower"
    if _behind(*now, measure) < 0 and _behind(*then, measure) < 0:
        way = "narrower" if change > 0 else "wider"
    return join([*said, ", ", moved, f" {way} than in {then[0].year}", missing])


def gap_dumbbell(figures: Protected, measure: str, group: str = "disadvantaged") -> Chart:
    """How wide is the gap between a group (disadvantaged or fsm) and the others in each school, in the latest year?

    One row per school that shows both groups, the trust's above them; the subtitle names the others and says why.
    Raises TypeError for anything but Protected figures.
    """
    declared, both = of(figures, measure), pair_named(group)
    group, others = both
    if group not in declared.pupil_groups:
        return _without_group(declared, group)
    pairs = _pairs(figures, declared, both)
    year = years(figures)[-1].label
    if not any(_both(pair) for pair in pairs if pair[0].name != TRUST):
        return nothing(f"{_named(TRUST, declared, group)}, {year}: no school has both figures shown.")
    picture = _dumbbells([pair for pair in pairs if _drawn(pair)], declared, both)
    trust = pairs[0]
    headline = _latest_gap(pairs, declared, year, group)
    about = words.subtitle(
        declared,
        "",
        figures,
        f"Gap: {_SHORT[group]} less {_OTHERS[others].lower()}",
        "Widest gap first",
        *_not_drawn(pairs),
    )
    alt = alternative(
        f"Dumbbell chart of {len(pairs) - 1} schools",
        words.plain(headline),
        f"Trust: {_SHORT[group]} {trust[0].point.text}, {_SHORT[others]} {trust[1].point.text}",
        hidden_count([poor for poor, _ in pairs[1:]]),
    )
    return drawn(headline, about, alt, picture, _gap_data(pairs, declared, year, both))


def _both(pair: Pair) -> bool:
    return pair[0].point.stands and pair[1].point.stands


def _drawn(pair: Pair) -> bool:
    """Has this pair a row? The trust and the school whose edition it is have one even to say why they have no gap."""
    return _both(pair) or pair[0].own or pair[0].name == TRUST


def _not_drawn(pairs: Sequence[Pair]) -> list[str]:
    """The schools without a row, by the reason: "Hidden: few pupils in Fairfield, Old Mill"."""
    reasons: dict[str, list[str]] = {}
    for poor, rest in (pair for pair in pairs if not _drawn(pair)):
        reasons.setdefault(_why(poor.point, rest.point), []).append(poor.name)
    return [f"{why[0].upper()}{why[1:]} in {', '.join(names)}" for why, names in reasons.items()]


def _pairs(figures: Protected, measure: Measure, both: tuple[str, str]) -> list[Pair]:
    """The group and the others: the trust, then the widest gap first; schools with a hidden group last."""
    code, school = years(figures)[-1].code, subject(figures)
    found: dict[str, dict[str, SchoolRow]] = {}
    rows = figures.rows(measure=measure.name, time_period=code, pupil_group=both, member=True)
    for row in rows.itertuples():
        own = school is not None and row.school_urn == school.urn
        name = row.school_name or TRUST
        found.setdefault(name, {})[row.pupil_group] = SchoolRow(name, point(row, measure), True, own)
    order = [TRUST, *(s.name for s in figures.context.trust.schools)] if figures.context else list(found)
    pairs = [(found[name][both[0]], found[name][both[1]]) for name in order if len(found.get(name, {})) == 2]
    shown = [pair for pair in pairs[1:] if _both(pair)]
    shown.sort(key=lambda pair: -_behind(pair[0].point, pair[1].point, measure))
    return [*pairs[:1], *shown, *(pair for pair in pairs[1:] if not _both(pair))]


def _latest_gap(pairs: Sequence[Pair], measure: Measure, year: str, group: str) -> Html:
    """The gap of the school whose edition this is, else the trust's."""
    poor, rest = next((pair for pair in pairs if pair[0].own), pairs[0])
    named = _named(poor.name, measure, group)
    if not _both((poor, rest)):
        return join([named, f" in {year}: {_why(poor.point, rest.point)}"])
    return join([named, " is ", _size(poor.point, rest.point, measure), f" in {year}"])


def _why(poor: Point, rest: Point) -> str:
    return "hidden: few pupils" if "c" in (poor.symbol, rest.symbol) else poor.briefly or rest.briefly


def _dumbbells(pairs: Sequence[Pair], measure: Measure, both: tuple[str, str]) -> Picture:
    points = [row.point for pair in pairs for row in pair]
    gaps = [words.amount(_behind(p.point, r.point, measure), measure) if _both((p, r)) else "" for p, r in pairs]
    strong = [poor.own or poor.name == TRUST for poor, _ in pairs]
    with house_style():
        room = max(text_width(text, PLAIN, bold=True) for text in gaps) + 16
        made = sheet([poor.name for poor, _ in pairs], room, strong)
        scale(made, *reach([p.value for p in points], measure), measure)
        rules(made, sum(map(_both, pairs)))
        _bells(made, pairs)
        for at, ((poor, rest), gap) in enumerate(zip(pairs, gaps, strict=True)):
            write(made.figure, WIDTH, made.y(at), gap, ha="right", weight="bold")
            if not gap:
                reason(made, at, _why(poor.point, rest.point))
        write(made.figure, WIDTH, made.y(-1) + 4, "Gap", "soft", ha="right")
        _name_ends(made, pairs, both)
        return finished(made.figure)


def _bells(made: Sheet, pairs: Sequence[Pair]) -> None:
    held = [(at, poor.point.value, rest.point.value) for at, (poor, rest) in enumerate(pairs) if _both((poor, rest))]
    for at, one, two in held:
        made.ax.plot([one, two], [at, at], color=ink("soft"), linewidth=2.2, zorder=2)
    rows = [at for at, _, _ in held]
    for values, colour, marker, size in (
        ([r for _, _, r in held], "C0", "o", 52),
        ([p for _, p, _ in held], "C2", "D", 42),
    ):
        sns.scatterplot(
            x=values,
            y=rows,
            ax=made.ax,
            s=size,
            color=ink(colour),
            marker=marker,
            linewidth=0,
            zorder=3,
            legend=False,
            clip_on=False,
        )
    made.ax.set(xlabel="", ylabel="")


def _name_ends(made: Sheet, pairs: Sequence[Pair], both: tuple[str, str]) -> None:
    """The two groups are named above the first row that has both, each on its own side."""
    poor, rest = next((p.point, r.point) for p, r in pairs if _both((p, r)))
    first = poor.value <= rest.value
    ends = ((poor, _SHORT[both[0]].capitalize(), "C2", first), (rest, _OTHERS[both[1]], "C0", not first))
    for each, name, colour, left in ends:
        wide = text_width(name, PLAIN, bold=True)
        x = across(made, each.value)
        start = x - wide + 6 if left else x - 6
        write(made.figure, min(max(start, 0.0), made.right - wide), made.y(-1) + 4, name, colour, weight="bold")


def _gap_data(pairs: Sequence[Pair], measure: Measure, year: str, both: tuple[str, str]) -> Html:
    group, others = _SHORT[both[0]], _OTHERS[both[1]]
    body = [[poor.name, poor.point.cell(), rest.point.cell(), _gap_cell((poor, rest), measure)] for poor, rest in pairs]
    title = f"{words.title(measure)}, {year}, {group} and {others.lower()} by school"
    points = [row.point for pair in pairs for row in pair]
    return behind(title, ["School", group.capitalize(), others, "Gap"], body, words.key(points))


def _gap_cell(pair: Pair, measure: Measure) -> Html:
    poor, rest = pair
    size = _size(poor.point, rest.point, measure) if _both(pair) else _why(poor.point, rest.point)
    return element("td", size, data_figure=f"{poor.point.figure}.gap")
