"""A page of the report in a real browser, with the network off."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

#: As root (a container) the browser cannot build its own sandbox.
FLAGS = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true })"


@contextlib.contextmanager
def opened(browser: Browser, path: Path, width: int = 1280, height: int = 900, **options: object) -> Iterator[Page]:
    """The file in a fresh context; tests may add scripts of their own, which the page's policy forbids."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, offline=True, bypass_csp=True, **options)
    try:
        page = context.new_page()
        page.goto(path.resolve().as_uri())
        yield page
    finally:
        context.close()
