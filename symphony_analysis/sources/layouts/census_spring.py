"""The spring school census, pupil by pupil: who is on roll in January, and in which groups."""

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present
from symphony_analysis.sources.declare.source import MIS, Column, Due, from_column, of_pupils

#: Enrolment at this school alone, or here as the main of two: the base of DfE's exclusion rates.
ON_ROLL = ("C", "M")
#: Language codes that are not English as an additional language: English, believed English, refused, not obtained.
NOT_EAL = ("ENG", "ENB", "REF", "NOT", "")
#: A plan, or the statement that it took the place of.
EHC_PLAN = ("E", "S")


def pupil_groups(frame: pd.DataFrame) -> pd.DataFrame:
    """Each pupil's groups by UPN, for the pupil-level files of the same year that do not carry them.

    A pupil at two schools is disadvantaged where either says so; in the groups of the trust as the main school says.
    """
    named = frame[frame["upn"] != ""]
    either = (named[["disadvantaged", "fsm"]] == 1).groupby(named["upn"]).max()
    main_first = named.assign(_away=~named["enrolment"].isin(ON_ROLL)).sort_values("_away", kind="stable")
    once = main_first.drop_duplicates("upn").set_index("upn")
    return either.join(pd.DataFrame(groups_of_trust(once), index=once.index)).reset_index()


def groups_of_trust(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """Which pupils are in each of the groups of the trust; without girls and boys where the file has no sex."""
    flags = {
        "sen_support": pupils["sen"] == "K",
        "ehc_plan": pupils["sen"].isin(EHC_PLAN),
        "eal": ~pupils["language"].isin(NOT_EAL),
    }
    if "sex" in pupils and pupils["sex"].isin(["F", "M"]).any():
        flags |= {"girls": pupils["sex"] == "F", "boys": pupils["sex"] == "M"}
    return flags


def cohorts(frame: pd.DataFrame, context: Context) -> set[tuple[str, str]]:
    """Which year groups has each school: (present URN, "R" or "1" to "6") with at least one pupil on roll."""
    pupils = frame[frame["enrolment"].isin(ON_ROLL)]
    return set(zip(present(pupils["urn"], context), pupils["year_group"], strict=True))


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many pupils are on roll on census day, by school and group, and how many have SEN or EAL?"""
    pupils = frame[frame["enrolment"].isin(ON_ROLL)]
    pupils = pupils.assign(
        school_urn=present(pupils["urn"], context),
        pupils_count=1.0,
    )
    flags = groups_of_trust(pupils)
    in_need = {f"{group}_count": flags[group].astype(float) for group in ("sen_support", "ehc_plan", "eal")}
    flags |= {name: pupils[name] == 1 for name in ("disadvantaged", "fsm")}
    return counted(pupils.assign(**in_need), ["pupils_count", *in_need], flags, context)


SOURCE = of_pupils(
    name="census_spring",
    title="School census, spring: pupil-level download",
    table="roll",
    due=Due("School census, spring: pupils on roll", 1, 2, MIS, "the January roll: what rates rest on"),
    every_school=True,
    partial=True,
    columns=(
        Column("AcademicYear", "academic_year", "year"),
        Column("CensusTerm", "term", required=False, blank="x"),
        Column("UniqueReferenceNumber", "urn", "urn"),
        Column("UniquePupilNumber", "upn", "upn"),
        Column("Sex", "sex", also=("Gender",), required=False, blank=""),
        Column("FreeSchoolMealEligible", "fsm", "flag", blank="x"),
        Column("EVERFSM_6_P", "disadvantaged", "flag", blank="x"),
        Column("Language", "language", blank=""),
        Column("EnrolStatus", "enrolment", "choice", allowed=("C", "M", "S", "G", "O", "P", "F")),
        Column(
            "NationalCurriculumYearActual",
            "year_group",
            "choice",
            blank="x",
            allowed=("E1", "E2", "N1", "N2", "R", *map(str, range(1, 15)), "X"),
        ),
        Column("SpecialEducationalNeedsProvision", "sen", "choice", allowed=("N", "K", "E", "S"), blank="x"),
    ),
    key=("urn", "upn"),
    tidy=tidy,
    year_of=from_column("AcademicYear"),
    recognised_by=("EnrolStatus", "FreeSchoolMealEligible", "NationalCurriculumYearActual", "CensusTerm"),
)
