"""The disadvantaged gap three ways: from unrounded values, in pupils, pooled over years, hidden where a part is."""

import math
from pathlib import Path

import pytest

from symphony_analysis import claims
from symphony_analysis.analysis import open_analysis
from symphony_analysis.measures import MEASURES
from tests.claims_made import absence, england, made
from tests.small_trust import tidy

DATA = Path(__file__).resolve().parents[1] / "data"
RWM = "ks2_rwm_expected_percent"
PA = "persistent_absence_percent"


def results(*rows):
    """(year, school, group, eligible, at the expected standard)."""
    return {"ks2": tidy(["eligible_count", "rwm_expected_count"],
                        *((code, "School", urn, group, *counts) for code, urn, group, *counts in rows))}  # fmt: skip


# Trust 2024/25: disadvantaged (8 + 20) of (15 + 45) = 46.67%, other (40 + 60) of (55 + 75) = 76.92%
ROWS = (
    (202425, "100001", "disadvantaged", 15, 8),
    (202425, "100001", "other", 55, 40),
    (202425, "100001", "all", 70, 48),
    (202425, "100002", "disadvantaged", 45, 20),
    (202425, "100002", "other", 75, 60),
    (202425, "100002", "all", 120, 80),
)
KNOWN = [
    england(RWM, 202425, 48, "disadvantaged", "state_funded", decimals=0),
    england(RWM, 202425, 70, "other", "state_funded", decimals=0),
]


def gaps(rows=ROWS, known=KNOWN, place="Trust", measure=RWM, **more):
    found = claims.gaps(made(results(*rows), known=known, **more).figures("outcomes"))
    return found[(found["measure"] == measure) & (found["geographic_level"] == place)]


def test_the_three_gaps_each_have_a_name_and_come_from_unrounded_values():
    told = gaps()
    told = told[told["time_period"] == 202425].set_index("name")
    expected = {
        "Disadvantaged pupils to other pupils in the trust": 28 / 60 * 100 - 100 / 130 * 100,
        "Disadvantaged pupils to England's other pupils": 28 / 60 * 100 - 70,
        "Disadvantaged pupils to England's disadvantaged pupils": 28 / 60 * 100 - 48,
    }
    assert told["gap"].to_dict() == pytest.approx(expected)
    # From rounded values it would be 47 - 77 = -30, which prints otherwise than -30.26 to one decimal.
    assert round(told["gap"].iloc[0], 1) == -30.3
    assert told["standing"].tolist() == ["behind", "behind", "no clear difference"]


def test_the_gap_in_pupils_is_whole_and_towards_zero():
    told = gaps()
    told = told[told["time_period"] == 202425].set_index("kind")["pupils_gap"]
    # -30.26% of 60 is -18.15; -23.3% is exactly -14 pupils; -1.3% is less than one pupil
    assert told.to_dict() == {"within the trust": -18.0, "to England's others": -14.0, "to England's group": 0.0}
    assert math.copysign(1, told["to England's group"]) == 1


def test_a_year_without_englands_figure_and_a_measure_without_a_like_one_say_so():
    told = gaps(known=KNOWN[:1])
    told = told[told["time_period"] == 202425].set_index("kind")
    assert told.loc["to England's others", "standing"] == "not in our file"
    rows = absence((202425, "100001", "disadvantaged", 50, 10), (202425, "100001", "other", 150, 10))
    found = claims.gaps(made({"attendance": rows}).figures("attendance"))
    found = found[(found["measure"] == PA) & (found["geographic_level"] == "Trust") & (found["time_period"] == 202425)]
    disadvantaged = found[found["pupil_group"] == "disadvantaged"].set_index("kind")["standing"].to_dict()
    assert disadvantaged == {
        "within the trust": "behind", "to England's others": "no like figure", "to England's group": "no like figure",
    }  # fmt: skip


def test_low_is_better_turns_the_standing_and_not_the_sign():
    rows = absence((202425, "100001", "disadvantaged", 50, 5), (202425, "100001", "other", 150, 60))
    found = claims.gaps(made({"attendance": rows}).figures("attendance"))
    here = found[(found["measure"] == PA) & (found["geographic_level"] == "Trust") & (found["time_period"] == 202425)]
    row = here[here["pupil_group"] == "disadvantaged"].set_index("kind").loc["within the trust"]
    assert (row["gap"], row["standing"]) == (-30.0, "ahead")


@pytest.mark.parametrize(("pupils", "standing"), [(29, "too few pupils"), (30, "behind")])
def test_a_gap_of_fewer_than_thirty_pupils_is_not_called_anything(pupils, standing):
    rows = ((202425, "100001", "disadvantaged", pupils, 4), (202425, "100001", "other", 55, 40))
    told = gaps(rows, place="School")
    row = told[(told["school_urn"] == "100001") & (told["time_period"] == 202425)].iloc[0]
    assert row["standing"] == standing


def test_where_the_group_is_hidden_every_gap_of_it_is_hidden():
    rows = (
        (202425, "100001", "disadvantaged", 5, 2),
        (202425, "100001", "other", 55, 40),
        (202425, "100001", "all", 60, 42),
    )
    told = gaps((*rows, *ROWS[3:]), place="School", edition="trustees")
    told = told[(told["school_urn"] == "100001") & (told["time_period"] == 202425)]
    assert len(told) == 3
    assert told["gap"].isna().all() and set(told["symbol"]) == {"c"}
    assert told[["pupils_gap", "pupils", "group_value", "set_against"]].iloc[0].isna().all()
    assert set(told["standing"]) == {""}
    shown = gaps((*rows, *ROWS[3:]), place="School", edition="internal")
    assert shown["gap"].notna().any()


LAST = (
    (202324, "100001", "disadvantaged", 20, 6), (202324, "100001", "other", 50, 30), (202324, "100001", "all", 70, 36),
)  # fmt: skip


def test_the_gap_pooled_over_the_years_is_sum_over_sum():
    told = gaps((*ROWS, *LAST))
    row = told[told["years"] == "2023/24 to 2024/25"].iloc[0]
    # disadvantaged (28 + 6) of (60 + 20), other (100 + 30) of (130 + 50); the mean of the two gaps is another number
    assert row["gap"] == pytest.approx(34 / 80 * 100 - 130 / 180 * 100)
    assert (row["kind"], row["pupils"], row["time_period"]) == ("within the trust", 80, 202425)
    assert len(told[told["years"].str.contains(" to ")]) == 1


def test_one_hidden_year_hides_the_pooled_gap_and_one_year_alone_is_not_pooled():
    few = (
        (202324, "100001", "disadvantaged", 5, 2),
        (202324, "100001", "other", 50, 30),
        (202324, "100001", "all", 55, 32),
    )
    told = gaps((*ROWS, *few), place="School", edition="trustees")
    pooled = told[(told["school_urn"] == "100001") & told["years"].str.contains(" to ")].iloc[0]
    assert (pooled["symbol"], math.isnan(pooled["gap"]), math.isnan(pooled["pupils"])) == ("c", True, True)
    assert not gaps()["years"].str.contains(" to ").any()


def test_free_school_meals_are_set_against_their_own_group_only():
    children = tidy(["eligible_count", "gld_count"], *((202425, "School", "100001", g, *c) for g, c in (
        ("fsm", (20, 10)), ("not_fsm", (80, 60)), ("disadvantaged", (25, 12)), ("other", (75, 58)))))  # fmt: skip
    known = [england("eyfs_gld_percent", 202425, 51.3, "fsm", "early_years_all_providers"),
             england("eyfs_gld_percent", 202425, 72.5, "not_fsm", "early_years_all_providers")]  # fmt: skip
    found = claims.gaps(made({"eyfsp": children}, known=known).figures("outcomes"))
    found = found[(found["measure"] == "eyfs_gld_percent") & (found["geographic_level"] == "Trust")
                  & (found["time_period"] == 202425)].set_index(["pupil_group", "kind"])  # fmt: skip
    assert found.loc[("fsm", "to England's group"), "gap"] == pytest.approx(50 - 51.3)
    assert found.loc[("fsm", "to England's others"), "gap"] == pytest.approx(50 - 72.5)
    assert found.loc[("disadvantaged", "to England's group"), "standing"] == "no like figure"
    assert math.isnan(found.loc[("disadvantaged", "to England's others"), "gap"])


def test_only_measures_with_groups_are_there_and_a_page_without_any_is_empty():
    names = set(claims.gaps(made(results(*ROWS)).figures())["measure"])
    assert names == {n for n, m in MEASURES.items() if {"disadvantaged", "other"} <= set(m.pupil_groups)}
    assert len(claims.gaps(made().figures("finance"))) == 0


def test_what_is_no_share_of_anything_is_not_pooled():
    """A number of pupils added up over the years is a number of nobody."""
    analysis = open_analysis("2024/25", "2026-04-30", "internal", "", DATA)
    told = claims.gaps(analysis.shown([MEASURES["pupils_count"], MEASURES["overall_absence_percent"]]))
    pooled = told[told["years"].str.contains(" to ")]
    assert set(pooled["measure"]) == {"overall_absence_percent"}
    assert (pooled["gap"].notna() | pooled["symbol"].ne("")).all()
