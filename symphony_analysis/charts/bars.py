"""Bars school by school: money and ratios, with what lies below zero plainly below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import seaborn as sns

from symphony_analysis.charts import words
from symphony_analysis.charts.chart import Chart, alternative, drawn, nothing
from symphony_analysis.charts.house import WIDTH, Picture, finished, house_style, ink, text_width, write
from symphony_analysis.charts.rows import (
    SchoolRow,
    Sheet,
    reason,
    reference_lines,
    scale,
    school_figures,
    school_table,
    sheet,
    trust_and_england,
)
from symphony_analysis.charts.series import Point, of, years
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, join
from symphony_analysis.measures import Measure, group_named
from symphony_analysis.measures.formulas import Total
from symphony_analysis.protect import Protected


def bars(figures: Protected, measure: str, group: str = "all", marks: Mapping[str, float] | None = None) -> Chart:
    """How do the schools' figures lie about zero, about the trust's, and about the marks given?

    One bar per school, highest first; below zero in another colour, hatched, and left of the line. ``marks`` are
    named values such as a threshold DfE uses. Raises TypeError for anything but Protected figures.
    """
    declared = of(figures, measure)
    group = group_named(group, [declared])
    rows = school_figures(figures, declared, group, highest_first=True)
    year = years(figures)[-1].label
    shown = [row for row in rows if row.point.stands]
    if not shown:
        why = "; ".join(dict.fromkeys(row.point.why for row in rows)) or "it is not a figure of single schools"
        return nothing(
            f"{words.title(declared)}{words.who(group)}, {year}: no school has a figure that can be shown ({why})."
        )
    trust, england = trust_and_england(figures, declared, group)
    picture = _picture(rows, _marks(declared, trust, england, marks or {}), declared)
    headline = _headline(rows, trust, england, declared, f"{words.who(group)}, {year}")
    below = sum(row.point.value < 0 for row in shown)
    notes = (
        "Hatched: below zero" if below else "",
        "Outlined: joined later, not in the trust's figure" if not all(row.member for row in shown) else "",
    )
    about = words.subtitle(declared, group, figures, *notes)
    alt = alternative(
        f"Bar chart of {len(rows)} schools",
        words.plain(headline),
        f"Highest {shown[0].name} {shown[0].point.text}, lowest {shown[-1].name} {shown[-1].point.text}",
    )
    data = school_table(rows, trust, england, f"{words.title(declared)}{words.who(group)}, {year}, by school")
    return drawn(headline, about, alt, picture, data)


def _marks(
    measure: Measure, trust: Point | None, england: Point | None, given: Mapping[str, float]
) -> list[tuple[str, float, str]]:
    """The upright lines: a total of the trust is of another size than a school's, so it has none."""
    total = isinstance(measure.formula, Total)
    marks = [("Trust " + trust.text, trust.value, "solid")] if trust and not total else []
    marks += [("England " + england.text, england.value, "dashed")] if england else []
    return [*marks, *((name, value, "dashed") for name, value in given.items())]


def _headline(
    rows: Sequence[SchoolRow], trust: Point | None, england: Point | None, measure: Measure, when: str
) -> Html:
    shown = [row.point for row in rows if row.point.stands]
    below = sum(point.value < 0 for point in shown)
    own = next((row for row in rows if row.own and row.point.stands), None)
    start: list[object] = [f"{words.title(measure)}{when}: "]
    if own:
        start += [f"{own.name} ", own.point.span(), "; "]
    if trust:
        start += ["the trust ", trust.span(), words.standing(trust, england, measure) if england else ""]
    if below:
        start.append(
            f"{'; ' if trust else ''}{count_in_words(below)} {'school' if below == 1 else 'schools'} below zero"
        )
    elif not trust:
        start += ["from ", shown[-1].span(), " to ", shown[0].span()]
    return join(start)


def _picture(rows: Sequence[SchoolRow], marks: list[tuple[str, float, str]], measure: Measure) -> Picture:
    shown = [row for row in rows if row.point.stands]
    with house_style():
        column = max(text_width(row.point.text, bold=True) for row in shown) + 16
        made = sheet([row.name for row in rows], column, [row.own for row in rows])
        _draw(made, rows)
        scale(made, *_range(shown, marks), measure)
        for at, row in enumerate(rows):
            if row.point.stands:
                write(made.figure, WIDTH, made.y(at), row.point.text, ha="right", weight="bold")
            else:
                reason(made, at, row.point.briefly)
        made.ax.plot([0, 0], [-0.5, len(shown) - 0.5], color=ink("ink"), linewidth=1.2, zorder=4, clip_on=False)
        reference_lines(made, marks, len(shown))
        return finished(made.figure)


def _range(shown: Sequence[SchoolRow], marks: list[tuple[str, float, str]]) -> tuple[float, float]:
    """The ends of the axis: zero, every bar and every mark, and a little room."""
    values = [0.0, *(row.point.value for row in shown), *(value for _, value, _ in marks)]
    low, high = min(values), max(values)
    spare = 0.03 * ((high - low) or 1.0)
    return (low - spare if low < 0 else 0.0), (high + spare if high > 0 else 0.0)


def _draw(made: Sheet, rows: Sequence[SchoolRow]) -> None:
    any_own = any(row.own for row in rows)
    frame = pd.DataFrame({"at": range(len(rows)), "value": [row.point.value for row in rows]})
    sns.barplot(
        data=frame,
        x="value",
        y="at",
        orient="y",
        native_scale=True,
        errorbar=None,
        width=0.62,
        ax=made.ax,
        color=ink("C0"),
        saturation=1.0,
        zorder=2,
    )
    for bar, row in zip(made.ax.patches, [row for row in rows if row.point.stands], strict=True):
        below, muted = row.point.value < 0, any_own and not row.own
        edge = "C2" if below else "soft" if muted else "C0"
        face = "paper" if below or not row.member else "rule" if muted else "C0"
        bar.set(facecolor=ink(face), edgecolor=ink(edge), linewidth=1.2, hatch="////" if below else None)
    made.ax.set(xlabel="", ylabel="", yticks=[], ylim=(len(rows) - 0.5, -0.5))
