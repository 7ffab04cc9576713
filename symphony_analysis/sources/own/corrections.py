"""Corrections of published files: ``corrections.csv`` says what a cell held, what it should hold, why, and who says.

The file itself is never edited; the raw and the corrected value both stand in the report. Pupil-level files are
corrected where they come from, so that no pupil's value is written down here.
"""

import re
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.declare.context import Correction
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading import csv_text

NAME = "corrections.csv"
COLUMNS = ("file", "row", "column", "raw_value", "corrected_value", "reason", "role", "date")


def read(data_dir: Path) -> pd.DataFrame:
    """Every correction, one row a cell, all text; without rows when there is no such file.

    Raises SourceError for a correction without a reason, a role or a day.
    """
    if not (data_dir / NAME).is_file():
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    frame = csv_text.read_table(data_dir / NAME, NAME, COLUMNS)
    problems = []
    for row in frame.itertuples():
        for column in ("file", "column", "corrected_value", "reason", "role"):
            if not getattr(row, column):
                problems.append(_problem(row.Index, column, "a blank cell", "a word for every correction"))
        if not row.row.isdecimal() or int(row.row) < 2:
            problems.append(_problem(row.Index, "row", repr(row.row), "the row that Excel shows, 2 or more"))
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", row.date):
            problems.append(_problem(row.Index, "date", repr(row.date), "a day like 2025-11-03"))
    for at in frame.index[frame.duplicated(["file", "row", "column"])]:
        problems.append(_problem(at, "row", "a second correction of one cell", "one correction a cell"))
    if problems:
        raise SourceError(problems)
    return frame.reset_index(drop=True)


def of_file(frame: pd.DataFrame, file: str) -> tuple[Correction, ...]:
    """The corrections of one file."""
    rows = frame[frame["file"] == file]
    return tuple(Correction(r.file, int(r.row), r.column, r.raw_value, r.corrected_value) for r in rows.itertuples())


def _problem(row: int, column: str, found: str, expected: str) -> Problem:
    return Problem(NAME, int(row), column, found, expected, "complete the correction")
