"""JupyterLab on the notebooks, with the one kernel that gives the figures of the report: this very Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KERNEL = "python3"
_ARGUMENTS = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


@dataclass(frozen=True)
class Lab:
    """What is started: the command, its environment, and the folder it starts in."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path

    def start(self) -> int:
        """Start it and wait until it is closed; gives its exit code."""
        try:
            return subprocess.call(self.command, env=self.environment, cwd=self.folder)
        except KeyboardInterrupt:
            return 0


def lab(root: Path, options: Sequence[str] = ()) -> Lab:
    """JupyterLab for the notebooks below ``root``; ``options`` go to JupyterLab as they are.

    A kernel of the same name that another Python has left on the machine is not seen: the only one offered is ours,
    described under build/jupyter.
    """
    home = root / "build" / "jupyter"
    _describe(home / "kernels" / KERNEL)
    environment = dict(os.environ) | {"JUPYTER_DATA_DIR": str(home), "JUPYTER_PREFER_ENV_PATH": "0"}
    # A search path of the user's own could bring another kernel of this name in front of ours.
    environment.pop("JUPYTER_PATH", None)
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root / 'notebooks'}",
        f"--MultiKernelManager.default_kernel_name={KERNEL}",
        f"--KernelSpecManager.allowed_kernelspecs=['{KERNEL}']", "--LabApp.default_url=/lab/tree/explore.ipynb",
        *options,
    ]  # fmt: skip
    return Lab(tuple(command), environment, root / "notebooks")


def _describe(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    described = {
        "argv": [sys.executable, *_ARGUMENTS],
        "display_name": "Python 3 (Symphony Analysis)",
        "language": "python",
        "env": {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1"},
        "metadata": {"debugger": True},
    }
    (folder / "kernel.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
