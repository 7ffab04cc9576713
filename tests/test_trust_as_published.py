"""DfE's own figure for the trust is never shown as the trust's pooled figure, nor as depending on who counts."""

import pytest

from symphony_analysis import claims, tables
from symphony_analysis.analysis import open_analysis
from tests.sources import tables as dfe
from tests.sources.conftest import TRUST, Folder

RWM = "ks2_rwm_expected_percent"


@pytest.fixture
def figures_and_analysis(tmp_path):
    folder = Folder(tmp_path)
    (tmp_path / "trust.toml").write_text(TRUST)
    folder.add("ks2_trust", [dfe.trust_row()], dfe.TRUST_HEADER, origin="official")
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=tmp_path)
    return analysis.figures("outcomes"), analysis


def test_the_row_of_the_table_says_whose_figure_it_is(figures_and_analysis):
    figures, _ = figures_and_analysis
    shown = str(tables.by_school(figures, RWM))
    assert "Trust, as DfE publishes it" in shown and "73" in shown
    assert "Trust, pooled" not in shown
    both = str(tables.by_school(figures, RWM, "ks2_rwm_higher_percent"))
    pooled = both.split("Trust, pooled")[1].split("Trust, as DfE publishes it")[0]
    assert "73" not in pooled


def test_it_is_not_reconciled_with_itself_nor_a_trend_of_the_same_schools(figures_and_analysis):
    figures, analysis = figures_and_analysis
    assert str(tables.reconcile(figures)) == ""
    assert RWM not in set(claims.membership_effect(analysis)["measure"])
    assert "73" not in str(tables.like_for_like(analysis, RWM))
