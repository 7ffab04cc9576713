"""Which columns and rows of a file are used: headers as people mean them, declared filters, other columns."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.source import Column, Filter, Source, names_of, plain
from symphony_analysis.sources.problems import Problem, visible


def match(header: Sequence[str], source: Source, file: str, year: int | None) -> tuple[dict[str, int], list[Problem]]:
    """Where is each declared column, and what is wrong with the header?

    Returns our column name -> position (0 is the first column) with the problems, some only warnings.
    """
    places = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    problems = _blank_or_twice(header, file)
    for column in source.columns:
        accepted = names_of(column, source, year)
        place = next((places[plain(name)] for name in accepted if plain(name) in places), None)
        if place is None:
            if column.required:
                problems.append(_missing(column, header, source, file))
            continue
        found[column.ours] = place
        if header[place] not in accepted and header[place].upper() not in {n.upper() for n in accepted}:
            problems.append(_respelt(header[place], column, file, "without stray spaces"))
        elif header[place] not in accepted and not source.partial:
            problems.append(_respelt(header[place], column, file, "in its official case"))
    if not source.partial:
        problems += _unknown(header, found, file)
    return found, problems


def _blank_or_twice(header: Sequence[str], file: str) -> list[Problem]:
    problems = []
    last = max((place for place, name in enumerate(header) if plain(name)), default=-1)
    for place, name in enumerate(header[:last]):
        if not plain(name):
            fix = "give the column its official name again, or export the file once more"
            problems.append(Problem(file, 1, f"number {place + 1}", "a blank header", "a name for every column", fix))
    for name, times in Counter(plain(name) for name in header if plain(name)).items():
        if times > 1:
            places = ", ".join(str(p + 1) for p, other in enumerate(header) if plain(other) == name)
            shown = visible(next(other for other in header if plain(other) == name).strip())
            found, expected = f"the header {times} times (columns {places})", "each header once"
            problems.append(Problem(file, 1, shown, found, expected, "remove the column that does not belong"))
    return problems


def _missing(column: Column, header: Sequence[str], source: Source, file: str) -> Problem:
    declared = {plain(n) for c in source.columns for n in (c.official, *c.also)}
    spare = {name for name in header if plain(name) not in declared}
    near = difflib.get_close_matches(column.official, spare, n=1, cutoff=0.5)
    if near:
        found = f"no such column, but '{visible(near[0].strip())}'"
    else:
        shown = ", ".join(visible(name.strip()) for name in header[:12])
        found = f"no such column among {shown}{', ...' if len(header) > 12 else ''}"
    expected = f"the columns of {source.title}"
    return Problem(file, 1, column.official, found, expected, "export the file again with this column, under this name")


def _respelt(given: str, column: Column, file: str, how: str) -> Problem:
    fix = f"none needed: it was read as {column.official}"
    return Problem(file, 1, column.official, repr(given), f"the header {how}", fix, warning=True)


def _unknown(header: Sequence[str], found: dict[str, int], file: str) -> list[Problem]:
    known = set(found.values())
    named = [(place, name) for place, name in enumerate(header) if place not in known and plain(name)]
    expected, fix = "the declared columns only", "none needed: the column was left out"
    return [
        Problem(file, 1, visible(name.strip()), "a column that this layout does not have", expected, fix, warning=True)
        for place, name in named
        if plain(name) not in {plain(header[p]) for p in known}
    ]


_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+([eE][+-]?\d+)?%?", re.ASCII)
_TOTAL = frozenset({"total", "all", "all pupils", "all children", "all state funded", "state funded", "overall"})
_CHARACTERISTIC = re.compile("characteristic|breakdown|ethnic|fsm|sen_|disadvantage|language|gender|sex|age|ncyear")


@dataclass
class Choice:
    """The rows that are used, how many were left out for each filter, and what is wrong with the split."""

    rows: pd.DataFrame
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def chosen(raw: pd.DataFrame, undeclared: pd.DataFrame, source: Source, file: str) -> Choice:
    """The rows at the wanted value of every filter. ``undeclared`` has the cells of the other columns, same rows."""
    choice = Choice(raw)
    for one in source.filters:
        if one.ours in choice.rows and len(choice.rows):
            _by_declared(choice, one, file)
    for header in undeclared.columns:
        if plain(header) not in source.plain_columns and len(choice.rows):
            _by_undeclared(choice, header, undeclared[header], source, file)
    return choice


def folded(text: str) -> str:
    """A filter's value as it is compared: no case, no hyphens, single spaces."""
    return plain(text.replace("-", " "))


def _by_declared(choice: Choice, one: Filter, file: str) -> None:
    """At each level (school, authority, England) the wanted value; a level without any has no row that is used."""
    values, levels = choice.rows[one.ours].map(folded), _levels(choice.rows)
    kept = pd.Series(not one.schools, index=values.index) & (levels == "school")
    lacking = kept & False
    for level in dict.fromkeys(levels[~kept]):
        here = levels == level
        there = [value for value in one.wanted if value in set(values[here])]
        kept |= here & values.isin(there if one.every else there[:1])
        lacking |= here & (not there)
    if lacking.any():
        found = _listed(choice.rows.loc[lacking, one.ours])
        left_out = "none needed: these rows are left out"
        fix = left_out if kept.any() else f"download the file with '{one.wanted[0]}'"
        choice.problems.append(
            Problem(file, 1, one.headers[0], found, f"'{one.wanted[0]}'", fix, warning=bool(kept.any()))
        )
    _leave_out(choice, kept, one.headers[0])


def _by_undeclared(choice: Choice, header: str, cells: pd.Series, source: Source, file: str) -> None:
    """A column of words that no layout declares splits the file: its total is taken, or the file is refused."""
    rows = choice.rows
    texts = cells.loc[rows.index][_levels(rows) != "school"].str.strip()
    codes = {*source.symbols, *source.legacy, ""}
    words = texts[~texts.isin(codes) & ~texts.map(lambda text: _NUMBER.fullmatch(text) is not None)]
    totals = words.map(folded).isin(_TOTAL)
    if words.empty or totals.all():
        return
    if _CHARACTERISTIC.search(plain(header)) or not totals.any():
        found = f"a file split by this column ({_listed(words[~totals])})"
        expected = f"{source.title}, by geographic level"
        fix = "download the file by geographic level of the same release"
        choice.problems.append(Problem(file, 1, visible(header.strip()), found, expected, fix))
        choice.rows = rows.iloc[:0]
        return
    _leave_out(choice, ~rows.index.isin(words.index[~totals]), header.strip())


def _levels(rows: pd.DataFrame) -> pd.Series:
    if "level" not in rows:
        return pd.Series("", index=rows.index)
    return rows["level"].str.strip().str.casefold()


def _leave_out(choice: Choice, kept: pd.Series | np.ndarray, why: str) -> None:
    if not kept.all():
        choice.left_out[why] += int((~kept).sum())
    choice.rows = choice.rows[kept]


def _listed(values: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(f"'{visible(value.strip())}'" for value in values))
    return ", ".join(distinct[:3]) + (", ..." if len(distinct) > 3 else "")
