"""Headers as they are compared, and every header under which a declared column may stand."""

from __future__ import annotations

from collections.abc import Container

from symphony_analysis.sources.declare.source import Column, Source


def plain(header: str) -> str:
    """A header as it is compared: no case, no stray or no-break spaces, single spaces inside."""
    return " ".join(header.replace("\u00a0", " ").split()).casefold()


def names_of(column: Column, source: Source, year: int | None) -> tuple[str, ...]:
    """Every header under which a column may stand, the one of this year first."""
    renamed = source.renamed.get(year or 0, {}).get(column.official)
    return tuple(name for name in (renamed, column.official, *column.also) if name)


def told_by(source: Source, given: Container[str]) -> bool:
    """Are all the telling headers of a layout among these plain headers, under any of their declared names?"""
    columns = {column.official: names_of(column, source, None) for column in source.columns}
    return all(any(plain(name) in given for name in columns.get(told, (told,))) for told in source.recognised_by)
