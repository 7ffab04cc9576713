"""A whole run: from parameters to reports in their places, or to one failure that changed nothing."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from symphony_analysis.run.kernels import inside
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import read_books
from symphony_analysis.run.options import After, Before, Build, Load, Options, cluster_at
from symphony_analysis.run.outcome import Exit, Outcome, RunFailed, Stopped, WrongParameter, disk_fault, error_in_words
from symphony_analysis.run.preflight import check_machine, check_places, check_releases
from symphony_analysis.run.reports.workspace import Workspace
from symphony_analysis.run.unattended.journal import LAST_RUN, Journal, tell
from symphony_analysis.run.unattended.signals import Signals
from symphony_analysis.run.unchanged.state_before import Survey


def execute_release(
    releases: Sequence[Parameters],
    *,
    notebooks: Path,
    out: Path,
    build: Build,
    load: Load | None = None,
    options: Options | None = None,
    before: Before | None = None,
    after: After | None = None,
) -> Outcome:
    """Run every notebook for every release, build each report and put all of them in place; or raise RunFailed.

    ``build(executed, parameters, stage, inputs)`` writes one report into the empty folder ``stage``; ``executed`` maps
    a notebook's name ("10_outcomes") to the executed, normalised notebook. ``load(data_dir)`` gives ``inputs``
    (default ``sources.load``). ``before()`` is called before the first kernel, where anything is to be made; it gives
    the name of the trust and may raise RunFailed. ``after(out)`` is called when a report was put in place. A report
    that would come out the same is left as it is.
    """
    options = options or Options()
    try:
        check_releases(releases)
        folders = [release.folder for release in releases]
        place = check_places(out, releases[0].data_dir, folders)
        books = read_books(notebooks)
        names = [book.name for book in books]
        for name in options.allow_missing:
            if name not in names:
                raise WrongParameter(f"there is no notebook {name!r}; the notebooks are: {', '.join(names)}")
        cluster_at(options)  # refused before anything starts
        with Signals() as signals, Workspace(place, folders) as workspace:
            signals.limit(options.limits.whole_run)
            survey = Survey(books, releases, notebooks, place, options)
            return _recorded(survey, build, load, workspace, signals, (before, after))
    except OSError as error:  # before there is a run: its folders cannot be made
        if disk_fault(error) is None:
            raise
        raise as_failure(error) from error
    except RunFailed as failure:
        if options.notify and failure.exit_code != Exit.BUSY:  # a run that was busy has its own end to report
            problem = tell(options.notify, "failed", int(failure.exit_code), out / LAST_RUN)
            if problem:
                failure.add_note(problem)
        raise


def _recorded(
    survey: Survey,
    build: Build,
    load: Load | None,
    workspace: Workspace,
    signals: Signals,
    around: tuple[Before | None, After | None],
) -> Outcome:
    """Carry the run out, with its beginning and its end in the journal."""
    before, after = around
    begun, journal = time.monotonic(), Journal(workspace.out, workspace.run_id)
    journal.begin(releases=[release.folder for release in survey.releases])
    same = tuple(release.folder for release in survey.releases if release not in survey.wanted)
    outcome = Outcome(workspace.run_id, workspace.out, unchanged=same)
    try:
        check_machine(workspace.out)
        if survey.wanted:
            if before is not None:
                workspace.belongs_to(before())
            # Only now is anything of notebooks and kernels loaded: it takes longer than a run without changes.
            from symphony_analysis.run.steps import Course

            outcome = Course(survey, build, load, workspace, signals, journal).carry_out(outcome)
        if after is not None and (outcome.placed or workspace.list_due.exists()):
            after(workspace.out)
            workspace.list_due.unlink(missing_ok=True)
    except BaseException as error:
        failure = as_failure(signals.stop or error)  # the stop may have made another error
        status = "stopped" if isinstance(failure, Stopped) else "failed"
        journal.end(status, int(failure.exit_code), message=str(failure))
        if failure is error:
            raise
        raise failure from error
    outcome = replace(outcome, seconds=time.monotonic() - begun)
    journal.end(
        "put in place" if outcome.placed else "unchanged",
        int(outcome.exit_code),
        put_in_place=list(outcome.placed),
        unchanged=list(outcome.unchanged),
        kernels_started=outcome.kernels_started,
        from_cache=outcome.from_cache,
        seconds=round(outcome.seconds, 3),
    )
    return outcome


def as_failure(error: BaseException) -> RunFailed:
    """Convert any error to a failure with an exit code; of an unexpected one only what cannot hold data."""
    if isinstance(error, RunFailed):
        return error
    if isinstance(error, KeyboardInterrupt):
        return Stopped("interrupted; nothing was put in place", Exit.INTERRUPT)
    if (fault := disk_fault(error)) is not None:
        return RunFailed(f"{fault}; nothing was put in place", fault.exit_code)
    said = inside.described(error)
    what = error_in_words(said["error"], said["message"], said["where"])
    return RunFailed(f"the run failed: {what}; nothing was put in place", Exit.INTERNAL)
