"""The PDF of each year (A26): page one on one, the page of each section, headings in order and in the outline."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def poppler(tool: str, *arguments: str) -> str:
    program = shutil.which(tool)
    assert program is not None, f"{tool} (poppler-utils) is not installed"
    return subprocess.run([program, *arguments], capture_output=True, check=True).stdout.decode()


@pytest.fixture(params=["202223", "202324", "202425"])
def year(request: pytest.FixtureRequest, chromium: Browser, released: Path) -> Path:
    return released / request.param


def headings(year: Path) -> list[str]:
    soup = BeautifulSoup((year / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    return [" ".join(h.get_text(" ").split()) for h in soup.select("main > section.part > h2")]


def squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text)


def test_the_paper_is_a4_with_title_and_tags(year: Path):
    told = poppler("pdfinfo", str(year / "self-evaluation.pdf"))
    assert re.search(r"Tagged:\s+yes", told)
    assert "(A4)" in told
    assert re.search(r"Title:\s+Self-evaluation 20\d\d/\d\d – Symphony Learning Trust", told)


def test_page_one_is_the_whole_summary_and_of_a_sheet_the_contents(year: Path):
    # In the order of the page's own text: columns stand beside one another.
    pages = poppler("pdftotext", "-raw", str(year / "self-evaluation.pdf"), "-").split("\f")
    soup = BeautifulSoup((year / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    last = soup.select_one("#summary").find_all(["p", "td", "li"])[-1].get_text(" ")
    assert squeezed(last)[-40:] in squeezed(pages[0])
    summary, contents, _ = pages[0].partition("Contents\n")
    assert headings(year)[1] not in summary.splitlines()
    assert bool(contents) == ("sheet" in soup.body["class"])
    assert "Contents" in pages[0 if contents else 1]


def test_the_contents_name_the_page_of_every_section(year: Path):
    pages = poppler("pdftotext", str(year / "self-evaluation.pdf"), "-").split("\f")
    listed = squeezed(poppler("pdftotext", "-raw", "-l", "2", str(year / "self-evaluation.pdf"), "-"))
    for heading in headings(year)[1:]:
        lines = [[squeezed(line) for line in page.splitlines()] for page in pages]
        last = max(number for number, page in enumerate(lines, start=1) if squeezed(heading) in page)
        assert re.search(rf"{squeezed(heading)}\D*{last}(?!\d)", listed), heading


def test_every_section_heading_stands_in_the_text_in_order(year: Path):
    lines = [squeezed(line) for line in poppler("pdftotext", str(year / "self-evaluation.pdf"), "-").splitlines()]
    # From the end: the contents list and the definitions name the sections as well.
    before = len(lines)
    for heading in reversed(headings(year)):
        places = [n for n, line in enumerate(lines) if n < before and line == squeezed(heading)]
        assert places, heading
        before = places[-1]


@pytest.mark.filterwarnings(f"ignore::{XMLParsedAsHTMLWarning.__module__}.{XMLParsedAsHTMLWarning.__name__}")
def test_outline_holds_every_section(year: Path):
    told = poppler("pdftohtml", "-xml", "-i", "-stdout", str(year / "self-evaluation.pdf"))
    outline = BeautifulSoup(told, "html.parser").find("outline")
    items = [squeezed(item.get_text(" ")) for item in outline.find_all("item")]
    places = [items.index(squeezed(heading)) for heading in headings(year)]
    assert places == sorted(places)


def test_every_claim_stands_on_paper_with_its_status(year: Path):
    soup = BeautifulSoup((year / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    printed = squeezed(poppler("pdftotext", str(year / "self-evaluation.pdf"), "-"))
    gone = [
        claim["id"]
        for claim in soup.select(".claim")
        if squeezed(claim.select_one(".reason").get_text())[:40] not in printed
    ]
    assert gone == []
    tags = [claim.select_one(".tag").get_text() for claim in soup.select(".claim")]
    for status in {squeezed(tag) for tag in tags}:
        assert printed.count(status) >= sum(squeezed(tag) == status for tag in tags), status
