"""Attacks on the shipped data, numbered as the list D01 to D30: none recovers a hidden figure.

D16 and D17 are in test_made_up_trusts.py, below (an earlier issue is known to the reader) and in
editions/test_reissued.py; D22 and D23 (numbers in text that people write) in sources/test_few_pupils.py.
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

from symphony_analysis import charts, claims, protect, tables
from symphony_analysis.analysis import Analysis, release_figures
from symphony_analysis.figure import COLUMNS
from symphony_analysis.measures import MEASURES
from symphony_analysis.relations import SPLITS
from symphony_analysis.years import AcademicYear

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
PLACE = ["measure", "time_period", "geographic_level", "school_urn"]


@pytest.fixture(scope="module")
def union(editions) -> pd.Series:
    """Which figures are hidden in every edition."""
    return editions["trustees"]["symbol"].eq("c") & editions["public"]["symbol"].eq("c")


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


def test_d18_the_public_edition_shows_nothing_that_the_trustees_edition_hides(editions):
    narrow, wide = editions["trustees"]["symbol"].eq("c"), editions["public"]["symbol"].eq("c")
    assert not (narrow & ~wide).any()


def test_d19_a_group_too_small_to_count_is_hidden_wherever_its_pupils_are_counted(editions, truth):
    shown = editions["trustees"]["value"].notna()
    small = truth["pupils"].between(1, 5)
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
    figures = analysis.shown([MEASURES["persistent_absence_percent"]])
    chart = charts.schools(figures, "persistent_absence_percent", "disadvantaged")
    table = tables.by_school(figures, "persistent_absence_percent", group="disadvantaged")
    assert str(chart.alt) and "[c]" in str(table)
    assert figures.frame.loc[figures.frame["symbol"] == "c", "value"].isna().all()


def test_d28_the_download_holds_no_hidden_value(analysis):
    record = release_figures(analysis)
    assert set(record.loc[record["symbol"] == "c", "value"]) == {""}


def test_d30_no_small_group_is_shown_at_none_or_all(editions, truth):
    for frame in editions.values():
        share = frame["value"].isin([0.0, 100.0]) & frame["unit"].eq("%")
        assert not (share & truth["pupils"].between(1, 10)).any()


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_d29_the_audit_recovers_nothing_from_everything_printed(analysis, edition):
    """A linear program over all editions and years, earlier printed figures and DfE's own of the same schools."""
    from dataclasses import replace

    found = replace(analysis, edition=edition).audit()
    assert found.passed, found.message
    assert found.hidden > 1500


def test_what_must_stay_visible_stays_visible(editions, truth):
    """The trust's own figures, and nearly every school's figure of all pupils that is not about exclusions."""
    trustees = editions["trustees"]
    trust = trustees.xs("Trust", level="geographic_level")
    assert trust["symbol"].eq("c").sum() <= 6
    assert not trust.xs("all", level="pupil_group")["symbol"].eq("c").any()
    schools = trustees.xs("School", level="geographic_level").xs("all", level="pupil_group")
    schools = schools[truth.reindex(trustees.index)["value"].notna().loc[:, :, "School", :, "all"].to_numpy()]
    other = ~schools.index.get_level_values("measure").map(lambda name: MEASURES[name].area == "exclusions")
    assert schools[other]["symbol"].eq("c").mean() < 0.02


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_d14_a_pooled_figure_rests_on_years_that_are_shown_and_bounds_no_hidden_one(analysis, editions, edition):
    """Three years pooled less two shown years would be the third: so there is none where one of the years is hidden.

    What is pooled are the counts of the edition (in the public one as rounded), which the audit takes as known.
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
            assert np.isnan(row.gap) and np.isnan(row.group_value) and row.symbol == "c"
            continue
        over = [p[p["value"].notna()][["numerator", "denominator"]].sum() for p in values]
        if min(part["denominator"] for part in over) == 0:
            assert np.isnan(row.gap)
            continue
        one, two = (part["numerator"] / part["denominator"] for part in over)
        assert row.gap == pytest.approx((one - two) * MEASURES[row.measure].formula.per)
    assert hidden_years > 100
    trust = pooled[pooled["geographic_level"] == "Trust"]
    assert trust.loc[trust["measure"].str.startswith("ks2_"), "gap"].notna().all()
    assert len(trust) > 20 and trust["gap"].notna().mean() > 0.8


def test_no_pooled_figure_of_a_school_is_printed(analysis):
    figures = re.findall(r'data-figure="([^"]+)"', tables.gaps(analysis.shown(MEASURES.values())))
    assert len(figures) > 100 and {figure.split(".")[2] for figure in figures} == {"trust"}


def test_d24_what_is_said_of_a_rounded_figure_is_said_of_the_rounded_figure(analysis, editions, truth):
    """To say "worse than England" of 47% beside England's 46% would tell on which side of the rounding it lies."""
    told = editions["public"][lambda frame: frame["comparison"].isin(["better", "about the same", "worse"])]
    gap = told["value"] - told["england_value"]
    near = gap.abs() <= [analysis.rule.tolerance(MEASURES[key[0]]) + 1e-9 for key in told.index]
    assert (told["comparison"].eq("about the same") == near).all()
    high = told.index.get_level_values("measure").map(lambda name: MEASURES[name].better == "high")
    assert (told["comparison"].eq("better") == (~near & ((gap > 0) == high))).all()
    assert (told["comparison"] != truth.reindex(told.index)["comparison"]).any()


def test_most_of_what_is_hidden_must_be(editions, truth):
    """A part of few pupils and the part that completes it make up nine tenths of what is hidden at school level."""
    limits = protect.Thresholds.of("trustees", {})
    figures = truth.reset_index()
    hidden = editions["trustees"].loc[truth.index, "symbol"].eq("c").to_numpy() & figures["school_urn"].ne("")
    first = np.logical_or(*protect.primary.primary(figures, MEASURES, limits))
    needed = figures.assign(first=first).groupby(PLACE)["first"].transform("any")
    assert (hidden & ~needed).sum() < 0.12 * hidden.sum()


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
    known = Analysis(AcademicYear(2024), date(2026, 4, 30), "trustees", None, inputs)._printed
    assert [(each.place, each.group, each.value) for each in known] == [("137932", "disadvantaged", 62.5)]


def about_pupils(truth: pd.DataFrame, level: str) -> np.ndarray:
    """Which figures are about pupils, of a school or of the trust?"""
    figures = truth.reset_index()
    about = figures["measure"].map(lambda name: bool(MEASURES[name].pupils_column) and MEASURES[name].pooled)
    return (about & figures["value"].notna() & figures["geographic_level"].eq(level)).to_numpy()


def test_the_table_of_what_is_hidden_is_true(editions, truth):
    """docs/privacy.md states how many school-level figures about pupils each edition hides, and says in words."""
    page = PAGE.read_text(encoding="utf-8")
    for name, edition in editions.items():
        frame = edition.reindex(truth.index)[about_pupils(truth, "School")]
        words = int(frame["words"].ne("").sum())
        hidden = int(frame["symbol"].eq("c").sum()) - words
        share = [f"{number:,} ({number / len(frame):.0%})" for number in (hidden, words)]
        assert f"| {name} | {len(frame):,} | {share[0]} | {share[1]} |" in page


def test_what_the_page_says_of_why_not_less_is_hidden_is_true(editions, truth):
    """The numbers under the table: hidden by themselves, completing a whole, beside other schools; and the trust's."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    figures, school = truth.reset_index(), about_pupils(truth, "School")
    limits = protect.Thresholds.of("trustees", {})
    first = np.logical_or(*protect.primary.primary(figures, MEASURES, limits)).to_numpy()
    whole = figures.assign(first=first).groupby(PLACE)["first"].transform("any").to_numpy()
    dark = {name: edition.reindex(truth.index)["symbol"].eq("c").to_numpy() for name, edition in editions.items()}
    hidden = dark["trustees"] & school
    by_itself, parts, beside = (int((hidden & w).sum()) for w in (first, whole & ~first, ~whole))
    assert f"Of the {hidden.sum():,} hidden or in words for trustees, {by_itself:,} must be by themselves" in page
    assert f"and {parts} complete them to a whole" in page
    assert f"leaves {beside} companions ({beside / school.sum():.0%} of the figures)" in page
    more = int((dark["public"] & school).sum() - hidden.sum())
    assert f"public edition hides {more} more" in page
    assert f"each of the {parts + beside} figures hidden beside the {by_itself:,}, and each of the {more}," in page
    trust = about_pupils(truth, "Trust")
    told = [int((dark[name] & trust).sum()) for name in ("trustees", "public")]
    assert f"of the trust's {trust.sum()} figures about pupils {told[0]} are hidden ({told[1]} in the public" in page
