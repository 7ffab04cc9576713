"""Importing ahead of a notebook what it will import, without changing anything that it can see."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterable


def import_ahead(names: Iterable[str]) -> None:
    """Import these modules and load fonts and the renderer.

    The notebook's drawing back end is left alone: set up too early, it loses figures without an error.
    """
    for name in names:
        # What a notebook imports may be missing or broken; then the notebook has to say so, in its own cell.
        with contextlib.suppress(Exception):
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
    if "matplotlib" in sys.modules:
        _draw_once()


def read_ahead(data_dir: str) -> None:
    """Let the sources read the data once, where they can hand it on to copies of this process."""
    prime = getattr(sys.modules.get("symphony_analysis.sources"), "prime", None)
    if data_dir and callable(prime):
        # What is wrong with the data is for the notebook that needs it to say.
        with contextlib.suppress(Exception):
            prime(data_dir)


def _draw_once() -> None:
    """Draw into nowhere, without pyplot and so without choosing a back end; nothing of it is shown."""
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=(1, 1))
    importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    figure.subplots().set_title("x")
    figure.canvas.draw()
