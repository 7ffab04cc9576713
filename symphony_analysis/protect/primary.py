"""Primary rules: cells that tell of few pupils by themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import column
from symphony_analysis.protect.thresholds import Thresholds


def primary(figures: pd.DataFrame, measures: Mapping[str, Measure], limits: Thresholds) -> tuple[pd.Series, pd.Series]:
    """Which cells are hidden, and which are given in words only, because of the pupils behind themselves?

    Hidden: fewer than ``hide_below`` pupils; none or all of fewer than ``words_below``; suspensions and exclusions
    of fewer than ``words_below``. In words: from ``hide_below`` to just under ``words_below`` pupils; and as one band
    up to ``band_events`` suspensions or exclusions, none included, of a school or pupil group (of the trust too where
    counts are rounded).
    """
    pupils, standing = figures["pupils"], figures["value"].notna()
    hidden = pupils.gt(0) & pupils.lt(limits.hide_below)
    share = figures["unit"].eq("%") & pupils.gt(0) & pupils.lt(limits.words_below)
    hidden |= share & figures["value"].isin([0.0, 100.0])
    events = figures["measure"].map({name: m.area == "exclusions" for name, m in measures.items()}).astype(bool)
    inside = figures["geographic_level"].eq("School") | figures["pupil_group"].ne("all")
    banded = events & figures["numerator"].le(limits.band_events) & (inside | (limits.round_to > 1))
    hidden |= events & pupils.lt(limits.words_below) & (pupils.gt(0) | banded)
    hidden &= standing
    worded = (pupils.lt(limits.words_below) & pupils.gt(0) | banded) & ~hidden & standing
    return hidden, worded


def in_words(figures: pd.DataFrame, measures: Mapping[str, Measure], limits: Thresholds) -> pd.Series:
    """The figure of a few pupils in words: fewer than half, about half, most; "a few pupils" for what is no share.

    Few suspensions or exclusions are a band of events or pupils, because the figure itself is a rate.
    """
    counts = figures["measure"].map({name: m.counts_pupils for name, m in measures.items()}).astype(bool)
    value, share = figures["value"], figures["unit"].eq("%") & counts
    words = pd.Series("a few pupils", index=figures.index, dtype="str")
    words = words.mask(share & value.lt(40), "fewer than half").mask(share & value.between(40, 60), "about half")
    words = words.mask(share & value.gt(60), "most")
    for name, measure in measures.items():
        if measure.area == "exclusions":
            words = words.mask(figures["measure"].eq(name), f"0 to {limits.band_events} {_counted(measure)}")
    return words


def _counted(measure: Measure) -> str:
    """What a measure of exclusions counts: pupils, suspensions or permanent exclusions."""
    counted = column(measure, "numerator").removesuffix("_count").replace("_", " ")
    return "pupils" if counted.startswith("pupils") else counted
