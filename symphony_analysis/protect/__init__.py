"""Disclosure control: what may be seen in an edition. The only way out for a figure.

blocks -> worlds -> hiding -> release -> Protected        audit: can anything be worked out?
"""

from symphony_analysis.protect.audit import Audit, Finding, audit
from symphony_analysis.protect.blocks import linked
from symphony_analysis.protect.parts import closed_groups, release_parts
from symphony_analysis.protect.public_knowledge import Outside, outside
from symphony_analysis.protect.release import Protected, release
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds
from symphony_analysis.protect.trust_groups import audit_groups, release_groups

__all__ = [
    "HIDDEN",
    "Audit",
    "Finding",
    "Outside",
    "Protected",
    "Thresholds",
    "audit",
    "audit_groups",
    "closed_groups",
    "linked",
    "outside",
    "release",
    "release_groups",
    "release_parts",
]
