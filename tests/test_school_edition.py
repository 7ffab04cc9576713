"""A school's edition for its headteacher: what is the trust's is called the trust's, never taken for the school's."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis import tables, wording
from symphony_analysis.analysis import Analysis, open_analysis
from symphony_analysis.report.cover import Cover, cover_of
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.years import AcademicYear

pytestmark = pytest.mark.usefixtures("shipped_tables")
DATA = Path(__file__).parent.parent / "data"
SCHOOL = "Glen Hills"


@pytest.fixture(scope="module")
def editions() -> tuple[Analysis, Analysis]:
    """The school's edition and the trust's."""
    return tuple(open_analysis("2024/25", "2026-04-30", "trustees", who, DATA) for who in (SCHOOL, ""))


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_the_judgement_and_the_data_behind_it_are_the_trusts(editions):
    school, trust = (words(wording.judgement(each, "outcomes")) for each in editions)
    assert school.startswith("The trust's judgement: ") and "The trust's figures: " in school
    assert trust.startswith("Our judgement: ") and "Our figures: " in trust


def test_claims_are_said_to_be_about_all_schools_in_a_schools_edition_only(editions):
    school, trust = (words(wording.claims(each, "attendance")) for each in editions)
    assert school.startswith("The trust speaks here of all its schools")
    assert "speaks here" not in trust


def test_a_figure_that_only_a_trust_has_is_shown_as_the_trusts(editions):
    school, trust = (tables.reconcile(each.figures("outcomes")) for each in editions)
    identity = "ks2_dfe_trust_rwm_expected_percent.202425.trust.all"
    (told,) = BeautifulSoup(school, "html.parser").table.select(f'td:not(.newest) [data-figure="{identity}"]')
    (ours,) = BeautifulSoup(trust, "html.parser").table.select(f'td:not(.newest)[data-figure="{identity}"]')
    assert told.parent.get_text() == f"Trust {told.get_text()}"
    assert ours.get_text().startswith(told.get_text())


def test_small_numbers_are_named_as_the_reason_why_nothing_is_concluded(editions):
    assert "numbers are too small" in wording.conclude(editions[0].figures("exclusions"))
    assert "numbers are too small" not in wording.conclude(editions[1].figures("exclusions"))


def test_the_front_says_what_is_the_schools_and_what_the_trusts(editions):
    asked = {"year": "2024/25", "as_at": "2026-04-30", "edition": "trustees", "school": SCHOOL, "data_dir": DATA}
    front = cover_of(editions[0].inputs, Parameters.parse(asked), grades={"50_attendance": "Graded as Good"})
    assert front.scope.startswith("The figures are those of Glen Hills")
    assert front.grades == {"50_attendance": "the trust: graded as Good"}
    assert front.edition_label == "School edition"


def test_the_label_of_an_edition_names_the_school_and_who_it_is_for():
    def label(edition: str, school: str) -> str:
        return Cover("T", AcademicYear.parse("2024/25"), date(2026, 4, 30), edition, school=school).edition_label

    assert [label(e, "") for e in ("trustees", "public")] == ["Trustees’ edition", "Public edition"]
    assert [label(e, "S") for e in ("trustees", "public")] == ["School edition", "School edition, public"]
