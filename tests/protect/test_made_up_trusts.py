"""Whatever the trust: nothing hidden can be worked out, and nothing is hidden that need not be."""

from importlib import import_module

import numpy as np
import pytest

from symphony_analysis import protect
from symphony_analysis.protect.primary import primary
from tests.protect.made import SOURCES, audited, made_trust, made_trusts

release = import_module("symphony_analysis.protect.release")  # the package gives the function of this name
LIMITS = protect.Thresholds.of("trustees", {})


def check(seeds, source):
    """Audit both editions of these trusts; how many figures they hide."""
    figures, declared = made_trusts(seeds, source)
    narrow, wide = (protect.release(figures, declared, name, {}) for name in ("trustees", "public"))
    assert not (narrow.frame["symbol"].eq("c") & wide.frame["symbol"].ne("c")).any(), f"{source} from {seeds[0]}"
    hidden = 0
    for name, shown in (("trustees", [narrow, wide]), ("public", [wide])):
        found = protect.audit(shown, figures, declared, protect.Thresholds.of(name, {}))
        assert found.passed, f"{source} from {seeds[0]}, {name}: {found.message}"
        hidden += found.hidden
    return hidden


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_hidden_can_be_worked_out_in_two_hundred_trusts(source):
    assert check(range(67), source) > 67 * 5


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("first", range(100, 434, 67))
def test_nothing_hidden_can_be_worked_out_in_a_thousand_trusts(source, first):
    assert check(range(first, first + 67), source) > 67 * 5


def opened(figures, shown, row):
    """The edition with one hidden figure shown again."""
    frame = shown.copy()
    frame.loc[row, ["symbol", "words"]] = ""
    frame.loc[row, "value"] = figures.loc[row, "value"]
    return frame


def test_showing_any_secondary_figure_again_makes_the_audit_fail():
    """One in each of many trusts at a time: each trust must be among those in which something can be worked out."""
    tried = 0
    for source in SOURCES:
        figures, declared = made_trusts(range(15), source)
        shown = protect.release(figures, declared, "trustees", {}).frame
        by_itself = np.logical_or(*primary(figures, declared, LIMITS))
        secondary = figures[(shown["symbol"] == "c") & ~by_itself & (shown["geographic_level"] == "School")]
        turns = secondary.groupby("time_period").cumcount()
        for turn in range(0, int(turns.max()) + 1, 4):
            rows = secondary.index[turns == turn]
            found = audited(figures, declared, "trustees", opened(figures, shown, rows))
            missed = set(figures.loc[rows, "time_period"]) - {finding.year for finding in found.findings}
            assert not missed, f"{source}, {missed}: {figures.loc[rows, ['time_period', 'measure', 'school_urn']]}"
            tried += len(rows)
    assert tried > 80


def test_hiding_only_the_small_figures_is_found_out():
    figures, declared = made_trust(0)
    hidden, worded = primary(figures, declared, LIMITS)
    frame = figures.assign(words="")
    frame.loc[hidden | worded, "value"] = float("nan")
    frame.loc[hidden | worded, "symbol"] = "c"
    found = audited(figures, declared, "trustees", frame)
    assert len(found.findings) >= (hidden | worded).sum()
    assert not any(str(n) in found.message.replace("100", "") for n in ("%",))


def test_words_that_the_trustees_edition_withdrew_do_not_come_back_in_the_public_one(monkeypatch):
    """Whatever the public edition would decide by itself: the two are read side by side."""
    alike = {"disclosure": {"public": {"hide_below": LIMITS.hide_below}}}
    figures, declared = made_trust(0)
    both = [release.hidden_cells(figures, declared, name, alike)[1] for name in ("trustees", "public")]
    figure = figures.index[both[0] & both[1]][0]

    class Withdrawn(release.Cover):
        def grow(self):
            hidden = super().grow()
            if self.limits == LIMITS:
                self.reader.worded = self.reader.worded & (self.block.row != figure)
            return hidden

    monkeypatch.setattr(release, "Cover", Withdrawn)
    shown = protect.release(figures, declared, "public", alike).frame.loc[figure]
    assert (shown["symbol"], shown["words"]) == ("c", "")


def test_d16_d17_a_companion_that_an_earlier_issue_showed_protects_nothing():
    """The autumn report showed a school that the final one hides beside a small group: the audit stops the second."""
    figures, declared = made_trust(0)
    shown = protect.release(figures, declared, "trustees", {})
    by_itself = np.logical_or(*primary(figures, declared, LIMITS))
    hidden = shown.frame["symbol"].eq("c") & shown.frame["geographic_level"].eq("School")
    assert audited(figures, declared, "trustees").passed
    autumn = figures[hidden & ~by_itself].assign(printed=lambda rows: rows["value"].map(repr))
    earlier = protect.outside({"issue-1": autumn.astype({"time_period": "str"})}, declared)
    found = protect.audit([shown], figures, declared, LIMITS, earlier)
    assert len(earlier) and not found.passed
