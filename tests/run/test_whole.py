"""The shipped notebooks as a whole: what each rests on, and the same bytes from elsewhere and by other means."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
CLONE = ("symphony_analysis", "notebooks", "data", "requirements.lock", "pyproject.toml")
#: A word of a figure rests on the family of all compared figures of the report (rule 2), so on every raw file.
WITH_WORDS = {
    "00_summary", "05_overview", "10_outcomes", "20_disadvantaged_gap", "30_governance_evidence",
    "40_school_improvement", "50_attendance", "55_exclusions", "60_finance", "70_safeguarding", "80_key_priorities",
}  # fmt: skip
#: The notebooks that show or test something of the file: figures, claims, judgements, or the list of all inputs.
READERS = {
    "raw/202425/mtc.csv": WITH_WORDS,
    "raw/202425/exclusions.csv": WITH_WORDS,
    "trust/202425/governance.csv": {"00_summary", "30_governance_evidence"},
}
LISTS_EVERY_FILE = "90_sources_and_definitions"


def inputs_of(out: Path, folder: str) -> dict[str, set[str]]:
    """What each notebook of a release rests on, as the cache of the run has it."""

    def cells_of(text: str) -> str:
        return json.dumps(nbformat.reads(text, as_version=4)["cells"], sort_keys=True)

    books = (out / folder / "notebooks").glob("*.ipynb")
    stored = {cells_of(path.read_text(encoding="utf-8")): path.stem for path in books}
    found = {}
    for path in (out / ".symphony" / "cache").glob("*/*.json"):
        entry = json.loads(path.read_text(encoding="utf-8"))
        cells = cells_of(entry["result"]["text"])
        if cells in stored:
            found[stored[cells]] = set(entry["inputs"])
    assert set(found) == set(stored.values())
    return found


def report(out: Path, folder: str = "202425") -> dict[str, bytes]:
    """The published files that a browser has no part in, by name."""
    place = out / folder
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name != "run.json" and path.suffix not in {".pdf", ".docx"}
    }


def symphony(*words: str, **how) -> subprocess.CompletedProcess:
    usual = {"cwd": ROOT, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "check": False}
    return subprocess.run([sys.executable, "-m", "symphony_analysis", "run", *words], **(usual | how))


@pytest.mark.parametrize("name", READERS)
def test_a_notebook_rests_on_what_it_shows_or_tests_and_on_nothing_else(released, name):
    resting = {book for book, names in inputs_of(released, "202425").items() if name in names}
    assert resting - {LISTS_EVERY_FILE} == READERS[name]


def with_another_mark(folder: Path) -> None:
    """One pupil's times tables check gets another mark, and the manifest the new hash."""
    path = folder / "mtc.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",25,", ",24,", 1), encoding="utf-8", newline="\n")
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    content = path.read_bytes()
    for row in rows:
        if row["file"] == path.name:
            row.update(sha256=hashlib.sha256(content).hexdigest(), bytes=str(len(content)))
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.slow
def test_a_changed_input_runs_again_what_reads_it_and_nothing_else(released, tmp_path):
    shutil.copytree(released, tmp_path / "out", symlinks=True)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    with_another_mark(tmp_path / "data" / "raw" / "202425")
    done = symphony("--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert {line for line in done.stdout.splitlines() if line.startswith("unchanged")} == {
        "unchanged out/202223", "unchanged out/202324",
    }  # fmt: skip
    told = json.loads((tmp_path / "out" / "202425" / "run.json").read_text(encoding="utf-8"))["notebooks"]
    again = {name for name, facts in told.items() if not facts["from_cache"]}
    assert again == READERS["raw/202425/mtc.csv"] | {LISTS_EVERY_FILE}


@pytest.mark.slow
def test_a_clone_that_may_not_be_written_and_an_empty_environment_give_the_same_bytes(released, tmp_path):
    clone, out = tmp_path / "Träger's clone (1)" / "symphony", tmp_path / "an anderem Ort – reports"
    clone.mkdir(parents=True)
    for source in (ROOT / name for name in CLONE):
        if source.is_dir():
            shutil.copytree(source, clone / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, clone / source.name)
    held = {path: path.stat().st_mtime_ns for path in clone.rglob("*") if path.is_file()}
    for path in [*held, *(p for p in clone.rglob("*") if p.is_dir()), clone]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = symphony("--year", "2024/25", "--out", str(out), cwd=clone, env={}, start_new_session=True)
    assert done.returncode == 0, done.stderr
    now = {p: p.stat().st_mtime_ns for p in clone.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert now == held
    assert report(out) == report(released)


@pytest.mark.slow
def test_two_dask_workers_give_the_same_report(released, tmp_path):
    from dask.distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster:
        words = ("--year", "2024/25", "--fresh", "--dask", cluster.scheduler_address, "--out", str(tmp_path / "out"))
        done = symphony(*words)
    assert done.returncode == 0, done.stderr
    assert report(tmp_path / "out") == report(released)
