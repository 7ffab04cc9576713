"""What decides a result: hashes of inputs, of rows of a manifest, of the package and the lock."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import symphony_analysis
from symphony_analysis.run.kernels.preload import read_ahead
from symphony_analysis.run.unchanged import fingerprints
from symphony_analysis.run.unchanged.fingerprints import Machinery, Snapshot, narrowed
from symphony_analysis.sources import primed
from tests.run import conftest
from tests.run.books import store

HEAD = "file,source,origin,retrieved,rows,bytes,sha256\n"


def manifest(trust, **hashes) -> None:
    rows = "".join(f"{name}.csv,{name},synthetic,2025-01-01,{len(h)},1,{h}\n" for name, h in hashes.items())
    (trust.data / "raw" / "202425" / "manifest.csv").write_text(HEAD + rows, encoding="utf-8")


def seen(trust, *names, text=""):
    """What is remembered for a notebook that used these inputs."""
    snapshot = Snapshot(trust.data)
    return snapshot.digests(narrowed({*names, "raw/202425/manifest.csv"}, text, trust.data))


def test_a_row_of_a_file_that_was_not_read_may_get_a_new_hash(trust):
    manifest(trust, roll="a" * 64, mtc="b" * 64)
    kept = seen(trust, "raw/202425/roll.csv")
    manifest(trust, roll="a" * 64, mtc="c" * 64)
    assert Snapshot(trust.data).still(kept)
    manifest(trust, roll="d" * 64, mtc="c" * 64)
    assert not Snapshot(trust.data).still(kept)


def test_a_row_whose_hash_is_shown_counts_in_full(trust):
    manifest(trust, roll="a" * 64, mtc="b" * 64)
    kept = seen(trust, text="the file begins bbbbbbbbbbbb")
    manifest(trust, roll="a" * 64, mtc="c" * 64)
    assert not Snapshot(trust.data).still(kept)


@pytest.mark.parametrize("change", ["origin", "one row more", "one row less"])
def test_what_a_manifest_says_beside_hashes_counts_for_everyone(trust, change):
    manifest(trust, roll="a" * 64, mtc="b" * 64)
    kept = seen(trust)
    path = trust.data / "raw" / "202425" / "manifest.csv"
    text = path.read_text(encoding="utf-8")
    if change == "origin":
        path.write_text(text.replace("mtc,synthetic", "mtc,official"), encoding="utf-8")
    elif change == "one row more":
        manifest(trust, roll="a" * 64, mtc="b" * 64, ks2="")
    else:
        manifest(trust, roll="a" * 64)
    assert not Snapshot(trust.data).still(kept)


def test_a_manifest_that_is_not_one_is_a_file_like_another(trust):
    path = trust.data / "raw" / "202425" / "manifest.csv"
    path.write_bytes(b"\xff\xfe broken")
    assert seen(trust)


def test_an_input_that_appears_or_goes_is_a_change(trust):
    kept = Snapshot(trust.data).digests(["gone.csv", "national.csv"])
    (trust.data / "gone.csv").write_text("", encoding="utf-8")
    assert not Snapshot(trust.data).still(kept)
    (trust.data / "gone.csv").unlink()
    (trust.data / "national.csv").unlink()
    assert not Snapshot(trust.data).still(kept)


def test_hidden_files_are_no_inputs(trust):
    (trust.data / ".DS_Store").write_bytes(b"x")
    (trust.data / "raw" / ".ipynb_checkpoints").mkdir()
    (trust.data / "raw" / ".ipynb_checkpoints" / "x.csv").write_bytes(b"x")
    assert Snapshot(trust.data).names == ["national.csv", "raw/202324/roll.csv", "raw/202425/roll.csv"]


@pytest.mark.parametrize(
    ("changed", "for_notebooks", "whole"),
    [
        ("years.py", True, True),
        ("report/page.py", False, True),
        ("report/glossary.csv", False, True),
        ("fonts/face.woff2", True, True),
        ("cli.py", False, True),
        ("__pycache__/x.pyc", False, False),
    ],
)
def test_the_package_counts_as_far_as_a_notebook_can_see_it(tmp_path, monkeypatch, changed, for_notebooks, whole):
    parts = ("report/page.py", "report/glossary.csv", "fonts/face.woff2", "__pycache__/x.pyc")
    for name in ("__init__.py", "years.py", "cli.py", *parts):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    monkeypatch.setattr(symphony_analysis, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(fingerprints, "package_digest", conftest.REAL)
    before = fingerprints.package_digest(True), fingerprints.package_digest(False)
    (tmp_path / changed).write_text("2", encoding="utf-8")
    after = fingerprints.package_digest(True), fingerprints.package_digest(False)
    assert (before[0] != after[0], before[1] != after[1]) == (for_notebooks, whole)


def test_the_versions_in_use_count_beside_the_lock(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    without = Machinery.of(lock)
    lock.write_text("pandas==3", encoding="utf-8")
    assert Machinery.of(lock).versions != without.versions
    before = Machinery.of(lock)
    monkeypatch.setattr(fingerprints, "_version", lambda name: "99")
    assert Machinery.of(lock).versions != before.versions


def test_the_real_notebooks_are_what_a_run_would_take():
    from symphony_analysis.run.notebooks.stored import read_books

    books = read_books(Path(__file__).parents[2] / "notebooks")
    numbers = "00 01 02 05 10 20 30 40 50 52 55 60 70 80 90"
    assert [book.name[:2] for book in books] == numbers.split()
    assert all("symphony_analysis.open_analysis" in book.imports() for book in books)


def test_a_kernel_notes_the_files_it_opens_and_those_it_is_handed(trust):
    store(trust.notebooks, roll=["import os\nos.listdir(data_dir)\nopen(data_dir + '/raw/202425/roll.csv').close()"])
    handed = (
        "import sys, types\nsources = sys.modules['symphony_analysis.sources'] = types.ModuleType('sources')\n"
        "sources.files_read = lambda: {'national.csv'}"
    )
    store(trust.notebooks, a=["1"], national=[handed])
    trust.run()
    entries = [json.loads(path.read_text()) for path in (trust.out / ".symphony" / "cache").glob("*/*.json")]
    assert sorted(tuple(entry["inputs"]) for entry in entries) == [(), ("national.csv",), ("raw/202425/roll.csv",)]


TEXTS = "id,area,kind,heading,order,text\nF1,finance,note,,1,money\nO1,outcomes,note,,1,%s\n"
RECORD = "trust/202425/texts.csv"


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (TEXTS % "other words", True),
        ("id,area,kind,heading,order,text\nF1, finance ,note,,1,money\n", False),
        (TEXTS.replace("money", "pounds") % "words", False),
        (TEXTS.replace("F1,finance", "F1,overview") % "words", False),
        ((TEXTS % "words").replace(",area,", ",place,"), False),
        (TEXTS % "two, cells", False),
        (None, False),
    ],
)
def test_a_record_used_for_some_areas_counts_with_their_rows(trust, now, same):
    path = trust.data / RECORD
    path.parent.mkdir(parents=True)
    path.write_text(TEXTS % "words", encoding="utf-8")
    kept = Snapshot(trust.data).digests([f"{RECORD}?finance|overview"])
    path.write_text(now, encoding="utf-8") if now else path.unlink()
    assert Snapshot(trust.data).still(kept) is same


def test_a_notebook_runs_again_when_a_row_that_it_used_has_changed(trust):
    path = trust.data / RECORD
    path.parent.mkdir(parents=True)
    path.write_text(TEXTS % "words", encoding="utf-8")
    asked = "from symphony_analysis import sources\nsources.load(data_dir).records('texts', '2024/25', ['{}'])"
    opened = f"\nopen(data_dir + '/{RECORD}').close()"
    store(trust.notebooks, finance=[asked.format("finance")], outcomes=[asked.format("outcomes")])
    store(trust.notebooks, both=[asked.format("finance"), asked.format("outcomes")])
    store(trust.notebooks, opens=[asked.format("finance") + opened])
    store(trust.notebooks, whole=[asked.format("finance").replace(", ['finance']", "")])
    trust.run()
    path.write_text(TEXTS % "other words", encoding="utf-8")
    trust.run()
    ran = json.loads((trust.out / "202425" / "run.json").read_text(encoding="utf-8"))["notebooks"]
    assert [name for name, facts in ran.items() if facts["from_cache"]] == ["10_finance", "10_roll", "11_national"]


def test_nothing_is_handed_on_where_nothing_could_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(primed, "_primed", {})
    read_ahead("")()
    monkeypatch.setattr(sys.modules["symphony_analysis.sources.inputs"], "prime", lambda *_: 1 / 0)
    read_ahead(str(tmp_path))()
    assert primed._primed == {}
