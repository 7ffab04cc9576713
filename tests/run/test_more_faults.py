"""Faults of disks, folders and clocks: the report before stays to the byte, and one sentence says what happened."""

import os
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

import pytest

from symphony_analysis.report import write_index
from symphony_analysis.run import preflight
from symphony_analysis.run.kernels import cold
from symphony_analysis.run.outcome import Exit, RunFailed
from symphony_analysis.run.reports import build, workspace
from symphony_analysis.run.unchanged import cache
from symphony_analysis.sources.writing.add_file import Release, add
from tests.run.books import store
from tests.run.test_faults import FOLDERS, PATIENT, fails, is_new, old, published, recovers, whole  # noqa: F401
from tests.sources.bad_bases import absence, census
from tests.sources.conftest import TRUST

DIES = ("sh", "-c", "kill -9 $$")


def full(*_, **__):
    raise OSError(28, "No space left on device", "/somewhere/kept.json")


def test_a_full_disk_under_the_cache(old, monkeypatch):  # noqa: F811
    monkeypatch.setattr(cache, "write_whole", full)
    said = fails(old, Exit.WRITE, limits=PATIENT)
    assert said == "the disk is full: kept.json cannot be written; nothing was put in place"
    monkeypatch.undo()
    recovers(old)


def test_a_full_temporary_folder(old, monkeypatch):  # noqa: F811
    class Full(type(old.root)):
        mkdir = full

    monkeypatch.setattr(workspace, "sockets_of", Full)
    assert fails(old, Exit.WRITE).startswith("the disk is full: kept.json cannot be written")
    monkeypatch.undo()
    recovers(old)


def test_a_cache_that_cannot_be_written_is_no_full_disk(old, monkeypatch):  # noqa: F811
    def read_only(*_):
        raise OSError(30, "Read-only file system", "/somewhere/kept.json")

    monkeypatch.setattr(cache, "write_whole", read_only)
    said = fails(old, Exit.WRITE, limits=PATIENT)
    assert said.startswith("kept.json cannot be written: it is open in another program, or its folder is read-only")


def test_memory_that_runs_out_while_a_report_is_built(old):  # noqa: F811
    def starved(*_):
        raise MemoryError

    assert "could not be put together: MemoryError" in fails(old, Exit.KERNEL, build=starved)


def test_a_builder_that_the_system_kills(old, monkeypatch):  # noqa: F811
    """As the system does where memory runs out: the process is gone, without a word."""
    monkeypatch.setattr(cold.ColdSource, "_start_builder", lambda *_: subprocess.Popen([*DIES], start_new_session=True))
    sent_there = lambda self: True  # noqa: E731 - a property of a frozen class
    monkeypatch.setattr(build.Order, "can_be_sent", property(sent_there))
    assert "could not be put together: its process ended" in fails(old, Exit.INTERNAL, kernels="cold", limits=PATIENT)


@pytest.mark.parametrize("place", [".symphony", "202425"])
def test_a_folder_on_another_disk_is_refused_before_anything_runs(old, place):  # noqa: F811
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        if Path(elsewhere).stat().st_dev == old.out.stat().st_dev:
            pytest.skip("one disk only")
        shutil.rmtree(old.out / place)
        (old.out / place).symlink_to(elsewhere)
        with pytest.raises(RunFailed, match=r"another disk than reports/|not a folder of reports") as caught:
            old.run("2023/24", "2024/25")
        assert caught.value.exit_code == Exit.PARAMETERS and [p.name for p in Path(elsewhere).iterdir()] in (
            [],
            ["locks"],
        )


@pytest.mark.skipif(os.name != "posix", reason="a limit of POSIX")
@pytest.mark.parametrize(("soft", "hard", "becomes"), [(32, 4096, 256), (32, 32, None), (1024, 4096, 1024)])
def test_few_open_files_are_made_more_or_said(tmp_path, monkeypatch, soft, hard, becomes):
    import resource

    limit = [soft, hard]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(limit))
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limit.__setitem__(slice(None), new))
    if becomes is None:
        with pytest.raises(RunFailed, match=r"32 files may be open at once \(ulimit -n\), 256 are needed"):
            preflight.check_machine(tmp_path)
    else:
        preflight.check_machine(tmp_path)
        assert limit == [becomes, hard]


def test_a_table_outside_the_data_folder_is_not_read(old, tmp_path):  # noqa: F811
    (tmp_path / "Fatima Begum.csv").write_text("UPN\n", encoding="utf-8")
    store(old.notebooks, roll=[f"print(open({str(tmp_path / 'Fatima Begum.csv')!r}).read())"])
    said = fails(old, Exit.DATA)
    assert "it opens a .csv file outside the data folder; put the file into data/" in said and "Begum" not in said


@pytest.mark.slow
def test_a_cache_that_cannot_be_read_is_made_again(old):  # noqa: F811
    for entry in (old.out / ".symphony" / "cache").glob("*/*.json"):
        entry.write_text("[]", encoding="utf-8")
    recovers(old)


@pytest.mark.slow
def test_a_manifest_of_the_run_cut_in_two_is_made_again(old):  # noqa: F811
    for folder in FOLDERS:
        record = old.out / folder / "run.json"
        record.write_bytes(record.read_bytes()[:100])
    recovers(old)


@pytest.mark.slow
def test_the_private_folder_deleted_while_running(old):  # noqa: F811
    store(old.notebooks, roll=["import time; time.sleep(4)"])
    with old.start("--years", "2024/25") as running:
        old.begun()
        shutil.rmtree(old.out / ".symphony")
        _, said = running.communicate(timeout=60)
    assert "Traceback" not in said and len(said.splitlines()) <= 2
    whole(old)  # the folder is made again where that is possible
    assert is_new(old.published("202425")) == (running.returncode == 0)


@pytest.mark.slow
def test_an_input_replaced_while_running(old):  # noqa: F811
    store(old.notebooks, roll=["import time; time.sleep(3)"])
    with old.start("--years", "2024/25") as running:
        old.begun()
        (old.data / "another.csv").write_text("value\n3\n", encoding="utf-8")
        (old.data / "another.csv").replace(old.data / "national.csv")
        _, said = running.communicate(timeout=60)
    assert running.returncode == Exit.DATA and "the data changed while the run was reading it: national.csv" in said
    assert {folder: old.published(folder) for folder in FOLDERS} == old.old


@pytest.mark.slow
@pytest.mark.parametrize("mask", [0o077, 0o000])
def test_another_umask_gives_the_same_bytes(old, mask):  # noqa: F811
    before = os.umask(mask)
    try:
        recovers(old)
    finally:
        os.umask(before)


@pytest.mark.slow
def test_an_output_folder_behind_a_link(old, tmp_path):  # noqa: F811
    (tmp_path / "linked").symlink_to(old.out)
    real, old.out = old.out, tmp_path / "linked"
    old.run("2023/24", "2024/25", limits=PATIENT)
    old.out = real
    assert all(is_new(old.published(folder)) for folder in FOLDERS)


@pytest.mark.slow
def test_a_report_that_is_a_link_is_not_written_through(old, tmp_path):  # noqa: F811
    shutil.move(old.out / "202425", tmp_path / "elsewhere")
    (old.out / "202425").symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere" / "self-evaluation.html").read_bytes()
    with pytest.raises(Exception, match="not a folder of reports; move it away"):
        old.run("2024/25")
    assert (tmp_path / "elsewhere" / "self-evaluation.html").read_bytes() == before


@pytest.mark.slow
def test_names_in_two_forms_of_unicode(old):  # noqa: F811
    for form in ("NFC", "NFD"):
        (old.data / unicodedata.normalize(form, "Élan.csv")).write_text("value\n", encoding="utf-8")
    recovers(old)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["index.render_index", "half index.html", "index.FileLock"])
def test_a_kill_while_the_list_of_reports_is_written(old, point):  # noqa: F811
    """The reports are in place by then; the list is the one before, whole, until a run without changes writes it."""
    write_index(old.out, "Before")
    before = (old.out / "index.html").read_bytes()
    assert old.finish("--list", "After", "--die-at", point)[0] == -9
    assert all(is_new(old.published(folder)) for folder in FOLDERS)
    assert (old.out / "index.html").read_bytes() == before
    recovers(old, "--list", "After")
    now = (old.out / "index.html").read_bytes()
    write_index(old.out, "After")
    assert b"After" in now and now == (old.out / "index.html").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False], ids=["a file of a year with others", "the first of a year"])
def test_an_addition_beside_a_run(old, tmp_path, listed):  # noqa: F811
    """The file is added whole, the run that read before and after it says so, and the next one reads it."""
    (old.data / "trust.toml").write_text(TRUST, encoding="utf-8")
    export = tmp_path / "absence.csv"
    export.write_bytes(absence.bytes())
    if listed:
        census_file = tmp_path / "census.csv"
        census_file.write_bytes(census.bytes())
        assert add(old.data, [census_file], Release(year="2024/25")).exit_code == 0
    manifest = "open(data_dir + '/raw/202425/manifest.csv').read()"
    store(old.notebooks, roll=["import time; time.sleep(4)", f"print({manifest})"])
    with old.start() as running:
        old.begun()
        assert add(old.data, [export], Release(year="2024/25")).exit_code == 0
        _, said = running.communicate(timeout=60)
    changed = "raw/202425/manifest.csv; run it again"
    assert (running.returncode, said) == (
        Exit.DATA,
        f"symphony: the data changed while the run was reading it: {changed}\n",
    )
    assert {folder: old.published(folder) for folder in FOLDERS} == old.old
    store(old.notebooks, roll=["print('pupils')", f"print({manifest})"])
    recovers(old)
    assert b"absence.csv" in old.published()["self-evaluation.html"]
