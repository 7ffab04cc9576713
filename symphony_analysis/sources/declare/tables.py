"""The tidy tables that the sources make: which columns each has, and how rows become such a frame.

One row is a school (or Trust, England, LA, Central) in a year for a pupil group. A value has an empty
symbol, or it is missing (NaN) with the symbol that says why: never both, never neither. Columns in ``_squares`` and
``_products`` are sums of squares and products over pupils, ``_variance`` the variance of a total: what intervals need.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symphony_analysis import figure

KEYS = (*figure.KEYS[1:], "source_file")
GROUPS = tuple(figure.GROUPS)


@dataclass(frozen=True)
class Table:
    """One tidy table. A table that one layout feeds is declared in the file of that layout.

    - ``numbers`` are its values, ``texts`` words that belong to the key of a row, ``remarks`` words that do not.
    - ``shown`` heads its column in the coverage grid ("" leaves it out); ``year_group`` is the one it is about.
    - ``within`` lists (part, whole): the part is at most the whole in any row.
    """

    name: str
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    shown: str = ""
    year_group: str = ""
    within: tuple[tuple[str, str], ...] = ()


_THREE = ("reading", "writing", "maths")
_TESTED = ("reading", "maths", "gps")
_ALL = ("rwm", "gps", *_THREE)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "roll",
            ("pupils_count", "sen_support_count", "ehc_plan_count", "eal_count"),
            shown="roll",
            within=tuple((f"{part}_count", "pupils_count") for part in ("sen_support", "ehc_plan", "eal")),
        ),
        Table(
            "eyfsp",
            ("eligible_count", "gld_count"),
            shown="EYFSP",
            year_group="R",
            within=(("gld_count", "eligible_count"),),
        ),
        Table(
            "phonics",
            ("eligible_count", "expected_count"),
            shown="phonics",
            year_group="1",
            within=(("expected_count", "eligible_count"),),
        ),
        Table(
            "mtc",
            ("eligible_count", "took_count", "full_marks_count", "score_total", "score_squares"),
            shown="MTC",
            year_group="4",
            within=(("took_count", "eligible_count"), ("full_marks_count", "took_count")),
        ),
        Table(
            "ks2",
            (
                *("eligible_count", "rwm_expected_count", "rwm_higher_count"),
                *(f"{s}_{level}_count" for s in (*_THREE, "gps") for level in ("expected", "higher")),
                *(f"{s}_{part}" for s in _TESTED for part in ("scored_count", "score_total", "score_squares")),
                *(f"{s}_progress_{part}" for s in _THREE for part in ("count", "total", "squares", "variance")),
            ),
            remarks=("basis",),
            shown="KS2",
            year_group="6",
            within=(
                *((f"{s}_higher_count", f"{s}_expected_count") for s in _ALL),
                *((f"rwm_{level}_count", f"{s}_{level}_count") for level in ("expected", "higher") for s in _THREE),
                *((f"{s}_expected_count", "eligible_count") for s in _ALL),
                *((f"{s}_scored_count", "eligible_count") for s in _TESTED),
                *((f"{s}_progress_count", "eligible_count") for s in _THREE),
            ),
        ),
        Table(
            "attendance",
            (
                *("enrolments_count", "possible_sessions_count", "absent_sessions_count"),
                *("authorised_sessions_count", "unauthorised_sessions_count"),
                *("persistent_absentees_count", "severe_absentees_count", "possible_squares"),
                *(f"{s}_{part}" for s in ("absent", "authorised", "unauthorised") for part in ("squares", "products")),
                "terms_count",
            ),
            shown="attendance",
            within=(
                ("severe_absentees_count", "persistent_absentees_count"),
                ("persistent_absentees_count", "enrolments_count"),
                ("authorised_sessions_count", "absent_sessions_count"),
                ("unauthorised_sessions_count", "absent_sessions_count"),
                ("absent_sessions_count", "possible_sessions_count"),
            ),
        ),
        Table(
            "exclusions",
            (
                *("suspensions_count", "permanent_exclusions_count", "pupils_suspended_count", "pupils_count"),
                "suspensions_squares",
            ),
            shown="exclusions",
            within=(("pupils_suspended_count", "suspensions_count"),),
        ),
        Table(
            "finance",
            (
                *("income_gbp", "staff_costs_gbp", "expenditure_gbp", "revenue_reserves_gbp"),
                *("budget_income_gbp", "budget_expenditure_gbp", "teachers_fte", "pupils_fte", "months"),
            ),
            shown="finance",
        ),
    )
}


def columns(name: str) -> list[str]:
    """The columns of a tidy table in order: keys, words, then each value with its symbol."""
    table = TABLES[name]
    valued = [part for value in table.numbers for part in (value, f"{value}_symbol")]
    return [*KEYS, *table.texts, *table.remarks, *valued]


def empty(name: str) -> pd.DataFrame:
    """A tidy table without rows. Raises KeyError for a table nobody declared."""
    return conform(name, pd.DataFrame(columns=columns(name)))


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with exactly the columns and types of its table, every value paired with its symbol.

    A value column that is absent is not available ("x"). Raises ValueError when a value and a symbol are both
    filled or both missing: that would be a fault of the source module, not of the file.
    """
    shaped = {"time_period": frame["time_period"].astype("int64")}
    for key in (*KEYS[1:], *TABLES[name].texts, *TABLES[name].remarks):
        shaped[key] = frame[key].astype("str")
    for value in TABLES[name].numbers:
        shaped[value], shaped[f"{value}_symbol"] = _pair(name, value, frame)
    return pd.DataFrame(shaped, index=frame.index).reset_index(drop=True)


def _pair(name: str, value: str, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if value not in frame.columns:
        nothing = pd.Series(np.nan, index=frame.index, dtype="float64")
        return nothing, pd.Series("x", index=frame.index, dtype="str")
    numbers = frame[value].astype("float64")
    symbols = frame.get(f"{value}_symbol", pd.Series("", index=frame.index, dtype="str")).astype("str")
    if (numbers.isna() == (symbols == "")).any():
        raise ValueError(f"table {name}, column {value}: a value and its symbol must be filled one at a time")
    return numbers, symbols


def moved(made: pd.DataFrame, frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """``made`` with values of ``frame`` and their symbols under our names (ours -> theirs); "x" where there is none."""
    for ours, theirs in names.items():
        value, why = (frame[theirs], frame[f"{theirs}_symbol"]) if theirs in frame.columns else (np.nan, "x")
        made = made.assign(**{ours: value, f"{ours}_symbol": why})
    return made


def join(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All the rows of one tidy table from several sources, ordered by year, level, school and group."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty(name)
    joined = pd.concat(filled, ignore_index=True)
    order = {group: place for place, group in enumerate(figure.LABELS)}
    return joined.sort_values(
        list(KEYS[:-1]),
        key=lambda column: column.map(order) if column.name == "pupil_group" else column,
        kind="stable",
        ignore_index=True,
    )


def with_empty_cohorts(
    name: str, rows: pd.DataFrame, cohorts: set[tuple[str, str]] | None, schools: Iterable[str], census: str
) -> pd.DataFrame:
    """The rows of a year, and one of zeros for each school on the census without a pupil in the year group.

    A row is a school x pupil group of the tidy table ``name``; the figures made of zeros are not applicable ("z").
    Nothing is added where the census does not know the school. ``census`` is the path of the census file.
    """
    if cohorts is None or not len(rows):
        return rows
    table = TABLES[name]
    on_roll = {urn for urn, _ in cohorts}
    told = set(rows["school_urn"])
    empty = [urn for urn in schools if urn in on_roll and urn not in told and (urn, table.year_group) not in cohorts]
    if not empty:
        return rows
    place = [
        {
            "time_period": rows["time_period"].iloc[0],
            "geographic_level": "School",
            "school_urn": urn,
            "pupil_group": group,
        }
        for urn in empty
        for group in GROUPS
    ]
    values = {part: value for column in table.numbers for part, value in ((column, 0.0), (f"{column}_symbol", ""))}
    words = {column: "pupils" for column in (*table.texts, *table.remarks)}
    added = pd.DataFrame(place).assign(source_file=census, **words, **values)
    return join(name, [rows, conform(name, added)])
