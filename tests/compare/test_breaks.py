"""A declared break in a series: no call of the public API joins, pools or words figures across it.

Every public name of the rooms that show figures is either called here on free-school-meals figures of 2024/25 to
2026/27 or listed as one that shows a single year or no figures; a new one fails until it is placed.
"""

import re
from datetime import date

import pandas as pd
import pytest

from symphony_analysis import board, breaks, charts, claims, compare, explore, tables, wording
from symphony_analysis.analysis import Analysis
from symphony_analysis.breaks import BrokenSeriesError
from symphony_analysis.charts import plot
from symphony_analysis.compare.several import broken_between
from symphony_analysis.sources.checking.whole_tables import jumps
from symphony_analysis.years import AcademicYear
from tests.claims_made import MadeInputs, claim
from tests.small_trust import TRUST

PA, GROUP = "persistent_absence_percent", "fsm"
YEARS = AcademicYear.parse("2026/27").window(3)
#: Of 100 (all) or 40 and 60 pupils a school: FSM absence halves in the very year in which FSM becomes another group.
MISSED = {
    "all": (20, 21, 12),
    "fsm": (15, 16, 4),
    "not_fsm": (5, 5, 8),
    "disadvantaged": (15, 16, 4),
    "other": (5, 5, 8),
}
PUPILS = {"all": 1000, "fsm": 400, "not_fsm": 600, "disadvantaged": 400, "other": 600}
ONE_YEAR_OR_NO_FIGURES = {
    charts: {"Chart", "attendance_weeks", "bars", "funnel", "schools", "timeline"},
    tables: {"among_schools", "among_trusts", "attendance_expectations", "attendance_by_part", "attendance_to_date",
             "budget", "by_school", "corrections",
             "definitions", "glossary", "grades", "groups_of_trust", "inputs", "inspections",
             "like_for_like", "national", "priorities", "reconcile", "restatements", "survey", "who_counts"},
    wording: {"attendance", "claims", "commentary", "evidence", "judgement", "key_to_marks",
              "printed", "recalculated", "target_links", "targets", "texts", "to_refresh", "trust_inspection",
              "without_numbers"},
    claims: {*(n for n in claims.__all__ if n.isupper()), "ClaimError", "Scale", 
             "strands", "draft_reasons", "evidence", "expectations",
             "inspections", "judgements", "like_for_like", "membership_effect", "orphans", "printed_against_computed",
             "priorities", "targets"},
    explore: {"find", "measure", "since"},
    # All pupils and disadvantaged pupils only; a year before a break is not shown.
    board: {"TWELVE", "headlines", "published_schools", "school_measures", "school_questions", "school_verdict",
            "schools_and_questions", "verdict", "years_together"},
    compare: {*(n for n in compare.__all__ if n.isupper()), "Control", "Families", "Rule", "UnlikeError",
              "against_england", "apart", "clear_up_to", "england_range", "members_together",
              "at_our_intake", "broken_between", "by_schools", "control", "count_differs", "counts_differ",
              "england_figures", "england_lines", "expected_of_england",
              "families", "fifth", "funnel_limits", "half_digit", "judged", "percentile", "pooled_schools", "quartiles",
              "schools_to_name", "tested"},
}  # fmt: skip


def analysis_of(**kept):
    rows = [
        {
            "time_period": year.code, "geographic_level": "School", "school_urn": school.urn, "pupil_group": group,
            "source_file": "made.csv", "enrolments_count": PUPILS[group], "enrolments_count_symbol": "",
            "persistent_absentees_count": 10 * MISSED[group][at], "persistent_absentees_count_symbol": "",
            "terms_count": 3, "terms_count_symbol": "",
        }
        for at, year in enumerate(YEARS) for school in TRUST.schools[:3] for group in PUPILS
    ]  # fmt: skip
    inputs = MadeInputs({"attendance": pd.DataFrame(rows)}, kept, years=YEARS)
    return Analysis(YEARS[-1], date(2027, 12, 31), "internal", None, inputs)


@pytest.fixture(scope="module")
def analysis():
    return analysis_of()


@pytest.fixture
def figures(analysis):
    return analysis.figures("attendance")


def pair(figures, group, before=202526):
    rows = figures.rows(measure=PA, pupil_group=group, geographic_level="Trust")
    then, now = (next(rows[rows["time_period"] == code].itertuples()) for code in (before, 202627))
    return now, then


def check_of(name, **row):
    made = analysis_of(**{"claims.202627": [claim(name, PA, **row)]})
    return claims.register(made).iloc[0]["reason"]


#: What each call shows of a group, as text; the strokes that it draws are caught on the way.
CALLS = {
    (charts, "trend"): lambda a, f, g: charts.trend(f, PA, g),
    (charts, "small_multiples"): lambda a, f, g: charts.small_multiples(f, PA, group=g),
    (charts, "gap_trend"): lambda a, f, g: charts.gap_trend(f, PA, g),
    (tables, "three_years"): lambda a, f, g: str(tables.three_years(f, PA, groups=[g])).partition("How sure")[0],
    (tables, "gaps"): lambda a, f, g: tables.gaps(f, PA, group=g),
    (wording, "conclude"): lambda a, f, g: wording.conclude(f, PA, groups=[g]),
    (explore, "ask"): lambda a, f, g: explore.ask(a, PA, group=g).chart("lines"),
    (explore, "Answer"): lambda a, f, g: explore.ask(a, PA, group=g).change()[["shown", "comparison"]]
    .replace("clearly better", "changed").to_csv(),
    (claims, "gaps"): lambda a, f, g: str(claims.gaps(f, PA, group=g)["years"].tolist()),
    (claims, "register"): lambda a, f, g: check_of("fallen_since", groups=g, arguments="since=2025/26"),
    (claims, "carried_forward"): lambda a, f, g: claims.carried_forward(
        analysis_of(**{
            f"claims.{code}": [claim("below_england_every_year", PA, g)] for code in (202526, 202627)
        })
    )["why"].str.cat(),
    (claims, "plausibility"): lambda a, f, g: claims.plausibility(a)
    .query("pupil_group == @g")["finding"].str.cat(),
    (compare, "changes"): lambda a, f, g: compare.changes(f.rows(pupil_group=g), f.measures, 202627, 202526)[
        ["change", "change_low", "p", "comparison"]
    ].assign(comparison=lambda rows: rows["comparison"].replace("clearly better", "changed")).to_csv(),
    (compare, "pooled"): lambda a, f, g: compare.pooled(f.rows(pupil_group=g), f.measures, a.rule)[
        ["first_period"]
    ].drop_duplicates().to_csv(),
    (compare, "differ"): lambda a, f, g: f"changed: {compare.differ(*pair(f, g))}",
    (compare, "gaps_differ"): lambda a, f, g: "changed: {}".format(
        compare.gaps_differ(*zip(*(pair(f, each) for each in (g, "not_fsm")), strict=True))
    ),
}  # fmt: skip
#: Words and numbers that say something across years.
ACROSS = re.compile(
    r"\b(up|down) from\b|\bhigher\b|\blower\b|\bnarrower\b|\bwider\b|no clear difference|[Ll]ower than in|these moved|"
    r"times last year|changed|2024/25 to 2026/27|2025/26 to 2026/27|202425|202526"
)
DRAWN = {*(place for place in CALLS if place[0] is charts), (explore, "ask")}


def test_every_public_name_is_placed():
    for room, left in ONE_YEAR_OR_NO_FIGURES.items():
        called = {name for each, name in CALLS if each is room}
        assert set(room.__all__) == called | left, room.__name__


@pytest.fixture
def strokes(monkeypatch):
    """The years that each stroke and each band drawn joins."""
    joined = []
    between, drawn = plot.Axes.fill_between, plot.Axes.plot

    def band(self, x, *rest, **more):
        joined.append(list(x))
        return between(self, x, *rest, **more)

    def stroke(self, x, *rest, **more):
        if isinstance(x, (range, list)):  # lines over years
            joined.append([at for at, value in zip(x, rest[0], strict=True) if value == value])
        return drawn(self, x, *rest, **more)

    monkeypatch.setattr(plot.Axes, "plot", stroke)
    monkeypatch.setattr(plot.Axes, "fill_between", band)
    return joined


def shown(call, analysis, figures, group):
    try:
        return re.sub(
            r"<[^>]+>|\N{NO-BREAK SPACE}", " ", str(getattr(made := call(analysis, figures, group), "html", made))
        )
    except BrokenSeriesError as refused:
        return f"refused: {refused}"


@pytest.mark.parametrize("place", CALLS, ids=lambda place: f"{place[0].__name__.split('.')[-1]}.{place[1]}")
def test_no_call_joins_or_words_figures_across_the_break(place, analysis, figures, strokes):
    told = shown(CALLS[place], analysis, figures, GROUP)
    assert all(2 not in joined or len(joined) == 1 for joined in strokes)
    if place in DRAWN:
        assert strokes, "nothing was drawn: the test would prove nothing"
    else:
        assert not ACROSS.search(told), told


@pytest.mark.parametrize("place", CALLS, ids=lambda place: f"{place[0].__name__.split('.')[-1]}.{place[1]}")
def test_without_the_break_each_call_would(place, strokes, monkeypatch):
    monkeypatch.setattr(breaks, "BREAKS", ())
    fresh = analysis_of()
    told = shown(CALLS[place], fresh, fresh.figures("attendance"), GROUP)
    if place in DRAWN:
        assert [0, 1, 2] in strokes
    elif place not in {(tables, "three_years"), (claims, "plausibility")}:
        assert ACROSS.search(told), told


def test_the_refusal_gives_the_reason(analysis, figures):
    why = "free school meals are for all households on Universal Credit from September 2026, without pupil premium"
    assert broken_between(*pair(figures, "fsm")) == why and broken_between(*pair(figures, "all")) == ""
    with pytest.raises(BrokenSeriesError, match="Universal Credit"):
        compare.differ(*pair(figures, "fsm"))
    changes = compare.changes(figures.rows(pupil_group="fsm"), figures.measures, 202627, 202526)
    assert set(changes["comparison"]) == {"not comparable"} and set(changes["broken"]) == {why}
    for told in (charts.trend(figures, PA, "fsm"), charts.gap_trend(figures, PA, "fsm"),
                 tables.three_years(figures, PA, groups=["fsm"]), wording.conclude(figures, PA, groups=["fsm"]),
                 check_of("gap_narrowed", groups="fsm", arguments="since=2025/26;against=not_fsm")):  # fmt: skip
        assert why in str(getattr(told, "html", told))


def test_a_group_that_becomes_another_everywhere_at_once_looks_like_an_undeclared_break(monkeypatch):
    keys = {"geographic_level": "School", "source_file": "raw/x/census.csv"}
    rows = pd.DataFrame([
        keys | {"time_period": code, "school_urn": f"10000{at}", "pupil_group": group, "pupils_count": count}
        for code, share in ((202526, 20), (202627, 34)) for at in range(4)
        for group, count in (("all", 100 + at), ("fsm", share + at), ("disadvantaged", share + at))
    ])  # fmt: skip
    (line,) = jumps(rows)  # the break of free school meals is declared, that of disadvantage is not
    assert "disadvantaged" in line.found and line.warning and "2026/27" in line.found
    same = rows.assign(pupils_count=rows["pupils_count"].where(rows["school_urn"] != "100003", 30.0))
    assert jumps(same[same["time_period"] == 202526]) == []
    monkeypatch.setattr(breaks, "BREAKS", ())
    assert len(jumps(rows)) == 2
