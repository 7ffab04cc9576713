"""What has been decided about a block already: the notebooks, editions and years of a run share their blocks.

A decision depends on nothing but what it is asked about, so it is kept under a hash of that: in this process, and
beside it in the folder that a run names, for its other processes. Nothing of a block but positions and room is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: The variable in which a run names the folder, empty at its start and gone at its end.
FOLDER = "SYMPHONY_MEMORY"
_here: dict[str, Any] = {}


def remembered(what: str, asked: tuple[object, ...], work: Callable[[], Any]) -> Any:
    """The answer to this question, worked out when it is asked first. ``work`` gives what JSON can write.

    ``asked`` must hold everything that the answer depends on, as bytes or with a telling ``repr``.
    """
    digest = hashlib.sha256(what.encode())
    for part in asked:
        text = b"bytes" + part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    name = digest.hexdigest()
    if name not in _here:
        _here[name] = _beside(name, work)
    return _here[name]


def _beside(name: str, work: Callable[[], Any]) -> Any:
    """What another process of this run has left; else work it out and leave it for them."""
    folder = os.environ.get(FOLDER, "")
    if not folder:
        return work()
    path = Path(folder) / name
    with contextlib.suppress(OSError, ValueError):
        return json.loads(path.read_text(encoding="utf-8"))
    found = work()
    # A memory that cannot be written costs time and nothing else. One rename: a reader sees all of it or nothing.
    with contextlib.suppress(OSError):
        handle, written = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(found, stream)
        Path(written).replace(path)
    return found
