"""Sentences made from figures: what the year shows, without a causal word and without a typed number."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from symphony_analysis import compare, display
from symphony_analysis.compare import NOT_YET
from symphony_analysis.display import THAN, england_span, figure_span, subject_rows
from symphony_analysis.figure import england_id, figure_id
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure, groups_named
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away, number
from symphony_analysis.years import AcademicYear


def conclude(figures: Protected, *measures: str, groups: Sequence[str] = ("all",)) -> Html:
    """What do these figures say, this year against England and against last year? One sentence per figure.

    Raises TypeError for anything but Protected figures.
    """
    chosen = display.chosen(figures, measures)
    groups = groups_named(groups, chosen)
    said = [
        _sentence(figures, measure, group) for measure in chosen for group in groups if group in measure.pupil_groups
    ]
    sentences = [s for s in said if s]
    if not sentences:
        return element("p", _nothing(figures, chosen), class_="soft")
    return element("ul", *(element("li", sentence) for sentence in sentences), class_="conclusions")


def attendance(figures: Protected) -> Html:
    """What is left of 100% after absence, as it is shown: attendance in each year, beside England's.

    Raises TypeError for anything but Protected figures.
    """
    measure = display.chosen(figures, ["overall_absence_percent"])[0]
    rows = [row for _, row in sorted(_series(figures, measure, "all").items()) if pd.notna(row.value)]
    if not rows:
        return element("p", "There is no figure of attendance.", class_="soft")
    said = []
    for row in rows:
        parts = [_attended(row.value, measure.decimals, figure_id(row)), f" in {AcademicYear.parse(row.time_period)}"]
        if pd.notna(row.england_value):
            coarser = min(measure.decimals, int(row.england_decimals))
            england = _attended(row.england_value, coarser, england_id(row))
            parts += [" (England ", england, ")"]
        said.append(join(parts))
    return element("p", "Attendance, which is all sessions less absence: ", join(said, between=", "), ".")


def _attended(absence: float, decimals: int, figure: str) -> Html:
    left = 100 - half_away(absence, decimals)
    return element("span", f"{number(float(left), decimals)}%", data_figure=f"{figure}.attendance")


def _nothing(figures: Protected, chosen: list[Measure]) -> str:
    """Why there is no sentence: figures there are not, or too small to be told apart."""
    rows = subject_rows(figures)
    asked = rows["measure"].isin([m.name for m in chosen]) & (rows["time_period"] == figures.context.year.code)
    if any(row.words or row.symbol == "c" for row in rows[asked].itertuples()):
        return "Nothing is concluded from the figures of this year: the numbers are too small to be told apart."
    return "There are no figures to conclude from."


def _sentence(figures: Protected, measure: Measure, group: str) -> Html | None:
    rows = _series(figures, measure, group)
    now = rows.get(figures.context.year.code)
    if now is None or pd.isna(now.value):
        return None
    who = "" if group == "all" else f", {GROUPS[group].lower()}"
    parts: list[object] = [f"{measure.label}{who}: ", figure_span(now, measure)]
    if now.comparison in THAN:
        parts += [f", {THAN[now.comparison]} ", england_span(now, measure, "'s")]
    elif now.comparison == NOT_YET:
        parts.append("; England's figure for the year is not yet published")
    parts.append(_against_last_year(rows, measure, figures.context.year.back().code, now))
    return join([*parts, "."])


def _series(figures: Protected, measure: Measure, group: str) -> dict:
    rows = subject_rows(figures)
    rows = rows[(rows["measure"] == measure.name) & (rows["pupil_group"] == group)]
    return {row.time_period: row for row in rows.itertuples()}


def _against_last_year(rows: dict, measure: Measure, last: int, now: display.Row) -> Html | str:
    """The figure of the year before; "up" or "down" only by more than chance, and then beside England's change."""
    before = rows.get(last)
    if before is None or pd.isna(before.value):
        return ""
    if broken := compare.broken_between(now, before):
        return f"; not compared with the year before: {broken}"
    told = figure_span(before, measure)
    if not compare.differ(now, before):
        return join(["; ", told, " the year before"])
    england = now.england_value - before.england_value
    places = max(measure.decimals, 1)
    words = [f"; {'up' if now.value > before.value else 'down'} from ", told, " the year before"]
    if pd.notna(england):
        change = element(
            "span", f"England {number(england, places, sign=True)}", data_figure=f"{figure_id(now)}.change"
        )
        words += [" (", change, ")"]
    return join(words)
