"""Page one: exceptions only, and the scoreboard of judgements beside what the data alone indicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symphony_analysis import claims as claims_room
from symphony_analysis.compare import WORSE
from symphony_analysis.display import england_span, figure_span
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis


def attention(analysis: Analysis) -> Html:
    """What must a trustee not miss: implausible, worse than England, contradicted, stale, missing."""
    parts = [
        *_implausible(analysis),
        *_worse(analysis),
        *_contradicted(analysis),
        *_stale(analysis),
        *_missing(analysis),
    ]
    if not parts:
        return element("p", "Nothing needs attention: no exception was found by any check.", class_="soft")
    return element("div", *parts, class_="cards")


def _card(kind: str, mark: str, title: str, *content: object) -> Html:
    return element(
        "section", element("p", mark, class_=f"tag {kind}"), element("h3", title), *content, class_=f"card {kind}"
    )


def _implausible(analysis: Analysis) -> list[Html]:
    found = claims_room.plausibility(analysis)
    held = found[found["held"]]
    return [
        _card("held", "■ Held: implausible", rows["label"].iloc[0], element("p", rows["printed"].iloc[0], class_="big", data_figure=figure),
              element("p", rows["hypotheses"].iloc[0]))
        for figure, rows in held.groupby("figure", sort=False)
    ]  # fmt: skip


def _worse(analysis: Analysis) -> list[Html]:
    """Headline figures of the trust that are worse than England in any year shown, one card per measure."""
    rows = analysis.figures().rows(geographic_level="Trust", comparison=WORSE)
    cards = []
    for name, years in rows.groupby("measure", sort=False):
        measure = MEASURES[name]
        lines = [_year_line(row) for row in years.itertuples()]
        cards.append(_card("worse", "▼ Worse than England", measure.label, element("ul", *lines)))
    return cards


def _year_line(row: object) -> Html:
    measure = MEASURES[row.measure]
    group = "" if row.pupil_group == "all" else f", {row.pupil_group}"
    year = AcademicYear.parse(str(row.time_period)).label
    return element("li", f"{year}{group}: ", figure_span(row, measure), "; ", england_span(row, measure), ".")


def _contradicted(analysis: Analysis) -> list[Html]:
    register = claims_room.register(analysis)
    rows = register[register["status"] == claims_room.CONTRADICTED]
    if not len(rows):
        return []
    lines = (element("li", f"“{row.text}” ", element("span", row.reason, class_="soft")) for row in rows.itertuples())
    return [
        _card("worse", "✖ Contradicted by the figures", "What we say and the figures do not", element("ul", *lines))
    ]


def _stale(analysis: Analysis) -> list[Html]:
    items = claims_room.evidence(analysis)
    rows = items[items["stale"]]
    if not len(rows):
        return []
    lines = (element("li", f"{row.title}: {row.state}.") for row in rows.itertuples())
    return [_card("held", "⧖ Stale", "Evidence past its shelf life", element("ul", *lines))]


def _missing(analysis: Analysis) -> list[Html]:
    rows = analysis.figures().rows(geographic_level="Trust", pupil_group="all", time_period=analysis.year.code)
    gone = rows[rows["symbol"].isin(["x", "NP"])]
    if not len(gone):
        return []
    names = (
        element("li", MEASURES[row.measure].label, f": {row.note}." if row.note else ".") for row in gone.itertuples()
    )
    return [_card("same", "○ Missing this year", "Figures there are not", element("ul", *names))]


def scoreboard(analysis: Analysis) -> Html:
    """How do we judge each area, what does the data alone indicate, and how many claims are borne out?"""
    rows = claims_room.judgements(analysis)
    if not len(rows):
        return element("p", "No judgements supplied for this year.", class_="soft")
    body = [[row.title, row.wording, row.indication, row.claims] for row in rows.itertuples()]
    whole = table(
        "Our judgement beside the data's", ["Area", "Our judgement", "Data alone", "Claims supported"], body, "words"
    )
    return join([whole, element("p", "The indication never overrides the judgement.", class_="soft")])
