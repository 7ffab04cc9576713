"""Which of the rows that concern the trust are used: the declared filters, and columns that nobody declared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.header_matching import plain
from symphony_analysis.sources.declare.source import Filter, Source
from symphony_analysis.sources.problems import Problem, visible

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
