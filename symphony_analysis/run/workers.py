"""Who runs the jobs: threads of this process with kernels on this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from symphony_analysis.run.environment import Surroundings
from symphony_analysis.run.jobs import Job, Result, execute
from symphony_analysis.run.matrix import Workers
from symphony_analysis.run.options import Options
from symphony_analysis.run.sources_of_kernels import choose

Facts = Callable[[], dict[str, Any]]


def usual_width() -> int:
    """How many notebooks to run at once on this machine, when nobody says."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, able)


@contextmanager
def open_workers(
    options: Options, surroundings: Surroundings, width: int, warn: Callable[[str], None]
) -> Iterator[tuple[Workers, Facts]]:
    """The workers that the options ask for, and a function that tells which kernels were used, and how many."""
    with _local(options.kernels, surroundings, width, warn) as found:
        yield found


@contextmanager
def _local(
    kernels: str, surroundings: Surroundings, width: int, warn: Callable[[str], None]
) -> Iterator[tuple[Workers, Facts]]:
    """Threads of this process."""
    source = choose(kernels, surroundings, width, warn)
    executor = ThreadPoolExecutor(max_workers=width, thread_name_prefix="notebook")

    def run(job: Job) -> Result:
        return execute(job, source)

    try:
        yield (
            Workers(executor, width, run, source.close),
            lambda: {"kernels": source.kind, "started": source.started},
        )
    finally:
        source.close()
        executor.shutdown(wait=True, cancel_futures=True)
