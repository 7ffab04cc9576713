"""The steps of one run, in order: cached results, execution, building, putting in place."""

import os
import sys
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

from symphony_analysis.remembered import MEMORY
from symphony_analysis.run.kernels.environment import Surroundings
from symphony_analysis.run.notebooks.job import Job, Result
from symphony_analysis.run.notebooks.parameters import SHOWN_DATA_DIR, Parameters
from symphony_analysis.run.options import Build, Load, cluster_at
from symphony_analysis.run.outcome import Exit, NotebooksFailed, Outcome, RunFailed
from symphony_analysis.run.reports import put_in_place
from symphony_analysis.run.reports.build import ALSO_NEEDED, Built, Order, executed_texts
from symphony_analysis.run.reports.workspace import Workspace
from symphony_analysis.run.unattended.journal import Journal, now
from symphony_analysis.run.unattended.signals import Signals
from symphony_analysis.run.unchanged.cache import Cache
from symphony_analysis.run.unchanged.fingerprints import ROWS
from symphony_analysis.run.unchanged.memory import Memory
from symphony_analysis.run.unchanged.run_json import new_record, write_record
from symphony_analysis.run.unchanged.state_before import Survey
from symphony_analysis.run.work.dask_worker import Errand
from symphony_analysis.run.work.workers import Task, Workers, local, on_cluster, run_all, usual_width


class Course:
    """The execution of every release that has to be made, from notebooks to reports in place. Used once."""

    def __init__(
        self, survey: Survey, build: Build, load: Load | None, workspace: Workspace, signals: Signals, journal: Journal
    ) -> None:
        self.books, self.releases, self.options = survey.books, survey.wanted, survey.options
        self.notebooks, self.data_dir = survey.notebooks, survey.data_dir
        self.machinery, self.snapshot = survey.machinery, survey.snapshot
        self.build, self.load, self.journal = build, load, journal
        self.workspace, self.signals = workspace, signals
        self.cache = Cache(workspace.cache, self.machinery)
        self.memory = Memory(workspace.private / "memory", self.machinery)
        self.kernels: dict[str, Any] = {"kernels": "none", "started": 0}
        self.results: dict[Parameters, dict[str, Result]] = defaultdict(dict)
        self.built: dict[Parameters, Built] = {}
        self.waiting: deque[Task] = deque()
        self.stream = survey.options.stream or sys.stderr
        self.progress = tqdm(
            file=self.stream,
            disable=not getattr(self.stream, "isatty", bool)(),
            leave=False,
            dynamic_ncols=True,
            mininterval=0,  # few things finish: each is shown at once
            miniters=1,
            bar_format="  {n_fmt} of {total_fmt} done |{bar:12}| {remaining} left  {desc}",
        )

    def carry_out(self, outcome: Outcome) -> Outcome:
        """Do every step and return the completed outcome. Raises RunFailed with nothing put in place."""
        self.snapshot.hold()
        with self.progress:
            self._run()
            self._stop_if_failed()
            self._build_here([release for release in self.releases if release not in self.built])
        stages = [(release.folder, self.workspace.staged(release.folder)) for release in self.releases]
        for release, (_, stage) in zip(self.releases, stages, strict=True):
            self._record(release, stage)
            put_in_place.settle(stage)
        with self.signals.held():
            placed = put_in_place.put_all_in_place(
                stages, self.workspace, lambda folder: self.journal.event("put_in_place", release=folder)
            )
        self.cache.prune()
        every = [(r.folder, name, result) for r in self.releases for name, result in self.results[r].items()]
        same = [release.folder for release in self.releases if release.folder not in placed]
        return replace(
            outcome,
            placed=tuple(placed),
            unchanged=tuple(sorted((*outcome.unchanged, *same))),
            missing=tuple((folder, name) for folder, name, result in every if result.failure),
            kernels_started=self.kernels["started"],
            from_cache=sum(result.cached for _, _, result in every),
            notes=tuple(dict.fromkeys(note for built in self.built.values() for note in built.notes)),
        )

    def _run(self) -> None:
        """Get every notebook from the cache or a kernel, and build each release whose notebooks are all there.

        The first notebook of every release goes first: it works out what all notebooks of its year share. Reports come
        last, the newest year's, which takes longest, before the others: together they use the machine until the end.
        """
        found = []
        places = (
            (str(self.data_dir), SHOWN_DATA_DIR),
            (str(self.notebooks), "."),
            (str(self.notebooks.parent), ".."),
            (str(self.workspace.work), "."),
        )
        newest_first = sorted(self.releases, key=lambda release: -release.year.code)
        every = [(release, book) for release in newest_first for book in self.books[release]]
        for release, book in sorted(every, key=lambda one: one[1] is not self.books[one[0]][0]):
            job = Job(book, release, self.data_dir, places, self.options.limits)
            kept = None if self.options.fresh else self.cache.find(job, self.snapshot)
            if kept is None:
                self.waiting.append(job)
            else:
                found.append((job, kept))
        self.progress.reset(len(self.waiting) + len(self.releases))
        for job, kept in found:
            self._notebook_done(job, kept)
        if not self.waiting:
            return
        with self._workers() as workers:
            try:
                for task, result in run_all(
                    self.waiting,
                    workers,
                    self.options.limits.whole_run,
                    lambda names: self.progress.set_description_str(", ".join(names)),
                ):
                    if isinstance(task, Job):
                        self._notebook_done(task, result)
                    else:
                        self._report_done(task.release, result)
            finally:
                workers.stop()
                self.kernels = workers.facts()
        if MEMORY not in os.environ:
            self.memory.take(self.workspace.work / "scratch" / "memory")

    def _workers(self) -> AbstractContextManager[Workers]:
        """Threads with kernels on this machine, or a Dask cluster, as the options say."""
        options, space = self.options, self.workspace
        room = {*ALSO_NEEDED, self.build.__module__} if self._order(self.releases[0], {}).can_be_sent else ()
        imports = set().union(*(book.imports() for books in self.books.values() for book in books), room)
        surroundings = Surroundings(
            self.notebooks,
            space.work / "scratch",
            space.sockets,
            space.private / "fonts",
            tuple(sorted(imports)),
            self.data_dir,
        ).make()
        if MEMORY not in os.environ and not options.fresh:  # else of somebody who keeps one for several runs
            self.memory.give(surroundings.memory)
        if (cluster := cluster_at(options)) is not None:
            package = self.machinery.seen_by_notebooks
            errand = Errand(
                space.run_id, self.notebooks, surroundings.preload, options.kernels, package, surroundings.memory
            )
            return on_cluster(cluster, errand, surroundings, options.jobs, self._warn)
        width = min(options.jobs or usual_width(), max(len(self.waiting), 2))
        return local(surroundings, options.kernels, width, self._warn)

    def _notebook_done(self, job: Job, result: Result) -> None:
        release, failed = job.parameters, str(result.failure) if result.failure else ""
        self.results[release][job.book.name] = result
        self.progress.update(not result.cached)
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
        if len(self.results[release]) == len(self.books[release]) and not self._failures():
            order = self._order(release, executed_texts(self.books[release], self.results[release], release))
            if order.can_be_sent:  # the next task; else it waits for _build_here
                self.workspace.stage(release.folder)
                self.waiting.append(order)

    def _order(self, release: Parameters, executed: dict[str, str]) -> Order:
        return Order(release, self.build, self.load, executed, self.data_dir, self.workspace.staged(release.folder))

    def _report_done(self, release: Parameters, built: Built) -> None:
        self.built[release] = built
        failed = str(built.failure or "")
        self.progress.update()
        self.journal.event("report_built", release=release.folder, seconds=round(built.seconds, 3), failure=failed)

    def _warn(self, text: str) -> None:
        tqdm.write(text, file=self.stream)
        self.journal.event("warning", message=text)

    def _failures(self) -> list[Any]:
        """Failures of notebooks that may not be missing, in the order of releases and notebooks."""
        every = [self.results[release].get(book.name) for release in self.releases for book in self.books[release]]
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
        moved = self.snapshot.changed_since(set().union(*map(self._used, self.releases)))
        if moved:
            listed = ", ".join(moved[:5])
            raise RunFailed(f"the data changed while the run was reading it: {listed}; run it again", Exit.DATA)

    def _used(self, release: Parameters) -> set[str]:
        """The inputs that a report and its notebooks used; a report shows all areas of a record."""
        used = [result.inputs_used for result in self.results[release].values()]
        used += [self.built[release].inputs_used] if release in self.built else []
        return {name.partition(ROWS)[0] for name in chain(*used)}

    def _build_here(self, releases: Sequence[Parameters]) -> None:
        """Build reports in this process, for a build function that another process cannot import."""
        for release in releases:
            self.workspace.stage(release.folder)
            texts = executed_texts(self.books[release], self.results[release], release)
            self._report_done(release, self._order(release, texts).carried_out())
        if releases:
            self._stop_if_data_moved()

    def _record(self, release: Parameters, stage: Path) -> None:
        results, built, inputs = self.results[release], self.built[release], self.snapshot.digests(self._used(release))
        record = new_record(release, self.books[release], self.snapshot, self.machinery, inputs)
        facts = {
            "run_id": self.workspace.run_id,
            "built": now(),
            "seconds_to_build": round(built.seconds, 3),
            "notes": list(built.notes),
            "kernels": self.kernels,
            "pages_only": self.options.pages,
            "missing": [name for name, result in results.items() if result.failure],
            "notebooks": {
                name: {"seconds": round(r.seconds, 3), "from_cache": r.cached, "warnings": r.warnings}
                for name, r in results.items()
            },
        }
        write_record(stage, {**record, **facts})
