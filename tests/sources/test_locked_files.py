"""A file that is locked, gone or on a disk that fails: one sentence with its name, never a traceback."""

import errno
import shutil
from pathlib import Path

import pytest

from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.unchanged.fingerprints import Snapshot
from symphony_analysis.run.whole_run import as_failure
from symphony_analysis.sources import SourceError, load
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.reading import csv_text
from tests.people.copies import ROOT


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("trust", "raw/202425"):
        shutil.copytree(ROOT / "data" / name, folder / name)
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    return folder


IN_USE = PermissionError(errno.EACCES, "Permission denied")


def locked(monkeypatch, name, times=99, fault=IN_USE):
    """Let ``name`` refuse to be opened so many times, as Excel does while it has a file open."""
    left, read, opened = [times], Path.read_bytes, Path.open

    def refuse(self):
        if self.name == name and left[0]:
            left[0] -= 1
            raise fault

    monkeypatch.setattr(Path, "read_bytes", lambda self: (refuse(self), read(self))[1])
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: (refuse(self), opened(self, *a, **k))[1])
    monkeypatch.setattr(csv_text, "_PAUSES", (0.0, 0.0))


@pytest.mark.parametrize("name", ["claims.csv", "attendance.csv", "manifest.csv"])
def test_check_names_a_locked_file(data, monkeypatch, name):
    locked(monkeypatch, name)
    lines = [line for line in check(data).lines() if not line.startswith("warning")]
    assert any(f"{name}: found a file open in another program" in line for line in lines)


def test_a_locked_register_of_schools_is_named(data, monkeypatch):
    locked(monkeypatch, "trust.toml")
    with pytest.raises(SourceError, match=r"trust\.toml: found a file open in another program"):
        load(data).trust  # noqa: B018


def test_a_lock_of_a_moment_is_waited_for(data, monkeypatch):
    locked(monkeypatch, "claims.csv", times=2)
    assert len(load(data).records("claims", "2024/25")) > 0


def test_a_file_that_vanishes_while_it_is_opened(data, monkeypatch):
    locked(monkeypatch, "claims.csv", fault=FileNotFoundError(errno.ENOENT, "gone"))
    with pytest.raises(SourceError, match=r"claims\.csv: found no such file any more"):
        load(data).records("claims", "2024/25")


def test_a_run_names_a_locked_input(data, monkeypatch):
    locked(monkeypatch, "claims.csv")
    with pytest.raises(RunFailed, match=r"claims\.csv cannot be read: it is open in another program") as refused:
        Snapshot(data).hold()
    assert refused.value.exit_code == Exit.DATA


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full: page.html cannot be written"),
        (errno.EROFS, "page.html cannot be written: it is open in another program, or its folder is read-only"),
        (errno.EACCES, "page.html cannot be written: it is open in another program, or its folder is read-only"),
    ],
)
def test_a_fault_of_the_disk_says_which(code, said):
    failure = as_failure(OSError(code, "no", "/somewhere/of/mine/page.html"))
    assert str(failure) == f"{said}; nothing was put in place" and failure.exit_code == Exit.WRITE


def test_excels_lock_file_is_no_problem(data):
    (data / "raw/202425/~$ks2.csv").write_bytes(b"")
    (data / "trust/202425/~$records.xlsx").write_bytes(b"")
    assert not [line for line in check(data).lines() if "~$" in line]
