"""The trust's finances beside those of England's primary trusts, from DfE's academies accounts."""

from __future__ import annotations

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.display import display_value, figure_span
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.protect import Protected


def among_trusts(figures: Protected) -> Html:
    """How do the trust's staff costs, balance and reserves compare with those of other primary trusts?

    One row a measure, in per cent of income: the trust's figure of the year, then the lower quartile, the median and
    the upper quartile of England's multi-academy trusts that have primary schools only. Nothing in a school's edition,
    or without the file. Source: DfE's academies accounts return, the published workbook of the year.
    """
    context = figures.context
    everyone = context.inputs.primary_trusts(context.year)
    if context.school or len(everyone) < compare.LEAST_SCHOOLS:
        return Html("")
    rows = figures.rows(time_period=context.year.code, geographic_level="Trust", pupil_group="all").set_index("measure")
    body = []
    for row in rows.loc[[name for name in everyone if name in rows.index]].reset_index().itertuples():
        if pd.isna(row.value):
            continue
        measure, identity = figures.measures[row.measure], f"{figure_id(row)}.quartiles"
        ends = (display_value(end, measure) for end in compare.quartiles(everyone[row.measure]))
        cells = [element("td", end, data_figure=identity) for end in ends]
        body.append([measure.label, element("td", figure_span(row, measure)), *cells])
    head = ["Per cent of income", "Trust", "Lower quartile", "Median", "Upper quartile"]
    note = f"Of {len(everyone):,} multi-academy trusts of primary schools only; DfE’s academies accounts of the year."
    title = f"Among England’s primary trusts, {context.year.label}"
    return join([table(title, head, body), element("p", note, class_="soft")])
