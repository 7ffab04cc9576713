"""A hand-made analysis for the tests of claims: a few tidy rows, England's figures and records, no file opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.sources import Inputs
from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.own import records
from symphony_analysis.sources.own import records as declared
from symphony_analysis.sources.primed import digest_of
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear
from tests.small_trust import LAST, TRUST, YEAR, tidy

FULL_YEAR = "state_funded_primary_full_year"


def england(comparator, code, value, group="all", population=FULL_YEAR, published="2025-03-01", unit="%", decimals=1):
    """One row of national.csv."""
    return {
        "time_period": code, "comparator": comparator, "pupil_group": group, "population": population,
        "value": float(value), "unit": unit, "decimals": decimals, "release_status": "final",
        "publication": "Made statistics", "url": "", "published": published,
    }  # fmt: skip


@dataclass
class MadeInputs:
    """What an analysis asks of its inputs, from frames given by hand."""

    given: dict[str, pd.DataFrame] = field(default_factory=dict)
    kept: dict[str, list[dict]] = field(default_factory=dict)
    known: list[dict] = field(default_factory=list)
    published: dict[str, pd.DataFrame] = field(default_factory=dict)
    trust: Trust = TRUST
    years: tuple[AcademicYear, ...] = (LAST, YEAR)
    data_dir: Path = Path("no folder: no issue was frozen")
    newer_than = Inputs.newer_than

    def table(self, name, years=None):
        if name in records.TABLES:
            return records.table(name, self.records, self.years if years is None else years)
        if name not in self.given:
            return tables.empty(name)
        return tables.conform(name, self.given[name].assign(basis="pupils"))

    def digests(self, names, years):
        return [digest_of(self.table(name, years)) for name in names] + [digest_of(self.national)]

    def records(self, name, year, areas=()):
        rows = self.kept.get(f"{name}.{year.code}", self.kept.get(name, []) if year == YEAR else [])
        columns = declared.RECORDS[name]
        made = pd.DataFrame([{c: row.get(c, "") for c in columns} for row in rows], columns=columns, dtype="str")
        return made[made["area"].isin(areas)] if areas else made

    @property
    def national(self):
        return pd.DataFrame(self.known, columns=list(england("", 0, 0)))

    @property
    def manifest(self):
        return pd.DataFrame(columns=["path", "title", "published", "release_status", "time_period", "origin", "sha256"])


def made(given=None, kept=None, known=(), as_at="2026-04-30", edition="internal", **more):
    """An analysis of 2024/25 with 2023/24 before it."""
    inputs = MadeInputs(given or {}, kept or {}, list(known), **more)
    return Analysis(YEAR, date.fromisoformat(as_at), edition, None, inputs)


def claim(check, measures="", groups="", arguments="", **more):
    """One row of claims.csv."""
    return {
        "id": "X1", "area": "attendance", "text": "As written.", "check": check, "measures": measures,
        "pupil_groups": groups, "arguments": arguments,
    } | more  # fmt: skip


def absence(*rows):
    """Persistent absentees by (year, school, group): (…, enrolments, persistent absentees)."""
    columns = ["enrolments_count", "persistent_absentees_count"]
    return tidy(columns, *((code, "School", urn, group, *counts) for code, urn, group, *counts in rows))
