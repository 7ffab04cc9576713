"""Which kernel source to use on this machine, and what to do when it does not work."""

from __future__ import annotations

from collections.abc import Callable

from symphony_analysis.run.environment import Surroundings
from symphony_analysis.run.kernels import KINDS, ColdSource, KernelSource
from symphony_analysis.run.outcome import WrongParameter


def choose(kind: str, surroundings: Surroundings, width: int, warn: Callable[[str], None]) -> KernelSource:
    """The source asked for; for "auto" the fastest that works here."""
    if kind not in KINDS:
        raise WrongParameter(f"kernels must be one of {', '.join(KINDS)}")
    return ColdSource(surroundings)
