"""Copies of the project and of its data that a test may change, and the commands as people type them."""

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("symphony_analysis", "notebooks", "data", "pyproject.toml", "requirements.lock")


def symphony(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Type ``symphony words`` in a folder; the package beside the notebooks there is the one that answers."""
    command = [sys.executable, "-m", "symphony_analysis", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=dict(os.environ))


def project(folder: Path) -> Path:
    """A copy of what runs: package, notebooks, data."""
    for name in KEPT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as its rows."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def write(path: Path, table: list[dict[str, str]]) -> Path:
    """Rows as a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0], lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(table)
    return path
