"""Where the real official files lie, when they do: beside the project, never in it."""

from pathlib import Path

import pytest

#: Extracts of official files that are part of the project: `tests/official/README.md` says what each is.
OFFICIAL = Path(__file__).resolve().parents[1] / "official"
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "realdata"
needed = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real official files are not here (../shared/realdata); nothing to compare with"
)


def files(pattern):
    """The real files of a pattern, by path below the folder; none when they are absent."""
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob(pattern)) if FOLDER.is_dir() else []
