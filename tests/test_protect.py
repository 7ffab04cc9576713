"""Disclosure control: what is hidden at each boundary, and what would give it away."""

import math

import pandas as pd
import pytest

from symphony_analysis import compare, protect, tables, wording
from symphony_analysis.measures import MEASURES, evaluate
from tests.small_trust import TRUST, YEAR, given, tidy

RWM = MEASURES["ks2_rwm_expected_percent"]
COLUMNS = ["eligible_count", "rwm_expected_count"]


def released(rows, edition="trustees", measure=RWM, columns=COLUMNS, published=None):
    figures = evaluate([measure], given(measure, tidy(columns, *rows)), TRUST, (YEAR,))
    blank = {
        "england_value": float("nan"),
        "england_vintage": "",
        "england_status": "",
        "england_decimals": 0,
        "england_source": "",
    }
    england = figures[["measure", "time_period", "pupil_group"]].drop_duplicates().assign(**blank)
    told = compare.against_england(figures, england, {measure.name: measure}, compare.Rule())
    return protect.release(told, {measure.name: measure}, edition, {}, published=published).frame


def cell(frame, urn, group="all"):
    return frame[(frame["school_urn"] == urn) & (frame["pupil_group"] == group)].iloc[0]


def school(pupils, count, other=(30, 20)):
    return [
        (202425, "School", "100001", "all", pupils + other[0], count + other[1]),
        (202425, "School", "100001", "disadvantaged", pupils, count),
        (202425, "School", "100001", "other", *other),
        (202425, "School", "100002", "all", 60, 40),
        (202425, "School", "100002", "disadvantaged", 20, 11),
        (202425, "School", "100002", "other", 40, 29),
        (202425, "School", "100003", "all", 50, 30),
        (202425, "School", "100003", "disadvantaged", 25, 12),
        (202425, "School", "100003", "other", 25, 18),
    ]


@pytest.mark.parametrize(
    ("pupils", "count", "seen"),
    [(0, 0, "z"), (1, 1, "c"), (5, 2, "c"), (6, 3, "value"), (10, 4, "value"), (11, 5, "value")],
)
def test_what_the_trustees_edition_shows_at_each_size(pupils, count, seen):
    row = cell(released(school(pupils, count)), "100001", "disadvantaged")
    kinds = {"z": row["symbol"] == "z", "c": row["symbol"] == "c", "value": not math.isnan(row["value"])}
    assert not row["words"]
    assert [kind for kind, holds in kinds.items() if holds] == [seen]


def test_the_complement_of_a_hidden_group_is_hidden_too():
    frame = released(school(3, 2))
    assert cell(frame, "100001", "other")["symbol"] == "c"
    assert cell(frame, "100001", "all")["symbol"] == ""


def test_one_hidden_school_takes_a_second_with_it():
    frame = released(school(3, 2))
    hidden = frame[(frame["pupil_group"] == "disadvantaged") & (frame["symbol"] == "c") & (frame["school_urn"] != "")]
    assert len(hidden) >= 2
    assert cell(frame, "", "disadvantaged")["symbol"] == ""  # the trust's own figure stays


@pytest.mark.parametrize("count", [0, 3, 8])
def test_none_and_all_are_shown_and_hidden_like_any_other_outcome(count):
    assert cell(released(school(8, count)), "100001", "disadvantaged")["value"] == count / 8 * 100
    assert cell(released(school(4, min(count, 4))), "100001", "disadvantaged")["symbol"] == "c"


def test_a_hidden_cell_keeps_nothing_that_tells_it():
    row = cell(released(school(3, 2)), "100001", "disadvantaged")
    for column in ("value", "numerator", "denominator", "pupils", "difference", "interval_low", "pupils_gap"):
        assert math.isnan(row[column]), column
    assert row["comparison"] == ""


def test_the_internal_edition_hides_nothing():
    frame = released(school(3, 2), "internal")
    assert "c" not in set(frame["symbol"])


def test_the_public_edition_shows_of_a_school_what_dfe_published_and_nothing_else():
    rows = {"time_period": 202425, "school_urn": ["100002", "100003"], "measure": RWM.name, "printed": ["67", ""],
            "symbol": ["", "SUPP"], "source": "DfE key stage 2 performance table"}  # fmt: skip
    frame = released(school(13, 13, other=(50, 30)), "public", published={"ks2": pd.DataFrame(rows)})
    told = frame[frame["geographic_level"] == "School"]
    assert list(told.loc[told["value"].notna(), "value"]) == [67.0]
    assert cell(frame, "100002")["source_file"] == "published/ks2.csv"
    assert cell(frame, "100003")["symbol"] == "SUPP"
    assert cell(frame, "100001")["symbol"] == "NP"
    assert told[["numerator", "pupils", "difference", "interval_low"]].isna().all(axis=None)
    assert set(told["comparison"]) == {""}
    assert cell(frame, "")["value"] == pytest.approx((13 + 30 + 40 + 30) / (63 + 60 + 50) * 100)


def test_few_exclusions_and_none_fall_in_the_same_band():
    rate = MEASURES["permanent_exclusion_rate"]
    rows = [(202425, "School", urn, "all", 300, n) for urn, n in (("100001", 0), ("100002", 1), ("100003", 2))]
    frame = released(rows, measure=rate, columns=["pupils_count", "permanent_exclusions_count"])
    schools = frame[frame["school_urn"].isin(["100001", "100002", "100003"]) & frame["member"]]
    assert set(schools["symbol"]) <= {"c", "x"}
    assert set(schools.loc[schools["symbol"] == "c", "words"]) == {"0 to 4 permanent exclusions"}
    assert cell(frame, "")["value"] == pytest.approx(3 / 900 * 100)


def test_few_severe_absentees_are_a_band_and_none_is_none():
    severe = MEASURES["severe_absence_percent"]
    rows = [(202425, "School", urn, "all", 200, 20, n) for urn, n in (("100001", 0), ("100002", 1), ("100003", 3))]
    columns = ["enrolments_count", "persistent_absentees_count", "severe_absentees_count"]
    frame = released(rows, measure=severe, columns=columns)
    told = frame[frame["geographic_level"].eq("School") & frame["pupil_group"].eq("all")].set_index("school_urn")
    assert told.loc["100001", "value"] == 0
    assert list(told.loc[["100002", "100003"], "words"]) == ["1 to 4 pupils"] * 2


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"trustees": {"hide_below": 0}}, "a whole number from 5 to 30"),
        ({"trustees": {"hide_bellow": 6}}, "hide_below, band_events"),
        ({"trustees": {"hide_below": True}}, "a whole number"),
        ({"trustes": {"hide_below": 6}}, r"\[disclosure.trustees\]"),
        ({"public": {"round_to": 5}}, "hide_below, band_events"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused(stated, said):
    with pytest.raises(ValueError, match=said):
        protect.Thresholds.of("trustees", {"disclosure": stated})


def test_an_unknown_edition_is_refused():
    with pytest.raises(ValueError, match="trustees, internal, public"):
        protect.Thresholds.of("everyone", {})


@pytest.mark.parametrize("show", [tables.three_years, tables.by_school, wording.conclude])
def test_nothing_but_protected_figures_can_be_shown(show):
    figures = evaluate([RWM], given(RWM, tidy(COLUMNS, *school(20, 9))), TRUST, (YEAR,))
    with pytest.raises(TypeError, match="Protected"):
        show(figures)


def test_the_public_edition_keeps_a_share_that_somebody_else_published():
    declared = MEASURES["ks2_dfe_trust_rwm_expected_percent"]
    columns = ["rwm_expected_percent", "eligible_count"]
    frame = released([(202425, "Trust", "", "all", 73, 475)], "public", declared, columns)
    assert cell(frame, "")["value"] == 73
    assert cell(frame, "")["symbol"] == ""
