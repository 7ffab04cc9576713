"""One report put together in a process of its own, so that several are made at once and each can be ended.

Started with the path of an order (see ``building``); leaves its answer beside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat

from symphony_analysis.run.kernels import inside
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.outcome import RunFailed
from symphony_analysis.run.reports.build_stage import build_stage
from symphony_analysis.run.unchanged.cache import write_whole


def resolved(reference: str) -> Callable[..., Any]:
    """The function that "module:name" stands for."""
    module, _, name = reference.partition(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Build what is ordered. The answer: which inputs were used, what the report room had to say, or the failure."""
    inside.watch(order["data_dir"])
    release = Parameters.parse(order["parameters"])
    try:
        inputs = resolved(order["load"])(Path(order["data_dir"]))
        executed = {name: nbformat.reads(text, as_version=4) for name, text in order["executed"]}
        notes = build_stage(resolved(order["build"]), executed, release, Path(order["stage"]), inputs)
    except RunFailed as failure:
        return {"failure": str(failure), "exit_code": int(failure.exit_code)}
    return {"inputs_used": sorted(inside.names_used()), "notes": notes}


def main(arguments: list[str]) -> None:
    """Read the order, do it, leave the answer."""
    place = Path(arguments[0])
    answer = carry_out(json.loads(place.read_text(encoding="utf-8")))
    write_whole(place.with_suffix(".answer"), json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
