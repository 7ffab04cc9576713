"""The record of runs beside the reports: what is written, who hears of a failure, whether the last good run is new."""

import contextlib
import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from symphony_analysis.run.outcome import MEANINGS, Exit
from symphony_analysis.run.reports.workspace import PRIVATE
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


USUAL_MAX_AGE_HOURS = 36.0


@dataclass(frozen=True)
class Status:
    """The state of the reports: ``ok`` when the last good run is recent enough; ``lines`` to print."""

    ok: bool
    lines: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 when ok, else 1."""
        return 0 if self.ok else 1


def status(out: Path, max_age_hours: float = USUAL_MAX_AGE_HOURS, at: datetime | None = None) -> Status:
    """Whether a run ended well within the last ``max_age_hours``; ``at`` is the moment to judge by (now)."""
    moment = at or datetime.now(UTC)
    last = last_run(out)
    if last is None:
        return Status(False, (f"no run into {out.name}/ is known; start one with: symphony run",))
    good = last.get("last_good") or {}
    age = _hours(good.get("finished"), moment)
    lines = [_last_line(out, last)]
    if age is None:
        return Status(False, (*lines, "no run has ended well yet"))
    lines.append(f"the last good run ended {_ago(age)} ({good['finished']}): {', '.join(good.get('releases', []))}")
    if age > max_age_hours:
        lines.append(f"that is more than {max_age_hours:g} hours ago; look whether the schedule still starts it")
    return Status(age <= max_age_hours, tuple(lines))


def _last_line(out: Path, last: dict[str, Any]) -> str:
    state = str(last.get("status", "unknown"))
    if state == "running":
        alive = any(_is_held(out, folder) for folder in last.get("releases", []))
        state = "is running now" if alive else "was cut off (killed, or the machine went down)"
        return f"the last run {state}; it started {last.get('started')}"
    code = last.get("exit_code")
    meaning = MEANINGS[Exit(code)] if code in set(Exit) else "unknown"
    first = str(last.get("message", "")).split("\n")[0]
    return f"the last run: {state}, exit code {code} ({meaning})" + (f": {first}" if first else "")


def _is_held(out: Path, folder: str) -> bool:
    """Whether a live run holds the lock of this report."""
    path = out / PRIVATE / "locks" / f"{folder}.lock"
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0, thread_local=False):
            return False
    except Timeout:
        return True


def _hours(when: Any, moment: datetime) -> float | None:
    try:
        return (moment - datetime.fromisoformat(str(when))).total_seconds() / 3600
    except ValueError:
        return None


def _ago(hours: float) -> str:
    if hours < 1:
        return f"{max(0, round(hours * 60))} minutes ago"
    return f"{round(hours)} hours ago" if hours < 48 else f"{round(hours / 24)} days ago"


SECONDS = 30


def tell(command: str, status: str, exit_code: int, last_run: Path) -> str:
    """Start the command with ``SYMPHONY_STATUS``, ``SYMPHONY_EXIT_CODE`` and ``SYMPHONY_LAST_RUN`` set.

    Returns "" when it worked, else what went wrong; a failing notification never changes how the run ended.
    """
    facts = {"SYMPHONY_STATUS": status, "SYMPHONY_EXIT_CODE": str(exit_code), "SYMPHONY_LAST_RUN": str(last_run)}
    try:
        done = subprocess.run(
            shlex.split(command, posix=os.name == "posix"),
            env={**os.environ, **facts},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"the notification command did not work: {type(error).__name__}"
    return "" if done.returncode == 0 else f"the notification command ended with {done.returncode}"
