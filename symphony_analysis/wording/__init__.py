"""Sentences and notes made from figures and records, so that prose cannot disagree with the numbers."""

from symphony_analysis.wording.claims_and_targets import claims, evidence, printed, target_links, targets
from symphony_analysis.wording.section_texts import commentary, counted, judgement, texts
from symphony_analysis.wording.sentences import conclude
from symphony_analysis.wording.summary import attention, scoreboard

__all__ = [
    "attention",
    "claims",
    "commentary",
    "conclude",
    "counted",
    "evidence",
    "judgement",
    "printed",
    "scoreboard",
    "target_links",
    "targets",
    "texts",
]
