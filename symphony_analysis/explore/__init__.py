"""Questions of your own: find a measure, ask for it in one call, draw, show, trace and save the answer.

Every answer holds figures that the edition may show, with the file each comes from. A name that does not exist is
refused with the nearest that does. Nothing here is part of a report.
"""

from symphony_analysis.explore.answer import Answer
from symphony_analysis.explore.ask import ask, find, measure, since

__all__ = ["Answer", "ask", "find", "measure", "since"]
