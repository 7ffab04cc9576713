"""One notebook to execute for one release, and its execution. Both can be sent to another process."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.run.outcome import Exit, NotebookFailure
from symphony_analysis.run.time_limits import Limits


@dataclass(frozen=True)
class Job:
    """One notebook to execute for one release.

    ``data_dir``: the absolute path where the kernel reads; ``places``: folders of this machine and what an output
    calls them instead.
    """

    book: Book
    parameters: Parameters
    data_dir: Path
    places: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def label(self) -> str:
        """ "50_attendance 2023/24", with the edition and school where they are not the usual ones."""
        extra = self.parameters.folder.removeprefix(self.parameters.year.folder).removeprefix("-")
        return " ".join(part for part in (self.book.name, self.parameters.year.label, extra) if part)

    @property
    def release(self) -> str:
        """The label without the name of the notebook."""
        return self.label.removeprefix(self.book.name).strip()


@dataclass(frozen=True)
class Result:
    """The normalised notebook as text with the inputs it used, or the failure."""

    text: str = ""
    inputs_used: tuple[str, ...] = ()
    seconds: float = 0.0
    warnings: int = 0
    failure: NotebookFailure | None = None
    cached: bool = False


def execute(job: Job, kernels: Any) -> Result:
    """Execute one job in a kernel of its own. A fault of the notebook is returned in the Result, not raised."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from symphony_analysis.run.notebooks.normalise import normalised, warnings_in, written
    from symphony_analysis.run.notebooks.papermill_engine import CellFailed, register

    register()
    begun = time.monotonic()
    learned: dict[str, Any] = {}
    try:
        executed = papermill.execute_notebook(
            job.book.fresh(),
            None,
            parameters=job.parameters.for_notebook(job.data_dir),
            engine_name="symphony",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=job.limits.start,
            execution_timeout=job.limits.cell,
            notebook_seconds=job.limits.notebook,
            kernels=kernels,
            learned=learned,
        )
    except CellFailed as failed:
        return Result(seconds=time.monotonic() - begun, failure=_failure(job, failed))
    except PapermillExecutionError as error:
        unseen = CellFailed(error.cell_index, error.ename, "", "", Exit.INTERNAL)
        return Result(seconds=time.monotonic() - begun, failure=_failure(job, unseen))
    clean = normalised(executed, job.book.name, job.parameters.shown(), job.places)
    return Result(
        text=written(clean),
        inputs_used=tuple(learned["inputs_used"]),
        seconds=time.monotonic() - begun,
        warnings=warnings_in(executed),
    )


def _failure(job: Job, failed: Any) -> NotebookFailure:
    return NotebookFailure(
        notebook=job.book.name,
        release=job.release,
        cell=job.book.stored_cell(failed.index),
        error=failed.error,
        message=failed.message,
        where=failed.where,
        exit_code=int(failed.exit_code),
    )
