"""Primary rules: cells that tell of few pupils by themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.thresholds import Thresholds


def primary(figures: pd.DataFrame, measures: Mapping[str, Measure], limits: Thresholds) -> tuple[pd.Series, pd.Series]:
    """Which cells are hidden, and which are given in words only, because of the pupils behind themselves?

    Hidden: fewer than ``hide_below`` pupils; none or all of fewer than ``words_below``; up to ``band_events``
    suspensions or exclusions, none included, of a school or pupil group (of the trust too where counts are rounded).
    In words: from ``hide_below`` to just under ``words_below`` pupils.
    """
    pupils, standing = figures["pupils"], figures["value"].notna()
    hidden = pupils.gt(0) & pupils.lt(limits.hide_below)
    share = figures["unit"].eq("%") & pupils.gt(0) & pupils.lt(limits.words_below)
    hidden |= share & figures["value"].isin([0.0, 100.0])
    events = figures["measure"].map({name: m.area == "exclusions" for name, m in measures.items()}).astype(bool)
    inside = figures["geographic_level"].eq("School") | figures["pupil_group"].ne("all")
    hidden |= events & figures["numerator"].le(limits.band_events) & (inside | (limits.round_to > 1))
    hidden &= standing
    worded = pupils.lt(limits.words_below) & pupils.gt(0) & ~hidden & standing
    return hidden, worded


def in_words(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    """The figure of a few pupils in words: fewer than half, about half, most; "a few pupils" for what is no share."""
    counts = figures["measure"].map({name: m.counts_pupils for name, m in measures.items()}).astype(bool)
    value, share = figures["value"], figures["unit"].eq("%") & counts
    words = pd.Series("a few pupils", index=figures.index, dtype="str")
    words = words.mask(share & value.lt(40), "fewer than half").mask(share & value.between(40, 60), "about half")
    return words.mask(share & value.gt(60), "most")
