"""Attacks on the shipped data, numbered as the list D01 to D30: none recovers a hidden figure.

D16 and D17 are in test_made_up_trusts.py and below (an earlier issue is known to the reader); D22 and D23 (numbers in
text that people write) in sources/test_few_pupils.py.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from symphony_analysis import charts, claims, compare, protect, tables
from symphony_analysis.analysis import Analysis, release_figures
from symphony_analysis.figure import COLUMNS
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect.blocks import is_sensitive
from symphony_analysis.relations import SPLITS
from symphony_analysis.years import AcademicYear
from tests.protect.attack import recovered
from tests.protect.hidden import hidden_by_kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
METHODS = PAGE.with_name("methods.md")
PLACE = ["measure", "time_period", "geographic_level", "school_urn"]


@pytest.fixture(scope="module")
def union(editions) -> pd.Series:
    """What the trustees' edition hides; the public one shows no school figure that DfE has not published."""
    return editions["trustees"]["symbol"].eq("c")


def by_group(hidden: pd.Series) -> pd.DataFrame:
    return hidden.reset_index(name="hidden").pivot_table("hidden", PLACE, "pupil_group", aggfunc="first").astype(float)


def test_d01_d07_d08_a_part_does_not_follow_from_the_whole_and_the_other_part(union):
    told = by_group(union)
    for one, two in SPLITS.items():
        three = told[["all", one, two]].dropna()
        assert not (three.sum(axis=1) == 1).any()


def test_d02_d03_no_school_follows_from_the_trust_and_the_other_schools(union, truth):
    """Sums of both counts; where the trust's total is none, every school's is: that the total itself tells."""
    schools = union.xs("School", level="geographic_level")
    counted = truth.xs("School", level="geographic_level")
    counted = counted["member"].astype(bool) & counted["value"].notna()
    counted = counted.reindex(schools.index)
    lone = (schools & counted).groupby(["measure", "time_period", "pupil_group"]).sum()
    trust = union.xs("Trust", level="geographic_level").droplevel("school_urn")
    open_totals = trust.index[~trust]
    assert not (lone.reindex(open_totals, fill_value=0) == 1).any()


def test_d04_d15_d21_no_figure_of_an_authority_a_year_group_or_pupil_premium_is_there(union):
    assert set(union.index.get_level_values("geographic_level")) == {"School", "Trust"}
    assert not [name for name in MEASURES if "year_5" in name or "premium" in name]


@pytest.mark.parametrize("column", ["value", "numerator", "denominator", "pupils", "difference", "interval_low",
                                    "interval_high", "pupils_gap"])  # fmt: skip
def test_d05_d06_d09_d11_d12_d20_d27_a_hidden_figure_keeps_no_number(editions, column):
    for frame in editions.values():
        assert frame.loc[frame["symbol"] == "c", column].isna().all()


def test_d10_no_least_or_greatest_value_is_published():
    assert not {"minimum", "maximum", "median", "deviation"} & set(COLUMNS)


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_d12_d13_d14_no_gap_stands_where_a_part_or_a_year_is_hidden(analysis, edition):
    figures = analysis.shown(MEASURES.values(), edition)
    gaps = claims.gaps(figures)
    hidden = figures.frame[figures.frame["symbol"] == "c"]
    parts = set(map(tuple, hidden[[*PLACE, "pupil_group"]].to_numpy()))
    rows = gaps[gaps["kind"] == "within the trust"]
    for row in rows[rows["gap"].notna() & ~rows["years"].str.contains(" to ")].itertuples():
        for group in ("disadvantaged", "other") if row.pupil_group == "disadvantaged" else ("fsm", "not_fsm"):
            assert (row.measure, row.time_period, row.geographic_level, row.school_urn, group) not in parts
    places = {part[:1] + part[2:4] for part in parts if part[4] in {"disadvantaged", "other"}}
    pooled = rows[rows["years"].str.contains(" to ") & rows["gap"].notna() & (rows["pupil_group"] == "disadvantaged")]
    assert not [r for r in pooled.itertuples() if (r.measure, r.geographic_level, r.school_urn) in places]


def test_d18_the_public_edition_shows_nothing_that_the_trustees_edition_hides(analysis, editions):
    """Of the trust nothing more, and of a school DfE's own published figures only, to the digit."""
    narrow, wide = editions["trustees"], editions["public"]
    trust = narrow.index.get_level_values("geographic_level") == "Trust"
    assert not (narrow["symbol"].eq("c") & wide["symbol"].ne("c"))[trust].any()
    shown = wide[~trust & wide["value"].notna()]
    published = analysis.inputs.published["ks2_school_figures"]
    keys = ["time_period", "school_urn", "measure"]
    printed = published.set_index(published[keys].astype(str).agg(".".join, axis=1))["printed"]
    assert len(shown) > 100
    for key, value in shown["value"].items():
        cell = dict(zip(wide.index.names, key, strict=True))
        assert float(printed[f"{cell['time_period']}.{cell['school_urn']}.{cell['measure']}"]) == value
        assert cell["pupil_group"] == "all"
    assert set(shown["comparison"]) == {""}


def test_d19_a_group_too_small_to_count_is_hidden_wherever_its_pupils_are_counted(editions, truth):
    shown = editions["trustees"]["value"].notna()
    small = truth["pupils"].between(1, 5)
    small = small.reindex(shown.index)
    for source in {m.source for m in MEASURES.values() if m.pupils_column and m.pooled}:
        names = [name for name, m in MEASURES.items() if m.source == source]
        held = pd.DataFrame({"small": small, "shown": shown})
        held = held[held.index.get_level_values("measure").isin(names)]
        places = held.groupby(["time_period", "geographic_level", "school_urn", "pupil_group"]).any()
        assert not (places["small"] & places["shown"]).any()


def test_d24_a_hidden_figure_is_not_judged(editions):
    for frame in editions.values():
        assert set(frame.loc[frame["symbol"] == "c", "comparison"]) == {""}


def test_d25_d26_what_is_drawn_and_listed_holds_no_hidden_value(analysis):
    """Charts and tables are made from a frame in which the hidden figures have no value to place or sort them by."""
    figures = analysis.shown([MEASURES["phonics_year1_expected_percent"]])
    chart = charts.schools(figures, "phonics_year1_expected_percent", "disadvantaged")
    table = tables.by_school(figures, "phonics_year1_expected_percent", group="disadvantaged")
    assert str(chart.alt) and "[c]" in str(table)
    assert figures.frame.loc[figures.frame["symbol"] == "c", "value"].isna().all()


def test_d28_the_download_holds_no_hidden_value(analysis):
    record = release_figures(analysis)
    assert set(record.loc[record["symbol"] == "c", "value"]) == {""}


def test_d30_none_and_all_of_a_group_are_hidden_and_shown_like_any_other_share(editions, truth):
    """What is hidden for size is hidden whatever its value: of 6 to 10 pupils none and all are shown too."""
    frame = editions["trustees"].join(truth["value"].rename("true"))
    extreme = frame["true"].isin([0.0, 100.0]) & frame["unit"].eq("%")
    held = frame[extreme & truth["pupils"].reindex(frame.index).between(6, 10)]
    assert held["value"].notna().mean() > 0.5


def test_nested_groups_are_parted_by_no_few_pupils(editions, truth):
    """Where disadvantaged and free-school-meals figures are both shown, they differ by no pupil or by six and more."""
    shown = editions["trustees"][lambda frame: frame["value"].notna()].reset_index()
    both = shown.pivot_table("pupils", PLACE, "pupil_group", aggfunc="first")[["disadvantaged", "fsm"]].dropna()
    assert len(both) > 20
    assert not (both["disadvantaged"] - both["fsm"]).between(1, 5).any()


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_an_integer_attack_recovers_no_count_of_a_few_pupils(analysis, truth, step):
    """Code of its own (attack.py), over everything that the trustees' edition shows of three years."""
    shown = analysis.shown(MEASURES.values(), "trustees").frame
    known, asked = recovered(truth.reset_index(), shown, every=step)
    assert not known, known
    assert asked > 400 / step


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_d29_the_audit_recovers_nothing_from_everything_printed(analysis, edition):
    """A linear program over all editions and years, earlier printed figures and DfE's own of the same schools."""
    from dataclasses import replace

    found = replace(analysis, edition=edition).audit()
    assert found.passed, found.message
    assert found.hidden > 1000


def test_what_must_stay_visible_stays_visible(editions, truth):
    """The trust's own figures, and nearly every school's figure of all pupils that is not about exclusions."""
    trustees = editions["trustees"]
    trust = trustees.xs("Trust", level="geographic_level")
    assert trust["symbol"].eq("c").sum() <= 30
    assert not trust.xs("all", level="pupil_group")["symbol"].eq("c").any()
    schools = trustees.xs("School", level="geographic_level").xs("all", level="pupil_group")
    schools = schools[truth.reindex(trustees.index)["value"].notna().loc[:, :, "School", :, "all"].to_numpy()]
    other = ~schools.index.get_level_values("measure").map(lambda name: is_sensitive(MEASURES[name]))
    assert not schools[other]["symbol"].eq("c").any()


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_d14_a_pooled_figure_rests_on_years_that_are_shown_and_bounds_no_hidden_one(analysis, editions, edition):
    """Three years pooled less two shown years would be the third: so there is none where one of the years is hidden.

    What is pooled are the counts that the edition shows, which the audit takes as known.
    """
    told = editions[edition].reset_index()
    gaps = claims.gaps(analysis.shown(MEASURES.values(), edition))
    pooled = gaps[gaps["years"].str.contains(" to ")]
    parts = {"disadvantaged": ("disadvantaged", "other"), "fsm": ("fsm", "not_fsm")}
    seen = told.set_index([*PLACE, "pupil_group"]).sort_index()
    hidden_years = 0
    for row in pooled.itertuples():
        years = seen.loc[row.measure].xs(row.geographic_level, level="geographic_level")
        years = years.xs(row.school_urn, level="school_urn")
        values = [years.xs(group, level="pupil_group") for group in parts[row.pupil_group]]
        dark = any((part["symbol"].eq("c")).any() for part in values)
        hidden_years += dark
        if dark:
            assert np.isnan(row.gap) and row.symbol == "c"
            assert np.isnan(row.group_value) or not values[0]["symbol"].eq("c").any()
            continue
        over = [p[p["value"].notna()][["numerator", "denominator"]].sum() for p in values]
        if min(part["denominator"] for part in over) == 0:
            assert np.isnan(row.gap)
            continue
        one, two = (part["numerator"] / part["denominator"] for part in over)
        assert row.gap == pytest.approx((one - two) * MEASURES[row.measure].formula.per)
    assert hidden_years > 30 or edition == "public"
    trust = pooled[pooled["geographic_level"] == "Trust"]
    assert trust.loc[trust["measure"].str.startswith("ks2_"), "gap"].notna().all()
    assert len(trust) > 20 and trust["gap"].notna().mean() > 0.7


def test_no_pooled_figure_of_a_school_is_printed(analysis):
    figures = re.findall(r'data-figure="([^"]+)"', tables.gaps(analysis.shown(MEASURES.values())))
    assert len(figures) > 100 and {figure.split(".")[2] for figure in figures} == {"trust"}


def test_d16_d17_frozen_editions_are_at_hand_of_the_reader(tmp_path):
    """``symphony publish`` freezes an edition; the audit of every later report takes its figures as known."""
    folder = tmp_path / "published" / "202425" / "issue-1"
    folder.mkdir(parents=True)
    record = {"files": {}, "parameters": {"edition": "trustees", "as_at": "2026-01-31"}}
    (folder / "issue.json").write_text(json.dumps(record), encoding="utf-8")
    rows = [
        "figure,measure,time_period,geographic_level,school_urn,pupil_group,value,symbol",
        "a,ks2_rwm_expected_percent,202425,School,137932,disadvantaged,62.5,",
        "b,ks2_rwm_expected_percent,202425,School,137933,disadvantaged,,c",
    ]
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    inputs = SimpleNamespace(data_dir=tmp_path, published={})
    printed = Analysis(AcademicYear(2024), date(2026, 4, 30), "trustees", None, inputs).printed
    known = protect.outside(printed, MEASURES)
    assert [(each.place, each.group, each.value) for each in known] == [("137932", "disadvantaged", 62.5)]


def test_the_table_of_what_is_hidden_is_true(editions, truth):
    """docs/privacy.md states by kind what the trustees' edition hides of the school figures about pupils."""
    page = PAGE.read_text(encoding="utf-8")
    rows = hidden_by_kind(truth.reset_index(), editions["trustees"].reset_index())
    for row in rows:
        assert "| " + " | ".join(map(str, row)) + " |" in page
    *_, outside, exclusions = rows
    assert outside[3] <= 300 and outside[5] <= 150 and exclusions[1] == 135


def test_the_counts_of_words_are_those_that_methods_states(editions, truth):
    """docs/methods.md states how many figures of the trustees' edition rule 2 calls what."""
    page = METHODS.read_text(encoding="utf-8")
    rows = editions["trustees"].join(truth["member"].rename("counts")).reset_index()
    trust, latest = rows["geographic_level"].eq("Trust"), rows["time_period"].eq(202425)
    counting = ~trust & latest & rows["counts"].astype(bool)
    for of in (trust, trust & latest, ~trust, ~trust & latest, counting):
        told = [int(rows.loc[of, "comparison"].eq(word).sum()) for word in compare.COMPARED]
        assert f"| {' | '.join(map(str, [*told, sum(told)]))} |" in page, told


def test_the_named_examples_of_rule_2(editions):
    rows = editions["trustees"].reset_index()
    rows = rows[rows["measure"].eq("ks2_rwm_expected_percent") & rows["time_period"].eq(202425)]
    word = rows.set_index(["school_name", "pupil_group"])["comparison"]
    assert {word[name, "all"] for name in ("Ashby Hill Top", "Fairfield")} == {compare.SAME}
    assert word["Thythorn Field", "all"] == compare.WORSE
    trust = rows[rows["geographic_level"].eq("Trust")].set_index("pupil_group")["comparison"]
    assert trust["disadvantaged"] == compare.SAME
