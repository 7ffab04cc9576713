"""Figures made for tests of comparison: one row a cell, as ``measures.evaluate`` and ``england_figures`` give them."""

from __future__ import annotations

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.formulas import SPREADS

RWM = "ks2_rwm_expected_percent"
SHARES = {RWM: MEASURES[RWM]}
NAN = float("nan")


def cell(measure: str = RWM, england: float = 63.0, decimals: int = 0, **facts: object) -> dict[str, object]:
    """One figure: counts and spread as given; a school's of 2024/25 unless it says otherwise."""
    base = {"measure": measure, "time_period": 202425, "geographic_level": "School", "school_urn": "100001",
            "pupil_group": "all", "symbol": "", "spread": NAN, "england_value": england,
            "england_decimals": decimals, "england_held": True, "member": True, "schools_counted": 1}  # fmt: skip
    made = base | facts
    per = getattr(MEASURES[measure].formula, "per", 1.0)
    made.setdefault("pupils", made["denominator"])
    return made | {"value": made["numerator"] / made["denominator"] * per}


def told(*cells: dict[str, object], rule: compare.Rule | None = None) -> pd.DataFrame:
    """These figures tested and judged, in the families that they make."""
    frame = pd.DataFrame(list(cells))
    return compare.judged(compare.tested(frame, MEASURES), MEASURES, rule or compare.Rule())


def shares(counts, pupils, england: float = 63.0, decimals: int = 0) -> pd.DataFrame:
    """Tested shares of pupils, each a school's of its own."""
    cells = [
        cell(england=england, decimals=decimals, numerator=float(x), denominator=float(n), school_urn=str(100000 + at))
        for at, (x, n) in enumerate(zip(counts, pupils, strict=True))
    ]
    return told(*cells)


def figures(measure: str, england: float, decimals: int, **facts: object) -> pd.DataFrame:
    """One trust figure with the sums that its interval rests on, through ``against_england``."""
    row = {"measure": measure, "time_period": 202425, "geographic_level": "Trust", "school_urn": "",
           "pupil_group": "all", "symbol": "", "member": True, **dict.fromkeys(SPREADS, NAN)} | facts  # fmt: skip
    row["value"] = row["numerator"] / row["denominator"] * getattr(MEASURES[measure].formula, "per", 1.0)
    row.setdefault("pupils", row["denominator"])
    known = pd.DataFrame([{"measure": measure, "time_period": 202425, "pupil_group": "all", "england_value": england,
                           "england_decimals": decimals}])  # fmt: skip
    return compare.against_england(pd.DataFrame([row]), known, MEASURES, compare.Rule())
