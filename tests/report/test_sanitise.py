"""Nothing that could run, fetch or restyle passes into the page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from symphony_analysis.report.pages.sanitise import ATTRIBUTES, TAGS, clean
from tests.report import pieces

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>",
    '"><b onmouseover=alert(1)>',
    "'--><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<img src='data:text/html;base64,PHNjcmlwdD4=' alt=x>",
    "<p style='background:url(https://example.org/x)'>x</p>",
    "<style>@import 'https://example.org/x'</style>",
    "<link rel=stylesheet href=https://example.org/x>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<iframe src=https://example.org></iframe><object data=x></object><embed src=x>",
    "<form action=https://example.org><input autofocus onfocus=alert(1)><button>x</button></form>",
    "<base href=https://example.org>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_leaves_only_allowed_and_harmless_markup(payload: str):
    soup = BeautifulSoup(clean(f"<p>before</p>{payload}<p>after</p>"), "html.parser")
    assert "before" in soup.get_text()
    for element in soup.find_all(True):
        assert element.name in TAGS
        assert set(element.attrs) <= ATTRIBUTES["*"] | ATTRIBUTES.get(element.name, set())
        assert element.get("href") is None
        assert element.get("src") is None


def test_vocabulary_of_the_report_passes_unchanged():
    for piece in (pieces.CARDS, pieces.TABLE, pieces.CLAIMS, pieces.FIGURE, pieces.SCALE):
        before, after = BeautifulSoup(piece, "html.parser"), BeautifulSoup(clean(piece), "html.parser")
        assert [(e.name, e.attrs) for e in after.find_all(True)] == [(e.name, e.attrs) for e in before.find_all(True)]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("#claims", True),
        ("https://explore-education-statistics.service.gov.uk/find-statistics", True),
        ("https://www.gov.uk/x", True),
        ("https://gov.uk.example.org/", False),
        ("https://evilgov.uk/", False),
        ("https://www.gov.uk@example.org/", False),
        ("http://www.gov.uk/x", False),
        ("notebooks/x.html", False),
        ("file:///etc/passwd", False),
    ],
)
def test_links_lead_within_the_page_or_to_official_publications(address: str, kept: bool):
    link = BeautifulSoup(clean(f'<a href="{address}">x</a>'), "html.parser").a
    assert ("href" in link.attrs) is kept
