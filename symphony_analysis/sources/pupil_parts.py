"""Pupil files counted in parts of a year or of the pupils. Counts leave; pupil rows do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from symphony_analysis.dates import MONTHS
from symphony_analysis.names import UnknownNameError
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.layouts import attendance_marks, census_spring, exclusion_register
from symphony_analysis.sources.layouts.pupil_attendance import HALF_TERMS, TERMS

if TYPE_CHECKING:
    from collections.abc import Callable

#: Parts of the year, then kinds of pupils; the latter come from the January census but the year group of attendance.
TO_DATE = "year to date"
OF_THE_YEAR = (TO_DATE, "term", "half term", "month", "week", "weekday")
PARTS = (*OF_THE_YEAR, "year group", "sex", "SEN", "EAL")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEN = {"N": "0|No SEN", "K": "1|SEN support", **dict.fromkeys(census_spring.EHC_PLAN, "2|EHC plan")}
_UNKNOWN = "not in the census"
#: Days without school that part two half terms.
_BREAK = pd.Timedelta(days=7)


def by_the_day(source: Source, parts: Sequence[str]) -> Source:
    """The layout of a very long file, reduced by pupil and day where parts of the year are asked for."""
    if source.reduce is None or not set(parts) & set(OF_THE_YEAR):
        return source
    return replace(source, reduce=partial(attendance_marks.reduce, kept=("day",)))


def tidy_parts(
    frame: pd.DataFrame, source: Source, context: Context, parts: Sequence[str], so_far: bool = False
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tidy rows of each part, in order, with its name; two kinds of parts are crossed ("Autumn, Year 3").

    Raises UnknownNameError where this file does not tell its pupils or days apart that way.
    """
    ways = _ways(frame, source, context)
    for part in parts:
        if part not in ways:
            raise UnknownNameError(f"{context.file} does not tell {part} apart; it tells: {', '.join(ways) or 'none'}")
    # A school whose file lacks a part of the year has no full-year figure, of no kind of pupils either.
    silent = set() if so_far or set(parts) & set(OF_THE_YEAR) else _without_figures(source.tidy(frame, context))
    context = replace(context, whole_year=False)
    register = source is exclusion_register.SOURCE
    counted = frame[frame["category"] != exclusion_register.NIL] if register else frame
    labels = [ways[part]().reindex(counted.index).fillna("9|not said") for part in parts]
    pieces: Iterable[tuple[Any, pd.DataFrame]] = counted.groupby(labels, sort=True, observed=True)
    rolls = _rolls(parts, context) if register and not set(parts) & set(OF_THE_YEAR) else {}
    if rolls:  # pupils of whom none has an event are a part too
        held = dict(iter(pieces))
        pieces = [(places, held.get(places, counted.head(0))) for places in sorted({*held, *rolls}, key=str)]
    for places, rows in pieces:
        whole = exclusion_register.with_nil_returns(rows, frame) if register else rows
        if rolls:
            context = replace(context, roll=partial(_roll_in, rolls, places))
        name = ", ".join(str(place).partition("|")[2] or str(place) for place in places)
        tidy = source.tidy(whole, context)
        yield name, tidy[~tidy["school_urn"].isin(silent)]


def _rolls(parts: Sequence[str], context: Context) -> dict[object, pd.DataFrame]:
    """The January roll of each part of the pupils: what events of these pupils are set against."""
    census, whole = context.beside(census_spring.SOURCE.name), context.roll()
    if census is None or whole is None:
        return {}
    ways = _ways(census, census_spring.SOURCE, context)
    labels = [ways[part]().reindex(census.index).fillna("9|not said") for part in parts]
    keys = ["school_urn", "pupil_group"]
    rolls: dict[object, pd.DataFrame] = {}
    for places, rows in census.groupby(labels, sort=True, observed=True):
        counts = census_spring.tidy(rows, context)[[*keys, "pupils_count"]]
        told = whole.drop(columns="pupils_count").merge(counts, on=keys, how="left", validate="one_to_one")
        rolls[places] = told.assign(
            pupils_count=told["pupils_count"].fillna(0.0).where(told["pupils_count_symbol"] == "")
        )
    return rolls


def _roll_in(rolls: dict[object, pd.DataFrame], places: object) -> pd.DataFrame:
    """The roll of a part; of pupils who are in no January census there is none, so it is nought everywhere."""
    if places in rolls:
        return rolls[places]
    like = next(iter(rolls.values()))
    return like.assign(pupils_count=like["pupils_count"].where(like["pupils_count"].isna(), 0.0))


def _without_figures(tidy: pd.DataFrame) -> set[str]:
    """The schools of which some terms are missing in the file."""
    held = tidy["terms_count"] if "terms_count" in tidy else pd.Series(len(TERMS), index=tidy.index)
    return set(tidy.loc[held < len(TERMS), "school_urn"])


def _ways(frame: pd.DataFrame, source: Source, context: Context) -> dict[str, Callable[[], pd.Series]]:
    """How this file can be parted: names that sort in their order, "0|Autumn", by row."""
    ways: dict[str, Callable[[], pd.Series]] = {}
    if not source.pupil_level or "upn" not in frame:
        return ways
    if source.table == "attendance":
        ways[TO_DATE] = lambda: pd.Series(TO_DATE, frame.index)
    if "term" in frame and source is not census_spring.SOURCE:
        ways["term"] = lambda: _ordered(frame["term"].str.split().str[0], TERMS)
        if frame["term"].isin(HALF_TERMS).all():
            ways["half term"] = lambda: _ordered(frame["term"], HALF_TERMS)
    if (day := "day" if "day" in frame else "started" if "started" in frame else "") and frame[day].ne("").any():
        ways |= _of_days(frame, pd.to_datetime(frame[day].astype("str"), errors="coerce"))
    if "age" in frame:
        ways["year group"] = lambda: _year_groups(frame["age"] - 4)
    census = frame if source is census_spring.SOURCE else context.beside(census_spring.SOURCE.name)
    if census is not None:
        pupils = census[census["upn"] != ""].drop_duplicates("upn").set_index("upn")
        of = pupils.reindex(frame["upn"].astype("str").to_numpy()).set_axis(frame.index)
        ways |= {
            "year group": ways.get("year group", lambda: _named(of["year_group"], _CENSUS_YEARS)),
            "SEN": lambda: _named(of["sen"], _SEN),
            "EAL": lambda: (
                of["language"]
                .isin(census_spring.NOT_EAL)
                .map({True: "0|Not EAL", False: "1|EAL"})
                .where(of["language"].notna(), f"9|{_UNKNOWN}")
            ),
        }
        if "sex" in of and of["sex"].isin(["F", "M"]).any():
            ways["sex"] = lambda: _named(of["sex"], {"F": "0|Girls", "M": "1|Boys"})
    return ways


_CENSUS_YEARS = {"R": "0|Reception", **{str(n): f"{n}|Year {n}" for n in range(1, 10)}}


def _of_days(frame: pd.DataFrame, days: pd.Series) -> dict[str, Callable[[], pd.Series]]:
    """The parts of a year that a day tells."""
    term = days.dt.month.map(attendance_marks.TERM_OF_MONTH).fillna("Spring")
    ways: dict[str, Callable[[], pd.Series]] = {
        "month": lambda: days.dt.strftime("%Y%m|").str.cat(
            days.dt.month.map(lambda n: MONTHS[int(n) - 1], na_action="ignore")
        ),
        "week": lambda: (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d"),
        "weekday": lambda: _ordered(days.dt.day_of_week.map(dict(enumerate(_WEEKDAYS))), _WEEKDAYS),
    }
    if "day" in frame:  # registers have every day of school, so that holidays show
        ways["term"] = lambda: _ordered(term, TERMS)
        ways["half term"] = lambda: _half_terms(days, term)
    return ways


def _half_terms(days: pd.Series, term: pd.Series) -> pd.Series:
    """Autumn 1, Autumn 2 and so on: within a term, what lies before and after a week or more without school."""
    held = pd.DataFrame({"day": days, "term": term}).drop_duplicates("day").sort_values("day")
    breaks = held.groupby("term")["day"].diff() > _BREAK
    number = (breaks.groupby(held["term"]).cumsum() + 1).clip(upper=2).set_axis(held["day"])
    return _ordered(term, TERMS).str.cat(days.map(number).astype("int64").astype("str"), " ")


def _ordered(names: pd.Series, order: Sequence[str]) -> pd.Series:
    return names.map({name: f"{n}|{name}" for n, name in enumerate(order)})


def _year_groups(number: pd.Series) -> pd.Series:
    return number.map(lambda n: f"{max(int(n), 0)}|{'Reception' if n < 1 else f'Year {int(n)}'}")


def _named(codes: pd.Series, names: dict[str, str]) -> pd.Series:
    return codes.map(names).fillna("8|other").where(codes.notna() & codes.ne(""), f"9|{_UNKNOWN}")
