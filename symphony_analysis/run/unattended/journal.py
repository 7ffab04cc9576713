"""The log of a run: one JSON line per event, and the state of the last run. Never a value from the data."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from symphony_analysis.run.unchanged.cache import write_whole

EVENTS, LAST_RUN = "events.jsonl", "last_run.json"
_ROTATE_AT = 2_000_000


def now() -> str:
    """The UTC time for a log; no other clock is ever written down."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal:
    """The log of one run in the output folder. A log that cannot be written does not stop a run."""

    def __init__(self, out: Path, run_id: str) -> None:
        self.out, self.run_id, self.started = out, run_id, now()
        self._facts: dict[str, Any] = {}

    def begin(self, **facts: Any) -> None:
        """Record the start; until the run ends, ``last_run.json`` has the status "running"."""
        self._facts = facts
        with contextlib.suppress(OSError):
            if (self.out / EVENTS).stat().st_size > _ROTATE_AT:
                (self.out / EVENTS).replace(self.out / f"{EVENTS}.old")
        self.event("run_started", **facts)
        self._write({"status": "running"})

    def event(self, name: str, **facts: Any) -> None:
        """Append one line."""
        line = json.dumps({"at": now(), "run": self.run_id, "event": name, **facts}, ensure_ascii=False)
        with contextlib.suppress(OSError), (self.out / EVENTS).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(line + "\n")

    def end(self, status: str, exit_code: int, **facts: Any) -> None:
        """Record how the run ended."""
        self.event("run_ended", status=status, exit_code=exit_code, **facts)
        self._write({"status": status, "exit_code": exit_code, "finished": now(), **facts})

    def _write(self, state: dict[str, Any]) -> None:
        before = last_run(self.out) or {}
        record = {"run_id": self.run_id, "started": self.started, "process": os.getpid(), **self._facts, **state}
        good = state.get("exit_code") in (0, 3)
        kept = {key: record[key] for key in ("run_id", "started", "finished", "releases") if key in record}
        record["last_good"] = kept if good else before.get("last_good")
        with contextlib.suppress(OSError):
            write_whole(self.out / LAST_RUN, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def last_run(out: Path) -> dict[str, Any] | None:
    """The state of the last run into this folder; None when unknown."""
    try:
        return json.loads((out / LAST_RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
