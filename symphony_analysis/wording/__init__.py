"""Sentences and notes made from figures and records, so that prose cannot disagree with the numbers."""

from symphony_analysis.display import display_value, figure_id, figure_span, say, tag, why_missing
from symphony_analysis.wording.page import commentary, counted, judgement, not_supplied, texts
from symphony_analysis.wording.registers import claims, evidence, targets
from symphony_analysis.wording.sentences import conclude
from symphony_analysis.wording.summary import attention, scoreboard

__all__ = [
    "attention",
    "claims",
    "commentary",
    "conclude",
    "counted",
    "display_value",
    "evidence",
    "figure_id",
    "figure_span",
    "judgement",
    "not_supplied",
    "say",
    "scoreboard",
    "tag",
    "targets",
    "texts",
    "why_missing",
]
