"""How old the evidence is on the day of the report, and Ofsted's inspections by framework, which are never mapped."""

from calendar import monthrange
from datetime import date

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.sources.own.inspections import latest
from symphony_analysis.trust import School

CURRENT, PARTLY, OUT_OF_DATE, UNDATED = "current", "partly out of date", "out of date", "no date recorded"
#: The records that give each school's own date: what ``dated`` may name in place of a date.
BY_SCHOOL = ("ofsted", "peer_reviews")


def span(dated: str) -> tuple[date, date]:
    """The first and the last day that a date may mean: 2024 is the whole year, 2024-05 the month, 2024-05-01 the day.

    "2021 to 2025" is all of it. Raises ValueError for anything else.
    """
    first, to, last = dated.partition(" to ")
    if to:
        return span(first)[0], span(last)[1]
    parts = [int(part) for part in dated.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    day = date(*parts)
    return day, day


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def dated(record: dict[str, str], place: str) -> None:
    """Raise ValueError for a date or a shelf life of ``evidence.csv`` that cannot be read."""
    when, months = record["dated"], record["shelf_life_months"]
    try:
        span(when if when and when not in BY_SCHOOL else "2000")
    except ValueError:
        expected = f"a day like 2026-03-01, a month, a year, or one of {', '.join(BY_SCHOOL)}"
        raise ValueError(f"{place}, column dated: found {when!r}; expected {expected}; fix: correct the cell") from None
    if months and not months.isdecimal():
        told = f"{place}, column shelf_life_months: found {months!r}; expected a whole number of months"
        raise ValueError(f"{told}; fix: correct the cell")


def evidence(analysis: Analysis, *areas: str, months: float | None = None) -> pd.DataFrame:
    """How fresh is each piece of evidence on the day of the report?

    A row is a piece of evidence, of these areas or of all: id, area, title, dated, shelf_life_months, good_until (ISO
    date or ""), status (current, partly out of date, out of date, no date recorded) and reason. A year without a month
    counts from its last day, so that nothing is called out of date too early. Where ``dated`` names a record (ofsted,
    peer_reviews) each school has its own date there, and the first to go out of date gives good_until. ``months``
    stands in for the recorded shelf life. Source: ``evidence.csv``.
    """
    name = f"evidence {areas} {months}"
    return analysis.once(name, lambda: _evidence(analysis, *areas, months=months), of_figures=False)


def _evidence(analysis: Analysis, *areas: str, months: float | None) -> pd.DataFrame:
    records = analysis.records("evidence", *areas)
    if months is not None:
        records = records.assign(shelf_life_months=f"{months:g}")
    told = [
        _by_school(row, analysis) if row["dated"] in BY_SCHOOL else (row["dated"], *_age(row, analysis.dated))
        for row in records.to_dict("records")
    ]
    aged = pd.DataFrame(told, columns=["dated", "good_until", "status", "reason"], index=records.index)
    return pd.concat([records[["id", "area", "title", "shelf_life_months"]], aged], axis="columns")


def latest_by_school(analysis: Analysis, record: str) -> dict[str, str]:
    """When each school of today was last inspected or reviewed, as recorded: its name and the day or year, or ""."""
    rows = analysis.records(record)
    rows = latest(rows) if record == "ofsted" else rows.sort_values("year", kind="stable")
    told = {row["school_urn"]: row.get("inspected_on") or row["year"] for row in rows.to_dict("records")}
    return {school.name: told.get(school.urn, "") for school in analysis.trust.members(analysis.year, "all_current")}


def _by_school(row: dict[str, str], analysis: Analysis) -> tuple[str, str, str, str]:
    held = {name: dated for name, dated in latest_by_school(analysis, row["dated"]).items() if dated}
    if not held:
        return "", "", UNDATED, f"{row['title']}: no date is recorded in {row['dated']}.csv."
    when = sorted(held.values(), key=span)
    whole = when[0] if when[0] == when[-1] else f"{when[0]} to {when[-1]}"
    if not row["shelf_life_months"]:
        return whole, "", CURRENT, f"{row['title']}, {whole}: no shelf life is set."
    until = {name: months_after(span(dated)[1], int(row["shelf_life_months"])) for name, dated in held.items()}
    old = [name for name, day in until.items() if day < analysis.dated]
    status = OUT_OF_DATE if len(old) == len(held) else PARTLY if old else CURRENT
    said = f"out of date at {len(old)} of {len(held)} schools: {', '.join(old)}" if old else "current at every school"
    reason = f"{row['title']}, {whole}: counts for {row['shelf_life_months']} months; on {analysis.dated} {said}."
    return whole, min(until.values()).isoformat(), status, reason


def _age(row: dict[str, str], day: date) -> tuple[str, str, str]:
    if not row["dated"]:
        return "", UNDATED, f"{row['title']}: no date is recorded."
    if not row["shelf_life_months"]:
        return "", CURRENT, f"{row['title']}, {row['dated']}: no shelf life is set."
    until = months_after(span(row["dated"])[1], int(row["shelf_life_months"]))
    kept = f"{row['title']}, {row['dated']}: counts for {row['shelf_life_months']} months, to {until.isoformat()}"
    if until < day:
        return until.isoformat(), OUT_OF_DATE, f"{kept}; out of date on {day.isoformat()}."
    return until.isoformat(), CURRENT, f"{kept}."


#: Ofsted gave state schools no overall grade from this day.
LAST_OVERALL = date(2024, 9, 2)

#: Ofsted inspects a school about every four years: what is older says little of the school of today.
KEPT_MONTHS = 48
_OLD = "Inspected more than four years before this report."
BEFORE, AFTER, NOT_KNOWN = "before joining", "after joining", "not known"
COLUMNS = [
    "id", "school_urn", "school_name", "framework", "grade", "dated", "key_judgements", "flagged", "finding",
    "joining", "note",
]  # fmt: skip


def inspections(analysis: Analysis) -> pd.DataFrame:
    """What did Ofsted find at each school, under which framework, and was the school in the trust then?

    A row is an inspection: id, school_urn, school_name, framework, grade, dated (the day, or the year where that is
    all that is recorded), key_judgements, flagged (an overall grade dated after they ended), finding (that in words,
    and that it is more than four years old; "" where there is nothing to say), joining (before joining, after joining,
    not known: told only where the bounds of both dates leave no doubt) and note. Source: ``ofsted.csv`` and
    ``trust.toml``. Raises UnknownNameError for a school that is not in the trust.
    """
    records = analysis.records("ofsted").to_dict("records")
    rows = []
    for record in records:
        school = analysis.trust.school(record["school_urn"])
        dated = record["inspected_on"] or record["year"]
        days = span(dated) if dated else None
        flagged, finding = _overall(record, days)
        if days and is_old(days, analysis.dated):
            finding = f"{finding} {_OLD}".strip()
        told = {"school_name": school.name, "dated": dated, "joining": _joining(school, days)}
        rows.append(record | told | {"flagged": flagged, "finding": finding})
    return pd.DataFrame(rows, columns=COLUMNS)


def is_old(days: tuple[date, date], day: date) -> bool:
    """Was an inspection within these days, certainly, more than four years before ``day``?"""
    return months_after(days[1], KEPT_MONTHS) < day


def _overall(record: dict[str, str], days: tuple[date, date] | None) -> tuple[bool, str]:
    """Is an overall grade dated when there were none?"""
    if "overall" not in record["framework"].casefold() or not record["grade"] or days is None:
        return False, ""
    ended = f"{LAST_OVERALL.day} {LAST_OVERALL:%B %Y}"
    if days[0] >= LAST_OVERALL:
        dated = record["inspected_on"] or record["year"]
        return True, f"Ofsted stopped giving overall grades on {ended}; the record has one of {dated}. Please check."
    if days[1] >= LAST_OVERALL:
        return False, f"Only the year is recorded: whether it is before {ended} is not known."
    return False, ""


def _joining(school: School, days: tuple[date, date] | None) -> str:
    if days is None:
        return NOT_KNOWN
    if school.joined_after is not None and days[1] <= school.joined_after:
        return BEFORE
    if school.joined_by is not None and days[0] > school.joined_by:
        return AFTER
    return NOT_KNOWN
