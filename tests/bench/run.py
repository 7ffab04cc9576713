"""How fast is a run, beside the usual way? ``make bench``; writes ``docs/performance.md``.

All of it in one go on the same machine and the same notebooks, so that the ratios mean something: (a) papermill then
nbconvert from the shell, one notebook after another; (b) the same on all cores; (c) ``symphony run --fresh``, the
reports with it; (d) the cells alone in one warm process per core; (e) nothing changed; (f) one input changed; (g)
fifteen school editions of every year; (h) two Dask workers; (i) trusts of 1 to 105 schools.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil

from symphony_analysis.run.notebooks.stored import read_books
from tests.bench import scale
from tests.protect.resampled import write

ROOT = Path(__file__).parents[2]
NOTEBOOKS, DATA = ROOT / "notebooks", ROOT / "data"
BOOKS = [book.name for book in read_books(NOTEBOOKS) if not book.only_for]
YEARS = ("2022/23", "2023/24", "2024/25")
#: The largest trust that is promised.
MOST_SCHOOLS = scale.SIZES[-1]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Bench:
    """The measurements of one go, in a folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.data = place / "data"
        shutil.copytree(DATA, self.data)
        self.seconds: dict[str, float] = {}
        self.work: dict[str, float] = {}
        self.facts: dict[str, str] = {}
        self.peak = 0.0
        self.scale: list[str] = []

    def measure(self, name: str, what: str, work: Callable[[], None]) -> None:
        print(f"({name}) {what} ...", end=" ", flush=True)
        begun, used = time.perf_counter(), _processor_seconds()
        work()
        self.seconds[name] = time.perf_counter() - begun
        self.work[name] = _processor_seconds() - used
        print(f"{self.seconds[name]:.1f} s, {self.work[name]:.1f} processor seconds", flush=True)

    def stock(self, workers: int) -> None:
        """The usual way: two programs a notebook."""
        out = self.place / f"stock{workers}"
        out.mkdir()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda pair: self._stock_one(out, *pair), [(y, b) for y in YEARS for b in BOOKS]))

    def _stock_one(self, out: Path, year: str, book: str) -> None:
        made = out / f"{year.replace('/', '-')}-{book}.ipynb"
        run = ["papermill", f"{book}.ipynb", str(made), "-p", "year", year, "-p", "data_dir", str(self.data)]
        for words in ([*run, "--no-progress-bar"], ["jupyter", "nbconvert", "--to", "html", "--no-input", str(made)]):
            subprocess.run([sys.executable, "-m", *words], cwd=NOTEBOOKS, check=True, capture_output=True)

    def symphony(self, *options: str, watched: bool = False, home: Path | None = None) -> dict:
        """Our way; gives what ``last_run.json`` says. ``watched``: its memory is followed, which takes time itself.

        ``home``: the folder of the data and reports of another trust.
        """
        words = [sys.executable, "-m", "symphony_analysis", "run", "--data", str((home or self.place) / "data")]
        out = (home or self.place) / "reports"
        process = subprocess.Popen([*words, "--out", str(out), *options], stdout=subprocess.DEVNULL)
        with self._watching(process) if watched else nullcontext():
            if process.wait() != 0:
                raise SystemExit(f"symphony run {' '.join(options)} ended with {process.returncode}")
        return json.loads((out / "last_run.json").read_text(encoding="utf-8"))

    @contextmanager
    def _watching(self, process: subprocess.Popen) -> Iterator[None]:
        """Follow the memory of a process and all it started; shared pages count once."""
        over, self.peak = threading.Event(), 0.0

        def follow() -> None:
            while not over.wait(0.5):
                self.peak = max(self.peak, _memory(process.pid))

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def floor(self) -> None:
        """The cells alone; the slowest process counts."""
        pairs, used = [f"{year}:{book}" for year in YEARS for book in BOOKS], _processor_seconds()
        words = [sys.executable, "-m", "tests.bench.floor", str(NOTEBOOKS), str(self.data)]
        running = [
            subprocess.Popen([*words, *pairs[core::CORES]], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for core in range(CORES)
        ]
        self.seconds["d"] = max(float(process.communicate()[0].split()[-1]) for process in running)
        self.work["d"] = _processor_seconds() - used
        print(f"(d) the cells alone in one warm process per core ... {self.seconds['d']:.1f} s", flush=True)

    def change_one_input(self) -> None:
        """One pupil's times tables check gets another mark, and the manifest the new hash."""
        folder = self.data / "raw" / "202425"
        lines = (folder / "mtc.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        names = lines[0].strip().split(",")
        for number, line in enumerate(lines[1:], start=1):
            cells = line.rstrip("\n").split(",")
            if cells[names.index("FormMark")] == "25":
                cells[names.index("FormMark")] = "24"
                lines[number] = ",".join(cells) + "\n"
                break
        (folder / "mtc.csv").write_text("".join(lines), encoding="utf-8", newline="\n")
        _new_hash(folder, "mtc.csv")

    def with_dask(self) -> None:
        from dask.distributed import LocalCluster

        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster:
            self.measure("h", "two Dask workers", lambda: self.symphony("--fresh", "--dask", cluster.scheduler_address))


def _processor_seconds() -> float:
    """Processor time of everything that was started and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(pid: int) -> float:
    """Megabytes in use by a process tree."""
    total = 0
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in tree:
        try:
            facts = process.memory_full_info()
            total += getattr(facts, "pss", facts.uss)
        except psutil.Error:
            continue
    return total / 1e6


def _new_hash(folder: Path, name: str) -> None:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    content = (folder / name).read_bytes()
    for row in rows:
        if row["file"] == name:
            row.update(sha256=hashlib.sha256(content).hexdigest(), bytes=str(len(content)))
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def machine() -> str:
    """What kind of machine this is, without its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = named[0] if named else model
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{model}, {CORES} cores, {memory} GB, {platform.system()}, Python {platform.python_version()}"


def carry_out(bench: Bench, chosen: str) -> None:
    every = len(YEARS) * len(BOOKS)
    if "a" in chosen:
        bench.measure("a", "papermill and nbconvert, one after another", lambda: bench.stock(1))
    if "b" in chosen:
        bench.measure("b", "the same on all cores", lambda: bench.stock(CORES))
    if "d" in chosen:
        bench.floor()
    bench.measure(
        "c", f"symphony run --fresh, {every} notebooks, {len(YEARS)} reports", lambda: bench.symphony("--fresh")
    )
    bench.symphony("--fresh", watched=True)
    bench.facts["c"] = f"peak memory {bench.peak:.0f} MB, in a second run"
    if "e" in chosen:
        bench.measure("e", "nothing changed", lambda: bench.facts.update(e=_kernels(bench.symphony())))
    if "f" in chosen:
        bench.change_one_input()
        bench.measure("f", "one input changed", lambda: bench.facts.update(f=_kernels(bench.symphony())))
    if "g" in chosen:
        bench.measure("g", "fifteen school editions", lambda: bench.facts.update(g=_school_editions(bench)))
    if "h" in chosen:
        bench.with_dask()
    if "j" in chosen:
        write(bench.place / "large" / "data", MOST_SCHOOLS, 1)
        bench.measure("j", f"{MOST_SCHOOLS} schools", lambda: bench.facts.update(j=_large(bench)))
    if "i" in chosen:
        bench.scale = scale.section()


def _school_editions(bench: Bench) -> str:
    last_run = bench.symphony("--fresh", "--schools", watched=True)
    return f"{_kernels(last_run)}, peak memory {bench.peak:.0f} MB"


def _large(bench: Bench) -> str:
    bench.symphony("--fresh", watched=True, home=bench.place / "large")
    return f"peak memory {bench.peak:.0f} MB"


def _kernels(last_run: dict) -> str:
    return f"{last_run['kernels_started']} kernels started, {last_run['from_cache']} notebooks from the cache"


RATIOS = (
    ("a", "c", "times faster than the stock loop", "at least 8", lambda r: r >= 8),
    ("b", "c", "times faster than the stock loop on all cores", "at least 4", lambda r: r >= 4),
    ("c", "d", "times the floor", "at most 1.5", lambda r: r <= 1.5),
    ("h", "c", "times as long with two Dask workers", "at most 1.3", lambda r: r <= 1.3),
)
NAMES = {
    "a": "papermill, then nbconvert, per notebook from the shell, one after another",
    "b": "the same, on all cores",
    "c": "`symphony run --fresh`: the notebooks, and the combined reports with audit, gate, PDF and Word",
    "d": "floor: the cells of (c) alone, in one warm process per core, each notebook reading its data, nothing written",
    "e": "`symphony run` again, nothing changed",
    "f": "`symphony run` after one input changed",
    "g": "`symphony run --fresh --schools`: fifteen school editions of every year",
    "h": "`symphony run --fresh --dask`, two workers on the same machine",
    "j": f"`symphony run --fresh` of a trust of {MOST_SCHOOLS} schools: all its years, with pages, PDF and Word",
}


def page(bench: Bench) -> str:
    every = len(YEARS) * len(BOOKS)
    lines = [
        "# Performance",
        "",
        f"Measured with `make bench` in one go on: {machine()}.",
        f"{len(BOOKS)} notebooks for {len(YEARS)} years are {every} executions. Times differ from machine",
        "to machine; the ratios are what to compare. (a) and (b) make no combined report, PDF or",
        "Word document, and neither audit nor search anything; (c) and all below it but (d) do all of that.",
        "",
        "| | what | seconds | processor seconds | beside |",
        "|---|---|---:|---:|---|",
        *(
            f"| {key} | {NAMES[key]} | {bench.seconds[key]:.1f} | {bench.work[key]:.1f} | {bench.facts.get(key, '')} |"
            for key in sorted(bench.seconds)
        ),
        "",
        "| ratio | value | wanted |",
        "|---|---:|---|",
    ]
    for over, under, words, wanted, _ in RATIOS:
        if over in bench.seconds and under in bench.seconds:
            lines.append(
                f"| ({over}) / ({under}): {words} | {bench.seconds[over] / bench.seconds[under]:.1f} | {wanted} |"
            )
    if "g" in bench.seconds:
        one, many = bench.seconds["c"] / every, bench.seconds["g"] / (15 * every)
        what = f"(g) / (c), per notebook: one of {15 * every} executions beside one of {every}"
        lines.append(f"| {what} | {many / one:.2f} | flat |")
    return "\n".join([*lines, *bench.scale]) + "\n"


#: What follows this heading is measured and written by hand, and stays.
BY_HAND = "\n## By hand\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="abcdefghij", help="which measurements, as letters [abcdefghij]")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md as it is")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        bench = Bench(Path(folder))
        carry_out(bench, wish.only)
    text = page(bench)
    print(text)
    if not wish.no_write and bench.scale and set("abcdefghj") <= set(bench.seconds):
        path = ROOT / "docs" / "performance.md"
        _, heading, by_hand = path.read_text(encoding="utf-8").partition(BY_HAND)
        path.write_text(text + heading + by_hand, encoding="utf-8", newline="\n")
    reached = [good(bench.seconds[o] / bench.seconds[u]) for o, u, *_, good in RATIOS if {o, u} <= set(bench.seconds)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
