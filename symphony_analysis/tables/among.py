"""The schools among all schools of England, and the trust's finances among those of England's primary trusts."""

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.display import Row, display_value, figure_span, keyed, say
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import Measure
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away, number

_FIFTHS = ("lowest", "second", "third", "fourth", "highest")


def among_schools(figures: Protected) -> Html:
    """Where does each school stand among all schools of England at key stage 2, and how do schools like it do?

    One row a school of the register: its figure, the share of England's mainstream schools with a lower one, and the
    fifth of schools it is in; never a rank among our own. Where the trust lists similar schools, their figure too, all
    their eligible pupils together. Only of figures that the edition shows, and nothing in a public edition. Sources:
    DfE's performance table of the year, which holds every school; ``similar_schools.csv``.
    """
    context = figures.context
    if figures.edition == "public":
        return Html("")
    everyone = context.inputs.every_school(context.year)
    headlines = [name for name in everyone if name in figures.measures]
    chosen = [figures.measures[name] for name in headlines if everyone[name].count() >= compare.LEAST_SCHOOLS]
    if not chosen:
        return Html("")
    rows = figures.rows(time_period=context.year.code, pupil_group="all", geographic_level="School")
    schools = [s for s in context.trust.schools if s in context.members and context.school in (None, s)]
    similar = context.inputs.similar_schools(context.year)
    held = keyed(rows, ["school_urn", "measure"])
    body = [
        [s.name, *(_place(held.get((s.urn, m.name)), m, everyone, similar.get(s.urn, [])) for m in chosen)]
        for s in schools
    ]
    head = ["School", *(f"{m.short_label} ({m.unit})" for m in chosen)]
    note = (
        "The share of England's mainstream schools whose published figure is lower, the same counted half. "
        "One year of one school is mostly chance: read it over the years."
    )
    if any(s.urn in similar for s in schools):
        record = context.records("similar_schools")
        note += (
            f" Similar schools are those of {', '.join(dict.fromkeys(record['source']))}: all their pupils together."
        )
    title = f"Among England's schools, {context.year.label}"
    return join([table(title, head, body, class_="words"), element("p", note, class_="soft")])


def _place(row: Row | None, measure: Measure, everyone: pd.DataFrame, similar: list[str]) -> Html | str:
    if row is None or pd.isna(row.value):
        return "no figure shown" if row is None else say(row, measure)
    # Published figures are rounded: what is compared with them is rounded in the same way.
    percent = compare.percentile(everyone[measure.name], float(half_away(row.value, measure.decimals)))
    place = f"above {number(percent, 0)}% of schools, {_FIFTHS[compare.fifth(percent) - 1]} fifth"
    told = [figure_span(row, measure), ": ", element("span", place, data_figure=f"{figure_id(row)}.place")]
    value, schools = compare.pooled_schools(everyone, measure.name, similar)
    if schools:
        alike = f"{schools} similar schools" if schools > 1 else "1 similar school"
        words = f"{alike}: {display_value(value, measure)}"
        told += ["; ", element("span", words, data_figure=f"{figure_id(row)}.similar")]
    return element("td", *told)


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
