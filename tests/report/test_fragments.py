"""One notebook as a piece of the page."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup

from symphony_analysis import remembered
from symphony_analysis.report.pages import fragments
from symphony_analysis.report.pages.crosslinks import crosslinked
from symphony_analysis.report.pages.fragments import Fragment, ReportError, fragment
from tests.report import pieces
from tests.report.conftest import markdown, notebook, shown


def soup_of(*cells: nbformat.NotebookNode) -> BeautifulSoup:
    return BeautifulSoup(fragment("50_attendance", notebook(*cells)).html, "html.parser")


def headings(section: Fragment) -> list[str]:
    soup = BeautifulSoup(section.html, "html.parser")
    return [f"{h.name} {h.get_text()}" for h in soup.find_all(["h1", "h2", "h3", "h4", "h5"])]


def test_no_code_prompt_stream_or_repr_reaches_the_page():
    noisy = shown("<p>Shown</p>")
    noisy.outputs += [
        nbformat.v4.new_output("stream", name="stderr", text="FutureWarning: /home/someone"),
        nbformat.v4.new_output("stream", name="stdout", text="chatter"),
        nbformat.v4.new_output("execute_result", {"text/plain": "<Figure size 640x480>"}, execution_count=1),
    ]
    html = fragment("50_attendance", notebook(markdown("# Attendance"), noisy)).html
    assert "<p>Shown</p>" in html
    for word in ("secret_code", "Warning", "chatter", "Figure size", "In [", "Out["):
        assert word not in html


def test_what_a_cell_ends_on_is_shown_like_what_it_displays():
    last = shown("<p>Displayed</p>")
    result = {"text/html": "<p>Ended on</p>", "text/plain": "Html"}
    last.outputs.append(nbformat.v4.new_output("execute_result", result, execution_count=1))
    assert [p.string for p in soup_of(markdown("# Attendance"), last).find_all("p")] == ["Displayed", "Ended on"]


def test_failed_cell_stops_the_report_and_is_named():
    failed = shown("<p>x</p>")
    failed.outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="'gone'", traceback=["line"])]
    with pytest.raises(ReportError, match="50_attendance: cell 2 ended in KeyError"):
        fragment("50_attendance", notebook(markdown("# Attendance"), failed))


@pytest.mark.parametrize("alt", ["", "  ", "No description has been provided for this image"])
def test_picture_without_words_stops_the_report(alt: str):
    picture = shown(f'<img alt="{alt}" src="{pieces.PICTURE}">')
    with pytest.raises(ReportError, match="no text alternative"):
        fragment("50_attendance", notebook(markdown("# Attendance"), picture))


def test_picture_from_elsewhere_stops_the_report():
    picture = shown('<img alt="A chart, 5 per cent" src="https://example.org/x.png">')
    with pytest.raises(ReportError, match="not held in the page"):
        fragment("50_attendance", notebook(markdown("# Attendance"), picture))


def test_chart_displayed_by_matplotlib_itself_keeps_its_words():
    chart = shown("")
    data = {"image/svg+xml": pieces.SVG, "text/plain": "<Figure>"}
    chart.outputs = [
        nbformat.v4.new_output("display_data", data, metadata={"image/svg+xml": {"alt": 'Absence 4.3% "now"'}})
    ]
    image = soup_of(markdown("# Attendance"), chart).find("img")
    assert image["alt"] == 'Absence 4.3% "now"'
    assert image["src"].startswith("data:image/svg+xml;base64,")


def test_notebook_without_a_title_stops_the_report():
    with pytest.raises(ReportError, match="no title"):
        fragment("50_attendance", notebook(shown("<p>Shown</p>")))


def test_headings_shift_together_and_no_level_is_skipped():
    cells = (markdown("# Title\n\n### Deep\n\nA.\n\n### Deep too\n\nB.\n\n## Middle"), shown("<h3>Card</h3><p>C.</p>"))
    section = fragment("50_attendance", notebook(*cells))
    (among_others,), (alone,) = (crosslinked([section], top=top).sections for top in (2, 1))
    assert headings(among_others) == ["h2 Title", "h3 Deep", "h3 Deep too", "h3 Middle", "h4 Card"]
    assert headings(alone) == ["h1 Title", "h2 Deep", "h2 Deep too", "h2 Middle", "h3 Card"]


def test_places_carry_the_section_name_and_links_follow():
    soup = soup_of(
        markdown("# Attendance"),
        shown('<h2 id="Claims">Claims “made”</h2><p id="x">a</p><p id="x">b</p><a href="#Claims">up</a>'),
        shown('<div role="region" aria-labelledby="Claims x">c</div>'),
    )
    assert [e["id"] for e in soup.find_all(id=True)] == ["attendance-claims-made", "attendance-x", "attendance-x-2"]
    assert soup.a["href"] == "#attendance-claims-made"
    assert soup.find("div")["aria-labelledby"] == "attendance-claims-made attendance-x"


def test_figures_keep_the_name_they_are_traced_by():
    soup = soup_of(markdown("# Attendance"), shown(pieces.TABLE))
    assert soup.find(attrs={"data-figure": True})["data-figure"] == "overall_absence_percent.202425.trust.all"
    region = soup.find("div", class_="scroll")
    assert (region["role"], region["tabindex"], region["aria-label"]) == ("region", "0", "Absence table – Attendance")


def test_regions_are_told_apart_by_section_and_number():
    soup = soup_of(markdown("# Attendance"), shown(pieces.TABLE), shown(pieces.TABLE))
    labels = [region["aria-label"] for region in soup.find_all(role="region")]
    assert labels == ["Absence table – Attendance", "Absence table – Attendance, 2"]


def test_chart_stands_in_a_region_that_scrolls_and_is_named_by_its_headline():
    frame = soup_of(markdown("# Attendance"), shown(pieces.FIGURE)).find("img").parent
    assert (frame["class"], frame["role"], frame["tabindex"]) == (["scroll"], "region", "0")
    assert frame["aria-label"] == "Chart: Outcomes are above England's – Attendance"


def test_a_heading_without_anything_under_it_is_left_out_and_a_section_of_headings_is_bare():
    cells = [markdown("# Attendance\n\nDo they?"), markdown("## Why?"), shown(""), markdown("## How?\n\n### When?")]
    assert soup_of(*cells).find(["h2", "h3"]) is None
    assert fragment("50_attendance", notebook(*cells)).bare
    whole = [*cells, shown("<p>Today.</p>")]
    assert [h.get_text() for h in soup_of(*whole).find_all(["h2", "h3"])] == ["How?", "When?"]
    assert not fragment("50_attendance", notebook(*whole)).bare


def test_a_section_is_made_once_and_again_when_a_word_or_the_template_is_another(tmp_path, monkeypatch):
    monkeypatch.setenv(remembered.MEMORY, str(tmp_path))
    made = []
    real = fragments._made
    monkeypatch.setattr(fragments, "_made", lambda *asked: made.append(asked) or real(*asked))
    book, other = (notebook(markdown(f"# Attendance {word}")) for word in ("rose", "fell"))
    for each in (book, other, book):
        monkeypatch.setattr(remembered, "_here", {})  # as in another process
        assert fragment("50_attendance", each) == real("50_attendance", each)
    assert len(made) == 2
    fragments._converter.cache_clear()
    monkeypatch.setattr(fragments, "code_of", lambda _: "another")
    fragment("50_attendance", book)
    assert len(made) == 3
    fragments._converter.cache_clear()
