"""No orphan number: every figure on the page of 2024/25 carries the id by which it is traced."""

from __future__ import annotations

import re
from base64 import b64decode

import nbformat
import pytest
from bs4 import BeautifulSoup

from symphony_analysis.analysis import open_analysis
from symphony_analysis.charts import house
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.issues.tracing.asked import Wanted, wanted_from
from symphony_analysis.issues.tracing.trace import trace
from symphony_analysis.markup import element, join
from tests.issues.conftest import AS_AT, ROOT
from tests.issues.orphans import declared, left_over, of_chart, orphans, unheard

#: The steps of axes, which are no figures; 78 is one of staff costs, where the schools are dots from 77% to 80%.
_STEPS = (*range(10), 12, 14, 16, 18, *range(10, 125, 5), 78, *range(150, 550, 50), 0.2, 0.4, 0.5, 0.6, 0.8, 1.5, 2.5)
_ROUND = {str(step) for step in _STEPS}


@pytest.fixture(scope="module")
def analysis():
    return open_analysis("2024/25", AS_AT, data_dir=ROOT / "data")


@pytest.fixture(scope="module")
def phrases(analysis):
    return declared(analysis)


@pytest.fixture(scope="module")
def page(released):
    """The report, its annex and the board summary: all that a reader sees."""
    names = ("self-evaluation", "annex", "board-summary")
    texts = [(released / "202425" / f"{name}.html").read_text(encoding="utf-8") for name in names]
    return BeautifulSoup("".join(texts), "html.parser")


def test_no_number_of_the_page_is_without_its_id(page, phrases):
    assert len(page.select("[data-figure]")) > 800
    assert orphans(page, phrases) == []


@pytest.mark.parametrize("year", ["2022/23", "2023/24"])
def test_no_number_of_an_earlier_year_is_without_its_id(released, year):
    """Fewer years and figures, other sentences: "not published", "not yet published"."""
    earlier = open_analysis(year, AS_AT, data_dir=ROOT / "data")
    html = (released / earlier.year.folder / "self-evaluation.html").read_text(encoding="utf-8")
    whole, own = BeautifulSoup(html, "html.parser"), declared(earlier)
    assert len(whole.select("[data-figure]")) > 400
    assert orphans(whole, own) == []
    assert [p["alt"] for p in whole.select("figure img") if unheard(p["alt"], of_chart(p), own)] == []


def test_every_number_of_a_pictures_words_is_traced_in_its_chart(page, phrases):
    pictures = page.select("figure img")
    assert len(pictures) >= 6
    assert {p["alt"]: left for p in pictures if (left := unheard(p["alt"], of_chart(p), phrases))} == {}


def test_every_id_on_the_page_can_be_traced(page, analysis):
    identities = sorted({tag["data-figure"] for tag in page.select("[data-figure]")})
    frame = issue_figures(analysis)
    known, kinds = set(frame["figure"]), set()
    for identity in identities:
        asked = wanted_from(analysis, identity)
        if isinstance(asked, Wanted):
            own = f"{asked.measure}.{asked.time_period}.{asked.who}.{asked.group}"
            assert re.sub(r"\.(england|authority)\.", ".trust.", own) in known or own in known, identity
        elif asked[0] not in kinds:
            # One of each kind of record: a claim traces all its figures, which takes its time.
            kinds.add(asked[0])
            assert trace(analysis, identity)[0].startswith(asked[0])
    assert {"claim", "members", "printed", "survey", "target"} <= kinds


# ---- labels drawn into charts: paths in the page, so they are noted where they are written --------------------


@pytest.fixture(scope="module")
def labels(analysis):
    """What is written in each chart of the notebooks, by its picture."""
    written: dict[str, list[str]] = {}
    patch = pytest.MonkeyPatch()
    drawn = house._smaller

    class Noting(house.FigureCanvasSVG):
        def print_svg(self, out, **settings):
            super().print_svg(out, **settings)
            texts = [text.get_text() for text in self.figure.findobj(house.Text) if text.get_visible()]
            written[drawn(out.getvalue())] = texts

    patch.setattr(house, "FigureCanvasSVG", Noting)
    patch.setattr("symphony_analysis.sources.load", lambda data_dir: analysis.inputs)
    try:
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
            if "charts." in "".join(cells):
                names: dict[str, object] = {"display": lambda *shown: None}
                for source in cells:
                    exec(source.replace("../data", str(ROOT / "data")), names)
    finally:
        patch.undo()
    return written


@pytest.mark.slow
def test_every_number_drawn_into_a_chart_is_traced_beside_it(page, phrases, labels):
    checked, left = 0, {}
    for picture in page.select("figure img"):
        svg = b64decode(picture["src"].partition("base64,")[2]).decode()
        assert svg in labels, "the chart of the page is the one that the notebook's cells draw here"
        beside = of_chart(picture) | _ROUND
        for label in labels[svg]:
            checked += 1
            if over := unheard(label, beside, phrases):
                left[label] = over
    assert checked > 200
    assert left == {}


# ---- the search itself ----------------------------------------------------------------------------------------

PHRASES = ["About the same: within 0.5 points of England.", "Phonics: 32 of 40 marks"]


def made(*content):
    return BeautifulSoup(str(element("section", *content)), "html.parser")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("In 2024/25 it was 4.3", "In it was 4.3"),
        ("as at 30 April 2026, key stage 2, Year 1, 2025-12", ""),
        ("About the same: within 0.5 points of England. 12 schools", "12 schools"),
        ("Phonics: 32 of 40 marks", ""),
        ("32 of 40 marks", "32 of 40 marks"),
    ],
)
def test_only_what_is_declared_is_taken_out(text, left):
    assert left_over(text, PHRASES) == left


def test_a_planted_number_is_found_wherever_it_stands():
    assert orphans(made(element("p", "It is 7.3 here")), PHRASES) == [("section > p.", "It is 7.3 here")]
    assert orphans(made(element("td", "7.3", data_figure="m.202425.trust.all")), PHRASES) == []
    assert orphans(made(element("div", "x", role="region", aria_label="7.3 of them")), PHRASES)
    assert orphans(made(element("summary", "7 more claims, not tested")), PHRASES) == []
    assert orphans(made(element("summary", "7 more claims, 8 tested")), PHRASES)


def test_a_number_in_a_text_alternative_must_stand_beside_the_picture():
    figure = element(
        "figure",
        element("figcaption", element("span", "4.3%", data_figure="m.202425.trust.all")),
        element("img", alt="Dot plot of 15 schools. Trust 4.3%. England 9.9%."),
    )
    behind = element("details", element("td", "5.2", data_figure="m.202425.england.all"))
    picture = made(join([figure, behind])).find("img")
    assert of_chart(picture) == {"4.3", "5.2"}
    assert unheard(picture["alt"], of_chart(picture), PHRASES) == {"9.9"}
