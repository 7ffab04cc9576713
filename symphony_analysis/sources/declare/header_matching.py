"""Headers as they are compared, and every header that a declared column may have."""

from __future__ import annotations

from collections.abc import Container

from symphony_analysis.sources.declare.source import Column, Source


def plain(header: str) -> str:
    """A header as it is compared: no case, no stray or no-break spaces, single spaces inside."""
    return " ".join(header.replace("\u00a0", " ").split()).casefold()


def names_of(column: Column, source: Source, year: int | None) -> tuple[str, ...]:
    """Every header that a column may have, the one of this year first."""
    renamed = source.renamed.get(year or 0, {}).get(column.official)
    return tuple(name for name in (renamed, column.official, *column.also) if name)


def untold(source: Source, given: Container[str]) -> tuple[str, ...]:
    """The headers by which a layout is recognised that are not among these plain headers, under any of their names."""
    return tuple(name for name, also in _telling(source).items() if not any(one in given for one in also))


def told_by(source: Source, given: Container[str]) -> bool:
    """Are all the headers by which a layout is recognised among these plain headers, under any of their names?"""
    return all(any(one in given for one in also) for also in _telling(source).values())


_known: dict[tuple[str, tuple[str, ...]], dict[str, tuple[str, ...]]] = {}


def _telling(source: Source) -> dict[str, tuple[str, ...]]:
    """Each header by which a layout is recognised with all its names, plain; remembered, for every row is asked."""
    key = source.name, source.recognised_by
    if key not in _known:
        names = {column.official: names_of(column, source, None) for column in source.columns}
        _known[key] = {told: tuple(map(plain, names.get(told, (told,)))) for told in source.recognised_by}
    return _known[key]
