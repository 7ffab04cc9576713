"""What every chart must be: protected, described in words, traceable, the same every time, drawn in the house style."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.font_manager import FontProperties, fontManager
from PIL import Image

from symphony_analysis import charts
from symphony_analysis.charts import Chart, house
from symphony_analysis.markup import PHONE
from symphony_analysis.names import UnknownNameError

ROOM = Path(charts.__file__).parent
PERSISTENT, RWM = "persistent_absence_percent", "ks2_rwm_expected_percent"
MONEY = ("revenue_reserves_percent", "in_year_balance_gbp", "staff_costs_percent")
SUBJECTS = [f"ks2_{subject}_expected_percent" for subject in ("rwm", "reading", "writing", "maths")]

#: One of each kind: name, source of the figures, how it is drawn.
KINDS: list[tuple[str, str, Callable[..., Chart]]] = [
    ("trend", "attendance", lambda f: charts.trend(f, PERSISTENT)),
    ("trend of a group", "attendance", lambda f: charts.trend(f, PERSISTENT, "disadvantaged")),
    ("trend of scores", "ks2", lambda f: charts.trend(f, "ks2_maths_average_score")),
    ("gap over time", "attendance", lambda f: charts.gap_trend(f, PERSISTENT)),
    ("gap with England's", "ks2", lambda f: charts.gap_trend(f, RWM)),
    ("gap of free school meals", "attendance", lambda f: charts.gap_trend(f, PERSISTENT, "fsm")),
    ("schools", "attendance", lambda f: charts.schools(f, PERSISTENT)),
    ("schools, a group", "attendance", lambda f: charts.schools(f, PERSISTENT, "disadvantaged")),
    ("schools, a rate", "exclusions", lambda f: charts.schools(f, "suspension_rate")),
    ("measures", "ks2", lambda f: charts.small_multiples(f, *SUBJECTS)),
    ("bars", "finance", lambda f: charts.bars(f, "in_year_balance_gbp")),
    ("bars of several", "finance", lambda f: charts.bars(f, *MONEY)),
]  # fmt: skip


@pytest.fixture(scope="module")
def drawn(release) -> dict[str, Chart]:
    return {name: draw(release(source)) for name, source, draw in KINDS}


@pytest.fixture(scope="module", params=[name for name, _, _ in KINDS])
def chart(request, drawn) -> Chart:
    return drawn[request.param]


def soup(chart: Chart) -> BeautifulSoup:
    return BeautifulSoup(chart._repr_html_(), "html.parser")


def caption(chart: Chart) -> str:
    return soup(chart).figcaption.get_text(" ", strip=True)


@pytest.mark.parametrize("draw", [draw for _, _, draw in KINDS])
@pytest.mark.parametrize("unprotected", [pd.DataFrame({"value": [1.0]}), None, [1.0]])
def test_only_protected_figures_are_drawn(draw, unprotected):
    with pytest.raises(TypeError, match="Protected"):
        draw(unprotected)


def test_a_measure_of_another_area_is_refused_with_where_it_is(release):
    with pytest.raises(UnknownNameError, match=r"'suspension_rate'; analysis.figures\('exclusions'\) does"):
        charts.trend(release("attendance"), "suspension_rate")


def test_small_multiples_need_a_measure(release):
    with pytest.raises(ValueError, match="name the measures"):
        charts.small_multiples(release("attendance"))


def test_a_chart_is_a_figure_with_its_data_behind_it(chart):
    page = soup(chart)
    assert [element.name for element in page.find_all(recursive=False)] == ["figure", "details"]
    assert page.figure["class"] == ["chart"]
    image = page.figure.img
    assert image["alt"] == chart.alt
    narrow = page.figure.picture.source
    for address, drawing in ((image["src"], chart.svg), (narrow["srcset"], chart.narrow)):
        held = base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()
        assert held == drawing and held.startswith("<svg")
    assert (narrow["media"], narrow["width"], image["width"]) == (PHONE, "344", "720")
    assert page.figcaption.find("span", class_="soft").get_text(strip=True).endswith(".")
    table = page.details.find("table")
    assert page.details["class"] == ["data"]
    assert table.caption.get_text(strip=True).startswith("Behind the chart: ")
    assert {head["scope"] for head in table.thead.find_all("th")} == {"col"}
    assert {row.th["scope"] for row in table.tbody.find_all("tr")} == {"row"}
    region = table.parent
    assert (region["role"], region["tabindex"], bool(region["aria-label"])) == ("region", "0", True)


def test_every_figure_in_a_table_or_headline_carries_its_id(chart):
    page = soup(chart)
    cells = [cell for cell in page.find_all("td") if re.search(r"\d", cell.get_text())]
    assert cells
    for cell in cells:
        traced = [cell.get("data-figure"), *(inner.get("data-figure") for inner in cell.find_all(True))]
        assert any(traced), cell
    for traced in page.find_all(attrs={"data-figure": True}):
        part = r"(\.(pupils|gap|schools|difference))?"
        assert re.fullmatch(rf"\w+\.20\d{{4}}\.(trust|england|\d{{6}})\.\w+{part}", traced["data-figure"])


def test_the_alternative_says_the_kind_and_the_headline_figure(chart):
    assert 20 <= len(chart.alt) <= 250
    assert re.match(r"(Line|Dot|Bar|Dumbbell|Small line) ?\w* ?\w*", chart.alt)
    traced = soup(chart).figcaption.find_all(attrs={"data-figure": True})
    figures = [found.get_text() for found in traced if not found["data-figure"].endswith(".schools")]
    assert all(figure in chart.alt for figure in figures)
    assert re.search(r"\d", chart.alt)


def test_no_two_alternatives_and_regions_are_alike(drawn):
    assert len({chart.alt for chart in drawn.values()}) == len(drawn)
    regions = [soup(chart).find(role="region")["aria-label"] for chart in drawn.values()]
    assert len(set(regions)) == len(regions)


def test_no_headline_says_why(drawn):
    for chart in drawn.values():
        assert not re.search(r"\b(because|due to|thanks to|led to|caused?|result of|drove|impact)\b", caption(chart))


def test_words_in_a_chart_are_nine_points_on_paper(chart):
    for drawing in (chart.svg, chart.narrow):
        sizes = [float(size) for size in re.findall(r"scale\((0\.\d+) -0\.\d+\)", drawing)]
        assert sizes
        assert min(sizes) * 688 / 720 >= 0.0897  # 688 pixels is the column of A4; a phone shows its drawing whole


def test_a_chart_is_small_and_self_contained(chart):
    for drawing in (chart.svg, chart.narrow):
        assert len(drawing.encode()) < 72_000
        assert "<text" not in drawing
        assert set(re.findall(r"https?://[^\"]+", drawing)) == {"http://www.w3.org/2000/svg"}
        assert "<metadata" not in drawing
        assert "nan" not in drawing.lower()


def test_a_phone_shows_every_point(drawn):
    for chart in drawn.values():
        marks = [
            len(re.findall(r"<(?:use|path)[^>]*(?:#m|fill:#(?:12436d|801650|f46a25))", d))
            for d in (chart.svg, chart.narrow)
        ]
        assert marks[0] == marks[1] > 0, chart.headline


def test_letters_are_of_the_typeface_of_the_page(drawn):
    with house.house_style():
        assert matplotlib.rcParams["font.family"] == house.FACES
        found = fontManager.findfont(FontProperties(family=house.FACES), fallback_to_default=False)
    assert Path(found).parent == ROOM.parent / "fonts"
    assert (ROOM.parent / "fonts" / "OFL.txt").is_file()


@pytest.mark.parametrize(("name", "source", "draw"), KINDS, ids=[name for name, _, _ in KINDS])
def test_the_same_figures_give_the_same_bytes_whatever_the_notebook_has_set(name, source, draw, release, drawn):
    theirs = {"axes.facecolor": "red", "svg.hashsalt": None, "font.size": 22.0, "axes.grid": True}
    with matplotlib.rc_context(theirs):
        assert draw(release(source)).html == drawn[name].html
        assert matplotlib.rcParams["font.size"] == 22.0


def test_every_colour_is_of_the_style_file(drawn):
    style = (ROOM.parent / "house.mplstyle").read_text(encoding="utf-8")
    palette = {f"#{colour.lower()}" for colour in re.findall(r"\b[0-9A-Fa-f]{6}\b", style)} | {"#ffffff", "#000000"}
    for chart in drawn.values():
        assert set(re.findall(r"#[0-9a-f]{6}\b", chart.svg)) <= palette


def test_no_colour_stands_in_the_code():
    for source in ROOM.glob("*.py"):
        code = source.read_text(encoding="utf-8")
        assert not re.search(r"""["']#[0-9A-Fa-f]{3,8}["']""", code), source.name
        assert not re.search(r"""colou?r=["'](?!C\d)""", code), source.name
        assert "pyplot" not in code.split('"""', 2)[2], source.name


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _on_white(colour: str) -> float:
    return 1.05 / (_luminance(matplotlib.colors.to_hex(colour)) + 0.05)


def test_words_and_lines_stand_out_from_the_paper():
    with house.house_style():
        for look in house.LOOKS.values():
            assert _on_white(house.ink(look.text)) >= 4.5
            assert _on_white(house.ink(look.colour)) >= 3.0
        assert _on_white(house.ink("soft")) >= 4.5


def test_lines_of_one_chart_are_told_apart_without_colour():
    together = [("ours", "trust", "england"), ("ours", "disadvantaged", "england")]
    for names in together:
        looks = [(house.LOOKS[name].marker, house.LOOKS[name].dashes) for name in names]
        assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_chart_is_saved_under_its_headline_the_same_every_time(release, tmp_path, ending):
    chart = charts.trend(release("attendance"), PERSISTENT)
    first, second = (chart.save(tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert first == second
    if ending == "png":
        wide, high = Image.open(tmp_path / "one.png").size
        assert wide == 1488 and high > 520  # 240 pixels of picture, the margins and two lines of words at least, twice
    else:
        drawn = first.decode("utf-8")
        assert drawn.startswith("<?xml") and 'viewBox="0 0 558 ' in drawn
    assert chart.svg == charts.trend(release("attendance"), PERSISTENT).svg


def test_a_chart_that_cannot_be_saved_says_why(release, tmp_path):
    chart = charts.trend(release("attendance"), PERSISTENT)
    with pytest.raises(ValueError, match=r"saved as \.png or \.svg; found 'chart\.pdf'"):
        chart.save(tmp_path / "chart.pdf")
    nothing = charts.gap_trend(release("finance"), "in_year_balance_gbp")
    with pytest.raises(ValueError, match="there is nothing to save: In-year balance: there is no figure for"):
        nothing.save(tmp_path / "chart.png")
    assert list(tmp_path.iterdir()) == []
