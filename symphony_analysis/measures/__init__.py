"""Room two: what is measured. Pure: nothing here opens a file.

``MEASURES`` holds every declared figure; ``evaluate`` turns tidy tables into figures.
"""

from symphony_analysis.measures import attendance, context, exclusions, finance, outcomes, records
from symphony_analysis.measures.evaluate import FIGURE_KEYS, evaluate
from symphony_analysis.measures.measure import AREAS, GROUPS, Measure, register

MEASURES = register(
    outcomes.MEASURES,
    attendance.MEASURES,
    exclusions.MEASURES,
    finance.MEASURES,
    context.MEASURES,
    records.MEASURES,
)

__all__ = ["AREAS", "FIGURE_KEYS", "GROUPS", "MEASURES", "Measure", "evaluate"]
