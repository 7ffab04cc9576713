"""A small report to test on: executed notebooks made by hand in the classes that tables, charts and wording emit."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest

from symphony_analysis import report
from symphony_analysis.figure import COLUMNS
from symphony_analysis.report.documents.pdf import find_browser
from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear
from tests.report import pieces


def markdown(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text)


def shown(html: str, source: str = "show_secret_code()") -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "<IPython HTML object>"})
    return nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    made = nbformat.v4.new_notebook(cells=list(cells))
    for number, cell in enumerate(made.cells):
        cell.id = f"cell{number:04d}"
    return made


def executed() -> dict[str, nbformat.NotebookNode]:
    return {
        "00_summary": notebook(markdown("# What needs your attention"), shown(pieces.CARDS)),
        "05_overview": notebook(markdown("# Overview of Symphony\n\n## The aims"), shown(pieces.WORDS)),
        "10_outcomes": notebook(markdown("# Outcomes for pupils"), shown(pieces.SCALE), shown(pieces.FIGURE)),
        "50_attendance": notebook(
            markdown("# Attendance and exclusions\n\nDo our pupils attend?"),
            markdown("## Do they attend as well as in England?"),
            shown(pieces.TABLE),
            shown(pieces.FIGURE.replace("73", "8.6").replace("Outcomes", "Absence")),
            shown(pieces.CLAIMS),
        ),
        "55_exclusions": notebook(markdown("# Suspensions and permanent exclusions"), shown(pieces.TABLE)),
        "90_sources_and_definitions": notebook(markdown("# Sources and definitions"), shown(pieces.WORDS)),
    }


def figures() -> pd.DataFrame:
    usual = dict.fromkeys(COLUMNS, "") | {"time_period": 202425, "pupil_group": "all", "unit": "%", "origin": "mis"}
    absence = {"measure": "overall_absence_percent"}
    rows = [
        absence | {"geographic_level": "Trust", "value": "4.3", "england_value": "5.2", "comparison": "clearly better"},
        absence | {"geographic_level": "England", "value": "5.2"},
        {
            "measure": "ks2_rwm_expected_percent",
            "geographic_level": "School",
            "school_urn": "137932",
            "school_name": "=Glen Hills",
            "symbol": "c",
        },
    ]
    return pd.DataFrame([usual | row for row in rows])


def small_trust() -> Trust:
    joined = date(2023, 1, 19)
    return Trust(
        name="Example & Sons Trust",
        schools=(
            School("Glen Hills", "137932", joined_by=joined),
            School("Newcroft", "138000", joined_by=date(2025, 12, 31)),
        ),
        census_days={202425: date(2025, 1, 16)},
        identity={"strapline": "Aspiration, Innovation, Excellence"},
        settings={"style": {"navy": "#123456"}, "run": {"membership": "in_trust_that_year"}},
    )


RECORDS = {
    "judgements": pd.DataFrame(
        {
            "area": ["outcomes", "attendance", "finance"],
            "bands": ["outstanding", "good;outstanding", "requires_improvement"],
        }
    ),
    "glossary": pd.DataFrame({"term": ["TDG", "EDG"], "meaning": ["Teaching Development Group", ""]}),
}


def inputs(origin: str = "synthetic") -> SimpleNamespace:
    """What the report room asks of the inputs; records exist for 2024/25 alone."""
    year = AcademicYear.parse("2024/25")
    manifest = pd.DataFrame({"time_period": [202425], "origin": [origin], "sha256": ["ab" * 32], "path": ["x.csv"]})

    def records(name: str, wanted: AcademicYear) -> pd.DataFrame:
        held = RECORDS.get(name, pd.DataFrame())
        return held if wanted == year else held.iloc[:0]

    made = {"manifest": manifest, "years": (year.back(), year), "records": records}
    return SimpleNamespace(trust=small_trust(), newer_than=lambda *_: (0, ()), **made)


def parameters(**changed: str) -> SimpleNamespace:
    usual = {"year": "2024/25", "as_at": "2026-04-30", "edition": "trustees", "school": "", "data_dir": "../data"}
    return SimpleNamespace(**(usual | changed))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one small report."""
    stage = tmp_path_factory.mktemp("report")
    report.build(executed(), parameters(), stage, inputs(), figures())
    return stage


@pytest.fixture
def page(built: Path) -> str:
    return (built / "self-evaluation.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Path:
    """The browser of this machine; where CI demands one (SYMPHONY_REQUIRE_BROWSER) its absence is a failure."""
    found = find_browser()
    if found is None and os.environ.get("SYMPHONY_REQUIRE_BROWSER"):
        pytest.fail("no Chrome, Chromium or Edge on this machine, and SYMPHONY_REQUIRE_BROWSER is set")
    if found is None:
        pytest.skip("NOT TESTED: there is no Chrome, Chromium or Edge on this machine")
    return found
