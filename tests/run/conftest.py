from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symphony_analysis.run import Limits, Options, Parameters, execute_release
from symphony_analysis.run.unchanged import fingerprints
from tests.run.books import store
from tests.run.report_room import plain_build

REAL = fingerprints.package_digest


def load(data_dir):
    return "loaded"


class Trust:
    """A folder with data, notebooks and reports, and a way to run it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data, self.notebooks, self.out = root / "data", root / "notebooks", root / "reports"
        if self.data.exists():
            return
        for year in ("202324", "202425"):
            (self.data / "raw" / year).mkdir(parents=True)
            (self.data / "raw" / year / "roll.csv").write_text(f"pupils\n{year[-2:]}\n", encoding="utf-8")
        (self.data / "national.csv").write_text("value\n1\n", encoding="utf-8")
        (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
        store(
            self.notebooks,
            roll=[
                "from pathlib import Path\nfolder = Path(data_dir, 'raw', year[:4] + year[-2:])",
                "print(year, folder.joinpath('roll.csv').read_text())",
            ],
            national=["print(school or 'the trust', open(data_dir + '/national.csv').read())"],
        )

    def releases(self, *years: str, **more) -> list[Parameters]:
        return [Parameters(year, "2026-04-30", data_dir=self.data, **more) for year in years or ("2024/25",)]

    def run(self, *years: str, build=plain_build, parameters=None, after=None, **options):
        limits = options.pop("limits", Limits(cell=120, notebook=120, whole_run=300))
        chosen = {"kernels": "auto", "lock": self.root / "requirements.lock", "stream": io.StringIO(), **options}
        return execute_release(
            parameters or self.releases(*years),
            notebooks=self.notebooks,
            out=self.out,
            build=build,
            load=load,
            after=after,
            options=Options(limits=limits, **chosen),
        )

    def start(self, *options: str, env: dict[str, str] | None = None) -> subprocess.Popen:
        """The same run as a process of its own, with its temporary files under this folder."""
        (self.root / "t").mkdir(exist_ok=True)
        surroundings = {**(os.environ if env is None else env), "TMPDIR": str(self.root / "t")}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.run.driver", str(self.root), *options],
            cwd=Path(__file__).parents[2],
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self, *options: str, env: dict[str, str] | None = None) -> tuple[int, str]:
        """Start it and wait: exit code and what it said."""
        with self.start(*options, env=env) as process:
            _, said = process.communicate(timeout=120)
        return process.returncode, said

    def strays(self) -> list[str]:
        """Processes that still work in the notebooks folder: kernels and their server."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "cwd").resolve() == self.notebooks.resolve():
                    found.append((process / "cmdline").read_text().replace("\0", " "))
        return found

    def begun(self) -> None:
        """Wait until a kernel of a run that was started is at work."""
        while not self.strays():
            time.sleep(0.02)

    def published(self, folder: str = "202425") -> dict[str, bytes]:
        """Every published file but the record of the run, which holds times."""
        place = self.out / folder
        return {
            p.relative_to(place).as_posix(): p.read_bytes()
            for p in sorted(place.rglob("*"))
            if p.is_file() and p.name != "run.json"
        }


@pytest.fixture(autouse=True)
def steady_package(monkeypatch):
    """The package's own source does not change under a test while somebody edits it."""
    monkeypatch.setattr(fingerprints, "package_digest", lambda for_notebooks: f"steady {for_notebooks}")


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path)
