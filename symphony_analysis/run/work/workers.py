"""Workers for notebooks and reports: threads with kernels on this machine, or a Dask cluster."""

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from queue import Empty, Queue
from threading import Thread
from typing import Any

from symphony_analysis.run.kernels.choose import choose
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.notebooks.job import Job, execute
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.reports.build import Order, sent
from symphony_analysis.run.work.dask_address import Address
from symphony_analysis.run.work.dask_worker import Errand, carry_out, finish

_CONNECT_SECONDS = 20
_LOOK_SECONDS = 5.0
#: How long a cluster may be without any worker, or a scheduler without an answer, before the run ends.
_LOST_SECONDS = 60.0
_LOST = "the Dask cluster lost its workers or its scheduler; nothing was put in place; start them and run again"

Task = Job | Order


@dataclass(frozen=True)
class Workers:
    """A pool that does ``width`` tasks at once: ``submit`` returns a future of the result.

    ``stop`` ends what is running, from any thread; ``facts`` reports which kernels were used, and how many; ``look``
    raises RunFailed when nobody is left to do the work.
    """

    width: int
    submit: Callable[[Task], Future[Any]]
    stop: Callable[[], None]
    facts: Callable[[], dict[str, Any]]
    look: Callable[[], None] = lambda: None


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
            # What a notebook needs takes seconds to import: in this thread, where a signal can end that.
            import_module("symphony_analysis.run.notebooks.papermill_engine")
            return executor.submit(execute, task, source)
        return executor.submit(sent, task, source.builder)

    try:
        yield Workers(width, submit, source.close, lambda: {"kernels": source.kind, "started": source.started})
    finally:
        source.close()
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def on_cluster(
    cluster_at: Address, errand: Errand, surroundings: Surroundings, wanted: int, warn: Callable[[str], None]
) -> Iterator[Workers]:
    """The workers of the Dask scheduler at this address; they must see the same folders and have the same package.

    ``wanted``: notebooks at once (0: as many as the cluster has threads). Reports are built on this machine, by
    processes that start as kernels do here.
    """
    client = _connect(cluster_at)
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
            ended = _within(_LOST_SECONDS / 2, lambda: client.run(finish, errand.run_id))
            started.append(sum((ended or {}).values()))

    seen = [time.monotonic()]

    def look() -> None:
        if _within(_LOST_SECONDS / 2, client.nthreads):
            seen[0] = time.monotonic()
        elif time.monotonic() - seen[0] > _LOST_SECONDS:
            raise RunFailed(_LOST, Exit.TOOL)

    facts = {"kernels": f"{errand.kernels} on dask"}
    try:
        yield Workers(width, submit, stop, lambda: facts | {"started": sum(started)}, look)
    finally:
        stop()
        here.shutdown(wait=True, cancel_futures=True)
        _within(_LOST_SECONDS / 2, client.close)


def _within(seconds: float, ask: Callable[[], Any]) -> Any:
    """The answer of a cluster that may not be there any more; None when there is none in time."""
    answers: Queue[Any] = Queue()

    def asking() -> None:
        with contextlib.suppress(Exception):
            answers.put(ask())

    Thread(target=asking, daemon=True).start()
    with contextlib.suppress(Empty):
        return answers.get(timeout=seconds)
    return None


def _connect(cluster_at: Address) -> Any:
    try:
        from dask.distributed import Client, Security
    except ImportError:
        raise RunFailed("--dask needs the extra: pip install 'symphony-analysis[cluster]'", Exit.TOOL) from None
    try:
        security = Security(**cluster_at.tls(), require_encryption=True) if cluster_at.security else None
        client = Client(cluster_at.address, timeout=_CONNECT_SECONDS, set_as_default=False, security=security)
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
            left = deadline - time.monotonic()
            done, _ = wait(running, timeout=max(0.0, min(left, _LOOK_SECONDS)), return_when=FIRST_COMPLETED)
            if not done and left <= _LOOK_SECONDS:
                raise RunFailed(f"the run took longer than {seconds:.0f} s and was stopped", Exit.TIMEOUT)
            if not done:
                workers.look()
            for future in done:
                yield running.pop(future), _result(future)
    finally:
        for future in running:
            future.cancel()
        if running:
            workers.stop()


def _result(future: Future[Any]) -> Any:
    """The result of a task. Raises RunFailed for one that was lost with its worker."""
    try:
        return future.result()
    except CancelledError:
        raise RunFailed(_LOST, Exit.TOOL) from None
    except Exception as error:
        if type(error).__name__ in {"KilledWorker", "CommClosedError", "FutureCancelledError"}:
            raise RunFailed(_LOST, Exit.TOOL) from None
        raise
