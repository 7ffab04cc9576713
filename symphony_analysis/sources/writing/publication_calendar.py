"""What to fetch for a year, where it is and when it is published: DfE's and Ofsted's usual months."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from symphony_analysis.sources.layouts.catalogue import SOURCES
from symphony_analysis.years import AcademicYear

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PUPILS = "Get Information About Pupils (sign in with DfE Sign-in), Downloads"
_MIS = "the schools' management information systems"
_NATIONAL = "national.csv"
_FIND = "https://explore-education-statistics.service.gov.uk/find-statistics/"


@dataclass(frozen=True)
class Due:
    """One thing to fetch. ``years`` counts from the calendar year in which the academic year begins."""

    what: str
    layouts: tuple[str, ...]
    years: int
    month: int
    where: str = ""
    note: str = ""

    @property
    def place(self) -> str:
        """Where it is to be had: the publisher's page, unless another place is stated."""
        return self.where or SOURCES[self.layouts[0]].homepage


_DUE = (
    Due("School census, spring: pupils on roll", ("census_spring",), 1, 2, _MIS,
        "the January roll: what rates rest on"),
    Due("England: key stage 2 headlines (interim)", (), 1, 7, _FIND + "key-stage-2-attainment-national-headlines",
        f"a row of {_NATIONAL}"),
    Due("Attendance by pupil and term, all three terms", ("attendance", "attendance_marks"), 1, 8, _MIS),
    Due("Register of suspensions and permanent exclusions", ("exclusions",), 1, 8, _MIS,
        "a school without any sends a row 'Nil return'"),
    Due("Early years foundation stage profile, pupils", ("eyfsp",), 1, 9, _PUPILS),
    Due("Phonics screening check, pupils", ("phonics",), 1, 9, _PUPILS),
    Due("Multiplication tables check, pupils", ("mtc",), 1, 9, _PUPILS),
    Due("Key stage 2 results, pupils", ("ks2_pupil",), 1, 9, _PUPILS,
        "progress scores return with the results of 2025/26, for pupils who have a key stage 1 baseline"),
    Due("England: key stage 2, provisional", ("ks2_school_attainment", "ks2_school_information"), 1, 9),
    Due("England: phonics", ("ees_phonics",), 1, 10),
    Due("England: multiplication tables check", ("ees_mtc",), 1, 11),
    Due("England: early years foundation stage profile", ("ees_eyfsp",), 1, 11),
    Due("Ofsted management information: report cards and earlier grades", ("ofsted_2026",), 1, 11,
        note="report cards are not mapped to the single grades that ended in September 2024"),
    Due("Income and expenditure by school and central services", ("finance",), 1, 12, "the trust's accounts",
        "September to August, after the audit"),
    Due("Key stage 2 performance table, revised", ("ks2_table",), 1, 12),
    Due("Key stage 2 multi-academy trust measures", ("ks2_trust",), 1, 12),
    Due("England: absence, full year", ("ees_absence",), 2, 3,
        note="an autumn report of this year has no national full-year absence yet"),
    Due("Academies accounts return, all trusts", ("academies_accounts",), 2, 4,
        note="the month is the usual one, not announced"),
    Due("England: school workforce (pupils per teacher)", (), 1, 6, _FIND + "school-workforce-in-england",
        f"the November census of this year; a row of {_NATIONAL}"),
    Due("England: suspensions and permanent exclusions, full year", ("ees_exclusions",), 2, 7,
        note="an autumn report of this year has no national full-year suspensions yet"),
)  # fmt: skip


def calendar(year: AcademicYear) -> pd.DataFrame:
    """What to fetch for this year, in order of publication?

    One row a file or figure: what, layout (names of sources, "" for a figure that is entered), published (month
    and year), where, note. Months are those in which DfE and Ofsted have usually published.
    """
    ordered = sorted(_DUE, key=lambda due: (due.years, due.month))
    rows = [
        [due.what, ";".join(due.layouts), f"{_MONTHS[due.month - 1]} {year.start + due.years}", due.place, due.note]
        for due in ordered
    ]
    return pd.DataFrame(rows, columns=["what", "layout", "published", "where", "note"], dtype="str")
