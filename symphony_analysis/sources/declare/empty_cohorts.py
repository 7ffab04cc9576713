"""Schools that have no pupils in a year group: known from the census, and not to be taken for missing data."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from symphony_analysis.sources.declare import tables


def with_empty_cohorts(
    name: str, rows: pd.DataFrame, cohorts: set[tuple[str, str]] | None, schools: Iterable[str], census: str
) -> pd.DataFrame:
    """The rows of a year, and one of zeros for each school on the census without a pupil in the year group.

    A row is a school x pupil group of the tidy table ``name``; the figures made of zeros are not applicable ("z").
    Nothing is added where the census does not know the school. ``census`` is the path of the census file.
    """
    if cohorts is None or not len(rows):
        return rows
    table = tables.TABLES[name]
    on_roll = {urn for urn, _ in cohorts}
    told = set(rows["school_urn"])
    empty = [urn for urn in schools if urn in on_roll and urn not in told and (urn, table.year_group) not in cohorts]
    if not empty:
        return rows
    place = [
        {
            "time_period": rows["time_period"].iloc[0],
            "geographic_level": "School",
            "school_urn": urn,
            "pupil_group": group,
        }
        for urn in empty
        for group in tables.GROUPS
    ]
    values = {part: value for column in table.numbers for part, value in ((column, 0.0), (f"{column}_symbol", ""))}
    words = {column: "pupils" for column in (*table.texts, *table.remarks)}
    added = pd.DataFrame(place).assign(source_file=census, **words, **values)
    return tables.join(name, [rows, tables.conform(name, added)])
