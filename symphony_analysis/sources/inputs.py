"""Everything a report rests on, opened when first asked for and remembered: the one door to ``data/``."""

import contextlib
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from symphony_analysis.dates import known_from
from symphony_analysis.names import UnknownNameError, unknown
from symphony_analysis.sources import primed, pupil_parts
from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.declare.context import Context, MisMapping
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.layouts import SOURCES, academies_accounts, census_spring, feeding, ks2_table
from symphony_analysis.sources.own import corrections, inspections, manifest, mappings, national, records, trust_toml
from symphony_analysis.sources.primed import Handed, Key, Primed, digest_of, handed_on, hashes_of, state_of, take_over
from symphony_analysis.sources.problems import sentence, whole_file
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.sources.reading.read_file import demand, read_file, sheets_of
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

#: The rows of a source and year, pupil by pupil; None where there is no file of it.
Pupils = dict[tuple[str, int], pd.DataFrame | None]
_PLACE = ("time_period", "geographic_level", "school_urn")


@dataclass(frozen=True)
class Inputs:
    """The data folder. Tables are read when first asked for; what was read stays the same after that."""

    data_dir: Path
    _read: set[str] = field(default_factory=set, repr=False, compare=False)
    # What was read so far, by name and year (0: of no year).
    _held: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    # Several years of a table put together, by name and years.
    _joined: dict[tuple, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    # The rows of files that others are read by, as the census: they stay here.
    _pupils: Pupils = field(default_factory=dict, repr=False, compare=False)
    # Tables in parts, by what was asked for; and the one pupil file read for them last.
    _parted: dict[tuple, dict[str, pd.DataFrame]] = field(default_factory=dict, repr=False, compare=False)
    _last: dict[tuple[str, bool], pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def trust(self) -> Trust:
        """The trust and its schools. Raises SourceError with every fault of trust.toml."""
        self._read.add(trust_toml.NAME)
        return trust_toml.read(self.data_dir)

    def _read_manifest(self) -> pd.DataFrame:
        listed = [path for _, path in manifest.year_folders(self.data_dir) if (path / manifest.NAME).is_file()]
        self._read.update(f"raw/{folder.name}/{manifest.NAME}" for folder in listed)
        return manifest.read(self.data_dir)

    @property
    def manifest(self) -> pd.DataFrame:
        """What each file is and where it came from: one row for each year of a file, with ``time_period``, ``path``."""
        return self._keep((manifest.NAME, 0), self._read_manifest).copy()

    @cached_property
    def mappings(self) -> dict[str, MisMapping]:
        """The trust's mappings of exports, by name."""
        if (self.data_dir / mappings.NAME).is_file():
            self._read.add(mappings.NAME)
        return {mapping.name: mapping for mapping in mappings.read(self.data_dir)}

    @cached_property
    def years(self) -> tuple[AcademicYear, ...]:
        """The academic years that have at least one file, oldest first."""
        return tuple(AcademicYear.parse(int(code)) for code in sorted(self.manifest["time_period"].unique()))

    @property
    def years_of_records(self) -> tuple[AcademicYear, ...]:
        """The academic years for which the trust has a folder of its own records."""
        folder = self.data_dir / "trust"
        names = [path.name for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []
        return tuple(AcademicYear.parse(name) for name in sorted(names))

    def _read_national(self) -> pd.DataFrame:
        if not (self.data_dir / national.NAME).is_file():
            return national.empty()
        self._read.add(national.NAME)
        return national.read(self.data_dir)

    @property
    def national(self) -> pd.DataFrame:
        """England's published figures: one row a figure, year, group, population and vintage."""
        return self._keep((national.NAME, 0), self._read_national).copy()

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """The cells corrected in published files, all text: raw value, corrected value, reason, role and day."""
        if (self.data_dir / corrections.NAME).is_file():
            self._read.add(corrections.NAME)
        return corrections.read(self.data_dir)

    def newer_than(self, day: date, years: Collection[AcademicYear] = ()) -> tuple[int, tuple[str, ...]]:
        """How many rows of national.csv, and which files, of these years or all were published after a day?"""

        def later(frame: pd.DataFrame) -> pd.DataFrame:
            after = [bool(published) and known_from(published) > day for published in frame["published"]]
            asked = frame["time_period"].isin([year.code for year in years]) if years else True
            return frame[pd.Series(after, index=frame.index, dtype=bool) & asked]

        return len(later(self.national)), tuple(later(self.manifest)["path"])

    @cached_property
    def published(self) -> Mapping[str, pd.DataFrame]:
        """The figures of record by file name without ".csv", all text: what was printed, never changed."""
        frames = records.published(self.data_dir)
        self._read.update(f"published/{name}.csv" for name in frames)
        return MappingProxyType(frames)

    @property
    def files_read(self) -> frozenset[str]:
        """The files opened so far, as paths below the data folder."""
        return frozenset(self._read)

    def records(self, name: str, year: AcademicYear | str | int, areas: Collection[str] = ()) -> pd.DataFrame:
        """One of the trust's own records of a year, its rows of these areas or all; none when it was not supplied.

        All text. Inspections that Ofsted's own file of the year holds and ``ofsted.csv`` does not are rows too.
        """
        year = AcademicYear.parse(year)
        path = records.path_of(name, year)
        held, read = (f"record {name}", year.code), partial(records.read, self.data_dir, name, year)
        if (self.data_dir / path).is_file():
            self._read.add(path)
            primed.note([] if areas else [path])
        if areas:
            with primed.rows_of(path, areas):
                frame = self._keep(held, read)
            return frame[frame["area"].isin(areas)]
        frame = self._keep(held, read).copy()
        return inspections.completed(frame, self.table(name, [year])) if name == "ofsted" else frame

    def table(self, name: str, years: Iterable[AcademicYear] | None = None) -> pd.DataFrame:
        """A tidy table of these years, or all: one row a school (or Trust, England, LA, Central), year and pupil group.

        Nothing but the files of these years is opened. Raises SourceError with every problem of a file that cannot be
        used, UnknownNameError for an unknown table.
        """
        if name not in tables.TABLES and name not in records.TABLES:
            raise unknown("table", name, [*tables.TABLES, *records.TABLES])
        wanted = set(self.years if years is None else years)
        asked = tuple(year for year in self.years if year in wanted)
        if (name, asked) not in self._joined:
            self._joined[name, asked] = self._table(name, asked)
        return self._joined[name, asked].copy()

    def parts(
        self, name: str, parts: Sequence[str], years: Iterable[AcademicYear], so_far: bool = False
    ) -> dict[str, pd.DataFrame]:
        """A tidy table of these years in parts of the year or of the pupils (``pupil_parts.PARTS``), by part.

        Of a school whose file lacks a term there is none, but in a year that is not over (``so_far``). Only pupil-level
        files can be parted. Raises UnknownNameError where none of the years has a file that can.
        """
        asked = (name, tuple(parts), tuple(years), so_far)
        if asked not in self._parted:
            self._parted[asked] = self._in_parts(*asked)
        return {part: rows.copy() for part, rows in self._parted[asked].items()}

    def _in_parts(
        self, name: str, parts: Sequence[str], years: Sequence[AcademicYear], so_far: bool
    ) -> dict[str, pd.DataFrame]:
        made: dict[str, list[pd.DataFrame]] = {}
        refused: list[UnknownNameError] = []
        for year, source in itertools.product(years, [each for each in feeding(name) if each.pupil_level]):
            before = pd.concat([frame for frames in made.values() for frame in frames] or [tables.empty(name)])
            for row in self._rows(source.name, year):
                context = self._context(source, row)
                frame = self._pupil_rows(row, pupil_parts.by_the_day(source, parts), context)
                try:
                    for part, rows in pupil_parts.tidy_parts(frame, source, context, parts, so_far):
                        made.setdefault(part, []).append(_unseen(tables.conform(name, rows), before))
                except UnknownNameError as fault:
                    refused.append(fault)
        if not made:
            raise refused[0] if refused else UnknownNameError(f"no pupil-level file of {name} in these years")
        return {part: tables.join(name, frames) for part, frames in made.items()}

    def _pupil_rows(self, row: Any, source: Source, context: Context) -> pd.DataFrame:
        """The rows of a pupil file, kept until another one is read: several parts of it are asked for in a row."""
        key = (row.path, source is SOURCES[source.name])
        if key not in self._last:
            self._last.clear()
            self._last[key] = self._frame(self.content(row), source, context)
        return self._last[key]

    def every_school(self, year: AcademicYear) -> pd.DataFrame:
        """England's mainstream schools at key stage 2, as the performance table of the year publishes them.

        A row a school (its URN), a column a headline measure in its unit, ``eligible_count`` the pupils behind them;
        without rows where no such file was added.
        """
        rows = self._rows(ks2_table.SOURCE.name, year)
        frames = [ks2_table.every_school(self.content(row), row.path) for row in rows]
        columns = [*ks2_table.HEADLINES, "eligible_count"]
        return max(frames, key=len, default=pd.DataFrame(columns=columns, dtype="float64"))

    def primary_trusts(self, year: AcademicYear) -> pd.DataFrame:
        """England's multi-academy trusts of primary schools, as the academies accounts of the year publish them.

        A row a trust (its UID), columns in per cent of its income; without rows where no such workbook was added.
        """
        rows = self._rows(academies_accounts.SOURCE.name, year)
        frames = [academies_accounts.primary_trusts(self.content(row), row.path) for row in rows]
        return max(frames, key=len, default=pd.DataFrame(columns=[*academies_accounts.SHARES], dtype="float64"))

    def similar_schools(self, year: AcademicYear) -> dict[str, list[str]]:
        """The schools of England with which the trust compares each of its schools: URN to URNs, as recorded."""
        record = self.records("similar_schools", year)
        return {row.school_urn: records.urns_listed(row.similar_urns) for row in record.itertuples()}

    def digests(self, names: Iterable[str], years: Iterable[AcademicYear]) -> list[bytes]:
        """What the content of these tables of these years, and of England's figures, comes to."""
        frames = {(name, year.code): self._of_one(name, year) for name in names for year in years}
        frames[national.NAME, 0] = self._keep((national.NAME, 0), self._read_national)
        known = self._held.digests if isinstance(self._held, Handed) else {}
        return [known.get(key) or digest_of(frame) for key, frame in frames.items()]

    def _table(self, name: str, years: Iterable[AcademicYear]) -> pd.DataFrame:
        frames = [self._of_one(name, year) for year in years]
        if name in records.TABLES:
            filled = [frame for frame in frames if len(frame)]
            return pd.concat(filled or [self._recorded(name)], ignore_index=True)
        return tables.join(name, frames)

    def _of_one(self, name: str, year: AcademicYear) -> pd.DataFrame:
        made = self._recorded if name in records.TABLES else self._assembled
        return self._keep((name, year.code), partial(made, name, year))

    def _keep(self, key: tuple[str, int], read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """What is held under this key, read where nothing is held yet."""
        if key not in self._held:
            self._held[key] = read()
        return self._held[key]

    def cohorts(self, year: AcademicYear) -> set[tuple[str, str]] | None:
        """Which year groups each school has in a year, by the January census: (URN, "R" or "1" to "6").

        None when there is no pupil-level census of that year.
        """
        source = census_spring.SOURCE
        census = self._beside(year, source.name)
        return None if census is None else census_spring.cohorts(census, Context(self.trust, year, source.name))

    def _recorded(self, name: str, *years: AcademicYear) -> pd.DataFrame:
        """A table made of the trust's own records of these years."""
        return records.table(name, self.records, years)

    def _assembled(self, name: str, year: AcademicYear) -> pd.DataFrame:
        """One year of a table, from every source that feeds it; the weightiest comes first."""
        frames, seen = [], pd.DataFrame(columns=list(_PLACE))
        for source in feeding(name):
            if self._rows(source.name, year):
                fresh = _unseen(self._of_year(source, year), seen)
                seen = pd.concat([seen, fresh[list(_PLACE)]]) if len(seen) else fresh[list(_PLACE)]
                frames.append(fresh)
        return tables.join(name, frames)

    def _of_year(self, source: Source, year: AcademicYear) -> pd.DataFrame:
        """The tidy rows of all files of a source and year, which must not tell one school twice."""
        rows = self._rows(source.name, year)
        frames = [self._tidy(source, row) for row in rows]
        joined = _once(tables.join(source.table, frames), year)
        if source.complete is not None and len(joined):
            context = self._context(source, rows[-1])
            joined = tables.conform(source.table, source.complete(joined, context))
        census = self._rows(census_spring.SOURCE.name, year)
        if not tables.TABLES[source.table].year_group or not census:
            return joined
        schools = [school.urn for school in self.trust.schools]
        return tables.with_empty_cohorts(source.table, joined, self.cohorts(year), schools, census[0].path)

    @cached_property
    def _listed(self) -> dict[tuple[str, int], list]:
        """The manifest's rows by source and year."""
        listed: dict[tuple[str, int], list] = {}
        for row in self.manifest.itertuples():
            listed.setdefault((row.source, int(row.time_period)), []).append(row)
        return listed

    def files(self, years: Iterable[AcademicYear]) -> Iterator[tuple[AcademicYear, Any, Source]]:
        """Every file of these years: the year, its row of the manifest, its layout."""
        for (name, code), rows in self._listed.items():
            for year in (each for each in years if each.code == code):
                yield from ((year, row, SOURCES[name]) for row in rows)

    def _rows(self, source: str, year: AcademicYear) -> list:
        return self._listed.get((source, year.code), [])

    def _tidy(self, source: Source, row) -> pd.DataFrame:
        context = self._context(source, row)
        content = self.content(row)
        made = [tables.conform(source.table, source.tidy(self._frame(content, source, context), context))]
        for name in sheets_of(content, source, row.path):
            other = SOURCES[name]
            made.append(tables.conform(other.table, other.tidy(self._frame(content, other, context), context)))
        return tables.join(source.table, made)

    def _context(self, source: Source, row) -> Context:
        year = AcademicYear.parse(int(row.time_period))
        fixes = corrections.of_file(self.corrections, row.path)
        own = Context(self.trust, year, row.path, fixes, mapping=self._mapping(row))
        if source.name == census_spring.SOURCE.name:
            return own
        groups, roll, beside = (partial(of, year) for of in (self._pupil_groups, self._roll, self._beside))
        return replace(own, pupil_groups=groups, roll=roll, beside=beside)

    def _mapping(self, row) -> MisMapping | None:
        if row.mapping and row.mapping not in self.mappings:
            fix = f"put it back into {mappings.NAME}, or add the file again"
            raise whole_file(row.path, f"the mapping '{row.mapping}'", f"a mapping of {mappings.NAME}", fix)
        return self.mappings[row.mapping] if row.mapping else None

    def content(self, row: Any) -> bytes:
        """The bytes of the file of a row of the manifest, which must be those recorded there."""
        content = verified(self.data_dir / row.path, row.path, row.sha256)
        self._read.add(row.path)
        return content

    def _frame(self, content: bytes, source: Source, context: Context) -> pd.DataFrame:
        return demand(read_file(content, source, context))

    def _beside(self, year: AcademicYear, name: str) -> pd.DataFrame | None:
        source, rows = SOURCES[name], self._rows(name, year)
        if (name, year.code) not in self._pupils:
            frames = [self._frame(self.content(row), source, self._context(source, row)) for row in rows]
            self._pupils[name, year.code] = pd.concat(frames) if frames else None
        self._read.update(row.path for row in rows)
        return self._pupils[name, year.code]

    def _pupil_groups(self, year: AcademicYear) -> pd.DataFrame | None:
        key = ("pupil groups", year.code)
        if key not in self._pupils:
            census = self._beside(year, census_spring.SOURCE.name)
            self._pupils[key] = None if census is None else census_spring.pupil_groups(census)
        return self._pupils[key]

    def _roll(self, year: AcademicYear) -> pd.DataFrame | None:
        roll = self.table("roll", [year])
        return roll if len(roll) else None


def _once(frame: pd.DataFrame, year: AcademicYear) -> pd.DataFrame:
    """The rows of several files of one source: a school in two of them is an error, England in two counts once."""
    if frame["source_file"].nunique() < 2:
        return frame
    files = frame.drop_duplicates([*_PLACE, "source_file"])
    schools = files[files["geographic_level"] == "School"]
    twice = schools[schools.duplicated(["school_urn"], keep=False)]
    if len(twice):
        urn = twice["school_urn"].iloc[0]
        both = sorted(twice.loc[twice["school_urn"] == urn, "source_file"])
        fix = "take one of the two files out of the manifest"
        raise whole_file(both[1], f"school {urn}, which is in {both[0]} too", f"each school once in {year.label}", fix)
    first = files.drop_duplicates(list(_PLACE))
    return frame.merge(first[[*_PLACE, "source_file"]], on=[*_PLACE, "source_file"], how="inner")


def _unseen(frame: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """The rows of schools and years that no weightier source has told already."""
    if seen.empty or frame.empty:
        return frame
    told = pd.MultiIndex.from_frame(seen[list(_PLACE)].drop_duplicates())
    return frame[~pd.MultiIndex.from_frame(frame[list(_PLACE)]).isin(told)]


def load(data_dir: str | Path) -> Inputs:
    """The inputs of a report: the data folder, nothing of it opened yet but checked to be there.

    Raises SourceError when there is no such folder.
    """
    folder = Path(data_dir)
    if not folder.is_dir():
        raise sentence(f"no data folder at {data_dir}; pass --data")
    read: set[str] = set()
    return Inputs(folder, read, handed_on(folder, read))


def prime(data_dir: str | Path, earlier: Primed | None = None) -> bool:
    """Read every table of this data folder once, for ``load`` to hand on in this process and in its copies.

    A table of an ``earlier`` reading is taken over where every file that it rests on is the same. A table that cannot
    be read is left out: the notebook that asks for it says why. Returns whether a later reading may take it over.
    """
    folder = Path(data_dir).resolve()
    pupils = Pupils()
    primed = still_the_same(folder, earlier) if earlier else Primed(state_of(folder), hashes=hashes_of(folder))
    _kept(primed, pupils, folder, (manifest.NAME, 0), lambda inputs: inputs.manifest)
    _kept(primed, pupils, folder, (national.NAME, 0), lambda inputs: inputs.national)
    listed = primed.tables.get((manifest.NAME, 0), pd.DataFrame({"time_period": []}))
    for name in (*tables.TABLES, *records.TABLES):
        for code in sorted(listed["time_period"].unique()):
            year = AcademicYear.parse(int(code))
            _kept(primed, pupils, folder, (name, year.code), partial(_table_of, name, year))
    take_over(folder, primed)
    return primed.state == state_of(folder)


def still_the_same(folder: Path, earlier: Primed) -> Primed:
    """Of an earlier reading of a folder, the tables of which every file is the same now."""
    now = Primed(state_of(folder), hashes=hashes_of(folder))
    now.files = {key: files for key, files in earlier.files.items() if earlier.holds(key, now)}
    now.tables = {key: earlier.tables[key] for key in now.files}
    now.digests = {key: earlier.digests[key] for key in now.files if key in earlier.digests}
    return now


def _table_of(name: str, year: AcademicYear, inputs: Inputs) -> pd.DataFrame:
    return inputs.table(name, [year])


def _kept(primed: Primed, pupils: Pupils, folder: Path, key: Key, read: Callable[[Inputs], pd.DataFrame]) -> None:
    """Read the table of this key, and keep it with the names of all files that it rests on; ``pupils`` are not kept."""
    if key in primed.tables:
        return
    files: set[str] = set()
    # Whatever is wrong with a file is for the notebook that needs it to tell, in its own cell.
    with contextlib.suppress(Exception):
        table = read(Inputs(folder, files, Handed(primed, files), _pupils=pupils))
        primed.tables[key], primed.files[key], primed.digests[key] = table, frozenset(files), digest_of(table)
