"""The choice of kernel source for this machine, with the fallback from fork to cold."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symphony_analysis.run.kernels.cold import KINDS, ColdSource
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.kernels.fork import ForkSource
from symphony_analysis.run.outcome import WrongParameter


class ForkElseCold:
    """Forked kernels; when forking fails, warns once and starts every further kernel cold."""

    def __init__(self, surroundings: Surroundings, warn: Callable[[str], None]) -> None:
        self._cold, self._warn = ColdSource(surroundings), warn
        self._fork: ForkSource | None = None
        self._forked: set[Any] = set()
        self._lock = threading.Lock()
        self._usable = True
        try:
            self._fork = ForkSource(surroundings)
        except (OSError, RuntimeError) as error:
            self._go_on_cold(error)

    @property
    def kind(self) -> str:
        """The source in use."""
        return "fork" if self._usable else "cold"

    @property
    def started(self) -> int:
        """Kernels started, by both sources."""
        return self._cold.started + (self._fork.started if self._fork else 0)

    def _go_on_cold(self, error: Exception | str) -> None:
        with self._lock:
            if self._usable:
                self._usable = False
                self._warn(f"warning: kernels are started another way, because fork does not work here: {error}")

    def acquire(self) -> Any:
        """Start a forked kernel, or a cold one where forking does not work."""
        if self._fork is not None and self._usable:
            try:
                manager = self._fork.acquire()
                self._forked.add(manager)
                return manager
            except (OSError, RuntimeError) as error:
                if self._fork.is_closed:
                    raise
                self._go_on_cold(error)
        return self._cold.acquire()

    def give_up(self, manager: Any) -> bool:
        """Whether the notebook of a kernel that never answered may be tried again, cold."""
        if manager not in self._forked or self._cold.is_closed:
            return False
        self._go_on_cold("a kernel started and was not heard")
        return True

    def discard(self, manager: Any) -> None:
        """End a kernel through the source that started it."""
        if self._fork is not None and manager in self._forked:
            self._forked.discard(manager)
            self._fork.discard(manager)
        else:
            self._cold.discard(manager)

    def builder(self, paper: Path) -> Any:
        """Start a process that builds a report, from the source in use."""
        return (self._fork if self._fork is not None and self._usable else self._cold).builder(paper)

    def close(self) -> None:
        """End all kernels and builders."""
        self._cold.close()
        if self._fork is not None:
            self._fork.close()


KernelSource = ColdSource | ForkElseCold


def choose(kind: str, surroundings: Surroundings, warn: Callable[[str], None]) -> KernelSource:
    """The source asked for; "auto" is fork on Linux, where forking is safe, and cold elsewhere."""
    if kind not in KINDS:
        raise WrongParameter(f"kernels must be one of {', '.join(KINDS)}")
    if kind == "fork" or (kind == "auto" and sys.platform.startswith("linux")):
        return ForkElseCold(surroundings, warn)
    return ColdSource(surroundings)
