"""The notebooks are thin: a table of contents that calls the rooms, and nothing else."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
REPORT = [
    "00_summary", "01_school", "02_public", "05_overview", "10_outcomes", "20_disadvantaged_gap",
    "30_governance_evidence", "40_school_improvement", "50_attendance", "52_attendance_this_year",
    "55_exclusions", "60_finance", "70_safeguarding", "80_key_priorities", "90_sources_and_definitions",
]  # fmt: skip
OF_ONES_OWN = ["ask_your_own", "explore"]
PARAMETERS = 'year = "2024/25"\nas_at = "2026-04-30"\nedition = "trustees"\nschool = ""\ndata_dir = "../data"'
FORBIDDEN = re.compile(r"^\s*(def|class|for|while|if)\b|read_csv|fillna|sys\.path|filterwarnings|:\.\d|round\(", re.M)
NUMBER = re.compile(r"\d")


def cells(name):
    book = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [(cell, "".join(cell["source"])) for cell in book["cells"]]


def test_the_folder_is_the_table_of_contents():
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == sorted([*REPORT, *OF_ONES_OWN])


@pytest.mark.parametrize("name", [*REPORT, *OF_ONES_OWN])
def test_each_notebook_has_the_same_parameters(name):
    tagged = [source for cell, source in cells(name) if "parameters" in cell["metadata"].get("tags", [])]
    # Questions of one's own are the leadership's; a report is the trustees' unless another edition is asked for.
    assert tagged == [PARAMETERS.replace("trustees", "internal") if name in OF_ONES_OWN else PARAMETERS]


@pytest.mark.parametrize("name", [*REPORT, *OF_ONES_OWN])
def test_a_notebook_holds_no_logic_no_output_and_no_long_cell(name):
    for cell, source in cells(name):
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert len([line for line in source.splitlines() if line.strip()]) <= 8, source
        assert not FORBIDDEN.search(source), source


@pytest.mark.parametrize("name", [*REPORT, *OF_ONES_OWN])
def test_text_cells_ask_questions_and_hold_no_figure_of_their_own(name):
    texts = [source for cell, source in cells(name) if cell["cell_type"] == "markdown"]
    # Page one has no room for what it is for: its verdict says it.
    assert texts[0].startswith("# ") and ("\n\n" in texts[0] or name == "00_summary")
    for text in texts:
        assert not NUMBER.search(text.replace("key stage 1", "").replace("key stage 2", "")), text


@pytest.mark.parametrize("name", [*REPORT, *OF_ONES_OWN])
def test_cell_ids_are_unique_and_stay(name):
    ids = [cell["id"] for cell, _ in cells(name)]
    assert len(set(ids)) == len(ids)
    assert ids == [f"{name.split('_')[0]}-{place:02d}" for place in range(1, len(ids) + 1)]
