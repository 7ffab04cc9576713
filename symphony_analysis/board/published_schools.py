"""The schools in the public edition: what DfE has published of each, and no word of ours about any of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.board.headlines import listed
from symphony_analysis.display import Row, england_value, figure_span, key_to
from symphony_analysis.figure import england_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_DASH = "\N{EN DASH}"
_NOTE = (
    "The figures are DfE's own, as it published them. Nothing is concluded from one of them: a year group is small and "
    "moves by chance. † joined later, not in the trust's figures."
)


def published_schools(analysis: Analysis) -> Html:
    """What has DfE published of each school of the trust today, this year?

    One row a school and one of England; one column a measure of which DfE has published a school's figure. A cell is
    DfE's figure in the measure's unit, or why there is none. Source: DfE's files under ``published/``.
    """
    shown = analysis.shown(MEASURES.values(), "public").rows(time_period=analysis.year.code, pupil_group="all")
    of_schools = shown[shown["geographic_level"] == "School"]
    held = set(of_schools.loc[of_schools["value"].notna(), "measure"])
    measures = [measure for name, measure in MEASURES.items() if name in held]
    if not measures:
        return element("p", "No figures of single schools that DfE has published are among the trust's files.")
    cells = {(row.school_name, row.measure): row for row in of_schools.itertuples()}
    told = [cells[key] for key in cells if key[1] in held]
    members = {school.name for school in analysis.members}
    body: list[list[object]] = []
    for name in (school.name for school in analysis.trust.of_year(analysis.year)):
        row = [cells.get((name, measure.name)) for measure in measures]
        body.append([name if name in members else f"{name} †", *map(_cell, row)])
    trust = {row.measure: row for row in shown[shown["geographic_level"] == "Trust"].itertuples()}
    body.append([element("strong", "England"), *(_england(trust.get(measure.name)) for measure in measures)])
    head = ["School", *(measure.label for measure in measures)]
    made = table(f"Each school, as DfE published it for {analysis.year.label}", head, body, class_="schools")
    key = [_NOTE, *(key_to(symbol) for symbol in sorted({row.symbol for row in told} - {""})), _sources(analysis, told)]
    return join([made, element("p", " ".join(key), class_="soft")])


def _cell(row: Row | None) -> Html:
    return element("td", _DASH if row is None else figure_span(row, MEASURES[row.measure]))


def _england(row: Row | None) -> Html:
    if row is None or pd.isna(row.england_value):
        return element("td", _DASH)
    return element("td", england_value(row, MEASURES[row.measure]), data_figure=england_id(row))


def _sources(analysis: Analysis, told: list[Row]) -> str:
    """The publications of these figures by name."""
    files = sorted({Path(row.source_file).stem for row in told if row.source_file})
    rows = pd.concat([analysis.inputs.published[file] for file in files])
    named = rows.loc[rows["time_period"].astype(str) == str(analysis.year.code), "source"].drop_duplicates()
    return f"Source: {listed(sorted(named))}."
