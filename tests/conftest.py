"""What rooms of tests share: the report of the shipped data, run once as the README says, and the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from symphony_analysis.run import import_lightly  # isort: split

import_lightly()  # before nbformat, whose schemas would compile a grammar that nobody asks for

from symphony_analysis.report.documents.pdf import find_browser  # noqa: E402
from tests import read_once  # noqa: E402
from tests.people import copies  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
SYMPHONY = [sys.executable, "-m", "symphony_analysis"]

#: What takes longest, longest first, so that the processes which share the tests end together. Only test_axe begins
#: with the report that all share: while it is made, the others have work of their own.
LONG_FIRST = (
    "browser/test_axe.py", "run/test_faults.py", "gate/test_canaries.py", "issues/test_same_bytes.py",
    "run/test_kernels.py", "people/test_new_year.py", "people/test_two_files.py", "protect/test_made_up_trusts.py",
    "run/test_release.py", "people/test_wheel.py", "issues/test_verify.py", "protect/test_shipped_data.py",
    "test_official_files.py", "issues/test_publish.py", "browser/test_use.py", "people/test_docs.py",
    "gate/test_gate.py", "issues/test_orphans.py", "browser/test_offline.py", "browser/test_paper.py",
    "test_mutations.py", "people/test_alone.py",
)  # fmt: skip

read_once.install()


def pytest_configure(config: pytest.Config) -> None:
    """One folder in which the whole runs of all tests leave what they decide of disclosure, by what was asked and by
    the code that decides. What a test decides in its own process, where it may have changed the code, stays there."""
    if copies.DECIDED not in os.environ:
        folder = os.environ[copies.DECIDED] = tempfile.mkdtemp(prefix="symphony-tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others, and the tests of each, stay as they are."""
    place = {ROOT / "tests" / name: number for number, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def shipped_tables() -> None:
    """Read the tables of the shipped data once for every test that asks for them."""
    read_once.handed_on(ROOT / "data", set())


@pytest.fixture(scope="session")
def released(tmp_path_factory, worker_id: str) -> Path:
    """The folder of reports that ``symphony run`` writes for every year of the shipped data.

    Made once, for all the processes that share the tests; whoever asks while it is being made waits for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    out = shared / "released"
    with FileLock(shared / "released.lock"):
        if not out.exists():
            done = subprocess.run(
                [*SYMPHONY, "run", "--out", str(out)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
                env=copies.for_a_run(),
            )
            assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def pdf_text() -> Callable[[Path], str]:
    """The text of a PDF in reading order, by poppler's pdftotext."""
    tool = shutil.which("pdftotext")
    if tool is None and os.environ.get("SYMPHONY_REQUIRE_BROWSER"):
        pytest.fail("no pdftotext on this machine, and SYMPHONY_REQUIRE_BROWSER is set")
    if tool is None:
        pytest.skip("NOT TESTED: there is no pdftotext (poppler-utils) on this machine")
    return lambda path: subprocess.run([tool, str(path), "-"], capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; where CI demands one (SYMPHONY_REQUIRE_BROWSER) its absence is a failure.

    Each module has its own: while one is open the thread has a running event loop, which is no one else's business.
    """
    program = find_browser()
    if program is None and os.environ.get("SYMPHONY_REQUIRE_BROWSER"):
        pytest.fail("no Chrome, Chromium or Edge on this machine, and SYMPHONY_REQUIRE_BROWSER is set")
    if program is None:
        pytest.skip("NOT TESTED: there is no Chrome, Chromium or Edge on this machine")
    from playwright.sync_api import sync_playwright

    from tests.browser.pages import FLAGS

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(program), args=FLAGS)
        yield browser
        browser.close()
