"""What the trust says, set beside what the figures say: claims with their status, targets, the age of evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import claims as claims_room
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import Row
from symphony_analysis.markup import Html, details, element, join, rich, table
from symphony_analysis.measures import AREAS, MEASURES
from symphony_analysis.names import named
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_FEW = 3
THE_TRUSTS = "The trust speaks here of all its schools, and its own figures are asked."
_CLASSES = {"shown": "better", "not shown": "worse", "out of date": "held"}


def status_tag(status: str) -> Html:
    """A claim's status: word, shape and colour together."""
    shape, kind = claims_room.STATUSES.get(status, "◔"), _CLASSES.get(status, "same")
    return element("span", f"{shape} {status}", class_=f"tag {kind}")


def margin_mark(row: Row) -> Html:
    """What the figures and records say to one statement, for the margin: status, reason, a better wording.

    A statement that nothing decides has its status only.
    """
    parts: list[object] = [status_tag(row.status)]
    if row.status != claims_room.NOT_TESTED:
        parts += [" ", dates_in_words(f"{row.reason} {row.rewording}".strip())]
    if row.out_of_date:
        parts += [" ", status_tag(claims_room.OUT_OF_DATE), " ", dates_in_words(row.out_of_date)]
    if row.response:
        parts += [" ", element("strong", "The trust's response: "), row.response]
    return element("span", *parts, class_="note", data_figure=f"claim.{row.id}")


def figure_links(figures: str) -> Html:
    """Where the figures that decided something stand in the report; ``figures`` holds their ids joined by ";"."""
    by_label: dict[str, list[Html]] = {}
    for figure in filter(None, figures.split(";")):
        name, year, _, group = figure.split(".")
        label = MEASURES[name].short_label if name in MEASURES else name
        link = element("a", AcademicYear.parse(year).label, href=f"#figure-{figure}")
        by_label.setdefault(label if group == "all" else f"{label}, {group}", []).append(link)
    said = [join([f"{label} ", join(links, ", ")]) for label, links in by_label.items()]
    return element("span", " See ", join(said, "; "), ".", class_="soft") if said else Html("")


def claims(analysis: Analysis, *areas: str) -> Html:
    """The register, for the annex: each statement of these areas (or all) with its reading, figures and reason.

    Statements that cannot be tested are folded away.
    """
    rows = claims_room.register(analysis, *areas)
    if not len(rows):
        return element("p", "No claims are recorded for this section.", class_="soft")
    decided = rows[rows["status"] != claims_room.NOT_TESTED]
    rest = rows[rows["status"] == claims_room.NOT_TESTED]
    parts = [_claim(row) for row in decided.itertuples()]
    if analysis.school:
        parts.insert(0, element("p", THE_TRUSTS, class_="soft"))
    if len(rest) <= _FEW or not len(decided):
        return join([*parts, *(_claim(row) for row in rest.itertuples())])
    folded = details(f"{len(rest)} more claims, not tested", *map(_claim, rest.itertuples()), class_="claims")
    return join([*parts, folded])


def _claim(row: Row) -> Html:
    reason = element("span", dates_in_words(row.reason), figure_links(row.figures), class_="soft reason")
    said: list[object] = [rich(row.text), " ", reason]
    more = (row.rewording, row.out_of_date, row.detail)
    said += [element("span", dates_in_words(f" {why}"), class_="soft") for why in more if why]
    if row.response:
        said.append(element("span", element("strong", " The trust's response: "), row.response, class_="response"))
    return element(
        "div",
        status_tag(row.status),
        status_tag(claims_room.OUT_OF_DATE) if row.out_of_date else "",
        element("span", *said),
        class_="claim",
        id=f"claim-{row.id}",
        data_figure=f"claim.{row.id}",
    )


def targets(analysis: Analysis, area: str) -> Html:
    """What does the trust aim for in this area, can it be measured, and where does it stand?"""
    rows = claims_room.targets(analysis, area)
    if not len(rows):
        return element("p", "No targets are recorded for this section.", class_="soft")
    tested = {row.id: margin_mark(row) for row in claims_room.register(analysis, area).itertuples()}
    items = []
    for row in rows.itertuples():
        state = dates_in_words(_state(row))
        parts: list[object] = [element("br"), element("span", state, class_="soft")] if state else []
        parts += [" ", tested[row.id]] if row.id in tested else []
        items.append(element("li", rich(row.text), *parts, id=f"target-{row.id}", data_figure=f"target.{row.id}"))
    return join([element("h3", "Targets"), element("ul", *items), _without_numbers(rows)])


def _state(row: Row) -> str:
    """Number, baseline, date and owner as far as they are recorded; then progress, or where the figure is now."""
    number = f"Target {row.value}" if row.value else ""
    number += f", from {row.baseline}" if row.value and row.baseline else ""
    number += f", by {row.due}" if row.due else ""
    said = [f"{number.removeprefix(', ').capitalize()}." if number else "", row.progress or row.standing]
    return " ".join([*filter(None, said), *([f"Owner: {row.owner}."] if row.owner else [])])


def _without_numbers(rows: pd.DataFrame) -> Html:
    """One line for all targets that nothing can measure."""
    left, alone = int((~rows["measurable"].astype(bool)).sum()), int(rows["orphan"].sum())
    said = f"{left} of {len(rows)} targets have no number, so progress cannot be measured." if left else ""
    said += f" {alone} of {len(rows)} have no priority behind them." if alone else ""
    return element("p", said.strip(), class_="soft", data_figure="targets") if said else Html("")


def target_links(analysis: Analysis) -> Html:
    """Which number, date, owner and priorities does each target have?"""
    rows = claims_room.targets(analysis)
    if not len(rows):
        return element("p", "No targets are recorded for this year.", class_="soft")
    body = [
        [
            rich(row.text),
            element("td", row.value or "none", data_figure=f"target.{row.id}"),
            element("td", dates_in_words(row.due) or "none", data_figure=f"target.{row.id}"),
            row.owner or "none",
            row.priorities.replace(";", ", ") or "none",
        ]
        for row in rows.itertuples()
    ]
    head = ["Target", "Number", "By", "Owner", "Priorities"]
    return join([_without_numbers(rows), table("Targets and the priorities behind them", head, body, class_="words")])


def evidence(analysis: Analysis, area: str) -> Html:
    """What evidence is recorded for this area, how old is it, and has it outlived its shelf life?"""
    rows = claims_room.evidence(analysis, area)
    if not len(rows):
        return element("p", "No evidence is recorded for this section.", class_="soft")
    body = [
        [
            row.title,
            dates_in_words(row.dated) or "not dated",
            row.status,
            element("td", dates_in_words(row.reason), data_figure=f"evidence.{row.id}"),
        ]
        for row in rows.itertuples()
    ]
    return table("Evidence on record", ["Evidence", "Dated", "State", "Why"], body, class_="words")


def printed(analysis: Analysis, area: str) -> Html:
    """Does what earlier issues printed come out again, and is each figure plausible? By area of the measures."""
    area = named("area", area, AREAS)
    doubts = claims_room.plausibility(analysis, area)
    doubts = doubts[(doubts["origin"] == "printed") & (doubts["verdict"] != "plausible")]
    parts: list[Html] = [held_card(row) for row in doubts[doubts["verdict"] == "held"].itertuples()]
    parts += _look_again(doubts[doubts["verdict"] != "held"])
    if not parts:
        parts = [element("p", "Every printed figure of this section is plausible.", class_="soft")]
    return join([*parts, _printed_again(analysis, area)])


def _look_again(rows: pd.DataFrame) -> list[Html]:
    """Smaller doubts, figures of one finding together."""
    if not len(rows):
        return []
    lines = []
    for finding, figures in rows.groupby("finding", sort=False):
        told = [
            element("span", f"{row.label}, {_year(row)}, printed as {row.printed}", data_figure=_printed_id(row))
            for row in figures.itertuples()
        ]
        said = element("span", finding, data_figure=_printed_id(next(figures.itertuples())))
        lines.append(element("li", join(told, "; "), ": ", said))
    return [element("p", element("strong", "Look again")), element("ul", *lines)]


def _printed_id(row: Row) -> str:
    """The name under which a printed figure can be traced: printed.T8.1.202425."""
    return f"printed.{row.id}.{row.time_period}"


def _year(row: Row) -> str:
    return AcademicYear.parse(str(row.time_period)).label


def held_card(row: Row) -> Html:
    """A figure that is held until its owner has spoken: as printed, what is wrong with it, what may have happened."""
    return element(
        "section",
        element("p", "■ Held: implausible", class_="tag held"),
        element("h3", f"{row.label}, {_year(row)}"),
        element("p", row.printed, class_="big", data_figure=_printed_id(row)),
        element("p", row.hypotheses, data_figure=_printed_id(row)),
        element("p", row.finding, class_="soft", data_figure=_printed_id(row)),
        class_="card held",
    )


def _printed_again(analysis: Analysis, area: str) -> Html:
    pairs: pd.DataFrame = claims_room.printed_against_computed(analysis, area)
    if not len(pairs):
        return Html("")
    told = f"{int(pairs['equal'].sum())} of {len(pairs)} printed figures of this section come out again."
    return element("p", told, data_figure=f"printed.{area}")
