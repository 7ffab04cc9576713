"""Exploring: the same figures as the report, one call each, the nearest name suggested, nothing hidden let out."""

import csv

import pytest

from symphony_analysis import explore
from symphony_analysis.analysis import open_analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.measures import MEASURES
from tests.people.copies import ROOT

NAME = "persistent_absence_percent"


@pytest.fixture(scope="module")
def analysis():
    return open_analysis("2024/25", "2026-04-30", "trustees", "", ROOT / "data")


def test_measures_are_found_by_any_words():
    assert set(explore.find("absence persistent")["measure"]) == {NAME}
    assert len(explore.find()) == len(MEASURES)
    assert len(explore.find("nothing of the kind")) == 0
    assert explore.measure("Persistent absence") is MEASURES[NAME]


def test_drilling_goes_from_the_trust_to_a_school_its_groups_and_its_years(analysis):
    figures = analysis.figures("attendance")
    years = explore.drill(analysis, NAME)
    assert years["who"].unique().tolist() == ["the trust"] and years["year"].tolist() == [
        "2022/23", "2023/24", "2024/25"
    ]  # fmt: skip
    trust = figures.rows(measure=NAME, geographic_level="Trust", pupil_group="all")
    assert years["value"].tolist() == trust["value"].tolist()
    assert years["figure"].tolist() == [figure_id(row) for row in trust.itertuples()]
    # Schools that joined after the census are not in the trust's figure, and are listed all the same.
    schools = explore.drill(analysis, NAME, by="school")
    of_year = analysis.trust.of_year(analysis.year)
    assert set(schools["who"]) == {school.name for school in of_year} and len(of_year) > len(analysis.members)
    # Of a school, free school meals are nearly the disadvantaged pupils: both are in the internal edition only.
    groups = explore.drill(analysis, NAME, school="glen hills", by="group")
    assert groups["pupil_group"].tolist() == ["all", "disadvantaged", "other"] and set(groups["who"]) == {"Glen Hills"}
    internal = open_analysis("2024/25", "2026-04-30", "internal", "", ROOT / "data")
    every = explore.drill(internal, NAME, school="glen hills", by="group")
    assert set(every["pupil_group"]) == set(MEASURES[NAME].pupil_groups)
    one = explore.drill(analysis, NAME, school="137932", group="disadvantaged", year="2023/24")
    assert one[["who", "year", "pupil_group"]].to_numpy().tolist() == [["Glen Hills", "2023/24", "disadvantaged"]]
    assert one["source_file"].tolist() == ["raw/202324/attendance.csv"]


def test_what_the_edition_hides_stays_hidden(analysis):
    internal = open_analysis("2024/25", "2026-04-30", "internal", "", ROOT / "data")
    seen = explore.drill(analysis, "suspension_rate", by="school")
    known = explore.drill(internal, "suspension_rate", by="school")
    hidden = seen[seen["symbol"] == "c"]
    assert len(hidden) and hidden["value"].isna().all() and hidden["numerator"].isna().all()
    assert known["value"].notna().sum() > seen["value"].notna().sum()


def test_comparing_gives_the_schools_named_the_trust_and_england_in_order(analysis):
    rows = explore.compare(analysis, NAME, "Glen Hills", "Fairfield")
    assert sorted(rows["who"]) == ["England", "Fairfield", "Glen Hills", "the trust"]
    assert rows["value"].is_monotonic_decreasing
    england = rows[rows["who"] == "England"].iloc[0]
    assert (england["value"], england["source_file"]) == (12.99, "national.csv")
    assert len(explore.compare(analysis, NAME)) == len(analysis.trust.of_year(analysis.year)) + 2
    # England publishes no figure for the group, so none is shown.
    assert "England" not in set(explore.compare(analysis, NAME, group="disadvantaged")["who"])


def test_only_like_is_set_beside_like(analysis):
    rows = explore.drill(analysis, NAME)
    both = explore.add_comparator(rows, "Leicestershire", {"2023/24": 11.16}, "%", "DfE")
    added = both.iloc[-1]
    assert (added["who"], added["year"], added["shown"], added["source_file"]) == (
        "Leicestershire", "2023/24", "11.2%", "DfE"
    )  # fmt: skip
    assert len(both) == len(rows) + 1
    with pytest.raises(ValueError, match="is in per 100 pupils"):
        explore.add_comparator(rows, "Leicestershire", {"2023/24": 11.16}, "per 100 pupils", "DfE")
    with pytest.raises(ValueError, match="2020/21 is not among"):
        explore.add_comparator(rows, "Leicestershire", {"2020/21": 11.16}, "%", "DfE")


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda a: explore.drill(a, "persistant_absense_percent"), "persistent_absence_percent"),
        (lambda a: explore.drill(a, NAME, school="Glenn Hills"), "Glen Hills"),
        (lambda a: explore.drill(a, NAME, group="disadvantged"), "disadvantaged"),
        (lambda a: explore.drill(a, NAME, by="schools"), "school"),
        (lambda a: explore.compare(a, NAME, year="2024/26"), "2024/26"),
        (lambda a: explore.drill(a, "mtc_average_score", group="fsm"), "the groups are: all, disadvantaged, other"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(analysis, call, meant):
    with pytest.raises(ValueError, match=meant):
        call(analysis)


def test_taken_away_as_excel_opens_it(analysis, tmp_path):
    rows = explore.drill(analysis, NAME)
    path = explore.export(rows, tmp_path / "out.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["shown"] for row in csv.DictReader(file)] == rows["shown"].tolist()


def test_what_a_notebook_shows_of_the_types_people_see(analysis):
    shown = analysis._repr_html_()
    assert "Symphony Learning Trust" in shown and "2024/25" in shown and "12 of 15" in shown
    assert "measures, trustees edition" in analysis.figures("attendance")._repr_html_()
    assert "does not exist" in MEASURES["ks2_reading_progress_score"]._repr_html_().casefold()
