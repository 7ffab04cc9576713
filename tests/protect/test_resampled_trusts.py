"""Ordinary trusts of 15 and of 30 schools: the shipped pupils drawn anew. Every one publishes, and none is broken."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from symphony_analysis import measures, protect
from symphony_analysis.analysis import open_analysis
from symphony_analysis.figure import KEYS
from symphony_analysis.measures import MEASURES
from tests.protect.attack import recovered
from tests.protect.made import against_nobody
from tests.protect.resampled import printed_by_dfe, write


def proved(figures: pd.DataFrame, settings: dict) -> int:
    """Decide, audit and attack all editions of three years; how many hidden counts were asked for."""
    assert figures["time_period"].nunique() == 3
    published = {"ks2_school_figures": printed_by_dfe(figures)}
    editions = [protect.release(figures, MEASURES, name, settings, None, published) for name in ("trustees", "public")]
    limits = protect.Thresholds.of("trustees", settings)
    found = protect.audit(editions, figures, MEASURES, limits, protect.outside(published, MEASURES))
    assert found.passed, found.message
    narrow, wide = (each.frame.set_index(KEYS) for each in editions)
    narrow["value"] = narrow["value"].where(narrow["value"].notna(), wide["value"].reindex(narrow.index))
    known, asked = recovered(figures, narrow.reset_index())
    assert not known, known
    return asked


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_the_shipped_pupils_drawn_anew_publish_and_are_not_broken(tmp_path, seed):
    """A trust of 30 schools, and its first 15 as a trust of their own: the files are read once for both."""
    analysis = open_analysis("2024/25", "2026-04-30", "trustees", "", write(tmp_path / "data", 30, seed))
    for schools in (30, 15):
        trust = replace(analysis.trust, schools=analysis.trust.schools[:schools])
        own = {school.urn for school in trust.schools}

        def table(name, own=own):
            rows = analysis.table(name)
            return rows[rows["geographic_level"].ne("School") | rows["school_urn"].isin(own)]

        figures = measures.evaluate(MEASURES.values(), table, trust, analysis.years, analysis.membership)
        asked = proved(against_nobody(figures, MEASURES), trust.settings)
        assert asked > 20 * schools
