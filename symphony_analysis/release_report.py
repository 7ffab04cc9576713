"""The safety sequence of a report: audit, build, gate. A failure of any of them stops the run.

1. Audit: the figures of all editions, and what is printed elsewhere, must not together reveal a hidden figure.
2. Build: every file is written into the stage, a folder that nobody reads yet.
3. Gate: every byte of the stage is searched for what must not leave the trust.

Rooms are imported when called, so that a run in which nothing changed starts at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symphony_analysis.names import plain_slug
from symphony_analysis.run.outcome import Exit, RunFailed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from nbformat import NotebookNode

    from symphony_analysis.analysis import Analysis
    from symphony_analysis.report.gate import Leak, Search
    from symphony_analysis.run import Parameters
    from symphony_analysis.sources import Inputs

_STOPPED = "nothing was put in place"


def build_pages(executed: Mapping[str, NotebookNode], parameters: Parameters, stage: Path, inputs: Inputs) -> list[str]:
    """The report as ``build_report`` makes it, audited and searched alike, but without PDF, Word and Excel."""
    return build_report(executed, parameters, stage, inputs, documents=False)


def build_report(
    executed: Mapping[str, NotebookNode], parameters: Parameters, stage: Path, inputs: Inputs, documents: bool = True
) -> list[str]:
    """Audit, build and gate one report in ``stage``; returns warnings for the person who runs it.

    Raises RunFailed (exit code 74) for a hidden figure that can be worked out and for a leak; what the report room
    raises goes through. The caller puts nothing in place then.
    """
    from symphony_analysis import issues, report
    from symphony_analysis.analysis import Analysis, release_figures

    school = inputs.trust.school(parameters.school) if parameters.school else None
    analysis = Analysis(parameters.year, parameters.as_at, parameters.edition, school, inputs)
    refuse_exposed(analysis)
    # A school's edition has none of the trust's words, so none that await an answer.
    figures, bands = release_figures(analysis), () if school else report.draft_bands(analysis)
    issued = issues.signed(inputs.data_dir)
    logo = str(inputs.trust.settings.get("style", {}).get("logo", ""))
    looking = cache(lambda: search(stage, inputs.data_dir, figures, logo))

    def leaks() -> Collection[Leak]:
        return looking().look()

    for missing in report.build(
        executed,
        parameters,
        stage,
        inputs,
        figures,
        bands=bands,
        issued=issued,
        meanwhile=leaks,
        documents=documents,
    ):
        click.echo(missing, err=True)
    refuse_leaks(leaks(), _STOPPED)
    warning = issues.reissue_warning(analysis, figures, put_in_place_before(stage))
    return warning.splitlines()


def put_in_place_before(stage: Path) -> list[pd.DataFrame]:
    """The figures of the reports that were in the place that this stage will have, all text, the oldest first.

    None where the newest of them has the same figures: what they tell together was said when they changed.
    """
    from symphony_analysis.report.index import figures_before
    from symphony_analysis.run.reports.workspace import reports_of

    out = reports_of(stage)
    return figures_before(out, stage) if out else []


def refuse_exposed(analysis: Analysis) -> None:
    """Raise RunFailed where a hidden figure can be worked out from what the report would show."""
    audited = analysis.audit()
    if not audited.passed:
        raise RunFailed(f"{audited.message}\n{_STOPPED}", Exit.LEAK)


def refuse_public_draft(releases: Sequence[Parameters], inputs: Inputs) -> None:
    """Raise RunFailed for a public edition of a year whose report for trustees says DRAFT."""
    for release in releases:
        if release.edition == "public":
            from symphony_analysis import report
            from symphony_analysis.analysis import Analysis

            why = report.draft_bands(Analysis(release.year, release.as_at, "trustees", None, inputs))
            if why:
                told = why[0].sentence.rstrip(".")
                raise RunFailed(
                    f"the report of {release.year} is a draft and not for the public yet: {told}; put this right until "
                    f"symphony run --year {release.year} makes a report without DRAFT, or name other years; {_STOPPED}",
                    Exit.DATA,
                )


def refuse_leaks(leaks: Collection[Leak], stopped: str) -> None:
    """Raise RunFailed for leaks; ``stopped`` ends the message."""
    from symphony_analysis.report import gate

    refusal = gate.verdict(leaks)
    if refusal:
        raise RunFailed(f"{refusal}\n{stopped}", Exit.LEAK)


def list_reports(data: Path) -> Callable[[Path], None]:
    """A function that writes the list of reports into the folder of reports, through the same gate."""

    def listed(out: Path) -> None:
        from symphony_analysis import issues, report, sources

        def examine(folder: Path) -> None:
            stopped = "the reports are in place; the list of reports is as it was"
            refuse_leaks(search(folder, data).look(), stopped)

        trust = sources.load(data).trust
        schools = [f"-{plain_slug(school.name)}-{school.urn}" for school in trust.schools]
        style = trust.settings.get("style", {})
        left = report.write_index(out, trust.name, issues.signed(data), style, examine, schools)
        if left:
            why = "of a school that left, or from before the folder of a school had its URN"
            click.echo(f"not in the list of reports: {', '.join(left)} in {out.name}/, {why}; delete what nobody needs")

    return listed


def search(folder: Path, data: Path, figures: pd.DataFrame | None = None, logo: str = "") -> Search:
    """A search of a folder for what must not leave the trust, pupils of any file of the data folder above all."""
    from symphony_analysis.report import gate
    from symphony_analysis.sources import pupil_identifiers

    secrets, granted = gate.secrets_of(pupil_identifiers.identifiers(data)), pupil_identifiers.gate_exceptions(data)
    return gate.Search(folder, secrets, figures, logo, granted)
