"""The steps of one run, in order: what is unchanged, what must run, building, publishing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from symphony_analysis.run import kernel_side
from symphony_analysis.run.assemble import build_stage, executed_notebooks
from symphony_analysis.run.books import Book
from symphony_analysis.run.cache import Cache, write_whole
from symphony_analysis.run.cluster_side import Errand
from symphony_analysis.run.environment import Surroundings
from symphony_analysis.run.inputs import Machinery, Snapshot
from symphony_analysis.run.jobs import Job, Result
from symphony_analysis.run.journal import Journal, now
from symphony_analysis.run.matrix import Workers, run_all
from symphony_analysis.run.options import Build, Load, Options
from symphony_analysis.run.outcome import Exit, NotebooksFailed, Outcome, RunFailed
from symphony_analysis.run.parameters import SHOWN_DATA_DIR, Parameters
from symphony_analysis.run.progress import Progress
from symphony_analysis.run.publish import RECORD, contents, put_in_place, settle, take_back
from symphony_analysis.run.record import is_unchanged, new_record, write_record
from symphony_analysis.run.signals import Signals
from symphony_analysis.run.workers import local, on_cluster, usual_width
from symphony_analysis.run.workspace import Workspace

Results = dict[Parameters, dict[str, Result]]


class Course:
    """One run, from its books and releases to its outcome. Used once."""

    journal: Journal

    def __init__(
        self,
        books: list[Book],
        releases: list[Parameters],
        notebooks: Path,
        build: Build,
        load: Load | None,
        options: Options,
        workspace: Workspace,
        signals: Signals,
    ) -> None:
        self.books, self.releases, self.notebooks = books, releases, notebooks
        self.build, self.load, self.options = build, load, options
        self.workspace, self.signals = workspace, signals
        self.data_dir = releases[0].data_dir.resolve()
        self.machinery = Machinery.of(options.lock)
        self.snapshot = Snapshot(self.data_dir)
        self.cache = Cache(workspace.cache, self.machinery)
        self.progress = Progress(len(books) * len(releases), options.stream)
        self.kernels: dict[str, Any] = {"kernels": "none", "started": 0}
        self.from_cache = 0

    def carry_out(self, begun: float) -> Outcome:
        """Do everything; raises RunFailed, and then nothing has been published."""
        wanted = [release for release in self.releases if self.options.fresh or not self._unchanged(release)]
        results: Results = {}
        published: list[str] = []
        if wanted:
            self.snapshot.hold()
            results = self._run(wanted)
            self._stop_if_failed(results)
            stages = self._build_all(wanted, results)
            published = self._publish(stages)
            self.cache.prune()
        return Outcome(
            run_id=self.workspace.run_id,
            out=self.workspace.out,
            published=tuple(published),
            unchanged=tuple(r.folder for r in self.releases if r.folder not in published),
            missing=tuple((r.folder, n) for r, by_name in results.items() for n, x in by_name.items() if x.failure),
            kernels_started=self.kernels["started"],
            from_cache=self.from_cache,
            seconds=time.monotonic() - begun,
        )

    def _unchanged(self, release: Parameters) -> bool:
        folder = self.workspace.out / release.folder
        same = is_unchanged(folder, release, self.books, self.snapshot, self.machinery)
        if same:
            self.progress.total -= len(self.books)
            self.progress.say(f"  {release.folder}: nothing has changed")
        return same

    def _job(self, book: Book, release: Parameters) -> Job:
        places = (
            (str(self.data_dir), SHOWN_DATA_DIR),
            (str(self.notebooks), "."),
            (str(self.notebooks.parent), ".."),
            (str(self.workspace.work), "."),
        )
        return Job(book, release, self.data_dir, places, self.options.limits)

    def _run(self, wanted: Sequence[Parameters]) -> Results:
        """A result for every notebook of every release: from the cache, or from a kernel."""
        results: Results = defaultdict(dict)
        left = []
        for job in (self._job(book, release) for release in wanted for book in self.books):
            kept = None if self.options.fresh else self.cache.find(job, self.snapshot)
            if kept is None:
                left.append(job)
            else:
                self.from_cache += 1
                self._finished(job, kept, results)
        if left:
            self._run_in_kernels(left, results)
        return {release: {book.name: results[release][book.name] for book in self.books} for release in wanted}

    def _run_in_kernels(self, jobs: Sequence[Job], results: Results) -> None:
        with self._workers(len(jobs)) as workers:
            try:
                for number, result in run_all(jobs, workers, self.options.limits.whole_run, self.progress.running):
                    self._finished(jobs[number], result, results)
            finally:
                workers.stop()
                self.kernels = workers.facts()

    def _workers(self, needed: int) -> AbstractContextManager[Workers]:
        """Threads with kernels on this machine, or a cluster, as the options say."""
        options, space = self.options, self.workspace
        preload = tuple(sorted(set().union(*(book.imports() for book in self.books))))
        if options.dask:
            package = self.machinery.seen_by_notebooks
            errand = Errand(space.run_id, self.notebooks, preload, options.kernels, package)
            return on_cluster(options.dask, errand, options.jobs)
        surroundings = Surroundings(
            self.notebooks, space.work / "scratch", space.sockets, space.private / "fonts", preload
        ).make()
        width = min(options.jobs or usual_width(), needed)
        return local(surroundings, options.kernels, width, needed, self._warn)

    def _finished(self, job: Job, result: Result, results: Results) -> None:
        results[job.parameters][job.book.name] = result
        failed = str(result.failure) if result.failure else ""
        self.progress.done(job.label, result.seconds, result.cached, failed)
        self.journal.event(
            "notebook_failed" if failed else "notebook_done",
            notebook=job.book.name,
            release=job.parameters.folder,
            seconds=round(result.seconds, 3),
            from_cache=result.cached,
            **({"failure": failed} if failed else {}),
        )
        if not failed and not result.cached:
            self.cache.keep(job, self.snapshot, result)

    def _warn(self, text: str) -> None:
        self.progress.warn(text)
        self.journal.event("warning", message=text)

    def _stop_if_failed(self, results: Results) -> None:
        every = [result for by_name in results.values() for result in by_name.values()]
        self._stop_if_data_moved(self.snapshot.names)
        allowed = self.options.allow_missing
        failures = [r.failure for r in every if r.failure and r.failure.notebook not in allowed]
        if failures:
            raise NotebooksFailed(failures)

    def _stop_if_data_moved(self, names: Sequence[str]) -> None:
        moved = self.snapshot.changed_since(names)
        if moved:
            listed = ", ".join(moved[:5])
            raise RunFailed(f"the data changed while the run was reading it: {listed}; run it again", Exit.DATA)

    def _build_all(self, wanted: Sequence[Parameters], results: Results) -> list[tuple[str, Path]]:
        """A finished stage for each release."""
        kernel_side.watch(str(self.data_dir))
        inputs = (self.load or _load)(self.data_dir)
        stages = []
        for release in wanted:
            self.progress.say(f"  {release.folder}: putting the report together")
            begun, stage = time.monotonic(), self.workspace.stage(release.folder)
            build_stage(self.build, executed_notebooks(self.books, results[release], release), release, stage, inputs)
            self._record(release, results[release], stage, time.monotonic() - begun)
            stages.append((release.folder, stage))
            self.journal.event("report_built", release=release.folder, seconds=round(time.monotonic() - begun, 3))
        self._stop_if_data_moved(self.snapshot.names)
        return stages

    def _record(self, release: Parameters, results: dict[str, Result], stage: Path, seconds: float) -> None:
        names = {name for result in results.values() for name in result.inputs_used} | kernel_side.names_used()
        record = new_record(release, self.books, self.snapshot, self.machinery, self.snapshot.digests(names))
        facts = {
            "run_id": self.workspace.run_id,
            "built": now(),
            "seconds_to_build": round(seconds, 3),
            "kernels": self.kernels,
            "missing": [name for name, result in results.items() if result.failure],
            "notebooks": {
                name: {"seconds": round(r.seconds, 3), "from_cache": r.cached, "warnings": r.warnings}
                for name, r in results.items()
            },
        }
        write_record(stage, {**record, **facts})

    def _publish(self, stages: Sequence[tuple[str, Path]]) -> list[str]:
        """Put every stage in its place; of a report that came out the same only the record is renewed."""
        published = []
        for _, stage in stages:
            settle(stage)
        with self.signals.held():
            for folder, stage in stages:
                if contents(stage) == contents(self.workspace.out / folder):
                    write_whole(self.workspace.out / folder / RECORD, (stage / RECORD).read_text(encoding="utf-8"))
                    continue
                self._put_in_place(stage, folder, published)
                self.journal.event("published", release=folder)
        return published

    def _put_in_place(self, stage: Path, folder: str, published: list[str]) -> None:
        """Publish one; when that is not possible, take back those before it, so that all stay as they were."""
        try:
            put_in_place(stage, folder, self.workspace)
        except OSError:
            for earlier in reversed(published):
                take_back(self.workspace.work / "stage" / earlier, earlier, self.workspace)
            raise
        published.append(folder)


def _load(data_dir: Path) -> Any:
    from symphony_analysis import sources

    return sources.load(data_dir)
