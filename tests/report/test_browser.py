"""The browser of the machine: found where it usually is, ended with what it started, never a reason to fail."""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from symphony_analysis import report
from symphony_analysis.report.documents import pdf
from symphony_analysis.report.documents.pdf import BrowserFailed, find_browser, run_browser
from tests.report import conftest as small

posix = pytest.mark.skipif(os.name != "posix", reason="the pretended browser is a shell script")


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def ended(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat")
        if state.is_file() and state.read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


@posix
def test_the_chosen_browser_comes_before_the_one_on_the_path(tmp_path: Path):
    own, usual = program(tmp_path, "own", ""), program(tmp_path / "bin", "chromium", "")
    assert find_browser({"PATH": str(usual.parent)}, "linux") == usual
    assert find_browser({"PATH": str(usual.parent), "SYMPHONY_BROWSER": str(own)}, "linux") == own
    assert find_browser({"PATH": str(usual.parent), "SYMPHONY_BROWSER": "none"}, "linux") is None


@pytest.mark.parametrize("folder", ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"])
def test_edge_is_found_where_windows_keeps_it(tmp_path: Path, folder: str):
    edge = program(tmp_path, "Microsoft/Edge/Application/msedge.exe", "")
    assert find_browser({"PATH": "", folder: str(tmp_path)}, "win32") == edge


def test_chrome_is_found_in_the_applications_of_a_mac(tmp_path: Path):
    chrome = program(tmp_path, "Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "")
    assert find_browser({"PATH": "", "HOME": str(tmp_path)}, "darwin") == chrome


def test_without_a_browser_the_run_goes_on_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    notes = report.build(small.executed(), small.parameters(), tmp_path, small.inputs(), small.figures())
    assert "there is no Chrome, Chromium or Edge on this machine" in notes[0]
    assert (tmp_path / "self-evaluation.html").is_file()
    assert not (tmp_path / "self-evaluation.pdf").exists()


@posix
def test_a_browser_that_hangs_is_ended_with_its_children(tmp_path: Path):
    child = tmp_path / "child.pid"
    hanging = program(tmp_path, "hangs", f"sleep 600 & echo $! > {child}; wait")
    with pytest.raises(BrowserFailed, match=r"did not finish within 0\.5 seconds"):
        run_browser(hanging, [], tmp_path, 0.5)
    assert ended(int(child.read_text()))


@posix
@pytest.mark.parametrize(
    ("script", "said"), [("exit 3", "ended with code 3"), ("exit 0", "wrote no PDF"), (None, "could not be started")]
)
def test_a_browser_that_fails_leaves_a_sentence(tmp_path: Path, monkeypatch, script: str | None, said: str):
    failing = program(tmp_path, "fails", script) if script else tmp_path / "gone"
    monkeypatch.setattr(pdf, "find_browser", lambda: failing)
    document, reason = pdf.pdfs_or_reason({"x.pdf": "<p>x</p>"}, date(2026, 4, 30))["x.pdf"]
    assert document is None
    assert said in reason
    assert "Open self-evaluation.html" in reason


def test_elements_are_numbered_by_their_order_wherever_the_browser_began():
    first = b"/ID (node00000134) /Headers [(node00000134) (node00000139)]"
    assert pdf._renumbered(first) == b"/ID (node00000001) /Headers [(node00000001) (node00000002)]"
    assert pdf._renumbered(first.replace(b"134", b"132").replace(b"139", b"137")) == pdf._renumbered(first)


def no_pipes(*_):
    raise BrowserFailed("as on Windows")


@posix
def test_a_browser_that_answers_nothing_is_ended_and_started_for_one_print_at_a_time(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS_TO_START", 0.5)
    child, target = tmp_path / "child.pid", "${a#--print-to-pdf=}"
    script = f"""for a in "$@"; do case $a in
        --remote-debugging-pipe) sleep 600 & echo $! > {child}; wait;;
        --print-to-pdf=*) echo "%PDF-1" > "{target}"; exit 0;;
    esac; done"""
    with pdf.printer(program(tmp_path, "mute", script)) as printed:
        assert printed("<p>x</p>") == b"%PDF-1\n"
    assert ended(int(child.read_text()))


@pytest.mark.browser
def test_pdf_is_a4_tagged_with_outline_title_language_and_the_same_bytes(browser: Path, page: str, monkeypatch):
    day = date(2026, 4, 30)
    with pdf.printer(browser) as printed:
        first = pdf.print_pdf(page, day, printed)
        pdf.print_pdf("<p>Something else</p>", day, printed)
        assert pdf.print_pdf(page, day, printed) == first
    monkeypatch.setattr(pdf, "_Session", no_pipes)
    with pdf.printer(browser) as printed:
        assert pdf.print_pdf(page, day, printed) == first
    for part in (b"/Outlines", b"/StructTreeRoot", b"/Lang (en-GB)", b"/DisplayDocTitle true"):
        assert part in first
    assert b"/CreationDate (D:20260430 " in first
    assert b"Mozilla" not in first
    assert sys.platform.encode() not in first


@pytest.mark.browser
def test_pages_are_numbered_and_headings_stand_in_order(browser: Path, built: Path, pdf_text):
    text = pdf_text(built / "self-evaluation.pdf")
    pages = text.count("\f")
    assert f"1 of {pages}" in text
    assert f"{pages} of {pages}" in text
    titles = ["What needs your attention", "Overview of Symphony", "Outcomes for pupils", "Attendance and exclusions"]
    places = [text.rindex(f"\n{title}") for title in titles]
    assert places == sorted(places)
