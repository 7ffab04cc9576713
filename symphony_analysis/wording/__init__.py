"""Sentences and notes made from figures and records, so that prose cannot disagree with the numbers."""

from symphony_analysis.wording.claims_and_targets import (
    claims,
    evidence,
    key_to_marks,
    printed,
    recalculated,
    target_links,
    targets,
    to_refresh,
    without_numbers,
)
from symphony_analysis.wording.section_texts import commentary, judgement, texts, trust_inspection
from symphony_analysis.wording.sentences import attendance, conclude

__all__ = [
    "attendance",
    "claims",
    "commentary",
    "conclude",
    "evidence",
    "judgement",
    "key_to_marks",
    "printed",
    "recalculated",
    "target_links",
    "targets",
    "texts",
    "to_refresh",
    "trust_inspection",
    "without_numbers",
]
