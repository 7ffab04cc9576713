"""The archive of a year, inputs, lock and code version, gives the same figures from a clean clone."""

import json
import shutil
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from symphony_analysis.issues import dependencies
from symphony_analysis.report.pages.page import unissued_digest
from tests.issues.conftest import ROOT


def test_an_issue_knows_its_commit_and_whether_the_files_were_as_committed(tmp_path):
    package = tmp_path / "symphony_analysis"
    package.mkdir()
    (package / "__init__.py").write_text("")

    def git(*words):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    assert dependencies.commit(package) == ""
    git("init", "-q")
    assert dependencies.commit(package) == "", "nothing of it is committed"
    git("add", ".")
    git("commit", "-q", "-m", "first")
    head = git("rev-parse", "HEAD").strip()
    assert dependencies.commit(package) == head
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "made.html").write_text("a report decides nothing")
    assert dependencies.commit(package) == head
    (package / "__init__.py").write_text("# another")
    assert dependencies.commit(package) == f"{head}+changes"


@pytest.mark.slow
def test_a_clean_clone_gives_the_published_figures_again(tmp_path):
    """Published from one clone, verified in another: no file, home or environment in common but the libraries."""
    first, second = (_clone(tmp_path / name) for name in ("first", "second"))
    _symphony(first, "run", "--year", "2024/25", "--kernels", "cold")
    _symphony(first, "publish", "--draft", "--year", "2024/25")
    shutil.copytree(first / "data" / "published" / "202425", second / "data" / "published" / "202425")
    # One printed figure does not come out, so the exit code is 1; the issue's own figures all do.
    said = _symphony(second, "verify", "--year", "2024/25", code=1).splitlines()
    told = next(line.split() for line in said if line.endswith("(figures)"))
    assert told[0] == told[2] and int(told[0]) > 3000
    record = json.loads((second / "data/published/202425/issue-1/issue.json").read_text(encoding="utf-8"))
    assert record["commit"] == dependencies.commit(second / "symphony_analysis") and len(record["commit"]) == 40
    _symphony(second, "run", "--year", "2024/25", "--jobs", "2")
    again = json.loads((second / "reports" / "202425" / "run.json").read_text(encoding="utf-8"))
    assert again["lock_sha256"] == record["lock_sha256"]
    # It says which issue it is, and is otherwise the page that was published.
    page = (second / "reports" / "202425" / "self-evaluation.html").read_bytes()
    assert b"Issue 1, unsigned" in page and unissued_digest(page) == record["report_sha256"]


def _clone(place: Path) -> Path:
    """The checkout at HEAD, with a Python of its own that finds the package there and the libraries here."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(place)], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / ".venv")], check=True)
    own = place / ".venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    libraries = [p for p in sys.path if p.endswith("site-packages")] or site.getsitepackages()
    (own / "clone.pth").write_text("\n".join([str(place), *libraries]) + "\n", encoding="utf-8")
    (place / ".venv" / "share").symlink_to(Path(sysconfig.get_path("data")) / "share")
    return place


def _symphony(clone: Path, *words: str, code: int = 0) -> str:
    python = clone / ".venv" / "bin" / "python"
    done = subprocess.run(
        [str(python), "-m", "symphony_analysis", *words], cwd=clone, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(clone.parent)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout
