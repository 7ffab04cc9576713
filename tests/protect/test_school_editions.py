"""A school's edition shows nothing that the trust's does not: together they tell no more than the one report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from symphony_analysis import protect
from symphony_analysis.analysis import open_analysis, release_figures
from symphony_analysis.measures import MEASURES

DATA = Path(__file__).resolve().parents[2] / "data"
FIRST, LAST = "Glen Hills", "Thythorn Field"


def printed(analysis):
    return protect.outside(analysis.printed, MEASURES)


def opened(edition: str, school: str):
    """The analysis of a school's edition with nothing taken over from another."""
    return open_analysis("2024/25", "2026-04-30", edition, school, DATA)


@pytest.mark.slow
@pytest.mark.parametrize("names", [pytest.param((FIRST, LAST), id="two"), pytest.param((), id="all fifteen")])
@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_all_school_editions_and_the_trusts_report_together_give_nothing_away(
    analysis, editions, truth, edition, names
):
    schools = [school.name for school in analysis.trust.schools if school.name in names or not names]
    assert len(schools) == (len(names) or 15)
    each = [opened(edition, name) for name in schools]
    shown = [one.shown(MEASURES.values()) for one in each]
    own = editions[edition].reset_index()
    for one in shown:
        pd.testing.assert_frame_equal(one.frame[own.columns], own)
    limits = protect.Thresholds.of("trustees", analysis.trust.settings)
    trusts = [analysis.shown(MEASURES.values(), name) for name in dict.fromkeys((edition, "public"))]
    found = protect.audit([*shown, *trusts], truth.reset_index(), MEASURES, limits, printed(analysis))
    assert found.passed, found.message
    assert found.hidden == protect.audit(trusts, truth.reset_index(), MEASURES, limits, printed(analysis)).hidden


def test_a_school_edition_downloads_its_own_and_the_trusts_figures_of_the_trusts_report(analysis):
    whole = release_figures(analysis)
    own = whole[whole["school_name"].isin(["", FIRST])].reset_index(drop=True)
    pd.testing.assert_frame_equal(release_figures(opened("trustees", FIRST)), own)


def test_a_school_edition_that_showed_one_hidden_figure_of_its_own_would_be_found_out(analysis, truth):
    """The audit sees what any one of the editions shows: each head knowing one figure more is enough to fail."""
    own = opened("trustees", FIRST).shown(MEASURES.values())
    others = own.frame["pupil_group"].eq("other") & own.frame["measure"].eq("phonics_year1_expected_percent")
    row = own.frame[own.frame["symbol"].eq("c") & others & own.frame["school_urn"].ne("")].index[0]
    frame = own.frame.copy()
    key = tuple(frame.loc[row, list(truth.index.names)])
    frame.loc[row, "symbol"], frame.loc[row, "value"] = "", truth.loc[key, "value"]
    limits = protect.Thresholds.of("trustees", analysis.trust.settings)
    heads = protect.Protected(frame, own.measures, "trustees")
    found = protect.audit([analysis.shown(MEASURES.values()), heads], truth.reset_index(), MEASURES, limits)
    assert not found.passed
