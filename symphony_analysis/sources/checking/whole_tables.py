"""What every finished tidy table must hold, groups that jump between years, and the coverage of schools by year."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.figure import GROUPS, LABELS
from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    import pandera.pandas as pa

LEVELS = ("School", "LA", "Trust", "England", "Central")
_UNSIGNED = ("_count", "_fte", "months", "schools_counted", "schools_expected")


def schema(name: str) -> pa.DataFrameSchema:
    """The schema of a tidy table: its columns and types, codes, ranges, parts within wholes, and one row a key."""
    import pandera.pandas as pa

    table = tables.TABLES[name]
    columns = {
        "time_period": pa.Column("int64", pa.Check.in_range(200001, 209900)),
        "geographic_level": pa.Column(str, pa.Check.isin(LEVELS)),
        "school_urn": pa.Column(str, pa.Check.str_matches(r"^(\d{6})?$")),
        "pupil_group": pa.Column(str, pa.Check.isin(list(LABELS))),
        "source_file": pa.Column(str, pa.Check.str_length(min_value=1)),
        **{text: pa.Column(str) for text in (*table.texts, *table.remarks)},
    }
    for value in table.numbers:
        low = pa.Check.ge(0) if value.endswith(_UNSIGNED) else None
        columns[value] = pa.Column("float64", low, nullable=True)
        columns[f"{value}_symbol"] = pa.Column(str, pa.Check.isin(["", *MEANINGS]))
    key = [*tables.KEYS[:-1], *table.texts]
    return pa.DataFrameSchema(columns, checks=_rules(name), unique=key, strict=True, ordered=True)


def _rules(name: str) -> list[pa.Check]:
    import pandera.pandas as pa

    made = [
        pa.Check(_together(value), name=f"{value}: a value or a symbol, never both", ignore_na=False)
        for value in tables.TABLES[name].numbers
    ]
    return made + [
        pa.Check(_within(part, whole), name=f"{part} within {whole}", ignore_na=False)
        for part, whole in tables.TABLES[name].within
    ]


def _together(value: str):
    return lambda frame: frame[value].isna() == (frame[f"{value}_symbol"] != "")


def _within(part: str, whole: str):
    def holds(frame: pd.DataFrame) -> pd.Series:
        return ~(frame[part] > frame[whole] * (1 + 1e-9))

    return holds


#: The library's names of its rules, for people; our own rules are named in words.
_IN_WORDS = {
    "multiple_fields_uniqueness": "one row for each school, year and group",
    "isin": "one of the known codes",
    "in_range": "a number in range",
    "greater_than": "0 or more",
    "str_matches": "a URN of six digits",
    "str_length": "the name of a file",
    "not_nullable": "no empty cell",
    "dtype": "a number or text, as in the table",
    "column_": "the columns of the table",
}


def faults(name: str, table: pd.DataFrame) -> list[Problem]:
    """Everything in which a finished table breaks its schema, one problem a rule and row."""
    import pandera.errors

    try:
        schema(name).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as found:
        cases = found.failure_cases
        return [_problem(name, table, case) for case in cases.drop_duplicates(["check", "index"]).to_dict("records")]
    return []


def _problem(name: str, table: pd.DataFrame, case: dict) -> Problem:
    known = case["index"] is not None and case["index"] == case["index"]
    row = table.iloc[int(case["index"])] if known else None
    file = row["source_file"] if row is not None and row["source_file"] else f"table {name}"
    who = f" ({row['school_urn'] or row['geographic_level']}, {row['pupil_group']})" if row is not None else ""
    column = str(case["column"]) if case["column"] and case["schema_context"] == "Column" else name
    check = str(case["check"])
    expected = next((words for start, words in _IN_WORDS.items() if check.startswith(start)), check)
    fix = "compare the files of this school and year"
    return Problem(file, 1, column, f"a row that breaks the rule{who}", expected, fix)


#: The share of pupils in the group must change by so many points, and by so much of itself, over all schools together.
_POINTS, _PART = 5.0, 0.25
_LEAST_SCHOOLS = 3


def jumps(roll: pd.DataFrame) -> list[Problem]:
    """Warnings: groups whose share of pupils moved far, and the same way in every school, between two years.

    ``roll`` is the tidy table of the January roll. A break that is declared is none.
    """
    rows = roll[(roll["geographic_level"] == "School") & roll["pupils_count"].notna()]
    wide = rows.pivot_table("pupils_count", ["time_period", "school_urn"], "pupil_group")
    told = []
    for before, now in pairwise(sorted(rows["time_period"].unique())):
        for group in (each for each in GROUPS if each != "all" and {each, "all"} <= set(wide.columns)):
            both = wide.loc[before][[group, "all"]].join(wide.loc[now][[group, "all"]].add_suffix("_now")).dropna()
            if len(both) < _LEAST_SCHOOLS or breaks.reason("pupils_count", group, before, now):
                continue
            moved = both[f"{group}_now"] / both["all_now"] - both[group] / both["all"]
            then, later = (100 * both[f"{group}{end}"].sum() / both[f"all{end}"].sum() for end in ("", "_now"))
            if abs(later - then) >= max(_POINTS, _PART * then) and (moved.gt(0).all() or moved.lt(0).all()):
                year = AcademicYear.parse(int(now))
                file = rows.loc[rows["time_period"] == now, "source_file"].iloc[0]
                found = f"{GROUPS[group].lower()} {then:.0f}% of pupils the year before, {later:.0f}% in {year}"
                expected = "a change that schools do not share, or a declared break"
                fix = "ask whether the group is defined as before"
                told.append(
                    Problem(
                        file, 1, "(whole file)", f"{found}, the same way in every school", expected, fix, warning=True
                    )
                )
    return told


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
