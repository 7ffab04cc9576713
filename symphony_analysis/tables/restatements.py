"""Published figures that have moved since: what was printed, what it is now, why, and who says so."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pandas as pd

from symphony_analysis.dates import dates_in_words
from symphony_analysis.markup import Html, element, table
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis


def restatements(analysis: Analysis) -> Html:
    """Which figures of past issues have changed? One row per entry of the restatement log for the years shown.

    Source: ``published/restatements.csv``.
    """
    log = analysis.inputs.published.get("restatements", pd.DataFrame())
    codes = [str(year.code) for year in analysis.years]
    rows = [row for row in log.itertuples() if any(fnmatchcase(code, _part(row.figure, 1)) for code in codes)]
    if not rows:
        return element("p", "No published figure of these years has been restated.", class_="soft")
    body = [[*_cells(analysis, row), f"{row.why} ({row.role}, {dates_in_words(row.date)})"] for row in rows]
    head = ["Figure", "Published in", "Was", "Is", "Why, who, when"]
    return table("Restatements: figures published earlier that have moved", head, body, class_="words")


def _part(figure: str, place: int) -> str:
    """One part of a figure's id; "*" where the log speaks of several figures at once."""
    parts = figure.split(".")
    return parts[place] if place < len(parts) else "*"


def _cells(analysis: Analysis, row: Any) -> list[Html]:
    """Which figure, where it was published, what it was and what it is; each with the id by which it is traced."""
    told = [_named(analysis, row.figure), row.published_in or "every issue"]
    identity = f"restated.{row.figure}"
    named = [element("span", text, data_figure=identity) for text in told]
    both = [element("td", text, data_figure=identity) for text in (row.old or "as published", row.new or "as shown")]
    return [*named, *both]


def _named(analysis: Analysis, figure: str) -> str:
    """The figure in words, as far as its id is one figure's."""
    name, code, who, group = (_part(figure, place) for place in range(4))
    if name not in MEASURES or not code.isdecimal():
        return figure
    pupils = f", {GROUPS[group].lower()}" if group in GROUPS and group != "all" else ""
    whose = "" if who in {"trust", "*"} else f", {analysis.trust.names.get(who, who)}"
    return f"{MEASURES[name].label}{pupils}{whose}, {AcademicYear.parse(code).label}"
