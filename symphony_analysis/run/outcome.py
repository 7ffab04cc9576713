"""How a run ends: exit codes, the failures that carry them, the outcome of a good run."""

import errno
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from symphony_analysis.run.kernels.inside import FULL


class Exit(IntEnum):
    """The exit codes of ``symphony run``; docs and schedulers may rely on them."""

    DONE = 0
    UNCHANGED = 2
    WITH_GAPS = 3
    PARAMETERS = 64
    DATA = 65
    TOOL = 69
    INTERNAL = 70
    KERNEL = 71
    WRITE = 73
    LEAK = 74
    BUSY = 75
    TIMEOUT = 124
    HANGUP = 129
    INTERRUPT = 130
    TERMINATED = 143


_NO_ROOM = FULL - {errno.EROFS}
_OF_A_DISK = {*FULL, errno.EACCES, errno.EPERM}
MEANINGS = {
    Exit.DONE: "reports put in place, or nothing to do because nothing changed",
    Exit.UNCHANGED: "nothing changed since the last run (only with --detailed-exit-code)",
    Exit.WITH_GAPS: "put in place; a section named with --allow-missing was not produced and says so",
    Exit.PARAMETERS: "a parameter, a path or a notebook's parameters cell is wrong; no kernel was started",
    Exit.DATA: "the data is wrong, or changed while the run was reading it",
    Exit.TOOL: "a tool that is needed is missing, or no kernel could be started",
    Exit.INTERNAL: "a notebook raised an error or ended early, or the report could not be put together",
    Exit.KERNEL: "a kernel died",
    Exit.WRITE: "the disk is full or the output folder cannot be written",
    Exit.LEAK: "the report was stopped: something that must not leave the trust was found in the report",
    Exit.BUSY: "another run is writing this report",
    Exit.TIMEOUT: "a notebook or the whole run took longer than allowed",
    Exit.HANGUP: "the terminal was closed",
    Exit.INTERRUPT: "interrupted from the keyboard",
    Exit.TERMINATED: "stopped by the system",
}


def error_in_words(error: str, message: str, where: str) -> str:
    """An error in a message: "ValueError: why (where)"."""
    return "".join([error, f": {message}" if message else "", f" ({where})" if where else ""])


class RunFailed(Exception):
    """A run that ended with the reports unchanged; the message says why and what to do, without values."""

    exit_code: Exit = Exit.INTERNAL

    def __init__(self, message: str, exit_code: Exit | int | None = None) -> None:
        super().__init__(message)
        if exit_code is not None:
            self.exit_code = Exit(exit_code)


def disk_fault(error: BaseException) -> RunFailed | None:
    """A failure of a disk or of a file on it, in a sentence with the file's name; None for any other error."""
    if not isinstance(error, OSError) or error.errno not in _OF_A_DISK:
        return None
    name = Path(str(error.filename)).name if error.filename else "a file"
    why = "it is open in another program, or its folder is read-only"
    full = "the disk is full" + (f": {name} cannot be written" if error.filename else "")
    return RunFailed(full if error.errno in _NO_ROOM else f"{name} cannot be written: {why}", Exit.WRITE)


class WrongParameter(RunFailed):
    """A parameter or a path that cannot be accepted."""

    exit_code = Exit.PARAMETERS


class Stopped(RunFailed):
    """A signal stopped the run."""

    exit_code = Exit.TERMINATED


@dataclass(frozen=True)
class NotebookFailure:
    """Why one notebook was not produced.

    ``cell``: number in the stored notebook from 1 (0: no cell); ``error``: class of the error; ``message``: empty
    unless known to hold no values.
    """

    notebook: str
    release: str
    cell: int
    error: str
    message: str = ""
    where: str = ""
    exit_code: int = Exit.INTERNAL

    @property
    def what(self) -> str:
        """The failure without its notebook and release."""
        place = f", cell {self.cell}" if self.cell else ""
        return f"{place}: {error_in_words(self.error, self.message, self.where)}"

    def __str__(self) -> str:
        return f"{self.notebook} for {self.release}{self.what}"


class NotebooksFailed(RunFailed):
    """One or more notebooks failed; nothing was put in place."""

    def __init__(self, failures: list[NotebookFailure]) -> None:
        self.failures = failures
        alike: dict[tuple[str, ...], list[NotebookFailure]] = {}
        for failure in failures:  # what is wrong with the data is said once, however many notebooks need the file
            of_data = failure.message and failure.exit_code == Exit.DATA
            key = (failure.message,) if of_data else (failure.notebook, failure.what)
            alike.setdefault(key, []).append(failure)
        lines = map(_in_a_line, alike.values())
        super().__init__("\n".join(lines), Exit(max(failure.exit_code for failure in failures)))


def _in_a_line(alike: list[NotebookFailure]) -> str:
    first, notebooks = alike[0], dict.fromkeys(failure.notebook for failure in alike)
    if len(notebooks) > 1:
        return f"{first.message} (found by {', '.join(notebooks)})"
    return f"{first.notebook} for {', '.join(dict.fromkeys(failure.release for failure in alike))}{first.what}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run that ended well.

    ``placed``, ``unchanged``: folder names; ``missing``: (folder, notebook) pairs left out by permission;
    ``kernels_started`` counts kernels, ``from_cache`` notebooks that did not have to run.
    """

    run_id: str
    out: Path
    placed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    kernels_started: int = 0
    from_cache: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> Exit:
        """0, or 3 when a section was left out."""
        return Exit.WITH_GAPS if self.missing else Exit.DONE

    @property
    def detailed_exit_code(self) -> Exit:
        """As ``exit_code``, but 2 when nothing had changed."""
        idle = not self.placed and not self.missing
        return Exit.UNCHANGED if idle else self.exit_code
