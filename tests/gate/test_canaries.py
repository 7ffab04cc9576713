"""Canary pupils planted in the inputs are seen in no byte that a run writes or says, whether it ends well or not."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gate import canaries
from tests.people.copies import for_a_run, project, symphony

FEW = ("10_outcomes", "50_attendance", "55_exclusions")
#: Faults of every kind of pupil file, each with the canary as the value that is wrong: file, row, column.
FAULTS = (
    ("ks2.csv", 12, "RWMEXP"),
    ("ks2.csv", 13, "UPN"),
    ("phonics.csv", 14, "Phonics_Mark"),
    ("mtc.csv", 15, "PupilStatus"),
    ("eyfsp.csv", 16, "GLD"),
    ("attendance.csv", 17, "PossibleSessions"),
    ("exclusions.csv", 18, "Category"),
    ("census_spring.csv", 19, "EVERFSM_6_P"),
)


def planted(folder: Path, notebooks: tuple[str, ...] = ()) -> tuple[Path, frozenset[str]]:
    """A copy of the project, with these notebooks only, whose pupils are canaries."""
    copy = project(folder)
    for path in (copy / "notebooks").glob("*.ipynb"):
        if notebooks and path.stem not in notebooks:
            path.unlink()
    return copy, canaries.plant(copy / "data")


def said(done: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    return [("standard output", done.stdout), ("standard error", done.stderr)]


def run_and_search(folder: Path, notebooks: tuple[str, ...], edition: str, pdf_text: Callable[[Path], str]) -> None:
    copy, secret = planted(folder, notebooks)
    assert len(secret) > 15_000
    done = symphony("run", "--year", "2024/25", "--edition", edition, cwd=copy, pdf=True)
    assert done.returncode == 0, done.stderr
    out = copy / "reports"
    written = [path for path in out.rglob("*") if path.is_file()]
    assert {"events.jsonl", "last_run.json", "run.json", "self-evaluation.html", "figures.xlsx"} <= {
        path.name for path in written
    }
    told = [(path.name, pdf_text(path)) for path in written if path.suffix == ".pdf"]
    assert canaries.sightings([*said(done), *told, *canaries.everything(out)], secret) == []


def test_canaries_are_in_no_byte_of_a_run(tmp_path, pdf_text):
    run_and_search(tmp_path, FEW, "trustees", pdf_text)


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["trustees", "public", "internal"])
def test_canaries_are_in_no_byte_of_a_whole_report(edition, tmp_path, pdf_text):
    run_and_search(tmp_path, (), edition, pdf_text)


@pytest.fixture(scope="module")
def at_fault(tmp_path_factory) -> tuple[Path, frozenset[str]]:
    """Canaries with one wrong cell in each kind of pupil file, the wrong value a canary's too."""
    copy, secret = planted(tmp_path_factory.mktemp("fault"), FEW)
    for number, (file, row, column) in enumerate(FAULTS):
        canaries.spoilt(copy / "data" / "raw" / "202425", file, row, column, f"Zzcanary77{number}")
    return copy, secret


def test_a_check_tells_every_fault_in_a_pupil_row_without_its_value(at_fault):
    copy, secret = at_fault
    done = symphony("check", cwd=copy)
    assert done.returncode == 65
    assert [place for place in map(place_of, FAULTS) if place not in done.stdout] == []
    assert canaries.sightings(said(done), secret) == []


def test_a_run_that_meets_a_fault_in_a_pupil_row_tells_the_row_without_the_value(at_fault):
    """Each notebook stops at the first file that it cannot use; what is kept of the run is searched too."""
    copy, secret = at_fault
    done = symphony("run", "--year", "2024/25", cwd=copy)
    assert done.returncode == 65
    told = [fault for fault in FAULTS if place_of(fault) in done.stderr]
    assert {"attendance.csv", "ks2.csv"} <= {file for file, _, _ in told}
    kept = list(canaries.everything(copy / "reports"))
    assert {"events.jsonl", "last_run.json"} <= {where for where, _ in kept}
    assert canaries.sightings([*said(done), *kept], secret) == []


class Marked:
    """A project whose canaries bear a mark of their own, its runs with a home and a temporary folder of theirs."""

    def __init__(self, folder: Path) -> None:
        self.mark, self.began = f"zzcanary{uuid.uuid4().hex[:10]}", time.time()
        self.copy = project(folder / "project")
        for path in (self.copy / "notebooks").glob("*.ipynb"):
            if path.stem != FEW[0]:
                path.unlink()
        canaries.plant(self.copy / "data", self.mark.removeprefix("zzcanary"))
        self.temporary, self.reports = Path(tempfile.mkdtemp()), self.copy / "reports"
        self.temporary.chmod(0o755)  # as /tmp, which others may enter
        (folder / "home").mkdir()
        own = {"TMPDIR": str(self.temporary), "HOME": str(folder / "home")}
        self.environment = for_a_run(**own)

    def start(self) -> subprocess.Popen[str]:
        """A run of the internal edition, in which nothing is hidden, as a process of its own."""
        words = ["run", "--year", "2024/25", "--edition", "internal", "--fresh"]
        return subprocess.Popen(
            [sys.executable, "-m", "symphony_analysis", *words],
            cwd=self.copy,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def nothing_is_seen(self, said: str) -> None:
        """No canary is in what was said, or in any file of this machine written since the beginning but the data."""
        assert self.mark not in said.lower()
        written = list(canaries.changed_since(self.began, self.copy / "data"))
        assert self.reports / "events.jsonl" in written
        ours = (self.copy.parent, self.temporary)
        seen = [str(p) for p in written if canaries.holds(p, self.mark, any(map(p.is_relative_to, ours)))]
        assert seen == []

    def all_is_private(self) -> None:
        """What a run of the internal edition has left is below a folder that nobody else may enter."""
        open_to_all = {"index.html", "events.jsonl", "last_run.json"}  # they hold no figures
        for top in (self.temporary, self.reports):
            for path in (path for path in top.rglob("*") if path.is_file() and path.name not in open_to_all):
                above = [top / each for each in path.relative_to(top).parents]
                assert any(not each.stat().st_mode & 0o077 for each in above), path


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="looks through the file system of POSIX")
def test_no_changed_file_of_the_machine_holds_a_canary_after_a_run_a_failure_and_a_kill(tmp_path):
    marked = Marked(tmp_path)
    with marked.start() as process:
        said = process.communicate(timeout=1500)[0]
    assert process.returncode == 0, said
    marked.nothing_is_seen(said)
    marked.all_is_private()
    assert list(marked.temporary.iterdir()) == []
    with marked.start() as process:  # killed while the ungated page is printed
        deadline, pages = time.monotonic() + 1500, []
        while not pages and time.monotonic() < deadline:
            time.sleep(0.02)
            pages = list(marked.temporary.rglob("page.html"))
        private = [not each.stat().st_mode & 0o077 for page in pages for each in page.parents]
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[0]
    assert any(private)
    marked.nothing_is_seen(said)
    marked.all_is_private()
    canaries.spoilt(marked.copy / "data" / "raw" / "202425", *FAULTS[0], marked.mark)
    with marked.start() as process:
        said = process.communicate(timeout=1500)[0]
    assert process.returncode == 65, said
    marked.nothing_is_seen(said)
    assert list(marked.temporary.iterdir()) == []
    marked.temporary.rmdir()


def place_of(fault: tuple[str, int, str]) -> str:
    file, row, column = fault
    return f"raw/202425/{file}: row {row}, column {column}"


@pytest.mark.parametrize("way", ["plain", "address", "archive", "name"])
def test_the_search_finds_a_canary_however_it_is_wrapped(way, tmp_path):
    secret = frozenset({"zzcanary", "a000202418003", "05/03/2014"})
    inner = b"<p>A000202418003</p>"
    if way == "plain":
        (tmp_path / "a.jsonl").write_text('{"born": "05/03/2014"}')
    elif way == "address":
        (tmp_path / "a.html").write_text(f'<img src="data:text/html;base64,{base64.b64encode(inner).decode()}">')
    elif way == "archive":
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("xl/sharedStrings.xml", inner)
    else:
        (tmp_path / "reportZZCANARY.txt").write_text("")
    assert len(canaries.sightings(canaries.everything(tmp_path), secret)) >= 1


@pytest.mark.parametrize("way", ["wide", "archive", "name"])
def test_the_search_of_the_machine_finds_a_mark(way, tmp_path):
    path = tmp_path / ("a_ZZCANARY12.txt" if way == "name" else "a.xlsx")
    if way == "archive":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("a.xml", "Zzcanary12" * 9)
    else:
        path.write_bytes("Zzcanary12".encode("utf-16-le") if way == "wide" else b"")
    assert canaries.holds(path, "zzcanary12", True) and not canaries.holds(path, "zzcanary34", True)
