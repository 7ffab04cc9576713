"""Which layout a file has, told by its header and never by its name, and which year it is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from symphony_analysis.sources.declare.header_names import names_of, plain, told_by
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import SourceError, whole_file
from symphony_analysis.sources.reading import open_grid
from symphony_analysis.sources.reading.csv_text import MOST_BYTES
from symphony_analysis.years import AcademicYear


@dataclass(frozen=True)
class Recognised:
    """A file's layout and year, or the nearest layout and the headers of it that the file lacks."""

    source: Source | None
    time_period: int | None = None
    nearest: Source | None = None
    lacking: tuple[str, ...] = ()


def recognise(path: Path, shown: str = "") -> Recognised:
    """Which declared layout is this file, and of which academic year?

    ``source`` is None when no layout fits. Raises SourceError for a file that cannot be read at all.
    """
    shown = shown or path.name
    if path.stat().st_size > MOST_BYTES:
        raise whole_file(shown, f"{path.stat().st_size:,} bytes", f"at most {MOST_BYTES:,} bytes",
                         "download the file for one year or one local authority")  # fmt: skip
    return recognised(path.read_bytes(), shown)


def recognised(content: bytes, shown: str) -> Recognised:
    """The same for bytes; ``shown`` is the name that messages use, its ending says whether it is a workbook."""
    from symphony_analysis.sources.layouts import SOURCES

    candidates = open_grid.header_of(content, shown)
    best = Recognised(None)
    for header, below in candidates:
        found = of_header(header, below, SOURCES.values())
        if found.source is not None:
            return _with_year(found, content, shown)
        if best.nearest is None or (found.nearest is not None and len(found.lacking) < len(best.lacking)):
            best = found
    return best


def of_header(header: Sequence[str], below: Sequence[str], sources: Iterable[Source]) -> Recognised:
    """The layout whose telling headers are all there, or else the nearest one."""
    given = {plain(name) for name in header if plain(name)}
    fitting = [source for source in sources if told_by(source, given)]
    if fitting:
        source = max(fitting, key=lambda s: len(s.recognised_by))
        row = dict(zip((plain(name) for name in header), below, strict=False))
        return Recognised(source, source.year_of(header, row))
    share, nearest = max(((_share(source, given), source) for source in sources), key=lambda pair: pair[0])
    if share == 0:
        return Recognised(None)
    return Recognised(None, None, nearest, _lacking(nearest, given))


def _share(source: Source, given: set[str]) -> float:
    """How much of a layout is there: of its required columns, and of the file's own."""
    required = [column for column in source.columns if column.required]
    there = sum(any(plain(name) in given for name in names_of(column, source, None)) for column in required)
    return there / len(required) + there / (len(given) + len(required))


def _lacking(source: Source, given: set[str]) -> tuple[str, ...]:
    return tuple(
        column.official
        for column in source.columns
        if column.required and not any(plain(name) in given for name in names_of(column, source, None))
    )


def _with_year(found: Recognised, content: bytes, shown: str) -> Recognised:
    """A file of several years is of its latest one."""
    source = found.source
    if source is None or not source.many_years:
        return found
    table = open_grid.opened(content, shown, source)
    header = [plain(name) for name in table.header]
    column = source.column("academic_year")
    place = next(header.index(plain(n)) for n in names_of(column, source, None) if plain(n) in header)
    codes = set()
    for text in {row[place] for _, row in table.rows if len(row) > place}:
        try:
            codes.add(AcademicYear.parse(text).code)
        except ValueError:
            continue
    return Recognised(source, max(codes, default=None))


def told_apart(path: Path) -> Recognised:
    """As ``recognise``, for a folder without a manifest: a file that cannot be read is simply not a layout."""
    try:
        return recognise(path)
    except SourceError:
        return Recognised(None)
