"""Kernels forked from a process that has imported everything already: the fast source, on Linux."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from symphony_analysis.run.kernels.cold import ColdSource
from symphony_analysis.run.kernels.end_tree import end_tree
from symphony_analysis.run.kernels.environment import Surroundings

SERVER = "symphony_analysis.run.kernels.fork_server"
_READY_SECONDS = 30
_START_SECONDS = 10


class ForkedProcess:
    """A kernel process that is not our own child; looks like ``subprocess.Popen`` to a provisioner."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.ended = threading.Event()

    def end(self, status: int) -> None:
        """Record the exit status that the server reports."""
        self.returncode = status
        self.ended.set()

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end. Raises TimeoutExpired."""
        if not self.ended.wait(timeout):
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _processor_seconds(pid: int, with_children: bool) -> float:
    """How long a process, or it and what it started, has worked; 0 when it is gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        every = [process, *(process.children(recursive=True) if with_children else ())]
        return float(sum(sum(each.cpu_times()[:2]) for each in every))
    return 0.0


class Server:
    """Our side of the fork server: starts it, requests forks, receives exit statuses."""

    def __init__(self, surroundings: Surroundings) -> None:
        ours, theirs = socket.socketpair()
        self._line = ours
        with theirs, (surroundings.scratch / "zygote.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", SERVER, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=surroundings.cwd,
                env=surroundings.variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._answers = threading.Semaphore(0)
        self._answer: dict[str, Any] = {}
        self._asking = threading.Lock()
        self._state = threading.Lock()
        self._children: dict[int, ForkedProcess] = {}
        self._early: dict[int, int] = {}
        self._is_ready: bool | None = None
        self._gone = False
        threading.Thread(target=self._listen, name="zygote", daemon=True).start()
        self._send({"preload": list(surroundings.preload), "data_dir": str(surroundings.data_dir)})

    def ready(self) -> None:
        """Wait until the server can fork. Raises RuntimeError when it cannot."""
        with self._asking:
            if self._is_ready is None:
                why = self._receive(_READY_SECONDS).get("ready", "it did not start")
                self._is_ready = not why
                if why:
                    raise RuntimeError(why)
            if not self._is_ready:
                raise RuntimeError("the server of kernels is not usable")

    def fork(self, what: str, arguments: list[str]) -> ForkedProcess:
        """Fork a "kernel" or "builder" with these arguments."""
        self.ready()
        with self._asking:
            self._send({what: arguments})
            pid = self._receive(_START_SECONDS).get("pid")
        if pid is None:
            raise RuntimeError("the server of kernels has gone")
        process = ForkedProcess(pid)
        with self._state:
            self._children[pid] = process
            if pid in self._early:
                process.end(self._early.pop(pid))
            elif self._gone:  # nobody will report its end
                process.kill()
                process.end(-int(signal.SIGKILL))
        return process

    def close(self) -> None:
        """End the server, and with it the processes it forked; at once while it imports and cannot listen."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        if not self._is_ready:
            end_tree(self._process.pid)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, request: dict[str, Any]) -> None:
        self._line.sendall(json.dumps(request).encode() + b"\n")

    def _receive(self, seconds: float) -> dict[str, Any]:
        """The next answer. A busy machine may take long: the server is given up when it did no work meanwhile."""
        worked = 0.0
        while not self._answers.acquire(timeout=seconds):
            # Until it is ready a child reads the data, which the server waits for; later its children are the kernels.
            so_far = _processor_seconds(self._process.pid, with_children=self._is_ready is None)
            if so_far <= worked:
                self._process.kill()
                raise RuntimeError("the server of kernels does not answer")
            worked = so_far
        return self._answer

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._line.makefile("rb") as lines:
            for line in lines:
                said = json.loads(line)
                if "exit" not in said:
                    self._answer = said
                    self._answers.release()
                    continue
                with self._state:
                    process = self._children.pop(said["exit"], None)
                    if process is None:
                        self._early[said["exit"]] = said["status"]
                    else:
                        process.end(said["status"])
        with self._state:
            self._gone = True
            for process in self._children.values():
                if process.returncode is None:
                    process.kill()
                    process.end(-int(signal.SIGKILL))
        self._answer = {}
        self._answers.release()


class ForkProvisioner(LocalProvisioner):
    """A local provisioner whose process is forked by the server."""

    server: Server
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel instead of starting an interpreter."""
        self.process = self.server.fork("kernel", cmd[cmd.index("ipykernel_launcher") + 1 :])
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info


class ForkSource(ColdSource):
    """Starts kernels and builders by forking one pre-imported process."""

    kind = "fork"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._server = Server(surroundings)

    def manager(self) -> AsyncKernelManager:
        """A cold source's manager with the server as its provisioner."""
        manager = super().manager()
        provisioner = ForkProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
        provisioner.server = self._server
        manager.provisioner = provisioner
        return manager

    def _start_builder(self, paper: Path) -> Any:
        """Fork the builder; start a new interpreter when the server has gone."""
        try:
            return self._server.fork("builder", [str(paper)])
        except (OSError, RuntimeError):
            return super()._start_builder(paper)

    def close(self) -> None:
        """End the kernels, then the server."""
        super().close()
        self._server.close()
