"""Figures as they were printed, compared with what the data gives now, to the decimals printed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import id_of
from symphony_analysis.issues.differences import EQUAL, MISSING, MOVED
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import half_away
from symphony_analysis.years import AcademicYear

COLUMNS = ["published_in", "set", "id", "figure", "status", "old", "new", "why"]
_NEEDED = {"measure", "time_period", "printed"}
_GRADES = {"school_urn", "record", "printed"}
_YEAR = re.compile(r"20\d\d-\d\d")
#: Sets of printed figures, as a summary line names them.
FIGURES, RECORDED = "printed figures", "survey shares"
SCHOOLS, TRUST, GRADES = "figures per school", "trust-level figures", "grades"


def printed_sets(
    published: Mapping[str, pd.DataFrame], held: Iterable[AcademicYear], asked: Iterable[AcademicYear] = ()
) -> dict[AcademicYear, dict[str, pd.DataFrame]]:
    """The files of printed figures by the year of their issue, of the years that have data.

    ``asked`` narrows them: a file of such a year is taken whole, of another one the figures about that year.
    """
    wanted = set(asked)
    found: dict[AcademicYear, dict[str, pd.DataFrame]] = {}
    # What the trust itself printed comes before what others published of it.
    for name, frame in sorted(published.items(), key=lambda item: ("id" not in item[1].columns, item[0])):
        year = year_of_print(name, frame)
        if year is None or year not in set(held):
            continue
        if wanted and year not in wanted:
            codes = {str(one.code) for one in wanted}
            frame = frame[frame["time_period"].isin(codes)] if "time_period" in frame else frame.head(0)
        if len(frame):
            found.setdefault(year, {})[name] = frame
    return found


def year_of_print(name: str, frame: pd.DataFrame) -> AcademicYear | None:
    """The year in a file's name, else the newest year of its figures; None when it holds no printed figures."""
    if not (set(frame.columns) >= _NEEDED or set(frame.columns) >= _GRADES) or not len(frame):
        return None
    told = _YEAR.search(name)
    return AcademicYear.parse(told[0] if told else max(frame["time_period"]))


def held_against(analysis: Analysis, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Each figure of a printed file with what the data gives now.

    One row a printed figure that is a measure, or a grade: ``COLUMNS``; ``set`` is what it counts among, ``status``
    equal, moved or missing. A figure that the edition hides is not repeated. Source: the file, this analysis.
    """
    if set(frame.columns) >= _GRADES:
        return _grades(analysis, name, frame)
    figures = analysis.released().itertuples()
    now = {(row.measure, str(row.time_period), row.school_urn, row.pupil_group): row for row in figures}
    doubts = claims.plausibility(analysis)
    printed = doubts[doubts["origin"] == "printed"]
    guesses = {row.figure: (row.finding, row.hypotheses) for row in printed.itertuples()}
    known = frame["measure"].isin(MEASURES) & frame["time_period"].isin([str(year.code) for year in analysis.years])
    rows = [_one(name, row, now, guesses) for row in frame[known].to_dict("records")]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _one(
    name: str, row: Mapping[str, str], now: Mapping[tuple[str, str, str, str], Any], guesses: Mapping[str, Any]
) -> list[str]:
    urn, group = row.get("school_urn", ""), row.get("pupil_group", "") or "all"
    measure = MEASURES[row["measure"]]
    figure = id_of(measure.name, row["time_period"], urn or "trust", group)
    kind = SCHOOLS if urn else TRUST if "symbol" in row else FIGURES if measure.pooled else RECORDED
    head = [name, kind, row.get("id", ""), figure]
    found = now.get((measure.name, row["time_period"], urn, group))
    if found is None:
        return [*head, MISSING, row["printed"], "", "no such figure is worked out"]
    if found.symbol == "c" or found.words:
        return [*head, MISSING, "withheld", "withheld", "the edition hides this figure"]
    if not row["printed"] or pd.isna(found.value):
        as_printed = row["printed"] or f"[{row.get('symbol', '')}]"
        as_now = f"[{found.symbol}]" if pd.isna(found.value) else str(half_away(found.value, measure.decimals))
        return [*head, EQUAL if as_printed == as_now else MOVED, as_printed, as_now, ""]
    decimals = len(row["printed"].partition(".")[2])
    if half_away(found.value, decimals) == half_away(float(row["printed"].replace(",", "")), decimals):
        return [*head, EQUAL, "", "", ""]
    finding, hypotheses = guesses.get(figure, ("", ""))
    why = f"found: {finding}" if finding else "the data gives another figure"
    if hypotheses:
        why = f"one of these: {hypotheses} Found: {finding}"
    return [*head, MOVED, row["printed"], str(half_away(found.value, max(decimals, measure.decimals))), why]


def _grades(analysis: Analysis, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The grades as printed and in the trust's own registers of inspections and peer reviews."""
    rows = []
    for row in frame.itertuples():
        record = analysis.inputs.records(row.record, analysis.year)
        mine = record[record["school_urn"] == row.school_urn].sort_values("year", kind="stable")
        latest = mine.iloc[-1] if len(mine) else None
        now = "" if latest is None else f"{latest['grade']} {latest['year']}".strip() if latest["grade"] else "N/A"
        status = EQUAL if now == row.printed else MISSING if not now else MOVED
        old, new = ("", "") if status == EQUAL else (row.printed, now)
        why = "" if status == EQUAL else f"input changed: trust/{analysis.year.folder}/{row.record}.csv"
        rows.append([name, GRADES, row.id, f"{row.record}.{row.school_urn}", status, old, new, why])
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")
