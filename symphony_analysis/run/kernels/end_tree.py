"""Ending a process tree, with children that moved to a group of their own, as a browser's do."""

import contextlib

import psutil


def end_tree(pid: int) -> None:
    """Kill a process and all its descendants; those that have gone already are passed over."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.Error):
                process.kill()
