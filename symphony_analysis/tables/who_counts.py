"""Who counts, and would another way of counting change the picture: the membership rules side by side."""

from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.membership import HEADLINES
from symphony_analysis.display import display_value, tag
from symphony_analysis.figure import id_of
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES, measure_named
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear


def who_counts(analysis: Analysis) -> Html:
    """Would another rule of who counts change a comparison? One row per figure that it would change.

    A figure is in its measure's unit; each cell says it with its comparison with England. Source: as in
    ``claims.membership_effect``.
    """
    rows = claims.membership_effect(analysis)
    if not len(rows):
        return element("p", "No headline figure can be counted in another way.", class_="soft")
    changed = rows[rows["changes"]]
    told = (
        f"{len(rows[rows['in_use']])} headline figures of the trust were counted again under every other rule; "
        f"the comparison with England changes for {len(changed)} of them."
    )
    said = element("p", told, data_figure=f"members.{analysis.year.code}")
    if not len(changed):
        return said
    used = {(r.measure, r.time_period): r for r in rows[rows["in_use"]].itertuples()}
    body = [_changed(row, used[row.measure, row.time_period]) for row in changed.itertuples()]
    head = ["Figure", "As counted in this report", "Counted otherwise", "The other rule"]
    return join([said, table("Where another rule would change the comparison", head, body, class_="words")])


def _changed(row: Any, used: Any) -> list[object]:
    year = AcademicYear.parse(str(row.time_period)).label
    name = f"{row.label}, {year}"
    rule = f"{row.rule_words} ({row.schools_counted} schools)"
    other = element("td", rule, data_figure=f"members.{row.time_period}.{row.rule}")
    return [name, _told(used, used.rule), _told(row, row.rule), other]


def _told(row: Any, rule: str) -> Html:
    identity = f"{id_of(row.measure, row.time_period)}.{rule}"
    return element("td", _value(row), " ", tag(row.comparison), data_figure=identity)


def _value(row: Any) -> str:
    return f"[{row.symbol}]" if pd.isna(row.value) else display_value(row.value, MEASURES[row.measure])


def like_for_like(analysis: Analysis, *measures: str) -> Html:
    """Is the trend the same for the schools that were there in every year? Two rows per headline measure.

    All headline measures where none is named; not a figure that DfE publishes for the trust, which is the same
    whichever schools count. Raises UnknownNameError for a measure that is none of them.
    """
    rows = claims.membership_effect(analysis)
    headlines = {name: MEASURES[name] for name in HEADLINES}
    names = [measure_named(asked, headlines).name for asked in measures] or list(headlines)
    rows = rows[rows["measure"].isin(names)]
    names = [name for name in names if name in set(rows["measure"])]
    schools = claims.like_for_like(analysis)
    body = []
    for name in names:
        for rule, label in ((analysis.membership, "as it was"), ("like_for_like", "same schools in every year")):
            by_year = {r.time_period: r for r in rows[(rows["measure"] == name) & (rows["rule"] == rule)].itertuples()}
            cells = [_told(by_year[y.code], rule) if y.code in by_year else "no data" for y in analysis.years]
            title = join([MEASURES[name].label, element("br"), element("span", label, class_="soft")])
            body.append([title, *cells])
    caption = "The trust's trend as it was, and for the same schools in every year"
    symbols = sorted({row.symbol for row in rows.itertuples() if row.symbol})
    note = f"The same schools: {', '.join(schools)}. " + " ".join(f"[{s}] {MEANINGS[s]}." for s in symbols)
    return join(
        [table(caption, ["Measure", *(y.label for y in analysis.years)], body), element("p", note, class_="soft")]
    )
