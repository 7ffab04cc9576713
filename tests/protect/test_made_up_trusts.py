"""Whatever the trust: it publishes, nothing hidden can be worked out, and what is hidden tells nothing by itself."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from symphony_analysis import protect
from symphony_analysis.measures import GROUPS
from symphony_analysis.protect.blocks import blocks, given_of_schools
from symphony_analysis.protect.hiding import few_pupils
from tests.protect.attack import recovered
from tests.protect.made import COLUMNS, SOURCES, URNS, YEAR, audited, figures_of, made_trust, made_trusts

release = import_module("symphony_analysis.protect.release")  # the package gives the function of this name
LIMITS = protect.Thresholds.of("trustees", {})
KEYS = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]


def attacked(seeds, source, schools=0):
    """Release these trusts and attack them; how many hidden counts were asked for."""
    figures, declared = made_trusts(seeds, source, schools)
    shown = protect.release(figures, declared, "trustees", {})
    wide = protect.release(figures, declared, "public", {})
    found = protect.audit([shown, wide], figures, declared, LIMITS)
    assert found.passed, found.message
    known, asked = recovered(figures, shown.frame)
    assert not known, known
    return asked


@pytest.mark.parametrize("source", SOURCES)
def test_no_count_of_a_few_pupils_is_recovered_from_any_of_many_trusts(source):
    assert attacked(range(6), source) > 10


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("schools", [1, 2, 3, 5, 8, 13, 25, 40])
def test_no_count_of_a_few_pupils_is_recovered_from_three_hundred_trusts(source, schools):
    asked = attacked(range(1000, 1010), source, schools)
    assert asked > 0


@pytest.mark.parametrize("schools", [1, 2, 3])
def test_a_trust_of_few_schools_publishes(schools):
    figures, declared = made_trusts(range(3), "phonics", schools)
    shown = protect.release(figures, declared, "trustees", {}).frame
    whole = shown[(shown["geographic_level"] == "Trust") & (shown["pupil_group"] == "all")]
    assert whole["value"].notna().all()
    assert audited(figures, declared, "trustees").passed


def test_the_attack_and_the_audit_find_what_is_hidden_too_little():
    """Only the small groups themselves hidden: the attack recovers counts, and the audit names figures."""
    figures, declared = made_trusts(range(3), "eyfsp")
    shown = protect.release(figures, declared, "trustees", {}).frame
    given = given_of_schools(figures, declared)
    small = given["pupils"].between(1, 5)
    bare = given.assign(words="", value=given["value"].mask(small), symbol=given["symbol"].mask(small, "c"))
    assert len(recovered(figures, bare)[0]) > 5
    assert not audited(figures, declared, "trustees", bare).passed
    less = given.assign(words="", value=given["value"].where(shown["symbol"].ne("c"), np.nan))
    nested = less["pupil_group"].isin(["fsm", "not_fsm"]) & ~small
    opened = less.assign(value=less["value"].mask(nested, given["value"]), symbol=shown["symbol"].mask(nested, ""))
    assert not audited(figures, declared, "trustees", opened).passed


def dealt_anew(figures, small):
    """One pupil's outcome moved from a small group to another, and back between the other pupils: all totals stay."""
    moved = figures.copy()
    cells = moved.set_index(["school_urn", "pupil_group"])[["numerator", "pupils"]]
    for one in small:
        for two in small - {one}:
            a, b = cells.loc[(one, "disadvantaged")], cells.loc[(two, "disadvantaged")]
            rest, other = cells.loc[(one, "other")], cells.loc[(two, "other")]
            if a["numerator"] < 1 or b["numerator"] >= b["pupils"] or rest["numerator"] >= rest["pupils"]:
                continue
            if other["numerator"] >= 1:
                steps = {(one, "disadvantaged"): -1, (one, "other"): 1, (two, "disadvantaged"): 1, (two, "other"): -1}
                step = [steps.get(key, 0) for key in zip(moved["school_urn"], moved["pupil_group"], strict=True)]
                moved["numerator"] += step
                moved["value"] = moved["numerator"] / moved["denominator"] * 100
                return moved
    return None


def test_what_is_hidden_of_small_groups_does_not_depend_on_their_outcomes():
    """The outcomes of groups hidden for their size are dealt out anew, all totals kept: not one byte differs."""
    dealt = 0
    for seed in range(16):
        figures, declared = made_trusts([seed], "phonics", schools=6)
        block = next(blocks(figures, declared))
        few, _ = few_pupils(block, LIMITS)
        small = {block.places[p] for p in np.flatnonzero(few[list(GROUPS).index("disadvantaged")]) if block.places[p]}
        moved = dealt_anew(figures, small)
        if moved is not None:
            one, two = (protect.release(each, declared, "trustees", {}).frame for each in (figures, moved))
            pd.testing.assert_frame_equal(one, two)
            dealt += 1
    assert dealt >= 3


def test_a_companion_that_an_earlier_issue_showed_is_no_companion():
    """A school that an earlier report showed is known: others are hidden in its place, and the audit agrees."""
    figures, declared = made_trust(0, schools=6)
    shown = protect.release(figures, declared, "trustees", {}).frame
    given = given_of_schools(figures, declared)
    hidden = shown["symbol"].eq("c") & shown["geographic_level"].eq("School") & ~given["pupils"].between(1, 5)
    hidden &= given["pupil_group"].eq("disadvantaged")
    autumn = given[hidden].assign(printed=lambda rows: rows["value"].map(repr)).astype({"time_period": "str"})
    again = protect.release(figures, declared, "trustees", {}, published={"edition-1": autumn})
    printed = protect.outside({"edition-1": autumn}, declared)
    assert protect.audit([again], figures, declared, LIMITS, printed).passed


def test_a_total_that_tells_another_outcome_goes_with_it():
    """Nobody of the few met reading, so nobody met all three: DfE's figure of all pupils would be the others'."""
    columns = ["eligible_count", "reading_higher_count", "rwm_higher_count"]
    few = ([3, 0, 0], [3, 0, 0], [4, 0, 0], [12, 4, 2])
    rest = ([50, 20, 4], [40, 10, 8], [30, 9, 9], [30, 10, 8])
    rows = []
    for urn, one, two in zip(URNS, few, rest, strict=False):
        groups = {"disadvantaged": one, "other": two, "all": [a + b for a, b in zip(one, two, strict=True)]}
        rows += [(YEAR.code, "School", urn, group, *counts) for group, counts in groups.items()]
    figures, declared = figures_of(("ks2_reading_higher_percent", "ks2_rwm_higher_percent"), columns, rows)
    theirs = figures[figures["measure"].eq("ks2_rwm_higher_percent") & figures["pupil_group"].eq("all")]
    theirs = theirs[theirs["geographic_level"].eq("School")]
    published = {"dfe": theirs.assign(printed=theirs["value"].map(repr)).astype({"time_period": "str"})}
    shown = protect.release(figures, declared, "trustees", {}, published=published)
    found = protect.audit([shown], figures, declared, LIMITS, protect.outside(published, declared))
    assert found.passed and found.hidden, found.message
    of_all = shown.frame[shown.frame["pupil_group"].eq("all")]
    assert not of_all["symbol"].eq("c").any()


def test_that_none_of_a_few_pupils_has_a_score_is_hidden_with_the_group():
    """The one disadvantaged pupil took no check: "no such pupils" would tell how many there are, one of thirty."""
    few, rest = [[1, 0, 0, 0], *[[3, 3, 1, 40]] * 5], [[29, 29, 5, 500], *[[25, 23, 4, 480]] * 5]
    rows = []
    for urn, one, two in zip(URNS, few, rest, strict=False):
        groups = {"disadvantaged": one, "other": two, "all": [a + b for a, b in zip(one, two, strict=True)]}
        rows += [(YEAR.code, "School", urn, group, *counts) for group, counts in groups.items()]
    figures, declared = figures_of(SOURCES["mtc"], COLUMNS["mtc"], rows)
    shown = protect.release(figures, declared, "trustees", {}).frame
    small = shown["school_urn"].isin(URNS[: len(few)]) & shown["pupil_group"].eq("disadvantaged")
    assert set(shown.loc[small, "symbol"]) == {"c"}
    assert not shown.loc[shown["pupil_group"].eq("all") | shown["geographic_level"].eq("Trust"), "symbol"].eq("c").any()
    assert audited(figures, declared, "trustees").passed and not recovered(figures, shown)[0]
    told = shown.assign(symbol=shown["symbol"].mask(given_of_schools(figures, declared)["denominator"].eq(0), "z"))
    assert recovered(figures, told)[0] and not audited(figures, declared, "trustees", told).passed


def test_a_trust_of_forty_schools_takes_no_longer_a_school_than_one_of_ten():
    """Systems solved, not seconds: a school is looked at with a few partners, however many schools there are."""
    from symphony_analysis.protect import worlds

    sizes = []

    class Counting(worlds._System):
        def __init__(self, *asked, **more):
            super().__init__(*asked, **more)
            sizes.append(len(self.truth))

    counts = {}
    for schools in (10, 40):
        sizes.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worlds, "_System", Counting)
            protect.release(*made_trusts([5, 6, 7], "phonics", schools), "trustees", {})
        counts[schools] = sum(sizes)
    assert 0 < counts[40] < 8 * counts[10]
