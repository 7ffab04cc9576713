"""Ending a process with everything that it started, also what moved to a group of its own (a browser does)."""

from __future__ import annotations

import contextlib

import psutil


def end_tree(pid: int) -> None:
    """Kill a process and all its descendants; quiet about those that have gone already."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.Error):
                process.kill()
