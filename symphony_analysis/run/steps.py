"""The steps of one run, in order: what is unchanged, what must run, putting together, publishing."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat

from symphony_analysis.run.kernels import inside
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.notebooks.job import Job, Result
from symphony_analysis.run.notebooks.parameters import SHOWN_DATA_DIR, Parameters
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.run.options import Build, Load
from symphony_analysis.run.outcome import Exit, NotebooksFailed, Outcome, RunFailed
from symphony_analysis.run.progress import Progress
from symphony_analysis.run.reports import order, put_in_place
from symphony_analysis.run.reports.build_stage import build_stage, executed_texts
from symphony_analysis.run.reports.order import Built, Order
from symphony_analysis.run.reports.workspace import Workspace
from symphony_analysis.run.unattended.journal import Journal, now
from symphony_analysis.run.unattended.signals import Signals
from symphony_analysis.run.unchanged.cache import Cache
from symphony_analysis.run.unchanged.run_json import new_record, write_record
from symphony_analysis.run.unchanged.survey import Survey
from symphony_analysis.run.work.dask_worker import Errand
from symphony_analysis.run.work.workers import Task, Workers, local, on_cluster, run_all, usual_width


class Course:
    """One run of the releases that have to be made, from their books to published reports. Used once."""

    def __init__(
        self,
        survey: Survey,
        build: Build,
        load: Load | None,
        workspace: Workspace,
        signals: Signals,
        journal: Journal,
        progress: Progress,
    ) -> None:
        self.books, self.releases, self.options = survey.books, survey.wanted, survey.options
        self.notebooks, self.data_dir = survey.notebooks, survey.data_dir
        self.machinery, self.snapshot = survey.machinery, survey.snapshot
        self.build, self.load, self.journal, self.progress = build, load, journal, progress
        self.workspace, self.signals = workspace, signals
        self.cache = Cache(workspace.cache, self.machinery)
        self.kernels: dict[str, Any] = {"kernels": "none", "started": 0}
        self.results: dict[Parameters, dict[str, Result]] = defaultdict(dict)
        self.built: dict[Parameters, Built] = {}
        self.waiting: deque[Task] = deque()

    def carry_out(self, outcome: Outcome) -> Outcome:
        """Do everything; raises RunFailed, and then nothing has been published. Completes the outcome."""
        self.snapshot.hold()
        self._run(self.releases)
        self._stop_if_failed()
        self._build_here([release for release in self.releases if release not in self.built])
        published = self._publish(self.releases)
        self.cache.prune()
        every = [(r.folder, name, result) for r in self.releases for name, result in self.results[r].items()]
        same = [release.folder for release in self.releases if release.folder not in published]
        return replace(
            outcome,
            published=tuple(published),
            unchanged=tuple(sorted((*outcome.unchanged, *same))),
            missing=tuple((folder, name) for folder, name, result in every if result.failure),
            kernels_started=self.kernels["started"],
            from_cache=sum(result.cached for _, _, result in every),
            notes=tuple(dict.fromkeys(note for built in self.built.values() for note in built.notes)),
        )

    def _run(self, wanted: Sequence[Parameters]) -> None:
        """A result for every notebook, from the cache or from a kernel, and a report from each release's results.

        The newest year goes first: its report takes longest, and is put together while the other notebooks run.
        """
        found = []
        newest_first = sorted(wanted, key=lambda release: -release.year.code)
        for job in (self._job(book, release) for release in newest_first for book in self.books):
            kept = None if self.options.fresh else self.cache.find(job, self.snapshot)
            if kept is None:
                self.waiting.append(job)
            else:
                found.append((job, kept))
        needed = len(self.waiting)
        for job, kept in found:
            self._notebook_done(job, kept)
        if not self.waiting:
            return
        with self._workers(needed) as workers:
            try:
                for task, result in run_all(
                    self.waiting, workers, self.options.limits.whole_run, self.progress.running
                ):
                    self._done(task, result)
            finally:
                workers.stop()
                self.kernels = workers.facts()

    def _job(self, book: Book, release: Parameters) -> Job:
        places = (
            (str(self.data_dir), SHOWN_DATA_DIR),
            (str(self.notebooks), "."),
            (str(self.notebooks.parent), ".."),
            (str(self.workspace.work), "."),
        )
        return Job(book, release, self.data_dir, places, self.options.limits)

    def _workers(self, needed: int) -> AbstractContextManager[Workers]:
        """Threads with kernels on this machine, or a cluster, as the options say."""
        options, space = self.options, self.workspace
        elsewhere = order.reference(self.build) is not None
        needed_to_build = {*order.ALSO_NEEDED, self.build.__module__} if elsewhere else ()
        imports = set().union(*(book.imports() for book in self.books), needed_to_build)
        surroundings = Surroundings(
            self.notebooks,
            space.work / "scratch",
            space.sockets,
            space.private / "fonts",
            tuple(sorted(imports)),
            self.data_dir,
        ).make()
        if options.dask:
            package = self.machinery.seen_by_notebooks
            errand = Errand(
                space.run_id, self.notebooks, surroundings.preload, options.kernels, package, surroundings.memory
            )
            return on_cluster(options.dask, errand, surroundings, options.jobs, self._warn)
        width = max(1, min(options.jobs or usual_width(), max(needed, 2)))
        return local(surroundings, options.kernels, width, needed, self._warn)

    def _done(self, task: Task, result: Any) -> None:
        if isinstance(task, Job):
            self._notebook_done(task, result)
        else:
            self._report_done(task.release, result)

    def _notebook_done(self, job: Job, result: Result) -> None:
        release, failed = job.parameters, str(result.failure) if result.failure else ""
        self.results[release][job.book.name] = result
        self.progress.done(job.label, result.seconds, result.cached, failed)
        self.journal.event(
            "notebook_failed" if failed else "notebook_done",
            notebook=job.book.name,
            release=release.folder,
            seconds=round(result.seconds, 3),
            from_cache=result.cached,
            **({"failure": failed} if failed else {}),
        )
        if not failed and not result.cached:
            self.cache.keep(job, self.snapshot, result)
        if len(self.results[release]) == len(self.books) and not self._failures():
            self._order(release)

    def _order(self, release: Parameters) -> None:
        """Have the report of a release put together next, when another process can do that."""
        build = order.reference(self.build)
        load = order.USUAL_LOAD if self.load is None else order.reference(self.load)
        if build is None or load is None:
            return
        texts = executed_texts(self.books, self.results[release], release)
        paper = self.workspace.work / f"{release.folder}.order"
        stage = self.workspace.stage(release.folder)
        self.waiting.appendleft(Order(release, build, load, tuple(texts.items()), self.data_dir, stage, paper))

    def _report_done(self, release: Parameters, built: Built) -> None:
        self.built[release] = built
        failed = str(built.failure or "")
        self.progress.done(f"report {release.folder}", built.seconds, failed=failed)
        self.journal.event("report_built", release=release.folder, seconds=round(built.seconds, 3), failure=failed)

    def _warn(self, text: str) -> None:
        self.progress.warn(text)
        self.journal.event("warning", message=text)

    def _failures(self) -> list[Any]:
        """What failed and may not be missing, in the order of the releases and notebooks."""
        every = [self.results[release].get(book.name) for release in self.releases for book in self.books]
        failed = [result.failure for result in every if result is not None and result.failure]
        return [failure for failure in failed if failure.notebook not in self.options.allow_missing]

    def _stop_if_failed(self) -> None:
        self._stop_if_data_moved()
        failures = self._failures()
        if failures:
            raise NotebooksFailed(failures)
        for built in self.built.values():
            if built.failure is not None:
                raise built.failure

    def _stop_if_data_moved(self) -> None:
        moved = self.snapshot.changed_since(self.snapshot.names)
        if moved:
            listed = ", ".join(moved[:5])
            raise RunFailed(f"the data changed while the run was reading it: {listed}; run it again", Exit.DATA)

    def _build_here(self, releases: Sequence[Parameters]) -> None:
        """Put reports together in this process, for a report room that no other process can find."""
        if not releases:
            return
        inside.watch(str(self.data_dir))
        load = self.load or import_module("symphony_analysis.sources").load
        inputs = load(self.data_dir)
        for release in releases:
            begun, stage = time.monotonic(), self.workspace.stage(release.folder)
            texts = executed_texts(self.books, self.results[release], release)
            executed = {name: nbformat.reads(text, as_version=4) for name, text in texts.items()}
            notes = build_stage(self.build, executed, release, stage, inputs)
            used = tuple(sorted(inside.names_used()))
            self._report_done(release, Built(time.monotonic() - begun, used, tuple(notes)))
        self._stop_if_data_moved()

    def _record(self, release: Parameters, stage: Path) -> None:
        results, built = self.results[release], self.built[release]
        names = {name for result in results.values() for name in result.inputs_used} | set(built.inputs_used)
        record = new_record(release, self.books, self.snapshot, self.machinery, self.snapshot.digests(names))
        facts = {
            "run_id": self.workspace.run_id,
            "built": now(),
            "seconds_to_build": round(built.seconds, 3),
            "notes": list(built.notes),
            "kernels": self.kernels,
            "missing": [name for name, result in results.items() if result.failure],
            "notebooks": {
                name: {"seconds": round(r.seconds, 3), "from_cache": r.cached, "warnings": r.warnings}
                for name, r in results.items()
            },
        }
        write_record(stage, {**record, **facts})

    def _publish(self, wanted: Sequence[Parameters]) -> list[str]:
        """Record every stage, bring it to the disk, then put all in their places without an interruption."""
        stages = [(release.folder, self.workspace.staged(release.folder)) for release in wanted]
        for release, (_, stage) in zip(wanted, stages, strict=True):
            self._record(release, stage)
            put_in_place.settle(stage)
        with self.signals.held():
            return put_in_place.publish_all(
                stages, self.workspace, lambda folder: self.journal.event("published", release=folder)
            )
