"""The commands: publish or sign a year, trace a number of a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from symphony_analysis import claims, sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.issues import sign_off
from symphony_analysis.issues.publish import REPORT, publish, report_folder
from symphony_analysis.issues.tracing.trace import trace
from symphony_analysis.report.index import bands
from symphony_analysis.run.notebooks.parameters import Parameters, parsed_year
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.run.unchanged.fingerprints import file_digest
from symphony_analysis.run.unchanged.run_json import read_record
from symphony_analysis.sources.checking import whole_records
from symphony_analysis.sources.own import issue_files as stored
from symphony_analysis.years import AcademicYear


def publish_or_sign(
    data_dir: Path, out: Path, year: str, audience: str = "trustees", state: str = "", role: str = "", day: str = ""
) -> list[str]:
    """Freeze the report of a year; with ``state``, sign it. Returns the lines to print.

    A signature goes to the newest issue when that is the very report in ``out``; otherwise the report is frozen
    first. Raises RunFailed, and then nothing has been written.
    """
    wanted = parsed_year(year)
    if not state and (role or day):
        raise WrongParameter("--role and --date belong to --sign drafted, checked or approved")
    if state:
        sign_off.checked(state, role, day)
    if state == sign_off.APPROVED:
        _refuse_a_draft(data_dir, out, wanted, audience)
    issue = None
    if state:
        read = (stored.read(data_dir, wanted, number) for number in reversed(stored.numbers(data_dir, wanted)))
        issue = next((newest for newest in read if newest.audience == audience), None)
        now = file_digest(out / report_folder(sources.load(data_dir), wanted, audience) / REPORT)
        issue = issue if issue is not None and issue.record["report_sha256"] == now else None
    lines = []
    if issue is None:
        issue = publish(data_dir, out, wanted, audience)
        lines.append(f"published {stored.PUBLISHED}/{issue.name}: {len(issue.figures)} figures, read-only")
    if state:
        sign_off.sign(data_dir, issue, state, role, day)
        lines.append(f"{issue.name}: {state} by {role}, {day}")
    return lines


def _refuse_a_draft(data_dir: Path, out: Path, year: AcademicYear, audience: str) -> None:
    """Raise WrongParameter for a report marked DRAFT, in which a contradicted claim has no response."""
    inputs = sources.load(data_dir)
    folder = report_folder(inputs, year, audience)
    if not (out / folder / REPORT).is_file() or "draft" not in bands(out / folder / REPORT):
        return
    ran = read_record(out / folder) or {}
    day = ran.get("parameters", {}).get("as_at") or inputs.trust.settings["run"]["as_at"]
    left = claims.draft_reasons(Analysis(year, date.fromisoformat(day), audience, None, inputs))
    left += map(str, whole_records.lacking(data_dir, year))
    lines = [f"the report of {year} says DRAFT, so it can be drafted or checked, not approved:"]
    lines += [f"  {reason}" for reason in left] or ["  nothing is left to be done by now"]
    lines.append(f"put that right in data/trust/{year.folder}, run symphony run --year {year}, then sign")
    raise WrongParameter("\n".join(lines))


def trace_figure(data_dir: Path, wanted: str, year: str, audience: str = "trustees", as_at: str = "") -> list[str]:
    """The source of a number of a year, as lines to print; see ``trace``."""
    inputs = sources.load(data_dir)
    day = as_at or inputs.trust.settings.get("run", {}).get("as_at", "")
    if not inputs.years:
        raise RunFailed("no year has data: data/raw holds no file", Exit.DATA)
    asked = Parameters.parse({"year": year, "as_at": day, "edition": audience, "data_dir": data_dir})
    own = asked.check(inputs.trust, inputs.years)
    return trace(Analysis(own.year, date.fromisoformat(str(own.as_at)), own.edition, None, inputs), wanted)
