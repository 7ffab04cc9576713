"""Finished notebooks, kept under a key made of everything that they depend on.

Two steps, because what a notebook reads is known only after it ran: the key finds the candidates (cells, parameters,
package, lock, names of the input files), and a candidate counts when every input that it used is still the same.
"""

import contextlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from symphony_analysis.run.notebooks.job import Job, Result
from symphony_analysis.run.unchanged.fingerprints import Machinery, Snapshot, digest_of, narrowed
from symphony_analysis.run.unchanged.machine_key import is_signed, signature

KEPT_PER_KEY = 4
KEPT_BYTES = 500_000_000


@dataclass(frozen=True)
class Cache:
    """Finished notebooks in a folder. A damaged entry, or one that this machine has not signed, counts as none."""

    folder: Path
    machinery: Machinery

    def key(self, job: Job, snapshot: Snapshot) -> str:
        """The name of the folder that keeps this job's results."""
        shown = job.parameters.shown()
        seen = [job.book.name, job.book.content_key, shown, self.machinery.seen_by_notebooks, self.machinery.versions]
        return digest_of([*seen, snapshot.names_for_notebooks])

    def find(self, job: Job, snapshot: Snapshot) -> Result | None:
        """The result of this job, when nothing that it depends on has changed; else None."""
        for path in self._candidates(self.key(job, snapshot)):
            entry = _read(path)
            if entry is not None and snapshot.still(entry["inputs"]):
                with contextlib.suppress(OSError):
                    os.utime(path)
                kept = entry["result"]
                return Result(**{**kept, "inputs_used": tuple(kept["inputs_used"]), "cached": True})
        return None

    def keep(self, job: Job, snapshot: Snapshot, result: Result) -> None:
        """Keep a complete result."""
        counted = narrowed(result.inputs_used, result.text, snapshot.data_dir)
        body = {"inputs": snapshot.digests(counted), "result": asdict(result)}
        body["result"].pop("failure")
        place = self.folder / self.key(job, snapshot)
        place.mkdir(parents=True, exist_ok=True)
        name = digest_of(body["inputs"])[:16]
        write_whole(place / f"{name}.json", json.dumps({"signed": signature(place.name, digest_of(body)), **body}))
        for old in self._candidates(place.name)[KEPT_PER_KEY:]:
            old.unlink(missing_ok=True)

    def prune(self) -> None:
        """Remove the least recently used entries beyond ``KEPT_BYTES``."""
        entries = sorted(self._entries(), key=lambda entry: entry[1], reverse=True)
        total = 0
        for path, _, size in entries:
            total += size
            if total > KEPT_BYTES:
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    path.parent.rmdir()

    def _entries(self) -> Iterator[tuple[Path, float, int]]:
        for path in self.folder.glob("*/*.json"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                yield path, facts.st_mtime, facts.st_size

    def _candidates(self, key: str) -> list[Path]:
        found = []
        for path in (self.folder / key).glob("*.json"):
            with contextlib.suppress(OSError):
                found.append((path.stat().st_mtime, path))
        return [path for _, path in sorted(found, reverse=True)]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        signed = entry.pop("signed")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    # Of this machine, and kept for this very job: anything else somebody may have put there.
    return entry if is_signed(signed, path.parent.name, digest_of(entry)) else None


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
