"""What each command answers a scheduler: its exit code, and a few plain lines without a traceback."""

import shutil
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from symphony_analysis import cli
from tests.people.copies import ROOT, rows, symphony


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    return folder


def test_every_command_has_help_that_begins_with_what_it_does():
    for name, command in cli.cli.commands.items():
        told = CliRunner().invoke(cli.cli, [name, "--help"])
        assert told.exit_code == 0 and command.help.rstrip().endswith((".", "fault.")), name
        assert [o.name for o in command.params if isinstance(o, click.Option) and not o.help] == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["new-year", "2025/27"], 64, "do not follow one another"),
        (["run", "--years", "2024/25"], 64, "No such option"),
        (["shedule", "cron"], 64, "No such command"),
        (["schedule", "cron", "--at", "half past"], 64, "02:30"),
        (["check", "no-such-file.csv"], 64, "does not exist"),
        (["records", "2031/32"], 65, "records.xlsx"),
        (["init", "--gias", "README.md", "--uid", "1", "--as-at", "2026-01-01", "--data", "no-data"], 65, "README.md"),
        (["run", "--data", "no-data"], 65, "no data folder at"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_64_wrong_data_65_and_neither_shows_a_traceback(words, code, told):
    done = symphony(*words)
    assert done.returncode == code, done.stderr
    assert told in done.stderr and "Traceback" not in done.stderr


def test_a_refused_file_is_65_with_its_row_and_stops_no_other(data, tmp_path):
    good = ROOT / "data" / "raw" / "202425" / "phonics.csv"
    bad = tmp_path / "phonics.csv"
    lines = good.read_text(encoding="utf-8").splitlines(keepends=True)[:3]
    bad.write_text("".join(lines).replace(",Wa\n", ",Wx\n"), encoding="utf-8")
    fine = shutil.copyfile(ROOT / "data" / "raw" / "202425" / "finance.csv", tmp_path / "finance.csv")
    for words, written in ((["check", bad], []), (["add", bad], []), (["add", bad, fine], ["finance.csv"])):
        done = symphony(*words, "--data", data)
        assert done.returncode == 65
        assert "phonics.csv: row 2, column Phonics_Outcome" in done.stdout
        assert sorted(path.name for path in data.glob("raw/*/*.csv") if path.name != "manifest.csv") == written
    assert "added finance.csv:" in done.stdout
    assert symphony("check", fine, "--data", data).returncode == 0
    assert (data / "raw" / "202425" / "finance.csv").read_bytes() == fine.read_bytes()


def test_status_asks_for_a_look_where_no_run_is_known(tmp_path):
    done = symphony("status", "--out", tmp_path)
    assert done.returncode == 1 and "symphony run" in done.stdout


@pytest.mark.parametrize(("kind", "told"), [("cron", "15 4 * * *"), ("systemd", "04:15"), ("windows", "T04:15:00")])
def test_a_schedule_starts_this_very_command_with_its_options(kind, told):
    done = symphony("schedule", kind, "--at", "04:15", "--", "--year", "2024/25")
    assert done.returncode == 0 and told in done.stdout
    assert "2024/25" in done.stdout and "symphony" in done.stdout


def test_three_additions_at_once_lose_no_row(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(ROOT / "data" / "trust.toml", data / "trust.toml")
    names = ["phonics.csv", "eyfsp.csv", "mtc.csv"]
    for name in names:
        shutil.copyfile(ROOT / "data" / "raw" / "202425" / name, tmp_path / name)
    words = [sys.executable, "-m", "symphony_analysis", "add", "--year", "2024/25", "--data", str(data)]
    at_once = [subprocess.Popen([*words, str(tmp_path / name)], stdout=subprocess.PIPE, text=True) for name in names]
    for one in at_once:
        said, _ = one.communicate(timeout=120)
        assert one.returncode == 0, said
    assert sorted(row["file"] for row in rows(data / "raw/202425/manifest.csv")) == sorted(names)
