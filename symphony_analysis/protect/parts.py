"""Disclosure control of figures in parts: a term, a year group, girls. Simpler than a report's, and stricter."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import is_sensitive
from symphony_analysis.protect.release import blanked
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds

#: A part to which fewer schools contribute would give away a school's figure.
FEWEST_SCHOOLS = 3
_CUT = ["time_period", "pupil_group"]


def release_parts(
    figures: pd.DataFrame,
    measure: Measure,
    edition: str,
    settings: Mapping[str, Any],
    ways: int = 1,
    closed: Collection[tuple[int, str]] = (),
) -> pd.DataFrame:
    """What of these figures in parts may be seen. ``figures`` holds every group and part of the measure.

    The internal edition has all, the public none. The trustees' has the trust's own, parted one way only: no
    sensitive measure, no part with fewer than ``hide_below`` pupils or three schools behind it, never one hidden
    part alone, which the total less the others would give away, and no group of a year that is ``closed``: parts add
    up to a total, so there are none of a total that the report hides.
    """
    figures = figures.assign(words="").reset_index(drop=True)
    if edition == "internal":
        return figures
    limits = Thresholds.of(edition, settings)
    few = figures["pupils"].lt(limits.hide_below) | figures["schools_counted"].lt(FEWEST_SCHOOLS)
    few &= figures["pupils"].gt(0)
    trust, group = figures["geographic_level"].eq("Trust"), figures["pupil_group"].ne("all")
    few &= trust
    cells = pd.MultiIndex.from_frame(figures[["time_period", "part"]])
    for whole in (~group, group):  # a group goes where all pupils go, and with its complement
        for _, cut in figures[trust & whole].groupby(_CUT):
            few[further(cut, few[cut.index], limits.hide_below)] = True
        few |= trust & group & cells.isin(cells[few & whole])
    # The months of a term add up to it: few events cannot be hidden in one and shown in the other.
    hidden = ~trust | few | (ways > 1) | (edition == "public") | is_sensitive(measure)
    totals = zip(figures["time_period"], figures["pupil_group"], strict=True)
    hidden |= np.array([total in closed for total in totals], dtype=bool)
    hidden &= figures["value"].notna()
    return blanked(figures, hidden, figures["words"])


def closed_groups(shown: pd.DataFrame, measures: Mapping[str, Measure]) -> set[tuple[int, str]]:
    """The years and groups of which the trust's own figure is hidden, in any of these measures but a sensitive one."""
    plain = shown["measure"].map({name: not is_sensitive(each) for name, each in measures.items()}).astype(bool)
    hidden = shown[plain & shown["geographic_level"].eq("Trust") & shown["symbol"].eq(HIDDEN)]
    return set(zip(hidden["time_period"], hidden["pupil_group"], strict=True))


def further(cut: pd.DataFrame, few: pd.Series, least: int) -> pd.Index:
    """The parts of one total to hide with those of few pupils: the next smallest, until the hidden hold enough."""
    if not few.any():
        return cut.index[:0]
    order = cut.assign(few=~few).sort_values(["few", "pupils"], kind="stable")
    for number in range(max(int(few.sum()), 2), len(order)):
        if order["pupils"].iloc[:number].sum() >= 2 * least:
            return order.index[:number]
    return order.index
