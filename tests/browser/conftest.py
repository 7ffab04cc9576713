"""One browser for all tests of what readers meet: the released pages, opened with the network off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from symphony_analysis.report import write_index
from symphony_analysis.report.browser import find_browser
from tests.browser.pages import FLAGS


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; where CI demands one (SYMPHONY_REQUIRE_BROWSER) its absence is a failure."""
    program = find_browser()
    if program is None and os.environ.get("SYMPHONY_REQUIRE_BROWSER"):
        pytest.fail("no Chrome, Chromium or Edge on this machine, and SYMPHONY_REQUIRE_BROWSER is set")
    if program is None:
        pytest.skip("NOT TESTED: there is no Chrome, Chromium or Edge on this machine")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(program), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(released: Path) -> dict[str, Path]:
    """Every page that is published, by a short name: three whole reports, each section of the newest, the index."""
    write_index(released, "Symphony Learning Trust")
    whole = {path.parent.name: path for path in sorted(released.glob("2*/self-evaluation.html"))}
    newest = max(whole)
    sections = {path.stem: path for path in sorted((released / newest / "notebooks").glob("*.html"))}
    assert len(whole) == 3
    assert len(sections) == 12
    return whole | sections | {"index": released / "index.html"}


@pytest.fixture(scope="session")
def newest(pages: dict[str, Path]) -> Path:
    """The whole report of the newest year."""
    return pages["202425"]
