"""axe-core on every page (A01, A02, A14): no violation, nothing left that a person would have to look at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import OPEN_ALL, opened

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPERIMENTAL = ["td-has-header", "table-fake-caption", "p-as-heading"]
WHOLE = ["202223", "202324", "202425", "annex", "board-summary"]
SECTIONS = [
    "00_summary",
    "05_overview",
    "10_outcomes",
    "20_disadvantaged_gap",
    "30_governance_evidence",
    "40_school_improvement",
    "50_attendance",
    "55_exclusions",
    "60_finance",
    "70_safeguarding",
    "80_key_priorities",
    "90_sources_and_definitions",
]


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, from the package that ships it; playwright itself is not asked to run it."""
    package = find_spec("axe_playwright_python")
    assert package is not None, "axe-core is not installed: pip install axe-playwright-python"
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


@contextlib.contextmanager
def ready(browser: Browser, axe: str, path: Path) -> Iterator[Page]:
    """The page with everything opened and axe in it."""
    with opened(browser, path) as page:
        page.evaluate(OPEN_ALL)
        page.evaluate(axe)
        yield page


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest, chromium: Browser, axe: str, pages: dict[str, Path]) -> Iterator[Page]:
    """A page of the release, opened once for both widths."""
    with ready(chromium, axe, pages[request.param]) as page:
        yield page


def found(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("window.innerWidth") == width
    # Contrast does not depend on the width: it is measured at 1280 px, where no cell is scrolled out of sight.
    rules = {name: {"enabled": True} for name in EXPERIMENTAL} | {"color-contrast": {"enabled": width == 1280}}
    # Of what passes axe would describe every node, which takes two thirds of its time; nobody reads that here.
    wanted = {"resultTypes": ["violations", "incomplete"]}
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules} | wanted
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{kind} {rule['id']}: {node['html'][:160]}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
        for node in rule["nodes"]
        if not _one_shape(node)
    ]


def _one_shape(node: dict[str, Any]) -> bool:
    """Of a lone shape (▲) axe cannot say whether it is text; its colour is measured where a word follows it."""
    return {(check["data"] or {}).get("messageKey") for check in node["any"]} == {"nonBmp"}


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("page", [*WHOLE, *SECTIONS, "index"], indirect=True)
def test_axe_finds_nothing(page: Page, width: int):
    assert found(page, width) == []


def test_axe_does_find_what_is_wrong(chromium: Browser, axe: str, tmp_path: Path):
    bad = tmp_path / "bad.html"
    words = "<h1>x</h1><main><p style='color:#bbb'>faint</p><img src='data:image/png;base64,AA=='></main>"
    bad.write_text(f"<!doctype html><html><title>x</title>{words}", encoding="utf-8")
    with ready(chromium, axe, bad) as page:
        rules = {line.split()[1] for line in found(page, 1280)}
    assert {"color-contrast:", "image-alt:", "html-has-lang:"} <= rules
