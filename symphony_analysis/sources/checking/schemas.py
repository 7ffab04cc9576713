"""What every tidy table must hold, whichever source made it: a second look at the whole, not at one file.

The layouts say what a cell may be; these schemas say what a finished table is. A fault found here is a fault between
files, or of a source module, that no single file shows. Only ``check`` and the tests look: reading does not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.figure import LABELS
from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.problems import Problem
from symphony_analysis.symbols import MEANINGS

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
