"""What charts say: headlines, reasons for what is missing, what is hidden, whose edition it is."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from symphony_analysis import charts, compare
from symphony_analysis.charts import series, words
from symphony_analysis.display import THAN, count_in_words
from symphony_analysis.names import UnknownNameError
from tests.charts.conftest import NAMES
from tests.charts.test_charts import PERSISTENT, RWM, caption, soup


def _table(chart) -> dict[str, list[str]]:
    rows = soup(chart).tbody.find_all("tr")
    return {row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in rows}


def _value(figures, measure: str, year: int = 202425, group: str = "all", **who: object):
    who = who or {"geographic_level": "Trust"}
    return next(figures.rows(measure=measure, time_period=year, pupil_group=group, **who).itertuples())


def test_a_trend_says_the_latest_figure_and_how_it_stands_to_england(release):
    figures = release("attendance")
    row = _value(figures, PERSISTENT)
    chart = charts.trend(figures, PERSISTENT)
    gap = words.difference(row, figures.measures[PERSISTENT])
    told = f"{row.value:.1f}% in 2024/25, {THAN[row.comparison]} England's {row.england_value:.1f}% ({gap})"
    assert soup(chart).figcaption.get_text().startswith(f"Persistent absence: {told}")
    assert "Trust: 12 of 12 schools" in caption(chart)
    assert list(_table(chart)) == ["Trust", "England"]


def test_the_interval_is_named_only_where_the_measure_has_one(release):
    assert "95% interval" in caption(charts.trend(release("attendance"), PERSISTENT))
    assert "95% interval" in caption(charts.trend(release("attendance", edition="public"), PERSISTENT))
    assert "interval" not in caption(charts.trend(release("finance"), "pupil_teacher_ratio"))


def test_no_national_figure_yet_is_said_and_england_keeps_its_last_year(release):
    chart = charts.trend(release("exclusions"), "suspension_rate")
    assert "in 2024/25, England's figure not yet published" in caption(chart)
    assert _table(chart)["England"][2] == "none yet"


def test_a_figure_that_england_had_not_published_is_not_drawn(release):
    early = charts.trend(release("attendance", as_at="2024-12-31"), PERSISTENT)
    assert _table(early)["England"][1:] == ["none yet", "none yet"]


def test_the_gap_is_taken_from_unrounded_figures_and_says_where_it_went(release):
    figures = release("attendance")
    poor = {y: _value(figures, PERSISTENT, y, "disadvantaged").value for y in (202223, 202425)}
    rest = {y: _value(figures, PERSISTENT, y, "other").value for y in (202223, 202425)}
    now, then = poor[202425] - rest[202425], poor[202223] - rest[202223]
    said = caption(charts.gap_trend(figures, PERSISTENT))
    pairs = [tuple(_value(figures, PERSISTENT, y, g) for g in ("disadvantaged", "other")) for y in (202425, 202223)]
    if compare.gaps_differ(*pairs):
        way = "wider" if now > then else "narrower"
        assert f"is {now:.1f} points in 2024/25, {abs(now - then):.1f} points {way} than in 2022/23" in said
    else:
        assert f"is {now:.1f} points in 2024/25; it was {then:.1f} points in 2022/23, no clear change" in said
    assert "England's figure for disadvantaged pupils is not published" in said
    assert "Upright lines: 95% interval" in said


def test_where_disadvantaged_pupils_do_better_the_gap_says_so(release):
    def swapped(table: pd.DataFrame) -> pd.DataFrame:
        names = {"disadvantaged": "other", "other": "disadvantaged"}
        return table.assign(pupil_group=table["pupil_group"].replace(names))

    assert "in favour of disadvantaged pupils" in caption(charts.gap_trend(release("ks2", change=swapped), RWM))


def test_england_of_the_same_groups_is_drawn_where_it_is_published(release):
    chart = charts.gap_trend(release("ks2"), RWM)
    groups = ["Disadvantaged", "Other pupils", "England, disadvantaged", "England, other"]
    cells = _table(chart)
    assert list(cells) == [*groups, "Trust", "England"]
    figures = release("ks2")
    row = _value(figures, RWM, 202425, "disadvantaged")
    other = _value(figures, RWM, 202425, "other")
    gap = f"{round(other.england_value - row.england_value)} points"
    assert cells["England"][2] == gap and f"England's is {gap}" in caption(chart)


def test_one_figure_is_a_sentence_with_the_reason_for_the_rest(release):
    chart = charts.trend(release("ks2"), "ks2_reading_progress_score")
    said = soup(chart).p.get_text()
    assert (chart.svg, chart.alt) == ("", "")
    assert soup(chart).p["class"] == ["soft"]
    assert "0.7 in 2022/23" in said
    assert "2023/24, 2024/25: not published (no KS1 baseline" in said


def test_one_years_gap_is_a_sentence_with_the_gap(release):
    chart = charts.gap_trend(release("ks2", change=lambda table: table[table["time_period"] == 202425]), RWM)
    said = soup(chart).p.get_text()
    assert chart.svg == "" and "2022/23, 2023/24: " in said
    assert re.search(r"gap in .* is \d+ points in 2024/25; England's is \d+ points.* One year makes no trend", said)


def test_without_any_figure_there_is_a_reason_and_no_axes(release):
    nothing = charts.trend(release("attendance", change=lambda table: table.iloc[:0]), PERSISTENT)
    assert nothing.svg == ""
    assert "2022/23, 2023/24, 2024/25: not available: no data supplied" in soup(nothing).p.get_text()
    bare = charts.schools(release("attendance", change=lambda table: table.iloc[:0]), PERSISTENT)
    assert "no school has a figure that can be shown (not available: no data supplied)" in soup(bare).p.get_text()


def test_a_measure_without_groups_has_no_gap(release):
    chart = charts.gap_trend(release("finance"), "staff_costs_percent")
    assert "no figure for disadvantaged pupils" in soup(chart).p.get_text()


def test_a_line_is_not_drawn_across_a_missing_year():
    missing = series.Point("2023/24", series.NAN, "[c]", "b", "few", "few", "c")
    points = [series.Point("2022/23", 5.0, "5", "a"), missing, series.Point("2024/25", 7.0, "7", "c")]
    line = series.Line("Trust", "ours", tuple(points))
    assert line.runs == [[0], [2]]
    assert words.listed(line) == "5 in 2022/23, few in 2023/24, 7 in 2024/25"


def _between_hidden(table: pd.DataFrame) -> pd.DataFrame:
    """One persistent absentee more in one hidden school, one fewer in another: the trust's figure stays."""
    changed = table.copy()
    for name, by in (("Glen Hills", 1), ("Fairfield", -1)):
        cell = (changed["school_urn"] == str(900001 + NAMES.index(name))) & (changed["time_period"] == 202425)
        cell &= changed["pupil_group"] == "disadvantaged"
        changed.loc[cell, "persistent_absentees_count"] += by
    return changed


def test_a_hidden_figure_leaves_no_trace_in_a_chart(release):
    before, after = release("attendance"), release("attendance", change=_between_hidden)
    hidden = before.rows(measure=PERSISTENT, time_period=202425, pupil_group="disadvantaged", symbol="c")
    assert {"Glen Hills", "Fairfield"} <= set(hidden["school_name"])
    drawn = [charts.schools(figures, PERSISTENT, "disadvantaged").html for figures in (before, after)]
    assert drawn[0] == drawn[1]


def test_hidden_schools_stand_last_in_the_order_of_the_register(release):
    chart = charts.schools(release("attendance"), PERSISTENT, "disadvantaged")
    rows = [name for name, cells in _table(chart).items() if name in NAMES and not re.search(r"\d", cells[0])]
    assert rows == [name for name in NAMES if name in rows]
    assert rows == list(_table(chart))[-len(rows) - 1 : -1]  # then the trust; England has no like figure
    assert "[c]: confidential" in soup(chart).caption.get_text()
    assert "2 without a figure that can be shown" in chart.alt


@pytest.mark.parametrize(("source", "measure"), [("attendance", PERSISTENT), ("ks2", RWM)])
def test_schools_with_a_figure_are_in_the_order_of_the_register(release, source, measure):
    cells = _table(charts.schools(release(source), measure))
    shown = [name for name in cells if name in NAMES and re.search(r"\d", cells[name][0])]
    assert len(shown) > 2
    assert shown == [name for name in NAMES if name in shown]


def test_a_school_that_joined_later_is_marked_and_not_in_the_headline(release):
    def worst(table: pd.DataFrame) -> pd.DataFrame:
        cell = (table["school_urn"] == str(900001 + NAMES.index("The Hall"))) & (table["pupil_group"] == "all")
        return table.assign(persistent_absentees_count=table["persistent_absentees_count"].mask(cell, 200))

    chart = charts.schools(release("attendance", change=worst), PERSISTENT)
    assert "The Hall" in _table(chart)
    members, _, later = soup(chart).figcaption.get_text().partition("; of those that joined later, ")
    assert "The Hall" not in members and "clearly worse than England (The Hall)" in later
    assert members[:60] in chart.alt  # what is too long for an alternative is cut where a part ends
    assert "Open dot: joined later, not in the trust's figure" in caption(chart)


@pytest.mark.parametrize(
    ("source", "draw"),
    [
        ("attendance", lambda f: charts.trend(f, PERSISTENT)),
        ("attendance", lambda f: charts.schools(f, PERSISTENT)),
        ("attendance", lambda f: charts.gap_trend(f, PERSISTENT)),
        ("ks2", lambda f: charts.small_multiples(f, RWM, "ks2_maths_expected_percent")),
    ],
)
def test_a_school_edition_speaks_of_the_school(source, draw, release):
    own, trust = draw(release(source, school="Thornton")), draw(release(source))
    assert "Thornton" in caption(own)
    assert own.svg != trust.svg
    assert own.alt != trust.alt


def test_a_school_whose_groups_are_hidden_gets_the_reason(release):
    chart = charts.gap_trend(release("attendance", school="Glen Hills"), PERSISTENT)
    assert chart.svg == ""
    assert "Glen Hills" in soup(chart).p.get_text()
    assert "numbers are small" in soup(chart).p.get_text()


def test_small_multiples_count_verdicts_in_words(release):
    figures = release("ks2")
    names = [RWM, "ks2_reading_expected_percent"]
    verdicts = [_value(figures, name).comparison for name in names]
    said = caption(charts.small_multiples(figures, *names))
    assert said.startswith("2024/25, the trust against England: ")
    assert all(f"{verdict} on " in said for verdict in verdicts)
    assert "The vertical axis does not start at zero" in said


def test_a_measure_without_figures_is_named_below_the_panels(release):
    def no_scores(table: pd.DataFrame) -> pd.DataFrame:
        gone = {"maths_score_total": float("nan"), "maths_score_total_symbol": "x"}
        return table.assign(**gone)

    chart = charts.small_multiples(release("ks2", change=no_scores), RWM, "ks2_maths_average_score")
    assert "No figures for maths, average scaled score" in caption(chart)


def test_bars_name_what_is_in_deficit_or_outside_a_bound(release):
    figures = release("finance")
    rows = figures.rows(time_period=202425, geographic_level="School")
    deficit = rows[(rows["measure"] == "in_year_balance_gbp") & (rows["value"] < 0)]["school_name"]
    low = rows[(rows["measure"] == "revenue_reserves_percent") & (rows["value"] < 5)]["school_name"]
    said = caption(charts.bars(figures, "revenue_reserves_percent", "in_year_balance_gbp"))
    assert len(deficit) > 1 and len(low) > 1
    assert f"{count_in_words(len(low)).capitalize()} schools under 5% in revenue reserves" in said
    assert f"{count_in_words(len(deficit))} schools in deficit" in said
    for names in (low, deficit):
        assert len(names) > 4 or ", ".join(sorted(names)) in said or all(name in said for name in names)
    assert "Orange: in deficit or outside a bound" in said
    chart = charts.bars(figures, "in_year_balance_gbp")
    assert "−£" in chart.alt


def test_a_bound_is_not_crossed_by_what_lies_on_it(release):
    def on_it(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(revenue_reserves_gbp=table["income_gbp"] * 0.05)

    said = caption(charts.bars(release("finance", change=on_it), "revenue_reserves_percent"))
    assert said.startswith("No schools under 5% in revenue reserves") and "Orange" not in said


def test_one_decimal_names_are_written_inside_a_sentence(release):
    measures = release("ks2").measures | release("attendance").measures
    assert words.within(measures[RWM]) == "reading, writing and maths, expected standard"
    assert words.amount(-1.04, measures[PERSISTENT]) == "1.0 point"
    assert words.amount(2.5, measures[RWM]) == "3 points"


def test_schools_are_counted_against_england_in_words(release):
    figures = release("attendance")
    rows = figures.rows(
        measure=PERSISTENT, time_period=202425, pupil_group="all", geographic_level="School", member=True
    )
    said = caption(charts.schools(figures, PERSISTENT))
    clear = rows[rows["comparison"] == compare.BETTER]["school_name"]
    assert len(clear) and f"{count_in_words(len(clear))} clearly better than England ({', '.join(clear)})" in said
    assert "England" not in caption(charts.schools(release("exclusions"), "suspension_rate"))


def test_a_gap_that_ends_before_the_latest_year_says_so(release):
    def later_few(table: pd.DataFrame) -> pd.DataFrame:
        cell = (table["school_urn"] == str(900001 + NAMES.index("Thornton"))) & (table["time_period"] == 202425)
        cell &= table["pupil_group"] == "disadvantaged"
        return table.assign(enrolments_count=table["enrolments_count"].mask(cell, 4))

    chart = charts.gap_trend(release("attendance", school="Thornton", change=later_few), PERSISTENT)
    assert "in 2023/24" in caption(chart)
    assert "; 2024/25: hidden: few pupils" in caption(chart)


@pytest.mark.parametrize(("shown", "told"), [(2, "two years"), (3, "three years")])
def test_a_table_behind_a_chart_says_how_many_years_it_holds(release, monkeypatch, shown, told):
    figures = release("attendance")
    monkeypatch.setattr(figures.context, "years", figures.context.years[-shown:])
    assert words.as_many_years(shown) == told
    assert f"Persistent absence, {told}" in charts.trend(figures, PERSISTENT)._repr_html_()


def test_the_gap_of_free_school_meals_is_named_and_set_against_those_not_eligible(release):
    for chart in (charts.gap_trend,):
        said = caption(chart(release("attendance", edition="internal"), PERSISTENT, "fsm"))
        assert said.startswith("The free school meals gap in persistent absence")
        assert "Gap: free school meals set against not eligible" in said and "disadvantaged" not in said
    with pytest.raises(
        UnknownNameError, match="no group with a gap 'all'; the groups with a gap are: disadvantaged, fsm"
    ):
        charts.gap_trend(release("attendance"), PERSISTENT, "all")
