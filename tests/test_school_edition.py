"""A school's edition for its head and governors: its own figures, the trust's and England's, and no other school's."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis import board, tables, wording
from symphony_analysis.analysis import Analysis, open_analysis, release_figures
from symphony_analysis.report.pages.cover import Cover, cover_of
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
    front = cover_of(editions[0].inputs, Parameters.parse(asked))
    assert front.scope == "For the head and the governing body: the figures of Glen Hills, the trust’s and England’s."
    assert front.edition_label == "School edition"


def of_school(name: str) -> Analysis:
    return open_analysis("2024/25", "2026-04-30", "trustees", name, DATA)


def test_the_page_has_twelve_measures_with_years_interval_trust_and_england(editions):
    school, trust = (BeautifulSoup(board.school_measures(each), "html.parser").table for each in editions)
    heads = [head.get_text() for head in school.select("thead th")]
    assert heads[1:7] == ["2022/23", "2023/24", "2024/25", "95% interval", "Trust", "England"]
    rows = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in school.select("tbody tr")}
    assert len(rows) == len(trust.select("tbody tr")) == 12
    assert rows["Persistent absence 416 pupils"][2:6] == ["7.7%", "5.4 to 10.6", "8.6%", "13.0%"]
    assert rows["Persistent absence 416 pupils"][7] == "▲ clearly better (−5.3)"
    assert school.select_one('[data-figure="persistent_absence_percent.202425.trust.all"]').get_text() == "8.6%"


@pytest.mark.parametrize("name", ["Glen Hills", "Foxton", "Thythorn Field"])
def test_three_questions_each_of_another_matter_with_its_figure_and_no_other_school(name):
    analysis = of_school(name)
    asked = BeautifulSoup(board.school_questions(analysis), "html.parser").find_all("li")
    assert len(asked) == 3 == len({item.strong.get_text() for item in asked})
    assert all(item.select("[data-figure]") and item.get_text().endswith("?") for item in asked)
    page = "".join((board.school_verdict(analysis), board.school_measures(analysis), board.years_together(analysis)))
    others = {school.name for school in analysis.trust.schools} - {name}
    assert {other for other in others if other in words(page + "".join(map(str, asked)))} == set()


def test_what_is_clearly_worse_is_asked_first_and_a_deficit_next():
    items = BeautifulSoup(board.school_questions(of_school("Thythorn Field")), "html.parser").find_all("li")
    first, second, third = (words(str(item)) for item in items)
    assert "reading, writing and maths , 2024/25: 33% , England 63% (clearly worse)" in first
    assert second.startswith("In deficit : −0.9%") and "(perhaps worse). This may be chance" in third


def test_years_together_leave_out_a_measure_with_a_hidden_year():
    made = BeautifulSoup(board.years_together(of_school("Foxton")), "html.parser").table
    measures = [head.get_text() for head in made.select("tbody th")]
    assert "Key stage 2: reading" in measures and "Disadvantaged pupils: key stage 2" not in measures


def test_the_files_of_figures_hold_no_other_schools_rows(editions):
    school, trust = (release_figures(each) for each in editions)
    assert set(school["school_name"]) == {"", SCHOOL} < set(trust["school_name"])
    assert set(school["geographic_level"]) == {"School", "Trust", "England"}


def test_a_sum_over_schools_is_not_put_beside_a_schools(editions):
    table = BeautifulSoup(tables.three_years(editions[0].figures("finance")), "html.parser").table
    beside = {row.th.get_text(): "Trust" in row.get_text() for row in table.select("tbody tr")}
    assert not beside["Income"] and beside["Expenditure per pupil"] and beside["Staff costs as a share of income"]


def test_the_label_of_an_edition_names_the_school_and_who_it_is_for():
    def label(edition: str, school: str) -> str:
        return Cover("T", AcademicYear.parse("2024/25"), date(2026, 4, 30), edition, school=school).edition_label

    assert [label(e, "") for e in ("trustees", "public")] == ["Trustees’ edition", "Public edition"]
    assert [label(e, "S") for e in ("trustees", "public")] == ["School edition", "School edition, public"]
