"""Sound little files in the layouts that the bad ones are made from, and the ways to spoil them."""

import csv
import io
from dataclasses import dataclass

from tests.sources import samples, tables

CENSUS = (
    "URN", "LA", "ESTAB", "SCHOOLTYPE", "NOR", "TSENELSE", "PSENELSE", "TSENELK", "PSENELK", "NUMEAL", "PNUMEAL",
    "NUMFSM", "NUMFSMEVER", "NORFSMEVER", "PNUMFSMEVER",
)  # fmt: skip
ABSENCE = (
    "time_period", "time_identifier", "geographic_level", "old_la_code", "school_urn", "school_laestab", "school_name",
    "education_phase", "enrolments", "sess_possible", "sess_overall", "sess_authorised", "sess_unauthorised",
    "sess_overall_percent", "sess_authorised_percent", "sess_unauthorised_percent", "enrolments_pa_10_exact",
    "enrolments_pa_10_exact_percent", "enrolments_pa_50_exact", "enrolments_pa_50_exact_percent",
)  # fmt: skip
GIAS = (
    "URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "EstablishmentStatus (name)",
    "PhaseOfEducation (name)", "OpenDate", "CloseDate", "SchoolCapacity", "NumberOfPupils", "Trusts (code)",
    "Trusts (name)",
)  # fmt: skip


@dataclass(frozen=True)
class Base:
    """A sound file: its name, header and rows."""

    name: str
    header: tuple
    rows: tuple

    def cell(self, column, value, row=3):
        """The file with one cell changed; rows are counted as Excel shows them, so the first data row is 2."""
        place = self.header.index(column)
        changed = [list(cells) for cells in self.rows]
        changed[row - 2][place] = value
        return Base(self.name, self.header, tuple(map(tuple, changed)))

    def column(self, column, values):
        """The file with the cells of a column replaced, one value a row."""
        made = self
        for row, value in enumerate(values, 2):
            made = made.cell(column, value, row)
        return made

    def renamed(self, column, new):
        return Base(self.name, tuple(new if name == column else name for name in self.header), self.rows)

    def without(self, column):
        place = self.header.index(column)
        cut = [cells[:place] + cells[place + 1 :] for cells in (self.header, *self.rows)]
        return Base(self.name, tuple(cut[0]), tuple(map(tuple, cut[1:])))

    def plus(self, *rows):
        return Base(self.name, self.header, (*self.rows, *map(tuple, rows)))

    def text(self, separator=","):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def bytes(self, encoding="utf-8", separator=","):
        return self.text(separator).encode(encoding)


def _census(urn, pupils, plan, support, eal, ever):
    return (urn, "855", "2001", "State-funded primary", pupils, plan, f"{100 * plan / pupils:.2f}%", support,
            f"{100 * support / pupils:.2f}%", eal, f"{100 * eal / pupils:.2f}%", ever, ever, pupils,
            f"{100 * ever / pupils:.2f}%")  # fmt: skip


def _absence(urn, enrolments, possible, authorised, unauthorised, persistent, severe):
    absent = authorised + unauthorised
    return ("202425", "Academic year", "School", "855", urn, f"855{urn[-4:]}", f"School {urn}", "State-funded primary",
            enrolments, possible, absent, authorised, unauthorised, round(100 * absent / possible, 5),
            round(100 * authorised / possible, 5), round(100 * unauthorised / possible, 5), persistent,
            round(100 * persistent / enrolments, 5), severe, round(100 * severe / enrolments, 5))  # fmt: skip


census = Base("school_census.csv", CENSUS, (
    _census("100001", 200, 6, 30, 20, 48), _census("100002", 45, 1, 9, 3, 12), _census("100003", 420, 12, 60, 40, 84),
))  # fmt: skip
absence = Base("absence.csv", ABSENCE, (
    _absence("100001", 180, 66000, 2600, 700, 22, 1), _absence("100002", 40, 15000, 700, 300, 6, 0),
    _absence("100003", 390, 143000, 5100, 1500, 40, 3),
))  # fmt: skip
finance = Base("finance.csv", samples.FINANCE, (
    ("100001", "Ash", "01/09/2024", "31/08/2025", "1200000", "900000", "1150000", "90000", "9.5", "200"),
    ("100002", "Beech", "01/09/2024", "31/08/2025", "400000", "310000", "405000", "-5000", "3", "45"),
    ("100003", "Cedar", "01/09/2024", "31/08/2025", "2300000", "1800000", "2250000", "200000", "19", "420"),
    ("", "Central services", "01/09/2024", "31/08/2025", "90000", "60000", "80000", "0", "", ""),
))  # fmt: skip
gias_file = Base("gias.csv", GIAS, (
    ("100001", "855", "1001", "Ash Primary School", "Open", "Primary", "01/09/1990", "", "210", "200", "", ""),
    ("100002", "855", "1002", "Beech Primary School", "Open", "Primary", "01/09/1991", "", "60", "45", "", ""),
    ("100003", "855", "1003", "Cedar Primary School", "Open", "Primary", "01/09/1992", "", "420", "420", "", ""),
))  # fmt: skip
attendance = Base("attendance.csv", samples.ATTENDANCE, tuple(
    tuple(row) for urn, pupil in (("100001", "A1"), ("100002", "B1"), ("100003", "C1"))
    for row in samples.terms(urn, pupil, "100", "5", "1")
))  # fmt: skip
register = Base("register.csv", samples.EXCLUSIONS, (
    tuple(samples.event("100001", "A1", "Suspension", "01/10/2024")),
    tuple(samples.event("100001", "A2", "Suspension", "02/10/2024")),
    ("100002", "", "", "2024/2025", "", "Nil return", "", "", "", "", ""),
    ("100003", "", "", "2024/2025", "", "Nil return", "", "", "", "", ""),
))  # fmt: skip
ks2_pupils = Base("ks2.csv", samples.KS2, tuple(
    tuple(samples.ks2(urn, pupil)) for urn, pupil in (("100001", "A1"), ("100002", "B1"), ("100003", "C1"))
))  # fmt: skip
ks2 = Base("ks2_table.csv", tuple(tables.KS2_HEADER), tuple(
    tuple(tables.school(urn)) for urn in ("100001", "100002", "100003")
))  # fmt: skip
