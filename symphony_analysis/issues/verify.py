"""Verification: each issue is computed again as at its own day and compared figure by figure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis import sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.compare import COMPARISON_RULE
from symphony_analysis.issues import held_against, sign_off
from symphony_analysis.issues.dependencies import facts
from symphony_analysis.issues.differences import EQUAL, Causes, compared, explained
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.issues.publish import REPORT, report_folder
from symphony_analysis.report.pages.page import unissued_digest
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.sources.own import issues_on_disk as stored
from symphony_analysis.years import AcademicYear

DIFFERENT = 1
COLUMNS = ["published_in", "set", "figure", "status", "old", "new", "why", "explained"]
_LOGGED = ", ".join(stored.RESTATEMENT_COLUMNS)
_MOST = 200


@dataclass
class Verified:
    """The result: one row of ``figures`` a figure (``COLUMNS``), and the lines to print."""

    figures: pd.DataFrame
    lines: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def unexplained(self) -> pd.DataFrame:
        """The figures that are not equal and that the restatement log does not explain."""
        return self.figures[(self.figures["status"] != EQUAL) & ~self.figures["explained"].astype(bool)]

    @property
    def exit_code(self) -> int:
        """0 when every figure is equal or explained in the restatement log and no issue was altered; else 1."""
        return DIFFERENT if self.broken or len(self.unexplained) else int(Exit.DONE)

    @property
    def verdict(self) -> list[str]:
        """The last lines: the result, and what there is to do."""
        told = ["an issue of record was altered; restore it from version control"] if self.broken else []
        if count := len(self.unexplained):
            what = "1 published figure is" if count == 1 else f"{count} published figures are"
            told.append(f"{what} neither equal nor explained")
            told.append(f"mend what moved it, or say why in data/{stored.RESTATEMENTS}, a row with {_LOGGED}")
        return told or ["every published figure is equal or explained"]


def verify(data_dir: Path, out: Path | None = None, years: Sequence[AcademicYear] = ()) -> Verified:
    """Compute every published year again and say what is equal, moved, missing or new.

    ``years`` narrows it to the issues of these years; ``out`` is the folder of reports, with which signatures are
    compared. Raises RunFailed when nothing has been published of a year asked for.
    """
    inputs = sources.load(data_dir)
    sets = held_against.printed_sets(inputs.published, inputs.years, years)
    frozen = [year for year in stored.years(data_dir) if not years or year in years]
    if not sets and not frozen:
        named = ", ".join(str(year) for year in years) or "any year"
        raise RunFailed(f"nothing has been published of {named}; see data/published/", Exit.PARAMETERS)
    log = stored.restatements(data_dir)
    parts: list[pd.DataFrame] = []
    verified = Verified(pd.DataFrame(columns=COLUMNS))
    for year in sorted({*sets, *frozen}):
        for name, frame in sets.get(year, {}).items():
            parts.append(_of_print(inputs, year, name, frame, log, verified))
        for number in stored.numbers(data_dir, year) if year in frozen else []:
            parts.append(_of_issue(inputs, stored.read(data_dir, year, number), out, log, verified))
    verified.figures = pd.concat(parts, ignore_index=True)[COLUMNS]
    verified.lines += verified.verdict
    return verified


def _of_print(
    inputs: sources.Inputs, year: AcademicYear, name: str, frame: pd.DataFrame, log: pd.DataFrame, verified: Verified
) -> pd.DataFrame:
    """The figures of one file of printed figures, with the settings that the trust runs with."""
    run = inputs.trust.settings.get("run", {})
    day, audience = (
        date.fromisoformat(inputs.trust.as_at(year) or f"{year.start + 2}-08-31"),
        run.get("edition", "trustees"),
    )
    found = [held_against.held_against(a, name, rows) for a, rows in _by_trend(inputs, year, day, audience, frame)]
    rows = _marked(pd.concat(found, ignore_index=True), log)
    verified.lines.append(f"{name}, as printed for {year}; worked out as at {day.isoformat()}, {audience}")
    for kind, of_kind in rows.groupby("set", sort=False):
        verified.lines.append(f"  {_tally(of_kind)} ({kind})")
    verified.lines += _told(rows)
    return rows


def _by_trend(
    inputs: sources.Inputs, year: AcademicYear, day: date, audience: str, frame: pd.DataFrame
) -> Iterator[tuple[Analysis, pd.DataFrame]]:
    """The printed figures in the trend of the year, then those older than it, each with its analysis."""
    newest: AcademicYear | None = year
    while newest is not None and len(frame):
        analysis = Analysis(newest, day, audience, None, inputs)
        yield analysis, frame
        first = analysis.years[0]
        frame = frame[frame["time_period"].astype(int) < first.code] if "time_period" in frame else frame.head(0)
        newest = max((held for held in inputs.years if held < first), default=None)


def _of_issue(
    inputs: sources.Inputs, issue: stored.Issue, out: Path | None, log: pd.DataFrame, verified: Verified
) -> pd.DataFrame:
    """The figures of one frozen issue, computed with its own year, day and audience."""
    parameters = issue.record["parameters"]
    analysis = Analysis(issue.year, date.fromisoformat(parameters["as_at"]), issue.audience, None, inputs)
    now = issue_figures(analysis)
    rows = compared(issue.name, issue.figures, now).assign(set="figures")
    different = rows["status"] != EQUAL
    if different.any():
        causes = Causes(issue.record["facts"], facts(analysis), issue.figures, now, inputs.trust)
        rows.loc[different, "why"] = [causes.of(figure) for figure in rows.loc[different, "figure"]]
    rows = _marked(rows, log)
    verified.lines.append(f"{issue.name}, as at {parameters['as_at']}, {issue.audience}")
    if (rule := issue.record["facts"]["comparison_rule"]) != COMPARISON_RULE:
        verified.lines.append(f"  words of comparison rule {rule}: figures are held against, words are not")
    verified.lines.append(f"  {_tally(rows)} (figures)")
    for name in issue.altered:
        verified.broken = True
        verified.lines.append(f"  altered: {name} is not as it was published")
    page = None if out is None else out / report_folder(inputs, issue.year, issue.audience) / REPORT
    report = unissued_digest(page.read_bytes()) if page is not None and page.is_file() else None
    for signed, state in sign_off.standing(inputs.data_dir, issue, report):
        verified.lines.append(f"  {signed}: {state}")
    verified.lines += _told(rows)
    return rows


def _marked(rows: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(explained=explained(rows, log) & (rows["status"] != EQUAL))


def _tally(rows: pd.DataFrame) -> str:
    """The count: "17 of 18 equal", and how many of the others the log explains."""
    equal, restated = int((rows["status"] == EQUAL).sum()), int(rows["explained"].sum())
    return f"{equal} of {len(rows)} equal" + (f", {restated} restated" if restated else "")


def _told(rows: pd.DataFrame) -> Iterable[str]:
    """A line for every figure that is not equal, up to ``_MOST``."""
    different = rows[rows["status"] != EQUAL]
    for row in different.head(_MOST).itertuples():
        note = "restated" if row.explained else row.status
        yield f"  {note}  {row.figure}: {row.old or 'none'} published, {row.new or 'none'} now"
        if row.why:
            yield f"      {row.why}"
    if len(different) > _MOST:
        yield f"  ... and {len(different) - _MOST} more"
