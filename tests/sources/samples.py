"""Tiny files in the pupil-level and MIS layouts, as header and rows."""

CENSUS = (
    "AcademicYear", "CensusTerm", "UniqueReferenceNumber", "UniquePupilNumber", "Surname", "FreeSchoolMealEligible",
    "EVERFSM_6_P", "Language", "EnrolStatus", "NationalCurriculumYearActual", "SpecialEducationalNeedsProvision",
)  # fmt: skip
KS2 = (
    "ACADYR", "UPN", "SURNAME", "URN", "READSCORE", "MATSCORE", "GPSSCORE", "READEXP", "MATEXP", "GPSEXP", "WRITTAEXP",
    "READHIGH", "MATHIGH", "GPSHIGH", "WRITTADEPTH", "ELIGRWM", "RWMEXP", "RWMHIGH", "FSM", "FSM6_P", "CLA_PP_1_DAY",
    "READPROGSCORE", "WRITPROGSCORE", "MATPROGSCORE",
)  # fmt: skip
ATTENDANCE = (
    "URN", "UPN", "Surname", "AcademicYear", "Term", "AgeAt31August", "Disadvantaged", "FSM", "PossibleSessions",
    "AuthorisedAbsence", "UnauthorisedAbsence",
)  # fmt: skip
EXCLUSIONS = (
    "URN", "UPN", "Surname", "AcademicYear", "Term", "Category", "StartDate", "Sessions", "Reason", "Disadvantaged",
    "FSM",
)  # fmt: skip
FINANCE = (
    "URN", "School", "PeriodStart", "PeriodEnd", "TotalIncome", "StaffCosts", "TotalExpenditure", "RevenueReserves",
    "TeachersFTE", "PupilsFTE",
)  # fmt: skip
PHONICS = (
    "AcademicYear", "UniquePupilNumber", "SurName", "UniqueReferenceNumber", "NationalCurriculumYearActual",
    "Phonics_Mark", "Phonics_Outcome",
)  # fmt: skip
MTC = ("ACADYR", "UPN", "Surname", "URN", "FormMark", "PupilStatus", "ReasonNotTakingCheck")
EYFSP = ("ACADYR", "UPN", "SURNAME", "URN", "COM_G01", "LIT_G09", "GLD")


def upn(name):
    """A UPN valid in form for a short name such as A1: the authority part is 000, which does not exist."""
    if not name:
        return ""
    return f"A000{ord(name[0]):04d}{int(name[1:]):04d}0"


def census(urn, pupil, fsm="false", ever="0", language="ENG", status="C", group="4", sen="N", year="2024/2025"):
    return [year, "Spring", urn, upn(pupil), "SYNTHETIC", fsm, ever, language, status, group, sen]


def ks2(urn, pupil, scores=("104", "103", "102"), expected="1111", higher="0000", rwm="10", fsm="0", fsm6="0",
        looked="0", progress=("", "", ""), eligible="1"):  # fmt: skip
    """``expected`` and ``higher`` are flags of reading, maths, GPS and writing, in that order."""
    return ["2024/2025", upn(pupil), "SYNTHETIC", urn, *scores, *expected, *higher, eligible, *rwm, fsm, fsm6, looked,
            *progress]  # fmt: skip


def term(urn, pupil, name, possible, authorised, unauthorised, age="8", disadvantaged="N", fsm="N"):
    return [
        urn,
        upn(pupil),
        "SYNTHETIC",
        "2024/2025",
        name,
        age,
        disadvantaged,
        fsm,
        possible,
        authorised,
        unauthorised,
    ]


def terms(urn, pupil, possible, authorised, unauthorised, **flags):
    """The same counts in each of the three terms."""
    return [term(urn, pupil, name, possible, authorised, unauthorised, **flags)
            for name in ("Autumn", "Spring", "Summer")]  # fmt: skip


def event(urn, pupil, category, start, disadvantaged="N", fsm="N"):
    return [urn, upn(pupil), "SYNTHETIC", "2024/2025", "Autumn", category, start, "4", "DB", disadvantaged, fsm]
