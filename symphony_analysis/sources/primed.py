"""Tables read once for all the notebooks of a run, where each notebook's process is a copy of one.

A table is handed on only while every file of the data folder has the size and time that it had, and brings the names
of the files that it rests on, so that a notebook's record of what it read stays exact. No pupil row is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from symphony_analysis.sources import used

Key = tuple[str, int]  # a table and its year; 0 for what is of no year


@dataclass
class Primed:
    """What was read of one data folder, the state of the folder then, and the hash of every file in it."""

    state: frozenset[tuple[str, int, int]]
    tables: dict[Key, pd.DataFrame] = field(default_factory=dict)
    files: dict[Key, frozenset[str]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def holds(self, key: Key, now: Primed) -> bool:
        """Whether this table would come out the same of the folder as it is now: its files are, and none is new."""
        rests_on, same_files = self.files.get(key), self.hashes.keys() == now.hashes.keys()
        return rests_on is not None and same_files and all(self.hashes[f] == now.hashes[f] for f in rests_on)


class Handed(dict[Key, pd.DataFrame]):
    """Tables by name and year; taking one notes the files that it rests on in the reader's own record."""

    def __init__(self, primed: Primed, read: set[str]) -> None:
        super().__init__(primed.tables)
        self._files, self._read = primed.files, read

    def __getitem__(self, key: Key) -> pd.DataFrame:
        files = self._files.get(key, frozenset())
        self._read.update(files)
        used.note(files)
        return super().__getitem__(key)


_primed: dict[Path, Primed] = {}


def taken_along(data_dir: str | Path) -> Primed | None:
    """What ``prime`` has read of this folder, to be given to another process."""
    return _primed.get(Path(data_dir).resolve())


def take_over(data_dir: str | Path, primed: Primed) -> None:
    """Hand on in this process what another one has read."""
    _primed[Path(data_dir).resolve()] = primed
    used.forget()


def handed_on(folder: Path, read: set[str]) -> dict[Key, pd.DataFrame]:
    """The tables that a new reader of this folder starts with: those read before, while nothing has changed."""
    primed = _primed.get(folder.resolve())
    if primed is None or primed.state != state_of(folder.resolve()):
        return {}
    return Handed(primed, read)


def hashes_of(folder: Path) -> dict[str, str]:
    """The hash of every file of the folder, by its path below it."""
    hashes = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:  # in pieces: a national file has hundreds of megabytes
            hashes[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def state_of(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Every file of the folder with its size and time of change."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return frozenset((str(path), facts.st_size, facts.st_mtime_ns) for path, facts in found)
