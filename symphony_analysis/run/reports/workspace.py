"""The private folder of a run: locks, work in progress, what earlier runs left behind.

Everything is under ``out/.symphony``, on the same disk as the reports, so that a report is put in place by a rename.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from symphony_analysis.run.outcome import Exit, RunFailed

PRIVATE = ".symphony"
_SOCKETS_NOTE = "sockets.txt"
_SET_ASIDE = "replaced"


class Workspace:
    """Folders and locks of one run. Use as a context; leaving it removes the work and frees the locks."""

    def __init__(self, out: Path, folders: Iterable[str]) -> None:
        self.out = out
        self.private = out / PRIVATE
        self.run_id = uuid.uuid4().hex[:12]
        self.work = self.private / "work" / self.run_id
        self.cache = self.private / "cache"
        self.sockets = Path()
        self._folders = sorted(folders)
        self._held: list[FileLock] = []

    def __enter__(self) -> Workspace:
        try:
            (self.private / "locks").mkdir(parents=True, exist_ok=True)
            for folder in self._folders:
                try:
                    self._hold(folder)
                except Timeout:
                    message = f"another run is writing {self.out.name}/{folder}; this one did nothing"
                    raise RunFailed(message, Exit.BUSY) from None
            self.clear_leftovers()
            self.work.mkdir(parents=True)
            self._hold(f"run-{self.run_id}")
            self.sockets = Path(tempfile.mkdtemp(prefix="sym"))
            (self.work / _SOCKETS_NOTE).write_text(str(self.sockets), encoding="utf-8")
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            remove(self.work, self.sockets)
        finally:
            self._release()

    def stage(self, folder: str) -> Path:
        """Make the empty folder in which a release is built."""
        place = self.staged(folder)
        place.mkdir(parents=True)
        return place

    def staged(self, folder: str) -> Path:
        """The folder in which a release is built."""
        return self.work / "stage" / folder

    def _lock_path(self, name: str) -> Path:
        return self.private / "locks" / f"{name}.lock"

    def _hold(self, name: str) -> None:
        lock = FileLock(self._lock_path(name), thread_local=False)
        lock.acquire(timeout=0)
        self._held.append(lock)

    def _release(self) -> None:
        for lock in self._held:
            lock.release()
        with contextlib.suppress(OSError):
            self._lock_path(f"run-{self.run_id}").unlink(missing_ok=True)

    def clear_leftovers(self) -> None:
        """Finish or undo what a killed run left behind; live runs hold a lock."""
        for work in (self.private / "work").glob("*"):
            lock = FileLock(self._lock_path(f"run-{work.name}"), thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            try:
                # Where folders cannot be exchanged in one step, a kill may fall between two renames: undo the first.
                for old in (work / _SET_ASIDE).glob("*"):
                    if not (self.out / old.name).exists():
                        old.rename(self.out / old.name)
                note = work / _SOCKETS_NOTE
                remove(work, *([Path(note.read_text(encoding="utf-8"))] if note.is_file() else []))
            finally:
                lock.release()
                with contextlib.suppress(OSError):
                    self._lock_path(f"run-{work.name}").unlink(missing_ok=True)

    def aside(self, folder: str) -> Path:
        """Where a report waits while it is being replaced in two steps."""
        (self.work / _SET_ASIDE).mkdir(exist_ok=True)
        return self.work / _SET_ASIDE / folder


def remove(*folders: Path) -> None:
    """Remove folders of ours; what cannot be removed now is removed by the next run."""
    for folder in folders:
        if folder.name and (folder.name.startswith("sym") or PRIVATE in folder.parts):
            shutil.rmtree(folder, ignore_errors=True)
