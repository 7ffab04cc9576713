"""Which school has figures from which source in which year, and which is missing: the coverage grid."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.problems import SourceError
from symphony_analysis.years import AcademicYear

#: The tables of the grid, with the heading of each column.
SHOWN = {name: table.shown for name, table in tables.TABLES.items() if table.shown}
PRESENT, MISSING, NOT_A_MEMBER, NO_COHORT = "yes", "missing", "not a member", "no cohort"


def grid(inputs: Inputs) -> pd.DataFrame:
    """One row a year and school; a column a table: "yes", the code of what is withheld, or why there is nothing.

    "missing" is a member school's gap; "no cohort" a school without pupils in that year group, by the census. A
    school that was no member by the January census but has figures says "yes" all the same. A table that cannot be
    read says "refused".
    """
    told = {name: _told(inputs, name) for name in SHOWN}
    rows = []
    for year in inputs.years:
        members = {school.urn for school in inputs.trust.members(year)}
        cohorts = _cohorts(inputs, year)
        for school in inputs.trust.schools:
            row = {"time_period": year.code, "school_urn": school.urn, "school_name": school.name}
            absent = MISSING if school.urn in members else NOT_A_MEMBER
            for name in SHOWN:
                known = told[name]
                group = tables.TABLES[name].year_group
                empty = cohorts is not None and group != "" and (school.urn, group) not in cohorts
                if known is not None and empty and absent == MISSING:
                    row[name] = NO_COHORT
                else:
                    row[name] = "refused" if known is None else known.get((year.code, school.urn), absent)
            rows.append(row)
    return pd.DataFrame(rows, columns=["time_period", "school_urn", "school_name", *SHOWN])


def _cohorts(inputs: Inputs, year: AcademicYear) -> set[tuple[str, str]] | None:
    try:
        return inputs.cohorts(year)
    except SourceError:
        return None


def _told(inputs: Inputs, name: str) -> dict[tuple[int, str], str] | None:
    """What a table says of each year and school: "yes", or the symbol of its first value."""
    try:
        table = inputs.table(name)
    except SourceError:
        return None
    first = tables.TABLES[name].numbers[0]
    rows = table[(table["geographic_level"] == "School") & (table["pupil_group"] == "all")]
    return {
        (row["time_period"], row["school_urn"]): row[f"{first}_symbol"] or PRESENT
        for row in rows[["time_period", "school_urn", f"{first}_symbol"]].to_dict("records")
    }


def lines(frame: pd.DataFrame) -> list[str]:
    """The grid as lines of text for a terminal: one a year and school, columns set straight."""
    width = max((len(name) for name in frame["school_name"]), default=6)
    heads = [label.ljust(12) for label in SHOWN.values()]
    made = [f"{'year':<8} {'school':<{width}}  {' '.join(heads)}".rstrip()]
    for row in frame.to_dict("records"):
        year = f"{row['time_period'] // 100}/{row['time_period'] % 100:02d}"
        cells = [str(row[name]).ljust(12) for name in SHOWN]
        made.append(f"{year:<8} {row['school_name']:<{width}}  {' '.join(cells)}".rstrip())
    return made
