"""Frozen issues of past reports: published, verified, traced.

A command calls three functions; each returns the lines to print and raises ``RunFailed`` with its exit code:

``publish_or_sign(data_dir, out, year, audience, state, role, day) -> lines``
    Freezes the report of a finished run as ``data/published/<year>/issue-N/``, never over an earlier one; with a
    ``state`` (drafted, checked, approved) signs it, tied to the report's hash. ``listed`` and ``signed`` say what is
    frozen and by which roles it was signed.
``verify(data_dir, out, years=()) -> Verified``
    Recomputes every published year as at its own day: equal, moved (old, new, why), missing, new; ``lines`` to
    print and ``exit_code`` (0 when all are equal or explained in ``data/published/restatements.csv``).
``trace_figure(data_dir, wanted, year, audience, as_at) -> lines``
    The source of a number on the page, by the id that it carries.

A run calls ``reissue_warning(analysis) -> line``: figures that moved since a frozen issue by a few pupils only.
"""

from symphony_analysis.issues.issue_commands import listed, publish_or_sign, signed, trace_figure
from symphony_analysis.issues.reissued import reissue_warning
from symphony_analysis.issues.sign_off import STATES
from symphony_analysis.issues.verify import Verified, verify

__all__ = ["STATES", "Verified", "listed", "publish_or_sign", "reissue_warning", "signed", "trace_figure", "verify"]
