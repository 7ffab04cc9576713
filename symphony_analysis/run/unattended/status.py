"""The state of the nightly run, also when it never ran, which no failure message can report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from symphony_analysis.run.outcome import MEANINGS, Exit
from symphony_analysis.run.reports.workspace import PRIVATE
from symphony_analysis.run.unattended.journal import last_run

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
