"""What stays of a figure once it is decided how it may be seen: rounded, in words, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.thresholds import HIDDEN

#: Everything that tells a figure, or how many pupils stand behind it.
TELLING = [
    "value", "numerator", "denominator", "pupils", "difference", "interval_low", "interval_high", "pupils_gap",
]  # fmt: skip


def rounded(figures: pd.DataFrame, measures: Mapping[str, Measure], base: int) -> pd.DataFrame:
    """Counts to the nearest ``base``, and shares worked out again from the rounded counts."""
    if base == 1:
        return figures
    counts = figures["measure"].map({name: m.counts_pupils for name, m in measures.items()}).astype(bool)
    counts &= figures["numerator"].notna() & figures["denominator"].notna()  # one that others published has no counts
    pupils = figures["measure"].map({name: bool(m.pupils_column) for name, m in measures.items()}).astype(bool)
    whole = {c: ((figures[c] / base + 0.5) // 1 * base) for c in ("numerator", "denominator", "pupils")}
    share = whole["numerator"] / whole["denominator"].where(whole["denominator"] > 0) * 100
    number = figures["unit"].eq("count") & pupils
    value = figures["value"].mask(counts, share).mask(number, whole["pupils"])
    return figures.assign(
        value=value,
        numerator=figures["numerator"].mask(counts, whole["numerator"]),
        denominator=figures["denominator"].mask(counts, whole["denominator"]),
        pupils=figures["pupils"].mask(pupils, whole["pupils"]),
        difference=(value - figures["england_value"]),
        interval_low=float("nan"),
        interval_high=float("nan"),
        pupils_gap=float("nan"),
    )


def blanked(figures: pd.DataFrame, covered: pd.Series, words: pd.Series) -> pd.DataFrame:
    """Hidden figures without value, counts and comparison; one symbol, whatever the reason, and the words if any."""
    bare = figures.assign(**{column: figures[column].mask(covered) for column in TELLING})
    return bare.assign(
        symbol=figures["symbol"].mask(covered, HIDDEN),
        comparison=figures["comparison"].mask(covered, ""),
        words=words,
    )
