"""How an official layout is declared: columns and their headers, key, codes, ranges, and how a file tells its year."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    import pandas as pd

    from symphony_analysis.sources.declare.context import Context
    from symphony_analysis.sources.problems import Problem

KINDS = {
    "text": "text",
    "upn": "a UPN: a letter, eleven digits, and a digit or letter",
    "urn": "a URN of six digits",
    "laestab": "a LAESTAB of seven digits",
    "count": "a whole number",
    "number": "a number",
    "percent": "a percentage",
    "flag": "1 or 0",
    "choice": "one of the codes of this column",
    "date": "a date as dd/mm/yyyy",
    "year": "an academic year",
}
NUMERIC = frozenset({"count", "number", "percent"})

OPEN_GOVERNMENT = "Open Government Licence v3.0, Crown copyright"
PUPIL_LEVEL = "pupil-level data, for the trust's own use; never published or passed on"
TRUST = "the trust's own record"
#: Where pupil-level files are to be had.
PUPILS = "Get Information About Pupils (sign in with DfE Sign-in), Downloads"
MIS = "the schools' management information systems"
PERFORMANCE_TABLES = "https://www.find-school-performance-data.service.gov.uk/download-data"


@dataclass(frozen=True)
class Column:
    """One column of an official file: its header there, our name for it, and what a cell may hold.

    ``blank`` is the symbol that an empty cell stands for; None refuses an empty cell. ``also`` lists other
    headers that the same column has had. ``sign`` says whether a percentage carries "%": True, False, or None
    where files differ.
    """

    official: str
    ours: str
    kind: str = "text"
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    required: bool = True
    blank: str | None = None
    sign: bool | None = None
    longest: int = 200
    rule: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.official}: no kind {self.kind!r}; kinds are {', '.join(KINDS)}")
        if self.kind == "choice" and not self.allowed:
            raise ValueError(f"column {self.official}: a choice needs its codes")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"column {self.official}: the range {self.low} to {self.high} is empty")

    @property
    def expected(self) -> str:
        """The rule of this column in words, for messages."""
        if self.rule:
            return self.rule
        if self.kind == "choice":
            return "one of " + ", ".join(self.allowed)
        words = KINDS[self.kind]
        if self.low is not None and self.high is not None:
            return f"{words} from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{words} of {self.low:g} or more"
        return words


def count(official: str, ours: str, *also: str, required: bool = True) -> Column:
    """A column of whole numbers; an empty cell is not available."""
    return Column(official, ours, "count", low=0, blank="x", required=required, also=also)


def percent(official: str, ours: str, *also: str, required: bool = True, sign: bool | None = None) -> Column:
    """A column of percentages; an empty cell is not available."""
    return Column(official, ours, "percent", 0, 100, blank="x", required=required, also=also, sign=sign)


Tidy = Callable[["pd.DataFrame", "Context"], "pd.DataFrame"]
Check = Callable[["pd.DataFrame", "Source", "Context"], "list[Problem]"]
YearOf = Callable[[Sequence[str], Mapping[str, str]], "int | None"]
Keep = Callable[["Context", Mapping[str, int]], Callable[[Sequence[str]], bool]]


@dataclass(frozen=True)
class Filter:
    """A column by which a file may be split, and which of its rows are read.

    Of ``wanted`` the first value that the file has is taken, or ``every`` one; case and hyphens do not count. Rows of
    single schools are left alone unless ``schools``. A file without the column is not split by it.
    """

    ours: str
    headers: tuple[str, ...]
    wanted: tuple[str, ...]
    every: bool = False
    schools: bool = True

    @property
    def column(self) -> Column:
        """The column as declared: text, and absent where a file is not split."""
        return Column(self.headers[0], self.ours, blank="", required=False, also=self.headers[1:])


@dataclass(frozen=True)
class National:
    """A figure of England that a file holds: the column of it, and what it is called in ``national.csv``.

    ``group`` is that of a wide file's column; "" where each row has its own.
    """

    comparator: str
    column: str
    population: str
    decimals: int = 0
    unit: str = "%"
    group: str = ""
    where: tuple[str, str] = ("", "")


#: The weights of a source: the trust's own records before the performance tables before the national returns.
OWN, TABLE, PUBLISHED = 3, 2, 1


@dataclass(frozen=True)
class Due:
    """When and where a file, or a figure to enter, is published.

    ``years`` counts from the calendar year in which the academic year begins; ``where`` "" is the source's homepage.
    """

    what: str
    years: int
    month: int
    where: str = ""
    note: str = ""


@dataclass(frozen=True)
class Source:
    """One official layout, declared; only ``tidy`` is code, for what cannot be declared.

    - ``table`` names the tidy table that it feeds, ``key`` the columns that make a row unique.
    - ``symbols`` maps this file's own codes to ours, ``legacy`` older spellings that are read with a warning; any
      other code is an error. ``renamed`` gives only what a year calls differently: official name -> that year's.
    - ``recognised_by`` are headers that only this layout has together; ``year_of`` finds the academic year from
      the header and the first row, or says None when the file does not tell.
    - ``pupil_level`` values are never shown; ``own_schools`` files hold the trust's schools only, and of an
      ``every_school`` file each member school must have rows.
    - ``many_years`` files hold rows of other years too; ``ragged`` rows may end early; a ``partial`` declaration
      leaves most columns of a wide file alone.
    - ``keep`` makes the test that picks rows while a file of all England is read; ``checks`` are rules across
      columns; ``complete`` adds, after all files of a year, the rows that no file has; ``reduce`` turns pieces of
      a very long file into counts; ``companions`` are layouts on other sheets of the same workbook.
    - ``filters`` choose the rows that are used before any cell is looked at. Where ``plain_columns`` are declared, any
      other column of words is taken at its total, or the file is refused as split by something else.
    - ``england`` lists England's figures that an addition takes into ``national.csv``, from what ``england_rows`` makes
      of the rows that are used (with ``geographic_level``, and ``pupil_group`` where rows have one).
    - ``weight`` decides where two files hold the same school and year: the heavier one counts. ``due`` is when and
      where the file of a year is usually to be had. ``without_rows``: what to do about a file that has no rows.
    """

    name: str
    title: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    tidy: Tidy
    year_of: YearOf
    recognised_by: tuple[str, ...]
    symbols: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    legacy: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    renamed: Mapping[int, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    publisher: str = "Department for Education"
    licence: str = OPEN_GOVERNMENT
    homepage: str = ""
    pupil_level: bool = False
    own_schools: bool = False
    every_school: bool = False
    many_years: bool = False
    ragged: bool = False
    partial: bool = False
    encodings: tuple[str, ...] = ("utf-8-sig",)
    keep: Keep | None = None
    checks: tuple[Check, ...] = ()
    complete: Tidy | None = None
    reduce: Tidy | None = None
    companions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    plain_columns: frozenset[str] = frozenset()
    england: tuple[National, ...] = ()
    england_rows: Tidy | None = None
    weight: int = PUBLISHED
    due: Due | None = None
    without_rows: str = "export the file again"

    def __post_init__(self) -> None:
        names = [column.ours for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"source {self.name}: a column name is declared twice")
        missing = set(self.key) - set(names)
        if missing:
            raise ValueError(f"source {self.name}: key column {', '.join(sorted(missing))} is not declared")
        if not (self.title and self.publisher and self.licence and self.recognised_by):
            raise ValueError(f"source {self.name}: title, publisher, licence and recognised_by are needed")

    def column(self, ours: str) -> Column:
        """The declaration of one of our column names; raises KeyError."""
        for column in self.columns:
            if column.ours == ours:
                return column
        raise KeyError(f"source {self.name} declares no column {ours!r}")


def of_pupils(**declared: Any) -> Source:
    """The layout of the trust's own file with a row a pupil, or an event of one."""
    return Source(**{"licence": PUPIL_LEVEL, "weight": OWN, "pupil_level": True, **declared})


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


def from_column(*names: str) -> YearOf:
    """The year in the first of these columns that the first row fills; None where there is none."""

    def year_of(header: Sequence[str], row: Mapping[str, str]) -> int | None:
        for name in names:
            if text := row.get(plain(name), "").strip():
                year = AcademicYear.maybe(text)
                return year.code if year else None
        return None

    return year_of


def from_date(*names: str) -> YearOf:
    """The academic year of the first of these date columns that the first row fills, as dd/mm/yyyy or ISO."""

    def year_of(header: Sequence[str], row: Mapping[str, str]) -> int | None:
        for name in names:
            text = row.get(plain(name), "").strip()
            if match := re.match(r"\d{1,2}[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})", text):
                return _year_of(match)
            if match := re.match(r"(?P<year>\d{4})-(?P<month>\d{2})-\d{2}", text):
                return _year_of(match)
        return None

    return year_of


def _year_of(day: re.Match[str]) -> int | None:
    year, month = int(day["year"]), int(day["month"])
    start = year if month >= 9 else year - 1
    return AcademicYear(start).code if 2000 <= start <= 2099 else None


def from_suffix(header: Sequence[str], row: Mapping[str, str]) -> int | None:
    """The year of a performance table: one after the newest year whose figures ride along (PTRWM_EXP_23)."""
    endings = {int(m[1]) for name in header if (m := re.fullmatch(r"PTRWM_EXP_(\d\d)", name.strip().upper()))}
    return AcademicYear(2000 + max(endings)).code if endings else None


def no_year(header: Sequence[str], row: Mapping[str, str]) -> int | None:
    """The layout does not tell its year."""
    return None
