"""Every notebook, run top to bottom by itself as it is opened in JupyterLab, shows the figures of the scheduled run.

Cells are run here without a kernel, which is quicker; test_exports runs one through plain papermill, with a kernel.
"""

import ast
import json
import re
import shutil

import nbformat
import pytest

from tests.people.copies import ROOT
from tests.test_notebooks import REPORT

FIGURE = re.compile(r'data-figure="([^"]+)"[^>]*>(.*?)</(?:td|span|p|strong)>', re.S)


def html_of(shown: object) -> str:
    bundle = getattr(shown, "_repr_mimebundle_", None)
    if bundle is not None:
        data = bundle()
        return (data[0] if isinstance(data, tuple) else data).get("text/html", "")
    return shown._repr_html_() if hasattr(shown, "_repr_html_") else ""


def run_alone(name: str) -> str:
    """The HTML that a notebook's cells show, one after another."""
    shown: list[str] = []
    space = {"display": lambda *objects: shown.extend(html_of(one) for one in objects)}
    for cell in json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), name, "exec"), space)
        if last is not None:
            shown.append(html_of(eval(compile(ast.Expression(last.value), name, "eval"), space)))
    return "".join(shown)


def figures(html: str) -> list[tuple[str, str]]:
    return [(identity, re.sub(r"<[^>]+>", " ", text)) for identity, text in FIGURE.findall(html)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "55_exclusions" else pytest.mark.slow)
        for name in REPORT
        if name not in {"01_school", "02_public"}
    ],  # of other editions
)
def test_a_notebook_alone_shows_the_figures_of_the_run(name, released, monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    alone = figures(run_alone(name))
    executed = nbformat.read(released / "202425" / "notebooks" / f"{name}.ipynb", as_version=4)
    outputs = [o for cell in executed.cells if cell.cell_type == "code" for o in cell.outputs]
    run = figures("".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs))
    assert alone == run
    assert len(run) > 3 or name in {"05_overview", "80_key_priorities", "90_sources_and_definitions"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["explore", "ask_your_own"])
def test_questions_of_ones_own_run_from_the_first_cell_to_the_last(tmp_path, monkeypatch, name):
    (tmp_path / "notebooks").mkdir()
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "notebooks")
    html = run_alone(name)
    traced = {"explore": "raw/202425/ks2.csv", "ask_your_own": "raw/202425/attendance.csv"}[name]
    assert html.count("<table") > 3 and traced in html
    if name == "ask_your_own":
        assert (tmp_path / "notebooks" / "answer.xlsx").read_bytes().startswith(b"PK")
        return
    assert "Leicestershire" in html and html.count("<img") > 9
    taken = (tmp_path / "notebooks" / "explored.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(taken) == 7  # a header, three years of the trust, three of Leicestershire
