"""Judgements, targets, evidence, inspections and copied sentences, on hand-made records."""

from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from symphony_analysis import claims, tables, wording
from tests.claims_made import absence, claim, england, made
from tests.small_trust import TRUST, tidy
from tests.test_claims import ABSENT, HIGH, PA


def test_a_target_is_measurable_with_a_measure_and_a_number():
    rows = [
        {"id": "T1", "area": "attendance", "text": "Low", "measure": PA, "value": "10", "baseline": "15",
         "due": "2026-08-31", "priorities": "K1"},
        {"id": "T2", "area": "attendance", "text": "Lower", "measure": PA},
        {"id": "T3", "area": "finance", "text": "More", "value": "3"},
    ]  # fmt: skip
    back = [
        {"id": "K1", "targets": "T1", "responsibilities": "CEO | Heads"},
        {"id": "K2", "targets": ""},
        {"id": "K3", "targets": "T2"},
    ]
    analysis = made({"attendance": ABSENT}, {"targets": rows, "priorities": back}, HIGH)
    told = claims.targets(analysis)
    assert told["measurable"].tolist() == [True, False, False]
    assert told["missing"].tolist() == ["", "no baseline, no number, no date, no owner",
                                        "no baseline, no date, no owner"]  # fmt: skip
    assert told.loc[0, "standing"] == "Persistent absence, 2024/25: 11.6%, clearly better than England's 19.0%."
    assert told.loc[0, "owner"] == "CEO, Heads"
    assert told.loc[0, "progress"] == (
        "Persistent absence, 2024/25: 11.6 (95% 8.1 to 16.0), 1.6 percentage points short; within chance of it."
    )
    printed = wording.targets(analysis, "attendance")
    assert "Target 10, from 15, by 31 August 2026. Persistent absence, 2024/25: 11.6" in printed.replace("\xa0", " ")
    assert "Owner: CEO, Heads." in printed
    counted = wording.without_numbers(analysis)
    assert "2 of the 3 targets in the sections have no number, so progress cannot be measured." in counted
    assert claims.orphans(analysis)[["kind", "id"]].to_numpy().tolist() == [
        ["target", "T2"], ["target", "T3"], ["priority", "K2"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ({"measure": "happiness"}, "column measure: found 'happiness'"),
        ({"value": "75%"}, "column value: found '75%'; expected a number"),
        ({"due": "31/07/2027"}, "column due: found '31/07/2027'; expected a day like 2027-07-31"),
    ],
)
def test_a_target_that_cannot_be_read_is_refused_with_its_row(cell, said):
    with pytest.raises(ValueError, match=r"trust/202425/targets.csv: row 2 \(T1\), ") as refused:
        claims.targets(made(kept={"targets": [{"id": "T1"} | cell]}))
    assert said in str(refused.value)


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


def test_evidence_is_aged_on_the_day_of_the_report_not_as_at():
    row = {"id": "E", "title": "Review", "dated": "2025-04", "shelf_life_months": "12"}
    analysis = made(kept={"evidence": [row]})
    assert claims.evidence(analysis).iloc[0]["status"] == "current"
    later = replace(TRUST, settings={**TRUST.settings, "dated": {"202425": "2026-06-12"}})
    told = claims.evidence(made(kept={"evidence": [row]}, trust=later)).iloc[0]
    assert (told["status"], told["reason"].rpartition("; ")[2]) == ("out of date", "out of date on 2026-06-12.")


def test_inspections_are_aged_school_by_school():
    visits = [("100001", "2021"), ("100002", "2024"), ("100003", "2025"), ("100001", "2019")]
    ofsted = [{"id": f"O{n}", "school_urn": urn, "year": year, "grade": "GOOD"} for n, (urn, year) in enumerate(visits)]
    row = {"id": "E", "title": "Inspections", "dated": "ofsted", "shelf_life_months": "48"}
    told = claims.evidence(made(kept={"evidence": [row], "ofsted": ofsted})).iloc[0]
    assert (told["dated"], told["status"], told["good_until"]) == ("2021 to 2025", "partly out of date", "2025-12-31")
    assert told["reason"].endswith("counts for 48 months; on 2026-04-30 out of date at 1 of 3 schools: Big.")
    told = claims.evidence(made(kept={"evidence": [row], "ofsted": ofsted[1:3]})).iloc[0]
    assert (told["status"], told["good_until"]) == ("current", "2028-12-31")
    assert claims.evidence(made(kept={"evidence": [row]})).iloc[0]["status"] == "no date recorded"


def expected(edition="trustees", **cells):
    columns = ["absent_sessions_count", "possible_sessions_count", "absent_squares", "absent_products",
               "possible_squares", "enrolments_count"]  # fmt: skip
    rows = tidy(columns, (202425, "School", "100001", "all", 2000, 40000, 60000, 800000, 16000000, 100))
    row = {"id": "X", "school_urn": "100001", "baseline": "94.1", "expectation": "95.4", "due": "2026-07-31"}
    return made({"attendance": rows}, {"expectations": [row | cells]}, edition=edition)


def test_an_attendance_expectation_is_set_beside_the_schools_attendance():
    told = claims.expectations(expected()).iloc[0]
    assert (told["school_name"], told["attendance"]) == ("Big", 95.0)
    assert told["low"] < 95.0 < told["high"]
    assert told["progress"].startswith("0.4 percentage points short")
    assert claims.expectations(expected(expectation="94.9")).iloc[0]["progress"].startswith("reached")
    assert claims.expectations(expected(school_urn="100002")).iloc[0]["progress"] == "no figure of this year"
    page = BeautifulSoup(tables.attendance_expectations(expected()), "html.parser")
    assert [cell.get_text() for cell in page.tbody.find_all("td")][:2] == ["94.1%", "95.4%"]


def test_the_public_edition_tells_no_expectation_of_a_school():
    assert len(claims.expectations(expected("public"))) == 0
    assert tables.attendance_expectations(expected("public")) == ""
    assert tables.attendance_expectations(made()) == ""


@pytest.mark.parametrize("cell", [{"expectation": "good"}, {"baseline": "941"}, {"due": "31/07/2026"}])
def test_an_expectation_that_cannot_be_read_is_refused_with_its_row(cell):
    with pytest.raises(ValueError, match=rf"expectations.csv: row 2, column {next(iter(cell))}: found "):
        claims.expectations(expected(**cell))


def test_a_trust_inspection_is_shown_what_has_no_evidence():
    said = [claim("not_testable", id="G1", area="governance", arguments="reason=No record is kept"),
            claim("not_testable", id="G2", area="governance", arguments="reason=None named", evidence="E")]  # fmt: skip
    kept = {"claims": said, "evidence": [{"id": "E", "area": "governance", "title": "Review", "dated": "2026"}]}
    page = BeautifulSoup(wording.trust_inspection(made(kept=kept)), "html.parser")
    rows = {row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in page.tbody.find_all("tr")}
    assert len({name.partition(":")[0] for name in rows}) == 5
    _, statements, evidence, bare = rows["Governance and executive leadership: governance"]
    assert (statements, evidence, bare) == ("2 not tested", "Review: current", "G1")
    assert rows["Management of resources: finance"][1:] == ["none", "none recorded", "nothing"]


@pytest.mark.parametrize(
    ("framework", "year", "day", "flagged", "told"),
    [
        (
            "overall grade",
            "2025",
            "",
            True,
            "Ofsted stopped giving overall grades on 2 September 2024; the record has one of 2025. Please check.",
        ),
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
            "Ofsted stopped giving overall grades on 2 September 2024; the record has one of 2024-09-02. Please check.",
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


def test_a_rule_with_a_figure_where_our_own_has_none_changes_no_word():
    rows = absence((202425, "100004", "all", 1000, 400))
    told = claims.membership_effect(made({"attendance": rows}, known=[england(PA, 202425, 13.0)]))
    row = told[(told["measure"] == PA) & (told["time_period"] == 202425)].set_index("rule")
    assert row.loc["all_current", "comparison"] == "clearly worse" and pd.isna(row.loc[row.index[0], "value"])
    assert not row["changes"].any()


@pytest.mark.parametrize(("pupils", "symbol"), [(5, "c"), (6, "")])
def test_two_rules_that_differ_by_few_pupils_are_not_both_shown(pupils, symbol):
    rows = absence(
        (202425, "100001", "all", 200, 19), (202425, "100002", "all", 50, 5), (202425, "100004", "all", pupils, 4)
    )
    told = claims.membership_effect(made({"attendance": rows}, known=HIGH, edition="trustees"))
    row = told[(told["measure"] == PA) & (told["time_period"] == 202425)].set_index("rule").loc["all_current"]
    assert row["symbol"] == symbol and pd.isna(row["value"]) == (symbol == "c")
