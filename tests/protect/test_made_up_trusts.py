"""Whatever the trust: nothing hidden can be worked out, and nothing is hidden that need not be."""

import numpy as np
import pytest

from symphony_analysis import protect
from symphony_analysis.protect.primary import primary
from tests.protect.made import audited, made_trust


def check(seed, edition):
    figures, declared = made_trust(seed)
    found = audited(figures, declared, edition)
    assert found.passed, f"trust {seed}, {edition}: {found.message}"
    return found.hidden


@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_nothing_hidden_can_be_worked_out_in_a_hundred_trusts(edition):
    assert sum(check(seed, edition) for seed in range(100)) > 300


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["trustees", "public"])
def test_nothing_hidden_can_be_worked_out_in_a_thousand_trusts(edition):
    assert sum(check(seed, edition) for seed in range(100, 1100)) > 3000


def test_showing_any_secondary_figure_again_makes_the_audit_fail():
    tried = 0
    for seed in range(15):
        figures, declared = made_trust(seed)
        shown = protect.release(figures, declared, "trustees", {}).frame
        limits = protect.Thresholds.of("trustees", {})
        by_itself = np.logical_or(*primary(figures, declared, limits))
        secondary = shown.index[(shown["symbol"] == "c") & ~by_itself & (shown["geographic_level"] == "School")]
        for row in secondary[:: max(1, len(secondary) // 5)]:
            opened = shown.copy()
            opened.loc[row, ["symbol", "words"]] = ""
            opened.loc[row, "value"] = figures.loc[row, "value"]
            found = audited(figures, declared, "trustees", opened)
            assert not found.passed, f"trust {seed}: {dict(figures.loc[row, ['measure', 'school_urn', 'pupil_group']])}"
            tried += 1
    assert tried > 40


def test_hiding_only_the_small_figures_is_found_out():
    figures, declared = made_trust(0)
    limits = protect.Thresholds.of("trustees", {})
    hidden, worded = primary(figures, declared, limits)
    frame = figures.assign(words="")
    frame.loc[hidden | worded, "value"] = float("nan")
    frame.loc[hidden | worded, "symbol"] = "c"
    found = audited(figures, declared, "trustees", frame)
    assert len(found.findings) >= (hidden | worded).sum()
    assert not any(str(n) in found.message.replace("100", "") for n in ("%",))


def test_the_public_edition_shows_nothing_that_the_trustees_edition_hides():
    for seed in range(60):
        figures, declared = made_trust(seed)
        narrow, wide = (protect.release(figures, declared, name, {}).frame for name in ("trustees", "public"))
        assert not ((narrow["symbol"] == "c") & (wide["symbol"] != "c")).any(), seed
