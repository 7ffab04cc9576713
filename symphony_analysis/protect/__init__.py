"""Disclosure control: what may be seen in an edition. The only way out for a figure.

primary -> secondary (blocks, intervals) -> shown -> Protected        audit: can anything be worked out?
"""

from symphony_analysis.protect.audit import Audit, audit
from symphony_analysis.protect.blocks import linked
from symphony_analysis.protect.exposure import Finding
from symphony_analysis.protect.public_knowledge import Outside, outside
from symphony_analysis.protect.release import Protected, hidden_cells, release
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds

__all__ = [
    "HIDDEN",
    "Audit",
    "Finding",
    "Outside",
    "Protected",
    "Thresholds",
    "audit",
    "hidden_cells",
    "linked",
    "outside",
    "release",
]
