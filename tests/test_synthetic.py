"""The synthetic files: made again byte for byte; census, exclusions and finance recomputed from what is stored."""

from __future__ import annotations

import csv
import hashlib

import pytest

from tests.synthetic import stored, writing


def test_made_again_the_files_have_the_same_bytes(tmp_path):
    writing.write_all(tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv") if path.name != "manifest.csv")
    assert len(made) == 24
    different = [
        str(path) for path in made if (tmp_path / path).read_bytes() != (stored.DATA / "raw" / path).read_bytes()
    ]
    assert different == []
    for year in stored.YEARS:
        with (tmp_path / str(year) / "manifest.csv").open(encoding="utf-8", newline="") as again:
            lines = list(csv.DictReader(again))
        with (stored.DATA / "raw" / str(year) / "manifest.csv").open(encoding="utf-8", newline="") as text:
            kept = [line for line in csv.DictReader(text) if line["origin"] == "synthetic"]
        assert lines == kept


def test_the_manifest_keeps_the_lines_of_other_files(tmp_path):
    folder = tmp_path / "202425"
    folder.mkdir()
    other = {name: "x" for name in writing.MANIFEST} | {"file": "ks2_official.csv", "origin": "official"}
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=writing.MANIFEST)
        writer.writeheader()
        writer.writerow(other)
    writing.write_year(202425, tmp_path)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as text:
        lines = list(csv.DictReader(text))
    assert other in lines
    assert len(lines) == 9


@pytest.mark.parametrize("year", stored.YEARS)
def test_the_manifest_describes_the_files(year):
    folder = stored.DATA / "raw" / str(year)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as text:
        lines = [line for line in csv.DictReader(text) if line["origin"] == "synthetic"]
    assert len(lines) == 8
    for line in lines:
        content = (folder / line["file"]).read_bytes()
        assert (int(line["bytes"]), line["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert int(line["rows"]) == content.count(b"\n") - 1
        assert b"\r" not in content


@pytest.mark.parametrize("year", stored.YEARS)
def test_no_row_can_be_taken_for_a_child(year):
    for name in ("census_spring.csv", "eyfsp.csv", "phonics.csv", "mtc.csv", "ks2.csv", "attendance.csv"):
        frame = stored.raw(year, name)
        surname = next(column for column in frame if column.lower() == "surname")
        upn = next(column for column in frame if column in ("UPN", "UniquePupilNumber"))
        assert set(frame[surname]) == {"SYNTHETIC"}
        assert (frame[upn].str[1:4] == "000").all()
        letters = frame[upn].map(
            lambda u: "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(i * int(d) for i, d in enumerate(u[1:], 2)) % 23]
        )
        assert (letters == frame[upn].str[0]).all()


@pytest.mark.parametrize(("year", "roll"), [(202223, 3284), (202324, 3301), (202425, 3408)])
def test_members_january_roll(year, roll):
    assert len(stored.members(year, "census_spring.csv")) == roll
    assert stored.raw(year, "census_spring.csv")["UniquePupilNumber"].is_unique
    assert stored.raw(year, "census_spring.csv")["UniqueReferenceNumber"].nunique() == 15


# DfE school census: roll, FSM6, FSM, EHC plans, SEN support, EAL
CENSUS = [
    (202223, "137932", (505, 78, 76, 9, 70, 47)), (202223, "148624", (47, 5, 5, 2, 3, 0)),
    (202223, "119915", (462, 66, 61, 13, 61, 28)), (202425, "143250", (396, 54, 53, 6, 33, 19)),
    (202425, "151090", (93, 19, 18, 3, 17, 0)), (202425, "120070", (420, 34, 34, 8, 61, 49)),
]  # fmt: skip


@pytest.mark.parametrize(("year", "urn", "expected"), CENSUS)
def test_census_counts_of_a_school(year, urn, expected):
    frame = stored.raw(year, "census_spring.csv")
    frame = frame[frame["UniqueReferenceNumber"] == urn]
    sen = frame["SpecialEducationalNeedsProvision"]
    found = (
        len(frame), (frame["EVERFSM_6_P"] == "1").sum(), (frame["FreeSchoolMealEligible"] == "true").sum(),
        (sen == "E").sum(), (sen == "K").sum(), (frame["Language"] != "ENG").sum(),
    )  # fmt: skip
    assert found == expected


@pytest.mark.parametrize(
    ("year", "events", "rates"),
    [(202223, (75, 34, 3), (2.28, 0.09)), (202324, (102, 46, 0), (3.09, 0.0)), (202425, (71, 32, 1), (2.08, 0.03))],
)
def test_suspensions_and_permanent_exclusions(year, events, rates):
    frame = stored.members(year, "exclusions.csv")
    suspended = frame[frame["Category"] == "Suspension"]
    permanent = frame[frame["Category"] == "Permanent exclusion"]
    roll = len(stored.members(year, "census_spring.csv"))
    assert (len(suspended), suspended["UPN"].nunique(), len(permanent)) == events
    assert (stored.rounded(100 * len(suspended) / roll, 2), stored.rounded(100 * len(permanent) / roll, 2)) == rates


@pytest.mark.parametrize("year", stored.YEARS)
def test_every_school_made_a_return_of_exclusions(year):
    frame = stored.raw(year, "exclusions.csv")
    nil = frame[frame["Category"] == "Nil return"]
    schools = set(stored.raw(year, "census_spring.csv")["UniqueReferenceNumber"])
    assert set(frame["URN"]) == schools
    assert set(nil["URN"]).isdisjoint(frame.loc[frame["Category"] != "Nil return", "URN"])
    assert nil["URN"].is_unique
    assert set(nil["UPN"]) | set(nil["StartDate"]) == {""}
    known = stored.raw(year, "census_spring.csv").set_index("UniquePupilNumber")["UniqueReferenceNumber"]
    events = frame[frame["Category"] != "Nil return"]
    assert (known.reindex(events["UPN"]).to_numpy() == events["URN"].to_numpy()).all()


@pytest.mark.parametrize("year", stored.YEARS)
def test_finance_is_of_a_primary_academys_size(year):
    frame = stored.raw(year, "finance.csv").set_index("URN")
    assert set(frame["PeriodStart"]) == {f"{year // 100}-09-01"}
    assert set(frame["PeriodEnd"]) == {f"{year // 100 + 1}-08-31"}
    assert frame.loc["", "School"] == "Central services"
    numbers = frame.iloc[:, 3:].astype(float)
    schools = numbers.drop("")
    assert len(schools) == 15
    assert (schools["StaffCosts"] / schools["TotalIncome"]).between(0.75, 0.81).all()
    assert (schools["PupilsFTE"] / schools["TeachersFTE"]).between(19, 23).all()
    assert (schools["TotalIncome"] < schools["TotalExpenditure"]).any()
    trust = numbers[numbers.index.isin({*stored.MEMBERS[year], ""})].sum()
    assert 0.06 < trust["RevenueReserves"] / trust["TotalIncome"] < 0.11


def test_a_school_uses_the_urn_of_its_year():
    before = {"119923", "120070", "119915", "119993"}
    for name in ("census_spring.csv", "attendance.csv", "ks2.csv", "exclusions.csv", "finance.csv"):
        for year in stored.YEARS:
            frame = stored.raw(year, name)
            urns = set(frame["UniqueReferenceNumber" if "UniqueReferenceNumber" in frame else "URN"])
            foxton = {"119923"} if year < 202425 else {"151090"}
            assert urns & (before | set(stored.PRESENT.values())) == (before - {"119923"}) | foxton
