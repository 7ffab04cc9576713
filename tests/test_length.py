"""The report is as long as a board can read, says each thing once, and nothing that readers stumbled over."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.browser.test_paper import poppler
from tests.test_seed import plain, rows_of

YEARS = {"202223": 6, "202324": 6, "202425": 14}
#: What two readers stumbled over; the words of the trust's own document are its own.
STUMBLES = (
    "Not counted:", "as at 30 April 2026", "as known on", "SYNTHETIC DATA", "contradicted",
    "What we say and the figures", "Where England does better", "What moved clearly", "shelf life", "Stale",
    "Figures there are not", "Carried forward", "It may be", "which it is made",
    "counted again under every other rule", "Against the 63 of the tables", "is tested as", "stand to",
    "What of progress", "one worse; from", "About the same: within", "no like figure", "points wider than in",
    "less than 1 pupil", "Gap: disadvantaged less", "there were none from", "its links were not",
    "From the data alone", "No indication", "Fifteen of fifteen", "on record, 99 in the sentence",
    "send a child home", "come out again", "Look again", "are told as one band", "(pupils per teacher) (",
    "Not measurable:", "No cell of any file", "First run listed", "Nothing is concluded", "supplied for this year",
    "is recorded for this section", "cannot be tested; the annex",
)  # fmt: skip


def page_of(released: Path, year: str, name: str = "self-evaluation") -> BeautifulSoup:
    return BeautifulSoup((released / year / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def opened(page: BeautifulSoup) -> BeautifulSoup:
    """What is read without opening anything."""
    for hidden in page.select("details:not(.fold), .unseen, style, head"):
        hidden.decompose()
    return page


def test_at_most_seven_thousand_words_are_open(released):
    assert 3500 < len(opened(page_of(released, "202425")).body.get_text(" ").split()) <= 7000


@pytest.mark.parametrize(("year", "most"), YEARS.items())
def test_the_pdf_has_few_pages(released, year, most):
    told = poppler("pdfinfo", str(released / year / "self-evaluation.pdf"))
    assert 2 < int(re.search(r"Pages:\s+(\d+)", told)[1]) <= most


@pytest.mark.parametrize("year", YEARS)
def test_a_year_without_the_trusts_words_says_that_it_is_a_sheet_of_figures(released, year):
    page = page_of(released, year)
    assert page.header.get_text().count("are not on record, so this is a sheet of figures") == (year != "202425")
    assert page.select_one("table.board").thead.get_text().count("Three years") == (year != "202223")


@pytest.mark.parametrize("year", YEARS)
def test_fewer_than_sixty_stops_of_the_keyboard(released, year):
    assert len(page_of(released, year).select('a[href], summary, select, [tabindex="0"]')) < 60


def test_a_table_is_not_a_field_of_marks(released):
    """At most one mark in words a row, and every row of a school in one line."""
    for table in page_of(released, "202425").select("table"):
        assert len(table.select(".tag:not(.mark)")) <= len(table.select("tbody tr")), table.caption.get_text()


def test_no_sentence_of_the_trust_is_printed_twice(released):
    words = plain(opened(page_of(released, "202425")).get_text(" "))
    texts = [plain(row["text"]) for row in rows_of("texts") if len(row["text"].split()) > 6]
    assert len(texts) > 50
    assert {text: count for text, count in Counter({t: words.count(t) for t in texts}).items() if count > 1} == {}


def test_folds_and_headings_have_names_of_their_own(released):
    page = page_of(released, "202425")
    for parts in (page.find_all("summary"), page.find_all(["h2", "h3"])):
        names = Counter(" ".join(part.get_text(" ").split()) for part in parts)
        assert {name for name, count in names.items() if count > 1} == set()


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("name", ["self-evaluation", "board-summary"])
def test_no_phrase_that_readers_stumbled_over_is_left(released, year, name):
    page = page_of(released, year, name)
    for own in page.select("style, footer, .said > span:first-child, blockquote, table.priorities"):
        own.decompose()
    said = plain(page.get_text(" "))
    assert [phrase for phrase in STUMBLES if phrase.lower() in said.lower()] == []
