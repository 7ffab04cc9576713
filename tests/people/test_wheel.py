"""The package as another trust gets it: a wheel in an environment outside the tree, a folder begun from nothing."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.people import register
from tests.people.copies import ROOT, of_trust, rows, symphony, with_these_libraries
from tests.sources import tables

STARTER = "symphony_analysis/starter/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the tree as it is by the tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


def pip(*words: str | Path, python: Path | str = sys.executable) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_notebooks_englands_figures_and_the_lock_travel_and_nothing_else_of_the_tree(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    travelling = [*(ROOT / "notebooks").glob("*.ipynb"), ROOT / "data" / "national.csv", ROOT / "requirements.lock"]
    starter = {STARTER + path.relative_to(ROOT).as_posix(): path.read_bytes() for path in travelling}
    assert len(starter) > 10
    assert {name: text for name, text in held.items() if name.startswith(STARTER)} == starter
    package = ROOT / "symphony_analysis"
    own = {p.relative_to(ROOT).as_posix() for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    others = {name for name in held if ".dist-info/" not in name} - set(starter)
    assert others == own and "symphony_analysis/py.typed" in own
    licences = {name.rpartition("/")[2] for name in held if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-DATA", "OFL.txt"}


@pytest.mark.slow
def test_a_trust_is_begun_and_reported_with_the_installed_wheel_alone(wheel, tmp_path):
    python = with_these_libraries(tmp_path / "environment")
    pip("install", "--no-deps", "--no-index", wheel, python=python)
    a_report_for_a_new_trust(python, tmp_path)


@pytest.mark.slow
def test_the_same_with_the_locked_packages_of_a_school_laptop_and_no_other(wheel, tmp_path):
    venv.create(tmp_path / "environment", with_pip=False)
    python = tmp_path / "environment" / ("Scripts" if sys.platform == "win32" else "bin") / Path(sys.executable).name
    pip("install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock", python=python)
    pip("install", "--no-deps", "--no-index", wheel, python=python)
    a_report_for_a_new_trust(python, tmp_path)
    looked = symphony("doctor", cwd=tmp_path / "trust", python=python)
    assert looked.returncode == 0 and "packages as locked" in looked.stdout, looked.stdout
    for tool in ("pytest", "mypy", "playwright", "dask"):
        assert subprocess.run([python, "-c", f"import {tool}"], capture_output=True, check=False).returncode == 1, tool


def a_report_for_a_new_trust(python: Path, tmp_path: Path) -> None:
    """Every command that a new trust types, in its own folder; the environment is as it was before."""
    folder = tmp_path / "trust"
    folder.mkdir()
    gias = register.write(tmp_path / "edubasealldata20260115.csv", register.INVENTED)
    table = tmp_path / "england_ks2final.csv"
    lines = [
        tables.KS2_HEADER,
        tables.school("900001", LEA="999", TELIG="30", PTRWM_EXP="60%"),
        tables.school("900002", LEA="999", TELIG="10", PTRWM_EXP="70%"),
        tables.school("900003", LEA="999", TELIG="20", PTRWM_EXP="75%"),
        tables.england("5", TELIG="600000", PTRWM_EXP="62%"),
    ]
    table.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    before = files_of(python)
    none = symphony("run", cwd=folder, python=python)
    assert none.returncode == 65 and "no data folder here" in none.stderr and not list(folder.iterdir())
    for words, code in [
        (("init", "--gias", gias, "--uid", "4711"), 0),
        (("new-year", "2024/25"), 0),
        (("add", table, "--published", "2025-12-11"), 0),
        (("check",), 0),
        (("lab", "--show"), 0),
        (("run",), 0),
        (("trace", "ks2_rwm_expected_percent.202425.trust.all", "--year", "2024/25"), 0),
        (("status",), 0),
    ]:
        done = symphony(*words, cwd=folder, python=python)
        assert done.returncode == code, (words, done.stdout, done.stderr)
    assert files_of(python) == before
    assert {path.name for path in folder.iterdir()} == {"data", "notebooks", "reports", "build"}
    figures = rows(folder / "reports" / "202425" / "figures.csv")
    pooled = of_trust(figures, "ks2_rwm_expected_percent", "202425")
    # 30 x 60% + 10 x 70% + 20 x 75% = 18 + 7 + 15 = 40 of 60 pupils
    assert (pooled["value"], pooled["schools_counted"], pooled["schools_expected"]) == ("67", "3", "4")
    assert of_trust(figures, "overall_absence_percent", "202425")["symbol"] == "x"
    page = (folder / "reports" / "202425" / "self-evaluation.html").read_text(encoding="utf-8")
    words = page.replace("symphony-analysis", "").replace("Symphony Sans", "")  # the package and its typeface
    assert "Hill and Vale Learning Trust" in page and "Symphony" not in words
    assert "the trust’s own words for 2024/25 are not on record" in page and page.count("no data") > 3


def files_of(python: Path) -> dict[str, tuple[int, int]]:
    """Every file of the environment, with size and time of change; what Python compiles for itself is left out."""
    found = [path for path in python.parents[1].rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}
