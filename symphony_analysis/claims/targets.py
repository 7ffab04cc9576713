"""Targets and priorities: which can be measured, whether each is linked to the other, and which stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.checks.figures_for_checks import Figure, Known, subject
from symphony_analysis.claims.claim import listed
from symphony_analysis.display import THAN
from symphony_analysis.measures import MEASURES

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_PARTS = {"baseline": "baseline", "value": "number", "due": "date", "owner": "owner"}
TARGETS = [
    "id", "area", "text", "measure", "baseline", "value", "due", "owner", "measurable", "missing", "standing",
    "figures", "priorities", "orphan",
]  # fmt: skip
PRIORITIES = ["id", "focus_area", "target", "responsibilities", "targets", "orphan"]


def targets(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Which targets can be measured, where do they stand, and which has no priority behind it?

    A row is a target, of these areas or of all: id, area, text, measure (names joined by ";"), baseline, value, due,
    owner as recorded; measurable (it has a measure and a number), missing (what is not recorded, in words), standing
    (this year's figures against England's, for targets with a measure), figures (their ids), priorities (ids joined
    by ";") and orphan (no priority is linked to it). Source: ``targets.csv``. Raises ValueError for a measure nobody
    declared.
    """
    records = analysis.records("targets").to_dict("records")
    path = f"trust/{analysis.year.folder}/targets.csv"
    for place, record in enumerate(records, start=2):
        _declared(record["measure"], f"{path}: row {record.get('row', place)} ({record['id']})")
    records = analysis.records("targets", *areas).to_dict("records")
    known = Known.of(analysis, (name for record in records for name in listed(record["measure"])))
    rows = []
    for record in records:
        cells = [known.figure(name, analysis.year) for name in listed(record["measure"])]
        rows.append(
            record
            | {
                "measurable": bool(record["measure"] and record["value"]),
                "missing": ", ".join(f"no {word}" for column, word in _PARTS.items() if not record[column]),
                "standing": " ".join(_standing(cell) for cell in cells),
                "figures": ";".join(cell.id for cell in cells if not cell.missing),
                "orphan": not listed(record["priorities"]),
            }
        )
    return pd.DataFrame(rows, columns=TARGETS)


def _declared(cell: str, place: str) -> None:
    for name in listed(cell):
        if name not in MEASURES:
            raise ValueError(
                f"{place}, column measure: found {name!r}; expected the name of a declared measure; "
                "fix: see the definitions notebook"
            )


def _standing(cell: Figure) -> str:
    about = subject(cell.measure, cell.group)
    if cell.missing:
        return f"{about}, {cell.year}: {cell.note or 'no figure'}."
    if cell.comparison in THAN:
        return f"{about}, {cell.year}: {cell.told}, {THAN[cell.comparison]} England's {cell.england_told}."
    return f"{about}, {cell.year}: {cell.told}, {cell.comparison}."


def priorities(analysis: Analysis) -> pd.DataFrame:
    """Which priorities serve a target?

    A row is a priority: id, focus_area, target, responsibilities, targets (ids joined by ";") and orphan (it serves
    no target of the sections). Source: ``priorities.csv``.
    """
    records = analysis.records("priorities")
    return records.assign(orphan=[not listed(cell) for cell in records["targets"]])[PRIORITIES]


def orphans(analysis: Analysis) -> pd.DataFrame:
    """Which targets have no priority, and which priorities no target?

    A row is one without the other: kind ("target" or "priority"), id, area (or focus area), text. Sources:
    ``targets.csv`` and ``priorities.csv``.
    """
    alone = analysis.records("targets")
    alone = alone[alone["priorities"].map(lambda cell: not listed(cell)).astype(bool)]
    rows = priorities(analysis)
    rows = rows[rows["orphan"].astype(bool)].rename(columns={"focus_area": "area", "target": "text"})
    both = pd.concat([alone.assign(kind="target"), rows.assign(kind="priority")], ignore_index=True)
    return both[["kind", "id", "area", "text"]]
