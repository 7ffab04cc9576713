"""Everything a report rests on, opened when first asked for and remembered: the one door to ``data/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from symphony_analysis.sources import (
    catalogue,
    census_spring,
    manifest,
    national,
    record_tables,
    records,
    tables,
    trust_file,
)
from symphony_analysis.sources.context import Context
from symphony_analysis.sources.examine import examine
from symphony_analysis.sources.problems import SourceError, whole_file
from symphony_analysis.sources.read import demand, read
from symphony_analysis.sources.opening import opened
from symphony_analysis.sources.reading import verified
from symphony_analysis.sources.source import Source
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear


@dataclass(frozen=True)
class Inputs:
    """The data folder. Tables are read when first asked for; what was read stays the same after that."""

    data_dir: Path
    _read: set[str] = field(default_factory=set, repr=False, compare=False)
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def trust(self) -> Trust:
        """The trust and its schools. Raises SourceError with every fault of trust.toml."""
        self._read.add(trust_file.NAME)
        return trust_file.read(self.data_dir)

    @cached_property
    def _manifest(self) -> pd.DataFrame:
        listed = [path for _, path in manifest.year_folders(self.data_dir) if (path / manifest.NAME).is_file()]
        self._read.update(f"raw/{folder.name}/{manifest.NAME}" for folder in listed)
        return manifest.read(self.data_dir)

    @property
    def manifest(self) -> pd.DataFrame:
        """What each file is and where it came from: one row a file, with ``time_period`` and ``path``."""
        return self._manifest.copy()

    @cached_property
    def years(self) -> tuple[AcademicYear, ...]:
        """The academic years that have at least one file, oldest first."""
        return tuple(AcademicYear.parse(int(code)) for code in sorted(self._manifest["time_period"].unique()))

    @cached_property
    def _national(self) -> pd.DataFrame:
        if not (self.data_dir / national.NAME).is_file():
            return national.empty()
        self._read.add(national.NAME)
        return national.read(self.data_dir)

    @property
    def national(self) -> pd.DataFrame:
        """England's published figures: one row a figure, year, group, population and vintage."""
        return self._national.copy()

    @cached_property
    def _published(self) -> dict[str, pd.DataFrame]:
        frames = records.published(self.data_dir)
        self._read.update(f"published/{name}.csv" for name in frames)
        return frames

    @property
    def published(self) -> Mapping[str, pd.DataFrame]:
        """The figures of record by file name without ".csv", all text: what was printed, never changed."""
        return MappingProxyType({name: frame.copy() for name, frame in self._published.items()})

    @property
    def files_read(self) -> frozenset[str]:
        """The files opened so far, as paths below the data folder."""
        return frozenset(self._read)

    def records(self, name: str, year: AcademicYear | str | int) -> pd.DataFrame:
        """One of the trust's own records of a year, all text; no rows when it was not supplied."""
        year = AcademicYear.parse(year)
        frame = records.read(self.data_dir, name, year)
        if (self.data_dir / records.path_of(name, year)).is_file():
            self._read.add(records.path_of(name, year))
        return frame

    def table(self, name: str) -> pd.DataFrame:
        """A tidy table over all years: one row a school (or Trust, England, LA, Central), year and pupil group.

        Raises SourceError with every problem of a file that cannot be used, KeyError for an unknown table.
        """
        if name not in tables.TABLES and name not in record_tables.TABLES:
            raise KeyError(f"no table {name!r}; the tables are: {', '.join((*tables.TABLES, *record_tables.TABLES))}")
        if name not in self._tables:
            own = name in record_tables.TABLES
            self._tables[name] = record_tables.table(name, self.records, self.years) if own else self._assembled(name)
        return self._tables[name].copy()

    def _assembled(self, name: str) -> pd.DataFrame:
        frames, seen = [], pd.DataFrame(columns=["time_period", "geographic_level", "school_urn"])
        for source in catalogue.feeding(name):
            frame = tables.join(name, [self._tidy(source, row) for row in self._rows(source.name)])
            fresh = _unseen(frame, seen)
            seen = pd.concat([seen, fresh[list(seen.columns)]]) if len(seen) else fresh[list(seen.columns)]
            frames.append(fresh)
        return tables.join(name, frames)

    def _rows(self, source: str, year: AcademicYear | None = None) -> list:
        listed = self._manifest[self._manifest["source"] == source]
        if year is not None:
            listed = listed[listed["time_period"] == year.code]
        return list(listed.itertuples())

    def _tidy(self, source: Source, row) -> pd.DataFrame:
        context = self._context(source, row)
        frame = self._frame(source, row, context)
        return tables.conform(source.table, source.tidy(frame, context))

    def _context(self, source: Source, row) -> Context:
        year = AcademicYear.parse(int(row.time_period))
        if source.name == census_spring.SOURCE.name:
            return Context(self.trust, year, row.path)
        return Context(self.trust, year, row.path, partial(self._pupil_groups, year), partial(self._roll, year))

    def _frame(self, source: Source, row, context: Context) -> pd.DataFrame:
        content = verified(self.data_dir / row.path, row.path, row.sha256)
        self._read.add(row.path)
        frame = demand(read(opened(content, row.path, source), source, context))
        problems = [problem for problem in examine(frame, source, context) if not problem.warning]
        if problems:
            raise SourceError(problems)
        return frame

    def _pupil_groups(self, year: AcademicYear) -> pd.DataFrame | None:
        source = census_spring.SOURCE
        frames = [self._frame(source, row, self._context(source, row)) for row in self._rows(source.name, year)]
        return census_spring.pupil_groups(pd.concat(frames)) if frames else None

    def _roll(self, year: AcademicYear) -> pd.DataFrame | None:
        roll = self.table("roll")
        roll = roll[roll["time_period"] == year.code]
        return roll if len(roll) else None


def _unseen(frame: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """The rows of schools and years that no weightier source has told already."""
    if seen.empty or frame.empty:
        return frame
    keys = ["time_period", "geographic_level", "school_urn"]
    told = pd.MultiIndex.from_frame(seen[keys].drop_duplicates())
    return frame[~pd.MultiIndex.from_frame(frame[keys]).isin(told)]


def load(data_dir: str | Path) -> Inputs:
    """The inputs of a report: the data folder, nothing of it opened yet but checked to be there.

    Raises SourceError when there is no such folder.
    """
    folder = Path(data_dir)
    if not folder.is_dir():
        raise whole_file(str(data_dir), "no such folder", "the data folder, with trust.toml in it",
                         "give the folder with --data, or as data_dir")  # fmt: skip
    return Inputs(folder)
