"""Which differences does the restatement log explain?"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pandas as pd


def explained(differences: pd.DataFrame, log: pd.DataFrame) -> pd.Series:
    """For each difference (published_in, figure, old, new): is there a row of the log that speaks of it?

    A log row names a figure, or several with ``*``, and where it was published ("" for everywhere). Where it states
    the old or the new figure, these must be as found: an explanation does not outlive a further move.
    """
    rows = list(log.itertuples())
    told = [any(_speaks_of(row, difference) for row in rows) for difference in differences.itertuples()]
    return pd.Series(told, index=differences.index, dtype="bool")


def _speaks_of(row: object, difference: object) -> bool:
    if not fnmatchcase(difference.figure, row.figure):  # type: ignore[attr-defined]
        return False
    stated = ("published_in", "old", "new")
    return all(getattr(row, name) in {"", getattr(difference, name)} for name in stated)
