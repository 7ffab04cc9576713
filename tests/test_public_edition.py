"""The public edition: four pages at most, the trust's figures, and of each school what DfE has published, unjudged."""

import csv
import re
import subprocess

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from symphony_analysis import board
from symphony_analysis.analysis import open_analysis
from symphony_analysis.compare import MARKED
from symphony_analysis.measures import MEASURES
from tests.browser.test_axe import axe, found, ready  # noqa: F401
from tests.people.copies import ROOT, symphony

DATA = ROOT / "data"


def table_of_schools(html: str) -> BeautifulSoup:
    soup = BeautifulSoup(html, "html.parser")
    return next(t for t in soup.find_all("table") if t.caption.get_text().startswith("Each school, as DfE published"))


def printed_by_dfe() -> dict[str, str]:
    """DfE's figures of 2024/25 as printed, by the id of the figure."""
    with (DATA / "published" / "ks2_school_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["time_period"] == "202425"]
    return {f"{row['measure']}.202425.{row['school_urn']}.all": row["printed"] for row in rows}


def told_of_schools(table: BeautifulSoup) -> dict[str, str]:
    cells = {cell["data-figure"]: cell.get_text().removesuffix("%") for cell in table.select("[data-figure]")}
    return {name: text for name, text in cells.items() if re.search(r"\.\d{6}\.\d{6}\.", name)}


@pytest.mark.usefixtures("shipped_tables")
def test_a_named_school_has_dfes_figures_and_no_others_and_no_verdict():
    analysis = open_analysis("2024/25", "2026-04-30", "public", data_dir=DATA)
    html = board.published_schools(analysis)
    table, printed = table_of_schools(html), printed_by_dfe()
    told = told_of_schools(table)
    assert {name: text for name, text in told.items() if text != "no pupils"} == printed and len(printed) == 70
    names = [row.th.get_text().removesuffix(" †") for row in table.tbody.find_all("tr")]
    assert names == [*(school.name for school in analysis.trust.of_year(analysis.year)), "England"]
    assert not [word for word in MARKED if word in html] and not re.search("[▲▼△▽]", html)
    assert "Source: DfE key stage 2 performance table 2024/25, school row." in html
    trustees = open_analysis("2024/25", "2026-04-30", "trustees", data_dir=DATA)
    assert board.published_schools(trustees) == html


@pytest.mark.usefixtures("shipped_tables")
def test_without_dfes_files_no_school_has_a_figure(monkeypatch):
    analysis = open_analysis("2024/25", "2026-04-30", "public", data_dir=DATA)
    bare = analysis.shown(MEASURES.values())
    bare.frame.loc[bare.frame["geographic_level"] == "School", "value"] = float("nan")
    monkeypatch.setattr(type(analysis), "shown", lambda *_: bare)
    assert "data-figure" not in board.published_schools(analysis)


@pytest.mark.slow
@pytest.mark.browser
def test_the_whole_edition_is_four_pages_at_most_and_readable_by_everybody(tmp_path, chromium: Browser, axe: str):  # noqa: F811
    done = symphony("run", "--year", "2024/25", "--edition", "public", "--out", tmp_path, pdf=True)
    assert done.returncode == 0, done.stderr
    report = tmp_path / "202425-public"
    told = subprocess.run(["pdfinfo", report / "self-evaluation.pdf"], capture_output=True, check=True, text=True)
    assert 2 <= int(re.search(r"Pages:\s+(\d+)", told.stdout)[1]) <= 4 and "(A4)" in told.stdout
    html = (report / "self-evaluation.html").read_text(encoding="utf-8")
    assert printed_by_dfe().items() <= told_of_schools(table_of_schools(html)).items()
    assert sorted(path.stem for path in (report / "notebooks").glob("*.ipynb")) == ["02_public"]
    for name in ("self-evaluation.html", "annex.html"):
        with ready(chromium, axe, report / name) as page:
            assert [problem for width in (1280, 390) for problem in found(page, width)] == []
