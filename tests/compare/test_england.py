"""England's figure: which vintage, of whom, and why a figure has none; each way of going wrong shown."""

from datetime import date

import pandas as pd
import pytest

from symphony_analysis import compare
from symphony_analysis.measures import MEASURES, evaluate
from tests.small_trust import TRUST, YEAR, given, tidy

RWM = "ks2_rwm_expected_percent"
NATIONAL = [
    "time_period", "comparator", "pupil_group", "population", "value", "unit", "decimals", "release_status",
    "publication", "published",
]  # fmt: skip
VINTAGES = pd.DataFrame(
    [
        (202425, RWM, "all", "state_funded", 61.0, "%", 0, "provisional", "KS2", "2025-09-11"),
        (202425, RWM, "all", "state_funded", 63.0, "%", 0, "revised", "KS2", "2025-12"),
        (202425, RWM, "all", "all_schools", 62.0, "%", 0, "interim", "KS2", "2025-07-08"),
        (202425, RWM, "fsm", "state_funded", 48.0, "%", 0, "revised", "KS2", "2025-12"),
    ],
    columns=NATIONAL,
)
NOTHING = pd.DataFrame()


def england(as_at, national=VINTAGES, official=NOTHING, names=(RWM,)):
    return compare.england_figures({n: MEASURES[n] for n in names}, national, official, date.fromisoformat(as_at))


def compared(count, cohort, as_at="2026-04-30", name=RWM, column="rwm_expected_count", rule=None):
    table = tidy(["eligible_count", column], (202425, "School", "100001", "all", cohort, count))
    figures = evaluate([MEASURES[name]], given(MEASURES[name], table), TRUST, (YEAR,))
    told = compare.against_england(figures, england(as_at), {name: MEASURES[name]}, rule or compare.Rule())
    return told[(told["geographic_level"] == "Trust") & (told["pupil_group"] == "all")].iloc[0]


@pytest.mark.parametrize(
    ("as_at", "known"),
    [("2025-09-10", None), ("2025-09-11", 61.0), ("2025-12-30", 61.0), ("2025-12-31", 63.0), ("2026-04-30", 63.0)],
)
def test_a_run_knows_what_was_public_on_its_day(as_at, known):
    values = england(as_at)
    values = values[values["pupil_group"] == "all"]["england_value"].tolist()
    assert values == ([] if known is None else [known])


def test_like_is_compared_with_like():
    # All-schools headline figures and free-school-meals figures are never taken for state-funded or disadvantaged.
    taken = england("2026-04-30")
    assert set(zip(taken["pupil_group"], taken["england_value"], strict=True)) == {("all", 63.0)}


def test_the_local_authority_is_its_own_population_known_on_the_day():
    rows = VINTAGES[VINTAGES["population"] == "state_funded"]
    both = pd.concat([rows, rows.assign(population="state_funded_of_855", value=rows["value"] + 3)])
    declared = {RWM: MEASURES[RWM]}
    for as_at, known in (("2025-09-10", []), ("2025-09-11", [64.0]), ("2026-04-30", [66.0])):
        found = compare.england_figures(declared, both, NOTHING, date.fromisoformat(as_at), "855")
        assert found.loc[found["pupil_group"] == "all", "authority_value"].tolist() == known
    elsewhere = compare.england_figures(declared, both, NOTHING, date(2026, 4, 30), "936")
    assert elsewhere["england_value"].tolist() == [63.0] and elsewhere["authority_value"].isna().all()


def test_another_unit_is_refused():
    with pytest.raises(compare.UnlikeError, match="is in %; the national figure is in"):
        england("2026-04-30", VINTAGES.assign(unit="per 100 pupils"))


def test_the_files_own_england_row_comes_before_the_typed_one():
    own = pd.DataFrame(
        [(RWM, 202425, "all", 62.4, "2025-12-11", "revised", "KS2 table", "raw/202425/ks2.csv")],
        columns=[
            "measure",
            "time_period",
            "pupil_group",
            "value",
            "published",
            "release_status",
            "title",
            "source_file",
        ],
    )
    assert england("2026-04-30", official=own)["england_value"].tolist() == [62.4]
    assert england("2025-12-10", official=own)["england_value"].tolist() == [61.0]


@pytest.mark.parametrize("cohort", [10, 11])
def test_fewer_than_eleven_pupils_have_no_word(cohort):
    assert compared(cohort, cohort)["comparison"] == (compare.TOO_FEW if cohort < 11 else compare.BETTER)


def test_what_is_not_published_is_not_what_our_file_lacks():
    assert compared(30, 60, as_at="2025-01-01")["comparison"] == compare.NOT_YET
    table = tidy(["eligible_count", "rwm_expected_count"], (202425, "School", "100001", "other", 60, 30))
    figures = evaluate([MEASURES[RWM]], given(MEASURES[RWM], table), TRUST, (YEAR,))
    told = compare.against_england(figures, england("2026-04-30"), {RWM: MEASURES[RWM]}, compare.Rule())
    # England's figure of all pupils is known, so the other group's is published too.
    assert set(told[told["value"].notna()]["comparison"]) == {compare.NOT_HELD}


def test_a_group_without_a_like_national_figure_is_not_compared():
    table = tidy(["eligible_count", "full_marks_count"], (202425, "School", "100001", "disadvantaged", 60, 30))
    name = "mtc_full_marks_percent"
    figures = evaluate([MEASURES[name]], given(MEASURES[name], table), TRUST, (YEAR,))
    told = compare.against_england(
        figures, england("2026-04-30", names=(name,)), {name: MEASURES[name]}, compare.Rule()
    )
    assert set(told[told["value"].notna()]["comparison"]) == {compare.NO_LIKE}


def test_the_gap_in_pupils_is_rounded_towards_zero():
    # 45 of 60 = 75%, 12 points above 63: 7.2 pupils, so 7
    assert compared(45, 60)["pupils_gap"] == 7
    # 30 of 60 = 50%, 13 points below: 7.8 pupils, so -7
    assert compared(30, 60)["pupils_gap"] == -7


def test_a_difference_is_taken_from_unrounded_values():
    assert compared(46, 73)["difference"] == pytest.approx(46 / 73 * 100 - 63, abs=1e-12)


def test_the_fewest_pupils_can_be_set_in_the_trusts_file():
    rule = compare.Rule.from_settings({"comparison": {"least_pupils": 30}})
    assert compared(29, 29, rule=rule)["comparison"] == compare.TOO_FEW
