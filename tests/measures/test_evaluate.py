"""Hand-worked figures: unequal schools, so that pooling and the mean of percentages differ; one suppressed."""

import math

import pandas as pd
import pytest

from symphony_analysis.measures import MEASURES, evaluate
from tests.small_trust import LAST, TRUST, YEAR, given, tidy

COLUMNS = ["eligible_count", "rwm_expected_count"]
RWM = MEASURES["ks2_rwm_expected_percent"]
ROWS = [
    (202425, "School", "100001", "all", 60, 45),  # 75%
    (202425, "School", "100002", "all", 15, 6),  # 40%
    (202425, "School", "100003", "all", 8, "SUPP"),
    (202425, "School", "100004", "all", 40, 10),  # not in the trust that year
    (202425, "England", "", "all", 1000, 620),
]


def figures_of(measure, rows, columns=COLUMNS, years=(YEAR,), rule="in_trust_that_year"):
    return evaluate([measure], given(measure, tidy(columns, *rows)), TRUST, years, rule)


def one(figures, **wanted):
    rows = figures
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_the_trust_is_pooled_and_not_the_mean_of_its_schools():
    # (45 + 6) / (60 + 15) = 68%; the mean of 75% and 40% would be 57.5%
    trust = one(figures_of(RWM, ROWS), geographic_level="Trust", pupil_group="all")
    assert trust["value"] == 68.0
    assert (trust["schools_counted"], trust["schools_expected"]) == (2, 3)
    assert trust["pupils"] == 75


def test_a_suppressed_school_is_left_out_and_keeps_its_reason():
    held = one(figures_of(RWM, ROWS), school_urn="100003", pupil_group="all")
    assert math.isnan(held["value"])
    assert held["symbol"] == "SUPP"


def test_a_schools_figure_carries_its_name_and_the_trusts_none():
    figures = figures_of(RWM, ROWS)
    assert one(figures, school_urn="100001", pupil_group="all")["school_name"] == "Big"
    assert set(figures.loc[figures["school_urn"] == "", "school_name"]) == {""}


def test_every_figure_has_a_value_or_a_symbol_and_never_both():
    figures = figures_of(RWM, ROWS)
    assert (figures["value"].isna() == (figures["symbol"] != "")).all()


def test_a_school_without_rows_has_no_data_and_not_zero():
    other = one(figures_of(RWM, ROWS), school_urn="100001", pupil_group="disadvantaged")
    assert math.isnan(other["value"]) and other["symbol"] == "x"


def test_no_pupils_in_a_group_is_not_applicable_and_does_not_count_as_a_school():
    rows = [(202425, "School", "100001", "all", 0, 0), (202425, "School", "100002", "all", 10, 5)]
    figures = figures_of(RWM, rows)
    assert one(figures, school_urn="100001", pupil_group="all")["symbol"] == "z"
    trust = one(figures, geographic_level="Trust", pupil_group="all")
    assert (trust["value"], trust["schools_counted"]) == (50.0, 1)


def test_a_true_zero_stays_zero():
    rows = [(202425, "School", "100001", "all", 20, 0)]
    school = one(figures_of(RWM, rows), school_urn="100001", pupil_group="all")
    assert school["value"] == 0.0 and school["symbol"] == ""


def test_england_is_the_published_row_and_never_made_of_schools():
    assert one(figures_of(RWM, ROWS), geographic_level="England")["value"] == 62.0
    without = figures_of(RWM, ROWS[:-1])
    assert not (without["geographic_level"] == "England").any()


def test_the_membership_rule_decides_who_is_pooled():
    # all current: (45 + 6 + 10) / (60 + 15 + 40) = 53.04...%
    trust = one(figures_of(RWM, ROWS, rule="all_current"), geographic_level="Trust", pupil_group="all")
    assert trust["value"] == pytest.approx(61 / 115 * 100, abs=1e-12)
    assert trust["schools_expected"] == 4


def test_a_measure_that_does_not_exist_in_a_year_says_why():
    progress = MEASURES["ks2_reading_progress_score"]
    rows = [(202324, "School", "100001", "all", "x", "x"), (202425, "School", "100001", "all", "x", "x")]
    figures = figures_of(progress, rows, ["reading_progress_count", "reading_progress_total"], (LAST, YEAR))
    assert set(figures["symbol"]) == {"NP"}
    assert figures["note"].str.contains("no KS1 baseline").all()


def test_a_value_for_a_measure_that_does_not_exist_is_refused():
    progress = MEASURES["ks2_reading_progress_score"]
    rows = [(202425, "School", "100001", "all", 10, 5)]
    with pytest.raises(ValueError, match="does not exist"):
        figures_of(progress, rows, ["reading_progress_count", "reading_progress_total"])


def test_the_order_of_rows_and_columns_does_not_matter():
    table = tidy(COLUMNS, *ROWS)
    shuffled = table.sample(frac=1, random_state=7)[sorted(table.columns, reverse=True)]
    one_way = evaluate([RWM], given(RWM, table), TRUST, (YEAR,))
    other_way = evaluate([RWM], given(RWM, shuffled), TRUST, (YEAR,))
    pd.testing.assert_frame_equal(one_way, other_way)


def test_a_mean_weighs_every_pupil_alike():
    # (60 x 105 + 15 x 100) / 75 = 104
    rows = [(202425, "School", "100001", "all", 60, 6300), (202425, "School", "100002", "all", 15, 1500)]
    figures = figures_of(MEASURES["ks2_reading_average_score"], rows, ["reading_scored_count", "reading_score_total"])
    assert one(figures, geographic_level="Trust", pupil_group="all")["value"] == 104.0


def test_central_services_count_towards_the_trust_and_no_school():
    rows = [
        (202425, "School", "100001", "all", 1000, 900),
        (202425, "Central", "", "all", 0, 50),
    ]
    figures = figures_of(MEASURES["in_year_balance_gbp"], rows, ["income_gbp", "expenditure_gbp"])
    assert one(figures, geographic_level="Trust")["value"] == 50.0
    assert one(figures, school_urn="100001")["value"] == 100.0


def test_the_published_trust_figure_stands_in_only_where_no_year_has_a_school_figure():
    published = tidy(
        ["eligible_count", "rwm_expected_percent"],
        (202324, "Trust", "", "all", 351, 70),
        (202425, "Trust", "", "all", 475, 73),
    )
    schools = tidy(COLUMNS, (202324, "School", "100001", "all", 60, 45))

    def trust_values(table):
        tables = {"ks2": table, "ks2_trust": published}
        figures = evaluate([RWM], tables.__getitem__, TRUST, (LAST, YEAR))
        trust = figures[(figures["geographic_level"] == "Trust") & (figures["pupil_group"] == "all")]
        return trust.set_index("time_period")

    alone = trust_values(tidy(COLUMNS))
    assert alone["value"].to_dict() == {202324: 70.0, 202425: 73.0}
    assert alone["note"].str.contains("no school-level results are supplied").all()
    beside = trust_values(schools)
    assert beside["value"].to_dict()[202324] == 75.0
    assert math.isnan(beside["value"].to_dict()[202425])
