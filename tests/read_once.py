"""Tests of one process read the shipped data once: tables are handed on by content, as a run hands them to notebooks.

A folder whose files are not the same, byte for byte, is read as always. What past issues hold is in no table.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pandas as pd

from symphony_analysis.sources import inputs, primed

SHIPPED = Path(__file__).resolve().parent.parent / "data"
_held: dict[str, primed.Primed] = {}
_as_in_a_run = primed.handed_on


def content(folder: Path) -> str:
    """A hash of every file that a table may rest on."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("published/"):
            whole.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def read_once(folder: Path) -> None:
    """Read every table of this folder now; a folder of the same content starts with them."""
    inputs.prime(folder)
    _held[content(folder)] = primed._primed.pop(folder.resolve())


def handed_on(folder: Path, read: set[str]) -> dict[primed.Key, pd.DataFrame]:
    """In place of the sources' own: what a folder of the same content was read to hold."""
    shipped = folder.resolve() == SHIPPED
    try:
        key = content(folder) if shipped or _held else ""
    except OSError:  # a test locks a file or takes it away
        return _as_in_a_run(folder, read)
    if shipped and key not in _held:
        read_once(folder)
    return primed.Handed(_held[key], read) if key in _held else _as_in_a_run(folder, read)


def install() -> None:
    """Let ``sources.load`` use it, in this process only."""
    inputs.handed_on = handed_on
