"""How old is the evidence on the day the report is judged?"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

CURRENT, OUT_OF_DATE, UNDATED = "current", "out of date", "no date recorded"


def span(dated: str) -> tuple[date, date]:
    """The first and the last day that a date may mean: 2024 is the whole year, 2024-05 the month, 2024-05-01 the day.

    Raises ValueError for anything else.
    """
    parts = [int(part) for part in dated.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    day = date(*parts)
    return day, day


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def evidence(analysis: Analysis, *areas: str, months: float | None = None) -> pd.DataFrame:
    """How fresh is each piece of evidence on the day of the report?

    A row is a piece of evidence, of these areas or of all: id, area, title, dated, shelf_life_months, good_until (ISO
    date or ""), status (current, out of date, no date recorded) and reason. A year without a month counts from its last
    day, so that nothing is called out of date too early. ``months`` stands in for the recorded shelf life. Source:
    ``evidence.csv``.
    """
    records = analysis.records("evidence", *areas)
    if months is not None:
        records = records.assign(shelf_life_months=f"{months:g}")
    told = [_age(row, analysis.dated) for row in records.to_dict("records")]
    aged = pd.DataFrame(told, columns=["good_until", "status", "reason"], index=records.index)
    return pd.concat([records[["id", "area", "title", "dated", "shelf_life_months"]], aged], axis="columns")


def _age(row: dict[str, str], day: date) -> tuple[str, str, str]:
    if not row["dated"]:
        return "", UNDATED, f"{row['title']}: no date is recorded."
    if not row["shelf_life_months"]:
        return "", CURRENT, f"{row['title']}, {row['dated']}: no shelf life is set."
    until = months_after(span(row["dated"])[1], int(row["shelf_life_months"]))
    kept = f"{row['title']}, {row['dated']}: kept for {row['shelf_life_months']} months, to {until.isoformat()}"
    if until < day:
        return until.isoformat(), OUT_OF_DATE, f"{kept}; out of date on {day.isoformat()}."
    return until.isoformat(), CURRENT, f"{kept}."
