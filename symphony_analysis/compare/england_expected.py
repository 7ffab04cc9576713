"""Which of England's figures a year needs, which of them are in ``national.csv``, and where the others come from."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from symphony_analysis.dates import MONTHS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.years import AcademicYear

_KEY = ["comparator", "pupil_group", "population"]
COLUMNS = [*_KEY, "held", "publication", "published", "where", "files"]


def expected_of_england(measures: Iterable[Measure], national: pd.DataFrame, year: AcademicYear) -> pd.DataFrame:
    """The figures of England that a report of this year is compared with.

    A row is a comparator x group x population: held (whether ``national`` has a row of the year), publication,
    published (the month, as that of the latest earlier year was), where (the page) and files (the layouts that hold it,
    joined by ", "; "" where it is entered by hand). No value is foretold.
    """
    wanted = {
        (measure.compared_with, group, population): measure
        for measure in measures
        if year.code not in measure.unavailable
        for group, population in measure.england.items()
    }
    known = national.sort_values(["time_period", "published"], kind="stable")
    rows = []
    for (comparator, group, population), measure in wanted.items():
        like = known[(known[_KEY] == [comparator, group, population]).all(axis=1)]
        before = like[like["time_period"] < year.code].tail(1)
        files = sorted(
            source.name
            for source in SOURCES.values()
            for each in source.england
            if (each.comparator, each.population) == (comparator, population) and each.group in {"", group}
        )
        there = bool((like["time_period"] == year.code).any())
        told = _as_before(before.iloc[0], year) if len(before) else ("", "", measure.method)
        rows.append([comparator, group, population, there, *told, ", ".join(dict.fromkeys(files))])
    return pd.DataFrame(rows, columns=COLUMNS)


def _as_before(row: pd.Series, year: AcademicYear) -> tuple[str, str, str]:
    """Publication, month and page of an earlier year's figure, moved on to this year."""
    written, month = row["published"][:4], row["published"][5:7]
    later = int(written) + year.start - AcademicYear.parse(int(row["time_period"])).start
    page = re.sub(r"/[0-9]{4}-[0-9]{2}[^/]*$", "", row["url"])  # the page of one release: the latest is above it
    return row["publication"], f"{MONTHS[int(month) - 1]} {later}", page


def england_lines(expected: pd.DataFrame, year: AcademicYear) -> list[str]:
    """How many are held, and one line a publication of those that are not, in order of publication."""
    missing = expected[~expected["held"]]
    made = [f"{expected['held'].sum()} of {len(expected)} of England's figures for {year} are in national.csv"]
    order = missing["published"].map(lambda month: (month[-4:], MONTHS.index(month[:-5])) if month else ("9999", 0))
    ordered = missing.assign(order=order).sort_values("order", kind="stable")
    for (publication, published), rows in ordered.groupby(["publication", "published"], sort=False):
        names = ", ".join(dict.fromkeys(rows["comparator"]))
        when = f"published in {published}" if published else "never published in a year that this file has"
        files = ", ".join(dict.fromkeys(name for each in rows["files"] for name in each.split(", ") if name))
        how = f"symphony add takes them from a file of {files}" if files else "enter them"
        number = f"{len(rows)} figure{'s' * (len(rows) > 1)}"
        pages = " ".join(dict.fromkeys(rows["where"]))
        made.append(f"  {publication or 'No earlier row'}: {when}; {number} ({names}); {how}: {pages}")
    return made
