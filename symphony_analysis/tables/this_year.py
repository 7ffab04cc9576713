"""Attendance of the year so far: to date beside England's, and in parts of the year or of the pupils."""

from __future__ import annotations

from typing import Any

import pandas as pd

from symphony_analysis.compare import NOT_HELD
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import display_value
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.attendance import HEADLINE
from symphony_analysis.names import named
from symphony_analysis.rounding import half_away
from symphony_analysis.sources.pupil_parts import PARTS, TO_DATE

_ABSENCE = MEASURES["overall_absence_percent"]


def attendance_to_date(analysis: Any) -> Html:
    """How do our pupils attend this year so far, and how do England's?

    One row a figure (attendance, absence, persistent absence), in per cent. Sources: the trust's registers to their
    last mark; DfE's daily series of primary schools to the week published last, as known on the day.
    """
    body, cited = [], dict[str, None]()
    for measure in (MEASURES[name] for name in HEADLINE):
        row = next(analysis.so_far(measure, TO_DATE).itertuples(), None)
        if row is None:
            return element("p", _why_none(analysis, TO_DATE), class_="soft")
        shown = (row.value, row.authority_value, row.england_value)
        if measure is _ABSENCE:
            body.append(["Attendance", *(_attended(value) for value in shown)])
        body.append(
            [measure.label, *(NOT_HELD if pd.isna(value) else display_value(value, measure) for value in shown)]
        )
        if pd.notna(row.england_value):
            cited[f"England: {dates_in_words(row.england_vintage)}."] = None
    head = ["Figure", _who(analysis), analysis.trust.authority_label, "England, primary schools"]
    note = "Ours to the last mark of our registers, theirs to the last week published: they are not compared."
    return join(
        [
            table(f"The year {analysis.year} so far", head, body),
            element("p", " ".join([note, *cited]), class_="soft"),
        ]
    )


def attendance_by_part(analysis: Any, part: str) -> Html:
    """How do our pupils attend by half term, or by year group, this year so far? One row a part, in per cent.

    Source: the trust's registers, pupil by pupil, and of them what this edition may show.
    """
    rows = analysis.so_far(_ABSENCE, part := named("part", part, PARTS))
    if not len(rows):
        return element("p", _why_none(analysis, part), class_="soft")
    body = [[row.part, _attended(row.value), display_value(row.value, _ABSENCE)] for row in rows.itertuples()]
    title = f"By {part}, {analysis.year} so far: {_who(analysis)}"
    return table(title, [part.capitalize(), "Attendance", _ABSENCE.label], body)


def _why_none(analysis: Any, part: str) -> str:
    if analysis.edition == "public" or (analysis.school and analysis.edition != "internal"):
        return "Attendance of the year so far is in the trust's own report, not in this edition."
    return (
        f"Attendance by {part} is not told: the files of {analysis.year} do not tell it apart (the schools' registers "
        "do), or fewer pupils or schools are behind it than this edition may show."
    )


def _who(analysis: Any) -> str:
    return analysis.school.name if analysis.school else "The trust"


def _attended(absence: float) -> str:
    """What is left of 100% after the absence as it is printed."""
    if pd.isna(absence):
        return NOT_HELD
    return display_value(100 - float(half_away(absence, _ABSENCE.decimals)), _ABSENCE)
