"""Ordering a report from a process of its own, and understanding the answer."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.outcome import Exit, RunFailed

ALSO_NEEDED = ("symphony_analysis.report", "symphony_analysis.analysis")
KNOWN_PACKAGES = ("symphony_analysis",)
USUAL_LOAD = "symphony_analysis.sources:load"


@dataclass(frozen=True)
class Order:
    """A report to be built in another process: functions by reference, notebooks as texts."""

    release: Parameters
    build: str
    load: str
    executed: tuple[tuple[str, str], ...]
    data_dir: Path
    stage: Path
    paper: Path

    @property
    def label(self) -> str:
        """For people."""
        return f"report {self.release.folder}"


@dataclass(frozen=True)
class Built:
    """What came of an order: the inputs that were used, what the report room had to say; or a failure."""

    seconds: float
    inputs_used: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failure: RunFailed | None = None


def reference(function: Callable[..., Any]) -> str | None:
    """How another process finds this function: "module:name"; None for one that only this process has."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if module.partition(".")[0] not in KNOWN_PACKAGES or "<" in name:
        return None
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is function else None


def carry_out(order: Order, start: Callable[[Path], Any]) -> Built:
    """Have the order done by the process that ``start`` gives, and wait for it."""
    begun = time.monotonic()
    written = {
        "parameters": order.release.for_notebook(order.data_dir),
        "build": order.build,
        "load": order.load,
        "executed": order.executed,
        "data_dir": str(order.data_dir),
        "stage": str(order.stage),
    }
    order.paper.write_text(json.dumps(written), encoding="utf-8")
    try:
        code = start(order.paper).wait()
        answer = json.loads(order.paper.with_suffix(".answer").read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError, subprocess.SubprocessError):
        answer = {"failure": f"the report for {order.release.year} could not be put together: its process ended"}
        answer["exit_code"] = int(Exit.INTERNAL)
    else:
        if code and "failure" not in answer:
            answer = {"failure": f"the report's process ended with {code}", "exit_code": int(Exit.INTERNAL)}
    if "failure" in answer:
        failure = RunFailed(answer["failure"], answer["exit_code"])
        return Built(time.monotonic() - begun, failure=failure)
    return Built(time.monotonic() - begun, tuple(answer["inputs_used"]), tuple(answer["notes"]))
