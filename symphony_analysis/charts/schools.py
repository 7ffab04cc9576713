"""School by school in the latest year, against England and the trust."""

from __future__ import annotations

import math
from collections.abc import Sequence

import seaborn as sns

from symphony_analysis.charts import words
from symphony_analysis.charts.chart import Chart, alternative, drawn, nothing
from symphony_analysis.charts.house import PLAIN, Picture, finished, house_style, ink, text_width, write
from symphony_analysis.charts.rows import (
    SchoolRow,
    Sheet,
    hidden_count,
    reach,
    reason,
    reference_lines,
    rules,
    scale,
    school_figures,
    school_table,
    sheet,
    trust_and_england,
)
from symphony_analysis.charts.series import Point, of, years
from symphony_analysis.compare import COMPARED, MARKED
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, join
from symphony_analysis.measures import Measure, group_named
from symphony_analysis.protect import Protected


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
        told.append(f"of those that joined later {', '.join(since)}")
    rest = chance and any(verdict in COMPARED and verdict not in MARKED for verdict in verdicts)
    return join([f"{named}{'; '.join(told)}{'; the others could be chance' if rest else ''}"])


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
