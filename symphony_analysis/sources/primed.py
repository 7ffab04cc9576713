"""What was read of a data folder, handed on to the notebooks of a run, and what of it this process has used."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

_files: set[str] = set()
_rows: dict[str, set[str]] = {}
_by_rows: set[str] = set()


def files_read() -> frozenset[str]:
    """What was used, as paths below the data folder; of a record in part "path?outcomes|finance", the areas used."""
    return frozenset(_files | {f"{path}?{'|'.join(sorted(areas))}" for path, areas in _rows.items()})


def read_by_rows() -> Collection[str]:
    """The records being opened now of which the rows used are noted: opening them does not use them whole."""
    return _by_rows


def note(files: Iterable[str]) -> None:
    """These files were used whole."""
    _files.update(files)


@contextmanager
def rows_of(path: str, areas: Collection[str]) -> Iterator[None]:
    """Within it the record at this path is opened for its rows of these areas alone."""
    _rows.setdefault(path, set()).update(areas)
    _by_rows.add(path)
    try:
        yield
    finally:
        _by_rows.discard(path)


def forget() -> None:
    """Begin anew, with tables that another process has read."""
    _files.clear()
    _rows.clear()


Key = tuple[str, int]  # a table and its year; 0 for what is of no year


@dataclass
class Primed:
    """What was read of one data folder, with its digests, the state of the folder then, and the hash of every file."""

    state: frozenset[tuple[str, int, int]]
    tables: dict[Key, pd.DataFrame] = field(default_factory=dict)
    files: dict[Key, frozenset[str]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    digests: dict[Key, bytes] = field(default_factory=dict)

    def holds(self, key: Key, now: Primed) -> bool:
        """Whether this table would come out the same of the folder as it is now: its files are, and none is new."""
        rests_on, same_files = self.files.get(key), self.hashes.keys() == now.hashes.keys()
        return rests_on is not None and same_files and all(self.hashes[f] == now.hashes[f] for f in rests_on)


class Handed(dict[Key, pd.DataFrame]):
    """Tables by name and year; taking one notes the files that it rests on in the reader's own record."""

    def __init__(self, primed: Primed, read: set[str]) -> None:
        super().__init__(primed.tables)
        self._files, self._read, self.digests = primed.files, read, primed.digests

    def __getitem__(self, key: Key) -> pd.DataFrame:
        files = self._files.get(key, frozenset())
        self._read.update(files)
        note(files)
        return super().__getitem__(key)


_primed: dict[Path, Primed] = {}


def taken_along(data_dir: str | Path) -> Primed | None:
    """What ``prime`` has read of this folder, to be given to another process."""
    return _primed.get(Path(data_dir).resolve())


def take_over(data_dir: str | Path, primed: Primed) -> None:
    """Hand on in this process what another one has read."""
    _primed[Path(data_dir).resolve()] = primed
    forget()


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


def digest_of(frame: pd.DataFrame) -> bytes:
    """What the content of a frame comes to: equal for equal rows in the same order, columns and types."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    return hashlib.sha256(repr((*frame.dtypes.items(),)).encode() + rows).digest()


def state_of(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Every file of the folder with its size and time of change."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return frozenset((str(path), facts.st_size, facts.st_mtime_ns) for path, facts in found)
