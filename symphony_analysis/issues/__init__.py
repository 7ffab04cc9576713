"""Past issues: frozen, worked out again, traced. A published figure is a promise.

A command calls three functions; each gives what is to be printed and raises ``RunFailed`` with its exit code:

``publish_or_sign(data_dir, out, year, audience, state, role, day) -> lines``
    Freezes the report of a finished run as ``data/published/<year>/issue-N/``, never over an earlier one; with a
    ``state`` (drafted, checked, approved) signs it, tied to the report's hash.
``verify(data_dir, out, years=()) -> Verified``
    Works every published year out again at its own day: equal, moved (old, new, why), missing, new; ``lines`` to
    print and ``exit_code`` (0 when all are equal or explained in ``data/published/restatements.csv``).
``trace_figure(data_dir, wanted, year, audience, as_at) -> lines``
    Where a number on the page comes from, by the id that it carries.

A run calls ``reissue_warning(analysis) -> line``: figures that moved since a frozen issue by a few pupils only.
"""

from symphony_analysis.issues.issue_commands import publish_or_sign, trace_figure
from symphony_analysis.issues.reissued import reissue_warning
from symphony_analysis.issues.sign_off import STATES
from symphony_analysis.issues.verify import Verified, verify

__all__ = ["STATES", "Verified", "publish_or_sign", "reissue_warning", "trace_figure", "verify"]
