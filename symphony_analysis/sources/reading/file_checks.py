"""Checks shared by all layouts: unique keys, one academic year a file, only this trust's schools, sheets that agree."""

import contextlib
import re
from collections.abc import Sequence

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, shape, visible
from symphony_analysis.sources.reading.csv_text import Grid
from symphony_analysis.years import AcademicYear

YEAR = "academic_year"
#: Rows are numbered across the tables of a file: those of the second table after this, of the third after twice this.
NEXT_TABLE = 10_000_000
_NAMED_YEAR = re.compile(r"(?<![\d/-])(20\d\d\s*[/-]\s*(?:20)?\d\d|20\d{4})(?![\d/-])")


def examine(frame: pd.DataFrame, source: Source, context: Context, keys: bool = True) -> list[Problem]:
    """Every problem of a read frame by the layout's declaration and its own checks.

    A row of ``frame`` is a row of the file, indexed by its Excel row number.
    """
    if frame.empty:
        return []
    problems = repeated(frame, source, context) if keys else []
    problems += other_years(frame, source, context)
    if source.pupil_level or source.own_schools:
        problems += foreign_schools(frame, source, context)
    across = [problem for check in source.checks for problem in check(frame, source, context)]
    return problems + _once(across)


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Keep the first of several rule failures that involve the same columns of a row."""
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
    """Rows that have the key of an earlier row."""
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
    problems = []
    for row, which in zip(keys.index[twice], map(tuple, keys[twice].to_numpy().tolist()), strict=True):
        table, first_row = divmod(rows[which], NEXT_TABLE)
        elsewhere = f" of table {table + 1}" if rows[which] // NEXT_TABLE != row // NEXT_TABLE else ""
        found = f"'{shown(' '.join(map(str, which)))}' again, as in row {first_row}{elsewhere}"
        problems.append(Problem(context.file, int(row), names, found, "each key once", fix))
    return problems


def other_years(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows of another academic year than the folder's."""
    if YEAR not in frame.columns or source.many_years:
        return []
    odd = frame[YEAR][(frame[YEAR] != "") & (frame[YEAR] != context.year.folder)]
    column, fix = source.column(YEAR).official, "add the file to its own year, one year in a file"
    return [
        Problem(context.file, int(row), column, AcademicYear.parse(code).label, context.year.label, fix)
        for row, code in odd.items()
    ]


def foreign_schools(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows of schools that are not in the trust's register."""
    urns = frame["urn"].astype("str")
    foreign = urns[(urns != "") & ~urns.isin(list(context.present_urns))]
    shown = shape if source.pupil_level else visible
    column, expected = source.column("urn").official, "a present or previous URN of a school in trust.toml"
    fix = "take the school's rows out, or enter the school in trust.toml"
    return [Problem(context.file, int(row), column, f"'{shown(urn)}'", expected, fix) for row, urn in foreign.items()]


def of_sheets(tables: Sequence[tuple[Grid, pd.DataFrame, int]], source: Source, context: Context) -> list[Problem]:
    """Tables whose sheet or title names another year or school than their rows have, and sheets that disagree.

    Each table comes with its rows as read and with their number.
    """
    problems: list[Problem] = []
    schools: dict[str, set[str]] = {}
    for number, (table, frame, rows) in enumerate(tables):
        row = table.header_row + number * NEXT_TABLE
        years = set() if source.many_years else _years_named((table.sheet, *table.above))
        if years and context.year not in years:
            found = f"the name of {min(years).label} on the sheet or above its header"
            fix = "add the sheet to its own year, or correct its name"
            problems.append(Problem(context.file, row, "(whole sheet)", found, context.year.label, fix))
        if len(tables) > 1 and rows == 0:
            fix = "none needed, if nothing happened; otherwise export the sheet again"
            found = "a header without rows"
            problems.append(Problem(context.file, row, "(whole sheet)", found, "rows", fix, warning=True))
        if "urn" in frame and (source.pupil_level or source.own_schools):
            here = {context.present_urns.get(urn, urn) for urn in frame["urn"].astype("str").unique() if urn}
            problems += _of_another_school(table, here, row, context)
            schools[table.sheet] = schools.get(table.sheet, set()) | here
    if len(schools) > 1 and len({frozenset(here) for here in schools.values()}) > 1:
        names = context.trust.names
        each = "; ".join(f"'{t}' {', '.join(sorted(names.get(u, u) for u in urns))}" for t, urns in schools.items())
        found, fix = f"sheets of different schools: {each}", "none needed, if each school has all its sheets"
        problems.append(Problem(context.file, 1, WHOLE_FILE, found, "the same schools on each", fix, warning=True))
    return problems


def _years_named(texts: Sequence[str]) -> set[AcademicYear]:
    years = set()
    for text in re.findall(_NAMED_YEAR, " ".join(texts)):
        with contextlib.suppress(ValueError):
            years.add(AcademicYear.parse(text))
    return years


def _of_another_school(table: Grid, urns: set[str], row: int, context: Context) -> list[Problem]:
    """A sheet that is named for one school of the trust and holds rows of another."""
    title = table.sheet.strip().casefold()
    named = [s for s in context.trust.schools if title in (s.name.casefold(), s.urn)]
    others = sorted(context.trust.names.get(urn, urn) for urn in urns - {school.urn for school in named})
    if not (title and named and others):
        return []
    found, fix = f"rows of {', '.join(others)}", "correct the name of the sheet, or its rows"
    return [Problem(context.file, row, "(whole sheet)", found, f"rows of {named[0].name} only", fix)]
