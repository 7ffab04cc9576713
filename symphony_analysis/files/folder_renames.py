"""Renaming and removing where another program may hold a folder for a moment: a virus scanner, OneDrive, Excel."""

import os
import shutil
import time
from pathlib import Path

#: Seconds to wait before each further try. Only Windows refuses to rename what is open.
WAITS = (0.1, 0.2, 0.4, 0.8, 1.6) if os.name == "nt" else ()


def rename(source: Path, target: Path) -> None:
    """``source.rename(target)``, tried again for three seconds on Windows. Raises the last OSError."""
    for wait in WAITS:
        try:
            source.rename(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    source.rename(target)


def remove(*folders: Path) -> None:
    """Remove folders as far as that is possible, with what is read-only in them, which Windows would keep.

    A link is no folder of ours: it stays, and one inside goes without what it leads to.
    """
    for folder in (each for each in folders if not each.is_symlink()):
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(0o644)
        shutil.rmtree(folder, ignore_errors=True)
