"""The stored synthetic results and attendance give the published and printed figures, recomputed row by row."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from tests.synthetic import stored


@pytest.mark.parametrize("year", (202324, 202425))
def test_key_stage_2_of_every_school_is_the_published(year):
    with (stored.DATA / "published" / "ks2_school_figures.csv").open(encoding="utf-8", newline="") as text:
        printed = {
            (line["school_urn"], line["measure"]): int(line["printed"])
            for line in csv.DictReader(text)
            if line["time_period"] == str(year)
        }
    found = {}
    for urn, rows in stored.ks2(year).groupby("school"):
        found[urn, "ks2_rwm_expected_percent"] = stored.rounded(stored.percent(rows["RWMEXP"] == "1"))
        found[urn, "ks2_rwm_higher_percent"] = stored.rounded(stored.percent(rows["RWMHIGH"] == "1"))
        for subject, column in (("reading", "READSCORE"), ("maths", "MATSCORE"), ("gps", "GPSSCORE")):
            found[urn, f"ks2_{subject}_average_score"] = stored.rounded(stored.average(rows[column]))
    assert len(found) == 70
    assert found == printed


def test_key_stage_2_of_the_trust_2024_25():
    frame = stored.ks2(202425)
    frame = frame[frame["school"].isin(stored.MEMBERS[202425])]
    met = frame["RWMEXP"] == "1"
    ten = frame["school"] != "151090"
    assert (len(frame), int(ten.sum()), frame["school"].nunique()) == (490, 475, 11)
    for counted in (frame["school"] != "", ten):
        shares = (met[counted], met[counted & frame["poor"]], met[counted & ~frame["poor"]])
        assert [stored.rounded(stored.percent(share)) for share in shares] == [73, 49, 78]


@pytest.mark.parametrize("year", stored.YEARS)
def test_key_stage_2_rows_agree_with_themselves(year):
    frame = stored.ks2(year)
    for prefix in ("READ", "MAT", "GPS"):
        score = pd.to_numeric(frame[f"{prefix}SCORE"])
        assert score.dropna().between(80, 120).all()
        assert ((score >= 100) == (frame[f"{prefix}EXP"] == "1")).all()
        assert ((score >= 110) == (frame[f"{prefix}HIGH"] == "1")).all()
        assert (score.isna() == frame[f"{prefix}OUTCOME"].isin(["A", "B"])).all()
        assert score.isna().any()
    three = (frame["READEXP"] == "1") & (frame["WRITTAEXP"] == "1") & (frame["MATEXP"] == "1")
    high = (frame["READHIGH"] == "1") & (frame["WRITTADEPTH"] == "1") & (frame["MATHIGH"] == "1")
    assert (three == (frame["RWMEXP"] == "1")).all()
    assert (high == (frame["RWMHIGH"] == "1")).all()
    assert ((frame["WRITTADEPTH"] == "1") == (frame["WRITTAOUTCOME"] == "GDS")).all()
    assert len(stored.raw(year, "ks2.csv")) > len(frame)


def test_progress_exists_in_2022_23_only():
    frame = stored.ks2(202223)
    frame = frame[frame["school"].isin(stored.ELEVEN)]
    for column, whole, poor in (("READ", 0.5, -0.3), ("WRIT", 0.3, -0.4), ("MAT", 0.9, -0.3)):
        score = pd.to_numeric(frame[f"{column}PROGSCORE"])
        assert score.mean() == pytest.approx(whole, abs=0.04)
        assert score[frame["poor"]].mean() == pytest.approx(poor, abs=0.04)
        for year in stored.YEARS[1:]:
            assert set(stored.raw(year, "ks2.csv")[f"{column}PROGSCORE"]) == {""}


ABSENCE = [
    (202223, "all", 5.0, 11.3), (202324, "all", 4.7, 11.5), (202425, "all", 4.3, 8.6),
    (202223, "Y", 7.5, 23.9), (202324, "Y", 7.7, 28.1), (202425, "Y", 6.5, 23.6),
]  # fmt: skip


@pytest.mark.parametrize(("year", "group", "absence", "persistent"), ABSENCE)
def test_absence_as_printed_and_clear_of_a_rounding_boundary(year, group, absence, persistent):
    frame = stored.enrolments(year)
    frame = frame if group == "all" else frame[frame["Disadvantaged"] == group]
    assert 100 * frame["absent"].sum() / frame["PossibleSessions"].sum() == pytest.approx(absence, abs=0.03)
    assert stored.persistent(frame) == pytest.approx(persistent, abs=0.03)


@pytest.mark.parametrize(("year", "england"), [(202223, 0.75), (202324, 0.85), (202425, 0.93)])
def test_attendance_rows_are_plausible(year, england):
    frame = stored.enrolments(year)
    assert 0.3 < stored.percent(frame["absent"] * 2 >= frame["PossibleSessions"]) < england
    assert 0.75 < frame["AuthorisedAbsence"].sum() / frame["absent"].sum() < 0.81
    rows = stored.raw(year, "attendance.csv")
    numbers = rows[["PossibleSessions", "AuthorisedAbsence", "UnauthorisedAbsence"]].astype(int)
    assert (numbers.min() >= 0).all()
    assert (numbers.iloc[:, 1] + numbers.iloc[:, 2] <= numbers.iloc[:, 0]).all()
    assert not rows.duplicated(["URN", "UPN", "Term"]).any()
    assert len(frame) > (stored.members(year, "census_spring.csv")["NationalCurriculumYearActual"] != "R").sum()
    everyone = stored.members(year, "attendance.csv")
    assert (everyone["AgeAt31August"] == "4").any()  # to be left out by whoever reads the file


def test_pupil_groups_can_give_the_printed_persistent_absence():
    """The disadvantaged alone must not be more persistent absentees than there are in all."""
    for year in stored.YEARS:
        frame = stored.enrolments(year)
        share = stored.percent(frame["Disadvantaged"] == "Y")
        poor = stored.persistent(frame[frame["Disadvantaged"] == "Y"])
        assert share * poor / 100 < stored.persistent(frame)


@pytest.mark.parametrize(("year", "gld", "phonics", "mtc", "full"), [
    (202223, 67.2, 79, 20.2, 29), (202324, 67.7, 80, 20.6, 34), (202425, 68.3, 80, 21.0, 37),
])  # fmt: skip
def test_early_figures_lie_a_little_above_england(year, gld, phonics, mtc, full):
    poor = stored.raw(year, "census_spring.csv").set_index("UniquePupilNumber")["EVERFSM_6_P"] == "1"
    profile, check = stored.members(year, "eyfsp.csv"), stored.members(year, "phonics.csv")
    tables = stored.members(year, "mtc.csv")
    check = check[check["NationalCurriculumYearActual"] == "1"]
    took = tables[tables["PupilStatus"] == "Complete"]
    figures = [
        (profile["GLD"] == "1", profile["UPN"], gld, 7),
        (check["Phonics_Outcome"] == "Wa", check["UniquePupilNumber"], phonics, 7),
        (took["FormMark"].astype(int) / 100, took["UPN"], mtc, 1.5),
        (tables["FormMark"] == "25", tables["UPN"], full, 7),
    ]
    for values, upn, england, most in figures:
        disadvantaged = poor.reindex(upn).to_numpy()
        assert 0 < 100 * values.mean() - england < most
        assert values[disadvantaged].mean() < values[~disadvantaged].mean()


@pytest.mark.parametrize("year", stored.YEARS)
def test_early_rows_agree_with_themselves(year):
    profile = stored.raw(year, "eyfsp.csv")
    twelve = [column for column in profile if column[:3] in ("COM", "PHY", "PSE", "LIT", "MAT")]
    assert len(twelve) == 12
    assert ((profile[twelve] == "2").all(axis=1) == (profile["GLD"] == "1")).all()
    check = stored.raw(year, "phonics.csv")
    mark = pd.to_numeric(check["Phonics_Mark"])
    assert ((mark >= 32) == (check["Phonics_Outcome"] == "Wa")).all()
    assert (mark.isna() == check["Phonics_Outcome"].isin(["A", "D"])).all()
    tables = stored.raw(year, "mtc.csv")
    assert ((tables["FormMark"] == "") == (tables["PupilStatus"] == "Not taking check")).all()
    assert ((tables["ReasonNotTakingCheck"] == "") == (tables["PupilStatus"] == "Complete")).all()
    assert pd.to_numeric(tables["FormMark"]).dropna().between(0, 25).all()
