"""Several files written as one: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from symphony_analysis.sources.problems import SourceError, whole_file


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write these files; where one cannot be written, all are as they were. Raises SourceError, naming that file."""
    before = {path: path.read_bytes() if path.is_file() else None for path in files}
    fresh = {path: path.with_name(f".{path.name}.new") for path in files}
    done: list[Path] = []
    path = Path()
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh[path].write_bytes(content)
        for path in files:
            fresh[path].replace(path)
            done.append(path)
    except OSError as fault:
        for earlier in done:
            kept = before[earlier]
            earlier.unlink() if kept is None else earlier.write_bytes(kept)
        raise not_written(path, fault) from None
    finally:
        for left in fresh.values():
            left.unlink(missing_ok=True)


def not_written(path: Path, fault: OSError) -> SourceError:
    """The error for a file that cannot be written; nothing has been written then."""
    if isinstance(fault, PermissionError):
        found, fix = "a file open in another program, or one that you may not write", "close it there and try again"
    else:
        found, fix = fault.strerror or type(fault).__name__, "make room on the disk and try again"
    return whole_file(path.name, found, "a file that can be written; nothing was written", fix)
