"""Importing ahead of a notebook what it will import, without changing anything that it can see."""

import contextlib
import importlib
import importlib.util
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from symphony_analysis.remembered import MEMORY
from symphony_analysis.run.unchanged.fingerprints import package_digest


def import_ahead(names: Iterable[str]) -> None:
    """Import these modules and load fonts and the renderer.

    The notebook's drawing back end is left alone: set up too early, it loses figures without an error.
    """
    for name in names:
        # What a notebook imports may be missing or broken; then the notebook has to say so, in its own cell.
        with contextlib.suppress(Exception):
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
            else:  # a name that its package imports when it is asked for
                package, _, asked = name.rpartition(".")
                getattr(importlib.import_module(package), asked)
    if "matplotlib" in sys.modules:
        # Draw into nowhere, without pyplot and so without choosing a back end; nothing of it is shown.
        figure = importlib.import_module("matplotlib.figure").Figure(figsize=(1, 1))
        importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
        figure.subplots().set_title("x")
        figure.canvas.draw()


def read_ahead(data_dir: str) -> Callable[[], None]:
    """Read the data in a child while this process imports; call the returned function to collect it."""
    if not data_dir:
        return lambda: None
    primed = importlib.import_module("symphony_analysis.sources.primed")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)  # else the child would wait for ever at a full pipe, its own, once this process is gone
        _read_and_send(primed, data_dir, write)
    os.close(write)

    def take_over() -> None:
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        # What is wrong with the data, or with reading it, is for the notebook that needs it to say.
        with contextlib.suppress(Exception):
            primed.take_over(data_dir, pickle.loads(told))

    return take_over


def _read_and_send(primed: ModuleType, data_dir: str, write: int) -> NoReturn:
    try:
        kept = _kept_tables()
        earlier = None
        with contextlib.suppress(Exception):  # none of an earlier run: everything is read
            earlier = pickle.loads(kept.read_bytes())
        whole = importlib.import_module("symphony_analysis.sources.inputs").prime(data_dir, earlier)
        told = pickle.dumps(primed.taken_along(data_dir))
        with os.fdopen(write, "wb") as pipe:
            pipe.write(told)
        if whole and kept.parent.is_absolute():
            with contextlib.suppress(OSError):
                written = kept.with_suffix(f".{os.getpid()}")
                written.write_bytes(told)
                written.replace(kept)
    finally:
        os._exit(0)


def _kept_tables() -> Path:
    """Where the tables are left for the next run; a bare name where no run has begun."""
    return Path(os.environ.get(MEMORY, "")) / tables_name()


def tables_name() -> str:
    """What the file of kept tables is called, for the code that reads them."""
    return f"tables{package_digest(True)}"
