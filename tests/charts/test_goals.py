"""England's goals as dotted lines, named as England's; attendance beside absence."""

import re

import pytest

from symphony_analysis import charts, wording
from symphony_analysis.charts import plot
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.measure import GOALS


@pytest.fixture
def dotted(monkeypatch):
    drawn = []
    original = plot.goal_line
    monkeypatch.setattr(
        plot, "goal_line", lambda ax, value: (drawn.append((value, ax.get_ylim())), original(ax, value))
    )
    return drawn


def test_the_goal_is_drawn_inside_the_axis_and_named_as_englands(release, dotted):
    figures = release("attendance")
    told = str(charts.trend(figures, "overall_absence_percent").html)
    (value, (low, high)) = dotted[0]
    assert value == 6.0 and low <= value <= high
    assert "Dotted: England's goal, attendance of 94% by 2028/29" in re.sub(r"&#x27;|&#39;|’", "'", told)


def test_a_group_or_a_measure_without_a_goal_has_no_line(release, dotted):
    figures = release("attendance")
    charts.trend(figures, "overall_absence_percent", "disadvantaged")
    charts.trend(figures, "persistent_absence_percent")
    assert dotted == []


def test_goals_are_of_measures_and_in_their_unit():
    assert GOALS.keys() <= MEASURES.keys()
    assert all(MEASURES[name].unit == "%" and f"{goal.value:g}%" in goal.words for name, goal in GOALS.items())


def test_attendance_is_what_absence_leaves_as_shown(release):
    figures = release("attendance")
    rows = figures.rows(measure="overall_absence_percent", pupil_group="all", geographic_level="Trust")
    told = str(wording.attendance(figures))
    for row in rows.itertuples():
        assert f"{100 - round(row.value, 1):.1f}%" in told
    assert not re.search(r"\d\.\d\d%", told)  # no more decimals than the measure has
    assert "(England" in told and "overall_absence_percent.202425.england.all.attendance" in told
