"""The report as a PDF, printed by the browser of this machine: A4, tagged, with an outline, always the same bytes."""

import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from symphony_analysis.report.browser import BrowserFailed, find_browser, run

SECONDS = 120.0
NO_BROWSER = (
    "No PDF was made: there is no Chrome, Chromium or Edge on this machine. "
    "Open self-evaluation.html in any browser and print it."
)
_LEAF = re.compile(r'(<span class="leaf" data-of="([\w-]+)">)\d*(</span>)')
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_ELEMENT = re.compile(rb"\(node(\d{8})\)")
_CREATOR = re.compile(rb"/Creator \((?:[^()\\]|\\.)*\)")


def _fixed(document: bytes, as_at: date) -> bytes:
    """Remove the clock and the browser's name, keeping lengths: a PDF finds its parts by byte offsets."""

    def same_length(entry: bytes, match: re.Match[bytes]) -> bytes:
        room = len(match[0]) - len(entry) - 1
        return entry + b" " * room + b")" if room >= 0 else match[0]

    dated = _DATES.sub(lambda m: same_length(b"/%s (D:%s" % (m[1], f"{as_at:%Y%m%d}".encode()), m), document)
    return _CREATOR.sub(lambda m: same_length(b"/Creator (symphony-analysis", m), dated)


def _renumbered(document: bytes) -> bytes:
    """Number the elements from 1: the browser counts from a number of its own."""
    order = {number: rank for rank, number in enumerate(sorted(set(_ELEMENT.findall(document))), start=1)}
    return _ELEMENT.sub(lambda match: b"(node%08d)" % order[match[1]], document)


def page_of(document: bytes) -> dict[str, int]:
    """On which page each place of a printed page is, by its name."""
    pages = set(re.findall(rb"(\d+) 0 obj\n<</Type /Page\n", document))
    kids = b" ".join(re.findall(rb"/Kids \[([^\]]*)\]", document))
    order = [number for number in re.findall(rb"(\d+) 0 R", kids) if number in pages]
    places = re.findall(rb"/([\w-]+) \[(\d+) 0 R /XYZ", document)
    return {name.decode(): order.index(number) + 1 for name, number in places if number in order}


def with_page_numbers(html: str, pages: Mapping[str, int]) -> str:
    """The page with the number of its page at every reference that the template left open."""
    return _LEAF.sub(lambda leaf: f"{leaf[1]}{pages.get(leaf[2], '')}{leaf[3]}", html)


def print_pdf(html: str, as_at: date, browser: Path, seconds: float = SECONDS) -> bytes:
    """The page as a PDF: printed once to learn where each place is, and again with the numbers of the pages.

    Raises BrowserFailed, with a sentence, when the browser fails or does not finish.
    """
    document = _printed(html, as_at, browser, seconds)
    return (
        _printed(with_page_numbers(html, page_of(document)), as_at, browser, seconds)
        if _LEAF.search(html)
        else document
    )


def _printed(html: str, as_at: date, browser: Path, seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="symphony-pdf-", ignore_cleanup_errors=True) as folder:
        page, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8", newline="\n")
        options = ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={target}"]
        run(browser, [*options, page.as_uri()], Path(folder) / "profile", seconds)
        if not target.is_file() or not target.read_bytes().startswith(b"%PDF-"):
            raise BrowserFailed(f"the browser {browser.name} wrote no PDF")
        return _renumbered(_fixed(target.read_bytes(), as_at))


def pdf_or_reason(html: str, as_at: date) -> tuple[bytes | None, str]:
    """The PDF, or None and the sentence that says why; a report is complete without it."""
    browser = find_browser()
    if browser is None:
        return None, NO_BROWSER
    try:
        return print_pdf(html, as_at, browser), ""
    except BrowserFailed as failure:
        return None, f"No PDF was made: {failure}. Open self-evaluation.html in any browser and print it."
