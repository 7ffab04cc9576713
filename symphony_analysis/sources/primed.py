"""Tables read once for all the notebooks of a run, where each notebook's process is a copy of one.

A table is handed on only while every file of the data folder has the size and time that it had, and brings the names
of the files that it rests on, so that a notebook's record of what it read stays exact. No pupil row is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.own import manifest, national, records_as_tables
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.sources.inputs import Inputs

Key = tuple[str, int]  # a table and its year; 0 for what is of no year


@dataclass
class Primed:
    """What was read of one data folder, and the state of the folder then."""

    state: frozenset[tuple[str, int, int]]
    tables: dict[Key, pd.DataFrame] = field(default_factory=dict)
    files: dict[Key, frozenset[str]] = field(default_factory=dict)


class Handed(dict[Key, pd.DataFrame]):
    """Tables by name and year; taking one notes the files that it rests on in the reader's own record."""

    def __init__(self, primed: Primed, read: set[str]) -> None:
        super().__init__(primed.tables)
        self._files, self._read = primed.files, read

    def __getitem__(self, key: Key) -> pd.DataFrame:
        files = self._files.get(key, frozenset())
        self._read.update(files)
        _taken.update(files)
        return super().__getitem__(key)


_primed: dict[Path, Primed] = {}
_taken: set[str] = set()


def files_read() -> frozenset[str]:
    """The files behind the tables that were handed on in this process, as paths below the data folder.

    Files that are opened are seen by whoever watches the process; these are not opened again.
    """
    return frozenset(_taken)


def prime(data_dir: str | Path) -> None:
    """Read every table of this data folder once, for ``load`` to hand on in this process and in its copies.

    A table that cannot be read is left out: the notebook that asks for it says why.
    """
    folder = Path(data_dir).resolve()
    primed = Primed(_state(folder))
    _keep(primed, folder, (manifest.NAME, 0), lambda inputs: inputs.manifest)
    _keep(primed, folder, (national.NAME, 0), lambda inputs: inputs.national)
    listed = primed.tables.get((manifest.NAME, 0), pd.DataFrame({"time_period": []}))
    for name in (*tables.TABLES, *records_as_tables.TABLES):
        for code in sorted(listed["time_period"].unique()):
            year = AcademicYear.parse(int(code))
            _keep(primed, folder, (name, year.code), partial(_table, name, year))
    _primed[folder] = primed
    _taken.clear()


def _table(name: str, year: AcademicYear, inputs: Inputs) -> pd.DataFrame:
    return inputs.table(name, [year])


def _keep(primed: Primed, folder: Path, key: Key, read: Callable[[Inputs], pd.DataFrame]) -> None:
    """Read what stands under this key, and keep it with the names of all files that it rests on."""
    from symphony_analysis.sources.inputs import Inputs

    files: set[str] = set()
    # Whatever is wrong with a file is for the notebook that needs it to tell, in its own cell.
    with contextlib.suppress(Exception):
        table = read(Inputs(folder, files, Handed(primed, files)))
        primed.tables[key], primed.files[key] = table, frozenset(files)


def taken_along(data_dir: str | Path) -> Primed | None:
    """What ``prime`` has read of this folder, to be given to another process."""
    return _primed.get(Path(data_dir).resolve())


def take_over(data_dir: str | Path, primed: Primed) -> None:
    """Hand on in this process what another one has read."""
    _primed[Path(data_dir).resolve()] = primed
    _taken.clear()


def handed_on(folder: Path, read: set[str]) -> dict[Key, pd.DataFrame]:
    """The tables that a new reader of this folder starts with: those read before, while nothing has changed."""
    primed = _primed.get(folder.resolve())
    if primed is None or primed.state != _state(folder.resolve()):
        return {}
    return Handed(primed, read)


def _state(folder: Path) -> frozenset[tuple[str, int, int]]:
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return frozenset((str(path), facts.st_size, facts.st_mtime_ns) for path, facts in found)
