"""The trust's own registers as tables: inspection and peer-review grades, priorities, the pupil survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.dates import dates_in_words
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.rounding import number

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis
    from symphony_analysis.trust import School


def grades(analysis: Analysis) -> Html:
    """What did Ofsted and the peer reviews find, school by school? One row per school of the register.

    Under it what a reader must know of a grade: one that cannot be an overall grade by its date is named. Sources:
    ``ofsted.csv`` and ``peer_reviews.csv``.
    """
    ofsted = analysis.records("ofsted")
    reviews = analysis.records("peer_reviews")
    if not len(ofsted) and not len(reviews):
        return element("p", "No inspection or peer-review grades supplied for this year.", class_="soft")
    found = claims.inspections(analysis)
    joining = dict(zip(found["school_urn"], found["joining"], strict=True))
    schools = [s for s in analysis.trust.schools if analysis.school in (None, s)]
    body = [
        [s.name, _grade(ofsted, s.urn), _grade(reviews, s.urn), joining.get(s.urn, "not recorded")] for s in schools
    ]
    head = ["School", "Ofsted", "Peer review", "Inspected before or after joining"]
    return join(
        [table("Ofsted and peer review, latest recorded", head, body, class_="words"), _findings(found, schools)]
    )


def _grade(records: pd.DataFrame, urn: str) -> Html | str:
    rows = records[records["school_urn"] == urn]
    if not len(rows):
        return "not recorded"
    latest = rows.sort_values("year", kind="stable").iloc[-1]
    areas = [part.strip() for part in latest.get("key_judgements", "").split("|") if part.strip()]
    if areas and not latest["grade"]:
        # A report card grades areas, not the school: it is shown as it is and mapped to nothing.
        title = f"{latest['framework'][:1].upper()}{latest['framework'][1:]} {latest['year']}".strip()
        return join([title, element("ul", *(element("li", area) for area in areas))])
    return f"{latest['grade']} {latest['year']}".strip() if latest["grade"] else (latest["note"] or "none yet")


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
        return element("p", "No priorities supplied for this year.", class_="soft")
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


def survey(analysis: Analysis) -> Html:
    """What do pupils say? One row per question: per cent, the year of the survey and how many answered.

    Source: ``survey.csv``.
    """
    records = analysis.records("survey")
    if not len(records):
        return element("p", "No pupil survey supplied for this year.", class_="soft")
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
