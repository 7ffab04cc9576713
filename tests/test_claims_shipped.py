"""What the register says of the document's own claims, run on the data that ships: each verdict with its reason."""

import re
from pathlib import Path

import pytest

from symphony_analysis import claims
from symphony_analysis.analysis import open_analysis

pytestmark = pytest.mark.usefixtures("shipped_tables")
DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def analysis():
    return open_analysis("2024/25", "2026-04-30", "trustees", data_dir=DATA)


@pytest.fixture(scope="module")
def register(analysis):
    return claims.register(analysis).set_index("id")


REVIEWS = "12 of 15 schools have a peer review on record; none for The Hall, Hugglescote and Thythorn Field."
NO_GRADES = "an earlier grade is recorded for none of 15 schools, and no joining date."
REGISTER = "The register holds 15 schools, 12 of them in the trust by the January census of 2024/25"
NO_PROGRESS = "No figure for 2023/24 and 2024/25: not published (no KS1 baseline"
NGA = "Governance Review led by the NGA, 2022: kept for 36 months, to 2025-12-31; stale on 2026-04-30."

PINNED = {
    "G7": (claims.CONTRADICTED, REVIEWS),
    "P3": (claims.CONTRADICTED, REVIEWS),
    "G7.ofsted": (claims.NOT_TESTABLE, NO_GRADES),
    "S11": (claims.NOT_TESTABLE, NO_GRADES),
    "O10": (claims.SUPPORTED, f"{REGISTER}."),
    "N11": (claims.CONTRADICTED, f"{REGISTER}; 11 is the membership of 2022/23 and 2023/24."),
    "T3": (
        claims.SUPPORTED,
        "Below England in every year. Persistent absence: 11.3 against England's 16.2 (2022/23), 11.5 against 14.6 "
        "(2023/24), 8.6 against 13.0 (2024/25).",
    ),
    "P10": (
        claims.CONTRADICTED,
        "Persistent absence, disadvantaged pupils, against all pupils: 23.9 against 11.3 (2022/23), 28.1 against 11.5 "
        "(2023/24), 23.6 against 8.6 (2024/25).",
    ),
    "T5": (
        claims.NOT_TESTABLE,
        "Suspensions: 2.28 against England's 1.81 (2022/23), 3.09 against 2.27 (2023/24), 2.08, not yet published "
        "(2024/25). Permanent exclusions: 0.09 against England's 0.03 (2022/23), 0.00 against 0.03 (2023/24), 0.03, "
        "not yet published (2024/25).",
    ),
    "A3": (claims.NOT_TESTABLE, NO_PROGRESS),
    "D3": (claims.NOT_TESTABLE, NO_PROGRESS),
    "G5": (claims.NOT_TESTABLE, NO_PROGRESS),
    "G10": (claims.STALE, NGA),
    "G17": (claims.STALE, NGA),
    "P12": (claims.STALE, "96 on record, 96 in the sentence. Pupil surveys, 2024: kept for 12 months"),
    "P13": (claims.STALE, "99 on record, 99 in the sentence."),
    "P14": (claims.STALE, "100 on record, 100 in the sentence."),
    "G14": (claims.SUPPORTED, "Number of Members: 5 on record, 5 in the sentence."),
    "G15": (claims.NOT_TESTABLE, "No dated record of it is kept (Annual skills audit of the Trustees: no date)."),
    "S6": (
        claims.NOT_TESTABLE,
        "The record gives years without months (8 dated 2024 and 4 dated 2025); at least one in 2024/25 cannot be "
        "shown for each of the 12 schools",
    ),
}


@pytest.mark.parametrize("name", PINNED)
def test_the_verdict_and_its_reason(register, name):
    status, words = PINNED[name]
    assert register.loc[name, "status"] == status
    assert words in register.loc[name, "reason"]


def test_ten_per_cent_above_is_tested_as_points_and_as_per_cent_for_both_standards(register):
    row = register.loc["O11"]
    assert row["status"] == claims.SUPPORTED
    assert row["reason"].startswith(
        "Read as reading, writing and maths: expected standard, in percentage points: at least 10. "
    )
    assert "expected standard, 2024/25: 73 less England's 62 is 11 percentage points, or 18% of" in row["reason"]
    assert "Against the 63 of the tables, another population or date, it is 10." in row["reason"]
    dfe = "DfE's own trust-level figure: reading, writing and maths, expected standard, 2024/25: 73 less England's 62"
    assert dfe in row["reason"]
    assert "higher standard, 2024/25: 6 less England's 8 is −2 percentage points, or −26% of" in row["reason"]
    assert row["reason"].endswith("National headlines, interim, published 2025-07-08.")
    assert row["reason"].count("interim") == 1
    assert row["figures"].split(";") == [
        "ks2_rwm_expected_percent.202425.trust.all",
        "ks2_dfe_trust_rwm_expected_percent.202425.trust.all",
        "ks2_rwm_higher_percent.202425.trust.all",
    ]


def test_nothing_else_is_contradicted_and_nothing_has_a_response_yet(analysis, register):
    contradicted = register[register["status"] == claims.CONTRADICTED]
    assert sorted(contradicted.index) == ["G7", "N11", "P10", "P3", "T5"]
    assert len(claims.draft_reasons(analysis)) == 5


def test_every_claim_has_a_check_a_reason_and_a_word_with_a_shape(register):
    assert set(register["check"]) <= set(claims.CHECKS)
    assert (register["reason"].str.len() > 20).all() and register["reason"].str.endswith(".").all()
    assert register["shape"].tolist() == [claims.STATUSES[status] for status in register["status"]]


CAUSAL = (
    r"\b(because|due to|led to|leading to|thanks to|as a result|therefore|hence|caus\w+|owing to|so that|resulted)\b"
)


def test_no_generated_sentence_uses_a_causal_word(analysis, register):
    judged = claims.judgements(analysis)["reasons"]
    found = claims.plausibility(analysis)
    sentences = [*register["reason"], *judged, *found["finding"], *found["hypotheses"], claims.RULE]
    assert len(sentences) > 80
    assert [s for s in sentences if re.search(CAUSAL, s, re.IGNORECASE)] == []


def test_the_statuses_are_the_same_in_every_edition(register):
    for edition in ("internal", "public"):
        other = claims.register(open_analysis("2024/25", "2026-04-30", edition, data_dir=DATA))
        assert dict(zip(other["id"], other["status"], strict=True)) == register["status"].to_dict()


def test_a_run_dated_before_englands_absence_figures_leaves_that_claim_untested():
    early = claims.register(open_analysis("2024/25", "2026-03-30", data_dir=DATA), "attendance").iloc[0]
    assert (early["id"], early["status"]) == ("T3", claims.NOT_TESTABLE)
    assert "2024/25: not yet published" in early["reason"]


def test_judgements_with_what_the_data_alone_indicates(analysis):
    told = claims.judgements(analysis).set_index("area")
    assert told["judged"].to_dict() == {
        "outcomes": "Outstanding", "disadvantaged": "Good", "governance": "Good to outstanding",
        "school_improvement": "Outstanding", "attendance": "Good", "finance": "Good to outstanding",
        "safeguarding": "Effective",
    }  # fmt: skip
    assert told["indication"].to_dict() == {
        "outcomes": "Good", "disadvantaged": "Good", "governance": "No indication",
        "school_improvement": "No indication", "attendance": "Good", "finance": "No indication",
        "safeguarding": "No indication",
    }  # fmt: skip
    assert (
        told.loc["outcomes", "reasons"] == "54 comparisons with England: 21 clearly better and 33 no clear difference."
    )
    assert told.loc["attendance", "reasons"] == (
        "21 comparisons with England: 13 clearly better and 8 no clear difference."
    )
    assert told["agreement"].loc[["outcomes", "disadvantaged", "attendance"]].tolist() == [
        "needs a note",
        *["agrees"] * 2,
    ]
    assert set(told["agreement"]) == {"agrees", "needs a note", "no indication"}


def test_no_target_is_measurable_and_seven_stand_alone(analysis):
    told = claims.targets(analysis)
    assert len(told) == 22 and not told["measurable"].any()
    alone = claims.orphans(analysis)
    assert set(alone["kind"]) == {"target"}
    assert sorted(alone["id"]) == ["G18", "G22", "G23", "G26", "G30", "G4", "T5"]
    standing = told.set_index("id")["standing"]
    assert standing["T3"] == "Persistent absence, 2024/25: 8.6, clearly better than England's 13.0."


def test_what_is_stale_on_the_day_of_the_report(analysis):
    told = claims.evidence(analysis)
    assert sorted(told.loc[told["status"] == "stale", "id"]) == ["G10", "G8.peer_2024", "P12"]


def test_seven_to_eleven_is_carried_forward(analysis):
    told = claims.carried_forward(analysis)
    assert told["id"].tolist() == ["N11"]
    assert told.iloc[0]["why"] == "11 schools is the membership of 2022/23 and 2023/24; the register holds 15 now."


def test_three_overall_grades_are_dated_after_there_were_any_and_four_cannot_be_told(analysis):
    told = claims.inspections(analysis).set_index("school_name")
    assert sorted(told.index[told["flagged"]]) == ["Donisthorpe", "Newcroft", "Orchard"]
    unknown = told.index[told["finding"].str.startswith("Only the year")]
    assert sorted(unknown) == ["Ashby Hastings", "Ashby Hill Top", "Glen Hills", "Thythorn Field"]
    before = told.index[told["joining"] == "before joining"]
    assert sorted(before) == ["Foxton", "Hugglescote", "The Hall", "Thythorn Field"]
    assert told.loc["Fairfield", "joining"] == "not known"


def test_who_counts_changes_two_words_of_the_headlines(analysis):
    told = claims.membership_effect(analysis)
    changed = told[told["changes"]]
    assert changed[["measure", "time_period", "rule", "comparison"]].to_numpy().tolist() == [
        ["ks2_rwm_higher_percent", 202324, "all_current", "clearly worse"],
        ["ks2_rwm_higher_percent", 202425, "all_current", "perhaps worse"],
    ]
    rwm = told[(told["measure"] == "ks2_rwm_expected_percent") & (told["time_period"] == 202425)].set_index("rule")
    assert rwm["schools_counted"].to_dict() == {
        "in_trust_that_year": 11, "all_current": 14, "three_or_more_years": 10, "like_for_like": 10,
    }  # fmt: skip
    assert rwm["schools_expected"].to_dict() == {
        "in_trust_that_year": 12, "all_current": 15, "three_or_more_years": 11, "like_for_like": 11,
    }  # fmt: skip


def test_foxtons_few_suspensions_cannot_be_had_by_subtraction(analysis):
    # Twelve schools in 2024/25, eleven without Foxton: the two rates would give away its suspensions.
    told = claims.membership_effect(analysis)
    row = told[(told["measure"] == "suspension_rate") & (told["time_period"] == 202425)].set_index("rule")
    assert row["symbol"].to_dict() == {
        "in_trust_that_year": "", "all_current": "c", "three_or_more_years": "c", "like_for_like": "c",
    }  # fmt: skip
    assert row["value"].isna().to_dict() == (row["symbol"] == "c").to_dict()
