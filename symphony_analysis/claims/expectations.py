"""The attendance that DfE expects of each school (ABIE: baseline and expectation), and how far each school is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.targets import reached
from symphony_analysis.figure import figure_id
from symphony_analysis.rounding import number

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_ABSENCE = "overall_absence_percent"
COLUMNS = ["id", "school_urn", "school_name", "baseline", "expectation", "due", "attendance", "low", "high", "progress"]
COLUMNS += ["figure", "note"]
_NONE = (float("nan"),) * 3


def expectations(analysis: Analysis) -> pd.DataFrame:
    """Has each school's attendance reached what DfE expects of it?

    A row is a school: id, school_urn, school_name, baseline and expectation (attendance in per cent, as recorded), due
    (a day or ""), attendance of this year (100 less overall absence, unrounded) with its 95% limits low and high,
    progress (in words), figure (the id of the absence) and note. Without rows in the public edition; of one school in
    its own. Source: ``expectations.csv``. Raises ValueError for a cell that cannot be read.
    """
    records = analysis.records("expectations")
    for place, record in enumerate(records.to_dict("records"), start=2):
        entered(record, f"trust/{analysis.year.folder}/expectations.csv: row {record.get('row', place)}")
    if analysis.edition == "public" or not len(records):
        return pd.DataFrame(columns=COLUMNS)
    shown = analysis.figures("attendance").rows(measure=_ABSENCE, pupil_group="all", geographic_level="School")
    absence = {row.school_urn: row for row in shown.itertuples() if row.time_period == analysis.year.code}
    rows = []
    for record in records.to_dict("records"):
        school = analysis.trust.school(record["school_urn"])
        if analysis.school not in (None, school):
            continue
        row = absence.get(school.urn)
        figure = figure_id(row) if row and pd.notna(row.value) else ""
        now, low, high = (100 - row.value, 100 - row.interval_high, 100 - row.interval_low) if row and figure else _NONE
        aim = float(record["expectation"])
        short = round(aim - now, 9)
        apart = f"{number(short, 1)} percentage points" if short > 0 else ""
        progress = reached(apart, low, aim, high) if figure else "no figure of this year"
        held = {"school_urn": school.urn, "school_name": school.name, "figure": figure, "progress": progress}
        rows.append(record | held | {"attendance": now, "low": low, "high": high})
    return pd.DataFrame(rows, columns=COLUMNS)


def entered(record: dict[str, str], place: str) -> None:
    """Raise ValueError for a cell that cannot be read: a share of sessions, a day."""
    for column in ("baseline", "expectation"):
        try:
            fits = 0 < float(record[column]) <= 100
        except ValueError:
            fits = False
        if not fits:
            raise _fault(place, column, record[column], "attendance in per cent, like 94.1")
    try:
        date.fromisoformat(record["due"] or "2000-01-01")
    except ValueError:
        raise _fault(place, "due", record["due"], "a day like 2026-07-31") from None


def _fault(place: str, column: str, found: str, expected: str) -> ValueError:
    return ValueError(f"{place}, column {column}: found {found!r}; expected {expected}; fix: correct the cell")
