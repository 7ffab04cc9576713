"""England's published figures to compare with, each with population, vintage and source: ``national.csv``."""

from pathlib import Path

import pandas as pd

from symphony_analysis.dates import day_or_month
from symphony_analysis.figure import LABELS
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.years import AcademicYear

NAME = "national.csv"
COLUMNS = (
    "time_period", "comparator", "pupil_group", "population", "value", "unit", "decimals", "release_status",
    "publication", "url", "published", "published_precision", "evidence", "note",
)  # fmt: skip
#: Of two figures published together the one nearer to final stands last.
_STATUSES = ("provisional", "revised", "final")


def empty() -> pd.DataFrame:
    """The table without rows."""
    frame = pd.DataFrame(columns=list(COLUMNS), dtype="str")
    return frame.astype({"time_period": "int64", "value": "float64", "decimals": "int64"})


def read(data_dir: Path) -> pd.DataFrame:
    """What is published for England, one row a figure, year, group, population and vintage?

    ``value`` is a number in ``unit``; ``published`` is a day or a month, as ``published_precision`` says. Rows are in
    an order of their own, not the file's: by figure, then from the oldest to the newest vintage.
    Raises SourceError with every row that does not hold.
    """
    frame = _with_days(csv_text.read_table(data_dir / NAME, NAME, COLUMNS))
    problems = [problem for row in frame.itertuples() for problem in _faults(row)]
    key = ["time_period", "comparator", "pupil_group", "population", "release_status", "published"]
    for row in frame.index[frame.duplicated(key)]:
        found, expected = "the same figure and vintage twice", "one row a figure and vintage"
        problems.append(Problem(NAME, int(row), "comparator", found, expected, "take one row out"))
    if problems:
        raise SourceError(problems)
    ranked = frame.assign(rank=[_STATUSES.index(s) if s in _STATUSES else -1 for s in frame["release_status"]])
    order = ["time_period", "comparator", "pupil_group", "population", "published", "rank", "release_status"]
    kept = ranked.sort_values(order)[list(COLUMNS)].reset_index(drop=True)
    return kept.astype({"time_period": "int64", "value": "float64", "decimals": "int64"})


def _with_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Days and months as people and Excel write them (9/12/2025, Nov-23) in ISO form, with their precision.

    What says "month" beside a day is that month: Excel shows 2023-11 as the first of it.
    """
    days, precisions = [], []
    for written, precision in zip(frame["published"], frame["published_precision"], strict=True):
        try:
            day = day_or_month(written)
        except ValueError:
            day = written
        day = day[:7] if precision == "month" and day.endswith("-01") else day
        days.append(day)
        precisions.append(precision or {10: "day", 7: "month"}.get(len(day), ""))
    return frame.assign(published=days, published_precision=precisions)


def _faults(row) -> list[Problem]:
    wrong = []
    if AcademicYear.maybe(row.time_period) is None:
        wrong.append(("time_period", row.time_period, "an academic year like 202425"))
    if row.pupil_group not in LABELS:
        wrong.append(("pupil_group", row.pupil_group, "one of " + ", ".join(LABELS)))
    try:
        float(row.value)
    except ValueError:
        wrong.append(("value", row.value, "a number"))
    if not row.decimals.isdecimal():
        wrong.append(("decimals", row.decimals, "a whole number"))
    if {"day": 10, "month": 7}.get(row.published_precision) != len(row.published):
        wrong.append(("published", row.published, "a day like 9 December 2025, or a month like December 2025"))
    return [
        Problem(NAME, int(row.Index), column, repr(found), expected, "correct the cell from the publication")
        for column, found, expected in wrong
    ]
