"""Pupil groups that overlap, of the trust as a whole: SEN support, EHC plans, additional language, girls and boys."""

from __future__ import annotations

from typing import Any

from symphony_analysis.display import Row, england_span, figure_span, key_to
from symphony_analysis.figure import GROUPS_OF_TRUST
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import Measure
from symphony_analysis.protect import HIDDEN


def groups_of_trust(analysis: Any) -> Html:
    """How do pupils with SEN, with English as an additional language, girls and boys do? The trust's pupils this year.

    One row a measure in its unit, one column a group, England's figure of the group under it where it is published and
    held; a pupil is in several groups. Nothing in a public edition and in one of a school. Sources: pupil-level files
    and the January census, as this edition may show them.
    """
    if analysis.edition == "public" or analysis.school:
        return Html("")
    figures = analysis.of_groups()
    rows = {(row.measure, row.pupil_group): row for row in figures.frame.itertuples()}
    body, withheld = [], []
    for measure in figures.measures.values():
        known = [rows[measure.name, group] for group in GROUPS_OF_TRUST]
        if any(row.value == row.value for row in known):
            body.append([_name(measure), *(_cell(row, measure) for row in known)])
        elif any(row.symbol == HIDDEN for row in known):
            withheld.append(measure.label.lower())
    if not body:
        return element("p", "Groups of pupils are not told apart: no pupil-level census of the year.", class_="soft")
    notes = ["A pupil is in several groups. England's figure is given where it is held, and not judged against."]
    notes += [f"Internal edition only: {', '.join(withheld)}."] if withheld else []
    notes += [key_to(HIDDEN)] if "[c]" in str(body) else []
    head = ["Measure", *GROUPS_OF_TRUST.values()]
    title = f"Groups of pupils, {analysis.year}: the trust"
    return join([table(title, head, body), element("p", " ".join(notes), class_="soft")])


def _name(measure: Measure) -> str:
    return measure.label if measure.unit in {"%", "score"} else f"{measure.label} ({measure.unit})"


def _cell(row: Row, measure: Measure) -> Html:
    england = england_span(row, measure)
    under = [element("br"), element("span", england, class_="soft")] if england else []
    return element("td", figure_span(row, measure), *under)
