"""What the trust says, set beside what the figures say: claims with their status, targets, the age of evidence."""

from collections.abc import Callable

import pandas as pd

from symphony_analysis import claims as claims_room
from symphony_analysis.analysis import Analysis
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import Row, count_in_words
from symphony_analysis.markup import Html, details, element, join, rich, table
from symphony_analysis.measures import AREAS, MEASURES
from symphony_analysis.names import named
from symphony_analysis.years import AcademicYear

_FEW = 3
_KEPT = "\N{NO-BREAK SPACE}"
_OPENING = 6
THE_TRUSTS = "The trust speaks here of all its schools, and its own figures are asked."
_CLASSES = {"shown": "better", "not shown": "worse", "out of date": "held"}


def status_tag(status: str) -> Html:
    """A claim's status: word, shape and colour together."""
    shape, kind = claims_room.STATUSES.get(status, "◔"), _CLASSES.get(status, "same")
    return element("span", f"{shape} {status}", class_=f"tag {kind}")


def margin_mark(row: Row, again: bool = False) -> Html:
    """What the figures and records say to one statement, for the margin: status, reason, a better wording.

    A statement of which there is nothing to say, or one that is said ``again`` with the same reason, has after a
    no-break space the shape of its status, and the word for those who listen.
    """
    untested = row.status == claims_room.NOT_TESTED
    if again or (untested and not row.out_of_date and not row.response):
        shape, word = claims_room.STATUSES.get(row.status, "◔"), element("span", f" {row.status}", class_="unseen")
        shown = element("span", shape, word, class_=f"tag {_CLASSES.get(row.status, 'same')}")
        return join([_KEPT, element("span", shown, class_="note", data_figure=f"claim.{row.id}")])
    parts: list[object] = [status_tag(row.status)]
    if not untested:
        parts += [" ", dates_in_words(f"{row.reason} {row.rewording}".strip())]
    if row.out_of_date:
        parts += [" ", status_tag(claims_room.OUT_OF_DATE), " ", dates_in_words(row.out_of_date)]
    if row.response:
        parts += [" ", element("strong", "The trust's response: "), row.response]
    return element("span", *parts, class_="note why", data_figure=f"claim.{row.id}")


def marks(rows: pd.DataFrame) -> tuple[list[Html], list[Html]]:
    """The marks of one text: those alone, which end it, and those with a reason; several share one reason."""
    made, given = [], set[tuple[str, ...]]()
    for row in rows.itertuples():
        reason = "" if row.status == claims_room.NOT_TESTED else row.reason
        why = (row.status, reason, row.out_of_date, row.response)
        made.append(margin_mark(row, why in given))
        given.add(why)
    return [mark for mark in made if mark.startswith(_KEPT)], [mark for mark in made if not mark.startswith(_KEPT)]


def key_to_marks(analysis: Analysis) -> Html:
    """What the marks at the trust's statements mean; nothing in a year without statements."""
    if not len(analysis.records("claims")):
        return Html("")
    shown = ", ".join(
        f"{shape} {status}" for status, shape in claims_room.STATUSES.items() if status != claims_room.NOT_TESTED
    )
    said = f"Marks at the trust's statements: {shown}, with the reason; ◌ no figure or record can decide it."
    return element("p", said, class_="soft")


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
    """The register, for the annex: how each statement of these areas (or all) is read, and why it is not tested.

    A statement of a section is named by its first words, with a link to it: its text and its mark are there.
    Statements that cannot be tested are folded away.
    """
    rows = claims_room.register(analysis, *areas)
    if not len(rows):
        return Html("")
    places = _places(analysis)
    decided = rows[rows["status"] != claims_room.NOT_TESTED]
    rest = rows[rows["status"] == claims_room.NOT_TESTED]
    parts = [_claim(row, places(row)) for row in decided.itertuples()]
    if analysis.school:
        parts.insert(0, element("p", THE_TRUSTS, class_="soft"))
    untested = [_claim(row, places(row)) for row in rest.itertuples()]
    if len(rest) <= _FEW or not len(decided):
        return join([*parts, *untested])
    return join([*parts, details(f"{len(rest)} more claims, not tested", *untested, class_="claims")])


def _places(analysis: Analysis) -> Callable[[Row], str]:
    """Where in the sections a statement is printed: the id of its text or target; "" where it is printed nowhere."""
    printed = [(row.area, row.text, f"text-{row.id}") for row in analysis.records("texts").itertuples()]
    printed += [(row.area, row.text, f"target-{row.id}") for row in analysis.records("targets").itertuples()]
    return lambda claim: next((place for area, text, place in printed if area == claim.area and claim.text in text), "")


def _claim(row: Row, place: str) -> Html:
    words = row.text.split()
    opening = f"{row.id}: {' '.join(words[:_OPENING])}{' …' if len(words) > _OPENING else ''}"
    more = [row.detail]
    if not place or row.status == claims_room.NOT_TESTED:
        more = [row.reason, row.rewording, row.out_of_date, row.detail]
    said: list[object] = [element("a", opening, href=f"#{place}") if place else rich(row.text)]
    told = dates_in_words(" ".join(filter(None, more)))
    said += [" ", element("span", told, figure_links(row.figures), class_="soft reason")]
    if row.response and not place:
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
    """What does the trust aim for in this area, who answers for it, and where is its figure now? One line a target."""
    rows = claims_room.targets(analysis, area)
    tested = {row.id: margin_mark(row) for row in claims_room.register(analysis, area).itertuples()}
    items = []
    for row in rows.itertuples():
        state = dates_in_words(_state(row))
        mark = tested.get(row.id, Html(""))
        alone = mark.startswith(_KEPT)
        parts: list[object] = [mark] if alone else []
        parts += [" ", element("span", state, class_="soft")] if state else []
        parts += [" ", mark] if mark and not alone else []
        items.append(element("li", rich(row.text), *parts, id=f"target-{row.id}", data_figure=f"target.{row.id}"))
    return element("ul", *items, class_="targets") if items else Html("")


def _state(row: Row) -> str:
    """Number, baseline, date and owner as far as they are recorded; then progress, or where the figure is now."""
    number = f"Target {row.value}" if row.value else ""
    number += f", from {row.baseline}" if row.value and row.baseline else ""
    number += f", by {row.due}" if row.due else ""
    said = [f"{number.removeprefix(', ').capitalize()}." if number else "", row.progress or row.standing]
    return " ".join([*filter(None, said), *([f"Owner: {row.owner}."] if row.owner else [])])


def without_numbers(analysis: Analysis) -> Html:
    """How many targets of the year have no number to measure them by, and how many no priority? One line."""
    rows = claims_room.targets(analysis)
    left, alone = int((~rows["measurable"].astype(bool)).sum()), int(rows["orphan"].sum())
    few = (
        f"{left} of the {len(rows)} targets in the sections have no number"
        if left < len(rows)
        else f"None of the {left} targets in the sections has a number"
    )
    said = f"{few}, so progress cannot be measured. " if left else ""
    said += f"{count_in_words(alone).capitalize()} have no priority here." if alone else ""
    return element("p", said.strip(), data_figure="targets") if said else Html("")


def target_links(analysis: Analysis) -> Html:
    """Which number, date, owner and priorities does each target have?"""
    rows = claims_room.targets(analysis)
    if not len(rows):
        return Html("")
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
    return table("Targets and the priorities behind them", head, body, class_="words")


def to_refresh(analysis: Analysis, area: str) -> Html:
    """Which evidence of this area has outlived its shelf life or has no date, and which is still current? One line."""
    rows = claims_room.evidence(analysis, area)
    said = []
    for status, group in rows.groupby("status", sort=False):
        told = [element("span", _dated(row), data_figure=f"evidence.{row.id}") for row in group.itertuples()]
        said.append(join([element("strong", f"{status.capitalize()}: "), join(told, "; "), "."]))
    return element("p", join(said, " ")) if said else Html("")


def _dated(row: Row) -> str:
    return f"{row.title} ({dates_in_words(row.dated)})" if row.dated else row.title


def evidence(analysis: Analysis, area: str) -> Html:
    """What evidence is recorded for this area, how old is it, and why has it outlived its shelf life?"""
    rows = claims_room.evidence(analysis, area)
    if not len(rows):
        return Html("")
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
    """Which figures that earlier issues printed are held as implausible? By area of the measures."""
    area = named("area", area, AREAS)
    doubts = claims_room.plausibility(analysis, area)
    doubts = doubts[(doubts["origin"] == "printed") & (doubts["verdict"] == "held")]
    return join(held_card(row) for row in doubts.itertuples())


def recalculated(analysis: Analysis, area: str) -> Html:
    """Do the figures that earlier issues printed come out again, and which have smaller doubts? For the annex."""
    area = named("area", area, AREAS)
    doubts = claims_room.plausibility(analysis, area)
    doubts = doubts[(doubts["origin"] == "printed") & ~doubts["verdict"].isin(["plausible", "held"])]
    return join([*_look_again(doubts), _printed_again(analysis, area)])


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
    return [element("p", element("strong", "Smaller doubts")), element("ul", *lines)]


def _printed_id(row: Row) -> str:
    """The name under which a printed figure can be traced: printed.T8.1.202425."""
    return f"printed.{row.id}.{row.time_period}"


def _year(row: Row) -> str:
    return AcademicYear.parse(str(row.time_period)).label


def held_card(row: Row) -> Html:
    """A figure that is held until its owner has spoken: as printed, and what may have happened."""
    name = f"{row.label}, {_year(row)}"
    return element(
        "section",
        element("p", element("span", "■ held: implausible", class_="tag held"), " ", element("strong", name)),
        element("p", "Printed as ", element("s", row.printed), f". {row.hypotheses}", data_figure=_printed_id(row)),
        class_="card held",
    )


def _printed_again(analysis: Analysis, area: str) -> Html:
    pairs: pd.DataFrame = claims_room.printed_against_computed(analysis, area)
    if not len(pairs):
        return Html("")
    agree, whole = count_in_words(int(pairs["equal"].sum())), count_in_words(len(pairs))
    told = f"Recalculated: {agree} of {whole} printed figures agree."
    return element("p", told, data_figure=f"printed.{area}")
