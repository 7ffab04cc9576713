"""The fixed environment of every kernel, so that an output depends on the inputs only.

A kernel gets a short list of variables from this machine (where programs are) and otherwise one time zone, locale,
thread and hash seed, an empty home, no user start-up files, no user style.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import symphony_analysis
from symphony_analysis.remembered import MEMORY

#: Where programs are and where files may be put; the browser that a user names.
_EVERYWHERE = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYMPHONY_BROWSER")
_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "LOCALAPPDATA")
_PASSED_ON = (*_EVERYWHERE, *_WINDOWS, "PROGRAMFILES", "PROGRAMFILES(X86)")
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "SOURCE_DATE_EPOCH": "315532800",  # 1 January 1980, the first day that a zip file can hold
    "JUPYTER_PLATFORM_DIRS": "1",
}

KERNEL_ARGUMENTS = (
    "--HistoryManager.enabled=False",
    "--InteractiveShell.colors=nocolor",
    "--IPKernelApp.log_level=CRITICAL",
    "--IPKernelApp.capture_fd_output=False",  # what a library prints past Python (HiGHS does) is no output of a cell
)


@dataclass(frozen=True)
class Surroundings:
    """Where kernels run and what they see.

    ``cwd``: the notebooks folder; ``scratch``: an empty folder of this run; ``sockets``: a short folder, private to the
    user, for connection files (a socket's path may not exceed about 100 letters) and every temporary file; ``fonts``:
    matplotlib's own cache, kept between runs; ``preload``: modules to import ahead; ``data_dir``: the data to read
    ahead, where kernels are forked; ``shared``: the run's decision cache on the machine that started it, for a Dask
    worker that can see it.
    """

    cwd: Path
    scratch: Path
    sockets: Path
    fonts: Path
    preload: tuple[str, ...] = ()
    data_dir: Path | str = ""
    shared: Path | None = None

    @property
    def memory(self) -> Path:
        """The folder where the processes of the run share disclosure decisions."""
        # A caller of several runs may name one folder for all of them, and then has to empty it.
        named = os.environ.get(MEMORY)
        if named:
            return Path(named)
        return self.shared if self.shared is not None and self.shared.is_dir() else self.scratch / "memory"

    def variables(self) -> dict[str, str]:
        """The whole environment of a kernel."""
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        home = str(self.scratch / "home")
        own = {
            "HOME": home,
            "USERPROFILE": home,
            "IPYTHONDIR": str(self.scratch / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self.scratch / "jupyter"),
            "JUPYTER_DATA_DIR": str(self.scratch / "jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.scratch / "jupyter"),
            "MPLCONFIGDIR": str(self.fonts),
            MEMORY: str(self.memory),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.sockets)),
        }
        return {"PATH": os.defpath, **kept, **_FIXED, **own, **this_package()}

    def make(self) -> Surroundings:
        """Make the folders; returns itself."""
        for folder in ("home", "ipython", "jupyter", "memory"):
            (self.scratch / folder).mkdir(parents=True, exist_ok=True)
        self.fonts.mkdir(parents=True, exist_ok=True)
        return self


def this_package() -> dict[str, str]:
    """PYTHONPATH for a kernel, so that it imports this package when run from a clone; else nothing.

    Without it a kernel would use the package that this Python has installed.
    """
    home = Path(symphony_analysis.__file__).resolve().parent.parent
    installed = {Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib")}
    return {} if home in installed else {"PYTHONPATH": str(home)}


def kernel_command() -> list[str]:
    """The command that starts a kernel with this Python, never through an installed kernelspec."""
    return [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}", *KERNEL_ARGUMENTS]
