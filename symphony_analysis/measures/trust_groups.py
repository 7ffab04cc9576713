"""The measures that are worked out for the trust's overlapping groups too: girls and boys, SEN, first language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symphony_analysis.figure import GROUPS_OF_TRUST
from symphony_analysis.measures.measure import Measure

_NAMES = (
    "eyfs_gld_percent",
    "phonics_year1_expected_percent",
    "mtc_average_score",
    "ks2_rwm_expected_percent",
    "overall_absence_percent",
    "persistent_absence_percent",
    "suspension_rate",
)


def of_groups(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """These measures of the groups, with England's population of all pupils; England's figure is given, not judged."""
    groups = tuple(GROUPS_OF_TRUST)
    return {
        name: replace(
            measures[name],
            pupil_groups=groups,
            england=dict.fromkeys(groups, measures[name].england["all"]),
            better="none",
            stand_in=None,
        )
        for name in _NAMES
    }
