"""What a reader knows besides the report: parts within wholes, and the figures that others have printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.blocks import Block
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


def dfe_school_figures(published: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What DfE has published of single schools.

    A row is a measure x time_period x school_urn x pupil_group: value as printed (NaN where there is none), symbol
    (DfE's reason, "" beside a value) and file.
    """
    columns = ["measure", "time_period", "school_urn", "pupil_group", "value", "symbol", "file"]
    found = []
    for name, frame in sorted(published.items()):
        if not {"measure", "time_period", "school_urn", "printed", "source"} <= set(frame.columns):
            continue
        rows = frame[frame["source"].str.startswith("DfE") & frame["school_urn"].ne("")]
        plain = {column: "" for column in ("symbol", "pupil_group") if column not in rows.columns}
        rows = rows.assign(**plain, file=f"published/{name}.csv", time_period=rows["time_period"].astype(int))
        rows["pupil_group"] = rows["pupil_group"].where(rows["pupil_group"].ne(""), "all")
        found.append(rows.assign(value=pd.to_numeric(rows["printed"].str.replace(",", ""), errors="coerce"))[columns])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def printed_cells(block: Block, elsewhere: Iterable[Outside]) -> np.ndarray:
    """The figures of a block (measure x group x place) that stand in print elsewhere."""
    known = np.zeros_like(block.stands)
    names = {measure.name: m for m, measure in enumerate(block.measures)}
    places, groups = {place: p for p, place in enumerate(block.places)}, list(GROUPS)
    for each in elsewhere:
        if each.year == block.year and each.measure in names and each.place in places and each.group in GROUPS:
            known[names[each.measure], groups.index(each.group), places[each.place]] = True
    return known & block.stands
