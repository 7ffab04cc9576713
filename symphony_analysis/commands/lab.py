"""JupyterLab on the notebooks with one kernel, this Python, whose figures are those of the report."""

import atexit
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KERNEL = "python3"
#: In the kernel's own process, not its environment: a run started from a cell would inherit that.
_BEGIN = "--IPKernelApp.exec_lines=__import__('symphony_analysis.commands.lab').commands.lab.begin({!r})"


@dataclass(frozen=True)
class Lab:
    """The command to start, its environment, and the folder it starts in."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path

    def start(self) -> int:
        """Start it and wait until it is closed; returns its exit code."""
        try:
            return subprocess.call(self.command, env=self.environment, cwd=self.folder)
        except KeyboardInterrupt:
            return 0


def begin(root: str) -> None:
    """In a kernel of JupyterLab: tables have the report's look, and what the last run kept is used.

    That is what this machine has signed for this very package: tables of files that are the same, and decisions.
    """
    from symphony_analysis.markup import look_like_the_report

    look_like_the_report()
    with suppress(Exception):  # without it the first table takes longer, and is the same
        _use_what_was_kept(Path(root))


def _use_what_was_kept(root: Path) -> None:
    from symphony_analysis import remembered
    from symphony_analysis.files import trust_folder
    from symphony_analysis.run.kernels.preload import tables_name
    from symphony_analysis.run.reports.workspace import PRIVATE
    from symphony_analysis.run.unchanged.fingerprints import Machinery
    from symphony_analysis.run.unchanged.memory import Memory
    from symphony_analysis.sources import primed
    from symphony_analysis.sources.inputs import still_the_same

    place = Path(tempfile.mkdtemp(prefix="symphony-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    kept = Memory(root / "reports" / PRIVATE / "memory", Machinery.of(trust_folder.shipped("requirements.lock")))
    kept.give(place)
    remembered.use(place)
    data = (root / "data").resolve()
    primed.take_over(data, still_the_same(data, pickle.loads((place / tables_name()).read_bytes())))


def lab(root: Path, options: Sequence[str] = ()) -> Lab:
    """JupyterLab for the notebooks below ``root``; ``options`` go to JupyterLab unchanged.

    Only our kernel is offered, described under build/jupyter, not one of the same name from another Python.
    """
    home = root / "build" / "jupyter"
    kernel = home / "kernels" / KERNEL
    kernel.mkdir(parents=True, exist_ok=True)
    described = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", _BEGIN.format(str(root))],
        "display_name": "Python 3 (Symphony Analysis)",
        "language": "python",
        "env": {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1"},
        "metadata": {"debugger": True},
    }
    (kernel / "kernel.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    # No news, which would cover the first page, and no look for another version.
    (home / "settings").mkdir(exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (home / "settings" / "overrides.json").write_text(json.dumps(quiet, indent=1) + "\n", encoding="utf-8")
    environment = dict(os.environ) | {"JUPYTER_DATA_DIR": str(home), "JUPYTER_PREFER_ENV_PATH": "0"}
    # A search path of the user's own could bring another kernel of this name in front of ours.
    environment.pop("JUPYTER_PATH", None)
    settings = (
        f"--ServerApp.root_dir={root}",
        f"--MultiKernelManager.default_kernel_name={KERNEL}",
        f"--KernelSpecManager.allowed_kernelspecs=['{KERNEL}']",
        "--LabApp.default_url=/lab/tree/notebooks/explore.ipynb",
        f"--LabApp.app_settings_dir={home / 'settings'}",
    )
    command = (sys.executable, "-m", "jupyterlab", *settings, *options)
    return Lab(command, environment, root / "notebooks")
