"""Ofsted by framework: each grade in its own words, whether it could be given then, and for which trust.

A grade of one framework is never mapped to another.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.evidence import months_after, span
from symphony_analysis.trust import School

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

#: Ofsted gave state schools no overall grade from this day.
LAST_OVERALL = date(2024, 9, 2)

#: Ofsted inspects a school about every four years: what is older says little of the school of today.
KEPT_MONTHS = 48
_OLD = "Inspected more than four years before this report."
BEFORE, AFTER, NOT_KNOWN = "before joining", "after joining", "not known"
COLUMNS = [
    "id", "school_urn", "school_name", "framework", "grade", "dated", "key_judgements", "flagged", "finding",
    "joining", "note",
]  # fmt: skip


def inspections(analysis: Analysis) -> pd.DataFrame:
    """What did Ofsted find at each school, under which framework, and was the school in the trust then?

    A row is an inspection: id, school_urn, school_name, framework, grade, dated (the day, or the year where that is
    all that is recorded), key_judgements, flagged (an overall grade dated after they ended), finding (that in words,
    and that it is more than four years old; "" where there is nothing to say), joining (before joining, after joining,
    not known: told only where the bounds of both dates leave no doubt) and note. Source: ``ofsted.csv`` and
    ``trust.toml``. Raises UnknownNameError for a school that is not in the trust.
    """
    records = analysis.records("ofsted").to_dict("records")
    rows = []
    for record in records:
        school = analysis.trust.school(record["school_urn"])
        dated = record["inspected_on"] or record["year"]
        days = span(dated) if dated else None
        flagged, finding = _overall(record, days)
        if days and is_old(days, analysis.dated):
            finding = f"{finding} {_OLD}".strip()
        told = {"school_name": school.name, "dated": dated, "joining": _joining(school, days)}
        rows.append(record | told | {"flagged": flagged, "finding": finding})
    return pd.DataFrame(rows, columns=COLUMNS)


def is_old(days: tuple[date, date], day: date) -> bool:
    """Was an inspection within these days, certainly, more than four years before ``day``?"""
    return months_after(days[1], KEPT_MONTHS) < day


def _overall(record: dict[str, str], days: tuple[date, date] | None) -> tuple[bool, str]:
    """Is an overall grade dated when there were none?"""
    if "overall" not in record["framework"].casefold() or not record["grade"] or days is None:
        return False, ""
    ended = f"{LAST_OVERALL.day} {LAST_OVERALL:%B %Y}"
    if days[0] >= LAST_OVERALL:
        dated = record["inspected_on"] or record["year"]
        return True, f"Ofsted stopped giving overall grades on {ended}; this one is of {dated}. Please check."
    if days[1] >= LAST_OVERALL:
        return False, f"Only the year is recorded: whether it is before {ended} is not known."
    return False, ""


def _joining(school: School, days: tuple[date, date] | None) -> str:
    if days is None:
        return NOT_KNOWN
    if school.joined_after is not None and days[1] <= school.joined_after:
        return BEFORE
    if school.joined_by is not None and days[0] > school.joined_by:
        return AFTER
    return NOT_KNOWN
