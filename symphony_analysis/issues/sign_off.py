"""Drafted, checked, approved: by which role, on which day, and does the signature still hold?"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from symphony_analysis.figure import csv_text
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.run.unchanged.cache import write_whole
from symphony_analysis.sources.own import issue_files as stored

APPROVED = "approved"
STATES = ("drafted", "checked", APPROVED)
HOLDS, UNSEEN, BROKEN = "holds", "report not at hand", "broken"
_ROLE = re.compile(r"[^\W\d_][\w &/().,'’-]{1,79}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sign(data_dir: Path, issue: stored.Issue, state: str, role: str, day: str) -> None:
    """Record that this role has drafted, checked or approved the issue on this day.

    The signature is tied to the report's hash and to the issue's own record. Raises WrongParameter for a state
    that does not exist, a role or day that cannot be, and an issue that is not as it was published.
    """
    checked(state, role, day)
    if issue.altered:
        raise WrongParameter(f"{issue.name} is not as it was published; it cannot be signed")
    row = [f"issue-{issue.number}", state, role, day, issue.record["report_sha256"], issue.record_sha256]
    kept = stored.sign_offs(data_dir, issue.year)[list(stored.SIGN_OFF_COLUMNS)].itertuples(index=False, name=None)
    place = stored.year_folder(data_dir, issue.year) / stored.SIGN_OFFS
    write_whole(place, csv_text([stored.SIGN_OFF_COLUMNS, *kept, row]))


def checked(state: str, role: str, day: str) -> None:
    """Can this be signed? Raises WrongParameter for a state that does not exist, a role or day that cannot be."""
    if state not in STATES:
        raise WrongParameter(f"a sign-off is one of {', '.join(STATES)}, not {state!r}")
    if _ROLE.fullmatch(role) is None:
        raise WrongParameter("a sign-off needs a role in words, like --role 'Chair of Trustees'")
    try:
        if _DAY.fullmatch(day) and date.fromisoformat(day):
            return
    except ValueError:
        pass  # a day that is not in the calendar falls through to the same message
    raise WrongParameter("a sign-off needs its day, written like --date 2026-05-01")


def standing(data_dir: Path, issue: stored.Issue, report_now: str | None) -> list[tuple[str, str]]:
    """Each signature of an issue in words, with whether it holds.

    ``report_now`` is the hash of the report that stands among the reports now; None where there is none.
    """
    rows = stored.sign_offs(data_dir, issue.year)
    rows = rows[rows["issue"] == f"issue-{issue.number}"]
    return [(f"{row.state} by {row.role}, {row.date}", _state(row, issue, report_now)) for row in rows.itertuples()]


def _state(row: object, issue: stored.Issue, report_now: str | None) -> str:
    signed = (row.report_sha256, row.record_sha256)  # type: ignore[attr-defined]
    if issue.altered or signed != (issue.record["report_sha256"], issue.record_sha256):
        return f"{BROKEN}: the issue is not what was signed"
    if report_now is None:
        return UNSEEN
    return HOLDS if report_now == signed[0] else f"{BROKEN}: the report is not the one that was signed"
