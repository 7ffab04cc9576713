"""Notebooks x years x editions x schools, through one ``concurrent.futures`` interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

from symphony_analysis.run.jobs import Job, Result
from symphony_analysis.run.outcome import Exit, RunFailed

Announce = Callable[[list[str]], None]


@dataclass(frozen=True)
class Workers:
    """Something that runs jobs: an executor, how many it runs at once, and the function that does one.

    ``stop`` ends what is running, from any thread; ``facts`` tells which kernels were used, and how many.
    """

    executor: Executor
    width: int
    function: Callable[[Job], Result]
    stop: Callable[[], None]
    facts: Callable[[], dict[str, Any]]


def run_all(jobs: Sequence[Job], workers: Workers, seconds: float, announce: Announce) -> Iterator[tuple[int, Result]]:
    """Run the jobs, ``width`` at a time; give (place in ``jobs``, result) as each finishes.

    Raises RunFailed (124) when the whole takes longer than ``seconds``. However it ends, nothing runs afterwards.
    """
    deadline = time.monotonic() + seconds
    waiting = list(range(len(jobs)))[::-1]
    running: dict[Future[Result], int] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers.width:
                number = waiting.pop()
                running[workers.executor.submit(workers.function, jobs[number])] = number
            announce([jobs[number].label for number in running.values()])
            done, _ = wait(running, timeout=max(0.0, deadline - time.monotonic()), return_when=FIRST_COMPLETED)
            if not done:
                raise RunFailed(f"the run took longer than {seconds:.0f} s and was stopped", Exit.TIMEOUT)
            for future in done:
                number = running.pop(future)
                yield number, future.result()
    finally:
        for future in running:
            future.cancel()
        if running:
            workers.stop()
