"""Made-up trusts of 1 to 40 schools with small and nested groups, as figures before disclosure control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from symphony_analysis import compare, measures, protect
from symphony_analysis.measures import MEASURES
from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear
from tests.small_trust import tidy

YEAR = AcademicYear(2024)
JOINED = date(2020, 9, 1)
URNS = tuple(f"1000{n:02d}" for n in range(40))
SOURCES = {
    "phonics": ("phonics_year1_expected_percent",),
    "mtc": ("mtc_full_marks_percent", "mtc_average_score"),
    "exclusions": ("suspension_rate", "pupils_suspended_percent"),
    "eyfsp": ("eyfs_gld_percent",),
}
COLUMNS = {
    "eyfsp": ["eligible_count", "gld_count"],
    "phonics": ["eligible_count", "expected_count"],
    "mtc": ["eligible_count", "took_count", "full_marks_count", "score_total"],
    "exclusions": ["pupils_count", "suspensions_count", "pupils_suspended_count", "permanent_exclusions_count"],
}


def made_trust(seed: int, schools: int = 0) -> tuple[pd.DataFrame, dict]:
    """Figures of a trust with small disadvantaged groups, and their measures."""
    return made_trusts([seed], list(SOURCES)[seed % len(SOURCES)], schools)


def made_trusts(seeds: Sequence[int], source: str, schools: int = 0) -> tuple[pd.DataFrame, dict]:
    """Many made-up trusts in one frame: each is a year of its own, and no year tells anything of another."""
    years = tuple(AcademicYear(YEAR.start + n) for n in range(len(seeds)))
    rows = [row for year, seed in zip(years, seeds, strict=True) for row in _rows(seed, source, year, schools)]
    return figures_of(SOURCES[source], COLUMNS[source], rows, years)


def figures_of(names: Sequence[str], columns: list[str], rows: list[tuple], years: Sequence[AcademicYear] = (YEAR,)):
    """These measures of a trust whose tidy table has these rows, with their declarations."""
    register = tuple(School(f"S{n}", urn, joined_by=JOINED) for n, urn in enumerate(URNS))
    trust = Trust("Made-up", register, census_days={year.code: date(year.start + 1, 1, 16) for year in years})
    table, declared = tidy(columns, *rows), {name: MEASURES[name] for name in names}
    figures = measures.evaluate(declared.values(), lambda _: table, trust, years)
    return against_nobody(figures, declared), declared


def _rows(seed: int, source: str, year: AcademicYear, schools: int) -> Iterator[tuple]:
    draw = np.random.default_rng(seed)
    for urn in URNS[: schools or draw.integers(1, 9)]:
        meals, ever, rest = (_counts(draw, source, int(draw.integers(*size))) for size in ((0, 13), (0, 4), (12, 50)))
        poor = [a + b for a, b in zip(meals, ever, strict=True)]
        groups = {"disadvantaged": poor, "other": rest, "all": [a + b for a, b in zip(poor, rest, strict=True)]}
        if source == "eyfsp":
            groups |= {"fsm": meals, "not_fsm": [a + b for a, b in zip(ever, rest, strict=True)]}
        for group, counts in groups.items():
            yield (year.code, "School", urn, group, *counts)


def _counts(draw: np.random.Generator, source: str, pupils: int) -> list[int]:
    share = draw.choice([0.02, 0.3, 0.6, 0.9])
    met = int(draw.binomial(pupils, share))
    if source in {"phonics", "eyfsp"}:
        return [pupils, met]
    if source == "exclusions":
        return [pupils * 6, met + int(draw.integers(0, 4)) * (met > 0), met, 0]
    took = pupils - int(draw.binomial(pupils, 0.05))
    return [pupils, took, min(met, took), int(draw.integers(0, 20 * took + 1)) if took else 0]


def against_nobody(figures: pd.DataFrame, declared: dict) -> pd.DataFrame:
    """The figures with no national figure beside them."""
    text = dict.fromkeys(("england_vintage", "england_status", "england_source"), "")
    blank = {"england_value": float("nan"), "england_decimals": 0, **text}
    england = figures[["measure", "time_period", "pupil_group"]].drop_duplicates().assign(**blank)
    return compare.against_england(figures, england, declared, compare.Rule())


def audited(figures: pd.DataFrame, declared: dict, edition: str, frame: pd.DataFrame | None = None) -> protect.Audit:
    """What the audit says of an edition of these figures, or of another frame in its place."""
    shown = protect.release(figures, declared, edition, {})
    if frame is not None:
        shown = protect.Protected(frame, declared, edition)
    return protect.audit([shown], figures, declared, protect.Thresholds.of(edition, {}))
