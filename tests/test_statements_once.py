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


def page(kept=None, area="attendance"):
    given = kept or {"texts": TEXTS, "claims": CLAIMS, "evidence": OLD}
    return BeautifulSoup(wording.texts(made({"attendance": ABSENT}, given, HIGH), area), "html.parser")


def test_each_sentence_is_printed_once_with_its_mark_beside_it():
    soup = page()
    for text in ("Few are away.", "All is well.", "Nothing is said."):
        assert soup.get_text().count(text) == 1
    marks = {mark["data-figure"]: mark.get_text() for mark in soup.select(".margin > .note")}
    assert marks["claim.X1"].startswith("✔ shown Below England in every comparison, beyond chance.")
    assert marks["claim.X1"].endswith("The trust's response: As we thought.")
    assert marks["claim.X2"] == "◌ not tested"
    assert marks["claim.X2b"].startswith("✔ shown On record: Review. ◔ out of date Review, 2020: kept for 12 months")
    assert soup.find(id="text-X3").find(class_="note") is None
    assert soup.find(id="text-X1").find(class_="note")["data-figure"] == "claim.X1"


def test_what_cannot_be_tested_is_counted_and_not_listed():
    soup = page()
    assert "1 of 3 statements here cannot be tested; the annex says why." in soup.get_text()
    assert "No record is kept" not in soup.get_text()
    without = page({"texts": TEXTS, "claims": CLAIMS[:1]})
    assert "cannot be tested" not in without.get_text()


def test_the_register_is_in_the_annex_and_nowhere_else():
    calls = {
        path.stem: "".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        for path in NOTEBOOKS.glob("*.ipynb")
    }
    assert [name for name, source in calls.items() if "wording.claims(" in source] == ["90_sources_and_definitions"]
