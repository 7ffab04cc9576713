"""Why no figure of a school's small group is printed pooled over years: docs/privacy.md says so with these numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from symphony_analysis import protect
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect.blocks import blocks
from symphony_analysis.protect.exposure import Examined, View
from tests.protect.pooled import Pooling

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
LIMITS = protect.Thresholds.of("trustees", {})


@pytest.fixture(scope="module")
def years(analysis, editions, truth):
    """The years of a measure's block, each as the trustees' edition shows it."""
    figures, frame = truth.reset_index(), editions["trustees"].reindex(truth.index)
    seen, worded = (frame["symbol"].ne("c") & frame["value"].notna()).to_numpy(), frame["words"].ne("").to_numpy()

    def of(measure: str) -> list[Examined]:
        found = []
        for block in blocks(figures, MEASURES):
            if measure in [each.name for each in block.measures]:
                view = View(*(np.where(block.stands, rows[block.row], False) for rows in (seen, worded)))
                found.append(Examined(block, view, LIMITS, analysis._printed))
        return found

    return of


MEANT = [
    "phonics_year1_expected_percent",
    "eyfs_gld_percent",
    "mtc_average_score",
    "mtc_full_marks_percent",
    pytest.param("ks2_rwm_expected_percent", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("measure", MEANT)
def test_d14_what_a_school_pooled_over_years_would_give_away(years, measure):
    """By itself it takes some hidden year's room in many schools; beside the year before's report in every one."""
    pooling = Pooling(years(measure), measure)
    helped = pooling.gains(LIMITS.words_below)
    spared = [urn for urn in helped if not pooling.harmed([urn])]
    rolling = [urn for urn in spared if not pooling.harmed([urn], ((0, 1), (0, 1, 2)))]
    assert pooling.harmed([]) == 0 and not pooling.harmed(spared)
    label = MEASURES[measure].label
    assert f"| {label} | {len(helped)} | {len(spared)} | {len(rolling)} |" in PAGE.read_text(encoding="utf-8")


def test_a_sum_over_a_hidden_and_a_shown_year_is_found_to_give_the_hidden_one_away(years):
    """The attack on all years together finds what one subtraction tells."""
    pooling = Pooling(years("phonics_year1_expected_percent"), "phonics_year1_expected_percent")
    urn = pooling.gains(LIMITS.words_below)[0]
    hidden = [n for n, *cell in pooling.cells(urn) if not pooling.years[n].view.shown[tuple(cell)]]
    assert pooling.harmed([urn], [hidden[:1]])
    assert pooling.harmed([urn], [hidden, hidden[1:]])
