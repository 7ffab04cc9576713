"""Replacing a report by a finished one in one step, or not at all."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from symphony_analysis.files.folder_renames import rename
from symphony_analysis.run.reports.workspace import Workspace
from symphony_analysis.run.unchanged.cache import write_whole
from symphony_analysis.run.unchanged.fingerprints import RECORD, contents

_AT_FDCWD, _RENAME_EXCHANGE, _RENAME_SWAP = -100, 2, 2
_NOT_POSSIBLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV}


def settle(folder: Path) -> None:
    """Flush every byte of a folder to the disk before it is put in place, for the case of a power cut."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            _sync(path, os.O_RDWR)
        elif os.name == "posix":
            _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(stage: Path, folder: str, workspace: Workspace) -> None:
    """Make a stage ``out/folder``.

    A new folder is renamed into place; an existing one is exchanged with the stage in one step of the file system.
    Where the system has no such step (Windows), two renames are made, and the next run undoes a half-made pair.
    """
    target = workspace.out / folder
    if not target.exists():
        rename(stage, target)
    elif not exchange(stage, target):
        aside = workspace.aside(folder)
        rename(target, aside)
        try:
            rename(stage, target)
        except OSError:
            rename(aside, target)
            raise
        rename(aside, stage)
    if os.name == "posix":
        _sync(workspace.out, os.O_RDONLY)


def put_all_in_place(
    stages: Sequence[tuple[str, Path]], workspace: Workspace, placed_one: Callable[[str], None]
) -> list[str]:
    """Put every stage in its place; returns the names of those that differ from what was there.

    Of a report that came out the same only the record is renewed. When one cannot be put there, those before it are
    taken back, so that all stay as they were.
    """
    placed: list[str] = []
    for folder, stage in stages:
        if contents(stage) == contents(workspace.out / folder):
            write_whole(workspace.out / folder / RECORD, (stage / RECORD).read_text(encoding="utf-8"))
            continue
        workspace.list_due.touch()
        try:
            put_in_place(stage, folder, workspace)
        except OSError:
            for earlier in reversed(placed):
                take_back(dict(stages)[earlier], earlier, workspace)
            raise
        placed.append(folder)
        placed_one(folder)
    return placed


def take_back(stage: Path, folder: str, workspace: Workspace) -> None:
    """Undo ``put_in_place``: what was there before, or nothing, is there again."""
    if stage.exists():
        put_in_place(stage, folder, workspace)
    else:
        rename(workspace.out / folder, stage)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system or the disk cannot."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_POSSIBLE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _exchange_call() -> Any:
    if sys.platform.startswith("linux"):
        library = ctypes.CDLL(None, use_errno=True)
        if hasattr(library, "renameat2"):
            return lambda a, b: library.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, _RENAME_EXCHANGE)
    if sys.platform == "darwin":
        library = ctypes.CDLL(None, use_errno=True)
        return lambda a, b: library.renamex_np(a, b, _RENAME_SWAP)
    return None
