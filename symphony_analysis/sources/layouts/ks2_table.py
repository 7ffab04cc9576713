"""DfE's key stage 2 performance table: schools, local authorities and England in one wide file.

RECTYPE 1 is a mainstream school, 2 a special school, 3 a local authority, 4 all schools of England and 5 the
state-funded ones. England is always row 5, as DfE's "England - state-funded schools".
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import (
    PERFORMANCE_TABLES,
    TABLE,
    Check,
    Column,
    Due,
    National,
    Source,
    count,
    from_suffix,
    percent,
)
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.reading.open_tables import few_columns

LEVELS = {"1": "School", "2": "School", "3": "LA", "5": "England"}
GROUPS = {"all": "", "disadvantaged": "_FSM6CLA1A", "other": "_NotFSM6CLA1A"}
#: The codes of the performance tables; a blank or ' ' in a row of England or an LA is "not available".
SYMBOLS = {code: code for code in ("SUPP", "NEW", "LOWCOV", "NA", "NE", "NP", "DNS")}

_PERCENTS = {
    "rwm_expected": "PTRWM_EXP",
    "rwm_higher": "PTRWM_HIGH",
    "reading_expected": "PTREAD_EXP",
    "reading_higher": "PTREAD_HIGH",
    "writing_expected": "PTWRITTA_EXP",
    "writing_higher": "PTWRITTA_HIGH",
    "maths_expected": "PTMAT_EXP",
    "maths_higher": "PTMAT_HIGH",
    "gps_expected": "PTGPS_EXP",
    "gps_higher": "PTGPS_HIGH",
}
_AVERAGES = {"reading": "READ_AVERAGE", "maths": "MAT_AVERAGE", "gps": "GPS_AVERAGE"}
_PROGRESS = {"reading": "READPROG", "writing": "WRITPROG", "maths": "MATPROG"}
_COVERAGE = {"reading": "READCOV", "writing": "WRITCOV", "maths": "MATCOV"}


#: Groups of the trust as a whole of which the table gives England's figure.
_GROUPS_OF_TRUST = {"girls": "_G", "boys": "_B", "eal": "_EAL"}


def _of_group(group: str) -> tuple[Column, ...]:
    end = GROUPS[group]
    eligible = {"all": "TELIG", "disadvantaged": "TFSM6CLA1A", "other": "TNotFSM6CLA1A"}[group]
    return (
        count(eligible, f"{group}_eligible"),
        *(percent(official + end, f"{group}_{ours}", sign=True) for ours, official in _PERCENTS.items()),
        *(Column(official + end, f"{group}_{ours}_average", "number", low=80, high=120, blank="x")
          for ours, official in _AVERAGES.items()),
        *(Column(official + end, f"{group}_{ours}_progress", "number", low=-60, high=60, blank="z")
          for ours, official in _PROGRESS.items()),
        *(Column(f"{official}{end}_{limit}", f"{group}_{ours}_{limit.lower()}", "number", low=-90, high=90, blank="z",
                 required=False)
          for ours, official in _PROGRESS.items() for limit in ("LOWER", "UPPER")),
    )  # fmt: skip


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """Which rows of a national file are read: the trust's schools, its local authority, and England."""
    rectype, urn, authority = places["rectype"], places["urn"], places["authority"]

    def wanted(row: Sequence[str]) -> bool:
        kind = row[rectype].strip()
        if kind in ("1", "2"):
            return context.ours_or_unclear(row[urn])
        return kind == "5" or (kind == "3" and row[authority].strip() == context.trust.authority)

    return wanted


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish for the trust's schools, their authority and England at key stage 2?

    Counts are percent times eligible pupils, not rounded, so that their ratio is the published percentage. A
    school that changed its URN has one row: the one with results, else that of its present URN.
    """
    rows = frame[frame["rectype"].isin(list(LEVELS))]
    rows = rows.assign(
        geographic_level=rows["rectype"].map(LEVELS).astype("str"),
        school_urn=present(rows["urn"], context).where(rows["rectype"].isin(["1", "2"]), ""),
    )
    rows = _one_a_school(rows[(rows["school_urn"] != "") | (rows["geographic_level"] != "School")])
    groups = [group_counts(rows, group) for group in GROUPS]
    return pd.concat(groups, ignore_index=True).assign(
        time_period=context.year.code, source_file=context.file, basis="published percentages"
    )


def _one_a_school(rows: pd.DataFrame) -> pd.DataFrame:
    ranked = rows.assign(_results=rows["all_eligible"].notna(), _present=rows["urn"] == rows["school_urn"]).sort_values(
        ["_results", "_present"], ascending=False, kind="stable"
    )
    return ranked.drop_duplicates(["geographic_level", "school_urn", "authority"])


def group_counts(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """One pupil group of table rows as counts with symbols, each row with the keys it came with."""
    made = rows[["geographic_level", "school_urn"]].assign(pupil_group=group)
    eligible, why = _eligible(rows, group)
    made = _with(made, "eligible_count", eligible, why)
    for name in _PERCENTS:
        made = _with(made, f"{name}_count", *_times(rows, f"{group}_{name}", eligible, why, 100))
    for subject in _AVERAGES:
        total, reason = _times(rows, f"{group}_{subject}_average", eligible, why, 1)
        made = _with(made, f"{subject}_score_total", total, reason)
        made = _with(made, f"{subject}_scored_count", eligible.where(total.notna()), reason)
    for subject in _PROGRESS:
        covered = _covered(rows, subject, eligible) if group == "all" else eligible
        total, reason = _times(rows, f"{group}_{subject}_progress", covered, why, 1)
        made = _with(made, f"{subject}_progress_total", total, reason)
        made = _with(made, f"{subject}_progress_count", covered.where(total.notna()), reason)
        made = limits_variance(made, rows, f"{group}_{subject}_", subject)
    return made


def limits_variance(made: pd.DataFrame, rows: pd.DataFrame, prefix: str, subject: str) -> pd.DataFrame:
    """The variance of a progress total, from DfE's own 95% limits: (pupils x half width / 1.96) squared."""
    name, pupils = f"{subject}_progress_variance", made[f"{subject}_progress_count"]
    if not {f"{prefix}lower", f"{prefix}upper"} <= set(rows.columns):
        return made
    half = (rows[f"{prefix}upper"] - rows[f"{prefix}lower"]) / 2
    values = (pupils * half / 1.96) ** 2
    return made.assign(**{name: values, f"{name}_symbol": np.where(values.isna(), "x", "")})


def _eligible(rows: pd.DataFrame, group: str) -> tuple[pd.Series, pd.Series]:
    """Eligible pupils of the group. NEW stands in TOTPUPS of a row cut short; a year group of 0 has no pupils."""
    eligible, why = rows[f"{group}_eligible"], rows[f"{group}_eligible_symbol"]
    cut = rows["all_eligible"].isna() & (rows["geographic_level"] == "School")
    nobody = cut & (rows["year_group_pupils"] == 0)
    eligible, why = eligible.mask(nobody, 0.0), why.mask(nobody, "")
    return eligible, why.mask(cut & ~nobody & (rows["pupils_symbol"] == "NEW"), "NEW")


def _times(rows, column, eligible, why, per) -> tuple[pd.Series, pd.Series]:
    """Published figure times pupils, and the reason where it is missing. Nobody eligible makes zero."""
    count = rows[column] * eligible / per
    nobody = eligible == 0
    count = count.mask(nobody, 0.0)
    reason = rows[f"{column}_symbol"].where(eligible.notna(), why).mask(nobody, "")
    return count, reason.mask(count.notna(), "")


def _covered(rows: pd.DataFrame, subject: str, eligible: pd.Series) -> pd.Series:
    coverage = rows[f"{subject}_coverage"]
    return (eligible * coverage / 100).where(coverage.notna(), eligible)


def _with(made: pd.DataFrame, name: str, values: pd.Series, why: pd.Series) -> pd.DataFrame:
    return made.assign(**{name: values, f"{name}_symbol": np.where(values.isna(), why, "")})


def _rules() -> list[Check]:
    """Higher within expected, the combined standard within each subject, groups within the cohort, shares true."""
    pairs = [[name.removesuffix("_count") for name in pair] for pair in TABLES["ks2"].within]
    shares = [pair for pair in pairs if _PERCENTS.keys() >= set(pair)]
    made = [rules.at_most(f"{group}_{part}", f"{group}_{whole}") for group in GROUPS for part, whole in shares]
    made += [rules.at_most(f"{group}_eligible", "all_eligible") for group in ("disadvantaged", "other")]
    made += [
        rules.share(f"{group}_eligible", "all_eligible", f"{group}_share", 0.51) for group in ("disadvantaged", "other")
    ]
    made.append(rules.adds_up(("disadvantaged_eligible", "other_eligible"), "all_eligible", 0.5))
    return made


def england_rows(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of England's state-funded schools and of the trust's local authority."""
    levels = frame["rectype"].map(LEVELS)
    return frame.assign(geographic_level=levels)[levels.isin(["England", "LA"])]


def _national() -> list[National]:
    kinds = (
        (_PERCENTS, "", "percent", 0, "%"),
        (_AVERAGES, "_average", "average_score", 0, "score"),
        (_PROGRESS, "_progress", "progress_score", 2, "score"),
    )
    return [
        National(f"ks2_{ours}_{word}", f"{group}_{ours}{end}", "state_funded", decimals, unit, group)
        for group in GROUPS
        for names, end, word, decimals, unit in kinds
        for ours in names
    ] + [
        National("ks2_rwm_expected_percent", f"{group}_rwm_expected", "state_funded", group=group)
        for group in _GROUPS_OF_TRUST
    ]


SOURCE = Source(
    name="ks2_table",
    title="Key stage 2 performance table",
    homepage=PERFORMANCE_TABLES,
    table="ks2",
    weight=TABLE,
    due=Due("Key stage 2 performance table, revised", 1, 12),
    partial=True,
    ragged=True,
    columns=(
        Column("RECTYPE", "rectype", "choice", allowed=("1", "2", "3", "4", "5")),
        Column("LEA", "authority", blank=""),
        Column("ESTAB", "estab", blank=""),
        Column("URN", "urn", "urn", blank=""),
        Column("SCHNAME", "school", blank=""),
        count("TOTPUPS", "pupils"),
        count("TPUPYEAR", "year_group_pupils", required=False),
        *(column for group in GROUPS for column in _of_group(group)),
        *(
            percent(f"PTRWM_EXP{end}", f"{group}_rwm_expected", sign=True, required=False)
            for group, end in _GROUPS_OF_TRUST.items()
        ),
        percent("PTFSM6CLA1A", "disadvantaged_share", sign=True),
        percent("PTNotFSM6CLA1A", "other_share", sign=True),
        *(percent(official, f"{subject}_coverage", sign=True) for subject, official in _COVERAGE.items()),
    ),
    key=("rectype", "authority", "urn"),
    symbols=SYMBOLS,
    tidy=tidy,
    year_of=from_suffix,
    england=tuple(_national()),
    england_rows=england_rows,
    recognised_by=("RECTYPE", "PTRWM_EXP", "TELIG", "READ_AVERAGE"),
    keep=keep,
    checks=(rules.filled("urn", lambda frame: frame["rectype"].isin(["1", "2"])), *_rules()),
)


#: Our headline measures, and what the layout of the table calls the column that publishes them.
HEADLINES = {
    "ks2_rwm_expected_percent": "all_rwm_expected",
    "ks2_rwm_higher_percent": "all_rwm_higher",
    "ks2_reading_average_score": "all_reading_average",
    "ks2_maths_average_score": "all_maths_average",
}
_MAINSTREAM = "1"


def every_school(content: bytes, shown: str) -> pd.DataFrame:
    """The published figures of England's mainstream schools: a row a school (its URN), a column a measure in its unit.

    ``eligible_count`` are the pupils behind them. NaN where nothing is published.
    """
    wanted = {"rectype": "rectype", "urn": "urn", **HEADLINES, "eligible_count": "all_eligible"}
    frame = few_columns(content, shown, SOURCE, wanted)
    schools = frame[frame["rectype"] == _MAINSTREAM]
    values = [name for name in wanted if name not in {"rectype", "urn"}]
    told = {name: pd.to_numeric(schools[name].str.rstrip("%"), errors="coerce") for name in values}
    return pd.DataFrame(told).set_index(schools["urn"].rename("school_urn"))
