"""Kernels started as new interpreters; forked ones have the same interface.

One kernel per notebook, never used twice. Whatever the source, a notebook's outputs are the same bytes.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop, run_sync

from symphony_analysis.run.kernels.end_tree import end_tree
from symphony_analysis.run.kernels.environment import Surroundings, kernel_command

KINDS = ("auto", "fork", "cold")


class OwnPython(KernelSpecManager):
    """A specification manager that knows one kernel: this Python."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """This Python, whatever kernel name a notebook carries."""
        return KernelSpec(
            argv=kernel_command(),
            display_name="Python 3",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )


class ColdSource:
    """Starts a new interpreter for each notebook. Works everywhere; the fork source falls back to it."""

    kind = "cold"

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.started = 0
        self._numbers = itertools.count(1)
        self._live: set[AsyncKernelManager] = set()
        self._builders: list[Any] = []
        self._lock = threading.Lock()
        self._closed = False

    def manager(self) -> AsyncKernelManager:
        """A manager with a connection that no other user can read."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the run is being stopped")
            number = next(self._numbers)
        # Named by kind too: a source that takes over must not meet the files of the one before it.
        name = str(self.surroundings.sockets / f"{self.kind[0]}{number}")
        manager = AsyncKernelManager(kernel_spec_manager=OwnPython(), connection_file=f"{name}.json")
        if sys.platform == "win32":
            manager.transport_encryption = "required"
        else:
            manager.transport, manager.ip = "ipc", name
        return manager

    def start(self, manager: AsyncKernelManager) -> None:
        """Start the manager's kernel and remember it until it is discarded."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the run is being stopped")
            self._live.add(manager)
        try:
            run_sync(manager.start_kernel)(
                cwd=str(self.surroundings.cwd),
                env=self.surroundings.variables(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except BaseException:
            self.discard(manager)
            raise
        with self._lock:
            self.started += 1
        if self.is_closed:
            kill(manager)

    @property
    def is_closed(self) -> bool:
        """Whether the source was closed, perhaps by another thread."""
        return self._closed

    def acquire(self) -> AsyncKernelManager:
        """Start a kernel."""
        manager = self.manager()
        self.start(manager)
        return manager

    def discard(self, manager: AsyncKernelManager) -> None:
        """Kill the kernel's process group, wait for it, remove its connection files.

        On a busy machine its end may be reported late; it has been killed, and the run goes on.
        """
        kill(manager)
        try:
            provisioner: Any = manager.provisioner
            if manager.has_kernel:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    provisioner.process.wait(timeout=10)
                provisioner.process = None
        finally:
            run_sync(manager.cleanup_resources)()
            with self._lock:
                self._live.discard(manager)

    def give_up(self, manager: AsyncKernelManager) -> bool:
        """False: a cold kernel has no fallback."""
        return False

    def builder(self, paper: Path) -> Any:
        """Start a process that builds a report."""
        process = self._start_builder(paper)
        with self._lock:
            self._builders.append(process)
        if self.is_closed:
            end_tree(process.pid)
        return process

    def _start_builder(self, paper: Path) -> Any:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "symphony_analysis.run.reports", str(paper)],
            cwd=self.surroundings.cwd,
            env=self.surroundings.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )

    def close(self) -> None:
        """Kill what is left. Safe to call from another thread than the one that runs a notebook."""
        with self._lock:
            self._closed = True
            left, builders = list(self._live), self._builders
        for manager in left:
            kill(manager)
        for process in builders:
            if process.poll() is None:
                end_tree(process.pid)


def close_loop() -> None:
    """Close this thread's event loop and cancel what a killed kernel left waiting; the next use makes a new one.

    A running loop belongs to the caller (a notebook that calls the run, say) and is left alone.
    """
    loop = ensure_event_loop()
    if loop.is_running():
        return
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


def kill(manager: Any) -> None:
    """Kill a kernel and its children; those that have gone already are passed over."""
    provisioner = manager.provisioner
    process = getattr(provisioner, "process", None)
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        elif provisioner.pgid and provisioner.pgid != os.getpgrp():
            os.killpg(provisioner.pgid, signal.SIGKILL)
        else:
            process.kill()
