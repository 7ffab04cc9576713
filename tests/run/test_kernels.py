"""Kernels from two sources give the same bytes, fall back when they must, and leave nothing running."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import symphony_analysis
from symphony_analysis import release_report, sources
from symphony_analysis.run import Parameters, RunFailed
from symphony_analysis.run.kernels import cold, environment, fork
from symphony_analysis.run.reports import build
from symphony_analysis.run.reports.build import Order
from symphony_analysis.run.unchanged import fingerprints
from symphony_analysis.run.work import workers
from tests.run import conftest, report_room
from tests.run.books import store
from tests.run.report_room import plain_build

ROOT = Path(__file__).parents[2]
RICH = [
    "import pandas as pd, matplotlib.pyplot as plt, sys, os\nfrom IPython.display import HTML, display",
    "frame = pd.DataFrame({'school': ['Äsop', 'B'], 'value': [1.25, None]})\nframe",
    "frame.style.set_caption('styled')",
    "figure, axes = plt.subplots()\naxes.plot([1, 2, 3])\nplt.show()",
    "print('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "display(HTML('<b>bold</b>'))\nobject()",
    "sorted(k for k in os.environ if k.startswith(('PYTHON', 'MPL', 'TZ', 'LC_', 'OMP', 'SOURCE'))), os.getcwd()",
    "print([name for name in dir() if not name.startswith('_')])\nlen(In)",
    "import numpy, random\nhash('x'), os.environ['HOME'][-5:], sys.path[-1][-13:]",
]


#: A server that waits for a child at work.
READS_LONG = (
    "import os, time; end = time.monotonic() + 8\nif os.fork(): os.wait()\nelse:\n while time.monotonic() < end: pass"
)


def printed(code: str) -> str:
    """What a process of its own prints that runs this code."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def outputs(trust, **options) -> dict[str, bytes]:
    trust.run(fresh=True, **options)
    return trust.published()


@pytest.mark.parametrize(
    ("doing", "ready", "waits"),
    [
        ("while True: pass", None, True),
        (READS_LONG, None, True),
        (READS_LONG, True, False),  # kernels at work say nothing of a server that hangs
        ("import time; time.sleep(99)", None, False),
    ],
)
def test_a_server_of_kernels_is_waited_for_while_it_works(doing, ready, waits):
    """On a busy machine it may take minutes until everything is imported, and the data of a large trust read."""
    server = fork.Server.__new__(fork.Server)
    server._is_ready = ready
    server._answers, server._answer = threading.Semaphore(0), {"ready": ""}
    with subprocess.Popen([sys.executable, "-c", doing]) as server._process:
        answering = threading.Timer(4 if waits else 99, server._answers.release)
        answering.start()
        try:
            if waits:
                assert server._receive(1) == {"ready": ""}
            else:
                with pytest.raises(RuntimeError, match="does not answer"):
                    server._receive(1)
        finally:
            answering.cancel()
            server._process.kill()


def test_a_kernel_whose_end_is_reported_late_stops_no_run(tmp_path, monkeypatch):
    source = cold.ColdSource(environment.Surroundings(tmp_path, tmp_path / "scratch", tmp_path, tmp_path).make())
    manager = source.acquire()
    process = manager.provisioner.process

    def late(timeout=None):
        raise subprocess.TimeoutExpired("kernel", timeout)

    monkeypatch.setattr(process, "wait", late)
    source.discard(manager)
    monkeypatch.undo()
    assert process.wait(20) is not None  # it was killed
    assert not Path(manager.connection_file).exists() and not source._live
    source.close()


def test_cold_and_fork_give_the_same_bytes(trust):
    store(trust.notebooks, rich=RICH)
    cold = outputs(trust, kernels="cold")
    assert b"image/png" in cold["notebooks/10_rich.ipynb"]
    assert b"0x0" in cold["notebooks/10_rich.ipynb"]
    assert cold == outputs(trust, kernels="cold", jobs=2)
    assert cold == outputs(trust, kernels="fork", jobs=3)
    assert cold == outputs(trust, kernels="fork", jobs=1)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bytes(trust, monkeypatch):
    from dask.distributed import LocalCluster

    monkeypatch.setattr(fingerprints, "package_digest", conftest.REAL)
    here = outputs(trust)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster:
        assert outputs(trust, dask=cluster.scheduler_address) == here
        assert trust.run("2024/25", fresh=True, dask=cluster.scheduler_address).kernels_started == 2
    assert trust.strays() == []


def test_no_cluster_is_said_plainly(trust, monkeypatch):
    monkeypatch.setattr(workers, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(Exception, match="no Dask scheduler answers") as caught:
        trust.run(dask="tcp://127.0.0.1:9")
    assert caught.value.exit_code == 69


def test_each_notebook_has_a_kernel_of_its_own(trust):
    store(
        trust.notebooks, roll=["import builtins\nbuiltins.left = 1"], national=["print(hasattr(__builtins__, 'left'))"]
    )
    assert trust.run(jobs=1).kernels_started == 2
    assert b"False" in trust.published()["self-evaluation.html"]


@pytest.mark.parametrize("kind", ["fork", "cold"])
def test_nothing_runs_afterwards(trust, kind):
    trust.run(kernels=kind)
    assert trust.strays() == []
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("notebook")] == []


@pytest.mark.parametrize("kind", ["fork", "cold"])
def test_what_a_library_prints_past_python_is_in_no_notebook(trust, kind):
    """The solver of the disclosure control prints a line now and then, in whichever notebook decides first."""
    store(trust.notebooks, roll=["import os\nwritten = os.write(1, b'by a library')\nprint('by the notebook')"])
    trust.run(kernels=kind)
    printed = trust.published()["self-evaluation.html"].decode()
    assert "by the notebook" in printed and "by a library" not in printed


@pytest.mark.parametrize("kind", ["fork", "cold"])
def test_a_kernel_that_cannot_be_started_leaves_no_event_loop_open(trust, monkeypatch, kind):
    """Python would complain of one when it ends, after the one line that says why the run ended."""
    real, made = asyncio.new_event_loop, []
    monkeypatch.setattr(asyncio, "new_event_loop", lambda: made.append(real()) or made[-1])
    monkeypatch.setattr(cold, "kernel_command", lambda: ["/no/such/python", "-m", "ipykernel_launcher"])
    monkeypatch.setattr(fork, "SERVER", "symphony_analysis.run.no_such_module")
    with pytest.raises(RunFailed, match="KernelNotStarted"):
        trust.run(kernels=kind)
    assert made
    assert all(loop.is_closed() for loop in made)


@pytest.mark.parametrize("kind", ["fork", "cold"])
def test_a_run_from_a_notebook_leaves_its_event_loop_alone(trust, kind):
    async def as_a_notebook_does() -> bool:
        waiting = asyncio.ensure_future(asyncio.sleep(60))
        trust.run(kernels=kind)
        waiting.cancel()
        return waiting.cancelling() == 1

    assert asyncio.run(as_a_notebook_does())


def test_a_source_that_does_not_work_is_replaced_with_one_line(trust, monkeypatch, capsys):
    monkeypatch.setattr(fork.Server, "ready", lambda self: (_ for _ in ()).throw(RuntimeError("two threads run")))
    trust.run(kernels="fork", stream=sys.stderr)
    assert capsys.readouterr().err == (
        "warning: kernels are started another way, because fork does not work here: two threads run\n"
    )
    assert json.loads((trust.out / "202425" / "run.json").read_text(encoding="utf-8"))["kernels"]["kernels"] == "cold"


def test_a_server_that_dies_meanwhile_is_replaced_too(trust, monkeypatch):
    real = fork.Server.fork

    def dying(self, *arguments):
        if self._is_ready:
            self._process.kill()
            self._process.wait()
        return real(self, *arguments)

    monkeypatch.setattr(fork.Server, "fork", dying)
    store(trust.notebooks, more=["1"], and_more=["2"])
    assert trust.run(kernels="fork", jobs=1).placed == ("202425",)


def test_forked_kernels_that_are_never_heard_are_replaced_too(trust, monkeypatch):
    """As where the server runs, but what it copies cannot become a kernel."""
    real = fork.Server.fork
    monkeypatch.setattr(fork.Server, "fork", lambda self, what, words: real(self, what, ["--no-such-option=1"]))
    said = io.StringIO()
    assert trust.run(kernels="fork", jobs=2, stream=said).placed == ("202425",)
    assert said.getvalue() == (
        "warning: kernels are started another way, because fork does not work here: "
        "a kernel started and was not heard\n"
    )
    assert trust.strays() == []


def test_a_server_that_cannot_start_is_replaced_too(trust, monkeypatch):
    monkeypatch.setattr(fork, "SERVER", "symphony_analysis.run.no_such_module")
    assert trust.run(kernels="fork").placed == ("202425",)


def test_kernels_that_are_never_heard_from_any_source_are_a_missing_tool(trust, monkeypatch):
    monkeypatch.setattr(cold, "kernel_command", lambda: [sys.executable, "-c", "pass"])
    with pytest.raises(RunFailed, match="the kernel did not start") as caught:
        trust.run(kernels="cold")
    assert caught.value.exit_code == 69


def test_kernels_use_the_package_that_runs_whatever_is_installed(tmp_path):
    """As from a clone, with a Python that has the package from elsewhere."""
    elsewhere = tmp_path / "elsewhere" / "symphony_analysis"
    elsewhere.mkdir(parents=True)
    (elsewhere / "__init__.py").write_text("", encoding="utf-8")
    words = [sys.executable, "-P", "-c", "import symphony_analysis; print(symphony_analysis.__file__)"]
    seen = environment.Surroundings(tmp_path, tmp_path, tmp_path, tmp_path).variables()
    said = subprocess.run(words, cwd=elsewhere.parent, env=seen, capture_output=True, text=True, check=True).stdout
    assert Path(said.strip()) == Path(symphony_analysis.__file__)


def test_a_server_that_is_still_importing_is_ended_at_once(tmp_path, monkeypatch):
    start, deaf = subprocess.Popen, [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: start(deaf, **how))
    server = fork.Server(environment.Surroundings(tmp_path, tmp_path / "scratch", tmp_path, tmp_path).make())
    begun = time.monotonic()
    server.close()
    assert time.monotonic() - begun < 4  # one that listens is given 5 s for its kernels


def test_a_process_with_threads_is_not_copied():
    code = (
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "from symphony_analysis.run.kernels.fork_server import preload\nprint(preload([]))"
    )
    assert printed(code) == "2 threads run in the process to be copied\n"


READS_AHEAD = """
import os, signal, sys, types
from symphony_analysis.run.kernels import preload
from symphony_analysis.sources import primed
fork = os.fork
def told():
    child = fork()
    if child:
        print(child, flush=True)
    return child
os.fork = told
sys.modules["symphony_analysis.sources.inputs"] = types.SimpleNamespace(prime=lambda *asked: False)
primed.taken_along = lambda folder: bytes(10_000_000)
preload.read_ahead("data")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_child_that_reads_ahead_ends_with_the_process_that_asked():
    # What is printed ends when the last process that may print has ended.
    done = subprocess.run([sys.executable, "-c", READS_AHEAD], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -9 and not Path("/proc", done.stdout.strip(), "fd", "1").exists()


def test_a_drawing_back_end_set_up_too_early_is_noticed():
    code = (
        "import matplotlib_inline.backend_inline\n"
        "from symphony_analysis.run.kernels.fork_server import preload\n"
        "print(preload([]))"
    )
    assert printed(code) == "the drawing back end was set up too early\n"


def test_what_a_user_has_at_home_does_not_reach_a_kernel(trust, tmp_path, monkeypatch):
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('from home')\nfrom_home = 1", encoding="utf-8")
    (home / "matplotlibrc").write_text("figure.figsize: 1, 1", encoding="utf-8")
    for name in ("HOME", "IPYTHONDIR", "MATPLOTLIBRC", "PYTHONSTARTUP", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(home / ".ipython" if name == "IPYTHONDIR" else home))
    store(
        trust.notebooks, roll=["import matplotlib\nprint('from_home' in dir(), matplotlib.rcParams['figure.figsize'])"]
    )
    trust.run()
    assert b"False [6.4, 4.8]" in trust.published()["self-evaluation.html"]
    assert b"from home" not in trust.published()["self-evaluation.html"]


def test_no_variable_of_this_machine_is_passed_on_but_those_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    seen = environment.Surroundings(tmp_path, tmp_path, tmp_path, tmp_path).variables()
    assert not {"SECRET_TOKEN", "USER"} & set(seen)
    assert "/somewhere" not in seen.values()
    assert seen["PYTHONHASHSEED"] == "0"


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_place_elsewhere_shares_the_memory_of_the_run_where_it_sees_it(tmp_path, monkeypatch, is_seen):
    monkeypatch.delenv(environment.MEMORY, raising=False)
    own, shared = tmp_path / "own", tmp_path / "run" / "memory"
    if is_seen:
        shared.mkdir(parents=True)
    there = environment.Surroundings(tmp_path, own, tmp_path, tmp_path / "fonts", shared=shared).make()
    assert there.variables()[environment.MEMORY] == str(shared if is_seen else own / "memory")


def test_no_process_of_ours_compiles_what_it_never_asks_for_and_no_other_is_changed():
    ask = (
        "import nbformat\nnbformat.validate(nbformat.v4.new_notebook())\n"
        "print('jsonschema' in sys.modules, sys.modules['rfc3987_syntax'] is None)"
    )
    ours = "import sys\nfrom symphony_analysis.run import import_lightly\nimport_lightly()\n"
    assert printed(ours + ask) == "True True\n"
    assert printed("import sys\nimport symphony_analysis.run\n" + ask) == "True False\n"
    for room in ("kernels.fork_server", "reports"):
        module = f"symphony_analysis.run.{room}"
        code = (
            "import runpy, sys\nsys.argv[1:] = ['nowhere']\n"
            f"try:\n    runpy.run_module({module!r}, run_name='__main__')\n"
            "except (OSError, ValueError):\n    print(sys.modules['rfc3987_syntax'])"
        )
        assert printed(code) == "None\n"


def test_a_report_is_put_together_in_a_process_of_its_own_where_that_is_possible(trust, monkeypatch):
    monkeypatch.setattr(build, "KNOWN_PACKAGES", ("tests", "symphony_analysis"))
    monkeypatch.setattr(environment, "_PASSED_ON", (*environment._PASSED_ON, "PYTHONPATH"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(conftest, "load", report_room.load_by_name)
    by_process = {}
    for kind in ("fork", "cold"):
        trust.run("2023/24", "2024/25", kernels=kind, build=plain_build, fresh=True)
        by_process[kind] = trust.published("202324"), trust.published("202425")
    events = (trust.out / "events.jsonl").read_text(encoding="utf-8")
    assert events.count("report_built") == 4
    assert by_process["fork"] == by_process["cold"]
    assert b"inputs loaded by name" in by_process["fork"][0]["self-evaluation.html"]


@pytest.mark.parametrize(
    ("build", "load", "expected"),
    [
        (release_report.build_report, None, True),
        (release_report.build_report, sources.load, True),
        (plain_build, None, False),
        (release_report.build_report, report_room.load_by_name, False),
        (lambda *_: None, None, False),
    ],
)
def test_only_what_another_process_can_find_is_sent_to_it(tmp_path, build, load, expected):
    order = Order(Parameters("2024/25", "2026-04-30"), build, load, {}, tmp_path, tmp_path)
    assert order.can_be_sent is expected


def test_an_error_outside_the_report_room_is_an_answer_too(trust, monkeypatch):
    """The data cannot be opened in the other process: the line says so, and not only that it ended."""
    monkeypatch.setattr(build, "KNOWN_PACKAGES", ("tests", "symphony_analysis"))
    monkeypatch.setattr(environment, "_PASSED_ON", (*environment._PASSED_ON, "PYTHONPATH"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(conftest, "load", report_room.load_in_vain)
    with pytest.raises(RunFailed, match="could not be put together: LookupError"):
        trust.run(build=plain_build)
