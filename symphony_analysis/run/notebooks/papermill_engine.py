"""The papermill engine ``symphony``: every cell must run, in time, in a kernel that lives.

Papermill's own engine records a dead kernel, a time-out and an early exit as completed. This one raises, and
marks the cell where it happened.
"""

import json
import logging
import threading
import time
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from symphony_analysis.run.kernels.choose import KernelSource
from symphony_analysis.run.kernels.cold import close_loop, kill
from symphony_analysis.run.outcome import Exit

OUTPUT_BYTES = 64_000_000
_START_POLL_SECONDS, _HEARD_POLL_SECONDS, _ALIVE_POLL_SECONDS = 0.5, 0.02, 1
_SIDE = "__import__('symphony_analysis.run.kernels.inside', fromlist=['kernel_side'])"

quiet = logging.getLogger("symphony.kernels")
quiet.addHandler(logging.NullHandler())
quiet.propagate = False


class CellFailed(Exception):
    """A cell, or its kernel, failed. ``index`` counts the executed notebook's cells from 0."""

    def __init__(self, index: int | None, error: str, message: str, where: str, exit_code: Exit | int) -> None:
        super().__init__(f"{error}: {message}" if message else error)
        self.index, self.error, self.message = index, error, message
        self.where, self.exit_code = where, exit_code


class Client(PapermillNotebookClient):
    """Papermill's client that asks the kernel what it read or why it failed, and limits the output."""

    inputs_used: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    told: dict[str, Any] | None = None
    doom: str = ""
    received: int = 0

    def start_new_kernel_client(self) -> Any:
        """Connect to the kernel and wait until it answers on both channels."""
        self.kc = self.km.client()
        self.kc.start_channels(stdin=False, hb=False, control=False)
        self.kc.allow_stdin = False
        run_sync(self._wait_until_heard)()
        return self.kc

    async def _wait_until_heard(self) -> None:
        """Request kernel_info until both channels answer: a subscription takes a moment to be in place."""
        deadline = time.monotonic() + self.startup_timeout
        answered = heard = False
        while not (answered and heard):
            if time.monotonic() > deadline or not await self.km.is_alive():
                self.kc.stop_channels()
                self.kc = None
                raise RuntimeError("the kernel did not start")
            self.kc.kernel_info()
            answered = await _message(self.kc.shell_channel, _START_POLL_SECONDS) or answered
            heard = await _message(self.kc.iopub_channel, _HEARD_POLL_SECONDS if answered else 0) or heard

    def ask(self, expression: str) -> str:
        """Evaluate an expression in the kernel, unseen by the notebook; it must give a text."""
        silent = {"silent": True, "store_history": False, "user_expressions": {"answer": expression}}
        reply = self.wait_for_reply(self.kc.execute("", **silent))
        answer = reply["content"].get("user_expressions", {}).get("answer", {})
        if answer.get("status") != "ok":
            raise DeadKernelError(f"the kernel could not answer: {answer.get('ename', 'no reply')}")
        return literal_eval(answer["data"]["text/plain"])

    def papermill_execute_cells(self) -> None:
        """Run the cells, then ask the kernel which inputs it used or why a cell failed."""
        data_dir = self.nb.metadata.get("papermill", {}).get("parameters", {}).get("data_dir", "")
        self.ask(f"{_SIDE}.watch({data_dir!r})")
        super().papermill_execute_cells()
        if first_error(self.nb) is None:
            self.inputs_used = tuple(json.loads(self.ask(f"{_SIDE}.used()")))
            self.elsewhere = tuple(json.loads(self.ask(f"{_SIDE}.elsewhere()")))
        else:
            self.told = json.loads(self.ask(f"{_SIDE}.failure()"))

    def process_message(self, msg: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Count the output; past the limit the kernel is killed."""
        content = msg.get("content", {})
        self.received += len(content.get("text", "")) + sum(len(str(v)) for v in content.get("data", {}).values())
        if self.received > OUTPUT_BYTES:
            if not self.doom:
                self.doom = "output"
                kill(self.km)
            if msg["msg_type"] != "status":
                return None
        return super().process_message(msg, *args, **kwargs)


async def _message(channel: Any, seconds: float) -> bool:
    """Whether a message arrives in time."""
    try:
        await channel.get_msg(timeout=seconds)
    except Empty:
        return False
    return True


def first_error(notebook: Any) -> int | None:
    """The index of the first cell that failed, by its outputs or by its reply; None when all ran."""
    for index, cell in enumerate(notebook.cells):
        shown = any(output.output_type == "error" for output in cell.get("outputs", []))
        if shown or cell.metadata.get("papermill", {}).get("exception"):
            return index
    return None


class CarefulEngine(NBClientEngine):
    """Runs one notebook in one kernel from a ``KernelSource``."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        *,
        start_timeout: int,
        execution_timeout: int,
        kernels: KernelSource,
        notebook_seconds: float,
        learned: dict[str, Any],
        **ignored: Any,
    ) -> None:
        """Run every cell, or raise CellFailed. ``learned`` receives what the kernel reported."""
        settings = {
            "timeout": execution_timeout,
            "startup_timeout": start_timeout,
            "shell_timeout_interval": _ALIVE_POLL_SECONDS,  # so soon a kernel that was killed is missed
            "kernel_name": kernel_name,
            "log": quiet,
            "log_output": log_output,
            "record_timing": False,
            "coalesce_streams": True,
        }
        client = None
        try:
            while client is None:
                client = _attempt(nb_man, kernels, notebook_seconds, settings)
        finally:
            close_loop()
        learned["inputs_used"] = client.inputs_used


def _attempt(nb_man: Any, source: KernelSource, seconds: float, settings: dict[str, Any]) -> Client | None:
    """Run every cell in one kernel; None when the kernel never answered and another way to start one is left."""
    try:
        manager = source.acquire()
    except (OSError, RuntimeError) as error:
        raise CellFailed(None, "KernelNotStarted", type(error).__name__, "", Exit.TOOL) from error
    client = Client(nb_man, km=manager, **settings)
    try:
        with _watchdog(client, manager, seconds):
            _run(client, nb_man, source)
    except _NeverHeard:
        return None
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
            client.kc = None
        source.discard(manager)
    return client


class _NeverHeard(Exception):
    """The kernel did not answer, so no cell was touched, and the source has another way."""


def _run(client: Client, nb_man: Any, source: KernelSource) -> None:
    """Execute, and turn each way of not finishing into CellFailed."""
    try:
        client.execute(cleanup_kc=False)
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        if client.kc is None and not client.doom and source.give_up(client.km):
            raise _NeverHeard from None
        raise _mark(nb_man, *_reason(client, error)) from None
    index = first_error(nb_man.nb)
    if index is not None:
        told = client.told or {}
        early = told.get("error") == "SystemExit"
        code = None if early else told.get("exit_code")
        message = "the notebook ended itself before its last cell" if early else told.get("message", "")
        name = told.get("error") or "an error that could not be shown"
        known = Exit(code) if code in set(Exit) and code else Exit.INTERNAL
        raise _mark(nb_man, name, message, told.get("where", ""), known, index)
    if client.elsewhere:
        what = f"it opens a {' and a '.join(client.elsewhere)} file outside the data folder; put the file into data/"
        raise CellFailed(None, "OutsideTheData", what, "", Exit.DATA)
    sources = [i for i, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code" and cell.source.strip()]
    for expected, index in enumerate(sources, start=1):
        if nb_man.nb.cells[index].execution_count != expected:
            raise _mark(nb_man, "CellSkipped", "a cell was not executed", "", Exit.INTERNAL, index)


def _reason(client: Client, error: Exception) -> tuple[str, str, str, Exit]:
    if client.doom == "output":
        return "TooMuchOutput", f"more than {OUTPUT_BYTES // 1_000_000} MB of output", "", Exit.INTERNAL
    if client.doom == "time":
        return "TimeLimit", "the notebook took longer than allowed", "", Exit.TIMEOUT
    if isinstance(error, CellTimeoutError):
        return "TimeLimit", "the cell took longer than allowed", "", Exit.TIMEOUT
    if client.kc is None:
        return "KernelNotStarted", "the kernel did not start", "", Exit.TOOL
    return "KernelDied", "the kernel died", "", Exit.KERNEL


def _mark(nb_man: Any, error: str, message: str, where: str, code: Exit, index: int | None = None) -> CellFailed:
    """Mark the failing cell in papermill's own record, so that the saved notebook cannot look completed."""
    cells = nb_man.nb.cells
    if index is None:
        running = [i for i, c in enumerate(cells) if c.metadata.papermill["status"] in ("running", "completed")]
        last = [i for i in running if cells[i].cell_type == "code"]
        index = last[-1] if last else 0
        if cells and cells[index].cell_type == "code":
            cells[index].outputs.append(nbformat.v4.new_output("error", ename=error, evalue=message, traceback=[]))
    if cells:
        nb_man.cell_exception(cells[index], cell_index=index)
    return CellFailed(index if cells else None, error, message, where, code)


@contextmanager
def _watchdog(client: Client, manager: Any, seconds: float) -> Iterator[None]:
    """Kill the kernel when the whole notebook takes too long, whatever the cell is doing."""

    def bite() -> None:
        client.doom = client.doom or "time"
        kill(manager)

    timer = threading.Timer(seconds, bite)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def register() -> None:
    """Make this papermill's engine ``symphony`` in this process."""
    papermill_engines.register("symphony", CarefulEngine)
