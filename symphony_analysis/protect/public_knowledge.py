"""What a reader knows besides the report: the figures that others have printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.sources.declare.tables import TABLES

#: (part, whole): within any school and group the first count is never above the second, for all that a reader knows.
ORDERS: tuple[tuple[str, str], ...] = (
    *dict.fromkeys(order for table in TABLES.values() for order in table.within),
    ("pupils_suspended_count", "pupils_count"),
)


@dataclass(frozen=True)
class Outside:
    """A figure that stands in print elsewhere: of a school (its URN) or the trust (""), rounded to ``half`` a unit."""

    measure: str
    year: int
    place: str
    group: str
    value: float
    half: float
    publisher: str = ""


def outside(published: Mapping[str, pd.DataFrame], measures: Mapping[str, Measure]) -> tuple[Outside, ...]:
    """What earlier issues and official publications print of our measures, from the files of ``data/published``."""
    found = []
    for name, frame in sorted(published.items()):
        if not {"measure", "time_period"} <= set(frame.columns):
            continue
        for row in frame.to_dict("records"):
            printed = str(row.get("printed", row.get("value", ""))).replace(",", "").strip()
            ours = row.get("geographic_level", "School") in {"School", "Trust"}
            if ours and row["measure"] in measures and _is_number(printed):
                found.append(_printed(row, printed, str(row.get("source", name))))
    return tuple(found)


def _printed(row: dict, printed: str, publisher: str) -> Outside:
    decimals = len(printed.partition(".")[2])
    place = row.get("school_urn", "") or ""
    group = row.get("pupil_group", "all") or "all"
    return Outside(
        row["measure"], int(row["time_period"]), place, group, float(printed), 0.5 * 10.0**-decimals, publisher
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()
