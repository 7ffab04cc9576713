"""One corrected cell of a published file, and how corrections are applied to the cells as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.sources.problems import Problem


@dataclass(frozen=True)
class Correction:
    """One cell: its file below the data folder, its row as Excel shows it, its official column, and both values."""

    file: str
    row: int
    column: str
    raw_value: str
    corrected_value: str


def applied(
    raw: pd.DataFrame, corrections: Sequence[Correction], names: dict[str, str], pupils: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Text cells with the corrections made, and the corrections that do not fit the file.

    ``names`` maps official columns to ours; ``raw`` is indexed by row number.
    """
    problems = []
    for item in corrections:
        ours = names.get(item.column)
        if pupils:
            problems.append(
                _misfit(
                    item,
                    "a correction of a pupil-level file",
                    "corrections of published files only",
                    "correct the pupil in the MIS and export again",
                )
            )
        elif ours is None or ours not in raw.columns:
            problems.append(_misfit(item, "no such column", "a column that is read", "correct the column's name"))
        elif item.row not in raw.index:
            continue
        elif raw.loc[item.row, ours].strip() != item.raw_value.strip():
            problems.append(
                _misfit(
                    item,
                    f"'{raw.loc[item.row, ours].strip()}' in the file",
                    f"the raw value '{item.raw_value}' that the correction names",
                    "the file has changed: check whether the correction still holds",
                )
            )
        else:
            raw.loc[item.row, ours] = item.corrected_value
    return raw, problems


def _misfit(item: Correction, found: str, expected: str, fix: str) -> Problem:
    return Problem(item.file, item.row, item.column, found, expected, fix)
