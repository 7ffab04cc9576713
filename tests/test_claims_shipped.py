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


NO_GRADES = "an earlier grade is recorded for none of 15 schools, and no joining date."
REGISTER = "The register holds 15 schools, 12 of them in the trust by the January census of 2024/25."
NO_PROGRESS = "No figure for 2023/24 and 2024/25: not published (no KS1 baseline"
NGA = "Governance Review led by the NGA, 2022: counts for 36 months, to 2025-12-31; out of date on 2026-04-30."
SURVEY = "Pupil surveys, 2024: counts for 12 months"
UNANSWERED = "How many pupils answered is not recorded."

#: Section 5 of the reference on what may be said of a figure, and the verdicts that were right already:
#: the status, words of the reason or its detail, and words of why it is out of date.
PINNED = {
    "O11": (
        claims.PARTLY_SHOWN,
        "True for RWM expected 73, England 63 (+10.3, 95% +6.2 to +14.0); not 10 percentage points for RWM higher 6, "
        "England 8 (−2.1, 95% −3.9 to +0.3).",
        "",
    ),
    "A2": (
        claims.SHOWN,
        "Well above, read as 5 points or more: Early years: good level of development in 2024/25, Phonics: expected "
        "standard in Year 1 in 2024/25, Reading, writing and maths: expected standard in 2022/23, 2023/24 and 2024/25.",
        "",
    ),
    "D2": (
        claims.NOT_TESTED,
        "In line with England: none of 9 comparisons is clear either way (8 above, 1 below).",
        "",
    ),
    "G14": (claims.PARTLY_SHOWN, "5 on record, 5 in the sentence; not tested: the skills of the Members.", ""),
    "G7": (
        claims.PARTLY_SHOWN,
        "12 of 15 schools have a peer review on record (10 good and 2 outstanding)",
        "",
    ),
    "P3": (claims.NOT_TESTED, "No record says that the reviews and audits looked at safeguarding.", ""),
    "P10": (
        claims.PARTLY_SHOWN,
        "Below England beyond chance in all 7 comparisons that can be made, of 12.",
        "",
    ),
    "T5": (
        claims.NOT_TESTED,
        "A target; so far in line with England: none of 4 comparisons is clear either way (3 above, 1 below). Not yet "
        "published: Suspensions in 2024/25, Permanent exclusions in 2024/25. Suspensions: 2.28 against England's 1.81 "
        "(2022/23), 3.09 against 2.27 (2023/24), 2.08, not yet published (2024/25).",
        "",
    ),
    "N11": (claims.PARTLY_SHOWN, "The trust had 11 schools in 2022/23 and 2023/24.", REGISTER),
    "P12": (claims.NOT_TESTED, UNANSWERED, SURVEY),
    "P13": (claims.NOT_TESTED, UNANSWERED, SURVEY),
    "P14": (claims.NOT_TESTED, UNANSWERED, SURVEY),
    "G10": (claims.PARTLY_SHOWN, "On record: Governance Review led by the NGA", NGA),
    "G17": (claims.PARTLY_SHOWN, "On record: Governance Review led by the NGA", NGA),
    "G7.ofsted": (claims.NOT_TESTED, NO_GRADES, ""),
    "S11": (claims.NOT_TESTED, NO_GRADES, ""),
    "O10": (claims.SHOWN, REGISTER, ""),
    "T3": (
        claims.SHOWN,
        "A target; so far below England in every comparison, beyond chance. Persistent absence: 11.3 against England's "
        "16.2 (2022/23), 11.5 against 14.6 (2023/24), 8.6 against 13.0 (2024/25).",
        "",
    ),
    "A3": (claims.NOT_TESTED, NO_PROGRESS, ""),
    "D3": (claims.NOT_TESTED, NO_PROGRESS, ""),
    "G5": (claims.NOT_TESTED, NO_PROGRESS, ""),
    "G15": (claims.NOT_TESTED, "No dated record of it is kept (Annual skills audit of the Trustees: no date).", ""),
    "S6": (
        claims.NOT_TESTED,
        "The record gives years without months (8 dated 2024 and 4 dated 2025); at least one",
        "",
    ),
}


@pytest.mark.parametrize("name", PINNED)
def test_the_verdict_and_its_reason(register, name):
    status, words, old = PINNED[name]
    row = register.loc[name]
    assert row["status"] == status
    assert words in f"{row['reason']} {row['detail']}"
    assert row["out_of_date"].startswith(old) and bool(row["out_of_date"]) == bool(old)


def test_what_is_shown_in_part_says_how_to_write_it(register):
    wording = register["rewording"]
    assert wording["O11"] == "Write “10 percentage points above England in RWM expected”."
    assert (wording["G7"], wording["N11"]) == (
        "Write “12 of 15 schools”.",
        "Write “11 in 2022/23 and 2023/24, 15 today”.",
    )


def test_nothing_that_the_record_does_not_contradict_keeps_the_report_a_draft(analysis, register):
    assert not (register["status"] == claims.NOT_SHOWN).any()
    assert claims.draft_reasons(analysis) == []


def test_every_claim_has_a_check_a_reason_and_a_word_with_a_shape(register):
    assert set(register["check"]) <= set(claims.CHECKS)
    assert (register["reason"].str.len() > 20).all() and register["reason"].str.endswith(".").all()
    assert register["shape"].tolist() == [claims.STATUSES[status] for status in register["status"]]


CAUSAL = (
    r"\b(because|due to|led to|leading to|thanks to|as a result|therefore|hence|caus\w+|owing to|so that|resulted)\b"
)


def test_no_generated_sentence_uses_a_causal_word(analysis, register):
    judged = claims.judgements(analysis)["strands"]
    found = claims.plausibility(analysis)
    sentences = [
        *register["reason"],
        *register["detail"],
        *register["rewording"],
        *judged,
        *found["finding"],
        *found["hypotheses"],
        claims.RULE,
    ]
    assert len(sentences) > 80
    assert [s for s in sentences if re.search(CAUSAL, s, re.IGNORECASE)] == []


def test_the_statuses_are_the_same_in_every_edition(register):
    for edition in ("internal", "public"):
        other = claims.register(open_analysis("2024/25", "2026-04-30", edition, data_dir=DATA)).set_index("id")
        assert other["status"].to_dict() == register["status"].to_dict()
        assert other["out_of_date"].to_dict() == register["out_of_date"].to_dict()


def test_a_run_dated_before_englands_absence_figures_shows_that_claim_in_part():
    early = claims.register(open_analysis("2024/25", "2026-03-30", data_dir=DATA), "attendance").iloc[0]
    assert (early["id"], early["status"]) == ("T3", claims.PARTLY_SHOWN)
    assert "Not yet published: Persistent absence in 2024/25." in early["detail"]


TOGETHER, RWM = "2022/23 to 2024/25 together: ", "Reading, writing and maths"
PHONICS, TABLES = "Phonics, expected standard in Year 1", "Multiplication tables check, average score"


def test_judgements_and_their_strands(analysis):
    told = claims.judgements(analysis).set_index("area")
    assert told["judged"].to_dict() == {
        "outcomes": "Outstanding", "disadvantaged": "Good", "governance": "Good to outstanding",
        "school_improvement": "Outstanding", "attendance": "Good", "finance": "Good to outstanding",
        "safeguarding": "Effective",
    }  # fmt: skip
    assert told["strands"].to_dict() == dict.fromkeys(told.index, "") | {
        "outcomes": f"{TOGETHER}3 of 5 measures clearly better than England ({PHONICS}; {TABLES}; {RWM}, expected "
        "standard), 1 better but less surely, as the schools differ (Early years, good level of development), "
        f"1 not clearly different ({RWM}, higher standard).",
        "disadvantaged": f"{TOGETHER}3 of 3 measures of disadvantaged pupils not clearly different ({PHONICS}; "
        f"{TABLES}; {RWM}, expected standard).",
        "attendance": f"{TOGETHER}2 of 3 measures clearly better than England (Overall absence; Persistent absence), "
        "1 better but less surely, as the schools differ (Severe absence).",
    }
    assert set(told["flag"]) == {""}


def test_no_target_is_measurable_and_seven_stand_alone(analysis):
    told = claims.targets(analysis)
    assert len(told) == 22 and not told["measurable"].any()
    alone = claims.orphans(analysis)
    assert set(alone["kind"]) == {"target"}
    assert sorted(alone["id"]) == ["G18", "G22", "G23", "G26", "G30", "G4", "T5"]
    assert (told["owner"] != "").sum() == 15 and told.set_index("id")["owner"]["T3"] == "DoP / CEO"
    standing = told.set_index("id")["standing"]
    assert standing["T3"] == "Persistent absence, 2024/25: 8.6%, clearly better than England's 13.0%."


def test_what_is_out_of_date_on_the_day_of_the_report(analysis):
    told = claims.evidence(analysis)
    assert sorted(told.loc[told["status"] == claims.OUT_OF_DATE, "id"]) == ["G10", "G8.peer_2024", "P12"]


def test_seven_to_eleven_is_carried_forward(analysis):
    told = claims.carried_forward(analysis)
    assert told["id"].tolist() == ["N11"]
    assert told.iloc[0]["why"] == "11 schools is the membership of 2022/23 and 2023/24; the register holds 15 now."


def test_three_overall_grades_are_dated_after_there_were_any_and_four_cannot_be_told(analysis):
    told = claims.inspections(analysis).set_index("school_name")
    assert sorted(told.index[told["flagged"]]) == ["Donisthorpe", "Newcroft", "Orchard"]
    unknown = told.index[told["finding"].str.startswith("Only the year")]
    assert sorted(unknown) == ["Ashby Hastings", "Ashby Hill Top", "Glen Hills", "Thythorn Field"]
    old = told.index[told["finding"].str.contains("more than four years before")]
    assert sorted(old) == ["Fairfield", "Old Mill", "The Meadow"]
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
