"""What is measured: ``MEASURES`` holds every declared figure; ``evaluate`` turns tidy tables into figures.

Nothing here opens a file.
"""

from symphony_analysis.measures import attendance, counted_records, exclusions, finance, outcomes, pupils
from symphony_analysis.measures.evaluate import NO_SCHOOL_RESULTS, evaluate
from symphony_analysis.measures.measure import (
    AREAS,
    GROUPS,
    Measure,
    group_named,
    groups_named,
    measure_named,
    register,
)
from symphony_analysis.measures.pupils import of_groups

MEASURES = register(
    outcomes.MEASURES,
    attendance.MEASURES,
    exclusions.MEASURES,
    finance.MEASURES,
    pupils.MEASURES,
    counted_records.MEASURES,
)
#: The measures of the trust's overlapping groups, by the names that they have in ``MEASURES``.
OF_GROUPS = of_groups(MEASURES)

__all__ = [
    "AREAS",
    "GROUPS",
    "MEASURES",
    "NO_SCHOOL_RESULTS",
    "OF_GROUPS",
    "Measure",
    "evaluate",
    "group_named",
    "groups_named",
    "measure_named",
]
