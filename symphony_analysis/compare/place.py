"""Where one school's figure lies among those of all schools of England, and the figure of schools like it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: Of fewer schools nothing is said.
LEAST_SCHOOLS = 100


def percentile(values: pd.Series, value: float) -> float:
    """The share of schools (per cent) whose figure is lower, with half of those whose figure is the same.

    NaN where fewer than 100 schools have a figure, or the value is missing.
    """
    known = values.dropna()
    if len(known) < LEAST_SCHOOLS or np.isnan(value):
        return float("nan")
    return 100 * float((known < value).mean() + (known == value).mean() / 2)


def pooled_schools(everyone: pd.DataFrame, measure: str, urns: Sequence[str]) -> tuple[float, int]:
    """The figure of these schools together, by their eligible pupils, and how many of them have one.

    ``everyone`` is as ``Inputs.every_school`` gives it. Published figures are rounded, so it is within half a unit of
    theirs. NaN where no school has a figure.
    """
    known = everyone.loc[everyone.index.isin(list(urns)), [measure, "eligible_count"]].dropna()
    pupils = known["eligible_count"].sum()
    return (float((known[measure] * known["eligible_count"]).sum() / pupils) if pupils else float("nan")), len(known)


def quartiles(values: pd.Series) -> tuple[float, float, float]:
    """Below which a quarter, half and three quarters of the known values lie."""
    lower, median, upper = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
    return lower, median, upper


def fifth(percent: float) -> int:
    """Which fifth of all schools a percentile lies in: 1 the lowest, 5 the highest."""
    return min(int(percent // 20) + 1, 5)
