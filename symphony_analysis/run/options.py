"""The options of a run; none changes a byte of a file, ``pages`` leaves some out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.time_limits import Limits
from symphony_analysis.run.work.dask_address import Address

Build = Callable[[dict[str, Any], Parameters, Path, Any], Any]
Load = Callable[[Path], Any]
Before = Callable[[], str]
After = Callable[[Path], None]


def cluster_at(options: Options) -> Address | None:
    """The Dask cluster of a run; None for this machine. Raises WrongParameter."""
    return Address(options.dask, options.dask_security, options.dask_clear_text) if options.dask else None


@dataclass(frozen=True)
class Options:
    """The options of one run.

    ``kernels``: auto, fork or cold; ``jobs``: notebooks at once (0: one more than cores); ``fresh``: run even what has
    not changed; ``pages``: no PDF, Word and workbook, which a later run adds; ``dask``: address of a scheduler;
    ``dask_security``: the file of its certificates; ``dask_clear_text``: do without them; ``allow_missing``: notebooks
    that may fail, leaving a section that says so; ``notify``: a command started when a run fails; ``lock``: the file of
    locked dependencies; ``stream``: where progress is shown (standard error).
    """

    kernels: str = "auto"
    jobs: int = 0
    fresh: bool = False
    pages: bool = False
    dask: str = ""
    dask_security: Path | None = None
    dask_clear_text: bool = False
    limits: Limits = field(default_factory=Limits)
    allow_missing: tuple[str, ...] = ()
    notify: str = ""
    lock: Path = Path("requirements.lock")
    stream: TextIO | None = None
