"""A tiny hand-made trust: three schools of unequal size that count, one that does not, one suppressed.

Every figure expected of it in the tests is worked by hand beside the assertion.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear

YEAR = AcademicYear(2024)
LAST = AcademicYear(2023)

BIG = School("Big", "100001", joined_by=date(2022, 9, 1))
SMALL = School("Small", "100002", ("90002",), joined_by=date(2022, 9, 1))
HELD = School("Held", "100003", joined_by=date(2022, 9, 1))
LATER = School("Later", "100004", joined_after=date(2025, 1, 16), joined_by=date(2025, 12, 31))

TRUST = Trust(
    name="Hand-made Trust",
    schools=(BIG, SMALL, HELD, LATER),
    census_days={202324: date(2024, 1, 18), 202425: date(2025, 1, 16)},
)


def tidy(columns: list[str], *rows: tuple) -> pd.DataFrame:
    """A tidy table: each row is (time_period, level, urn, group, *values); a text value is a symbol."""
    records = []
    for time_period, level, urn, group, *values in rows:
        record = {
            "time_period": time_period,
            "geographic_level": level,
            "school_urn": urn,
            "pupil_group": group,
            "source_file": f"raw/{time_period}/made.csv",
        }
        for column, value in zip(columns, values, strict=True):
            record[column] = float("nan") if isinstance(value, str) else float(value)
            record[f"{column}_symbol"] = value if isinstance(value, str) else ""
        records.append(record)
    keys = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]
    both = [name for column in columns for name in (column, f"{column}_symbol")]
    return pd.DataFrame(records, columns=[*keys, *both])


def given(measure, table: pd.DataFrame):
    """What ``evaluate`` asks for tables: this one for the measure's own source, none for a stand-in's."""

    def find(name: str) -> pd.DataFrame:
        if name == measure.source:
            return table
        return tidy([*measure.stand_in.formula.columns, measure.stand_in.pupils_column])

    return find
