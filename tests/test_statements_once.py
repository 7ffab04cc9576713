"""The trust's own sentences: printed once, with a mark in the margin that says whether they are borne out."""

import json
from pathlib import Path

from bs4 import BeautifulSoup

from symphony_analysis import wording
from tests.claims_made import claim, made
from tests.test_claims import ABSENT, HIGH, PA

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
TEXTS = [
    {"id": "X1", "area": "attendance", "kind": "bullet", "heading": "", "text": "Few are away. We care.", "order": "1"},
    {"id": "X2", "area": "attendance", "kind": "paragraph", "heading": "", "text": "All is well.", "order": "2"},
    {"id": "X3", "area": "attendance", "kind": "paragraph", "heading": "", "text": "Nothing is said.", "order": "3"},
]
CLAIMS = [
    claim("below_england_every_year", PA, text="Few are away.", response="As we thought."),
    claim("not_testable", id="X2", text="All is well.", arguments="reason=No record is kept"),
    claim("evidence_newer_than", id="X2b", text="All is well.", evidence="E"),
]
OLD = [{"id": "E", "area": "attendance", "title": "Review", "dated": "2020", "shelf_life_months": "12"}]
GIVEN = {"texts": TEXTS, "claims": CLAIMS, "evidence": OLD}


def page(kept=None, area="attendance"):
    return BeautifulSoup(wording.texts(made({"attendance": ABSENT}, kept or GIVEN, HIGH), area), "html.parser")


def test_each_sentence_is_printed_once_with_its_mark_beside_it():
    soup = page()
    for text in ("Few are away.", "All is well.", "Nothing is said."):
        assert soup.get_text().count(text) == 1
    marks = {mark["data-figure"]: mark.get_text() for mark in soup.select(".said .note")}
    assert marks["claim.X1"].startswith("✔ shown Below England in every comparison, beyond chance.")
    assert marks["claim.X1"].endswith("The trust's response: As we thought.")
    assert marks["claim.X2"] == "◌ not tested"
    assert "All is well.\N{NO-BREAK SPACE}◌" in soup.find(id="text-X2").get_text()  # never alone on a line
    assert marks["claim.X2b"].startswith("✔ shown On record: Review. ◔ out of date Review, 2020: counts for 12 months")
    assert soup.find(id="text-X3").find(class_="note") is None
    assert soup.find(id="text-X1").find(class_="note")["data-figure"] == "claim.X1"


def test_what_cannot_be_tested_has_a_hollow_mark_and_the_annex_has_its_reason():
    assert "No record is kept" not in page().get_text()
    (hollow,) = (mark for mark in page().select(".note") if mark["data-figure"] == "claim.X2")
    assert hollow.find(class_="unseen").get_text() == " not tested"
    assert "◌ no figure or record can decide it" in wording.key_to_marks(made({"attendance": ABSENT}, GIVEN, HIGH))


def test_a_reason_that_two_statements_share_is_printed_once():
    twice = [CLAIMS[2], {**CLAIMS[2], "id": "X2c"}]
    soup = page({"texts": TEXTS, "claims": twice, "evidence": OLD})
    marks = [mark.get_text() for mark in soup.select(".said .note")]
    assert marks[0] == "✔ shown" and marks[1].startswith("✔ shown On record: Review.")


def test_the_register_names_a_printed_statement_and_does_not_repeat_it():
    given = {
        "texts": [*TEXTS[1:], {**TEXTS[0], "text": "Few are away in any of our schools. We care."}],
        "claims": [{**CLAIMS[0], "text": "Few are away in any of our schools."}, *CLAIMS[1:]],
        "evidence": OLD,
    }
    soup = BeautifulSoup(wording.claims(made({"attendance": ABSENT}, given, HIGH)), "html.parser")
    first, _, untested = soup.select(".claim")
    assert "in any of our schools" not in soup.get_text()
    assert first.a.get_text() == "X1: Few are away in any of …"
    assert first.a["href"] == "#text-X1"
    assert "Below England in every comparison" not in first.get_text()  # the mark says it, beside the text
    assert "Persistent absence" in first.get_text()
    assert "No record is kept." in untested.get_text()


def test_a_statement_that_is_printed_nowhere_is_printed_whole_in_the_register():
    given = {"claims": CLAIMS[:1]}
    told = BeautifulSoup(wording.claims(made({"attendance": ABSENT}, given, HIGH)), "html.parser").get_text()
    assert "Few are away." in told
    assert "Below England in every comparison" in told


def test_the_register_is_in_the_annex_and_nowhere_else():
    calls = {
        path.stem: "".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        for path in NOTEBOOKS.glob("*.ipynb")
    }
    assert [name for name, source in calls.items() if "wording.claims(" in source] == ["90_sources_and_definitions"]
