"""A small trust in figures that went through the same rooms as the real ones: measures, compare, protect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from symphony_analysis import compare, measures, protect
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect import Protected
from symphony_analysis.sources.declare.tables import empty
from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear

NATIONAL = Path(__file__).parents[2] / "data" / "national.csv"
YEARS = AcademicYear.parse("2024/25").window(3)
NAMES = (
    "Glen Hills", "Fairfield", "The Meadow", "Old Mill", "Ashby Hastings", "Ashby Willesley", "Orchard",
    "Ashby Hill Top", "Newcroft", "Thornton", "Donisthorpe", "Foxton", "The Hall", "Hugglescote", "Thythorn Field",
)  # fmt: skip
JOINED = {"Foxton": date(2025, 1, 1)} | dict.fromkeys(("The Hall", "Hugglescote", "Thythorn Field"), date(2025, 12, 1))


def small_trust() -> Trust:
    schools = tuple(
        School(name, str(900001 + at), joined_by=JOINED.get(name, date(2020, 1, 1))) for at, name in enumerate(NAMES)
    )
    days = {202223: date(2023, 1, 19), 202324: date(2024, 1, 18), 202425: date(2025, 1, 16)}
    return Trust("Small Trust", schools, days)


def _rows(trust: Trust, columns: Callable[[int, int, str], dict[str, float]], groups: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for step, year in enumerate(YEARS):
        for at, school in enumerate(trust.schools):
            for group in groups:
                keys = {
                    "time_period": year.code, "geographic_level": "School", "school_urn": school.urn,
                    "pupil_group": group, "source_file": f"raw/{year.code}/made_up.csv",
                }  # fmt: skip
                values = columns(at, step, group)
                rows.append(keys | values | {f"{name}_symbol": "" for name in values})
    return pd.DataFrame(rows)


def _absence(at: int, step: int, group: str) -> dict[str, float]:
    everyone = 150 + 23 * at
    size = {"all": everyone, "disadvantaged": 4 + 3 * at, "other": everyone - 4 - 3 * at}.get(group, 20 + at)
    share = {"disadvantaged": 0.25, "other": 0.08}.get(group, 0.1) - 0.012 * step + 0.006 * (at % 5)
    return {
        "enrolments_count": size, "possible_sessions_count": size * 380,
        "absent_sessions_count": round(size * share * 190), "authorised_sessions_count": round(size * share * 150),
        "unauthorised_sessions_count": round(size * share * 40),
        "persistent_absentees_count": round(size * share), "severe_absentees_count": round(size * share / 12),
    }  # fmt: skip


def _key_stage_2(at: int, step: int, group: str) -> dict[str, float]:
    size = {"all": 30 + 2 * at, "disadvantaged": 3 + at, "other": 27 + at}[group]
    share = {"disadvantaged": 0.42, "other": 0.72}.get(group, 0.66) + 0.03 * step - 0.02 * (at % 4)
    values: dict[str, float] = {"eligible_count": size}
    for subject in ("rwm", "reading", "writing", "maths", "gps"):
        values |= {f"{subject}_expected_count": round(size * share), f"{subject}_higher_count": round(size * share / 5)}
    for subject in ("reading", "maths", "gps"):
        values |= {f"{subject}_scored_count": size, f"{subject}_score_total": size * (103.6 + step + at % 3)}
    for subject in ("reading", "writing", "maths"):
        there = size if step == 0 else float("nan")
        values |= {f"{subject}_progress_count": there, f"{subject}_progress_total": there * 0.7}
    return values


def _exclusions(at: int, step: int, group: str) -> dict[str, float]:
    roll = {"all": 180 + 20 * at, "disadvantaged": 20 + 2 * at, "other": 160 + 18 * at}[group]
    events = (at * 3 + step * 2) % 11 if group != "disadvantaged" else (at + step) % 4
    return {
        "suspensions_count": events, "pupils_suspended_count": min(events, 3), "pupils_count": roll,
        "permanent_exclusions_count": float(at == 3 and step == 1),
    }  # fmt: skip


def _finance(at: int, step: int, group: str) -> dict[str, float]:
    income = 1_000_000.0 + 90_000 * at
    return {
        "income_gbp": income, "staff_costs_gbp": income * (0.74 + 0.01 * (at % 6)),
        "expenditure_gbp": income * (0.97 + 0.012 * (at % 5)),
        "revenue_reserves_gbp": income * (0.02 + 0.013 * (at % 9)),
        "teachers_fte": 9.0 + at, "pupils_fte": (9.0 + at) * (19 + at % 4), "months": 12.0,
    }  # fmt: skip


TABLES = {
    "attendance": (_absence, ("all", "disadvantaged", "other", "fsm", "not_fsm")),
    "ks2": (_key_stage_2, ("all", "disadvantaged", "other")),
    "exclusions": (_exclusions, ("all", "disadvantaged", "other")),
    "finance": (_finance, ("all",)),
}


def _national() -> pd.DataFrame:
    frame = pd.read_csv(NATIONAL, dtype=str, keep_default_na=False)
    return frame.assign(time_period=frame["time_period"].astype(int), value=frame["value"].astype(float))


Release = Callable[..., Protected]


@pytest.fixture(scope="session")
def release() -> Release:
    """Figures of a source for an edition and a school; ``change`` alters the tidy table first."""
    trust = small_trust()

    @cache
    def made(
        source: str, edition: str = "trustees", school: str = "", as_at: str = "2026-04-30", change=None
    ) -> Protected:
        table = _rows(trust, *TABLES[source])
        declared = {n: m for n, m in MEASURES.items() if m.source == source and {*m.formula.columns} <= {*table}}
        if source == "ks2":
            gone = table["time_period"] > 202223
            for column in [c for c in table if c.endswith(("_progress_count_symbol", "_progress_total_symbol"))]:
                table[column] = table[column].mask(gone, "NP")
        table = change(table) if change else table
        figures = measures.evaluate(
            declared.values(), lambda name: table if name == source else empty(name), trust, YEARS
        )
        england = compare.england_figures(declared, _national(), pd.DataFrame(), date.fromisoformat(as_at))
        compared = compare.against_england(figures, england, declared, compare.Rule())
        context = SimpleNamespace(
            years=YEARS, year=YEARS[-1], trust=trust, members=trust.members(YEARS[-1]),
            school=trust.school(school) if school else None, rule=compare.Rule(),
        )  # fmt: skip
        return protect.release(compared, declared, edition, {}, context)

    return made
