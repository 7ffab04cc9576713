"""Which layout a file has, told by its header and never by its name, and which year it is of."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from symphony_analysis.sources.header import names_of, plain
from symphony_analysis.sources.source import Source

_HEAD = 200_000


@dataclass(frozen=True)
class Recognised:
    """A file's layout and year, or the nearest layout and the headers that it lacks."""

    source: Source | None
    time_period: int | None = None
    nearest: Source | None = None
    lacking: tuple[str, ...] = ()


def recognise(path: Path) -> Recognised:
    """Which declared layout is this file, and of which academic year?

    ``source`` is None when no layout fits; ``nearest`` then names the one with the most headers in common.
    """
    from symphony_analysis.sources.catalogue import SOURCES

    header, first = first_rows(path)
    return _of(header, first, SOURCES.values())


def _of(header: Sequence[str], first: Sequence[str], sources: Sequence[Source]) -> Recognised:
    given = {plain(name) for name in header}
    fitting = [source for source in sources if all(plain(name) in given for name in source.recognised_by)]
    if fitting:
        source = max(fitting, key=lambda s: len(s.recognised_by))
        row = dict(zip((plain(name) for name in header), first, strict=False))
        return Recognised(source, source.year_of(header, row))
    scored = [(_share(source, given), source) for source in sources]
    share, nearest = max(scored, key=lambda pair: pair[0])
    if share == 0:
        return Recognised(None)
    lacking = tuple(
        column.official
        for column in nearest.columns
        if column.required and not any(plain(name) in given for name in names_of(column, nearest, None))
    )
    return Recognised(None, None, nearest, lacking)


def _share(source: Source, given: set[str]) -> float:
    required = [column for column in source.columns if column.required]
    there = sum(any(plain(name) in given for name in names_of(column, source, None)) for column in required)
    return there / len(required)


def first_rows(path: Path) -> tuple[list[str], list[str]]:
    """The header and the first data row of a comma-separated file, as text."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        text = head.decode("utf-8-sig", errors="strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError:
        text = head.decode("cp1252", errors="replace")
    rows = (row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row))
    return next(rows, []), next(rows, [])
