"""What the doctor finds on a sound machine, and what it says of each thing that is wrong."""

import shutil
from pathlib import Path

import pytest

from symphony_analysis.commands import doctor
from symphony_analysis.commands.doctor import FAULT, OK, WARNING, Place
from tests.people.copies import ROOT, symphony

SOUND = Place(ROOT, ROOT / "data", ROOT / "reports")


def found(look, place=SOUND):
    return list(look(place))


def test_a_sound_machine_gets_0_and_every_thing_is_looked_at():
    done = symphony("doctor")
    assert done.returncode == 0, done.stdout
    for what in ("Python", "lock", "kernel", "fonts", "browser", "data", "disk"):
        assert f" {what}: " in done.stdout


def test_an_old_python_is_a_fault(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 4, "final", 0))
    (finding,) = found(doctor._python)
    assert finding.state == FAULT and "3.11" in finding.fix


def test_a_version_that_is_not_the_locked_one_is_named(tmp_path):
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = next(line for line in text.splitlines() if line.startswith("papermill=="))
    lock = tmp_path / "requirements.lock"
    lock.write_text(text.replace(pinned, "papermill==1.0 \\"), encoding="utf-8")
    (finding,) = found(doctor._lock, Place(tmp_path, tmp_path, tmp_path, lock))
    assert finding.state == FAULT and "papermill" in finding.told and "requirements.lock" in finding.fix


def test_without_a_lock_there_is_no_telling(tmp_path):
    (finding,) = found(doctor._lock, Place(tmp_path, tmp_path, tmp_path, tmp_path / "requirements.lock"))
    assert (finding.state, finding.told) == (FAULT, "no requirements.lock")


def test_a_needed_package_that_is_absent_is_named(monkeypatch):
    real = doctor._installed
    monkeypatch.setattr(doctor, "_installed", lambda name: None if name == "nh3" else real(name))
    assert [f.told for f in found(doctor._lock) if f.state == FAULT] == ["not installed: nh3"]


def test_a_kernel_that_does_not_start_is_a_fault_and_nothing_is_left(monkeypatch):
    from symphony_analysis.run.kernels import cold

    monkeypatch.setattr(cold, "kernel_command", lambda: [str(Path("no") / "such" / "python")])
    (finding,) = found(doctor._kernel)
    assert finding.state == FAULT and "does not start" in finding.told


def test_without_a_browser_the_report_comes_without_a_pdf(monkeypatch):
    monkeypatch.setattr(doctor, "find_browser", lambda: None)
    first = found(doctor._browser)[0]
    assert first.state == WARNING and "PDF" in first.told
    assert doctor.exit_code([first]) == 0


def test_what_the_word_file_needs_is_named(monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: None)
    told = [finding.told for finding in found(doctor._browser) if finding.what == "Word"]
    assert ["pypandoc" in told[0], "resvg_py" in told[1], len(told)] == [True, True, 2]


def test_fonts_that_the_charts_need(monkeypatch):
    assert found(doctor._fonts)[0].state == OK
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: None)
    assert found(doctor._fonts)[0].state == FAULT


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    return folder


def test_data_that_lacks_the_register_files_or_years(data, tmp_path):
    assert found(doctor._data, Place(ROOT, tmp_path / "none", tmp_path))[0].state == FAULT
    assert found(doctor._data, Place(ROOT, data, tmp_path))[0].state == WARNING
    year = data / "raw" / "202425"
    year.mkdir(parents=True)
    shutil.copyfile(ROOT / "data/raw/202425/manifest.csv", year / "manifest.csv")
    (finding,) = found(doctor._data, Place(ROOT, data, tmp_path))
    assert finding.state == FAULT and "raw/202425/attendance.csv" in finding.told


def test_a_full_disk_and_a_fault_give_69(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    (finding,) = found(doctor._disk, Place(ROOT, ROOT / "data", tmp_path / "reports"))
    assert finding.state == FAULT and "--out" in finding.fix
    assert doctor.exit_code([finding]) == 69
