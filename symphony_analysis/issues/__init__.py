"""Frozen issues of past reports: published, verified, traced.

A command calls three functions; each returns the lines to print and raises ``RunFailed`` with its exit code:

``publish_or_sign(data_dir, out, year, audience, state, role, day) -> lines``
    Freezes the report of a finished run as ``data/published/<year>/issue-N/``, never over an earlier one; with a
    ``state`` (drafted, checked, approved) signs it, tied to the report's hash. ``listed`` and ``signed`` say what is
    frozen and by which roles it was signed.
``verify.verify(data_dir, out, years=()) -> Verified``
    Recomputes every published year as at its own day: equal, moved (old, new, why), missing, new; ``lines`` to
    print and ``exit_code`` (0 when all are equal or explained in ``data/published/restatements.csv``).
``trace_figure(data_dir, wanted, year, audience, as_at) -> lines``
    The source of a number on the page, by the id that it carries.

A run calls ``reissue_warning(analysis) -> line``: figures that moved since a frozen issue by a few pupils only.

Nothing here is imported until it is asked for: who traces a figure in JupyterLab does without the report room.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "STATES": "sign_off",
    "listed": "issue_commands",
    "publish_or_sign": "issue_commands",
    "reissue_warning": "reissued",
    "signed": "issue_commands",
    "trace_figure": "issue_commands",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Find a public name in its module the first time it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
