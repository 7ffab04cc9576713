"""Key stage 2 as Explore Education Statistics gives it by school: attainment and information in tidy rows.

A percentage needs its pupils: they stand in the information file of the same year, which must be there too.
"""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Due, Filter, National, count, percent
from symphony_analysis.sources.layouts import ees_checks
from symphony_analysis.sources.layouts.ks2_table import limits_variance

_PAGE = "key-stage-2-attainment"
_DUE = Due("England: key stage 2, provisional", 1, 9)
_SUBJECTS = {
    "reading": "reading",
    "writing": "writing",
    "maths": "maths",
    "grammar, punctuation and spelling": "gps",
    "reading, writing and maths": "rwm",
}
_ELIGIBLE = {"all": "eligible", "disadvantaged": "disadvantaged", "other": "other"}
_PLACES = ["geographic_level", "school_urn", "pupil_group"]


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish for the trust's schools, their authority and England at key stage 2?

    Counts are percent times eligible pupils, not rounded. Without the information file the pupils are not
    available ("x"), and so are the counts.
    """
    return _counts(by_group(frame, context), _pupils(context), context)


def by_group(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of our groups and subjects. The three-year average carries a year too: it is no year's figure."""
    return _with_subject(ees_checks.by_topic(frame, context))


def by_characteristic(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of our groups and subjects in the file by pupil characteristic."""
    return _with_subject(ees_checks.grouped(frame, context))


def _with_subject(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(subject=rows["subject"].str.strip().str.casefold().map(_SUBJECTS))


def tidy_characteristics(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish for England's disadvantaged and other pupils by subject? Counts as in ``tidy``."""
    rows = by_characteristic(frame, context)
    pupils = rows.assign(eligible_count=rows.get("eligible", np.nan))
    return _counts(rows, pupils.groupby(_PLACES, as_index=False)["eligible_count"].max(), context)


def _counts(rows: pd.DataFrame, pupils: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One row a place and group: the published figures of every subject times its pupils."""
    made = rows[_PLACES].drop_duplicates().merge(pupils, on=_PLACES, how="left", validate="one_to_one")
    made["eligible_count_symbol"] = np.where(made["eligible_count"].isna(), "x", "")
    for subject in _SUBJECTS.values():
        one = rows[rows["subject"] == subject].drop(columns=["subject"])
        made = _subject(made, one, subject)
    return made.assign(time_period=context.year.code, source_file=context.file, basis="published percentages")


def _subject(made: pd.DataFrame, rows: pd.DataFrame, subject: str) -> pd.DataFrame:
    parts = ("expected", "higher", "average", "progress")
    for part in (part for part in parts if part not in rows):
        rows = rows.assign(**{part: np.nan, f"{part}_symbol": "x"})
    columns = [*_PLACES, *(c for p in parts for c in (p, f"{p}_symbol"))]
    columns += [limit for limit in ("lower", "upper") if limit in rows.columns]
    both = made[_PLACES].merge(rows[columns], on=_PLACES, how="left", validate="one_to_one")
    eligible = made["eligible_count"]
    for standard in ("expected", "higher"):
        made = _times(made, both, standard, f"{subject}_{standard}_count", eligible, 100)
    if subject in ("reading", "maths", "gps"):
        made = _times(made, both, "average", f"{subject}_score_total", eligible, 1)
        made = _base(made, f"{subject}_score_total", f"{subject}_scored_count", eligible)
    if subject in ("reading", "writing", "maths"):
        made = _times(made, both, "progress", f"{subject}_progress_total", eligible, 1)
        made = _base(made, f"{subject}_progress_total", f"{subject}_progress_count", eligible)
        made = limits_variance(made, both, "", subject)
    return made


def _times(made, both, column, ours, eligible, per) -> pd.DataFrame:
    total = both[column] * eligible / per
    why = both[f"{column}_symbol"].where(both[f"{column}_symbol"].notna() & (both[f"{column}_symbol"] != ""), "x")
    return made.assign(**{ours: total, f"{ours}_symbol": np.where(total.isna(), why, "")})


def _base(made, total, ours, eligible) -> pd.DataFrame:
    return made.assign(**{ours: eligible.where(made[total].notna()), f"{ours}_symbol": made[f"{total}_symbol"]})


def _pupils(context: Context) -> pd.DataFrame:
    information = context.beside(INFORMATION.name)
    if information is None:
        return pd.DataFrame(columns=[*_PLACES, "eligible_count"]).astype({"eligible_count": "float64"})
    rows = ees.placed(information, context)
    frames = [
        rows[["geographic_level", "school_urn"]].assign(pupil_group=group, eligible_count=rows[column])
        for group, column in _ELIGIBLE.items()
        if column in rows
    ]
    return pd.concat(frames, ignore_index=True).drop_duplicates(_PLACES)


def nothing(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The information file has no rows of its own in the table: it gives the pupils of the attainment file."""
    return frame.iloc[:0].assign(
        time_period=context.year.code, geographic_level="", school_urn="", pupil_group="", source_file="", basis=""
    )


_SYMBOLS = {**ees.SYMBOLS, **{code: code for code in ("SUPP", "NE", "NEW", "LOWCOV")}}
_SUBJECT = Filter("subject", ("subject",), tuple(_SUBJECTS), every=True)
_MEASURES = (
    percent("expected_standard_pupil_percent", "expected"),
    percent("higher_standard_pupil_percent", "higher", required=False),
    Column("average_scaled_score", "average", "number", low=80, high=120, blank="x", required=False),
    Column("progress_measure_score", "progress", "number", low=-60, high=60, blank="z", required=False),
    Column("progress_measure_lower_conf_interval", "lower", "number", low=-90, high=90, blank="z", required=False),
    Column("progress_measure_upper_conf_interval", "upper", "number", low=-90, high=90, blank="z", required=False),
)
_ENGLAND = tuple(
    National(f"ks2_{subject}_{part}", column, "state_funded", decimals, unit, where=("subject", subject))
    for subject in _SUBJECTS.values()
    for part, column, decimals, unit in (
        ("expected_percent", "expected", 0, "%"),
        ("higher_percent", "higher", 0, "%"),
        ("average_score", "average", 0, "score"),
        ("progress_score", "progress", 2, "score"),
    )
)
SOURCE = ees.layout(
    "ks2_school_attainment",
    "Key stage 2 attainment: schools, authorities and England, tidy",
    _PAGE,
    "ks2",
    tidy,
    _MEASURES,
    ("time_period", "breakdown_topic", "breakdown", "subject", "expected_standard_pupil_percent"),
    (
        ees.ESTABLISHMENT,
        ees.SEX,
        *ees_checks.TOPICS,
        _SUBJECT,
    ),
    symbols=_SYMBOLS,
    checks=(ees.SCHOOLS_NAMED, rules.at_most("higher", "expected")),
    england=_ENGLAND,
    england_rows=by_group,
    due=_DUE,
)
INFORMATION = ees.layout(
    "ks2_school_information",
    "Key stage 2 pupils: schools, authorities and England, tidy",
    _PAGE,
    "ks2",
    nothing,
    (
        count("telig", "eligible"),
        count("belig", "boys", required=False),
        count("gelig", "girls", required=False),
        count("tfsm6cla1a", "disadvantaged"),
        count("tnotfsm6cla1a", "other"),
    ),
    ("time_period", "geographic_level", "telig", "tfsm6cla1a"),
    (ees.ESTABLISHMENT,),
    symbols=_SYMBOLS,
    checks=(
        rules.at_most("disadvantaged", "eligible"),
        rules.at_most("other", "eligible"),
        rules.adds_up(("boys", "girls"), "eligible", 0.5),
    ),
    due=_DUE,
)
CHARACTERISTICS = ees.layout(
    "ks2_characteristics",
    "Key stage 2 attainment by pupil characteristic",
    _PAGE,
    "ks2",
    tidy_characteristics,
    (count("eligible_pupil_count", "eligible", required=False), *_MEASURES),
    ("time_period", "subject", "disadvantage_status", "expected_standard_pupil_percent"),
    (*ees_checks.CHARACTERISTICS, _SUBJECT),
    symbols=_SYMBOLS,
    checks=(rules.at_most("higher", "expected"),),
    england=_ENGLAND,
    england_rows=by_characteristic,
)
