"""Suspensions and permanent exclusions in England, under their present names and those used to 2016/17."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Due, National, Source, count
from symphony_analysis.sources.declare.tables import Table, moved
from symphony_analysis.sources.problems import Problem

_PAGE = "suspensions-and-permanent-exclusions-in-england"
_REASONS = {
    "physical_pupils": "physical assault against a pupil", "physical_adult": "physical assault against an adult",
    "verbal_pupil": "verbal abuse or threat against a pupil", "verbal_adult": "verbal abuse or threat against an adult",
    "bullying": "bullying", "racist_abuse": "racist abuse", "sexual_misconduct": "sexual misconduct",
    "drug_alcohol": "drugs and alcohol", "damage": "damage", "theft": "theft",
    "persistent_disruptive": "persistent disruptive behaviour", "other": "other",
}  # fmt: skip
#: To 2016/17 an "x" was a small number withheld; today it is "not available".
_OLD_SYMBOLS = {**ees.SYMBOLS, "x": "c"}
BY_REASON = Table("exclusion_reasons", ("suspensions_count", "permanent_exclusions_count"), ("reason",))
_TERMS = ("autumn term", "spring term", "summer term")
#: A file of the whole year, or one of single terms, whose three terms make the year.
_PERIOD = replace(ees.FULL_YEAR, wanted=(*ees.FULL_YEAR.wanted, *_TERMS), every=True)
_EVENTS = {"suspensions_count": "suspensions", "permanent_exclusions_count": "permanent"}


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish of suspensions and permanent exclusions for these schools, authority and England?

    Whole-year events over the January headcount, primary schools for the authority and England. The terms of a file by
    term are added up where all three are there; pupils suspended in several terms cannot be.
    """
    made = ees.as_columns({**_EVENTS, "pupils_suspended_count": "pupils_suspended", "pupils_count": "headcount"})(
        frame, context
    )
    by_term = _by_term(frame)
    place = made["geographic_level"] + made["school_urn"]
    whole = made[~by_term]
    parts = made.assign(_term=frame.get("period", ""), _place=place)[by_term & ~place.isin(set(place[~by_term]))]
    return pd.concat([whole, *(_year(rows) for _, rows in parts.groupby("_place"))], ignore_index=True)


def _by_term(frame: pd.DataFrame) -> pd.Series:
    """Which rows are of one term?"""
    if "period" not in frame:
        return pd.Series(False, index=frame.index)
    return frame["period"].str.strip().str.casefold().isin(_TERMS)


def _year(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for the terms of a place; its pupils are those of the spring census."""
    spring = rows.loc[[(rows["_term"].str.strip().str.casefold() != "spring term").idxmin()]]
    made = spring.assign(pupils_suspended_count=np.nan, pupils_suspended_count_symbol="x")
    for ours in _EVENTS:
        total = rows[ours].sum(min_count=len(_TERMS))
        why = next((symbol for symbol in rows[f"{ours}_symbol"] if symbol), "x")
        made = made.assign(**{ours: total, f"{ours}_symbol": why if np.isnan(total) else ""})
    return made.drop(columns=["_term", "_place"])


def _all_terms(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """A warning where a file by term has not all three: it gives no figure of the year."""
    if "period" not in frame:
        return []
    terms = sorted(set(frame["period"].str.strip().str.casefold()) & set(_TERMS))
    if len(terms) in (0, len(_TERMS)):
        return []
    found, fix = f"the {' and '.join(terms)} only", "no figure of the year is made of it: add the file of the full year"
    return [Problem(context.file, 1, "time_identifier", found, "the three terms of the year", fix, warning=True)]


def tidy_reasons(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """For which reasons were pupils suspended or permanently excluded? One row a place and reason."""
    rows, made = ees.placed(frame, context), []
    for reason, label in _REASONS.items():
        names = {"suspensions_count": f"fixed_{reason}", "permanent_exclusions_count": f"perm_{reason}"}
        made.append(moved(rows[ees.PLACES].assign(reason=label), rows, names))
    return pd.concat(made, ignore_index=True)


def _source(
    name: str, title: str, words: Mapping[str, str], symbols: Mapping[str, str], due: Due | None = None
) -> Source:
    def rate(official: str, ours: str, *also: str) -> Column:
        return Column(official, ours, "percent", low=0, blank="x", required=False, also=also)

    return ees.layout(
        name,
        title,
        _PAGE,
        "exclusions",
        tidy,
        (
            count("headcount", "headcount"),
            count("perm_excl", "permanent"),
            rate("perm_excl_rate", "permanent_rate"),
            count(words["events"], "suspensions"),
            rate(words["rate"], "suspension_rate"),
            count(words["pupils"], "pupils_suspended", required=False),
            rate(words["pupils_rate"], "pupils_suspended_rate", "one_or_more_fixed_excl_rate"),
        ),
        ("headcount", "perm_excl", words["events"], words["rate"]),
        (ees.PHASE, _PERIOD),
        symbols=symbols,
        due=due,
        england=tuple(
            National(name, column, "state_funded_primary_full_year", decimals, unit)
            for name, column, decimals, unit in (
                ("suspension_rate", "suspension_rate", 2, "per 100 pupils"),
                ("permanent_exclusion_rate", "permanent_rate", 3, "per 100 pupils"),
                ("pupils_suspended_percent", "pupils_suspended_rate", 2, "%"),
            )
        ),
        england_rows=lambda frame, context: ees.placed(frame[~_by_term(frame)], context),
        checks=(
            ees.SCHOOLS_NAMED,
            rules.at_most("permanent", "headcount"),
            rules.at_most("pupils_suspended", "suspensions"),
            rules.at_most("pupils_suspended_rate", "suspension_rate", slack=0.01),
            rules.share("suspensions", "headcount", "suspension_rate", 0.06),
            rules.share("permanent", "headcount", "permanent_rate", 0.06),
            _all_terms,
        ),
    )


SOURCE = _source(
    "ees_exclusions",
    "Suspensions and permanent exclusions in England",
    {"events": "suspension", "rate": "susp_rate", "pupils": "one_plus_susp", "pupils_rate": "one_plus_susp_rate"},
    ees.SYMBOLS,
    Due(
        "England: suspensions and permanent exclusions, full year",
        2,
        7,
        "",
        "an autumn report has no national full-year suspensions yet",
    ),
)
OLDER = _source(
    "ees_exclusions_older",
    "Permanent and fixed-period exclusions in England (to 2016/17)",
    {
        "events": "fixed_excl",
        "rate": "fixed_excl_rate",
        "pupils": "one_plus_fixed",
        "pupils_rate": "one_plus_fixed_rate",
    },
    _OLD_SYMBOLS,
)
REASONS = ees.layout(
    "ees_exclusion_reasons",
    "Permanent and fixed-period exclusions by reason (to 2016/17)",
    _PAGE,
    BY_REASON.name,
    tidy_reasons,
    [count(f"{kind}_{reason}", f"{kind}_{reason}") for kind in ("perm", "fixed") for reason in _REASONS],
    ("time_period", "perm_physical_pupils", "fixed_persistent_disruptive"),
    (ees.PHASE, ees.FULL_YEAR),
    symbols=_OLD_SYMBOLS,
)
