"""Every layout that can be read, by name. The definitions page is written from this list."""

from __future__ import annotations

from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.layouts import (
    academies_accounts,
    attendance_marks,
    census_spring,
    ees_absence,
    ees_attendance,
    ees_checks,
    ees_exclusions,
    exclusion_register,
    eyfsp,
    gias,
    ks2_ees,
    ks2_pupil,
    ks2_table,
    ks2_trust,
    mtc,
    ofsted,
    phonics,
    pupil_attendance,
    school_accounts,
    school_census,
)

#: In order of weight: where two files tell the same school and year, the earlier source stands. Pupil-level files
#: come before published tables, the trust's own registers and accounts before the national returns.
_IN_ORDER = (
    census_spring.SOURCE, eyfsp.SOURCE, phonics.SOURCE, mtc.SOURCE, ks2_pupil.SOURCE, pupil_attendance.SOURCE,
    attendance_marks.SOURCE, exclusion_register.SOURCE, school_accounts.SOURCE,
    ks2_table.SOURCE, ks2_ees.SOURCE, ks2_ees.INFORMATION, ks2_trust.SOURCE, school_census.SOURCE,
    ees_absence.SOURCE, ees_exclusions.SOURCE, ees_exclusions.OLDER, ees_exclusions.REASONS, ees_attendance.SOURCE,
    ees_checks.PHONICS, ees_checks.MTC, ees_checks.EYFSP, ees_checks.EYFSP_OLDER,
    gias.SOURCE, gias.LINKS, ofsted.OLD, ofsted.SOURCE, ofsted.CARDS, ofsted.IN_YEAR,
    academies_accounts.SOURCE, academies_accounts.CENTRAL, academies_accounts.SINCE,
    academies_accounts.SINCE_CENTRAL, academies_accounts.BEFORE, academies_accounts.BEFORE_CENTRAL,
)  # fmt: skip
SOURCES: dict[str, Source] = {source.name: source for source in _IN_ORDER}


def feeding(table: str) -> list[Source]:
    """The layouts that feed a tidy table, the weightiest first."""
    return [source for source in SOURCES.values() if source.table == table]
