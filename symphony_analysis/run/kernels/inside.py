"""The code that runs inside a kernel: records the inputs that were used and describes an error safely.

Kept free of heavy imports: every kernel loads it. Nothing here touches the notebook's own names.
"""

import errno
import json
import linecache
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

#: Errors of a disk that is full or cannot be written; Windows knows no quota.
FULL = {errno.ENOSPC, errno.EFBIG, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}
_PACKAGE = __name__.partition(".")[0]
#: Where programs keep tables of their own.
_PROGRAMS = tuple(
    os.path.realpath(folder) + os.sep for folder in (sys.prefix, sys.base_prefix, Path(__file__).parents[2])
)
_OF_CODE = (NameError, ImportError, SyntaxError, ZeroDivisionError, AttributeError, NotImplementedError)
_VALUE_FREE = (*_OF_CODE, RecursionError, MemoryError, SystemExit)
_TABLES = (".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".parquet", ".feather", ".pkl")
_opened: set[str] = set()
_elsewhere: set[str] = set()
_root = ""


def watch(data_dir: str) -> None:
    """Record from now on every file opened under the data folder, and every table opened anywhere else."""
    global _root
    first = not _root
    _root = os.path.realpath(data_dir)
    _opened.clear()
    _elsewhere.clear()
    if first:
        sys.addaudithook(_note)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not isinstance(arguments[0], str | os.PathLike):
        return
    path = os.path.realpath(arguments[0])
    if path.startswith(_root + os.sep):
        name = os.path.relpath(path, _root).replace(os.sep, "/")
        if name not in _told("read_by_rows"):
            _opened.add(name)
    elif path.lower().endswith(_TABLES) and not path.startswith(_PROGRAMS):
        _elsewhere.add(Path(path).suffix.lower())


def elsewhere() -> str:
    """The kinds of tables opened outside the data folder since ``watch``, as JSON; their names may be a pupil's."""
    return json.dumps(sorted(_elsewhere))


def used() -> str:
    """Names of the inputs used since ``watch``, as JSON."""
    return json.dumps(sorted(names_used()))


def names_used() -> set[str]:
    """The inputs used since ``watch``: paths relative to the data folder, with the areas of a record used in part."""
    return _opened | _told("files_read")


def _told(name: str) -> set[str]:
    """What a function of the room that reads the data tells, where that room is in use."""
    ask = getattr(sys.modules.get(f"{_PACKAGE}.sources"), name, None)
    return {str(path).replace("\\", "/") for path in ask()} if callable(ask) else set()


def failure() -> str:
    """The kernel's last error as ``described``, as JSON."""
    return json.dumps(described(getattr(sys, "last_value", None)))


def described(error: BaseException | None) -> dict[str, Any]:
    """An error's class, its message when known to hold no pupil's data, and where it arose."""
    if error is None:
        return {"error": "", "message": "", "where": "", "exit_code": None}
    code, last = getattr(error, "exit_code", None), error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return {
        "error": type(error).__name__,
        "message": said if _may_be_said(error, last) else "",
        "where": _place(error.__traceback__),
        "exit_code": int(code) if isinstance(code, int) else _usual_code(error),
    }


def _usual_code(error: BaseException) -> int | None:
    """The exit code of an error caused by the machine: memory or disk; None for others."""
    if isinstance(error, MemoryError):
        return 71
    if isinstance(error, OSError) and error.errno in FULL:
        return 73
    return None


def _may_be_said(error: BaseException, last: TracebackType | None) -> bool:
    """Whether a message is safe: our own errors and those that name only code, none that quotes its input."""
    known = type(error).__module__.partition(".")[0] == _PACKAGE or hasattr(error, "exit_code")
    if known or isinstance(error, _VALUE_FREE):
        return True
    if last is None:
        return False
    frame = last.tb_frame
    ours = frame.f_globals.get("__name__", "").partition(".")[0] in (_PACKAGE, "__main__")
    line = linecache.getline(frame.f_code.co_filename, last.tb_lineno, frame.f_globals)
    return ours and line.lstrip().startswith("raise ")


def _place(trace: TracebackType | None) -> str:
    """The deepest line of this package on the way to the error."""
    found = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] == _PACKAGE:
            found = f"{module} line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
