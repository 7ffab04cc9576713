"""Which kernel source to use on this machine, and what happens when it does not work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symphony_analysis.run.kernels.cold import KINDS, ColdSource, KernelSource
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.kernels.fork import ForkSource
from symphony_analysis.run.kernels.warm import WarmSource
from symphony_analysis.run.outcome import WrongParameter

Make = Callable[[], KernelSource]


def choose(kind: str, surroundings: Surroundings, width: int, needed: int, warn: Callable[[str], None]) -> KernelSource:
    """The source asked for, with slower ones behind it; "auto" is the fastest that this system has.

    ``needed``: how many kernels the run will ask for. Linux can copy a process safely; macOS and Windows cannot,
    and start the next kernel ahead of time instead.
    """
    if kind not in KINDS:
        raise WrongParameter(f"kernels must be one of {', '.join(KINDS)}")
    if kind == "auto":
        kind = "fork" if sys.platform.startswith("linux") else "warm"
    makers: dict[str, Make] = {
        "fork": lambda: ForkSource(surroundings),
        "warm": lambda: WarmSource(surroundings, width, needed),
        "cold": lambda: ColdSource(surroundings),
    }
    order = list(makers)
    return Fallback([(name, makers[name]) for name in order[order.index(kind) :]], warn)


class Fallback:
    """Uses the first source; when that cannot give a kernel, says so once and goes on with the next."""

    def __init__(self, makers: list[tuple[str, Make]], warn: Callable[[str], None]) -> None:
        self._makers, self._warn = makers, warn
        self._owners: dict[Any, KernelSource] = {}
        self._sources: list[KernelSource] = []
        self._lock = threading.Lock()
        self._closed = False
        with self._lock:
            self._open()

    @property
    def kind(self) -> str:
        """The source in use."""
        return self._sources[-1].kind

    @property
    def started(self) -> int:
        """Kernels started, by whichever source."""
        return sum(source.started for source in self._sources)

    def _open(self) -> None:
        """Make the next source that can be made."""
        while True:
            name, make = self._makers.pop(0)
            try:
                self._sources.append(make())
                return
            except (OSError, RuntimeError) as error:
                if not self._makers:
                    raise
                self._say(name, error)

    def _say(self, name: str, error: Exception) -> None:
        self._warn(f"warning: kernels are started another way, because {name} does not work here: {error}")

    def acquire(self) -> Any:
        """A kernel from the source in use, or from the next when it fails."""
        while True:
            source = self._sources[-1]
            try:
                manager = source.acquire()
            except (OSError, RuntimeError) as error:
                with self._lock:
                    if self._closed or (not self._makers and source is self._sources[-1]):
                        raise
                    if source is self._sources[-1]:
                        self._say(source.kind, error)
                        self._open()
                continue
            self._owners[manager] = source
            return manager

    def give_up(self, manager: Any) -> bool:
        """A kernel of this source was never heard: go on with the next source, if there is one."""
        with self._lock:
            if self._closed:
                return False
            if self._owners[manager] is not self._sources[-1]:
                return True  # another notebook's kernel has told already
            if not self._makers:
                return False
            self._say(self.kind, RuntimeError("a kernel started and was not heard"))
            self._open()
            return True

    def discard(self, manager: Any) -> None:
        """End a kernel through the source it came from."""
        self._owners.pop(manager).discard(manager)

    def builder(self, paper: Path) -> Any:
        """A process that builds a report, from the source in use."""
        return self._sources[-1].builder(paper)

    def close(self) -> None:
        """End everything."""
        with self._lock:
            self._closed = True
            for source in self._sources:
                source.close()
