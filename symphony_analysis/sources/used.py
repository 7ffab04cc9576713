"""What this process has used of the data folder without opening it for itself: for whoever keeps what it made.

Whoever watches the process sees the files that it opens; tables handed on, and rows of a record, are noted here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

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
