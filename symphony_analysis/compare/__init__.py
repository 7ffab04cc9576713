"""Is a number good, and could it be chance: England's figure, intervals, words, families, pooled years, changes.

Pure. Everything that says of a figure that it differs, has moved or is beyond chance asks this room.
"""

from symphony_analysis.compare.england import UnlikeError, england_figures
from symphony_analysis.compare.intervals import count_differs, counts_differ
from symphony_analysis.compare.several import (
    LEAST_IN_EACH,
    apart,
    at_our_intake,
    by_schools,
    changes,
    pooled,
    schools_to_name,
)
from symphony_analysis.compare.verdict import (
    BETTER,
    COMPARED,
    COMPARISON_RULE,
    MARKED,
    NAMED_BELOW,
    NO_INTERVAL,
    NO_LIKE,
    NOT_HELD,
    NOT_JUDGED,
    NOT_YET,
    PERHAPS_BETTER,
    PERHAPS_WORSE,
    SAME,
    TOO_FEW,
    WORSE,
    Families,
    Rule,
    against_england,
    families,
    judged,
    tested,
)

__all__ = [
    "BETTER",
    "COMPARED",
    "COMPARISON_RULE",
    "LEAST_IN_EACH",
    "MARKED",
    "NAMED_BELOW",
    "NOT_HELD",
    "NOT_JUDGED",
    "NOT_YET",
    "NO_INTERVAL",
    "NO_LIKE",
    "PERHAPS_BETTER",
    "PERHAPS_WORSE",
    "SAME",
    "TOO_FEW",
    "WORSE",
    "Families",
    "Rule",
    "UnlikeError",
    "against_england",
    "apart",
    "at_our_intake",
    "by_schools",
    "changes",
    "count_differs",
    "counts_differ",
    "england_figures",
    "families",
    "judged",
    "pooled",
    "schools_to_name",
    "tested",
]
