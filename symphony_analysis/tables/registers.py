"""The trust's own registers as tables: inspection and peer-review grades, priorities, the pupil survey."""

from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.evidence import NOT_KNOWN
from symphony_analysis.dates import dates_in_words
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.rounding import number
from symphony_analysis.sources.declare.ofsted_words import CARD, CARD_AREAS, CARD_GRADES, MET, SAFEGUARDING, areas_of
from symphony_analysis.sources.own.inspections import latest
from symphony_analysis.trust import School

#: The id of everything that is counted of report cards.
_CARDS = "ofsted.report-cards"


def grades(analysis: Analysis) -> Html:
    """What did Ofsted and the peer reviews find, school by school? One row per school of the register.

    Under it the report cards' areas and grades, counted. Sources: ``ofsted.csv``, Ofsted's own file,
    ``peer_reviews.csv``.
    """
    ofsted = analysis.records("ofsted")
    reviews = analysis.records("peer_reviews")
    if not len(ofsted) and not len(reviews):
        return Html("")
    found = claims.inspections(analysis)
    schools = [s for s in analysis.trust.schools if analysis.school in (None, s)]
    last = {row.school_urn: row for row in latest(ofsted.assign(joining=found["joining"])).itertuples()}
    body = [[s.name, _grade(last.get(s.urn)), _grade(_review(reviews, s.urn)), _when(last.get(s.urn))] for s in schools]
    head = ["School", "Ofsted", "Peer review", "Inspected"]
    whole = table("Ofsted and peer review, latest recorded", head, body, class_="words")
    return join([whole, _report_cards([last[s.urn] for s in schools if s.urn in last])])


def inspections(analysis: Analysis) -> Html:
    """What must a reader know of the recorded grades: which cannot be an overall grade by their date, which are old?"""
    schools = [s for s in analysis.trust.schools if analysis.school in (None, s)]
    return _findings(claims.inspections(analysis), schools)


def _review(reviews: pd.DataFrame, urn: str) -> Any:
    rows = reviews[reviews["school_urn"] == urn].sort_values("year", kind="stable")
    return next(rows.tail(1).itertuples(), None)


def _grade(row: Any) -> Html | str:
    if row is None:
        return "not recorded"
    areas = areas_of(getattr(row, "key_judgements", ""))
    if areas and not row.grade:
        # A report card grades areas, not the school: it is shown as it is and mapped to nothing.
        title = f"{row.framework[:1].upper()}{row.framework[1:]} {row.year}".strip()
        return join([title, element("ul", *(element("li", f"{area}: {grade}") for area, grade in areas))])
    return ", ".join(filter(None, (row.grade.capitalize(), row.year))) if row.grade else (row.note or "none yet")


def _when(row: Any) -> str:
    if row is None:
        return "not recorded"
    joining = "not known whether before or after joining" if row.joining == NOT_KNOWN else row.joining
    return f"{dates_in_words(row.inspected_on)}, {joining}" if row.inspected_on else joining


def _report_cards(last: list[Any]) -> Html:
    """How many schools have each grade in each area of a report card, and how many have no report card yet."""
    cards = [dict(areas_of(row.key_judgements)) for row in last if row.framework == CARD]
    if not cards:
        return Html("")
    areas = [area for area in CARD_AREAS if area != SAFEGUARDING and any(area in card for card in cards)]
    body = [[area, *(_count(sum(c.get(area) == grade for c in cards)) for grade in CARD_GRADES)] for area in areas]
    met, not_met = (sum(card.get(SAFEGUARDING) == word for card in cards) for word in MET)
    said = f"Safeguarding standards: met at {met}, not met at {not_met} of the {len(cards)} schools with a report card."
    before = sum(row.framework != CARD for row in last)
    old = f" {before} of {len(last)} schools are still under the old framework." if before else ""
    counted = table("Report cards: schools by area and grade", ["Area", *CARD_GRADES], body) if body else Html("")
    return join([counted, element("p", said + old, class_="soft", data_figure=_CARDS)])


def _count(schools: int) -> Html:
    return element("td", str(schools), data_figure=_CARDS)


def _findings(found: pd.DataFrame, schools: list[School]) -> Html:
    """Schools of one finding together, the flagged first."""
    names = {school.urn: school.name for school in schools}
    told = found[found["school_urn"].isin(names) & (found["finding"] != "")]
    lines = []
    for (flagged, finding), rows in told.sort_values("flagged", ascending=False, kind="stable").groupby(
        ["flagged", "finding"], sort=False
    ):
        mark = element("span", "■ flagged ", class_="tag held") if flagged else ""
        who = ", ".join(names[urn] for urn in rows["school_urn"])
        lines.append(element("li", mark, element("strong", f"{who}: "), dates_in_words(finding)))
    return element("ul", *lines, class_="soft") if lines else Html("")


def priorities(analysis: Analysis) -> Html:
    """What will the trust do, how will it know, and who answers for it? One row per priority, by focus area.

    Source: ``priorities.csv``.
    """
    records = analysis.records("priorities")
    if not len(records):
        return Html("")
    head = ["Target", "Strategies", "Monitoring process", "Responsibilities"]
    parts = []
    for area, rows in records.groupby("focus_area", sort=False):
        body = [
            [
                element("span", row.target, id=f"priority-{row.id}"),
                _bullets(row.strategies),
                _bullets(row.monitoring),
                _bullets(row.responsibilities),
            ]
            for row in rows.itertuples()
        ]
        parts.append(table(f"Priorities: {area}", head, body, class_="words priorities"))
    return join(parts)


def _bullets(listed: str) -> Html | str:
    items = [item.strip() for item in listed.split("|") if item.strip()]
    return items[0] if len(items) == 1 else element("ul", *(element("li", item) for item in items))


def attendance_expectations(analysis: Analysis) -> Html:
    """Has each school reached the attendance that DfE expects of it? One row per school; nothing where none is kept.

    Source: ``expectations.csv``, and overall absence as this edition shows it.
    """
    rows = claims.expectations(analysis)
    if not len(rows):
        return Html("")
    body = [
        [
            row.school_name,
            *(
                element("td", f"{cell}%", data_figure=f"expectation.{row.id}")
                for cell in (row.baseline, row.expectation)
            ),
            dates_in_words(row.due) or "not recorded",
            element("td", _attended(row), data_figure=f"{row.figure}.attendance" if row.figure else None),
            element("td", row.progress, class_="t", data_figure=f"expectation.{row.id}"),
        ]
        for row in rows.itertuples()
    ]
    head = ["School", "Baseline", "Expected", "By", "This year (95%)", "Progress"]
    return table("Attendance that DfE expects of each school", head, body, class_="words")


def _attended(row: Any) -> str:
    if not row.figure:
        return "no figure"
    low, high = (number(end, 1) for end in (row.low, row.high))
    return f"{number(row.attendance, 1)}%" + (f" ({low} to {high})" if pd.notna(row.low) else "")


def survey(analysis: Analysis) -> Html:
    """What do pupils say? One row per question: per cent, the year of the survey and how many answered.

    Source: ``survey.csv``.
    """
    records = analysis.records("survey")
    if not len(records):
        return Html("")
    body = [
        [
            row.question,
            element("td", f"{number(float(row.percent), 0)}%", data_figure=f"survey.{row.id}"),
            row.year,
            row.respondents or "not recorded",
        ]
        for row in records.itertuples()
    ]
    return table("Pupil survey", ["What pupils say", "Share", "Year", "Pupils who answered"], body, class_="words")
