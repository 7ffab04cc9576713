"""Groups of pupils that overlap, of the trust as a whole: by hand, with England's figure, and what trustees see."""

import re

import pytest

from symphony_analysis import tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.measures import MEASURES
from symphony_analysis.sources.own import national

SCHOOLS = ("100001", "100002", "100003")
CENSUS = [
    "AcademicYear", "CensusTerm", "UniqueReferenceNumber", "UniquePupilNumber", "Sex", "FreeSchoolMealEligible",
    "EVERFSM_6_P", "Language", "EnrolStatus", "NationalCurriculumYearActual", "SpecialEducationalNeedsProvision",
]  # fmt: skip
PHONICS = [
    "AcademicYear", "UniquePupilNumber", "UniqueReferenceNumber", "NationalCurriculumYearActual", "Phonics_Mark",
    "Phonics_Outcome",
]  # fmt: skip
REGISTER = [
    "URN", "UPN", "AcademicYear", "Term", "Category", "StartDate", "Sessions", "Reason", "Disadvantaged", "FSM",
]  # fmt: skip
#: Of twelve pupils of each school: girls first; 0 and 6 with SEN support, 1 with a plan, 2 and 8 with another language.
SEN = {0: "K", 6: "K", 1: "E"}
NOT_MET = {0, 6, 7}


def upn(urn, pupil):
    return f"Z{urn[3:]}{pupil:08d}1"


@pytest.fixture
def data(folder):
    folder.of_schools(SCHOOLS)
    pupils = [(urn, pupil) for urn in SCHOOLS for pupil in range(12)]
    folder.add("census_spring", [
        ["2024/2025", "Spring", urn, upn(urn, n), "F" if n < 6 else "M", "0", "0", "POL" if n in {2, 8} else "ENG", "C",
         "1", SEN.get(n, "N")] for urn, n in pupils
    ], CENSUS)  # fmt: skip
    folder.add("phonics", [
        ["2024/2025", upn(urn, n), urn, "1", "10" if n in NOT_MET else "35", "Wt" if n in NOT_MET else "Wa"]
        for urn, n in pupils
    ], PHONICS)  # fmt: skip
    events = [(urn, 6) for urn in SCHOOLS] + [("100001", 0)]
    folder.add("exclusions", [
        [urn, upn(urn, n), "2024/25", "Autumn", "Suspension", "05/11/2024", "4", "", "N", "N"] for urn, n in events
    ], REGISTER)  # fmt: skip
    ends = "%,0,final,Phonics,https://example.org,2025-10-09,day,stored-data,made up"
    lines = [",".join(national.COLUMNS), f"202425,phonics_year1_expected_percent,sen_support,state_funded,52,{ends}"]
    (folder.path / national.NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder.path


def told(data, edition):
    html = str(tables.groups_of_trust(open_analysis("2024/25", "2026-04-30", edition, data_dir=data)))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_each_group_by_hand_and_englands_figure_of_it(data):
    page = told(data, "internal")
    assert "Phonics: expected standard in Year 1 0% England 52% 100% 100% 83% 67%" in page
    # Four suspensions: three of 18 boys, one of 18 girls; all four of the six pupils with SEN support.
    assert "Suspensions (per 100 pupils) 66.67 0.00 0.00 5.56 16.67" in page


def test_trustees_see_no_few_pupils_and_no_sensitive_figure(data):
    page = told(data, "trustees")
    # Three pupils with a plan are hidden, and SEN support with them: the trust less the others would give them away.
    assert "Phonics: expected standard in Year 1 [c] England 52% [c] 100% 83% 67%" in page
    assert "Not in this edition: suspensions." in page and "66.67" not in page
    assert "not told apart" in told(data, "public")


def test_the_parts_of_one_way_are_all_pupils_and_all_events(data):
    analysis = open_analysis("2024/25", "2026-04-30", "internal", data_dir=data)
    rows = analysis.parted([MEASURES["suspension_rate"]], ["SEN", "EAL", "sex"])
    trust = rows[(rows["geographic_level"] == "Trust") & (rows["pupil_group"] == "all")]
    assert trust.groupby("way")[["numerator", "denominator"]].sum().drop_duplicates().to_numpy().tolist() == [[4, 36]]
