"""The released pages, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from symphony_analysis.report import write_index


@pytest.fixture(scope="session")
def pages(released: Path) -> dict[str, Path]:
    """Every page that is published, by a short name: three whole reports, each section of the newest, the index."""
    write_index(released, "Symphony Learning Trust")
    whole = {path.parent.name: path for path in sorted(released.glob("2*/self-evaluation.html"))}
    newest = max(whole)
    sections = {path.stem: path for path in sorted((released / newest / "notebooks").glob("*.html"))}
    assert len(whole) == 3
    assert len(sections) == 12
    beside = {name: released / newest / f"{name}.html" for name in ("annex", "board-summary")}
    return whole | sections | beside | {"index": released / "index.html"}


@pytest.fixture(scope="session")
def newest(pages: dict[str, Path]) -> Path:
    """The whole report of the newest year."""
    return pages["202425"]
