"""The commands: publish or sign a year, trace a number of a year."""

from datetime import date
from pathlib import Path

from symphony_analysis import claims, sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.issues import sign_off
from symphony_analysis.issues.publish import REPORT, publish, report_folder, says
from symphony_analysis.issues.tracing.trace import trace
from symphony_analysis.run.notebooks.parameters import Parameters, parsed_year
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.run.unchanged.run_json import read_record
from symphony_analysis.sources.checking import whole_records
from symphony_analysis.sources.own import issues_on_disk as stored
from symphony_analysis.years import AcademicYear


def publish_or_sign(
    data_dir: Path,
    out: Path,
    year: str,
    audience: str = "trustees",
    state: str = "",
    role: str = "",
    day: str = "",
    draft: bool = False,
) -> list[str]:
    """Freeze the report of a year; with ``state``, sign it. Returns the lines to print.

    A report that an issue holds already is not frozen again; one that says DRAFT only with ``draft``. Raises RunFailed,
    and then nothing has been written.
    """
    wanted = parsed_year(year)
    if not state and (role or day):
        raise WrongParameter("--role and --date belong to --sign drafted, checked or approved")
    if state:
        sign_off.checked(state, role, day)
    if state == sign_off.APPROVED:
        _refuse_unfit(data_dir, out, wanted, audience)
    before = stored.numbers(data_dir, wanted)
    issue = publish(data_dir, out, wanted, audience, draft or state == "drafted")
    place = f"{stored.PUBLISHED}/{issue.name}"
    lines = [f"published {place}: the report and {len(issue.figures)} figures, read-only"]
    if issue.number in before:
        lines = [] if state else [f"{place} holds this very report; nothing was published"]
    if state:
        sign_off.sign(data_dir, issue, state, role, day)
        lines.append(f"{issue.name}: {state} by {role}, {day}")
    return lines


def listed(data_dir: Path) -> list[str]:
    """Every issue of record with its edition, day, signatures and the page to open, a line each, oldest first."""
    lines = []
    for year in stored.years(data_dir):
        for number in stored.numbers(data_dir, year):
            issue = stored.read(data_dir, year, number)
            words = (
                f"{issue.audience}, as at {issue.record['parameters']['as_at']}: {sign_off.in_words(data_dir, issue)}"
            )
            page = stored.year_folder(data_dir, year) / f"issue-{number}" / stored.REPORT / REPORT
            lines.append(f"{issue.name}  {words}; {page.relative_to(data_dir.parent)}")
    return lines or ["no report has been published; symphony publish freezes one"]


def signed(data_dir: Path) -> dict[str, str]:
    """What each frozen report is: by the sha256 of its page, "issue 1, approved by Chair of Trustees, 2026-05-01"."""
    issues = [stored.read(data_dir, y, n) for y in stored.years(data_dir) for n in stored.numbers(data_dir, y)]
    return {i.record["report_sha256"]: f"issue {i.number}, {sign_off.in_words(data_dir, i)}" for i in issues}


def _refuse_unfit(data_dir: Path, out: Path, year: AcademicYear, audience: str) -> None:
    """Raise WrongParameter for a report that nobody can approve: of demonstration data, or marked DRAFT.

    It is a draft where a claim that is not shown has no response, or a record lacks rows.
    """
    inputs = sources.load(data_dir)
    folder = report_folder(inputs, year, audience)
    if says(out / folder, "demonstration"):
        why = "its pupil data are made up, so it can be drafted or checked, not approved"
        raise WrongParameter(f"the report of {year} says DEMONSTRATION: {why}; add the trust's own files first")
    if not says(out / folder, "draft"):
        return
    ran = read_record(out / folder) or {}
    day = ran.get("parameters", {}).get("as_at") or inputs.trust.as_at(year)
    left = claims.draft_reasons(Analysis(year, date.fromisoformat(day), audience, None, inputs))
    left += map(str, whole_records.lacking(data_dir, year))
    lines = [f"the report of {year} says DRAFT, so it can be drafted or checked, not approved:"]
    lines += [f"  {reason}" for reason in left] or ["  nothing is left to be done by now"]
    lines.append(f"put that right in data/trust/{year.folder}, run symphony run --year {year}, then sign")
    raise WrongParameter("\n".join(lines))


def trace_figure(data_dir: Path, wanted: str, year: str, audience: str = "trustees", as_at: str = "") -> list[str]:
    """The source of a number of a year, as lines to print; see ``trace``."""
    inputs = sources.load(data_dir)
    day = as_at or inputs.trust.as_at(parsed_year(year))
    if not inputs.years:
        raise RunFailed("no year has data: data/raw holds no file", Exit.DATA)
    asked = Parameters.parse({"year": year, "as_at": day, "edition": audience, "data_dir": data_dir})
    own = asked.check(inputs.trust, inputs.years)
    return trace(Analysis(own.year, date.fromisoformat(str(own.as_at)), own.edition, None, inputs), wanted)
