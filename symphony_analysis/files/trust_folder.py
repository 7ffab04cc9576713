"""The trust's folder, and what a new one is given: the notebooks, England's figures, the lock.

A trust's folder holds ``data/``, ``notebooks/`` and the reports made from them. The package is only read.
"""

import shutil
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_IN_THE_WHEEL = _PACKAGE / "starter"


class NoTrustFolder(LookupError):
    """Neither the present folder nor one above it holds ``data/trust.toml``."""

    def __init__(self) -> None:
        super().__init__("no data folder here; make one with symphony init, or name one with --data")


def find(start: Path | None = None) -> Path:
    """The trust's folder: ``start`` (the present folder) or the nearest one above it with ``data/trust.toml``.

    Raises NoTrustFolder.
    """
    here = (start or Path.cwd()).resolve()
    found = next((folder for folder in (here, *here.parents) if (folder / "data" / "trust.toml").is_file()), None)
    if found is None:
        raise NoTrustFolder
    return found


def of(data: Path) -> Path:
    """The trust's folder to which this data folder belongs."""
    return data.absolute().parent  # not resolved: a data folder may be a link to a shared drive


def notebooks(data: Path) -> Path:
    """The notebooks next to a data folder; when there are none, those of the package."""
    own = of(data) / "notebooks"
    return own if own.is_dir() else shipped("notebooks")


def shipped(name: str) -> Path:
    """A file or folder that comes with the package: inside a wheel, next to the package in a checkout."""
    return (_IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _PACKAGE.parent) / name


def copy_notebooks(folder: Path) -> list[str]:
    """Copy the notebooks into a trust's folder, except those that are there; returns the names written."""
    target = folder / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    missing = [path for path in sorted(shipped("notebooks").glob("*.ipynb")) if not (target / path.name).exists()]
    for path in missing:
        shutil.copyfile(path, target / path.name)
    return [f"notebooks/{path.name}" for path in missing]
