"""Building a stage from executed notebooks, in this process or in one of its own.

A process of its own gets the order as a pickle, functions by reference, and leaves its answer beside it.
"""

from __future__ import annotations

import pickle
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symphony_analysis.run.kernels import inside
from symphony_analysis.run.notebooks.job import Result
from symphony_analysis.run.notebooks.normalise import normalised, written
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.run.options import Build, Load
from symphony_analysis.run.outcome import Exit, RunFailed, disk_fault, error_in_words

#: What building a report, or working out a figure, imports when it is called; imported ahead by the fork server.
ALSO_NEEDED = (
    "symphony_analysis.report.write_report",
    "symphony_analysis.analysis",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.special",
)
#: Packages that another process can import; functions of others (a test, a notebook) are called in this process.
KNOWN_PACKAGES = ("symphony_analysis",)
ANSWER = ".answer"


@dataclass(frozen=True)
class Order:
    """One report to be built."""

    release: Parameters
    build: Build
    load: Load | None
    executed: Mapping[str, str]
    data_dir: Path
    stage: Path

    @property
    def label(self) -> str:
        """The name of the report in the progress line."""
        return f"report {self.release.folder}"

    @property
    def can_be_sent(self) -> bool:
        """Whether another process can import the functions of this order."""
        named = [function for function in (self.build, self.load) if function is not None]
        return all(f.__module__.partition(".")[0] in KNOWN_PACKAGES and "<" not in f.__qualname__ for f in named)

    def carried_out(self) -> Built:
        """Build the report here. Raises RunFailed, with no value from the data in its message."""
        # A process in which nothing changed does without pandas and the notebook libraries.
        import nbformat

        from symphony_analysis import sources

        begun = time.monotonic()
        inside.watch(str(self.data_dir))
        inputs = (self.load or sources.load)(self.data_dir)
        executed = {name: nbformat.reads(text, as_version=4) for name, text in self.executed.items()}
        notes = build_stage(self.build, executed, self.release, self.stage, inputs)
        return Built(time.monotonic() - begun, tuple(sorted(inside.names_used())), tuple(notes))


@dataclass(frozen=True)
class Built:
    """The inputs used and the notes of a built report; or the failure."""

    seconds: float
    inputs_used: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failure: RunFailed | None = None


def sent(order: Order, start: Callable[[Path], Any]) -> Built:
    """Have the order carried out by the process that ``start`` gives, and wait for it."""
    begun, paper = time.monotonic(), order.stage.with_suffix(".order")
    try:
        paper.write_bytes(pickle.dumps(order))
        code = start(paper).wait()
        built = pickle.loads(paper.with_suffix(ANSWER).read_bytes()) if code == 0 else None
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError, subprocess.SubprocessError):
        built = None
    if built is None:
        why = f"the report for {order.release.year} could not be put together: its process ended"
        built = Built(0, failure=RunFailed(why, Exit.INTERNAL))
    return replace(built, seconds=time.monotonic() - begun)


def answer(arguments: Sequence[str]) -> None:
    """In a process of its own: read the order, carry it out, write the answer."""
    paper = Path(arguments[0])
    order: Order = pickle.loads(paper.read_bytes())
    try:
        built = order.carried_out()
    except Exception as error:
        failure = build_failure(error, order.release)
        built = Built(0, failure=RunFailed(str(failure), failure.exit_code))  # of a class that any process knows
    paper.with_suffix(ANSWER).write_bytes(pickle.dumps(built))


def executed_texts(books: Sequence[Book], results: Mapping[str, Result], release: Parameters) -> dict[str, str]:
    """The executed notebooks of one release as text, in order; a missing one is a page that says so."""
    return {
        book.name: written(_missing_section(book, release)) if results[book.name].failure else results[book.name].text
        for book in books
    }


def _missing_section(book: Book, release: Parameters) -> Any:
    """A notebook in place of one that failed: its title, and that this section was not produced."""
    heading = next((c["source"].splitlines()[0] for c in book.cells if c["source"].startswith("# ")), f"# {book.name}")
    text = f"{heading}\n\n**This section was not produced.** The notebook {book.name} failed in this run."
    from nbformat import v4

    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(text)])
    return normalised(notebook, book.name, release.shown(), ())


def build_stage(build: Build, executed: dict[str, Any], release: Parameters, stage: Path, inputs: Any) -> list[str]:
    """Fill the stage; returns the notes for the person who runs it.

    Raises RunFailed, with no value from the data in its message.
    """
    try:
        notes = build(executed, release, stage, inputs)
    except Exception as error:
        raise build_failure(error, release) from error
    if not any(path.is_file() for path in stage.rglob("*")):
        raise RunFailed(f"the report for {release.year} is empty")
    return [str(note) for note in notes] if isinstance(notes, list | tuple) else []


def build_failure(error: Exception, release: Parameters) -> RunFailed:
    """An error while a report was being built as a failure with its exit code."""
    if isinstance(error, RunFailed):
        return error
    if (fault := disk_fault(error)) is not None:
        return fault
    said = inside.described(error)
    code = Exit(said["exit_code"]) if said["exit_code"] in set(Exit) and said["exit_code"] else Exit.INTERNAL
    what = error_in_words(said["error"], said["message"], said["where"])
    return RunFailed(f"the report for {release.year} could not be put together: {what}", code)
