"""The dead man's signal and the entries for three schedulers."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock

from symphony_analysis.run import RunFailed, schedule, status
from tests.run.books import store


def test_nothing_known_is_not_well(tmp_path):
    assert status(tmp_path).exit_code == 1
    assert "no run into" in status(tmp_path).lines[0]


def test_a_recent_good_run_is_well_and_an_old_one_is_not(trust):
    trust.run()
    now = datetime.now(UTC)
    assert status(trust.out, at=now).exit_code == 0
    late = status(trust.out, max_age_hours=24, at=now + timedelta(hours=25))
    assert late.exit_code == 1
    assert "25 hours ago" in late.lines[1]


def test_an_unchanged_run_counts_as_good(trust):
    trust.run()
    (trust.out / "last_run.json").unlink()
    trust.run()
    assert status(trust.out).ok


def test_a_failure_does_not_hide_how_old_the_last_good_run_is(trust):
    trust.run()
    store(trust.notebooks, roll=["1 / 0"])
    with pytest.raises(RunFailed):
        trust.run()
    lines = status(trust.out).lines
    assert "failed, exit code 70" in lines[0]
    assert "10_roll for 2024/25, cell 3: ZeroDivisionError" in lines[0]
    assert "202425" in lines[1]


def test_a_run_that_was_cut_off_is_told_from_one_that_runs(trust):
    trust.run()
    record = json.loads((trust.out / "last_run.json").read_text(encoding="utf-8"))
    (trust.out / "last_run.json").write_text(json.dumps({**record, "status": "running"}), encoding="utf-8")
    assert "was cut off" in status(trust.out).lines[0]
    with FileLock(trust.out / ".symphony" / "locks" / "202425.lock"):
        assert "is running now" in status(trust.out).lines[0]


def test_cron_gets_one_line_for_the_run_and_one_for_its_absence(tmp_path):
    place = tmp_path / "it's 100% ours"
    text = schedule("cron", ["/opt/a b/symphony", "run", "--notify", "mail 'x'"], "23:05", place)
    run, check = text.splitlines()[2:]
    assert run.startswith("5 23 * * * cd ")
    assert check.startswith("5 5 * * * ")
    assert r"100\% ours" in run
    words = subprocess.run(["sh", "-n", "-c", run[11:].replace(r"\%", "%")], capture_output=True, check=False)
    assert words.returncode == 0


def test_systemd_gets_a_service_and_a_timer(tmp_path):
    text = schedule("systemd", ["/opt/a b/symphony", "run", "50%"], "02:30", tmp_path)
    assert 'ExecStart="/opt/a b/symphony" "run" "50%%"' in text
    assert "OnCalendar=*-*-* 02:30:00\nPersistent=true" in text


def test_windows_gets_a_task_that_makes_up_for_a_missed_night(tmp_path):
    text = schedule("windows", ["C:\\a & b\\symphony.exe", "run", "--out", "D:\\my reports"], "06:00", tmp_path)
    task = ET.fromstring(text.split("\n", 1)[1])
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.find(".//t:Command", space).text == "C:\\a & b\\symphony.exe"
    assert task.find(".//t:Arguments", space).text == 'run --out "D:\\my reports"'
    assert task.find(".//t:StartWhenAvailable", space).text == "true"


@pytest.mark.parametrize(("kind", "at"), [("launchd", "02:30"), ("cron", "2:30"), ("cron", "24:00"), ("cron", "")])
def test_another_kind_or_time_is_refused(kind, at):
    with pytest.raises(RunFailed) as caught:
        schedule(kind, ["symphony", "run"], at)
    assert caught.value.exit_code == 64
