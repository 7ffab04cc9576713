"""Is what the trust writes borne out: claims, judgements, targets, evidence, printed figures, gaps, membership.

Pure functions of an ``Analysis`` (or of its protected figures) that return frames; beside ``compare`` in the order
of the rooms. Each frame says in its function's docstring what a row is.
"""

from symphony_analysis.claims.claim import (
    NOT_SHOWN,
    NOT_TESTED,
    OUT_OF_DATE,
    PARTLY_SHOWN,
    SHOWN,
    STATUSES,
    ClaimError,
)
from symphony_analysis.claims.evidence import evidence, inspections
from symphony_analysis.claims.gaps import gaps
from symphony_analysis.claims.judgements import PUPILS_BETTER, PUPILS_WORSE, RULE, STRANDS, Scale, judgements, strands
from symphony_analysis.claims.membership import like_for_like, membership_effect
from symphony_analysis.claims.plausibility import plausibility
from symphony_analysis.claims.printed_figures import printed_against_computed
from symphony_analysis.claims.register import CHECKS, carried_forward, draft_reasons, register
from symphony_analysis.claims.targets import expectations, orphans, priorities, targets

__all__ = [
    "CHECKS",
    "NOT_SHOWN",
    "NOT_TESTED",
    "OUT_OF_DATE",
    "PARTLY_SHOWN",
    "PUPILS_BETTER",
    "PUPILS_WORSE",
    "RULE",
    "SHOWN",
    "STATUSES",
    "STRANDS",
    "ClaimError",
    "Scale",
    "carried_forward",
    "draft_reasons",
    "evidence",
    "expectations",
    "gaps",
    "inspections",
    "judgements",
    "like_for_like",
    "membership_effect",
    "orphans",
    "plausibility",
    "printed_against_computed",
    "priorities",
    "register",
    "strands",
    "targets",
]
