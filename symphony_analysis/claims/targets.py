"""Targets, priorities and what DfE expects of each school's attendance: measurable or not, linked or not, how far."""

from datetime import date

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.checks.check import Figure, Known, points, subject
from symphony_analysis.claims.claim import listed
from symphony_analysis.display import THAN
from symphony_analysis.figure import figure_id
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import number

_PARTS = {"baseline": "baseline", "value": "number", "due": "date", "owner": "owner"}
TARGETS = ["id", "area", "text", "measure", "baseline", "value", "due", "owner", "measurable", "missing", "standing"]
TARGETS += ["progress", "figures", "priorities", "orphan"]
PRIORITIES = ["id", "focus_area", "target", "responsibilities", "targets", "orphan"]


def targets(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Which targets can be measured, how far is each, and which has no priority behind it?

    A row is a target, of these areas or of all: id, area, text, measure (names joined by ";"), baseline, value, due as
    recorded; owner (as recorded, else who is responsible for its priorities); measurable (it has a measure and a
    number), missing (what is not recorded, in words), standing (this year's figures against England's, for targets with
    a measure), progress (this year's figures against the number, with their 95% intervals), figures (their ids),
    priorities (ids joined by ";") and orphan (no priority is linked to it). Sources: ``targets.csv`` and
    ``priorities.csv``. Raises ValueError for a measure nobody declared, no number and no day, with the row.
    """
    path = f"trust/{analysis.year.folder}/targets.csv"
    records = analysis.records("targets", *areas).to_dict("records")
    for place, record in enumerate(records, start=2):
        entered(record, f"{path}: row {record.get('row', place)} ({record['id']})")
    known = Known.of(analysis, (name for record in records for name in listed(record["measure"])))
    answers = dict(analysis.records("priorities")[["id", "responsibilities"]].to_numpy().tolist())
    rows = []
    for record in records:
        cells = [known.figure(name, analysis.year) for name in listed(record["measure"])]
        linked = (answers.get(priority, "") for priority in listed(record["priorities"]))
        owners = (each.strip() for those in linked for each in those.split("|") if each.strip())
        record["owner"] = record["owner"] or ", ".join(dict.fromkeys(owners))
        rows.append(
            record
            | {
                "measurable": bool(record["measure"] and record["value"]),
                "missing": ", ".join(f"no {word}" for column, word in _PARTS.items() if not record[column]),
                "standing": " ".join(_standing(cell) for cell in cells),
                "progress": " ".join(_progress(cell, float(record["value"])) for cell in cells if record["value"]),
                "figures": ";".join(cell.id for cell in cells if not cell.missing),
                "orphan": not listed(record["priorities"]),
            }
        )
    return pd.DataFrame(rows, columns=TARGETS)


def entered(record: dict[str, str], place: str) -> None:
    """Raise ValueError for a cell that cannot be read: a measure, a number, a day."""
    for name in listed(record["measure"]):
        if name not in MEASURES:
            raise _fault(place, "measure", name, "the name of a declared measure", "see the definitions notebook")
    for column in ("baseline", "value"):
        try:
            float(record[column] or 0)
        except ValueError:
            raise _fault(place, column, record[column], "a number", "write it without a unit") from None
    try:
        date.fromisoformat(record["due"] or "2000-01-01")
    except ValueError:
        raise _fault(place, "due", record["due"], "a day like 2027-07-31", "write year, month, day") from None


def _fault(place: str, column: str, found: str, expected: str, fix: str) -> ValueError:
    return ValueError(f"{place}, column {column}: found {found!r}; expected {expected}; fix: {fix}")


def _progress(cell: Figure, aim: float) -> str:
    """Has the figure reached the number, and could chance alone have decided it?"""
    about, decimals = subject(cell.measure, cell.group), cell.measure.decimals
    if cell.missing:
        return f"{about}, {cell.year}: {cell.note or 'no figure'}, so progress is not known."
    short = round(aim - cell.value, 9) * (1 if cell.measure.better != "low" else -1)
    apart = f"{number(short, max(decimals, 1))} {points(cell.measure)}" if short > 0 else ""
    said = reached(apart, cell.interval_low, aim, cell.interval_high)
    if pd.isna(cell.interval_low):
        return f"{about}, {cell.year}: {cell.told}, {said}."
    low, high = (number(end, max(decimals, 1)) for end in (cell.interval_low, cell.interval_high))
    return f"{about}, {cell.year}: {cell.told} (95% {low} to {high}), {said}."


def reached(apart: str, low: float, aim: float, high: float) -> str:
    """Whether a number is reached, or how far ``apart`` in words; and whether chance alone could decide it."""
    said = f"{apart} short" if apart else "reached"
    return f"{said}; within chance of it" if low <= aim <= high else said


def _standing(cell: Figure) -> str:
    about = subject(cell.measure, cell.group)
    if cell.missing:
        return f"{about}, {cell.year}: {cell.note or 'no figure'}."
    sign = "%" if cell.measure.unit == "%" else ""
    if cell.comparison in THAN:
        return f"{about}, {cell.year}: {cell.told}{sign}, {THAN[cell.comparison]} England's {cell.england_told}{sign}."
    return f"{about}, {cell.year}: {cell.told}{sign} (England {cell.comparison})."


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


_ABSENCE = "overall_absence_percent"
EXPECTATIONS = [
    "id",
    "school_urn",
    "school_name",
    "baseline",
    "expectation",
    "due",
    "attendance",
    "low",
    "high",
    "progress",
]
EXPECTATIONS += ["figure", "note"]
_NONE = (float("nan"),) * 3


def expectations(analysis: Analysis) -> pd.DataFrame:
    """Has each school's attendance reached what DfE expects of it?

    A row is a school: id, school_urn, school_name, baseline and expectation (attendance in per cent, as recorded), due
    (a day or ""), attendance of this year (100 less overall absence, unrounded) with its 95% limits low and high,
    progress (in words), figure (the id of the absence) and note. Without rows in the public edition; of one school in
    its own. Source: ``expectations.csv``. Raises ValueError for a cell that cannot be read.
    """
    records = analysis.records("expectations")
    for place, record in enumerate(records.to_dict("records"), start=2):
        expectation_entered(record, f"trust/{analysis.year.folder}/expectations.csv: row {record.get('row', place)}")
    if analysis.edition == "public" or not len(records):
        return pd.DataFrame(columns=EXPECTATIONS)
    shown = analysis.figures("attendance").rows(measure=_ABSENCE, pupil_group="all", geographic_level="School")
    absence = {row.school_urn: row for row in shown.itertuples() if row.time_period == analysis.year.code}
    rows = []
    for record in records.to_dict("records"):
        school = analysis.trust.school(record["school_urn"])
        if analysis.school not in (None, school):
            continue
        row = absence.get(school.urn)
        figure = figure_id(row) if row and pd.notna(row.value) else ""
        now, low, high = (100 - row.value, 100 - row.interval_high, 100 - row.interval_low) if row and figure else _NONE
        aim = float(record["expectation"])
        short = round(aim - now, 9)
        apart = f"{number(short, 1)} percentage points" if short > 0 else ""
        progress = reached(apart, low, aim, high) if figure else "no figure of this year"
        held = {"school_urn": school.urn, "school_name": school.name, "figure": figure, "progress": progress}
        rows.append(record | held | {"attendance": now, "low": low, "high": high})
    return pd.DataFrame(rows, columns=EXPECTATIONS)


def expectation_entered(record: dict[str, str], place: str) -> None:
    """Raise ValueError for a cell that cannot be read: a share of sessions, a day."""
    for column in ("baseline", "expectation"):
        try:
            fits = 0 < float(record[column]) <= 100
        except ValueError:
            fits = False
        if not fits:
            raise _unreadable(place, column, record[column], "attendance in per cent, like 94.1")
    try:
        date.fromisoformat(record["due"] or "2000-01-01")
    except ValueError:
        raise _unreadable(place, "due", record["due"], "a day like 2026-07-31") from None


def _unreadable(place: str, column: str, found: str, expected: str) -> ValueError:
    return ValueError(f"{place}, column {column}: found {found!r}; expected {expected}; fix: correct the cell")
