"""The private folder of a run: locks, work in progress, what earlier runs left behind.

Everything is under ``out/.symphony``, on the same disk as the reports, so that a report is put in place by a rename.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from symphony_analysis.files.folder_renames import remove, rename
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.run.unchanged.fingerprints import contents, digest_of
from symphony_analysis.run.unchanged.machine_key import is_signed, signature

PRIVATE = ".symphony"
_SET_ASIDE, _OWNER = "replaced", "trust.txt"
_RUN_ID = re.compile(r"[0-9a-f]{12}")
#: A temporary folder with a longer path leaves too little of the 108 letters that the path of a socket may have.
_LONGEST_TEMPORARY = 60


class Workspace:
    """Folders and locks of one run. Use as a context; leaving it removes the work and frees the locks."""

    def __init__(self, out: Path, folders: Iterable[str]) -> None:
        self.out = out
        self.private = out / PRIVATE
        self.run_id = uuid.uuid4().hex[:12]
        self.work = self.private / "work" / self.run_id
        self.cache = self.private / "cache"
        #: There while a report was put in place that the list of reports does not show yet.
        self.list_due = self.private / "list.due"
        self.sockets = Path()
        self._folders = sorted(folders)
        self._held: list[FileLock] = []

    def __enter__(self) -> Workspace:
        try:
            (self.private / "locks").mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):  # it holds pages and figures of every edition, the internal one too
                self.private.chmod(0o700)
            self._refuse_another_disk()
            for folder in self._folders:
                try:
                    self._hold(folder)
                except Timeout:
                    message = f"another run is writing {self.out.name}/{folder}; this one did nothing"
                    raise RunFailed(message, Exit.BUSY) from None
            self.clear_leftovers()
            self.work.mkdir(parents=True)
            self._hold(f"run-{self.run_id}")
            self.sockets = sockets_of(self.run_id)
            self.sockets.mkdir(mode=0o700)
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            remove(self.work, sockets_of(self.run_id))
        finally:
            self._release()

    def _refuse_another_disk(self) -> None:
        """Raise WrongParameter where a report could not be put in place by a rename."""
        disk = self.out.stat().st_dev
        for place in (self.private, *(self.out / folder for folder in self._folders)):
            if place.exists() and place.stat().st_dev != disk:
                message = (
                    f"{self.out.name}/{place.name} is on another disk than {self.out.name}/; keep both on one disk"
                )
                raise WrongParameter(message)

    def belongs_to(self, trust: str) -> None:
        """Keep the folder of reports for one trust. Raises WrongParameter where it has another trust's."""
        note = self.private / _OWNER
        if (owner := _text(note)) and owner != trust:
            message = f"{self.out.name}/ holds the reports of {owner}, not of {trust}; choose another folder with --out"
            raise WrongParameter(message)
        if not owner:
            note.write_text(trust, encoding="utf-8")

    def stage(self, folder: str) -> Path:
        """Make the empty folder in which a release is built."""
        place = self.staged(folder)
        place.mkdir(parents=True)
        if "internal" in folder.split("-"):  # nothing is hidden in it
            place.chmod(0o700)
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
            if not _RUN_ID.fullmatch(work.name) or work.is_symlink():
                continue  # no run of ours has made it
            lock = FileLock(self._lock_path(f"run-{work.name}"), thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            try:
                # Where folders cannot be exchanged in one step, a kill may fall between two renames: undo the first.
                for old in (work / _SET_ASIDE).glob("*/"):
                    if not (self.out / old.name).exists() and is_signed(_text(_note(old)), *_known(old)):
                        rename(old, self.out / old.name)
                remove(work, sockets_of(work.name))
            finally:
                lock.release()
                with contextlib.suppress(OSError):
                    self._lock_path(f"run-{work.name}").unlink(missing_ok=True)

    def aside(self, folder: str) -> Path:
        """Where a report waits while it is being replaced in two steps; only what is noted here is ever put back."""
        waits = self.work / _SET_ASIDE / folder
        waits.parent.mkdir(exist_ok=True)
        _note(waits).write_text(signature(folder, digest_of(contents(self.out / folder))), encoding="utf-8")
        return waits


def reports_of(stage: Path) -> Path | None:
    """The folder of reports that a stage is built for; None for a stage that is no run's."""
    return next((place.parent for place in stage.parents if place.name == PRIVATE), None)


def _note(waits: Path) -> Path:
    return waits.with_name(f"{waits.name}.signed")


def _known(waits: Path) -> tuple[str, str]:
    return waits.name, digest_of(contents(waits))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def sockets_of(run_id: str) -> Path:
    """The short folder for connection files of a run. Its name follows from the run: no file says what to delete."""
    usual = Path(tempfile.gettempdir())
    short = os.name == "posix" and len(str(usual)) > _LONGEST_TEMPORARY
    return (Path("/tmp") if short else usual) / f"sym{run_id}"
