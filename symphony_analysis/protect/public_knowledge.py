"""What a reader knows of the counts without being told: how they lie to one another, and what others have printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.sources.declare.tables import TABLES

_SUBJECTS = ("reading", "writing", "maths")
#: (smaller count, larger count): within any school and group the first is never above the second.
ORDERS: tuple[tuple[str, str], ...] = (
    *dict.fromkeys(order for table in TABLES.values() for order in table.within),
    ("pupils_suspended_count", "pupils_count"),
)
#: What one pupil can add to a total: (total, number of pupils, least, most).
SCALES: tuple[tuple[str, str, float, float], ...] = (
    *((f"{s}_score_total", f"{s}_scored_count", 80, 120) for s in ("reading", "maths", "gps")),
    *((f"{s}_progress_total", f"{s}_progress_count", -30, 30) for s in _SUBJECTS),
    ("score_total", "took_count", 0, 25),
)
#: Totals of which the third is the sum of the first two.
SUMS: tuple[tuple[str, str, str], ...] = (
    ("authorised_sessions_count", "unauthorised_sessions_count", "absent_sessions_count"),
)
#: Pupils of the first group are all in the second.
WITHIN: tuple[tuple[str, str], ...] = (("fsm", "disadvantaged"), ("other", "not_fsm"))


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
