"""Which commit of the project made an edition? What leads back to the program when a figure must come out again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import symphony_analysis

#: What decides a report beside the data.
_DECIDING = ("symphony_analysis", "notebooks", "requirements.lock")
PACKAGE = Path(symphony_analysis.__file__).parent


def commit(package: Path = PACKAGE) -> str:
    """The commit at which the package is checked out, "+changes" behind it where its files are not as committed.

    "" where the package is no checkout, or there is no git: then only the hashes of the record tell the program.
    """
    root = package.parent
    if not _git(root, "ls-files", f"{package.name}/__init__.py"):
        return ""
    changes = _git(root, "status", "--porcelain", "--", *_DECIDING)
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD") + ("+changes" if changes else "")


def _git(folder: Path, *words: str) -> str:
    """What git says; "" where it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
