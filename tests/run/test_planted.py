"""What somebody else may have put into the private folder of a run: nothing is deleted or believed because of it."""

import json
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.run.reports.workspace import Workspace, sockets_of
from symphony_analysis.run.unchanged import cache, machine_key
from symphony_analysis.run.unchanged.fingerprints import Machinery, digest_of
from symphony_analysis.run.unchanged.memory import Memory


@pytest.fixture
def out(tmp_path):
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def enter(out):
    with Workspace(out, ()) as workspace:
        return workspace


def planted(out, name="0123456789ab"):
    work = out / ".symphony" / "work" / name
    (work / "replaced" / "202627").mkdir(parents=True)
    (work / "replaced" / "202627" / "self-evaluation.html").write_text("<p>forged", encoding="utf-8")
    return work


def test_no_file_says_what_to_delete(out, tmp_path):
    victim = tmp_path / "symptoms"
    victim.mkdir()
    for name in ("0123456789ab", "evil"):
        (planted(out, name) / "sockets.txt").write_text(str(victim), encoding="utf-8")
    enter(out)
    assert victim.is_dir()


def test_a_linked_work_folder_is_not_followed(out, tmp_path):
    victim = tmp_path / "victim"
    (victim / "kept").mkdir(parents=True)
    (out / ".symphony" / "work").mkdir(parents=True)
    (out / ".symphony" / "work" / "0123456789ab").symlink_to(victim)
    enter(out)
    assert (victim / "kept").is_dir()


@pytest.mark.parametrize("signed", ["", "0" * 64])
def test_a_planted_report_is_not_put_in_place(out, signed):
    work = planted(out)
    (work / "replaced" / "202627.signed").write_text(signed, encoding="utf-8")
    enter(out)
    assert not (out / "202627").exists() and not work.exists()


def test_a_report_set_aside_and_changed_since_is_not_put_back(out):
    killed = Workspace(out, ())
    killed.work.mkdir(parents=True)
    for folder in ("202425", "202324"):
        (out / folder).mkdir()
        (out / folder / "self-evaluation.html").write_text("<p>ours", encoding="utf-8")
        (out / folder).rename(killed.aside(folder))
    (killed.work / "replaced" / "202324" / "self-evaluation.html").write_text("<p>theirs", encoding="utf-8")
    enter(out)
    assert (out / "202425").is_dir() and not (out / "202324").exists()


def test_a_forged_entry_of_the_cache_is_not_believed(tmp_path):
    body = {"inputs": {}, "result": {}}
    place = tmp_path / "key"
    place.mkdir()
    for forged in (
        [],
        {},
        body,
        {"digest": digest_of(body), **body},
        {"signed": digest_of(body), **body},
        {"signed": 7},
    ):
        (place / "entry.json").write_text(json.dumps(forged), encoding="utf-8")
        assert cache._read(place / "entry.json") is None
    ours = json.dumps({"signed": machine_key.signature("key", digest_of(body)), **body})
    (place / "entry.json").write_text(ours, encoding="utf-8")
    assert cache._read(place / "entry.json") == body
    shutil.copytree(place, tmp_path / "another")  # an entry of ours, kept for another job
    assert cache._read(tmp_path / "another" / "entry.json") is None


def test_what_a_run_worked_out_is_believed_of_this_machine_and_this_package_alone(tmp_path):
    kept, (one, two, three) = tmp_path / "kept", (tmp_path / name for name in "123")
    for place in (one, two, three):
        place.mkdir()
    ours = Memory(kept, Machinery("code", "code", "versions", None))
    (one / "decision").write_text("hidden")
    (one / "another.begun").touch()
    ours.take(one)
    ours.give(two)
    assert {path.name: path.read_text() for path in two.iterdir()} == {"decision": "hidden"}
    signed = (kept / "decision").read_bytes()
    for forged in (b"", b"{}", signed[:64] + b"shown!", b"0" * 64 + b"hidden"):
        (kept / "decision").write_bytes(forged)
        ours.give(three)
        assert not (kept / "decision").exists()
    for name, reader in (
        ("renamed", ours),
        ("decision", Memory(kept, Machinery("code", "a changed rule", "versions", None))),
        ("decision", Memory(kept, Machinery("code", "code", "another scipy", None))),
    ):
        (kept / name).write_bytes(signed)
        reader.give(three)
    assert list(three.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_what_a_run_keeps_is_for_its_user_alone(out):
    with Workspace(out, ()) as workspace:
        assert stat.S_IMODE((out / ".symphony").stat().st_mode) == 0o700
        assert stat.S_IMODE(workspace.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(workspace.stage("202425-internal").stat().st_mode) == 0o700
        workspace.stage("202425")
        kept = workspace.sockets
    assert not kept.exists()
    machine_key.signature("made")
    assert stat.S_IMODE(machine_key.place().stat().st_mode) == 0o600


def test_another_trust_is_refused_in_the_same_folder(out):
    with Workspace(out, ()) as workspace:
        workspace.belongs_to("Symphony 16329")
        workspace.belongs_to("Symphony 16329")
        with pytest.raises(WrongParameter, match="holds the reports of Symphony 16329, not of Other 1; choose another"):
            workspace.belongs_to("Other 1")


@pytest.mark.skipif(os.name != "posix", reason="the path of a socket is short there")
def test_a_long_temporary_folder_leaves_room_for_sockets(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("long" * 30)))
    assert len(str(sockets_of("0123456789ab"))) < 40
    monkeypatch.setattr(tempfile, "tempdir", "/var/tmp")
    assert sockets_of("0123456789ab") == Path("/var/tmp/sym0123456789ab")
