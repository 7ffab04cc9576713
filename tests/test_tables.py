"""Tables of protected figures: what a cell says, and what it never says."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis import tables
from symphony_analysis.analysis import Analysis, open_analysis, release_figures
from symphony_analysis.measures import outcomes
from symphony_analysis.names import UnknownNameError
from symphony_analysis.report.gate.of_record import OfRecord
from symphony_analysis.report.gate.pages import in_page
from symphony_analysis.report.gate.unpack import Layer

pytestmark = pytest.mark.usefixtures("shipped_tables")
DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def shown():
    return open_analysis("2024/25", "2026-04-30", data_dir=DATA).figures("outcomes")


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_a_provisional_national_figure_says_so_and_a_final_one_does_not(shown):
    text = plain(tables.three_years(shown, "phonics_year1_expected_percent"))
    assert "England 80% provisional" in text
    assert text.count("provisional") == 1 + text.split("Where these figures come from")[1].count("provisional")


def test_the_vintage_stands_in_the_note(shown):
    text = plain(tables.three_years(shown, "ks2_rwm_expected_percent"))
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "revised, published December 2025" in text and "revised, published 14 December 2023" in text


def test_an_earlier_day_knows_an_earlier_figure():
    earlier = open_analysis("2024/25", "2025-06-30", data_dir=DATA).figures("outcomes")
    text = plain(tables.three_years(earlier, "ks2_rwm_expected_percent"))
    assert "not yet published" in text and "England 63%" not in text


def test_every_table_has_a_caption_scopes_and_ids(shown):
    html = tables.three_years(shown, *outcomes.EXPECTED, caption="Standards")
    assert "<caption>Standards</caption>" in html
    assert html.count('scope="col"') >= 4 and html.count('scope="row"') >= 5
    assert 'data-figure="ks2_rwm_expected_percent.202425.trust.all"' in html


def test_a_wrong_name_is_refused_with_the_names_there_are(shown):
    with pytest.raises(UnknownNameError, match="ks2_rwm_expected_percent"):
        tables.three_years(shown, "ks2_rwm")


def test_a_school_edition_shows_the_school_beside_the_trust():
    figures = open_analysis("2024/25", "2026-04-30", school="Glen Hills", data_dir=DATA).figures("outcomes")
    text = plain(tables.three_years(figures, "ks2_rwm_expected_percent"))
    assert "64%" in text and "Trust 73%" in text


def test_a_year_without_a_national_figure_says_so_once_in_a_table_of_schools():
    exclusions = open_analysis("2024/25", "2026-04-30", data_dir=DATA).figures("exclusions")
    text = plain(tables.by_school(exclusions, "suspension_rate"))
    assert text.count("not yet published") == 1
    assert re.search(r"England not yet published", text)


def test_a_note_names_the_years_of_which_englands_figure_is_not_held(shown):
    text = plain(tables.three_years(shown, "ks2_writing_expected_percent", groups=("disadvantaged",)))
    assert "one is published but not in our file: writing: expected standard (2022/23)." in text
    text = plain(tables.three_years(shown, "ks2_reading_expected_percent", groups=("disadvantaged",)))
    assert "one is published but not in our file: reading: expected standard." in text


def test_the_local_authority_is_beside_england_where_a_file_has_it(shown):
    text = plain(tables.three_years(shown, "eyfs_gld_percent", "mtc_average_score"))
    assert "England 68.3%" in text and "Leicestershire 70.4%" in text and text.count("Leicestershire") == 3
    schools = plain(tables.by_school(shown, "eyfs_gld_percent", "mtc_average_score"))
    assert "Leicestershire 70.4% \N{EN DASH} England 68.3% 21.0" in schools
    assert "Leicestershire" not in plain(tables.by_school(shown, "mtc_average_score"))


@pytest.mark.parametrize(
    ("pupils", "told"),
    [(0.2, "(less than one pupil)"), (0.5, "(about 1 pupil)"), (1.4, "(about 1 pupil)"), (16.6, "(about 17 pupils)")],
)
def test_a_gap_in_pupils_is_never_none(pupils, told):
    assert tables.figure_tables._heads(pupils) == told


def test_a_table_of_schools_explains_only_what_it_shows(shown):
    assert "no KS1 baseline" not in plain(tables.by_school(shown, "ks2_rwm_expected_percent"))
    assert "no KS1 baseline" in plain(tables.by_school(shown, "ks2_reading_progress_score"))


def test_the_key_explains_what_stands_in_the_cells(shown):
    """A cell says "no pupils" or [c], and the key under the table says what these very marks mean."""
    text = plain(tables.by_school(shown, "ks2_rwm_expected_percent"))
    assert (
        "no pupils" in text and "No pupils: there are no such pupils, or no such measure." in text and "[z]" not in text
    )


def test_no_cell_of_the_gap_table_is_empty(shown):
    told = str(tables.gaps(shown, "ks2_rwm_expected_percent", caption="Gaps"))
    assert "not pooled" in told and not re.search(r"<td[^>]*>\s*</td>", told)


def test_a_gap_is_over_zero_where_the_group_is_behind_in_a_good_measure_and_in_a_bad_one(shown):
    absence = open_analysis("2024/25", "2026-04-30", data_dir=DATA).figures("attendance")
    told = plain(tables.gaps(shown, "ks2_rwm_expected_percent")) + plain(tables.gaps(absence))
    found = re.findall(r"(\S+) (behind|ahead) (?:\(about \d+ pupils?\) )?(\S+) to (\S+)", told)
    assert len(found) > 8 and {word for _, word, *_ in found} == {"behind"}
    assert all(0 < float(low) < float(gap) < float(high) for gap, _, low, high in found)


def test_every_link_to_a_method_has_a_name_of_its_own_that_begins_as_it_reads():
    links = BeautifulSoup(tables.definitions(), "html.parser").find_all("a")
    named = [link["aria-label"] for link in links]
    assert len(set(named)) == len(named) > 20
    assert [name for name, link in zip(named, links, strict=True) if not name.startswith(link.get_text())] == []


def test_what_is_known_beside_a_hidden_figure_has_an_id_of_its_own():
    """Else the search of a finished report takes it for the hidden figure's, as it must."""
    analysis = open_analysis("2024/25", "2026-04-30", "public", data_dir=DATA)
    public, record = analysis.figures("exclusions"), OfRecord(release_figures(analysis))
    shown = str(tables.three_years(public)) + str(tables.by_school(public, "suspension_rate"))
    assert record.hidden and "Leicestershire" in shown and "0 to 4 permanent exclusions" in shown
    assert not [found for found in in_page(Layer("x.html", "html", shown), record) if found[0] == "L25"]


@pytest.fixture
def budgeted(monkeypatch):
    """An analysis whose accounts hold a budget: income as received, 1% less to be spent; none for schools named."""
    real = Analysis.table

    def make(*without: str, school: str = "") -> Analysis:
        def table(self, name):
            rows = real(self, name).copy()
            if name == "finance":
                rows["budget_income_gbp"] = rows["income_gbp"]
                known = ~rows["school_urn"].isin(without)
                rows["budget_expenditure_gbp"] = (rows["expenditure_gbp"] * 0.99).where(known)
            return rows

        monkeypatch.setattr(Analysis, "table", table)
        return open_analysis("2024/25", "2026-04-30", "trustees", school, DATA)

    return make


def test_a_budget_is_beside_its_outturn_in_pounds_and_pools_the_accounts_of_the_outturn(budgeted):
    analysis = budgeted()
    rows = analysis.figures("finance").rows(geographic_level="Trust", time_period=202425).set_index("measure")["value"]
    spent = rows["total_expenditure_gbp"]
    found = BeautifulSoup(tables.budget(analysis), "html.parser").table.select("tbody tr")
    told = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in found}
    income = f"£{rows['total_income_gbp']:,.0f}"
    assert told["Income"] == [income, income, "£0"]
    assert told["Expenditure"] == [f"£{spent * 0.99:,.0f}", f"£{spent:,.0f}", f"+£{spent * 0.01:,.0f}"]
    assert told["In-year balance"][2] == f"\N{MINUS SIGN}£{spent * 0.01:,.0f}"
    own = BeautifulSoup(tables.budget(budgeted(school="Foxton")), "html.parser").table
    assert [cell.get_text() for cell in own.select("tbody td")][:2] == ["£516,000", "£516,000"]


def test_a_budget_of_some_accounts_is_not_taken_for_all_and_none_is_not_shown(budgeted):
    assert tables.budget(open_analysis("2024/25", "2026-04-30", data_dir=DATA)) == ""
    assert plain(tables.budget(budgeted("151090"))).strip() == "Only 12 of 13 accounts hold a budget: none is shown."
