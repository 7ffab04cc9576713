"""The board summary: what is clear, where, in pounds, and what to ask, from the edition's own figures."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis import board
from symphony_analysis.analysis import Analysis, open_analysis
from symphony_analysis.board import marks, schools

DATA = Path(__file__).resolve().parents[1] / "data"
pytestmark = pytest.mark.usefixtures("shipped_tables")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return open_analysis("2024/25", "2026-04-30", data_dir=DATA)


def soup(html: object) -> BeautifulSoup:
    return BeautifulSoup(str(html), "html.parser")


def lines(html: object, of: str) -> list[str]:
    return [" ".join(one.get_text("").split()) for one in soup(html).select(of)]


def test_the_verdict_is_the_result_disadvantaged_pupils_the_clear_schools_and_the_money(analysis):
    assert lines(board.verdict(analysis), "p") == [
        "Clearly better than England: key stage 2 in reading, writing and maths (73%, England 63%), Reception (73.6%, "
        "68.3%), phonics (85%, 80%), overall absence (4.3%, 5.2%) and persistent absence (8.6%, 13.0%). "
        "No headline measure is clearly worse.",
        "Disadvantaged pupils: 49%, not clearly different from England's 48%; other pupils: 78%, clearly better than "
        "England's 70%. The gap is 29 points; England's is 22.",
        "Clearly worse than England in a headline measure (2022/23 to 2024/25 together): Donisthorpe (persistent "
        "absence 20.4%, England 14.6%; 19.9% in 2024/25 alone).",
        "Money: surplus £213,800 (last year deficit £88,300); reserves are 8.3% of income.",
    ]


def test_each_headline_has_a_trend_both_figures_an_interval_a_word_and_last_year(analysis):
    table = soup(board.headlines(analysis)).table
    rows = {tr.th.get_text(): tr.find_all("td") for tr in table.tbody.find_all("tr")}
    assert len(rows) == 10
    absence = rows["Persistent absence"]
    assert [cell.get_text() for cell in absence[1:3]] == ["8.6%", "13.0%"]
    assert absence[4].get_text() == "▲ clearly better (\N{MINUS SIGN}4.4)"
    assert absence[5].get_text() == "11.5 to 8.6, clear fall"
    assert absence[0].img["alt"] == "Persistent absence: 11.3%, 11.5%, 8.6%; England 16.2%, 14.6%, 13.0%"
    assert "95% interval \N{MINUS SIGN}5.4 to \N{MINUS SIGN}3.4" in absence[3].img["alt"]
    gap = rows["Gap to other pupils, key stage 2 (points)"]
    assert [cell.get_text() for cell in gap[1:3]] == ["29", "22"] and gap[4].get_text() == "no clear difference (+7)"


def test_the_grid_holds_every_school_and_marks_only_what_is_clear(analysis):
    rows = {tr.th.get_text(): tr.find_all("td") for tr in soup(schools.grid(analysis)).tbody.find_all("tr")}
    assert len(rows) == 15 and next(iter(rows)) == "Thythorn Field †" and list(rows)[-1] == "Ashby Hastings"
    worse = {
        (name, n) for name, cells in rows.items() for n, cell in enumerate(cells) if "worse" in cell.get("class", [])
    }
    # Persistent absence, two deficits and reserves under 5%; Thythorn Field's 33% of 24 pupils could be chance.
    assert worse == {("Donisthorpe", 3), ("Thythorn Field †", 4), ("Foxton", 4), ("Ashby Hastings", 5)}


def test_a_school_that_joined_later_is_not_asked_what_has_been_tried(analysis):
    asked = {soup(each).strong.get_text(): soup(each).get_text() for each in schools.questions(analysis)[:2]}
    assert asked["Donisthorpe"].endswith("What has been tried, and what comes next?")
    assert asked["Thythorn Field"].endswith("It joined later: what comes first?")


def test_the_marks_of_the_grid_are_those_that_rule_2_allows(analysis):
    from symphony_analysis import compare

    whole = analysis.pooled()
    for name, cells in schools.cells(analysis).items():
        for measure, (_, mark, _words) in cells.items():
            row = whole[
                (whole["school_name"] == name) & (whole["measure"] == measure) & (whole["pupil_group"] == "all")
            ]
            if mark and len(row):
                side = "better" if row["comparison"].iloc[0] in {compare.BETTER, compare.PERHAPS_BETTER} else "worse"
                assert mark == side and row["comparison"].iloc[0] in compare.MARKED, (name, measure)


def test_every_question_carries_a_figure_and_comes_from_what_is_clear(analysis):
    asked = schools.questions(analysis)
    assert 3 <= len(asked) <= 5
    assert all(soup(one).select("[data-figure]") and "?" in one for one in asked)
    assert asked[0].startswith("<strong>Donisthorpe</strong>")
    assert any("Foxton" in one and "deficit" in one for one in asked) and any("Ashby Hastings" in one for one in asked)


def test_the_misprint_is_struck_through_beside_the_registers_figure(analysis):
    told = soup(schools.corrections(analysis)[0])
    assert told.s.get_text() == "20.8" and told.get_text().endswith("the records give 2.08 per 100 pupils.")
    assert not soup(board.headlines(analysis)).find(string=re.compile(r"20\.8"))


def test_a_school_sees_no_other_school_and_the_public_no_verdict_on_any(analysis):
    of_school = Analysis(
        analysis.year, analysis.as_at, "trustees", analysis.trust.school("Glen Hills"), analysis.inputs
    )
    public = Analysis(analysis.year, analysis.as_at, "public", None, analysis.inputs)
    others = [school.name for school in analysis.trust.schools if school.name != "Glen Hills"]
    for each in (of_school, public):
        text = soup(f"{board.verdict(each)}{board.schools_and_questions(each)}").get_text(" ")
        assert not [name for name in others if name in text]
    assert "Glen Hills" in board.headlines(of_school)


def test_a_first_year_has_no_mark_of_several_years():
    first = open_analysis("2022/23", "2026-04-30", data_dir=DATA)
    named = {
        cell.mark
        for cells in schools.cells(first).values()
        for m, cell in cells.items()
        if m.endswith("absence_percent")
    }
    assert named == {""}
    assert board.verdict(first) and board.headlines(first) and board.schools_and_questions(first)


def test_a_missing_year_is_a_gap_in_the_line_and_one_alone_is_a_dot():
    from base64 import b64decode

    def drawn(*values: float | None) -> str:
        found = re.search(r'base64,([^"]+)"', marks.trend(values, [None] * len(values), "x"))
        return b64decode(found[1]).decode()

    assert drawn(1, None, 3).count("M") == 0 and drawn(1, None, 3).count("<circle") == 2
    assert drawn(1, 2, 3).count("M") == 2 and drawn(1, 2, 3).count("<circle") == 1
