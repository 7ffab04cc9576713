"""The page alone, with the network off: it asks for nothing, shows everything, opens at once and stays small."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_page_asks_for_nothing_runs_nothing_and_shows_every_picture(chromium: Browser, pages: dict[str, Path]):
    for name, path in pages.items():
        context = chromium.new_context(offline=True)
        page, asked, said = context.new_page(), [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
        page.goto(path.resolve().as_uri())
        blank = "() => [...document.images].filter(i => !(i.complete && i.naturalWidth > 0)).length"
        assert page.evaluate(blank) == 0, name
        assert page.evaluate("document.scripts.length") == 0, name
        assert [url for url in asked if not url.startswith("data:")] == [path.resolve().as_uri()], name
        assert said == [], name
        context.close()


def test_policy_stops_a_script_and_a_request_that_someone_smuggled_in(chromium: Browser, newest: Path, tmp_path: Path):
    smuggled = "<script>document.title = 'run'</script><img src='https://example.org/x.png' alt='x'></main>"
    bad = tmp_path / "bad.html"
    bad.write_text(newest.read_text(encoding="utf-8").replace("</main>", smuggled), encoding="utf-8")
    context = chromium.new_context()
    page, asked = context.new_page(), []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(bad.resolve().as_uri())
    assert page.title() != "run"
    assert not [url for url in asked if url.startswith("http")]
    context.close()


def first_paint(page: Page) -> float:
    """Milliseconds to the first paint; asked for from outside, because the page lets no script wait for it."""
    for _ in range(100):
        paints = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(paint => paint.startTime)")
        if paints:
            return paints[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was painted within five seconds")


def test_page_paints_within_a_second_and_stays_small(chromium: Browser, newest: Path):
    assert newest.stat().st_size < 2_000_000
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(newest.resolve().as_uri())
    painted = first_paint(page)
    session = chromium.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = [psutil.Process(p["id"]).memory_info() for p in processes if p["type"] == "renderer"]
    own = max(size.rss - size.shared for size in sizes)
    assert painted < 1000
    assert own < 150 * 2**20
    context.close()
