"""Do the trust's targets, priorities and evidence hold what the 2024/25 document says, and no more?"""

from collections import Counter
from pathlib import Path

import pandas as pd

RECORDS = Path(__file__).resolve().parents[1] / "data" / "trust" / "202425"


def record(name: str) -> pd.DataFrame:
    return pd.read_csv(RECORDS / f"{name}.csv", dtype=str, keep_default_na=False)


def listed(cell: str, separator: str = ";") -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def test_twenty_two_targets_by_area():
    assert Counter(record("targets")["area"]) == {
        "outcomes": 1, "disadvantaged": 1, "governance": 8, "school_improvement": 2,
        "attendance": 2, "exclusions": 1, "finance": 6, "safeguarding": 1,
    }  # fmt: skip


def test_no_target_was_given_a_number_a_day_or_an_owner_that_the_document_lacks():
    frame = record("targets")
    assert not (frame["baseline"] + frame["value"] + frame["due"] + frame["owner"]).any()


def test_sixteen_priorities_in_six_focus_areas():
    assert list(Counter(record("priorities")["focus_area"]).items()) == [
        ("Outcomes for pupils", 2),
        ("Effectiveness of Governance and Leadership", 1),
        ("Effectiveness of School Improvement", 4),
        ("Attendance and exclusions", 2),
        ("Effectiveness of Financial Management", 6),
        ("Safeguarding", 1),
    ]
    assert record("priorities")["id"].tolist() == [f"K{n}" for n in range(1, 17)]


def test_strategies_and_monitoring_are_counted_as_printed():
    frame = record("priorities").set_index("id")
    counts = {id_: (len(listed(r.strategies, "|")), len(listed(r.monitoring, "|"))) for id_, r in frame.iterrows()}
    assert list(counts.values()) == [
        (6, 4), (6, 5), (2, 1), (1, 1), (1, 1), (1, 1), (1, 1), (3, 1),
        (3, 1), (2, 3), (2, 3), (3, 3), (2, 2), (2, 2), (3, 2), (3, 1),
    ]  # fmt: skip
    assert (frame["responsibilities"] != "").all()


def test_targets_and_priorities_are_linked_both_ways():
    forward = {(r.id, k) for r in record("targets").itertuples() for k in listed(r.priorities)}
    back = {(t, r.id) for r in record("priorities").itertuples() for t in listed(r.targets)}
    assert forward == back
    assert {k for _, k in forward} == set(record("priorities")["id"])


def test_orphans_are_the_exclusions_target_and_six_governance_targets():
    frame = record("targets")
    orphans = frame[frame["priorities"] == ""]
    assert sorted(orphans["id"]) == ["G18", "G22", "G23", "G26", "G30", "G4", "T5"]
    assert Counter(orphans["area"]) == {"governance": 6, "exclusions": 1}


def test_claims_name_evidence_that_exists_and_evidence_has_a_shelf_life():
    evidence = record("evidence").set_index("id")
    named = {e for cell in record("claims")["evidence"] for e in listed(cell)}
    assert named <= set(evidence.index)
    assert evidence["shelf_life_months"].str.fullmatch(r"\d+").all()
    assert evidence["dated"].str.fullmatch(r"(\d{4}(-\d\d-\d\d)?|ofsted)?").all()
    assert evidence.loc[["G10", "P12"], "dated"].tolist() == ["2022", "2024"]


def test_five_members():
    frame = record("governance").set_index("id")
    assert frame.loc["G14", "value"] == "5"
