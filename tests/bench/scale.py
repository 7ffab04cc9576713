"""How deciding and auditing grow with the schools of a trust; ``python -m tests.bench.scale SCHOOLS`` measures one."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from symphony_analysis.analysis import open_analysis
from symphony_analysis.measures import MEASURES
from tests.protect.resampled import write

SIZES = (1, 15, 30, 60, 105)
_STEPS = ("read and compare", "decide", "audit")


def section() -> list[str]:
    """The lines of docs/performance.md about trusts of other sizes; one process a size, for its memory."""
    lines = [
        "",
        "Trusts of other sizes: the shipped pupils drawn anew (`tests/protect/resampled.py`), three years, processor",
        "seconds on one core.",
        "",
        f"| schools | {' | '.join(_STEPS)} | decide and audit, per school | peak memory |",
        f"|---:|{'---:|' * len(_STEPS)}---:|---:|",
    ]
    for schools in SIZES:
        words = [sys.executable, "-m", "tests.bench.scale", str(schools)]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
        found = json.loads(next(line for line in told if line.startswith("{")))  # the solver prints lines too
        steps = " | ".join(f"{found[step]:.1f}" for step in _STEPS)
        each = (found["decide"] + found["audit"]) / schools
        lines.append(f"| {schools} | {steps} | {each:.2f} | {found['megabytes']:.0f} MB |")
    return lines


def measured(folder: Path, schools: int) -> dict[str, float]:
    """Processor seconds of each step, and megabytes at the peak. Raises SystemExit where the audit does not pass."""
    analysis = open_analysis("2024/25", "2026-04-30", "trustees", "", write(folder, schools, 1))
    work = (
        lambda: analysis.compared(MEASURES.values()),
        lambda: [analysis.shown(MEASURES.values(), edition) for edition in ("trustees", "public")],
        analysis.audit,
    )
    found = {}
    for step, each in zip(_STEPS, work, strict=True):
        begun = time.process_time()
        answer = each()
        found[step] = time.process_time() - begun
    if not answer.passed:
        raise SystemExit(answer.message)
    return found | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measured(Path(place) / "data", int(sys.argv[1]))))
