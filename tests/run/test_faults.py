"""The faults R01 to R36 of the reliability list: after each, every published report is whole, old or new.

The random kills run a few times here and fifty times each under ``pytest -m slow tests/run/test_faults.py``.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from symphony_analysis.run import Exit, Limits, RunFailed
from symphony_analysis.run.kernels import cold, environment
from symphony_analysis.run.notebooks import papermill_engine
from symphony_analysis.run.outcome import Stopped
from symphony_analysis.run.reports import build, put_in_place
from symphony_analysis.run.reports.workspace import Workspace
from symphony_analysis.run.unattended.signals import Signals
from tests.run.books import store
from tests.run.conftest import Trust
from tests.run.report_room import plain_build

FOLDERS = ("202324", "202425")
QUICK = Limits(cell=2, notebook=4, start=10, whole_run=30)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A trust whose reports are published; made once and copied."""
    trust = Trust(tmp_path_factory.mktemp("published"))
    trust.run("2023/24", "2024/25")
    return trust


@pytest.fixture
def old(published, tmp_path):
    """A trust with published reports, and a change in its data that a next run would publish."""
    root = tmp_path / "trust"
    shutil.copytree(published.root, root)
    trust = Trust(root)
    trust.old = {folder: trust.published(folder) for folder in FOLDERS}
    (trust.data / "national.csv").write_text("value\n2\n", encoding="utf-8")
    return trust


def is_new(report: dict[str, bytes]) -> bool:
    return b"value\n2\n" in report["self-evaluation.html"]


def whole(trust) -> None:
    """Every report is the old one or the new one, to the byte; the next plain run publishes and leaves no trace."""
    for folder in FOLDERS:
        report = trust.published(folder)
        assert report == trust.old[folder] or (is_new(report) and sorted(report) == sorted(trust.old[folder]))


def recovers(trust, *options: str) -> None:
    assert trust.finish(*options) == (0, "")
    assert all(is_new(trust.published(folder)) for folder in FOLDERS)
    assert list((trust.out / ".symphony" / "work").iterdir()) == []
    assert [p.name for p in (trust.root / "t").iterdir() if p.name.startswith("sym")] == []
    assert [p.name for p in (trust.out / ".symphony" / "locks").iterdir() if p.name.startswith("run-")] == []


def no_strays(trust) -> None:
    deadline = time.monotonic() + 5
    while trust.strays() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert trust.strays() == []


def fails(trust, code: Exit, **options) -> str:
    with pytest.raises(RunFailed) as caught:
        trust.run("2023/24", "2024/25", limits=options.pop("limits", QUICK), **options)
    assert caught.value.exit_code == code
    assert {folder: trust.published(folder) for folder in FOLDERS} == trust.old
    no_strays(trust)
    return str(caught.value)


#: For a kernel that starts cold, which takes seconds on a busy machine.
PATIENT = Limits(cell=60, notebook=60)
KILL = "import os\nos.kill(os.getpid(), 9)"
KILL_SOON = "import subprocess, os\nsubprocess.Popen(['sh', '-c', f'sleep 0.3; kill -9 {os.getpid()}'])"
TOO_BIG = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (4 << 30,) * 2)\nx = bytearray(8 << 30)"


@pytest.mark.parametrize(
    ("cells", "code", "expected"),
    [
        pytest.param(["raise KeyError('x')"], Exit.INTERNAL, "cell 3: KeyError: x", id="R01 a cell raises"),
        pytest.param(["1", KILL, "1"], Exit.KERNEL, "cell 4: KernelDied", id="R02 kernel killed in a cell"),
        pytest.param([KILL_SOON, "import time; time.sleep(9)"], Exit.KERNEL, "cell 4", id="R03 killed later"),
        pytest.param(["import os; os._exit(0)", "1"], Exit.KERNEL, "cell 3: KernelDied", id="R04 os._exit(0)"),
        pytest.param(["import sys; sys.exit(0)", "1"], Exit.INTERNAL, "ended itself", id="R05 sys.exit(0)"),
        pytest.param([TOO_BIG], Exit.KERNEL, "MemoryError", id="R07 out of memory"),
        pytest.param(["while True: pass"], Exit.TIMEOUT, "cell 3: TimeLimit", id="R08 endless loop"),
        pytest.param(["raise OSError(28, 'full')"], Exit.WRITE, "cell 3: OSError", id="R14 disk full in a notebook"),
    ],
)
def test_a_notebook_that_does_not_finish(old, cells, code, expected):
    store(old.notebooks, roll=cells)
    assert expected in fails(old, code)


def test_r02_also_where_kernels_are_started_cold(old):
    store(old.notebooks, roll=["1", KILL, "1"])
    assert "cell 4: KernelDied" in fails(old, Exit.KERNEL, kernels="cold", limits=PATIENT)


def test_r06_a_kernel_that_does_not_start(old, monkeypatch):
    monkeypatch.setattr(cold, "kernel_command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    assert "KernelNotStarted" in fails(old, Exit.TOOL, kernels="cold")


def test_r09_endless_output_is_bounded(old, monkeypatch):
    monkeypatch.setattr(papermill_engine, "OUTPUT_BYTES", 2_000_000)
    store(old.notebooks, roll=["while True: print('x' * 10_000)"])
    assert "TooMuchOutput: more than 2 MB" in fails(old, Exit.INTERNAL, limits=Limits(cell=20, notebook=20))
    assert sum(path.stat().st_size for path in old.out.rglob("*") if path.is_file()) < 200_000


def test_a_notebook_that_is_slow_cell_by_cell_meets_its_limit(old):
    store(old.notebooks, roll=["import time", *["time.sleep(1)"] * 9])
    assert "the notebook took longer" in fails(old, Exit.TIMEOUT)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=["R11", "R12", "R13"])
def test_a_signal_ends_the_run_in_order(old, number):
    store(old.notebooks, roll=["import time; time.sleep(20)"])
    with old.start() as process:
        old.begun()
        time.sleep(0.5)
        process.send_signal(number)
        begun = time.monotonic()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert time.monotonic() - begun < 20  # under three processes of tests; alone it takes one or two
    assert said == "symphony: the run was stopped; nothing was put in place\n"
    no_strays(old)
    store(old.notebooks, roll=["1"])
    whole(old)


def test_a_stop_that_a_library_passes_over_comes_again_but_not_into_the_clearing_up():
    cleared = []
    with pytest.raises(Stopped), Signals():
        with suppress(Exception):  # as some do while they are imported
            os.kill(os.getpid(), signal.SIGTERM)
        try:
            time.sleep(5)
        finally:
            time.sleep(1.2)
            cleared.append(True)
    assert cleared


def test_a_stop_that_becomes_another_error_is_still_a_stop(old):
    def build(*arguments):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException:
            raise KeyError("half of a module") from None

    assert fails(old, Exit.TERMINATED, build=build) == "the run was stopped; nothing was put in place"


def test_a_stop_after_the_reports_are_in_place_does_not_deny_them(old):
    with pytest.raises(Stopped, match="the reports are in place"):
        old.run("2023/24", "2024/25", after=lambda out: os.kill(os.getpid(), signal.SIGTERM))
    assert all(is_new(old.published(folder)) for folder in FOLDERS)


def killed_at_random(old, number: int, seed: int) -> None:
    """Let a run live for a random part of its usual time, end it, and see what is left."""
    if not hasattr(old, "usual"):
        begun = time.monotonic()
        shutil.copytree(old.root, old.root.parent / "rehearsal", symlinks=True, dirs_exist_ok=True)
        recovers(old)
        old.usual = time.monotonic() - begun
    for folder in FOLDERS:
        shutil.rmtree(old.out / folder)
        shutil.copytree(old.root.parent / "rehearsal" / "reports" / folder, old.out / folder)
    shutil.rmtree(old.out / ".symphony" / "cache", ignore_errors=True)
    with old.start() as process:
        time.sleep(random.Random(seed).uniform(0, old.usual * 1.1))
        process.send_signal(number)
        process.communicate(timeout=5 + old.usual)  # alone about one second: it is bounded by no import and no kernel
    gone = {0, -9} if number == signal.SIGKILL else {0, 143, -15}
    assert process.returncode in gone
    no_strays(old)
    whole(old)
    recovers(old)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGKILL, id="R10"),
        pytest.param(signal.SIGTERM, id="R11", marks=pytest.mark.slow),
    ],
)
def test_a_few_random_kills_leave_nothing_torn(old, number):
    killed_at_random(old, number, seed=int(number))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["R10", "R11"])
def test_fifty_random_kills_leave_nothing_torn(old, number):
    for seed in range(50):
        killed_at_random(old, number, 1000 + seed)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("build.build_stage", id="R18 between the last notebook and the report"),
        pytest.param("publish.settle", id="R19 between the report and the rename"),
        pytest.param("publish.put_in_place", id="R19 at the rename"),
        pytest.param("journal.end", id="R20 between the rename and the last word"),
    ],
)
def test_a_kill_at_a_chosen_point(old, point):
    assert old.finish("--die-at", point)[0] == -9
    no_strays(old)
    whole(old)
    assert is_new(old.published("202425")) == (point == "journal.end")
    recovers(old)


@pytest.mark.parametrize(
    "step",
    [(build, "build_stage"), (put_in_place, "settle"), (put_in_place, "put_in_place")],
    ids=["R15", "R15b", "R16"],
)
def test_a_full_disk_at_any_step_changes_nothing(old, monkeypatch, step):
    room, name = step
    real, calls = getattr(room, name), []

    def full(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(room, name, full)
    fails(old, Exit.WRITE)
    monkeypatch.undo()
    recovers(old)


def test_publishing_works_without_an_exchange_and_is_undone_when_cut_in_two(old, monkeypatch):
    monkeypatch.setattr(put_in_place, "exchange", lambda one, other: False)
    killed = Workspace(old.out, ())
    killed.work.mkdir(parents=True)
    (old.out / "202425").rename(killed.aside("202425"))
    store(old.notebooks, roll=["1 / 0"])
    fails(old, Exit.INTERNAL)
    store(old.notebooks, roll=["print('pupils')"])
    assert old.run("2023/24", "2024/25").placed == FOLDERS
    assert is_new(old.published("202425"))


def test_r17_a_place_that_cannot_be_written(old):
    old.out, reports = Path("/proc/reports"), old.out
    with pytest.raises(RunFailed, match="cannot be written") as caught:
        old.run()
    old.out = reports
    assert caught.value.exit_code == Exit.PARAMETERS
    whole(old)


def test_r21_r22_two_runs_at_once(old):
    store(old.notebooks, roll=["import time; time.sleep(5)"])
    with old.start("--years", "2024/25") as first:
        old.begun()
        second, other = old.start("--years", "2024/25"), old.start("--years", "2023/24")
        codes = [process.wait(timeout=60) for process in (first, second, other)]
        for process in (second, other):
            process.communicate()
        first.communicate()
    assert codes == [0, 75, 0]


def test_r23_a_lock_left_by_a_dead_process_is_no_lock(old):
    (old.out / ".symphony" / "locks" / "202425.lock").write_text(str(os.getpid()), encoding="utf-8")
    recovers(old)


def test_r25_an_input_deleted_meanwhile(old):
    store(old.notebooks, roll=["import os; os.unlink(data_dir + '/raw/202324/roll.csv')"])
    assert "raw/202324/roll.csv" in fails(old, Exit.DATA)


def test_r28_a_missing_tool_publishes_nothing_at_all(old):
    class ToolMissing(Exception):
        exit_code = 69

    def build(*arguments):
        plain_build(*arguments)
        raise ToolMissing("no browser was found that can print")

    assert "no browser was found" in fails(old, Exit.TOOL, build=build)


def test_r29_a_tool_that_hangs_meets_the_limit_of_the_run(old):
    def build(*arguments):
        plain_build(*arguments)
        time.sleep(30)

    assert "took longer than allowed" in fails(old, Exit.TIMEOUT, build=build, limits=Limits(whole_run=3))


def test_r30_the_clock_jumps_back(old):
    assert old.finish("--clock-back") == (0, "")
    assert all(is_new(old.published(folder)) for folder in FOLDERS)


def test_r31_another_time_zone_locale_and_hash_seed_give_the_same_bytes(old):
    store(
        old.notebooks,
        roll=["print(f'{1234567.891:n}', hash('x'), set('abc'), __import__('time').strftime('%Z %c')[:3])"],
    )
    seen = []
    for zone, locale, seed in (
        ("Asia/Kolkata", "tr_TR.UTF-8", "1"),
        ("UTC", "de_DE", "3"),
    ):
        shutil.rmtree(old.out)
        extra = {"TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed, "USER": zone}
        assert old.finish(env={**os.environ, **extra})[0] == 0
        seen.append({folder: old.published(folder) for folder in FOLDERS})
    assert seen[0] == seen[1]


def test_r33_no_network(old):
    assert old.finish("--no-network") == (0, "")
    assert all(is_new(old.published(folder)) for folder in FOLDERS)


def copy_of(folder: Path, to: Path) -> None:
    """What a disk image taken now would hold: the folder is opened first, so that a rename cannot mix two of them."""
    to.mkdir(parents=True)
    for place, _, names, handle in os.fwalk(folder):
        inside = to / Path(place).relative_to(folder)
        inside.mkdir(exist_ok=True)
        for name in names:
            with open(name, "rb", opener=lambda n, flags, at=handle: os.open(n, flags, dir_fd=at)) as stream:
                (inside / name).write_bytes(stream.read())


def test_r34_an_image_taken_at_any_moment_holds_whole_reports(old):
    with old.start() as process:
        images = []
        while process.poll() is None and len(images) < 20:
            image = old.root.parent / f"image{len(images)}"
            for folder in FOLDERS:
                copy_of(old.out / folder, image / folder)
            images.append(image)
            time.sleep(0.1)
        process.communicate()
    reports = old.out
    for image in images:
        old.out = image
        whole(old)
    old.out = reports
    assert len(images) > 5


def test_r35_an_empty_environment(old, tmp_path):
    elsewhere = tmp_path / "ein anderer Ort für Bücher"
    code, said = old.finish("--out", str(elsewhere), env={})
    assert (code, said) == (0, "")
    assert (elsewhere / "202425" / "self-evaluation.html").is_file()
    assert not (Path.home() / ".ipython_of_symphony").exists()


def test_a_read_only_clone_is_enough(old, tmp_path):
    before = sorted(path for path in old.notebooks.rglob("*"))
    old.out = tmp_path / "out"
    old.run()
    assert sorted(path for path in old.notebooks.rglob("*")) == before
    assert sorted(path.name for path in old.data.iterdir()) == ["national.csv", "raw"]


def test_every_code_is_distinct_and_explained():
    from symphony_analysis.run.outcome import MEANINGS

    assert len({int(code) for code in Exit}) == len(Exit) == len(MEANINGS)


def test_a_kernel_is_started_with_this_python_only():
    assert environment.kernel_command()[0] == sys.executable
