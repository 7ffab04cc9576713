"""Notebooks x years x editions x schools, through one ``concurrent.futures`` interface."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from symphony_analysis.run.notebooks.job import Job, Result
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.reports.order import Built, Order

Announce = Callable[[list[str]], None]
Task = Job | Order


@dataclass(frozen=True)
class Workers:
    """Something that does tasks, ``width`` at once: ``submit`` gives a future of the result.

    ``stop`` ends what is running, from any thread; ``facts`` tells which kernels were used, and how many.
    """

    width: int
    submit: Callable[[Task], Future[Any]]
    stop: Callable[[], None]
    facts: Callable[[], dict[str, Any]]


def run_all(
    waiting: deque[Task], workers: Workers, seconds: float, announce: Announce
) -> Iterator[tuple[Task, Result | Built]]:
    """Do the tasks, ``width`` at a time; give (task, result) as each finishes. More may be added meanwhile.

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
