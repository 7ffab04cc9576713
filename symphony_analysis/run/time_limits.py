"""After how many seconds a kernel, a cell, a notebook or a whole run is stopped."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds; the options of ``symphony run`` change the last two, and a cell has its notebook's."""

    start: int = 60
    cell: int = 600
    notebook: float = 600
    whole_run: float = 3600
