"""What every page is built of (A03 to A13, A17, A22, A28): structure that assistive technology relies on."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

NUMBER = re.compile(r"[\N{MINUS SIGN}+-]?£?[\d,]+(?:\.(\d+))?")


#: Words, not short forms, that the trust's document or a file prints in capitals.
IN_CAPITALS = {"GOOD", "OUTSTANDING", "OFSTED", "DFE", "SUPPMAT"}


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(groups - (word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1), 1)


def school_grade(text: str) -> float:
    """The Flesch-Kincaid grade; grade 9 is read at the age of 14."""
    sentences = [part for part in re.split(r"[.!?;:]+\s", text) if len(part.split()) > 3]
    words = re.findall(r"[A-Za-z']+", " ".join(sentences))
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@lru_cache(maxsize=32)
def soup_of(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def soups(pages: dict[str, Path]) -> dict[str, BeautifulSoup]:
    return {name: soup_of(path) for name, path in pages.items()}


def charts(soup: BeautifulSoup) -> list[Tag]:
    return soup.select("main figure img")


def test_a03_pages_are_valid_html(pages: dict[str, Path]):
    for path in pages.values():
        html5lib.HTMLParser(strict=True).parse(path.read_text(encoding="utf-8"))


def test_a04_language_and_a_title_of_its_own_with_trust_and_year(soups: dict[str, BeautifulSoup]):
    titles = [soup.title.string for soup in soups.values()]
    assert len(set(titles)) == len(titles)
    for name, soup in soups.items():
        assert soup.html["lang"] == "en-GB"
        assert "Symphony Learning Trust" in soup.title.string
        assert name == "index" or re.search(r"20\d\d/\d\d", soup.title.string)


def test_a05_one_h1_and_no_level_skipped(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        levels = [int(heading.name[1]) for heading in soup.find_all(re.compile(r"^h[1-6]$"))]
        assert levels.count(1) == 1, name
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels)), name


def test_a07_one_main_and_labelled_navigation(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        assert len(soup.find_all("main")) == 1, name
        for nav in soup.find_all("nav"):
            assert soup.find(id=nav["aria-labelledby"]) is not None


def test_a08_every_link_leads_somewhere(pages: dict[str, Path], soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        places = [element["id"] for element in soup.find_all(id=True)]
        assert len(places) == len(set(places)), name
        for link in soup.find_all("a"):
            address = link["href"]
            if address.startswith("#"):
                assert address[1:] in places, (name, address)
            elif not address.startswith("https://"):
                assert (pages[name].parent / address.partition("#")[0]).is_file(), (name, address)


def test_a08_contents_name_every_section(soups: dict[str, BeautifulSoup]):
    for name in ("202223", "202324", "202425"):
        listed = [link["href"][1:] for link in soups[name].nav.find_all("a")]
        assert listed == [part["id"] for part in soups[name].select("main > section.part")]


def test_a09_every_table_has_caption_and_scoped_headers_and_no_merged_cell(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        for table in soup.find_all("table"):
            caption = table.caption.get_text(" ", strip=True) if table.caption else ""
            assert caption, name
            headers = table.find_all("th")
            assert all(th.get("scope") in {"col", "row"} and th.get_text(strip=True) for th in headers), (name, caption)
            assert not table.select("[colspan], [rowspan]"), (name, caption)
            widths = {len(row.find_all(["td", "th"], recursive=False)) for row in table.find_all("tr")}
            assert len(widths) == 1, (name, caption)


def decimals(cell: Tag) -> int | None:
    words = cell.get_text(" ", strip=True).split(" ")
    match = NUMBER.match(words[0])
    if words[1:2] == ["to"]:  # a band of counts: "0 to 4 suspensions"
        return None
    return len(match[1] or "") if match else None


def test_a10_figures_of_one_measure_have_the_same_decimals(soups: dict[str, BeautifulSoup]):
    seen: dict[str, set[int]] = {}
    for figure in soups["202425"].select("main table:not(.words) [data-figure]"):
        places, parts = decimals(figure), figure["data-figure"].split(" ")[0].split(".")
        if places is not None and len(parts) == 4:
            measure, _, whose, _ = parts
            seen.setdefault(f"{measure} {whose == 'england'}", set()).add(places)
    assert len(seen) > 30
    assert {name: places for name, places in seen.items() if len(places) > 1} == {}


def test_a11_codes_are_explained_beside_their_table_and_nothing_hides_in_abbr(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        assert not soup.find_all("abbr")
        for table in soup.select("main table:not(.words)"):
            codes = set(re.findall(r"\[[a-zA-Z]+\]", " ".join(td.get_text(" ") for td in table.find_all("td"))))
            around = table.find_parent("section").get_text(" ") if codes else ""
            told = table.caption.get_text(" ") + " ".join(p.get_text(" ") for p in table.find_all_next("p", limit=2))
            for code in codes:
                assert re.search(re.escape(code) + r":? \w{3,}", told + around), (name, code)


def test_a12_every_chart_says_its_message_and_a_number(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        alts = [image["alt"] for image in charts(soup)]
        assert len(alts) == len(set(alts)), name
        for alt in alts:
            assert 20 <= len(alt) <= 250, alt
            assert re.search(r"\d", alt), alt
            assert "no description" not in alt.lower()
    assert len(charts(soups["202425"])) >= 6


def test_a13_the_figures_stand_behind_every_chart(soups: dict[str, BeautifulSoup]):
    for name, soup in soups.items():
        for image in charts(soup):
            behind = image.find_parent("figure").find_next_sibling()
            assert behind.name == "details", (name, image["alt"])
            assert behind.find("table") is not None


def test_a17_a_finding_is_a_word_with_a_shape_also_without_any_style(soups: dict[str, BeautifulSoup]):
    tags = [tag.get_text().strip() for soup in soups.values() for tag in soup.select(".tag")]
    assert len(tags) > 100
    assert [tag for tag in tags if not re.match(r"[^\w\s]\s\w{2,}", tag)] == []


def test_a28_short_forms_are_in_the_glossary_and_page_one_is_plain(soups: dict[str, BeautifulSoup]):
    soup = BeautifulSoup(str(soups["202425"]), "html.parser")
    terms = {term.string for term in soups["annex"].find_all("dt")}
    for part in soup.select("#sources-and-definitions, #glossary, style, .band"):
        part.extract()
    used = set(re.findall(r"\b[A-Z][A-Za-z]*[A-Z][a-z]*\b", soup.get_text(" ")))
    known = terms | {f"{term}s" for term in terms} | IN_CAPITALS
    assert used - known == set()
    assert school_grade(" ".join(f"{line.get_text(' ')}. " for line in soup.select("#summary p, #summary li"))) <= 9


def test_a22_nothing_moves_and_nothing_is_timed(soups: dict[str, BeautifulSoup]):
    for soup in soups.values():
        style = " ".join(element.string for element in soup.find_all("style"))
        assert not re.search(r"animation|transition|@keyframes|scroll-behavior", style)
        assert not soup.find_all(["video", "audio", "marquee", "blink"])
        assert not soup.find("meta", attrs={"http-equiv": re.compile("refresh", re.I)})
