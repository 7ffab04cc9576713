"""The ``run.json`` of each report: what went in, what came out, when. It alone may differ between equal runs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import symphony_analysis
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.run.unchanged.fingerprints import RECORD, Machinery, Snapshot, contents, digest_of


def report_key(release: Parameters, books: Sequence[Book], names: Sequence[str], machinery: Machinery) -> str:
    """A hash of everything but the content of the inputs that decides a report."""
    cells = [(book.name, book.content_key) for book in books]
    return digest_of([cells, release.shown(), machinery.whole_package, machinery.versions, list(names)])


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of a report in its place; None when it cannot be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def is_unchanged(
    folder: Path, release: Parameters, books: Sequence[Book], snapshot: Snapshot, machinery: Machinery, pages: bool
) -> bool:
    """Whether the report in its place is what a run would make now, byte for byte.

    True only when what decides it, each input that it used and each of its files are as recorded; one of pages
    alone only where ``pages`` are all that is asked for.
    """
    record = read_record(folder)
    if record is None or record.get("missing") or (record.get("pages_only") and not pages):
        return False
    try:
        same = record["report_key"] == report_key(release, books, snapshot.names, machinery)
        return same and snapshot.still(record["inputs"]) and contents(folder) == record["files"]
    except (KeyError, AttributeError, TypeError):
        return False


def new_record(
    release: Parameters,
    books: Sequence[Book],
    snapshot: Snapshot,
    machinery: Machinery,
    inputs: Mapping[str, str | None],
) -> dict[str, Any]:
    """The part of a record that follows from the inputs."""
    return {
        "parameters": release.shown(),
        "code_version": symphony_analysis.__version__ if hasattr(symphony_analysis, "__version__") else "",
        "package_sha256": machinery.whole_package,
        "lock_sha256": machinery.lock,
        "report_key": report_key(release, books, snapshot.names, machinery),
        "inputs": dict(inputs),
    }


def write_record(stage: Path, record: Mapping[str, Any]) -> None:
    """Write the record into a finished stage, with the hash of every other file."""
    whole = {**record, "files": contents(stage)}
    text = json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (stage / RECORD).write_text(text, encoding="utf-8", newline="\n")
