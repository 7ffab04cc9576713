"""Days are written for people: in words, never broken over lines, and only where a date is meant."""

import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis.dates import dates_in_words, day_in_words

#: What a reader sees of a page that is a name or a cell as received, not a date to be read.
VERBATIM = "code, style, [data-figure^='correction.']"
ISO = re.compile(r"\b20\d\d-[01]\d(?:-[0-3]\d)?\b")
BREAKABLE = re.compile(r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|"
                       r"December) 20\d\d\b")  # fmt: skip


def test_a_day_is_written_without_a_leading_zero_and_with_no_break_spaces():
    assert day_in_words(date(2026, 4, 3)) == "3\u00a0April\u00a02026"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("kept to 2025-12-31; out of date on 2026-04-30.", "kept to 31~December~2025; out of date on 30~April~2026."),
        ("final, published 2024-06; final", "final, published June~2024; final"),
        ("none from 2 September 2024.", "none from 2~September~2024."),
        ("(Director, 2026-05-01)", "(Director, 1~May~2026)"),
        ("raw/202425/census_2024-10-03.csv", "raw/202425/census_2024-10-03.csv"),
        ("2024-10-03.csv and 2024-10-03/x", "2024-10-03.csv and 2024-10-03/x"),
        ("2026-13-45 and 2024-25", "2026-13-45 and 2024-25"),
        ("Schools in England 2011-12", "Schools in England 2011-12"),
        ("2024", "2024"),
        ("", ""),
    ],
)
def test_only_dates_are_written_in_words(text: str, written: str):
    assert dates_in_words(text) == written.replace("~", "\u00a0")


@pytest.mark.parametrize("year", ["202223", "202324", "202425"])
def test_no_page_asks_people_to_read_iso_dates_or_breaks_a_day(released: Path, year: str):
    soup = BeautifulSoup((released / year / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    for name in soup.select(VERBATIM):
        name.decompose()
    words = soup.get_text(" ")
    assert ISO.findall(words) == []
    assert BREAKABLE.findall(words) == []
    assert "published figures up to 30\u00a0April\u00a02026" in words
