"""The trust's own records as tidy tables: inspections and peer reviews by school, evidence and survey of the trust."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from symphony_analysis.sources.declare.ofsted_words import UNGRADED
from symphony_analysis.sources.own import inspections, records
from symphony_analysis.years import AcademicYear

Record = Callable[[str, AcademicYear], pd.DataFrame]

_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "inspections": ("good_or_outstanding_count", "outstanding_count", "peer_reviewed_count"),
        "evidence": ("governance_count", "safeguarding_count"),
        "survey": ("never_bullied_percent", "feel_safe_percent", "can_speak_percent"),
    }
)
TABLES = tuple(_COLUMNS)

#: Which survey question gives which column, by the words that must stand in it.
_QUESTIONS = {
    "never_bullied_percent": "bullied",
    "feel_safe_percent": "feel safe",
    "can_speak_percent": "speak to someone",
}


def table(name: str, record: Record, years: Iterable[AcademicYear]) -> pd.DataFrame:
    """A tidy table made of the trust's own records: rows are schools ("inspections") or the trust, by year.

    A year without the record has no rows. Values are counts of schools or of items, or the percentages recorded.
    """
    made = [row for year in years for row in _MAKERS[name](record, year)]
    keys = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]
    columns = [part for value in _COLUMNS[name] for part in (value, f"{value}_symbol")]
    frame = pd.DataFrame(made, columns=[*keys, *columns])
    return frame.astype({value: "float64" for value in _COLUMNS[name]})


def _row(
    year: AcademicYear, level: str, urn: str, files: Iterable[str], values: Mapping[str, float]
) -> dict[str, object]:
    symbols = {f"{name}_symbol": "x" if pd.isna(value) else "" for name, value in values.items()}
    keys = {"time_period": year.code, "geographic_level": level, "school_urn": urn, "pupil_group": "all"}
    return {**keys, "source_file": ";".join(records.path_of(file, year) for file in files), **values, **symbols}


def _inspections(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    ofsted, reviews = record("ofsted", year), record("peer_reviews", year)
    # An ungraded inspection leaves the grade as it was.
    latest = inspections.latest(ofsted[ofsted["framework"] != UNGRADED])
    grades = dict(zip(latest["school_urn"], latest["grade"].str.casefold(), strict=True))
    reviewed = set(reviews.loc[reviews["grade"] != "", "school_urn"])
    rows = []
    for urn in sorted(set(ofsted["school_urn"]) | set(reviews["school_urn"])):
        # A report card has no single grade: such a school is neither good nor not, it is left out.
        graded = bool(grades.get(urn))
        good = float(grades.get(urn) in {"good", "outstanding"}) if graded else float("nan")
        outstanding = float(grades.get(urn) == "outstanding") if graded else float("nan")
        values = dict(zip(_COLUMNS["inspections"], (good, outstanding, float(urn in reviewed)), strict=True))
        rows.append(_row(year, "School", urn, ("ofsted", "peer_reviews"), values))
    return rows


def _evidence(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    items = record("evidence", year)
    if not len(items):
        return []
    values = {f"{area}_count": float((items["area"] == area).sum()) for area in ("governance", "safeguarding")}
    return [_row(year, "Trust", "", ("evidence",), values)]


def _survey(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    answers = record("survey", year)
    if not len(answers):
        return []
    values = {}
    for column, words in _QUESTIONS.items():
        asked = answers.loc[answers["question"].str.casefold().str.contains(words, regex=False), "percent"]
        values[column] = float(asked.iloc[0]) if len(asked) == 1 else float("nan")
    return [_row(year, "Trust", "", ("survey",), values)]


_MAKERS = {"inspections": _inspections, "evidence": _evidence, "survey": _survey}
