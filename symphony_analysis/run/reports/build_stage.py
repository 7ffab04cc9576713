"""From executed notebooks to a finished stage: the report room builds it, this adds the record."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from symphony_analysis.run.kernels import inside
from symphony_analysis.run.notebooks.job import Result
from symphony_analysis.run.notebooks.normalise import normalised, written
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.run.options import Build
from symphony_analysis.run.outcome import Exit, RunFailed

_WRITE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


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
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    return normalised(notebook, book.name, release.shown(), ())


def build_stage(build: Build, executed: dict[str, Any], release: Parameters, stage: Path, inputs: Any) -> list[str]:
    """Let the report room fill the stage; gives the sentences with which it says what it had to leave out.

    Raises RunFailed, with no value from the data in its message.
    """
    try:
        told = build(executed, release, stage, inputs)
    except Exception as error:
        raise build_failure(error, release) from error
    if not any(path.is_file() for path in stage.rglob("*")):
        raise RunFailed(f"the report for {release.year} is empty")
    return [str(sentence) for sentence in told] if isinstance(told, list | tuple) else []


def build_failure(error: Exception, release: Parameters) -> RunFailed:
    """Which exit code and which words for an error while a report was being put together?"""
    if isinstance(error, RunFailed):
        return error
    if isinstance(error, OSError) and error.errno in _WRITE_ERRORS:
        return RunFailed("the disk is full or cannot be written", Exit.WRITE)
    said = inside.described(error)
    code = Exit(said["exit_code"]) if said["exit_code"] in set(Exit) and said["exit_code"] else Exit.INTERNAL
    detail = f": {said['message']}" if said["message"] else ""
    origin = f" ({said['where']})" if said["where"] else ""
    return RunFailed(f"the report for {release.year} could not be put together: {said['error']}{detail}{origin}", code)
