"""The report of the shipped data, run once for the whole test session as the README says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SYMPHONY = [sys.executable, "-m", "symphony_analysis"]


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """The folder of reports that ``symphony run`` writes for every year of the shipped data."""
    out = tmp_path_factory.mktemp("released")
    done = subprocess.run(
        [*SYMPHONY, "run", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    return out
