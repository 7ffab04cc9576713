"""What the trust says, set beside what the figures say: claims with their status, targets, the age of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import claims as claims_room
from symphony_analysis.markup import Html, element, join, rich, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_CLASSES = {"supported": "better", "contradicted": "worse", "not testable": "same", "stale": "held"}


def status_tag(status: str) -> Html:
    """A claim's status: word, shape and colour together."""
    return element("span", f"{claims_room.STATUSES[status]} {status}", class_=f"tag {_CLASSES[status]}")


def claims(analysis: Analysis, area: str) -> Html:
    """What does the trust say of this area, and do the figures bear it out? One line per claim, in its own words."""
    register = claims_room.register(analysis)
    rows = register[register["area"] == area]
    if not len(rows):
        return element("p", "No claims are recorded for this section.", class_="soft")
    return join(_claim(row) for row in rows.itertuples())


def _claim(row: object) -> Html:
    said: list[object] = [rich(row.text), " ", element("span", row.reason, class_="soft"), _links(row.figures)]
    if row.response:
        said.append(element("span", element("strong", " The trust's response: "), row.response))
    return element(
        "div",
        status_tag(row.status),
        element("span", *said),
        class_="claim",
        id=f"claim-{row.id}",
    )


def _links(figures: str) -> Html:
    """Where the figures that decided a claim stand in the report."""
    links = [element("a", _name(figure), href=f"#figure-{figure}") for figure in figures.split(";") if figure]
    return element("span", " See ", join(links, ", "), ".", class_="soft") if links else Html("")


def _name(figure: str) -> str:
    measure, year = figure.split(".")[:2]
    label = MEASURES[measure].short_label if measure in MEASURES else measure
    return f"{label} {AcademicYear.parse(year).label}"


def targets(analysis: Analysis, area: str) -> Html:
    """What does the trust aim for in this area, and can it be measured?"""
    records = claims_room.targets(analysis)
    rows = records[records["area"] == area]
    if not len(rows):
        return element("p", "No targets are recorded for this section.", class_="soft")
    items = [
        element("li", rich(row.text), " ", element("span", row.state, class_="soft"), id=f"target-{row.id}")
        for row in rows.itertuples()
    ]
    return join([element("h3", "Targets"), element("ul", *items)])


def target_links(analysis: Analysis) -> Html:
    """Which targets have a priority behind them, which priorities a target, and which stand alone?"""
    records = claims_room.targets(analysis)
    if not len(records):
        return element("p", "No targets are recorded for this year.", class_="soft")
    body = [
        [row.text, row.priorities.replace(";", ", ") or "no priority row", row.state] for row in records.itertuples()
    ]
    alone = records[records["priorities"] == ""]
    told = f"{len(records)} targets; {len(alone)} have no row among the priorities."
    return join(
        [element("p", told), table("Targets and their priorities", ["Target", "Priorities", "State"], body, "words")]
    )


def evidence(analysis: Analysis, area: str) -> Html:
    """What evidence is recorded for this area, how old is it, and has it outlived its shelf life?"""
    records = claims_room.evidence(analysis)
    rows = records[records["area"] == area]
    if not len(rows):
        return element("p", "No evidence is recorded for this section.", class_="soft")
    body = [[row.title, row.dated or "not dated", row.state, row.detail] for row in rows.itertuples()]
    return table(
        "Evidence on record", ["Evidence", "Dated", "State on the day of this report", "Detail"], body, "words"
    )


def printed(analysis: Analysis, area: str) -> Html:
    """Do the figures of earlier editions come out again, and is each plausible? One line per figure in doubt."""
    found = claims_room.plausibility(analysis)
    rows = found[found["area"] == area]
    if not len(rows):
        return element("p", "Every printed figure of this section comes out again and is plausible.", class_="soft")
    return join(_doubt(name, doubts) for name, doubts in rows.groupby("figure", sort=False))


def _doubt(figure: str, doubts: pd.DataFrame) -> Html:
    first = doubts.iloc[0]
    lines = (element("li", row.finding) for row in doubts.itertuples())
    return element(
        "section",
        element("p", "■ Held: implausible", class_="tag held"),
        element("h3", first["label"]),
        element("p", first["printed"], class_="big", data_figure=figure),
        element("p", first["hypotheses"]),
        element("ul", *lines),
        class_="card held",
    )
