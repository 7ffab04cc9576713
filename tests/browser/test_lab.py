"""JupyterLab in a real browser: open the notebook of questions, run all, look."""

import shutil

import pytest

from tests.people.copies import ROOT, jupyter

SECONDS = 70_000


@pytest.fixture
def address(tmp_path, monkeypatch):
    """A JupyterLab on a copy of the trust's folder, as ``symphony lab`` starts it."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    root = tmp_path / "trust"
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    with jupyter(root, 240) as (place, token):
        yield f"{place}lab/tree/notebooks/ask_your_own.ipynb?token={token}"


def run_all(page):
    """Run every cell and wait for the output of the last, which names the file that it writes."""
    page.get_by_text("| Idle").first.wait_for(timeout=SECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(".jp-OutputArea-output", has_text="answer.xlsx").last.wait_for(timeout=SECONDS)


@pytest.mark.slow
def test_run_all_and_look(address, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=SECONDS)
    run_all(page)
    page.locator(".jp-OutputArea .tag.better").first.wait_for(timeout=SECONDS)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    colour = page.locator(".tag.better").first.evaluate("each => getComputedStyle(each).color")
    assert colour == "rgb(31, 138, 128)"
    slides = (
        "() => [...document.querySelectorAll('.jp-OutputArea-output .scroll')]"
        ".filter(each => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert page.evaluate(slides) == 0
    assert page.locator(".jp-toast, .jp-Notification").count() == 0
    page.close()
