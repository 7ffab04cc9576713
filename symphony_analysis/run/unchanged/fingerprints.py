"""Hashes of what a result depends on: input files, package, lock.

No pandas here, so that a run in which nothing changed is quick.
"""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import symphony_analysis
from symphony_analysis.run.outcome import Exit, RunFailed

RECORD = "run.json"

# The report room, the safety sequence and the command are not part of what a notebook can see.
_NOT_SEEN_BY_NOTEBOOKS = ("report/", "release_report.py", "cli.py")
_SOURCE_ENDINGS = {".py", ".mplstyle", ".css", ".j2", ".json", ".csv", ".ttf", ".woff2"}
#: Between a file and those of its rows that count.
ROWS = "?"
_MANIFEST, _SHOWN_LETTERS = "manifest.csv", 12
# What a year's report was when it was published; no notebook reads it, only the audit of a run.
_FROZEN = re.compile(r"published/\d{6}/")
_CHANGE_WITH_CONTENT = {"sha256", "bytes", "rows", "retrieved"}
_DRAWING = ("pandas", "numpy", "matplotlib", "seaborn", "scipy")
_ENGINES = (*_DRAWING, "ipykernel", "ipython", "nbconvert", "papermill", "nh3")


def digest_of(value: object) -> str:
    """A hash of anything that JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def file_digest(path: Path) -> str | None:
    """The sha256 of a file; None when there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except PermissionError:
        why = "it is open in another program, or you may not read it; close it and try again"
        raise RunFailed(f"{path.name} cannot be read: {why}", Exit.DATA) from None


class Snapshot:
    """The data folder at one moment; each file is hashed when first asked for.

    ``names``: the paths of all files, relative to the folder, without hidden ones.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        found = ((path, path.relative_to(data_dir)) for path in data_dir.rglob("*"))
        visible = ((path, name) for path, name in found if not any(part.startswith(".") for part in name.parts))
        self.names = sorted(name.as_posix() for path, name in visible if path.is_file())
        self._digests: dict[str, str | None] = {}

    @property
    def names_for_notebooks(self) -> list[str]:
        """The names that may decide what a notebook shows: all but the frozen issues."""
        return [name for name in self.names if not _FROZEN.match(name)]

    def digest(self, name: str) -> str | None:
        """The hash of a file, or of a manifest or a record narrowed to some of its rows."""
        if name not in self._digests:
            listing, asked, rows = name.partition(ROWS)
            path, wanted = self.data_dir / listing, set(rows.split("|"))
            of_rows = _listed if path.name == _MANIFEST else _of_areas
            told = of_rows(path, wanted) if asked else None
            self._digests[name] = file_digest(path) if told is None else digest_of(told)
        return self._digests[name]

    def digests(self, names: Iterable[str]) -> dict[str, str | None]:
        """The hash of each of these."""
        return {name: self.digest(name) for name in sorted(names)}

    def hold(self) -> None:
        """Hash every file now, so that a later change can be seen."""
        for name in self.names:
            self.digest(name)

    def changed_since(self, used: Iterable[str]) -> list[str]:
        """Names whose content changed since the snapshot, and of those ``used`` the ones that were not there then."""
        now = Snapshot(self.data_dir)
        new = (set(now.names) - set(self.names)).intersection(used)
        return sorted(new.union(name for name in self.names if now.digest(name) != self.digest(name)))

    def still(self, recorded: Mapping[str, str | None]) -> bool:
        """Whether everything recorded earlier has the same hash now."""
        return all(self.digest(name) == known for name, known in recorded.items())


@dataclass(frozen=True)
class Machinery:
    """Hashes of what computes: the package as notebooks see it, the whole package, the versions, the lock."""

    seen_by_notebooks: str
    whole_package: str
    versions: str
    lock: str | None

    @classmethod
    def of(cls, lock: Path) -> Machinery:
        """The hashes as of now."""
        return cls(package_digest(True), package_digest(False), versions_digest(lock), file_digest(lock))


def narrowed(names: Iterable[str], text: str, data_dir: Path) -> set[str]:
    """The same inputs, but of a manifest only the rows of files that this notebook read or showed.

    Every notebook reads the manifests; a new hash there of any other file must not run it again. ``text`` is the
    executed notebook.
    """
    known = set(names)
    for name in [name for name in known if name.rpartition("/")[2] == _MANIFEST]:
        folder = name.removesuffix(_MANIFEST)
        read = {other.removeprefix(folder) for other in known if other.startswith(folder) and other != name}
        shown = {row["file"] for row in _rows(data_dir / name) if row["sha256"][:_SHOWN_LETTERS] in text}
        known = (known - {name}) | {name + ROWS + "|".join(sorted(read | shown))}
    return known


def _read(path: Path) -> list[dict[Any, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _rows(path: Path) -> list[dict[str, str]]:
    named = ({key: value for key, value in row.items() if isinstance(key, str)} for row in _read(path))
    return [{**row, "file": row.get("file") or "", "sha256": row.get("sha256") or ""} for row in named]


def _of_areas(path: Path, areas: set[str]) -> list[dict[str, str]] | None:
    """The rows of a record of these areas; None where they cannot be told from the others."""
    rows = _read(path)
    whole = rows and all("area" in row and None not in (*row, *row.values()) for row in rows)
    return [row for row in rows if row["area"].strip() in areas] if whole else None


def _listed(path: Path, counted: set[str]) -> list[dict[str, str]]:
    """The rows of a manifest; of files that do not count, only the fields that do not change with content."""
    return [
        row if row["file"] in counted else {key: value for key, value in row.items() if key not in _CHANGE_WITH_CONTENT}
        for row in _rows(path)
    ]


def package_digest(for_notebooks: bool) -> str:
    """A hash of the package's source: all of it, or what notebooks can see."""
    root = Path(symphony_analysis.__file__).parent
    found: dict[str, str | None] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = "__pycache__" in name or path.suffix not in _SOURCE_ENDINGS
        if hidden or (for_notebooks and name.startswith(_NOT_SEEN_BY_NOTEBOOKS)):
            continue
        found[name] = file_digest(path)
    return digest_of(found)


def versions_digest(lock: Path) -> str:
    """A hash of the Python version, the lock and the installed versions."""
    versions = {name: _version(name) for name in _ENGINES}
    return digest_of([platform.python_version_tuple()[:2], file_digest(lock), versions])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def contents(folder: Path) -> dict[str, str | None]:
    """Every file of a report with its hash; the record of the run, which holds times, is left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: file_digest(path) for name, path in named.items() if name != RECORD}
