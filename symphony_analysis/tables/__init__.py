"""Tables of protected figures and of the trust's records, with captions, scopes, units and footnotes.

Figures are rounded once, to their measure's decimals, and a missing one says why in its cell.
"""

from symphony_analysis.tables.among import among_schools, among_trusts
from symphony_analysis.tables.definitions import corrections, definitions, glossary, inputs, national, restatements
from symphony_analysis.tables.figure_tables import by_school, gaps, reconcile, three_years
from symphony_analysis.tables.registers import attendance_expectations, grades, inspections, priorities, survey
from symphony_analysis.tables.this_year import attendance_by_part, attendance_to_date, budget, groups_of_trust
from symphony_analysis.tables.who_counts import like_for_like, who_counts

__all__ = [
    "among_schools",
    "among_trusts",
    "attendance_by_part",
    "attendance_expectations",
    "attendance_to_date",
    "budget",
    "by_school",
    "corrections",
    "definitions",
    "gaps",
    "glossary",
    "grades",
    "groups_of_trust",
    "inputs",
    "inspections",
    "like_for_like",
    "national",
    "priorities",
    "reconcile",
    "restatements",
    "survey",
    "three_years",
    "who_counts",
]
