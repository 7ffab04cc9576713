"""figures.csv for others' tools: its metadata says what it holds, and plain papermill gives the same figures."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from symphony_analysis.figure import KEYS
from tests.people.copies import ROOT, rows

PARSES = {"string": str, "integer": int, "decimal": float}
SHOWN = re.compile(r'data-figure="([^"]+)"[^>]*>(.*?)</(?:td|span|p)>', re.S)


def test_the_metadata_of_a_release_is_true_of_its_figures(released):
    folder = released / "202425"
    told = json.loads((folder / "figures.csv-metadata.json").read_text(encoding="utf-8"))
    assert told["@context"][0] == "http://www.w3.org/ns/csvw" and told["url"] == "figures.csv"
    assert (folder / told["url"]).is_file()
    columns = told["tableSchema"]["columns"]
    table = rows(folder / "figures.csv")
    assert [column["name"] for column in columns] == list(table[0])
    for column in columns:
        for row in table:
            if row[column["name"]] != column["null"]:
                PARSES[column["datatype"]](row[column["name"]])
    assert told["tableSchema"]["primaryKey"] == KEYS
    keys = [tuple(row[name] for name in KEYS) for row in table]
    assert len(set(keys)) == len(keys) > 1000


def figures_shown(path: Path) -> list[tuple[str, str]]:
    book = nbformat.read(path, as_version=4)
    html = "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    return SHOWN.findall(html)


@pytest.mark.slow
def test_plain_papermill_runs_a_notebook_unchanged_with_the_same_figures(released, tmp_path):
    out = tmp_path / "out.ipynb"
    command = ["-m", "papermill", "50_attendance.ipynb", str(out), "-p", "year", "2023/24", "--no-progress-bar"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT / "notebooks", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ours = figures_shown(out)
    assert len(ours) > 50
    assert ours == figures_shown(released / "202324" / "notebooks" / "50_attendance.ipynb")
