"""What holds for every layout beyond single cells: one row a key, one year a file, schools of this trust."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import Problem, shape, visible
from symphony_analysis.years import AcademicYear

YEAR = "academic_year"


def examine(frame: pd.DataFrame, source: Source, context: Context, keys: bool = True) -> list[Problem]:
    """Every problem of a read frame that the declaration can tell, with the layout's own checks.

    A row of ``frame`` is a row of the file, indexed by its Excel row number.
    """
    if frame.empty:
        return []
    problems = repeated(frame, source, context) if keys else []
    problems += other_years(frame, source, context)
    if source.pupil_level or source.own_schools:
        problems += foreign_schools(frame, source, context)
    across = [problem for check in source.checks for problem in check(frame, source, context)]
    return problems + told_once(across)


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Of rules that failed in one row over the same columns only the first: one wrong cell breaks several."""
    kept: list[Problem] = []
    linked: dict[int, list[set[str]]] = {}
    for problem in problems:
        if not problem.about:
            kept.append(problem)
            continue
        sets = linked.setdefault(problem.row, [])
        touching = [one for one in sets if one & set(problem.about)]
        if not touching:
            kept.append(problem)
            sets.append(set(problem.about))
        for one in touching:
            one.update(problem.about)
    return kept


def repeated(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows that share the key of the layout with an earlier row."""
    key = [part for part in source.key if part in frame.columns]
    keys = frame.loc[:, key].astype("str").fillna("")
    twice = keys.duplicated(keep="first")
    if not twice.any():
        return []
    names = "+".join(source.column(part).official for part in key)
    first = keys.drop_duplicates().reset_index().merge(keys[twice].drop_duplicates(), on=key)
    rows = dict(zip(map(tuple, first[key].to_numpy().tolist()), first["index"], strict=True))
    shown = shape if source.pupil_level else visible
    split = "the file is split by something else: download the one by geographic level of the same release"
    fix = split if source.plain_columns else "take out the row that is wrong, or the copy"
    return [
        Problem(context.file, int(row), names, f"'{shown(' '.join(map(str, which)))}' again, as in row {rows[which]}",
                "each key once", fix)
        for row, which in zip(keys.index[twice], map(tuple, keys[twice].to_numpy().tolist()), strict=True)
    ]  # fmt: skip


def other_years(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows of another academic year than the folder's."""
    if YEAR not in frame.columns or source.many_years:
        return []
    odd = frame[YEAR][(frame[YEAR] != "") & (frame[YEAR] != context.year.folder)]
    column = source.column(YEAR).official
    return [
        Problem(context.file, int(row), column, AcademicYear.parse(code).label, context.year.label,
                "add the file to its own year, one year in a file")
        for row, code in odd.items()
    ]  # fmt: skip


def foreign_schools(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows of schools that are not in the trust's register."""
    urns = frame["urn"]
    foreign = urns[(urns != "") & ~urns.isin(list(context.present_urns))]
    shown = shape if source.pupil_level else visible
    return [
        Problem(context.file, int(row), source.column("urn").official, f"'{shown(urn)}'",
                "a present or previous URN of a school in trust.toml",
                "take the school's rows out, or enter the school in trust.toml")
        for row, urn in foreign.items()
    ]  # fmt: skip
