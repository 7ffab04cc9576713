"""The register of suspensions and permanent exclusions: one row an event, or a nil return for a school."""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import as_schools, counted, present, with_census_groups
from symphony_analysis.sources.declare.source import MIS, Column, Due, Source, from_column, of_pupils
from symphony_analysis.sources.problems import Problem, in_rows
from symphony_analysis.symbols import MEANINGS

NIL = "Nil return"
_EVENTS = ("suspensions_count", "permanent_exclusions_count", "pupils_suspended_count", "suspensions_squares")


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many suspensions and permanent exclusions, of how many pupils, on which January roll?

    Events of the whole year; the base is the January roll of the same group. A nil return counts zero; a school
    on roll without a row in any register has made no return ("x").
    """
    kept = frame.assign(school_urn=present(frame["urn"], context))
    suspended = kept["category"] == "Suspension"
    earlier = kept[suspended].groupby(["school_urn", "upn"]).cumcount().reindex(kept.index)
    kept = kept.assign(
        suspensions_count=suspended.astype(float),
        permanent_exclusions_count=(kept["category"] == "Permanent exclusion").astype(float),
        pupils_suspended_count=(earlier == 0).astype(float),
        # The squares of a pupil's events are 1 + 3 + 5 + ...: one odd number an event.
        suspensions_squares=(2 * earlier + 1).fillna(0.0),
    )
    pupil = kept.groupby(["school_urn", "upn"])
    own = {name: pupil[name].transform("max") == 1 for name in ("disadvantaged", "fsm")}
    events = counted(kept, list(_EVENTS), with_census_groups(kept, context, **own), context)
    return _on_roll(events, context)


def with_nil_returns(rows: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Some rows of a register, and a nil return for every school of the whole: without an event it counts zero."""
    return pd.concat([rows, of.drop_duplicates("urn").assign(category=NIL, upn="")], ignore_index=True)


def _on_roll(events: pd.DataFrame, context: Context) -> pd.DataFrame:
    roll = _roll(context)
    if roll is None:
        return events.assign(pupils_count=np.nan, pupils_count_symbol="x")
    joined = events.merge(roll, on=["school_urn", "pupil_group"], how="left", validate="one_to_one")
    missing = joined["pupils_count"].isna() & ~joined["pupils_count_symbol"].isin(tuple(MEANINGS))
    return joined.assign(pupils_count_symbol=joined["pupils_count_symbol"].mask(missing, "x"))


def _roll(context: Context) -> pd.DataFrame | None:
    roll = context.roll()
    if roll is None:
        return None
    columns = ["school_urn", "pupil_group", "pupils_count", "pupils_count_symbol"]
    return roll.loc[roll["geographic_level"] == "School", columns]


def complete(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of all registers of a year, and a row without figures ("x") for a school on roll in none of them."""
    roll = _roll(context)
    if roll is None:
        return rows
    silent = roll[~roll["school_urn"].isin(rows["school_urn"])]
    unknown = {part: value for column in _EVENTS for part, value in ((column, np.nan), (f"{column}_symbol", "x"))}
    return pd.concat([rows, as_schools(silent.assign(**unknown), context)], ignore_index=True)


def nil_returns(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Nil returns of a school that also has events, and events without a pupil."""
    with_events = set(frame.loc[frame["category"] != NIL, "urn"])
    both = frame.index[(frame["category"] == NIL) & frame["urn"].isin(list(with_events))]
    nameless = frame.index[(frame["category"] != NIL) & (frame["upn"] == "")]
    found, expected = "a nil return beside events of the same school", "either a nil return or events"
    problems = in_rows(context.file, both, "Category", found, expected, "take out the nil return")
    expected, fix = "the pupil's UPN on every event", "enter the UPN in the register and export again"
    return problems + in_rows(context.file, nameless, "UPN", "a blank cell", expected, fix)


def within_year(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Events that do not begin in the academic year."""
    first, last = f"{context.year.start}-09-01", f"{context.year.start + 1}-08-31"
    away = (frame["started"] != "") & ((frame["started"] < first) | (frame["started"] > last))
    found = "a day outside the year"
    expected = f"a day from {first} to {last}"
    fix = "correct the date in the register, or add the event to its own year"
    return in_rows(context.file, frame.index[away], "StartDate", found, expected, fix)


def same_day(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Warnings for pupils suspended twice from the same day: perhaps one event entered twice."""
    events = frame[frame["category"] != NIL]
    again = events[events.duplicated(["urn", "upn", "started", "category"])]
    found = "a second event of the same pupil on the same day"
    expected = "one event a pupil and day"
    fix = "check whether it was entered twice"
    return in_rows(context.file, again.index, "StartDate", found, expected, fix, warning=True)


SOURCE = of_pupils(
    name="exclusions",
    title="Register of suspensions and permanent exclusions",
    publisher="the trust",
    table="exclusions",
    due=Due(
        "Register of suspensions and permanent exclusions", 1, 8, MIS, "a school without any sends a row 'Nil return'"
    ),
    without_rows="if there was none, a row 'Nil return' for each school; else export the register again",
    every_school=True,
    columns=(
        Column("URN", "urn", "urn"),
        Column("UPN", "upn", "upn", blank=""),
        Column("Surname", "surname", required=False, blank="x"),
        Column("AcademicYear", "academic_year", "year"),
        Column("Term", "term", "choice", allowed=("Autumn", "Spring", "Summer"), blank="x"),
        Column("Category", "category", "choice", allowed=("Suspension", "Permanent exclusion", NIL)),
        Column("StartDate", "started", "date", blank="x"),
        Column("Sessions", "sessions", "count", low=0, high=90, blank="x"),
        Column("Reason", "reason", blank="x"),
        Column("Disadvantaged", "disadvantaged", "flag", blank="x", rule="Y or N"),
        Column("FSM", "fsm", "flag", blank="x", rule="Y or N"),
    ),
    key=("urn", "upn", "started", "category", "sessions", "reason"),
    tidy=tidy,
    year_of=from_column("AcademicYear"),
    recognised_by=("Category", "StartDate", "Reason", "Sessions"),
    checks=(nil_returns, within_year, same_day),
    complete=complete,
)
