"""Copies of the project and of its data that a test may change, and the commands as people type them."""

import contextlib
import csv
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The variable that names the folder in which whole runs share what they decide of disclosure (tests/conftest.py).
DECIDED = "SYMPHONY_TESTS_DECIDED"
KEPT = ("symphony_analysis", "notebooks", "data", "pyproject.toml", "requirements.lock")


def for_a_run(**more: str) -> dict[str, str]:
    """The environment of a whole run that is made for a test."""
    return dict(os.environ) | {"SYMPHONY_MEMORY": os.environ[DECIDED]} | more


def symphony(
    *words: str | Path, cwd: Path = ROOT, python: str | Path = sys.executable, pdf: bool = False
) -> subprocess.CompletedProcess[str]:
    """Type ``symphony words`` in a folder; a run prints no PDF unless that is asked for, because it takes long."""
    command = [str(python), "-m", "symphony_analysis", *map(str, words)]
    env = for_a_run(**({} if pdf or "run" not in words else {"SYMPHONY_BROWSER": "none"}))
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env)


@contextlib.contextmanager
def jupyter(root: Path, seconds: float) -> Iterator[tuple[str, str]]:
    """A JupyterLab as ``symphony lab`` starts it, ended after so many seconds at the latest: its address and token."""
    from symphony_analysis.commands.lab import lab

    # As root, which Jupyter refuses unasked; a person's own account does not need the last option.
    ready = lab(root, ["--no-browser", "--ServerApp.port_retries=50", "--allow-root"])
    process = subprocess.Popen(
        ready.command, env=ready.environment, cwd=ready.folder, stderr=subprocess.PIPE, text=True
    )
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    try:
        found = next(
            (m for line in process.stderr if (m := re.search(r"(http://127[^/]+/)\S*token=(\w+)", line))), None
        )
        assert found is not None, "JupyterLab did not say where it is"
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop it
        yield found[1], found[2]
    finally:
        killer.cancel()
        process.kill()
        process.wait()


def with_records(folder: Path) -> Path:
    """A data folder with the trust and its own records, and nothing else."""
    folder.mkdir()
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    shutil.copytree(ROOT / "data" / "trust", folder / "trust")
    return folder


def project(folder: Path) -> Path:
    """A copy of what runs: package, notebooks, data."""
    for name in KEPT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def environment(folder: Path) -> Path:
    """An environment in which the copy is the installed package, with the libraries of this one; gives its Python."""
    return with_these_libraries(folder / ".venv", folder)


def with_these_libraries(own: Path, *first: Path) -> Path:
    """An environment of its own with the libraries of this one, and before these the folders given; its Python."""
    venv.create(own, with_pip=False)
    scripts, here = own / ("Scripts" if os.name == "nt" else "bin"), Path(sys.prefix)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(own), "platbase": str(own)}))
    found = [*map(str, first), sysconfig.get_path("purelib")]
    (packages / "copy.pth").write_text("".join(f"{path}\n" for path in found), encoding="utf-8")
    # Templates of nbconvert and kernels of Jupyter are looked for below the environment.
    shutil.copytree(here / "share" / "jupyter" / "nbconvert", own / "share" / "jupyter" / "nbconvert")
    return scripts / Path(sys.executable).name


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as its rows."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def of_trust(figures: list[dict[str, str]], measure: str, year: str | int) -> dict[str, str]:
    """The trust's own row of a measure and year, of all pupils."""
    wanted = (measure, year, "Trust", "all")
    keys = ("measure", "time_period", "geographic_level", "pupil_group")
    return next(row for row in figures if tuple(row[key] for key in keys) == wanted)


def write(path: Path, table: list[dict[str, str]]) -> Path:
    """Rows as a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0], lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(table)
    return path
