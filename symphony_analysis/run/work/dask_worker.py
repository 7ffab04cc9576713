"""The work of a Dask worker: kernels of its own, one source per run, closed when the run ends."""

import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from symphony_analysis.run.kernels.choose import KernelSource, choose
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.notebooks.job import Job, Result, execute
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.unchanged.fingerprints import package_digest


@dataclass(frozen=True)
class Errand:
    """What a worker has to know of a run apart from the job.

    ``memory``: where the run's processes share disclosure decisions; a worker that cannot see it decides for itself.
    """

    run_id: str
    cwd: Path
    preload: tuple[str, ...]
    kernels: str
    package: str
    memory: Path


@dataclass(frozen=True)
class _Place:
    source: KernelSource
    scratch: Path


_places: dict[str, _Place] = {}
_lock = threading.Lock()


def carry_out(job: Job, errand: Errand) -> Result:
    """Run one job here. Raises RunFailed when this worker does not see the same package, notebooks or data."""
    if package_digest(True) != errand.package:
        raise RunFailed("a Dask worker has another version of symphony_analysis than this machine", Exit.TOOL)
    if not errand.cwd.is_dir() or not job.data_dir.is_dir():
        raise RunFailed("a Dask worker does not see the notebooks or the data at the same place", Exit.TOOL)
    return execute(job, _place(job, errand).source)


def _place(job: Job, errand: Errand) -> _Place:
    with _lock:
        if errand.run_id not in _places:
            scratch = Path(tempfile.mkdtemp(prefix="sym"))
            surroundings = Surroundings(
                errand.cwd, scratch, scratch, scratch / "fonts", errand.preload, job.data_dir, errand.memory
            ).make()
            source = choose(errand.kernels, surroundings, lambda text: None)
            _places[errand.run_id] = _Place(source, scratch)
        return _places[errand.run_id]


def finish(run_id: str) -> int:
    """End the run's kernels here; returns how many were started."""
    with _lock:
        place = _places.pop(run_id, None)
    if place is None:
        return 0
    place.source.close()
    shutil.rmtree(place.scratch, ignore_errors=True)
    return place.source.started
