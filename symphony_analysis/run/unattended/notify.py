"""Notification of a failed run by a command of the user's choice."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

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
