"""Labels that never meet, titles that fit, and the timeline of grades."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from symphony_analysis import charts
from symphony_analysis.charts import chart, house, panels, plot
from symphony_analysis.markup import Html
from tests.charts.conftest import small_trust
from tests.charts.test_charts import soup


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=6))
def test_labels_are_moved_apart_in_order_and_within_the_chart(wanted):
    placed = house.spread(wanted, 17.0, 0.0, 220.0)
    in_order = [placed[at] for at in sorted(range(len(wanted)), key=lambda at: (wanted[at], at))]
    assert all(b - a >= 17.0 - 1e-6 for a, b in pairwise(in_order))
    assert all(-1e-6 <= place <= 220.0 + 1e-6 for place in placed)


def test_labels_that_do_not_meet_stay_where_they_are():
    assert house.spread([10.0, 90.0, 50.0], 17.0, 0.0, 220.0) == [10.0, 90.0, 50.0]
    assert house.spread([100.0, 100.0], 20.0, 0.0, 220.0) == [90.0, 110.0]


def test_a_value_stands_away_from_the_other_line_or_nowhere():
    assert plot.free(100.0, [60.0], []) == 113.0
    assert plot.free(100.0, [140.0], []) == 87.0
    assert plot.free(100.0, [110.0, 90.0], []) is None


def test_a_long_panel_title_takes_two_lines_that_fit():
    wide = 220.0
    lines = panels._wrapped("Multiplication tables check: average score", wide)
    assert len(lines) == 2
    assert all(house.text_width(line, bold=True) <= wide for line in lines)
    assert panels._wrapped("RWM expected", wide) == ["RWM expected"]


def test_an_alternative_keeps_its_first_parts_and_its_length():
    said = chart.alternative("Line chart", "A" * 100, "B" * 100, "C" * 100, "D")
    assert said == f"Line chart. {'A' * 100}. {'B' * 100}. D."
    with pytest.raises(ValueError, match="20 to 250"):
        chart.drawn("x", "y", "short", lambda width: house.Picture("<svg/>", Figure()), Html(""))


def _analysis(ofsted: list[tuple], reviews: list[tuple]) -> SimpleNamespace:
    trust = small_trust()
    tables = {
        "ofsted": pd.DataFrame(ofsted, columns=["school_urn", "grade", "year", "note"], dtype="str").assign(
            inspected_on="", framework="overall grade as printed"
        ),
        "peer_reviews": pd.DataFrame(reviews, columns=["school_urn", "grade", "year", "note"], dtype="str"),
    }
    return SimpleNamespace(records=tables.__getitem__, trust=trust, dated=date(2026, 4, 30))


def test_the_timeline_shows_the_latest_grade_and_who_has_none():
    ofsted = [("900001", "good", "2019", ""), ("900001", "outstanding", "2024", ""), ("900002", "good", "2021", "")]
    reviews = [("900001", "good", "2025", ""), ("900002", "", "", "not yet reviewed")]
    made = charts.timeline(_analysis(ofsted, reviews))
    rows = {r.th.get_text(): [c.get_text() for c in r.find_all("td")] for r in soup(made).tbody.find_all("tr")}
    assert rows["Glen Hills"] == ["Outstanding 2024", "Good 2025"]
    assert rows["Fairfield"] == ["Good 2021", "not yet reviewed"]
    assert rows["Orchard"] == ["not recorded", "not recorded"]
    told = "Two of fifteen schools have been inspected by Ofsted, one of them more than four years ago; one has a peer "
    assert soup(made).figcaption.get_text().startswith(told)
    assert list(rows)[:3] == ["Fairfield", "Glen Hills", "The Meadow"]
    traced = [cell.get("data-figure") for cell in soup(made).tbody.find_all("tr")[1].find_all("td")]
    assert traced == ["ofsted.900001", "peer_review.900001"]
    assert "2024" in made.alt
    assert 20 <= len(made.alt) <= 250


def test_without_grades_there_is_no_timeline():
    assert charts.timeline(_analysis([], [])).html == ""
