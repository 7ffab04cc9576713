"""Canary pupils planted in the inputs are seen in no byte that a run writes or says, whether it ends well or not."""

from __future__ import annotations

import base64
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gate import canaries
from tests.people.copies import project, symphony

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
