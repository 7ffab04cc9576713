"""Judgements, targets, evidence, inspections and copied sentences, on hand-made records."""

import pandas as pd
import pytest

from symphony_analysis import claims
from tests.claims_made import absence, claim, england, made
from tests.small_trust import tidy
from tests.test_claims import ABSENT, HIGH, PA

SUSPENDED = ["suspensions_count", "permanent_exclusions_count", "pupils_suspended_count", "pupils_count"]


def judged(bands, given, known, note="", area="attendance"):
    row = {"id": "J", "area": area, "bands": bands, "wording": "We judge", "note": note}
    return claims.judgements(made(given, {"judgements": [row]}, known)).iloc[0]


def years_of(*verdicts):
    """England's persistent absence so that the trust's 15.0 and 11.6 are better or worse; suspensions likewise."""
    pairs = [(PA, 202324, 15.0), (PA, 202425, 11.6), ("suspension_rate", 202324, 2.0), ("suspension_rate", 202425, 2.0)]
    units = {PA: "%", "suspension_rate": "per 100 pupils"}
    shift = {"better": 1.0, "same": 0.0, "worse": -0.9}
    return [
        england(n, code, value + shift[v] * (8 if n == PA else 1), unit=units[n])
        for (n, code, value), v in zip(pairs, verdicts, strict=False)
    ]


GIVEN = {
    "attendance": ABSENT,
    "exclusions": tidy(
        [*SUSPENDED, "suspensions_squares"],
        *((code, "School", "100001", "all", 400, 0, 300, 20_000, 400) for code in (202324, 202425)),
    ),
}


@pytest.mark.parametrize(
    ("verdicts", "indicated"),
    [
        (("better", "better"), ""),  # fewer than three comparisons
        (("better", "better", "better"), "good;outstanding"),
        (("better", "better", "better", "worse"), "good;outstanding"),  # exactly three quarters
        (("better", "better", "worse", "worse"), "good"),
        (("same", "same", "same", "same"), "good"),
        (("better", "same", "worse", "worse"), "requires_improvement;good"),
        (("better", "worse", "worse", "worse"), "requires_improvement"),
    ],
)
def test_the_indication_follows_the_shares_of_better_and_worse(verdicts, indicated):
    told = judged("good", GIVEN, years_of(*verdicts))
    assert told["indicated"] == indicated
    assert told["comparisons"] == len(verdicts)


@pytest.mark.parametrize(
    ("bands", "note", "agreement"),
    [
        ("good", "", "agrees"),
        ("outstanding", "", "needs a note"),
        ("good;outstanding", "", "needs a note"),
        ("outstanding", "The indication leaves out the audits of May.", "noted"),
        ("outstanding", "Printed in the contents only.", "needs a note"),
        ("effective", "", "no indication"),
    ],
)
def test_a_disagreement_asks_for_a_note_and_changes_nothing(bands, note, agreement):
    told = judged(bands, GIVEN, years_of("better", "better", "worse", "worse"), note)
    assert told["agreement"] == agreement
    assert told["bands"] == bands and told["indicated"] == "good"


def test_the_reasons_count_the_comparisons_and_name_the_worse():
    told = judged("good", GIVEN, years_of("better", "same", "worse", "worse"))
    assert told["reasons"] == (
        "4 comparisons with England: 1 clearly better, 1 no clear difference and 2 clearly worse. "
        "Worse: Suspensions in 2023/24 and 2024/25."
    )


def test_an_area_without_like_figures_has_no_indication():
    told = judged("outstanding", GIVEN, years_of("better"), area="school_improvement")
    assert (told["indication"], told["agreement"]) == ("No indication", "no indication")


def test_a_band_off_the_scale_is_refused():
    with pytest.raises(ValueError, match=r"trust/202425/judgements.csv: row 2, column bands: found 'very good'"):
        judged("very good", GIVEN, [])


def test_a_target_is_measurable_with_a_measure_and_a_number():
    rows = [
        {"id": "T1", "area": "attendance", "text": "Low", "measure": PA, "value": "10", "due": "2026-08-31",
         "priorities": "K1"},
        {"id": "T2", "area": "attendance", "text": "Lower", "measure": PA},
        {"id": "T3", "area": "finance", "text": "More", "value": "3"},
    ]  # fmt: skip
    back = [{"id": "K1", "targets": "T1"}, {"id": "K2", "targets": ""}, {"id": "K3", "targets": "T2"}]
    analysis = made({"attendance": ABSENT}, {"targets": rows, "priorities": back}, HIGH)
    told = claims.targets(analysis)
    assert told["measurable"].tolist() == [True, False, False]
    assert told["missing"].tolist() == ["no baseline, no owner", "no baseline, no number, no date, no owner",
                                        "no baseline, no date, no owner"]  # fmt: skip
    assert told.loc[0, "standing"] == "Persistent absence, 2024/25: 11.6, clearly better than England's 19.0."
    assert claims.orphans(analysis)[["kind", "id"]].to_numpy().tolist() == [
        ["target", "T2"], ["target", "T3"], ["priority", "K2"],
    ]  # fmt: skip


def test_a_target_with_an_unknown_measure_is_refused():
    with pytest.raises(ValueError, match=r"trust/202425/targets.csv: row 2 \(T1\), column measure: found 'happiness'"):
        claims.targets(made(kept={"targets": [{"id": "T1", "measure": "happiness"}]}))


@pytest.mark.parametrize(
    ("dated", "months", "as_at", "status", "until"),
    [
        ("2024", "12", "2025-12-31", "current", "2025-12-31"),
        ("2024", "12", "2026-01-01", "out of date", "2025-12-31"),
        ("2024-02", "12", "2025-03-01", "out of date", "2025-02-28"),
        ("2024-02-29", "12", "2025-02-28", "current", "2025-02-28"),
        ("2024-05-10", "", "2030-01-01", "current", ""),
        ("", "12", "2030-01-01", "no date recorded", ""),
    ],
)
def test_the_age_of_evidence_counts_from_the_last_day_it_may_mean(dated, months, as_at, status, until):
    row = {"id": "E", "title": "Review", "dated": dated, "shelf_life_months": months}
    told = claims.evidence(made(kept={"evidence": [row]}, as_at=as_at)).iloc[0]
    assert (told["status"], told["good_until"]) == (status, until)


@pytest.mark.parametrize(
    ("framework", "year", "day", "flagged", "told"),
    [
        ("overall grade", "2025", "", True, "Overall grade dated 2025: there were none from 2 September 2024."),
        (
            "overall grade",
            "2024",
            "",
            False,
            "Only the year is recorded: whether it is before 2 September 2024 is not known.",
        ),
        ("overall grade", "2024", "2024-09-01", False, ""),
        (
            "overall grade",
            "2024",
            "2024-09-02",
            True,
            "Overall grade dated 2024-09-02: there were none from 2 September 2024.",
        ),
        ("report card", "2025", "2025-11-20", False, ""),
        ("ungraded", "2025", "", False, ""),
    ],
)
def test_an_overall_grade_is_flagged_from_the_day_there_were_none(framework, year, day, flagged, told):
    row = {
        "id": "O",
        "school_urn": "100001",
        "framework": framework,
        "grade": "GOOD",
        "year": year,
        "inspected_on": day,
    }
    found = claims.inspections(made(kept={"ofsted": [row]})).iloc[0]
    assert (found["flagged"], found["finding"], found["grade"]) == (flagged, told, "GOOD")


@pytest.mark.parametrize(
    ("urn", "dated", "joining"),
    [
        ("100001", "2023", "after joining"),  # joined by 1 September 2022
        ("90002", "2022", "not known"),  # an earlier URN; the bounds overlap
        ("100004", "2024", "before joining"),  # joined after 16 January 2025
        ("100004", "2025", "not known"),
        ("100004", "2026", "after joining"),
        ("100001", "2019", "not known"),  # no day is known before which it had not joined
    ],
)
def test_before_or_after_joining_is_told_only_where_the_bounds_leave_no_doubt(urn, dated, joining):
    row = {"id": "O", "school_urn": urn, "framework": "overall grade", "grade": "GOOD", "year": dated}
    assert claims.inspections(made(kept={"ofsted": [row]})).iloc[0]["joining"] == joining


def test_a_sentence_kept_from_last_year_is_flagged_when_its_figures_moved():
    row = claim("below_england_every_year", PA)
    still = claim("not_testable", arguments="reason=Said", id="X2")
    kept = {"claims.202425": [row, still], "claims.202324": [row, still]}
    told = claims.carried_forward(made({"attendance": ABSENT}, kept, HIGH))
    assert told["id"].tolist() == ["X1"]
    assert told.iloc[0]["why"] == "Worded as in 2023/24, while these moved: Persistent absence from 15.0 to 11.6."
    reworded = kept | {"claims.202324": [row | {"text": "As written before."}, still]}
    assert len(claims.carried_forward(made({"attendance": ABSENT}, reworded, HIGH))) == 0


# ---- who counts -----------------------------------------------------------------------------------------------


def test_another_rule_of_who_counts_that_changes_the_word_is_flagged():
    # Members 240 of 2,500 (9.6%, +/- 1.2); with Later, 640 of 3,500 (18.3%, +/- 1.3). England 13.0.
    rows = absence(
        (202425, "100001", "all", 2000, 190), (202425, "100002", "all", 500, 50), (202425, "100004", "all", 1000, 400)
    )
    told = claims.membership_effect(made({"attendance": rows}, known=[england(PA, 202425, 13.0)]))
    row = told[(told["measure"] == PA) & (told["time_period"] == 202425)].set_index("rule")
    assert row["comparison"].to_dict() == dict.fromkeys(row.index, "clearly better") | {"all_current": "clearly worse"}
    assert row.index[row["changes"]].tolist() == ["all_current"]
    assert row.loc["all_current", "value"] == pytest.approx(640 / 3500 * 100)
    assert row.loc["all_current", "schools"] == "Big;Small;Held;Later"


@pytest.mark.parametrize(("pupils", "symbol"), [(5, "c"), (6, "")])
def test_two_rules_that_differ_by_few_pupils_are_not_both_shown(pupils, symbol):
    rows = absence(
        (202425, "100001", "all", 200, 19), (202425, "100002", "all", 50, 5), (202425, "100004", "all", pupils, 4)
    )
    told = claims.membership_effect(made({"attendance": rows}, known=HIGH, edition="trustees"))
    row = told[(told["measure"] == PA) & (told["time_period"] == 202425)].set_index("rule").loc["all_current"]
    assert row["symbol"] == symbol and pd.isna(row["value"]) == (symbol == "c")
