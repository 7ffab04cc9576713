"""``similar_schools.csv``: for each school, the schools of England that the trust compares it with, by URN."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from symphony_analysis.sources.problems import Problem, SourceError

_URN = re.compile(r"[0-9]{6}")


def listed(cell: str) -> list[str]:
    """The URNs of a cell, joined there by semicolons, commas or spaces."""
    return re.split(r"[;,\s]+", cell.strip(" ;,")) if cell.strip(" ;,") else []


def demand(record: pd.DataFrame, shown: str) -> pd.DataFrame:
    """The record as typed. Raises SourceError with every cell that is no list of other schools' URNs."""
    problems = [
        Problem(shown, int(row.row), column, found, expected, "correct the cell")
        for row in record.itertuples()
        for column, found, expected in _faults(row)
    ]
    twice = record[record["school_urn"].duplicated()]
    problems += [
        Problem(shown, int(row.row), "school_urn", f"{row.school_urn} twice", "one row a school", "join the two lists")
        for row in twice.itertuples()
    ]
    if problems:
        raise SourceError(problems)
    return record


def _faults(row) -> Iterator[tuple[str, str, str]]:
    urns = listed(row.similar_urns)
    if not _URN.fullmatch(row.school_urn):
        yield "school_urn", repr(row.school_urn), "the URN of a school of the trust, six digits"
    if odd := [urn for urn in urns if not _URN.fullmatch(urn)]:
        yield "similar_urns", ", ".join(map(repr, odd)), "URNs of six digits joined by ;"
    if not urns:
        yield "similar_urns", "no school", "the URNs of similar schools joined by ;"
    if row.school_urn in urns:
        yield "similar_urns", f"{row.school_urn}, the school itself", "other schools"
    if again := sorted({urn for urn in urns if urns.count(urn) > 1}):
        yield "similar_urns", f"{', '.join(again)} twice", "each school once"
    if not row.source:
        yield "source", "a blank cell", "who chose these schools, and by what"
