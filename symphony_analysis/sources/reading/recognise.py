"""Recognise a file's layout by its headers, never by its name, and the academic years that it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symphony_analysis.sources.declare.context import MisMapping
from symphony_analysis.sources.declare.source import Source, names_of, plain, told_by, untold
from symphony_analysis.sources.problems import SourceError, visible, whole_file
from symphony_analysis.sources.reading.csv_text import MOST_BYTES
from symphony_analysis.sources.reading.open_tables import first_rows, opened
from symphony_analysis.years import AcademicYear

_SHOWN = 6
#: Files that are often downloaded beside the data, by headers that tell them.
_OTHERS = {
    ("col_name", "col_type", "label"): "the description of the columns of a file (.meta.csv), without figures",
    ("field name", "label/description"): "the description of the columns of a performance table, without figures",
    ("fieldname", "label/description"): "the description of the columns of a performance table, without figures",
    ("urn", "p8mea"): "the key stage 4 performance table: this report is of primary schools",
    ("urn", "tallppe_alev_1618"): "the key stage 5 performance table: this report is of primary schools",
}


@dataclass(frozen=True)
class Recognised:
    """A file's layout and years, or the nearest layout with the headers that the file shares and lacks.

    ``years`` are academic years like 202425, oldest first: none where the file does not tell. ``other`` says what
    a file is that is no data of ours. ``mapping`` is the trust's own mapping that fits an export.
    """

    source: Source | None
    years: tuple[int, ...] = ()
    nearest: Source | None = None
    shared: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    other: str = ""
    mapping: MisMapping | None = None

    @property
    def time_period(self) -> int | None:
        """The file's latest year, as 202425."""
        return max(self.years, default=None)

    def unknown(self, shown: str) -> SourceError:
        """The error for a file of no declared layout: what it is, or the nearest layout and what it lacks."""
        expected = "an official or MIS layout of the catalogue"
        if self.other:
            return whole_file(shown, self.other, expected, "add the file with the figures instead")
        if self.nearest is None:
            fix = "check that this is the right file; symphony add --map helps with an export of an MIS"
            return whole_file(shown, "no column of any known layout", expected, fix)
        found = (
            f"an unknown layout; the nearest is '{self.nearest.title}', with which it shares {_some(self.shared)} "
            f"and of which it lacks {_some(self.lacking)}"
        )
        fix = "download the file again, or export it with these columns; symphony add --map helps with other headings"
        return whole_file(shown, found, expected, fix)


def _some(names: Sequence[str]) -> str:
    return ", ".join(visible(name) for name in names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")


def recognise(path: Path) -> Recognised:
    """Which declared layout is this file, and of which academic years?

    ``source`` is None when no layout fits. Raises SourceError for a file that cannot be read at all.
    """
    if path.stat().st_size > MOST_BYTES:
        fix = "download the file for one year or one local authority"
        raise whole_file(path.name, f"{path.stat().st_size:,} bytes", f"at most {MOST_BYTES:,} bytes", fix)
    return recognised(path.read_bytes(), path.name)


def recognised(content: bytes, shown: str, mappings: Sequence[MisMapping] = ()) -> Recognised:
    """The same for bytes; ``shown`` is the name that messages use, its ending says whether it is a workbook."""
    from symphony_analysis.sources.layouts import SOURCES

    best = Recognised(None)
    mappings = [mapping for mapping in mappings if mapping.fits_name(Path(shown).name)]
    for title, rows in first_rows(content, shown):
        for header, below in zip(rows, [*rows[1:], []], strict=False):
            found = of_header(header, below, SOURCES.values())
            if found.source is None:
                found = _mapped(header, below, [m for m in mappings if m.sheet in ("", title)]) or found
            if found.source is not None:
                return _with_years(found, content, shown)
            if found.other or (not best.other and len(found.shared) > len(best.shared)):
                best = found
    return best


def of_header(header: Sequence[str], below: Sequence[str], sources: Iterable[Source]) -> Recognised:
    """The layout whose telling headers are all there, or else the nearest one."""
    given = {plain(name) for name in header if plain(name)}
    fitting = [source for source in sources if told_by(source, given)]
    if fitting:
        source = max(fitting, key=lambda s: len(s.recognised_by))
        year = source.year_of(header, dict(zip((plain(name) for name in header), below, strict=False)))
        return Recognised(source, () if year is None else (year,))
    other = next((what for names, what in _OTHERS.items() if given.issuperset(names)), "")
    if other:
        return Recognised(None, other=other)
    nearest = max(sources, key=lambda source: _likeness(source, given))
    shared, lacking = _compared(nearest, given)
    return Recognised(None, (), nearest, shared, lacking) if shared else Recognised(None)


def _likeness(source: Source, given: set[str]) -> float:
    """The headers in common, over all headers of the file and all required ones of the layout."""
    shared, lacking = _compared(source, given)
    return len(shared) / (len(given) + len(lacking)) if given else 0.0


def _compared(source: Source, given: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of a layout that these headers have, and those that a file of it needs and these lack."""
    there = {c.official: any(plain(n) in given for n in names_of(c, source, None)) for c in source.columns}
    needed = dict.fromkeys([*(c.official for c in source.columns if c.required), *untold(source, given)])
    return tuple(name for name, has in there.items() if has), tuple(n for n in needed if not there.get(n, False))


def _mapped(header: Sequence[str], below: Sequence[str], mappings: Sequence[MisMapping]) -> Recognised | None:
    """The mapping with the most headings of those that fit, and its layout."""
    from symphony_analysis.sources.layouts import SOURCES

    mapping = max((one for one in mappings if one.fits(header)), key=lambda one: len(one.columns), default=None)
    if mapping is None:
        return None
    source = SOURCES[mapping.layout]
    names, places = mapping.header(header)
    row = {plain(name): below[place] for name, place in zip(names, places, strict=True) if place < len(below)}
    year = source.year_of(names, row)
    return Recognised(source, () if year is None else (year,), mapping=mapping)


def _with_years(found: Recognised, content: bytes, shown: str) -> Recognised:
    """With every year that a file of many years holds."""
    source = found.source
    if source is None or not source.many_years:
        return found
    names = [plain(name) for name in names_of(source.column("academic_year"), source, None)]
    codes = set()
    for table in opened(content, shown, source)[0]:
        header = [plain(name) for name in table.header]
        place = next(header.index(name) for name in names if name in header)
        for text in {row[place] for _, row in table.rows if len(row) > place}:
            if year := AcademicYear.maybe(text):
                codes.add(year.code)
    return replace(found, years=tuple(sorted(codes)))


def told_apart(path: Path) -> Recognised:
    """As ``recognise``, for a folder without a manifest: a file that cannot be read is simply not a layout."""
    try:
        return recognise(path)
    except SourceError:
        return Recognised(None)
