"""The Word document: headings, tables and pictures of Word's own, the same bytes each time, never a reason to fail."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image, ImageColor

from symphony_analysis.report.documents import word
from symphony_analysis.report.pages.page import Lines
from tests.report import pieces

DAY = date(2026, 4, 30)
NO_LINES = Lines("", "")
PAGE = (
    f"<html><head><title>Report</title></head><body><h2>Outcomes</h2>{pieces.SCALE}{pieces.TABLE}{pieces.CLAIMS}</body>"
)


def parts(document: bytes | None) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {n: archive.read(n).decode("utf-8", "replace") for n in archive.namelist()}


def test_layout_becomes_words():
    soup = BeautifulSoup(word.for_word(PAGE)[0], "html.parser")
    assert "Judgement: Outstanding, the fifth of five bands" in [p.string for p in soup.find_all("p")]
    claim = soup.find(class_="claim")
    assert (claim.name, claim.get_text().split(":")[0]) == ("p", "✔ shown")


@pytest.mark.parametrize("why", ["nothing draws it", "it is no drawing"])
def test_a_picture_that_cannot_be_drawn_is_its_words(monkeypatch: pytest.MonkeyPatch, why: str):
    figure = pieces.FIGURE
    if why == "nothing draws it":
        monkeypatch.setattr(word, "find_spec", lambda name: None)
    else:
        figure = re.sub(r"base64,[^\"]+", "base64,bm8gZHJhd2luZw==", figure)
    text = BeautifulSoup(word.for_word(figure)[0], "html.parser").get_text()
    assert "[Line chart. Outcomes of the trust over three years, ending at 73 per cent.]" in text


def test_without_pandoc_the_run_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word, "find_spec", lambda name: None)
    assert word.word_or_reason(PAGE, DAY, NO_LINES) == (None, word.NO_PANDOC)


def test_document_has_real_headings_tables_and_repeated_header_rows():
    document, reason = word.word_or_reason(PAGE, DAY, NO_LINES)
    assert reason == ""
    body = parts(document)["word/document.xml"]
    assert re.search(r'<w:pStyle w:val="Heading1"\s*/>.*?Outcomes', body, re.S)
    assert body.count("<w:tbl>") == 1
    assert "<w:tblHeader" in body


def test_every_page_is_a4_with_its_lines_and_numbers_stand_at_the_right():
    figure = pieces.FIGURE + "<details><summary>Behind</summary><p>folded away</p></details>"
    lines = Lines("DRAFT · DEMONSTRATION", "Trust & schools")
    held = parts(word.word_or_reason(PAGE.replace("</body>", figure), DAY, lines)[0])
    for name in (n for n in held if n.endswith((".xml", ".rels"))):
        ElementTree.fromstring(held[name])
    body = held["word/document.xml"]
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in body and ">Contents<" in body
    assert "DRAFT · DEMONSTRATION" in held["word/header1.xml"] and "Aptos" not in held["word/theme/theme1.xml"]
    assert all(part in held["word/footer1.xml"] for part in ("Trust &amp; schools", "PAGE", "NUMPAGES"))
    for part in ("header1.xml", "footer1.xml"):
        assert part in held["word/_rels/document.xml.rels"] and part in held["[Content_Types].xml"]
    assert re.search(r'<w:jc w:val="right"\s*/></w:pPr><w:r><w:t[^>]*>4\.3', body)
    assert "folded away" not in body and "<property " not in held.get("docProps/custom.xml", "")
    words = re.findall(r'descr="([^"]*)"', body)
    assert len(words) == 2 and set(words) == {words[0]} and "data:" not in words[0]


def test_the_contents_are_filled_and_their_places_exist():
    page = "<html><body><h2>Outcomes</h2><p>x</p><h3>Which schools?</h3><p>y</p><h2>Money</h2><p>z</p></body></html>"
    body = parts(word.word_or_reason(page, DAY, NO_LINES)[0])["word/document.xml"]
    places = re.findall(r'<w:hyperlink w:anchor="([^"]+)">.*?PAGEREF ([^ ]+) ', body, re.S)
    assert len(places) == 3 and all(anchor == asked for anchor, asked in places)
    assert all(f'w:name="{anchor}"' in body for anchor, _ in places)
    entries = re.findall(r'<w:hyperlink .*?<w:t xml:space="preserve">([^<]*)</w:t>', body, re.S)
    assert entries == ["Outcomes", "Which schools?", "Money"]
    assert "TOC " in body


def test_columns_are_as_wide_as_what_they_hold_and_pictures_fit_them():
    row = (
        f"<td>4.3%</td><td>{square('red').replace('600', '96').replace('300', '20')}</td><td>{'many words ' * 30}</td>"
    )
    page = f"<html><body><table><tr><th>Multiplication</th>{row}</tr></table></body></html>"
    body = parts(word.word_or_reason(page, DAY, NO_LINES)[0])["word/document.xml"]
    first, number, picture, words = map(int, re.findall(r'<w:gridCol w:w="(\d+)"', body))
    assert number < first < words and number < picture < words
    (across,) = re.findall(r'<wp:extent cx="(\d+)"', body)
    assert int(across) == 96 * 9525 and int(across) / 635 < picture * 1.3  # pixels, and twentieths of a point
    assert "<w:cantSplit/>" in body


def test_document_is_the_same_bytes_and_dated_by_the_run():
    first, _ = word.word_or_reason(PAGE, DAY, NO_LINES)
    assert first == word.word_or_reason(PAGE, DAY, NO_LINES)[0]
    core = parts(first)["docProps/core.xml"]
    assert "2026-04-30T00:00:00Z</dcterms:created>" in core
    assert "2026-04-30T00:00:00Z</dcterms:modified>" in core


def test_charts_become_png_that_every_word_shows():
    names = parts(word.word_or_reason(PAGE.replace("</body>", pieces.FIGURE), DAY, NO_LINES)[0])
    assert [n.rpartition(".")[2] for n in names if n.startswith("word/media/")] == ["png"]


def square(colour: str) -> str:
    size = 'width="600" height="300"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="{colour}"/></svg>'
    source = base64.b64encode(drawn.encode()).decode()
    return f'<p><img alt="{colour}, 1" {size} src="data:image/svg+xml;base64,{source}"></p>'


def test_every_picture_stands_in_its_own_place():
    """Pictures of one size, of which one stands twice: none takes another's place, and no stand-in is left."""
    shown = ["red", "blue", "red", "lime"]
    document, _ = word.word_or_reason(f"<html><body>{''.join(map(square, shown))}</body></html>", DAY, NO_LINES)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body, links = (archive.read(f"word/{name}").decode() for name in ("document.xml", "_rels/document.xml.rels"))
        targets = dict(re.findall(r'Id="(\w+)"[^>]*?Target="(media/[^"]+)"', links)) or {
            name: target for target, name in re.findall(r'Target="(media/[^"]+)"[^>]*?Id="(\w+)"', links)
        }
        pictures = [
            Image.open(io.BytesIO(archive.read(f"word/{targets[name]}")))
            for name in re.findall(r'r:embed="(\w+)"', body)
        ]
    assert [p.convert("RGB").getpixel((300, 300)) for p in pictures] == [ImageColor.getrgb(name) for name in shown]
