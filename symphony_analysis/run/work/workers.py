"""Workers for notebooks and reports: threads with kernels on this machine, or a Dask cluster."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from symphony_analysis.run.kernels.choose import choose
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.notebooks.job import Job, execute
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.reports.build import Order, sent
from symphony_analysis.run.work.dask_worker import Errand, carry_out, finish

_CONNECT_SECONDS = 20

Task = Job | Order


@dataclass(frozen=True)
class Workers:
    """A pool that does ``width`` tasks at once: ``submit`` returns a future of the result.

    ``stop`` ends what is running, from any thread; ``facts`` reports which kernels were used, and how many.
    """

    width: int
    submit: Callable[[Task], Future[Any]]
    stop: Callable[[], None]
    facts: Callable[[], dict[str, Any]]


def usual_width() -> int:
    """The number of notebooks to run at once on this machine, when none is given."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return able + 1  # a report that is put together waits for a browser and a converter much of the time


@contextmanager
def local(surroundings: Surroundings, kernels: str, width: int, warn: Callable[[str], None]) -> Iterator[Workers]:
    """Threads of this process, with kernels on this machine."""
    source = choose(kernels, surroundings, warn)
    executor = ThreadPoolExecutor(max_workers=width, thread_name_prefix="notebook")

    def submit(task: Task) -> Future[Any]:
        if isinstance(task, Job):
            return executor.submit(execute, task, source)
        return executor.submit(sent, task, source.builder)

    try:
        yield Workers(width, submit, source.close, lambda: {"kernels": source.kind, "started": source.started})
    finally:
        source.close()
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def on_cluster(
    address: str, errand: Errand, surroundings: Surroundings, wanted: int, warn: Callable[[str], None]
) -> Iterator[Workers]:
    """The workers of the Dask scheduler at this address; they must see the same folders and have the same package.

    ``wanted``: notebooks at once (0: as many as the cluster has threads). Reports are built on this machine, by
    processes that start as kernels do here.
    """
    client = _connect(address)
    threads = max(1, sum(client.nthreads().values()))
    width = min(wanted or threads, threads)
    cluster = client.get_executor(pure=False, retries=0)
    here = ThreadPoolExecutor(max_workers=usual_width())
    builders = choose(errand.kernels, surroundings, warn)
    started: list[int] = []

    def submit(task: Task) -> Future[Any]:
        if isinstance(task, Job):
            return cluster.submit(carry_out, task, errand)
        return here.submit(sent, task, builders.builder)

    def stop() -> None:
        builders.close()
        if not started:
            with contextlib.suppress(OSError, TimeoutError):
                started.append(sum(client.run(finish, errand.run_id).values()))

    try:
        yield Workers(width, submit, stop, lambda: {"kernels": f"{errand.kernels} on dask", "started": sum(started)})
    finally:
        stop()
        here.shutdown(wait=True, cancel_futures=True)
        client.close()


def _connect(address: str) -> Any:
    try:
        from dask.distributed import Client
    except ImportError:
        raise RunFailed("--dask needs the extra: pip install 'symphony-analysis[cluster]'", Exit.TOOL) from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise RunFailed("no Dask scheduler answers at the address given with --dask", Exit.TOOL) from None
    if not client.nthreads():
        client.close()
        raise RunFailed("the Dask scheduler has no workers", Exit.TOOL)
    return client


def run_all(
    waiting: deque[Task], workers: Workers, seconds: float, announce: Callable[[list[str]], None]
) -> Iterator[tuple[Task, Any]]:
    """Do the tasks, ``width`` at a time; yields (task, Result or Built) as each finishes. More may be added meanwhile.

    Raises RunFailed (124) when the whole takes longer than ``seconds``. However it ends, nothing runs afterwards.
    """
    deadline = time.monotonic() + seconds
    running: dict[Future[Any], Task] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers.width:
                task = waiting.popleft()
                running[workers.submit(task)] = task
            announce([task.label for task in running.values()])
            done, _ = wait(running, timeout=max(0.0, deadline - time.monotonic()), return_when=FIRST_COMPLETED)
            if not done:
                raise RunFailed(f"the run took longer than {seconds:.0f} s and was stopped", Exit.TIMEOUT)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()
        if running:
            workers.stop()
