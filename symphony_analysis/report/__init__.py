"""Executed notebooks become one page, its sections, files of figures, PDF and Word.

Nothing here computes, compares or words a figure; it arranges what the notebooks show.
"""

from symphony_analysis.report.index import write_index
from symphony_analysis.report.pages.cover import Band, draft_bands
from symphony_analysis.report.pages.fragments import ReportError
from symphony_analysis.report.write_report import build

__all__ = ["Band", "ReportError", "build", "draft_bands", "write_index"]
