"""Sign-offs of an issue: drafted, checked or approved by a role on a day, and whether each still holds."""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

from symphony_analysis.figure import csv_text
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.run.unchanged.cache import write_whole
from symphony_analysis.sources.own import issues_on_disk as stored

APPROVED = "approved"
STATES = ("drafted", "checked", APPROVED)
HOLDS, BROKEN = "holds", "broken"
_ROLE = re.compile(r"[^\W\d_][\w &/()'’-]{1,79}")
#: A role has one of these words, and before it nothing but words that tell one such role from another.
_NOUN = re.compile(
    r"(chair\w*|trustee|director|officer|head|headteacher|lead(er)?|clerk|governor|member|principal|secretary|manager|"
    r"c[efod]o|dop|dpo|senco|committee|board|executive|audit(or)?|analyst|administrator|accountant|advis[eo]r|team)s?"
)
_BEFORE = re.compile(
    r"the|an?|acting|interim|vice|deputy|assistant|associate|senior|chief|designated|independent|external|internal|trust|"
    r"school|primary|regional|local|academy|education\w*|financ\w*|business|data|information|performance|operati\w+|"
    r"quality|standards|outcomes|improvement|safeguarding|attendance|inclusion|governance|risk|special|needs|company|"
    r"human|resources|hr|it|and|of|for|&"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def sign(data_dir: Path, issue: stored.Issue, state: str, role: str, day: str) -> None:
    """Record that this role has drafted, checked or approved the issue on this day.

    The signature is tied to the report's hash and to the issue's own record. Raises WrongParameter for an unknown
    state, a wrong role or day, and an issue that is not as it was published.
    """
    checked(state, role, day)
    if issue.altered:
        raise WrongParameter(f"{issue.name} is not as it was published; it cannot be signed")
    row = [f"issue-{issue.number}", state, role, day, issue.record["report_sha256"], issue.record_sha256]
    kept = stored.sign_offs(data_dir, issue.year)[list(stored.SIGN_OFF_COLUMNS)].itertuples(index=False, name=None)
    place = stored.year_folder(data_dir, issue.year) / stored.SIGN_OFFS
    write_whole(place, csv_text([stored.SIGN_OFF_COLUMNS, *kept, row]))


def checked(state: str, role: str, day: str) -> None:
    """Raise WrongParameter for an unknown state, a role that is not in words, a day that is not a date."""
    if state not in STATES:
        raise WrongParameter(f"a sign-off is one of {', '.join(STATES)}, not {state!r}")
    if _ROLE.fullmatch(role) is None or not _is_role(role):
        raise WrongParameter("a sign-off needs a role in words, never a person: like --role 'Chair of Trustees'")
    with suppress(ValueError):  # a day that is not in the calendar
        if _DAY.fullmatch(day) and date.fromisoformat(day):
            return
    raise WrongParameter("a sign-off needs its day, written like --date 2026-05-01")


def _is_role(text: str) -> bool:
    """Whether the words name a post: "Director of Performance", not "Jane Smith" or "Jane Smith Chair"."""
    words = re.findall(r"[^\s/()-]+", text.casefold())
    first = next((place for place, word in enumerate(words) if _NOUN.fullmatch(word)), None)
    return first is not None and all(_BEFORE.fullmatch(word) for word in words[:first])


def in_words(data_dir: Path, issue: stored.Issue) -> str:
    """Every signature of an issue that is tied to it: "approved by Chair of Trustees, 2026-05-01"; else "unsigned"."""
    rows = stored.sign_offs(data_dir, issue.year)
    rows = rows[(rows["issue"] == f"issue-{issue.number}") & (rows["record_sha256"] == issue.record_sha256)]
    draft = ["draft"] if issue.record.get("draft") else []
    return "; ".join([*draft, *(f"{row.state} by {row.role}, {row.date}" for row in rows.itertuples())]) or "unsigned"


def standing(data_dir: Path, issue: stored.Issue, report_now: str | None) -> list[tuple[str, str]]:
    """Each signature of an issue in words, with whether it holds.

    ``report_now``: the hash of the report in place; None when there is none.
    """
    rows = stored.sign_offs(data_dir, issue.year)
    rows = rows[rows["issue"] == f"issue-{issue.number}"]
    return [(f"{row.state} by {row.role}, {row.date}", _state(row, issue, report_now)) for row in rows.itertuples()]


def _state(row: object, issue: stored.Issue, report_now: str | None) -> str:
    signed = (row.report_sha256, row.record_sha256)  # type: ignore[attr-defined]
    if issue.altered or signed != (issue.record["report_sha256"], issue.record_sha256):
        return f"{BROKEN}: the issue is not what was signed"
    return HOLDS if report_now in {None, signed[0]} else f"{HOLDS}; the report in place is another one"
