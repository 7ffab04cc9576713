"""The combined page: what every reader and every machine may rely on."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from types import SimpleNamespace

import html5lib
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from symphony_analysis import report
from symphony_analysis.report import write_report
from symphony_analysis.report.pages.cover import NOT_SPELLED_OUT, colours, fingerprint, glossary
from symphony_analysis.years import AcademicYear
from tests.report import conftest as small


@pytest.fixture(autouse=True)
def page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests look at the page alone; PDF and Word have their own."""
    monkeypatch.setattr(write_report, "DOCUMENTS", {})


@pytest.fixture
def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_page_is_valid_html(page: str):
    html5lib.HTMLParser(strict=True).parse(page)


def test_page_says_its_language_trust_and_year(soup: BeautifulSoup):
    assert soup.html["lang"] == "en-GB"
    assert soup.title.string == "Self-evaluation 2024/25 – Example & Sons Trust"


def test_one_h1_and_no_level_skipped(soup: BeautifulSoup):
    levels = [int(h.name[1]) for h in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_landmarks_and_skip_link(soup: BeautifulSoup):
    assert len(soup.find_all("main")) == 1
    assert soup.find("nav")["aria-labelledby"] == soup.nav.find("h2")["id"]
    assert soup.body.find("a")["href"] == "#main"


def test_every_link_on_the_page_leads_somewhere(soup: BeautifulSoup):
    places = [element["id"] for element in soup.find_all(id=True)]
    assert len(places) == len(set(places))
    links = [a["href"] for a in soup.find_all("a")]
    assert len(links) >= 8
    assert {link.removeprefix("#") for link in links} <= set(places)


def test_contents_follow_the_notebooks_with_grades_and_exclusions_within_attendance(soup: BeautifulSoup):
    lines = [" ".join(li.get_text(" ").split()) for li in soup.nav.ol.find_all("li", recursive=False)]
    assert lines[2] == "Outcomes for pupils Graded as Outstanding"
    assert lines[3] == "Attendance and exclusions Graded as Good/Outstanding Suspensions and permanent exclusions"
    assert lines[-1] == "Sources and definitions"


def test_front_tells_edition_date_schools_and_that_data_is_synthetic(soup: BeautifulSoup):
    front = " ".join(soup.header.get_text(" ").split())
    assert "Trustees’ edition published figures up to 30 April 2026" in front
    assert "DEMONSTRATION" in front


def test_real_inputs_are_not_called_synthetic(tmp_path):
    report.build(small.executed(), small.parameters(), tmp_path, small.inputs("mis"), small.figures())
    assert "SYNTHETIC" not in (tmp_path / "self-evaluation.html").read_text(encoding="utf-8")


def test_internal_edition_is_marked_on_the_front_and_on_every_printed_page(tmp_path):
    report.build(small.executed(), small.parameters(edition="internal"), tmp_path, small.inputs(), small.figures())
    text = (tmp_path / "self-evaluation.html").read_text(encoding="utf-8")
    assert "<strong>INTERNAL.</strong>" in text
    assert '@top-right{content:"INTERNAL ' in text
    assert "(internal edition)" in text


def test_school_edition_names_its_school(tmp_path):
    report.build(small.executed(), small.parameters(school="newcroft"), tmp_path, small.inputs(), small.figures())
    soup = BeautifulSoup((tmp_path / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    assert soup.h1.string == "Newcroft: self-evaluation 2024/25"
    assert soup.title.string.startswith("Newcroft")


def test_notices_of_the_caller_stand_first(tmp_path):
    draft = (report.Band("DRAFT", "Two claims have no response yet."),)
    report.build(small.executed(), small.parameters(), tmp_path, small.inputs(), small.figures(), bands=draft)
    soup = BeautifulSoup((tmp_path / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    assert [b.strong.string for b in soup.find_all(class_="band")] == ["DRAFT.", "DEMONSTRATION."]


def test_trust_sets_its_colours_and_nothing_but_colours(page: str):
    assert "--navy:#123456;" in page
    with pytest.raises(ValueError, match="write a colour like"):
        colours({"navy": "red;}body{display:none"})


def test_glossary_joins_official_words_and_the_trusts_own_and_admits_what_nobody_wrote_down(built: Path):
    soup = BeautifulSoup((built / "annex.html").read_text(encoding="utf-8"), "html.parser")
    terms = {dt.string: dt.find_next_sibling("dd").string for dt in soup.find_all("dt")}
    assert terms["GLD"] == "Good level of development at the end of reception"
    assert terms["TDG"] == "Teaching Development Group"
    assert terms["EDG"] == NOT_SPELLED_OUT


def test_earlier_year_without_records_has_no_grades_and_the_nearest_glossary(tmp_path):
    report.build(small.executed(), small.parameters(year="2023/24"), tmp_path, small.inputs(), small.figures())
    soup = BeautifulSoup((tmp_path / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")
    assert soup.find(class_="grade") is None
    annex = BeautifulSoup((tmp_path / "annex.html").read_text(encoding="utf-8"), "html.parser")
    assert "TDG" in {dt.string for dt in annex.find_all("dt")}


def test_a_year_that_is_added_changes_neither_fingerprint_nor_glossary_of_the_years_before():
    before, year = small.inputs(), AcademicYear.parse("2023/24")
    own = before.manifest.assign(time_period=202324)
    later = before.manifest.assign(time_period=202526, sha256="cd" * 32)
    assert fingerprint(pd.concat([own, later]), year) == fingerprint(own, year)
    assert fingerprint(own.assign(sha256="cd" * 32), year) != fingerprint(own, year)

    def told(*years):
        lists = {"2022/23": "earlier", "2024/25": "later", "2025/26": "newest"}
        held = {AcademicYear.parse(name): meaning for name, meaning in lists.items() if name in years}

        def records(_, wanted):
            rows = [("TDG", held[wanted])] if wanted in held else []
            return pd.DataFrame(rows, columns=["term", "meaning"])

        return dict(glossary(SimpleNamespace(years=tuple(held), records=records), year))["TDG"]

    assert told("2024/25", "2025/26") == told("2024/25") == "later"
    assert told("2022/23", "2024/25", "2025/26") == "earlier"


def test_footer_carries_the_licence_and_where_the_report_comes_from(soup: BeautifulSoup):
    words = soup.footer.get_text(" ")
    assert "Crown copyright" in words
    assert "Open Government Licence v3.0" in words
    assert re.search(r"version \S+, inputs [0-9a-f]{12}", words)


def test_each_notebook_has_a_page_of_its_own(built):
    page = BeautifulSoup((built / "notebooks" / "50_attendance.html").read_text(encoding="utf-8"), "html.parser")
    assert [h.string for h in page.find_all("h1")] == ["Attendance and exclusions"]
    assert page.title.string == "Attendance and exclusions – Self-evaluation 2024/25 – Example & Sons Trust"
    assert page.find(class_="band") is not None
