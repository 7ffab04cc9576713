"""What differs on Windows, as far as it can be tried elsewhere: code pages, folders held open, the scheduler's file."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from symphony_analysis.cli import cli
from symphony_analysis.commands import doctor
from symphony_analysis.files import folder_renames
from symphony_analysis.run.outcome import Exit, Stopped
from symphony_analysis.run.unattended.schedule import schedule
from symphony_analysis.run.unattended.signals import Signals
from tests.people.copies import ROOT


def test_output_of_a_cp1252_console_has_a_hyphen_for_a_minus():
    command = [sys.executable, "-m", "symphony_analysis", "trace", "in_year_balance_gbp", "--year", "2023/24"]
    code_page = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=ROOT, env=code_page, capture_output=True, check=False)
    told = done.stdout.decode("cp1252")
    assert done.returncode == 0, done.stderr
    assert "-£" in told and "?" not in told.split("http")[0]


def test_a_folder_held_open_for_a_moment_is_renamed_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "stage").mkdir()
    refused, real = [], Path.rename

    def held(self, target):
        if len(refused) < 3:
            refused.append(target)
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        return real(self, target)

    monkeypatch.setattr(folder_renames, "WAITS", (0, 0, 0))
    monkeypatch.setattr(Path, "rename", held)
    folder_renames.rename(tmp_path / "stage", tmp_path / "place")
    assert len(refused) == 3 and (tmp_path / "place").is_dir()
    refused.clear()
    monkeypatch.setattr(folder_renames, "WAITS", (0, 0))
    with pytest.raises(PermissionError):
        folder_renames.rename(tmp_path / "place", tmp_path / "stage")
    assert (tmp_path / "place").is_dir()


def test_a_removed_folder_takes_nothing_along_that_a_link_leads_to(tmp_path):
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    kept.mkdir()
    (kept / "read-only.csv").write_text("x", encoding="utf-8")
    (kept / "read-only.csv").chmod(0o444)
    (folder / "deep" / "read-only").write_text("x", encoding="utf-8")
    (folder / "deep" / "read-only").chmod(0o444)
    try:
        (folder / "deep" / "file").symlink_to(kept / "read-only.csv")
        (folder / "deep" / "folder").symlink_to(kept, target_is_directory=True)
        (tmp_path / "link").symlink_to(kept, target_is_directory=True)
    except OSError:
        pytest.skip("this machine makes no links")
    folder_renames.remove(folder, tmp_path / "link", tmp_path / "none")
    assert not folder.exists() and (tmp_path / "link").is_symlink()
    assert stat.S_IMODE((kept / "read-only.csv").stat().st_mode) == 0o444


def test_the_schedulers_file_is_the_same_in_every_code_page():
    text = schedule("windows", ["C:\\Program Files\\symphony.exe", "run"], "02:30", Path("C:/Schüler & Co"))
    assert text.isascii() and "UTF-16" not in text
    task = ElementTree.fromstring(text)
    assert any(element.text == str(Path("C:/Schüler & Co")) for element in task.iter())


def test_the_double_click_file_is_windows_own():
    text = (ROOT / "symphony.bat").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") and text.isascii()
    assert b"symphony.exe" in text and b'cd /d "%~dp0"' in text


def test_what_is_read_only_is_removed_where_windows_would_keep_it(tmp_path, monkeypatch):
    kept = tmp_path / "stage" / "report" / "page.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("page", encoding="utf-8")
    kept.chmod(0o444)
    real = os.unlink

    def windows(path, *where, dir_fd=None):
        if not os.stat(path, dir_fd=dir_fd).st_mode & 0o200:
            raise PermissionError(13, "Access is denied", str(path))
        return real(path, *where, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", windows)
    folder_renames.remove(tmp_path / "stage")
    assert not (tmp_path / "stage").exists()


def test_the_break_key_stops_a_run_in_order(monkeypatch):
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    with Signals(), pytest.raises(Stopped) as stopped:
        signal.raise_signal(signal.SIGUSR1)
    assert stopped.value.exit_code is Exit.INTERRUPT


def test_the_scheduler_starts_the_command_that_conda_puts_into_scripts(tmp_path, monkeypatch):
    (tmp_path / "Scripts").mkdir()
    program = tmp_path / "Scripts" / "symphony"
    program.write_text("", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    done = CliRunner().invoke(cli, ["schedule", "cron", "--", "--data", "data"])
    assert str(program) in done.output


def test_the_doctor_warns_where_the_longest_path_would_not_fit(monkeypatch):
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    root = Path("/" + "p" * 95)
    told = [each for each in doctor._disk(doctor.Place(root, ROOT / "data", ROOT)) if each.what == "path"]
    assert [each.state for each in told] == [doctor.WARNING]
    assert not [each for each in doctor._disk(doctor.Place(ROOT, ROOT / "data", ROOT)) if each.what == "path"]
