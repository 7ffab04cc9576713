"""The whole folder of a run: what is in it, that it is self-contained, that it comes out the same again."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from symphony_analysis import report
from symphony_analysis.report.pages.page import unissued_digest
from tests.report import conftest as small


def contents_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_folder_holds_everything_a_run_publishes(built: Path):
    names = set(contents_of(built))
    assert names >= {"self-evaluation.html", "figures.csv", "figures.xlsx"}
    for name in small.executed():
        assert {f"notebooks/{name}.html", f"notebooks/{name}.ipynb"} <= names


def test_same_inputs_give_the_same_bytes(built: Path, tmp_path: Path):
    report.build(small.executed(), small.parameters(), tmp_path, small.inputs(), small.figures())
    assert contents_of(tmp_path) == contents_of(built)


def test_pages_alone_are_the_pages_of_the_report_without_pdf_word_and_workbook(built: Path, tmp_path: Path):
    report.build(small.executed(), small.parameters(), tmp_path, small.inputs(), small.figures(), documents=False)
    whole = contents_of(built)
    assert contents_of(tmp_path) == {n: c for n, c in whole.items() if not n.endswith((".pdf", ".docx", ".xlsx"))}


def test_pages_ask_for_nothing_from_anywhere(built: Path):
    for path in built.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "<script" not in text
        assert re.findall(r"""(?:src|href)=["'](?!#|data:image/|annex\.html|self-evaluation\.html)[^"']*""", text) == []
        assert re.findall(r"url\((?!data:font/)|@import|<link|<iframe", text) == []


def test_executed_notebooks_stand_beside_the_report(built: Path):
    kept = nbformat.read(built / "notebooks" / "50_attendance.ipynb", as_version=4)
    assert kept == small.executed()["50_attendance"]


def test_style_sheet_stays_small(built: Path):
    style = Path(report.__file__).with_name("pages") / "report.css"
    assert style.stat().st_size < 24_500


def test_a_report_that_an_issue_holds_says_so_with_its_signatures(built: Path, tmp_path: Path):
    before = (built / "self-evaluation.html").read_bytes()
    issued = {unissued_digest(before): "issue 1, approved by Chair of Trustees, 2026-05-01"}
    report.build(small.executed(), small.parameters(), tmp_path, small.inputs(), small.figures(), issued=issued)
    after = (tmp_path / "self-evaluation.html").read_bytes()
    assert "Issue 1, approved by Chair of Trustees, 1\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2026</p>" in after.decode()
    assert unissued_digest(after) == unissued_digest(before)
    assert len(after) > len(before)
