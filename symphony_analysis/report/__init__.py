"""Executed notebooks become one page, its sections, files of figures, PDF and Word.

Nothing here computes, compares or words a figure; it arranges what the notebooks show.
"""

from typing import Any

from symphony_analysis.report.index import write_index
from symphony_analysis.report.pages.cover import Band, draft_bands
from symphony_analysis.report.pages.fragments import ReportError

__all__ = ["Band", "ReportError", "build", "draft_bands", "write_index"]


def __getattr__(name: str) -> Any:
    """Import what builds a report when it is asked for: the list of reports does without charts and statistics."""
    if name != "build":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from symphony_analysis.report.write_report import build

    return build
