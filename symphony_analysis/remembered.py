"""Figures, decisions about blocks and audits, shared by the notebooks and editions of a run, and by the next run.

An answer depends on nothing but what it is asked about and the code that makes it, so it is kept under a hash of
both: in this process, and in the folder that a run names, for its other processes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PACKAGE = Path(__file__).parent
#: The variable in which a run names the folder.
MEMORY = "SYMPHONY_MEMORY"
#: How many seconds to wait for another process's answer; one that was ended leaves none.
_PATIENCE = 10.0
_here: dict[str, Any] = {}
#: A folder of this process alone, where its environment, which programs started from it inherit, names none.
_own: list[str] = []


def use(folder: Path) -> None:
    """Take answers from this folder, and leave them there, from now on in this process."""
    _own[:] = [str(folder)]


def remembered(what: str, asked: tuple[object, ...], work: Callable[[], Any]) -> Any:
    """The answer to this question, worked out when it is asked first. ``work`` gives what JSON can write.

    ``asked`` must hold everything that the answer depends on, as bytes or with a telling ``repr``.
    """
    name = _name(what, asked)
    if name not in _here:
        _here[name] = _beside(name, work)
    return _here[name]


def remembered_frame(what: str, asked: tuple[object, ...], work: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The same for a frame of numbers and texts, its index not kept. It is written as JSON: nothing is unpickled."""
    import pandas as pd

    def told() -> dict[str, dict[str, Any]]:
        frame = work()
        return {"types": frame.dtypes.astype(str).to_dict(), "columns": {n: c.tolist() for n, c in frame.items()}}

    found = remembered(what, asked, told)
    return pd.DataFrame(found["columns"]).astype(found["types"])


@cache
def code_of(*rooms: str) -> str:
    """A hash of the code of these rooms of the package, with the rooms in them; "." is the modules at its top."""
    files = [path for room in rooms for path in sorted(PACKAGE.glob("*.py" if room == "." else f"{room}/**/*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _name(what: str, asked: tuple[object, ...]) -> str:
    digest = hashlib.sha256((code_of("protect") + what).encode())
    for part in asked:
        text = b"bytes" + part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()


def _beside(name: str, work: Callable[[], Any]) -> Any:
    """What another process of this run has left, or will have left soon; else work it out and leave it for them."""
    folder = os.environ.get(MEMORY, "") or "".join(_own)
    if not folder:
        return work()
    path = Path(folder) / name
    patience = time.monotonic() + _PATIENCE
    while _is_begun(path) and time.monotonic() < patience:
        time.sleep(0.02)
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        os.utime(path)  # used: the run keeps it for the next one
        return found
    # A memory that cannot be written costs time and nothing else.
    with contextlib.suppress(OSError):
        _mark(path).touch()
    try:
        found = work()
        with contextlib.suppress(OSError):
            _leave(path, found)
    finally:
        with contextlib.suppress(OSError):
            _mark(path).unlink(missing_ok=True)
    return found


def _leave(path: Path, found: Any) -> None:
    """Write an answer with one rename: a reader sees all of it or nothing."""
    handle, written = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(found, stream)
    Path(written).replace(path)


def _is_begun(path: Path) -> bool:
    """Has a process begun to work this out, and not left the answer yet?"""
    return _mark(path).exists() and not path.exists()


def _mark(path: Path) -> Path:
    return path.with_suffix(".begun")
