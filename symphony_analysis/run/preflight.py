"""Checks before the first kernel starts: places, space, permission."""

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from symphony_analysis.run.notebooks.parameters import Parameters, is_reserved
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter

LEAST_FREE_BYTES = 200_000_000
LEAST_OPEN_FILES = 256
_EARLIEST_SANE_TIME = 1_700_000_000  # the clock of a machine that lost its battery says 1970


def check_releases(releases: Sequence[Parameters]) -> None:
    """Refuse no release, the same one twice, and more than one data folder."""
    if not releases:
        raise WrongParameter("there is no year to run")
    folders = [release.folder for release in releases]
    if len(set(folders)) != len(folders):
        raise WrongParameter("the same report is asked for twice")
    if len({release.data_dir for release in releases}) != 1:
        raise WrongParameter("one run reads one data folder")


def check_places(out: Path, data_dir: Path, folders: Sequence[str]) -> Path:
    """Refuse places where reports cannot go; makes the output folder and returns its real path."""
    for path in (out, data_dir):
        if any(unicodedata.category(letter).startswith("C") for letter in str(path)):
            raise WrongParameter("a folder's path may not hold control characters")
    if any(is_reserved(part) for part in out.parts):
        raise WrongParameter("the output folder has a name that Windows keeps for itself")
    if not data_dir.is_dir():
        raise WrongParameter("the data folder does not exist")
    place, data = out.resolve(), data_dir.resolve()
    if place == data or data in place.parents or place in data.parents:
        raise WrongParameter("the output folder and the data folder may not be the same or inside one another")
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe = place / ".symphony-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise WrongParameter(f"the output folder cannot be written ({reason}); choose another with --out") from None
    for folder in folders:
        target = place / folder
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise WrongParameter(f"{folder} in the output folder is not a folder of reports; move it away")
    return place


def check_machine(out: Path) -> None:
    """Refuse a full disk, a wrong clock and too few open files."""
    earlier = sum(path.stat().st_size for path in out.glob("*/*") if path.is_file())
    needed = max(LEAST_FREE_BYTES, 3 * earlier)
    free = shutil.disk_usage(out).free
    if free < needed:
        message = f"{free // 1_000_000} MB are free for the reports, {needed // 1_000_000} MB are needed"
        raise RunFailed(message, Exit.WRITE)
    if time.time() < _EARLIEST_SANE_TIME:
        raise RunFailed("the clock of this machine is wrong; set it first", Exit.TOOL)
    if sys.platform != "win32":
        import resource

        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files < LEAST_OPEN_FILES <= most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (LEAST_OPEN_FILES, most))
        elif files < LEAST_OPEN_FILES:
            message = f"{files} files may be open at once (ulimit -n), {LEAST_OPEN_FILES} are needed"
            raise RunFailed(message, Exit.TOOL)
