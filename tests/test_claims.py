"""Each check of a written claim: what bears it out, what contradicts it, what cannot be tested, and at which point."""

import pytest

from symphony_analysis import claims
from tests.claims_made import absence, claim, england, made
from tests.small_trust import tidy

PA = "persistent_absence_percent"
RWM = "ks2_rwm_expected_percent"
# Pooled: 2023/24 (30 + 6) of (200 + 40) = 15.0%; 2024/25 (20 + 9) of (200 + 50) = 11.6%.
# The mean of the schools' percentages would be 15.0% and 14.0%.
ABSENT = absence(
    (202324, "100001", "all", 200, 30), (202324, "100002", "all", 40, 6),
    (202425, "100001", "all", 200, 20), (202425, "100002", "all", 50, 9),
    (202324, "100001", "disadvantaged", 50, 16), (202324, "100001", "other", 150, 14),
    (202324, "100002", "disadvantaged", 10, 2), (202324, "100002", "other", 30, 4),
    (202425, "100001", "disadvantaged", 50, 10), (202425, "100001", "other", 150, 10),
    (202425, "100002", "disadvantaged", 10, 5), (202425, "100002", "other", 40, 4),
)  # fmt: skip
HIGH = (england(PA, 202324, 22.2), england(PA, 202425, 19.0, published="2026-03-31"))


def verdict(row, given=None, known=HIGH, **more):
    kept = {"claims": [row]} | more.pop("kept", {})
    return claims.register(made({"attendance": ABSENT} if given is None else given, kept, known, **more)).iloc[0]


def results(percent_of_200):
    """A cohort of 200 of whom so many per cent reach the standard."""
    return {"ks2": tidy(["eligible_count", "rwm_expected_count"],
                        (202425, "School", "100001", "all", 200, percent_of_200 * 2))}  # fmt: skip


# ---- against England ------------------------------------------------------------------------------------------


def test_below_england_in_every_year_is_shown_with_the_figures_that_decided_it():
    told = verdict(claim("below_england_every_year", PA))
    assert told["status"] == claims.SHOWN and told["shape"] == "✔"
    assert told["reason"] == "Below England in every comparison, beyond chance."
    assert told["detail"] == ("Persistent absence: 15.0 against England's 22.2 (2023/24), 11.6 against 19.0 (2024/25).")
    assert told["figures"] == f"{PA}.202324.trust.all;{PA}.202425.trust.all"


def test_the_pooled_figure_decides_not_the_mean_of_percentages():
    # 29 of 250 reaches up to 16.0; the mean of the percentages, 14.0 of 250 pupils, would reach beyond 18
    between = (england(PA, 202324, 22.2), england(PA, 202425, 16.5))
    assert verdict(claim("below_england_every_year", PA), known=between)["status"] == claims.SHOWN


def test_one_year_clearly_above_is_not_shown_and_is_named():
    known = (england(PA, 202324, 9.0), england(PA, 202425, 19.0))
    told = verdict(claim("below_england_every_year", PA), known=known)
    assert told["status"] == claims.NOT_SHOWN
    assert told["reason"].startswith("Clearly above England: Persistent absence in 2023/24.")


def test_a_year_without_a_national_figure_leaves_the_claim_shown_in_part():
    told = verdict(claim("below_england_every_year", PA), as_at="2026-03-30")
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "Below England beyond chance in the only comparison that can be made, of 2."
    assert told["detail"].startswith("Not yet published: Persistent absence in 2024/25.")
    assert told["rewording"] == "Say where: below England in Persistent absence in 2023/24."
    assert verdict(claim("below_england_every_year", PA), as_at="2026-03-31")["status"] == claims.SHOWN


@pytest.mark.parametrize(
    ("national", "check", "status"),
    [
        # 29 of 250 is 11.6%, 95% from 8.0 to 16.0: that far England is not told from it
        (16.5, "below_england_every_year", claims.SHOWN),
        (15.5, "below_england_every_year", claims.PARTLY_SHOWN),
        (11.6, "below_england_every_year", claims.NOT_TESTED),
        (8.5, "below_england_every_year", claims.NOT_TESTED),
        (7.5, "below_england_every_year", claims.NOT_SHOWN),
        (11.6, "at_or_below_england_every_year", claims.PARTLY_SHOWN),
        (8.5, "at_or_below_england_every_year", claims.NOT_TESTED),
        (7.5, "at_or_below_england_every_year", claims.NOT_SHOWN),
        (7.5, "above_england_every_year", claims.SHOWN),
        (8.5, "above_england_every_year", claims.PARTLY_SHOWN),
        (16.5, "at_or_above_england_every_year", claims.NOT_SHOWN),
    ],
)
def test_only_what_chance_does_not_give_is_shown_or_not_shown(national, check, status):
    row = claim(check, PA, arguments="years=2024/25")
    assert verdict(row, known=[england(PA, 202425, national)])["status"] == status


@pytest.mark.parametrize(("national", "where"), [(6.6, "Persistent absence in 2024/25"), (6.7, "nowhere")])
def test_well_above_is_told_by_the_least_difference_that_the_claim_gives(national, where):
    row = claim("above_england_every_year", PA, arguments="years=2024/25;well=5")
    told = verdict(row, known=[england(PA, 202425, national)])
    assert told["status"] == claims.SHOWN
    assert told["detail"].startswith(f"Well above, read as 5 points or more: {where}.")


def test_years_together_are_pooled_and_decide_together():
    # 65 of 490 is 13.3%, England 16.6% for our numbers of pupils: clear together, though not in either year alone
    known = (england(PA, 202324, 17.2), england(PA, 202425, 16.0))
    every, together = (claim("below_england_every_year", PA, arguments=f"in={kind}") for kind in ("every", "together"))
    assert verdict(every, known=known)["status"] == claims.PARTLY_SHOWN
    told = verdict(together, known=known)
    assert told["status"] == claims.SHOWN
    assert "13.3 against England's 16.6 (2023/24 to 2024/25 together)" in told["detail"]
    assert verdict(together, known=known[:1])["status"] == claims.NOT_TESTED


def test_most_comparisons_need_more_than_half():
    half = (england(PA, 202324, 14.0), england(PA, 202425, 19.0))
    row = claim("below_england_every_year", PA, arguments="in=most;reading=generally means in most years")
    told = verdict(row, known=half)
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "Below England beyond chance in 1 of 2 comparisons."
    assert told["detail"].startswith("Read as: generally means in most years. Persistent absence: ")
    assert verdict(row, known=half[1:])["status"] == claims.SHOWN
    neither = (england(PA, 202324, 15.0), england(PA, 202425, 12.0))
    assert verdict(row, known=neither)["status"] == claims.NOT_TESTED


@pytest.mark.parametrize(
    ("percent", "arguments", "status"),
    [
        (66, "by=10", claims.NOT_SHOWN),  # 6 points
        (66, "by=10;unit=percent", claims.PARTLY_SHOWN),  # 66 is 10% more than 60, within chance
        (70, "by=10;unit=points", claims.SHOWN),
        (69.5, "by=10;unit=points", claims.NOT_SHOWN),  # not 10 by rounding
    ],
)
def test_above_by_names_its_unit_and_decides_on_unrounded_figures(percent, arguments, status):
    known = [england(RWM, 202425, 60, population="state_funded", decimals=0)]
    told = verdict(claim("above_england_by", RWM, arguments=arguments), results(percent), known)
    assert told["status"] == status
    asked = "per cent of England’s figure" if "percent" in arguments else "percentage points"
    assert told["reason"].startswith(
        "True for RWM expected " if status != claims.NOT_SHOWN else f"Not 10 {asked} for RWM"
    )
    if status != claims.SHOWN:
        assert told["rewording"].startswith("Write “6" if percent == 66 else "Write “10")


def test_above_by_is_shown_in_part_where_only_the_first_measure_is_so_far_above():
    known = [england(RWM, 202425, 60, population="state_funded", decimals=0),
             england("ks2_rwm_higher_percent", 202425, 8, population="state_funded", decimals=0)]  # fmt: skip
    row = claim("above_england_by", f"{RWM};ks2_rwm_higher_percent", arguments="by=10")
    given = {"ks2": results(72.5)["ks2"].assign(rwm_higher_count=12)}
    told = verdict(row, given, known)
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"].startswith("True for RWM expected 73, England 60 (+12.5, 95% +")
    assert "not 10 percentage points for RWM higher 6, England 8 (−2.0" in told["reason"]
    assert told["rewording"] == "Write “13 percentage points above England in RWM expected”."
    assert verdict(row, given, known[1:])["status"] == claims.NOT_TESTED


# ---- over time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pupils", "before", "after", "status", "reason"),
    [
        (10_000, 1500, 1160, claims.SHOWN, "Lower than in 2023/24."),
        (10_000, 1160, 1500, claims.NOT_SHOWN, "Higher than in 2023/24, beyond chance."),
        (10**8, 11_640_000, 11_560_000, claims.NOT_TESTED, "No clear difference from 2023/24."),  # both print 11.6
        (10_000, 1160, 1150, claims.PARTLY_SHOWN, "Lower than in 2023/24; not every change is beyond chance."),
    ],
)
def test_fallen_since_compares_the_figures_as_printed(pupils, before, after, status, reason):
    given = absence((202324, "100001", "all", pupils, before), (202425, "100001", "all", pupils, after))
    told = verdict(claim("fallen_since", PA, arguments="since=2023/24"), {"attendance": given})
    assert told["status"] == status and told["reason"] == reason


def test_a_fall_within_chance_is_shown_in_part_only():
    # 36 of 240 and 29 of 250: 3.4 points with a standard error of 3.1
    told = verdict(claim("fallen_since", PA, arguments="since=2023/24"))
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "Lower than in 2023/24; not every change is beyond chance."
    assert told["detail"] == "Persistent absence: 15.0 (2023/24), 11.6 (2024/25)."


def test_fallen_since_a_year_without_figures_is_not_testable():
    given = {"attendance": absence((202425, "100001", "all", 200, 20))}
    told = verdict(claim("fallen_since", PA, arguments="since=2023/24"), given)
    assert told["status"] == claims.NOT_TESTED
    assert told["reason"] == "No figure for Persistent absence in 2023/24."


@pytest.mark.parametrize(
    ("pupils", "before", "after", "status"),
    [
        (10_000, 3000, 2700, claims.SHOWN),  # 20.0 and 17.0 points above the others' 10%
        (10_000, 3000, 3300, claims.NOT_SHOWN),
        (10**8, 30_000_000, 29_960_000, claims.NOT_TESTED),  # 20.00 and 19.96: beyond chance, but less than a tenth
        (10_000, 3000, 2990, claims.PARTLY_SHOWN),
    ],
)
def test_a_gap_that_narrowed_by_less_than_a_tenth_has_not(pupils, before, after, status):
    level = absence(
        (202324, "100001", "disadvantaged", pupils, before),
        (202324, "100001", "other", pupils, pupils // 10),
        (202425, "100001", "disadvantaged", pupils, after),
        (202425, "100001", "other", pupils, pupils // 10),
    )
    row = claim("gap_narrowed", PA, "disadvantaged", "since=2023/24")
    assert verdict(row, {"attendance": level})["status"] == status


def test_a_gap_that_narrowed_within_chance_is_told_with_its_figures():
    # 2023/24: 18/60 less 18/180 = 20.0 points; 2024/25: 15/60 less 14/190 = 17.6
    told = verdict(claim("gap_narrowed", PA, "disadvantaged", "since=2023/24"))
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "The gap is narrower than in 2023/24; not every change is beyond chance."
    assert told["detail"] == "Persistent absence: 20.0 (2023/24), 17.6 (2024/25) percentage points apart."


def test_what_is_said_of_all_pupils_and_of_a_group_tells_how_far_the_group_is_from_all():
    told = verdict(claim("below_england_every_year", PA, "all;disadvantaged"))
    assert told["status"] == claims.PARTLY_SHOWN  # England has no disadvantaged figure
    assert "No like figure: Persistent absence, disadvantaged pupils in 2023/24 and 2024/25." in told["detail"]
    within = "Within the trust: Persistent absence, disadvantaged pupils 25.0, all pupils 11.6 (2024/25)."
    assert told["detail"].endswith(within)


def test_a_measure_that_does_not_exist_says_why():
    told = verdict(claim("no_measure", "ks2_reading_progress_score"), {})
    assert told["status"] == claims.NOT_TESTED
    assert told["reason"].startswith("No figure for 2023/24 and 2024/25: not published (no KS1 baseline")


# ---- against records ------------------------------------------------------------------------------------------


def reviews(*rows):
    return {"peer_reviews": [{"id": "r", "school_urn": urn, "grade": grade, "year": year} for urn, grade, year in rows]}


ALL_FOUR = [(f"10000{n}", "GOOD", "2025") for n in (1, 2, 3, 4)]


def test_every_school_has_counts_and_names_those_without():
    row = claim("every_school_has", arguments="record=peer_reviews")
    told = verdict(row, kept=reviews(*ALL_FOUR[:3], ("100004", "", "")))
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "3 of 4 schools have a peer review on record (3 good); none yet for Later."
    assert told["rewording"] == "Write “3 of 4 schools”."
    assert verdict(row, kept=reviews(("100001", "", "")))["status"] == claims.NOT_SHOWN
    assert verdict(row, kept=reviews(*ALL_FOUR))["status"] == claims.SHOWN
    members = claim("every_school_has", arguments="record=peer_reviews;membership=in_trust_that_year")
    assert verdict(members, kept=reviews(*ALL_FOUR[:3]))["status"] == claims.SHOWN
    assert verdict(row)["status"] == claims.NOT_TESTED


def test_grades_kept_or_improved_need_the_grade_before():
    def graded(*pairs):
        return {"ofsted": [{"school_urn": urn, "framework": "overall grade", "grade": grade, "year": year}
                           for urn, grade, year in pairs]}  # fmt: skip

    row = claim("grades_maintained_or_improved")
    now = [(f"10000{n}", "GOOD", "2024") for n in (1, 2, 3, 4)]
    told = verdict(row, kept=graded(*now))
    assert told["status"] == claims.NOT_TESTED
    assert "an earlier grade is recorded for none of 4 schools" in told["reason"]
    before = [("100001", "REQUIRES IMPROVEMENT", "2019"), *((f"10000{n}", "GOOD", "2019") for n in (2, 3, 4))]
    assert verdict(row, kept=graded(*now, *before))["status"] == claims.SHOWN
    fell = [(*pair[:1], "OUTSTANDING", "2019") if pair[0] == "100004" else pair for pair in before]
    told = verdict(row, kept=graded(*now, *fell))
    assert (told["status"], told["reason"][:6]) == (claims.PARTLY_SHOWN, "3 of 4")
    improved = claim("grades_maintained_or_improved", arguments="share=most")
    assert verdict(improved, kept=graded(*now, *before))["status"] == claims.PARTLY_SHOWN  # one of four


@pytest.mark.parametrize(
    ("dated", "status"),
    [
        ("2025-05-01", claims.SHOWN),
        ("2024-09-01", claims.SHOWN),
        ("2025", claims.NOT_TESTED),  # perhaps after August
        ("2024", claims.NOT_TESTED),  # perhaps before September
        ("2023", claims.NOT_SHOWN),
        ("2024-08-31", claims.NOT_SHOWN),
    ],
)
def test_at_least_once_in_the_academic_year_needs_dates_that_leave_no_doubt(dated, status):
    row = claim("at_least_per_year", arguments="times=1;record=peer_reviews;membership=in_trust_that_year")
    rows = [(f"10000{n}", "GOOD", "2025-03-01") for n in (1, 2)] + [("100003", "GOOD", dated)]
    assert verdict(row, kept=reviews(*rows))["status"] == status


NGA = {"id": "E1", "title": "Governance review", "dated": "2022", "shelf_life_months": "36"}


@pytest.mark.parametrize(
    ("as_at", "old"), [("2025-12-31", ""), ("2026-01-01", "Governance review, 2022: counts for 36")]
)
def test_evidence_is_judged_on_the_day_of_the_report(as_at, old):
    row = claim("evidence_newer_than", evidence="E1")
    told = verdict(row, as_at=as_at, kept={"evidence": [NGA]})
    assert (told["status"], told["reason"]) == (claims.SHOWN, "On record: Governance review.")
    assert told["out_of_date"].startswith(old) and bool(told["out_of_date"]) == bool(old)


def test_evidence_without_a_date_or_none_at_all_is_not_testable():
    row = claim("evidence_newer_than", evidence="E1")
    undated = verdict(row, kept={"evidence": [NGA | {"dated": ""}]})
    assert (undated["status"], undated["reason"]) == (claims.NOT_TESTED, "Governance review: no date is recorded.")
    assert verdict(claim("evidence_newer_than"))["reason"] == "No evidence is recorded for it."


def test_out_of_date_is_said_beside_any_status():
    old = {"evidence": [NGA]}
    below, above = (claim(f"{side}_england_every_year", PA, evidence="E1") for side in ("below", "above"))
    told = [verdict(row, kept=old) for row in (below, above)]
    assert [each["status"] for each in told] == [claims.SHOWN, claims.NOT_SHOWN]
    assert all(each["out_of_date"] for each in told)
    assert verdict(below, kept={"evidence": [NGA | {"dated": "2024"}]})["out_of_date"] == ""


def test_a_claim_with_one_current_piece_of_evidence_among_old_ones_is_not_out_of_date():
    both = {"evidence": [NGA, NGA | {"id": "E2", "title": "Audit", "dated": "2025"}]}
    row = claim("below_england_every_year", PA, evidence="E1;E2")
    assert verdict(row, kept=both)["out_of_date"] == ""
    both["evidence"][1]["dated"] = "2022"
    assert verdict(row, kept=both)["out_of_date"] != ""


def test_what_of_a_sentence_nothing_decides_makes_it_shown_in_part():
    row = claim("evidence_newer_than", evidence="E1", arguments="rest=what it found")
    told = verdict(row, kept={"evidence": [NGA | {"dated": "2025"}]})
    assert told["status"] == claims.PARTLY_SHOWN
    assert told["reason"] == "On record: Governance review; not tested: what it found."


@pytest.mark.parametrize(("respondents", "status"), [("412", claims.SHOWN), ("", claims.NOT_TESTED)])
def test_a_survey_share_without_the_number_of_answers_bears_nothing_out(respondents, status):
    question = "Pupils who say they feel safe at school"
    kept = {"survey": [{"id": "X1", "question": question, "percent": "99", "year": "2025", "respondents": respondents}]}
    told = verdict(claim("equals_figure", "survey_feel_safe_percent", arguments="value=99"), kept=kept)
    assert told["status"] == status
    assert ("How many pupils answered is not recorded." in told["reason"]) == (not respondents)


@pytest.mark.parametrize(
    ("value", "status"), [("11.6", claims.SHOWN), ("12", claims.SHOWN), ("11.5", claims.NOT_SHOWN)]
)
def test_a_number_in_a_sentence_is_compared_to_its_own_decimals(value, status):
    assert verdict(claim("equals_figure", PA, arguments=f"value={value}"))["status"] == status


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (
            "4",
            claims.SHOWN,
            "The register holds 4 schools, 3 of them in the trust by the January census of 2024/25.",
        ),
        ("3", claims.PARTLY_SHOWN, "The trust had 3 schools in 2023/24 and 2024/25."),
        ("9", claims.NOT_SHOWN, "9 fits no year."),
    ],
)
def test_a_number_of_schools_is_held_against_the_register(said, status, words):
    told = verdict(claim("consistent_with", arguments=f"record=schools;value={said}"))
    assert told["status"] == status and told["reason"].endswith(words)
    assert (told["out_of_date"] != "") == (said == "3")


def test_a_number_is_held_against_a_governance_record():
    kept = {"governance": [{"id": "G", "group": "Members", "item": "Members", "value": "5"}]}
    row = claim("consistent_with", arguments="record=governance;item=Members;value=5")
    assert verdict(row, kept=kept)["status"] == claims.SHOWN
    six = claim("consistent_with", arguments="record=governance;item=Members;value=6")
    assert verdict(six, kept=kept)["status"] == claims.NOT_SHOWN
    assert verdict(row)["status"] == claims.NOT_TESTED


# ---- entries that cannot be tested as written -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        (claim("above_everyone", PA), "check", "above_everyone"),
        (claim("", PA), "check", ""),
        (claim("fallen_since", PA), "arguments", ""),
        (claim("fallen_since", PA, arguments="since=2023-25"), "arguments", "since=2023-25"),
        (claim("fallen_since", PA, arguments="since=2023/24;untill=2024/25"), "arguments", "untill"),
        (claim("fallen_since", PA, arguments="2023/24"), "arguments", "2023/24"),
        (claim("fallen_since", "absence", arguments="since=2023/24"), "measures", "absence"),
        (claim("fallen_since", arguments="since=2023/24"), "measures", ""),
        (claim("fallen_since", "suspension_rate", "fsm", "since=2023/24"), "pupil_groups", "fsm"),
        (claim("fallen_since", PA, "boys", "since=2023/24"), "pupil_groups", "boys"),
        (claim("no_measure", PA), "check", "no_measure"),
        (claim("consistent_with", arguments="record=governance;value=5"), "arguments", "record=governance"),
    ],
)
def test_a_faulty_entry_is_refused_in_one_line(row, column, found):
    with pytest.raises(claims.ClaimError) as refused:
        verdict(row)
    message = str(refused.value)
    assert message.startswith(f"trust/202425/claims.csv: row 2 (X1), column {column}: found {found!r}; expected ")
    assert "; fix: " in message and "\n" not in message


# ---- the register as a whole ----------------------------------------------------------------------------------


def test_only_what_is_not_shown_and_has_no_response_keeps_the_report_a_draft():
    wrong = claim("above_england_every_year", PA)
    kept = {
        "claims": [
            wrong,
            wrong | {"id": "X2", "response": "We will reword it."},
            claim("not_testable", arguments="reason=None"),
        ]
    }
    analysis = made({"attendance": ABSENT}, kept, HIGH)
    reasons = claims.draft_reasons(analysis)
    assert len(reasons) == 1 and reasons[0].startswith("X1 is not shown and has no response: Clearly below England")


def test_a_year_without_claims_has_an_empty_register():
    empty = claims.register(made())
    assert len(empty) == 0 and "status" in empty.columns
    assert claims.draft_reasons(made()) == []


def test_a_hidden_figure_decides_nothing_and_is_withheld():
    few = absence(
        (202425, "100001", "fsm", 5, 4), (202425, "100001", "not_fsm", 95, 5), (202425, "100001", "all", 100, 9)
    )
    row = claim("below_england_every_year", PA, "fsm", "years=2024/25")
    known = [england(PA, 202425, 10.0, group="fsm")]
    told = {ed: verdict(row, {"attendance": few}, known, edition=ed) for ed in ("internal", "trustees", "public")}
    assert "80.0 against England's 10.0 (2024/25)" in told["internal"]["detail"]
    for edition in ("trustees", "public"):
        assert told[edition]["status"] == claims.NOT_TESTED
        assert told[edition]["detail"].startswith("Withheld: Persistent absence, pupils eligible for free school meals")


@pytest.mark.parametrize("absent", [0, 3], ids=["below England", "above England"])
@pytest.mark.parametrize("check", ["at_or_below_england_every_year", "below_england_every_year"])
def test_what_is_said_of_a_claim_does_not_depend_on_a_hidden_figure(check, absent):
    """D24: "not shown" beside a band of 0 to 4 would tell that there was one at least."""
    few = absence((202425, "100001", "all", 5, absent))
    told = verdict(claim(check, PA), {"attendance": few}, HIGH, edition="trustees")
    assert (told["status"], told["figures"]) == (claims.NOT_TESTED, "")
    said = f"{told['reason']} {told['detail']}"
    assert "Withheld: Persistent absence in 2024/25." in said and not {"above", "well"} & set(said.split())
