"""The floor of the comparison: the same cells, run one after another in one process that has imported everything.

``python -m tests.bench.floor NOTEBOOKS DATA YEAR:NOTEBOOK ...`` prints the seconds that the cells took.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MPLBACKEND="agg")

from symphony_analysis.run.kernels.preload import import_ahead
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book


def main(notebooks: str, data: str, *pairs: str) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    work = []
    for pair in pairs:
        year, name = pair.split(":")
        work.append((Parameters(year, "2026-04-30", data_dir=data), Book(name, _text(notebooks, name))))
    import_ahead(set().union(*(book.imports() for _, book in work)))
    os.chdir(notebooks)
    shell = InteractiveShell.instance()
    begun = time.perf_counter()
    for release, book in work:
        _run(shell, release, book)
    print(time.perf_counter() - begun)


def _text(notebooks: str, name: str) -> str:
    return (Path(notebooks) / f"{name}.ipynb").read_text(encoding="utf-8")


def _run(shell, release: Parameters, book: Book) -> None:
    shell.reset(new_session=False, aggressive=False)
    for cell in book.cells:
        if cell["cell_type"] != "code":
            continue
        is_parameters = "parameters" in cell["tags"]
        given = release.for_notebook(release.data_dir)
        source = "\n".join(f"{k} = {v!r}" for k, v in given.items()) if is_parameters else cell["source"]
        with contextlib.redirect_stdout(io.StringIO()):
            shell.run_cell(source).raise_error()


if __name__ == "__main__":
    main(*sys.argv[1:])
