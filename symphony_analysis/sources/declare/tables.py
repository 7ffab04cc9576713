"""The tidy tables that the sources make: which columns each has, and how rows become such a frame.

One row is a school (or Trust, England, LA, Central) in a year for a pupil group. A value stands with an empty
symbol, or it is missing (NaN) with the symbol that says why: never both, never neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

KEYS = ("time_period", "geographic_level", "school_urn", "pupil_group", "source_file")
GROUPS = ("all", "disadvantaged", "other", "fsm", "not_fsm")

_SUBJECTS = ("reading", "writing", "maths", "gps")
_KS2_COUNTS = tuple(f"{s}_{standard}_count" for s in _SUBJECTS for standard in ("expected", "higher"))
_KS2_SCORES = tuple(f"{s}_{part}" for s in ("reading", "maths", "gps") for part in ("scored_count", "score_total"))
_KS2_PROGRESS = tuple(
    f"{s}_{part}" for s in ("reading", "writing", "maths") for part in ("progress_count", "progress_total")
)

TABLES: dict[str, tuple[str, ...]] = {
    "roll": ("pupils_count", "sen_support_count", "ehc_plan_count", "eal_count"),
    "eyfsp": ("eligible_count", "gld_count"),
    "phonics": ("eligible_count", "expected_count"),
    "mtc": ("eligible_count", "took_count", "full_marks_count", "score_total"),
    "ks2": (
        "eligible_count", "rwm_expected_count", "rwm_higher_count", *_KS2_COUNTS, *_KS2_SCORES, *_KS2_PROGRESS,
    ),
    "ks2_trust": (
        "eligible_count", "rwm_expected_percent", "schools_counted", "schools_expected", "pupils_percent",
    ),
    "attendance": (
        "enrolments_count", "possible_sessions_count", "absent_sessions_count", "authorised_sessions_count",
        "unauthorised_sessions_count", "persistent_absentees_count", "severe_absentees_count", "terms_count",
    ),
    "exclusions": (
        "suspensions_count", "permanent_exclusions_count", "pupils_suspended_count", "pupils_count",
    ),
    "finance": (
        "income_gbp", "staff_costs_gbp", "expenditure_gbp", "revenue_reserves_gbp", "teachers_fte",
        "pupils_fte", "months",
    ),
    "attendance_to_date": (
        "enrolments_count", "possible_sessions_count", "absent_sessions_count", "authorised_sessions_count",
        "unauthorised_sessions_count", "persistent_absence_percent",
    ),
    "exclusion_reasons": ("suspensions_count", "permanent_exclusions_count"),
    "schools": ("capacity_count", "pupils_count"),
    "links": (),
    "ofsted": (),
}  # fmt: skip
TEXTS: dict[str, tuple[str, ...]] = {
    "ks2": ("basis",),
    "exclusion_reasons": ("reason",),
    "schools": ("name", "status", "phase", "opened", "closed", "trust_code", "trust_name"),
    "links": ("link_urn", "link_name", "link_type", "established"),
    "ofsted": ("framework", "area", "grade", "graded_on", "of_present_school"),
}  # fmt: skip


def columns(name: str) -> list[str]:
    """The columns of a tidy table in order: keys, words, then each value with its symbol."""
    valued = [part for value in TABLES[name] for part in (value, f"{value}_symbol")]
    return [*KEYS, *TEXTS.get(name, ()), *valued]


def empty(name: str) -> pd.DataFrame:
    """A tidy table without rows. Raises KeyError for a table nobody declared."""
    return conform(name, pd.DataFrame(columns=columns(name)))


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with exactly the columns and types of its table, every value paired with its symbol.

    A value column that is absent is not available ("x"). Raises ValueError when a value and a symbol are both
    filled or both missing: that would be a fault of the source module, not of the file.
    """
    shaped = pd.DataFrame(index=frame.index)
    shaped["time_period"] = frame["time_period"].astype("int64")
    for key in (*KEYS[1:], *TEXTS.get(name, ())):
        shaped[key] = frame[key].astype("str")
    for value in TABLES[name]:
        shaped[value], shaped[f"{value}_symbol"] = _pair(name, value, frame)
    return shaped.reset_index(drop=True)


def _pair(name: str, value: str, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if value not in frame.columns:
        nothing = pd.Series(np.nan, index=frame.index, dtype="float64")
        return nothing, pd.Series("x", index=frame.index, dtype="str")
    numbers = frame[value].astype("float64")
    symbols = frame.get(f"{value}_symbol", pd.Series("", index=frame.index, dtype="str")).astype("str")
    if (numbers.isna() == (symbols == "")).any():
        raise ValueError(f"table {name}, column {value}: a value and its symbol must be filled one at a time")
    return numbers, symbols


def moved(made: pd.DataFrame, frame: pd.DataFrame, ours: str, theirs: str) -> pd.DataFrame:
    """``made`` with a value of ``frame`` and its symbol under our name; not available where there is none."""
    if theirs not in frame.columns:
        return made.assign(**{ours: np.nan, f"{ours}_symbol": "x"})
    return made.assign(**{ours: frame[theirs], f"{ours}_symbol": frame[f"{theirs}_symbol"]})


def join(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All the rows of one tidy table from several sources, ordered by year, level, school and group."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty(name)
    joined = pd.concat(filled, ignore_index=True)
    order = {group: place for place, group in enumerate(GROUPS)}
    return joined.sort_values(
        ["time_period", "geographic_level", "school_urn", "pupil_group"],
        key=lambda column: column.map(order) if column.name == "pupil_group" else column,
        kind="stable",
        ignore_index=True,
    )
