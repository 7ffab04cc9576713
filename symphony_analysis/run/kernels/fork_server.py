"""The fork server: a process that has imported everything and is forked for each notebook. Linux only.

Started with -m. It stays single-threaded (forking a process with threads may deadlock), never runs a kernel itself,
and never sets up the notebook's drawing back end, which must happen in the child. Messages are JSON lines on an
inherited socket: ``{"preload": [...], "data_dir": ...}`` first, then ``{"kernel": [arguments]}`` or ``{"builder":
[arguments]}``; answers are ``ready``, ``pid`` and ``exit``. When the other side is gone, every child is killed.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symphony_analysis.run import import_lightly
from symphony_analysis.run.kernels.end_tree import end_tree
from symphony_analysis.run.kernels.preload import import_ahead, read_ahead

_ALWAYS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",  # every kernel makes one; it is never used
    "tornado.platform.asyncio",
    "IPython.core.completer",
    "symphony_analysis.run.kernels.inside",
    "symphony_analysis.run.reports.build",
)
#: Forked kernels live for seconds: collecting garbage as often as usual costs more than it frees.
_GARBAGE_THRESHOLDS = (50_000, 20, 20)
_MUST_STAY_OUT = "matplotlib_inline.backend_inline"


class Zygote:
    """The server: one loop over requests and ended children."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.children: set[int] = set()
        self._unread = b""

    def serve(self) -> None:
        """Answer until the other side closes."""
        woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        try:
            while True:
                watched: list[Any] = [self.line, woken]
                ready, _, _ = select.select(watched, [], [])
                if woken in ready:
                    os.read(woken, 512)
                    self._reap()
                if self.line in ready:
                    for request in self._requests():
                        self._answer(request)
        except (EOFError, ConnectionError):
            for pid in self.children:
                end_tree(pid)

    def _requests(self) -> Iterator[dict[str, Any]]:
        received = self.line.recv(65536)
        if not received:
            raise EOFError
        *lines, self._unread = (self._unread + received).split(b"\n")
        for text in lines:
            yield json.loads(text)

    def _answer(self, request: dict[str, Any]) -> None:
        if "preload" in request:
            self._say(ready=preload(request["preload"], request["data_dir"]))
            return
        ((what, arguments),) = request.items()
        pid = os.fork()
        if pid == 0:
            self._become(what, arguments)
        self.children.add(pid)
        self._say(pid=pid)

    def _become(self, what: str, arguments: list[str]) -> None:
        """In the forked child: new session, default signal handlers, then run the kernel or builder and exit."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.line.close()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if what == "kernel":
                kernelapp = sys.modules["ipykernel.kernelapp"]
                kernelapp.IPKernelApp.launch_instance(argv=arguments)
            else:
                sys.modules["symphony_analysis.run.reports.build"].answer(arguments)
            code = 0
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self.children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.children.discard(pid)
            self._say(exit=pid, status=os.waitstatus_to_exitcode(status))

    def _say(self, **answer: Any) -> None:
        self.line.sendall(json.dumps(answer).encode() + b"\n")


def preload(names: list[str], data_dir: str = "") -> str:
    """Import what the notebooks import and read the data; returns why forking is not safe, or ""."""
    ours = any(name.startswith("symphony_analysis") for name in names)
    take_over = read_ahead(data_dir if ours else "")
    import_ahead((*_ALWAYS, *names))
    take_over()
    if _MUST_STAY_OUT in sys.modules:
        return "the drawing back end was set up too early"
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        return f"{threads} threads run in the process to be copied"
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    return ""


def main() -> None:
    """Serve on the socket whose number is the argument."""
    import_lightly()
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when ipykernel is imported; a kernel ends with its parent
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as line:
        Zygote(line).serve()


if __name__ == "__main__":
    main()
