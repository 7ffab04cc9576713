"""The stored synthetic files as the tests read them: without the package and without the generator."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[2] / "data"
YEARS = (202223, 202324, 202425)
ELEVEN = {
    "137932", "137933", "138173", "144837", "148624", "143251", "148947", "138804", "143250", "140253", "149269",
}  # fmt: skip
MEMBERS = {202223: ELEVEN, 202324: ELEVEN, 202425: ELEVEN | {"151090"}}
PRESENT = {"119923": "151090", "120070": "151954", "119915": "151952", "119993": "151953"}


@cache
def raw(year: int, name: str) -> pd.DataFrame:
    """One stored file of one year, all text."""
    return pd.read_csv(DATA / "raw" / str(year) / name, dtype=str, keep_default_na=False)


def members(year: int, name: str) -> pd.DataFrame:
    """The rows of the schools that counted in the trust that year."""
    frame = raw(year, name)
    column = "UniqueReferenceNumber" if "UniqueReferenceNumber" in frame else "URN"
    return frame[frame[column].isin(MEMBERS[year])]


def rounded(value: float, decimals: int = 0) -> float:
    """Half away from zero, for values that are not negative."""
    return math.floor(value * 10**decimals + 0.5 + 1e-9) / 10**decimals


def percent(mask: pd.Series) -> float:
    """The share of rows that are true, in per cent."""
    return 100 * int(mask.sum()) / len(mask)


def ks2(year: int) -> pd.DataFrame:
    """The eligible pupils with their pupil group and the present URN of their school."""
    frame = raw(year, "ks2.csv")
    poor = (frame["FSM6_P"] == "1") | (frame["CLA_PP_1_DAY"] == "1")
    frame = frame.assign(poor=poor, school=frame["URN"].replace(PRESENT))
    return frame[frame["ELIGRWM"] == "1"]


def average(scores: pd.Series) -> float:
    """The mean of the scores that there are."""
    return scores[scores != ""].astype(int).mean()


def enrolments(year: int) -> pd.DataFrame:
    """One row an enrolment of a pupil aged 5 to 15: sessions over the whole year."""
    frame = members(year, "attendance.csv")
    frame = frame[frame["AgeAt31August"].astype(int).between(5, 15)]
    numbers = ["PossibleSessions", "AuthorisedAbsence", "UnauthorisedAbsence"]
    frame = frame.assign(**{name: frame[name].astype(int) for name in numbers})
    year_of = frame.groupby(["URN", "UPN", "Disadvantaged"], as_index=False)[numbers].sum()
    return year_of.assign(absent=year_of["AuthorisedAbsence"] + year_of["UnauthorisedAbsence"])


def persistent(frame: pd.DataFrame) -> float:
    """The share of enrolments that missed a tenth or more of their own sessions."""
    return percent(frame["absent"] * 10 >= frame["PossibleSessions"])
