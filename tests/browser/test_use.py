"""How the page behaves for people (A06, A10, A15, A18 to A21, A24): keyboard, zoom, spacing, size of text, paper."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from symphony_analysis.charts import house
from tests.browser.pages import OPEN_ALL, opened

pytestmark = pytest.mark.browser

#: What WCAG 1.4.12 says a reader may set.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
CUT = """() => [...document.querySelectorAll('main *, header *, nav *')].filter(e => {
  const style = getComputedStyle(e)
  return style.overflow === 'hidden' && style.clipPath === 'none' && e.scrollHeight > e.clientHeight + 1
}).map(e => e.outerHTML.slice(0, 80))"""
FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e)
  const inside = box.bottom > 0 && box.top < innerHeight
  return {name: e.tagName, cls: e.className, seen: inside && box.width > 0 && box.height > 0,
          ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2}
}"""
STOPS = "document.querySelectorAll('a[href], summary, [role=region][tabindex=\"0\"]').length"
#: The width of an A4 page between its margins, in CSS pixels.
PAPER = round((210 - 28) / 25.4 * 96)


def wide(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def test_a06_skip_link_is_the_first_stop_and_shows_itself(chromium: Browser, newest: Path):
    with opened(chromium, newest) as page:
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        assert first["cls"] == "skip"
        assert first["seen"]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a10_numbers_are_aligned_to_the_right(chromium: Browser, newest: Path):
    with opened(chromium, newest) as page:
        page.evaluate(OPEN_ALL)
        cells = "[...document.querySelectorAll('table:not(.words, .board) td:not(.t)')]"
        aligned = f"{cells}.map(e => getComputedStyle(e).textAlign)"
        found = page.evaluate(aligned)
    assert len(found) > 200
    assert set(found) == {"right"}


def test_a19_no_page_scrolls_sideways_on_a_phone_or_at_four_times_the_size(chromium: Browser, pages: dict[str, Path]):
    for name, path in pages.items():
        with opened(chromium, path, width=320, height=256) as page:
            page.evaluate(OPEN_ALL)
            assert wide(page) <= 320, name


#: What a trustee looks for first: its last column, the newest year, is on the screen.
HEADLINES = (
    "Achievement at the end of key stage 2",
    "Attendance headline information",
    "Permanent exclusions and suspensions",
)


#: What a cell of figures says outside its own width, over its neighbour.
SPILT = """() => [...document.querySelectorAll('table:not(.words) td')].flatMap(td => {
  const box = td.getBoundingClientRect(), walk = document.createTreeWalker(td, NodeFilter.SHOW_TEXT), out = []
  while (walk.nextNode()) {
    const text = walk.currentNode, range = document.createRange()
    range.selectNodeContents(text)
    const over = [...range.getClientRects()].some(each => each.left < box.left - 1 || each.right > box.right + 1)
    if (over && !text.parentElement.closest('.unseen')) out.push(text.data)
  }
  return out
})"""


@pytest.mark.parametrize("width", [390, 320])
def test_a19_the_newest_year_of_headline_tables_is_on_a_phones_screen(chromium: Browser, newest: Path, width: int):
    with opened(chromium, newest, width) as page:
        for caption in HEADLINES:
            region = page.locator(".scroll", has=page.locator("caption", has_text=caption)).first
            assert region.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), caption
        assert page.evaluate(SPILT) == []


#: Every region that may slide: does it hold more than it shows, and how large does it say so?
CUES = """() => [...document.querySelectorAll('.scroll:has(table)')].filter(e => e.clientWidth).map(e => {
  const size = parseFloat(getComputedStyle(e, '::before').fontSize)
  return {label: e.ariaLabel, slides: e.scrollWidth > e.clientWidth + 1, told: size >= 12, silent: size === 0}
})"""


def test_a19_a_table_wider_than_a_phone_says_so_and_no_other_does(chromium: Browser, newest: Path):
    with opened(chromium, newest, 390) as page:
        page.evaluate(OPEN_ALL)
        page.wait_for_timeout(100)  # the cue depends on the scroll position, known after a frame
        cues = page.evaluate(CUES)
        assert [cue for cue in cues if not cue["told" if cue["slides"] else "silent"]] == []
        assert any(cue["slides"] for cue in cues)
        assert not all(cue["slides"] for cue in cues)
        page.emulate_media(media="print")
        words = "[...document.querySelectorAll('.scroll')].map(e => getComputedStyle(e, '::before').content)"
        assert set(page.evaluate(words)) == {"none"}


@pytest.mark.parametrize("width", [1280, 1024, 320])
def test_a20_wider_spacing_cuts_and_hides_nothing(chromium: Browser, newest: Path, width: int):
    with opened(chromium, newest, width=width) as page:
        page.evaluate(OPEN_ALL)
        page.add_style_tag(content=SPACING)
        assert page.evaluate(CUT) == []
        assert wide(page) <= width


def test_a21_every_stop_of_the_keyboard_is_seen_and_none_is_empty(chromium: Browser, newest: Path):
    with opened(chromium, newest) as page:
        allowed, seen = page.evaluate(STOPS), []
        for _ in range(allowed + 3):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop["name"] == "BODY":
                break
            seen.append(stop)
    assert 20 < len(seen) <= allowed
    assert [stop for stop in seen if not (stop["seen"] and stop["ring"])] == []


def test_a18_text_is_large_enough_on_screen_and_on_paper(chromium: Browser, newest: Path):
    size = "(parts) => [...document.querySelectorAll(parts)].map(e => parseFloat(getComputedStyle(e).fontSize))"
    text = "main section.part > p:not([class]), main section.part > ul:not(.soft) > li"
    with opened(chromium, newest) as page:
        assert min(page.evaluate(size, text)) >= 16
        page.emulate_media(media="print")
        body = page.evaluate(size, "main section.part:not(#summary, #sources-and-definitions) > p:not([class])")
        assert len(body) > 10
        assert min(body) >= 13.9  # 10.5 pt


@pytest.mark.parametrize(("width", "least"), [(1280, 0.99), (390, 0.99), (320, 0.83)])
def test_a18_charts_are_shown_at_a_size_that_can_be_read(chromium: Browser, newest: Path, width: int, least: float):
    """The smallest letters of a chart are 12 px, and 10 px at 320 px, which is a page at four times its size."""
    each = "i => i.getBoundingClientRect().width / i.naturalWidth"
    with opened(chromium, newest, width=width) as page:
        scales = page.evaluate(f"[...document.querySelectorAll('main figure img')].map({each})")
    assert len(scales) >= 6
    assert min(scales) >= least
    assert min(house.SMALL, house.PLAIN, house.LARGE) * 96 / 72 >= 12


def contrast_to_white(colour: str) -> float:
    def light(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (light(colour[i : i + 2]) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_a15_lines_and_texts_of_charts_stand_out_from_the_paper(newest: Path):
    soup = BeautifulSoup(newest.read_text(encoding="utf-8"), "html.parser")
    for image in soup.select("main figure img"):
        svg = base64.b64decode(image["src"].partition(",")[2]).decode("utf-8")
        drawing = BeautifulSoup(svg, "html.parser")
        texts = {c for t in drawing.find_all("text") for c in re.findall(r"fill:\s*(#[0-9a-f]{6})", t.get("style", ""))}
        assert [c for c in texts if contrast_to_white(c) < 4.5] == [], image["alt"]
        for path in drawing.find_all("path"):
            style = path.get("style", "")
            stroke = re.search(r"stroke:\s*(#[0-9a-f]{6})", style)
            thick = re.search(r"stroke-width:\s*([\d.]+)", style)
            if stroke and thick and float(thick[1]) >= 1.5:
                assert contrast_to_white(stroke[1]) >= 3, (image["alt"], style)


def test_a24_paper_is_never_too_narrow_and_header_rows_repeat(chromium: Browser, pages: dict[str, Path]):
    for name in ("202223", "202324", "202425"):
        with opened(chromium, pages[name], width=PAPER) as page:
            page.emulate_media(media="print")
            assert wide(page) <= PAPER, name
            heads = page.evaluate("[...document.querySelectorAll('thead')].map(e => getComputedStyle(e).display)")
            shown = {head for head in heads if head != "none"}
            assert shown <= {"table-header-group"}
            kept = "[...document.querySelectorAll('figure, tr, .card')].map(e => getComputedStyle(e).breakInside)"
            assert set(page.evaluate(kept)) == {"avoid"}
