"""Tables read once and handed on: the same rows, the same record of what was read, nothing stale."""

import os

import pandas as pd
import pytest

from symphony_analysis import sources
from symphony_analysis.run.kernels.preload import read_ahead
from symphony_analysis.sources import SourceError, primed
from symphony_analysis.sources.declare import tables
from symphony_analysis.years import AcademicYear
from tests.sources import samples


@pytest.fixture(autouse=True)
def nothing_primed_before_or_after(monkeypatch):
    monkeypatch.setattr(primed, "_primed", {})
    monkeypatch.setattr(primed, "_files", set())


@pytest.fixture
def folder(folder):
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC)
    return folder


def test_what_is_handed_on_equals_what_is_read(folder):
    before = {name: folder.load().table(name) for name in tables.TABLES}
    sources.prime(folder.path)
    after = folder.load()
    for name, frame in before.items():
        pd.testing.assert_frame_equal(after.table(name), frame)


def test_each_reader_records_the_files_that_it_would_have_opened(folder):
    plain = folder.load()
    plain.table("mtc")
    sources.prime(folder.path)
    assert sources.files_read() == frozenset()
    handed = folder.load()
    handed.table("mtc")
    assert handed.files_read == plain.files_read
    assert sources.files_read() == plain.files_read
    other = folder.load()
    other.table("roll")
    assert "raw/202425/mtc.csv" not in other.files_read


def test_no_file_is_opened_again(folder, monkeypatch):
    sources.prime(folder.path)
    monkeypatch.setattr(sources.inputs, "read_file", lambda *_: pytest.fail("a file was read again"))
    assert len(folder.load().table("mtc"))


def test_a_table_handed_on_can_be_changed_without_changing_the_next(folder):
    sources.prime(folder.path)
    handed_out = folder.load().table("mtc")
    handed_out["eligible_count"] = -1
    assert (folder.load().table("mtc")["eligible_count"] != -1).all()


@pytest.mark.parametrize("change", ["content", "time", "new", "gone"])
def test_nothing_is_handed_on_after_a_change(folder, change):
    sources.prime(folder.path)
    path = folder.path / "raw" / "202425" / "mtc.csv"
    if change == "content":
        row = ["2024/2025", samples.upn("A1"), "S", "100001", "7", "Complete", ""]
        folder.add("mtc", [row], samples.MTC)
        assert set(folder.load().table("mtc")["score_total"].dropna()) >= {7}
    elif change == "time":
        os.utime(path, ns=(1, 1))
    elif change == "new":
        (folder.path / "new.csv").write_text("x\n")
    else:
        path.unlink()
    assert primed.handed_on(folder.path, set()) == {}


@pytest.mark.parametrize("change", ["none", "time", "content", "new", "gone"])
def test_a_later_reading_takes_over_a_table_only_where_its_files_are_the_same(folder, monkeypatch, change):
    assert sources.prime(folder.path)
    earlier, path = primed.taken_along(folder.path), folder.path / "raw" / "202425" / "mtc.csv"
    if change == "time":
        os.utime(path, ns=(1, 1))
    elif change == "content":
        folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "7", "Complete", ""]], samples.MTC)
    elif change == "new":
        (folder.path / "corrections.csv").write_text("x\n")
    elif change == "gone":
        path.unlink()
    read = []
    monkeypatch.setattr(sources.inputs, "read_file", lambda *_: read.append(1) or 1 / 0)
    sources.prime(folder.path, earlier)
    assert bool(read) == (change == "content")
    if change in {"none", "time"}:
        pd.testing.assert_frame_equal(folder.load().table("mtc"), earlier.tables["mtc", 202425])
    else:
        assert ("mtc", 202425) not in primed.taken_along(folder.path).tables


def test_a_file_that_cannot_be_read_is_told_by_who_needs_it(folder):
    path = folder.path / "raw" / "202425" / "mtc.csv"
    path.write_text(path.read_text().replace("25", "99"))
    sources.prime(folder.path)
    with pytest.raises(SourceError, match=r"mtc\.csv"):
        folder.load().table("mtc")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where a process can be copied")
def test_a_child_reads_for_its_parent(folder):
    before = {name: folder.load().table(name) for name in tables.TABLES}
    take_over = read_ahead(str(folder.path))
    assert primed.handed_on(folder.path, set()) == {}
    take_over()
    assert set(primed.handed_on(folder.path, set())) >= {("mtc", 202425), ("roll", 202425)}
    after = folder.load()
    for name, frame in before.items():
        pd.testing.assert_frame_equal(after.table(name), frame)
    assert "raw/202425/mtc.csv" in sources.files_read()


def test_another_folder_gets_nothing(folder, tmp_path_factory):
    sources.prime(folder.path)
    assert primed.handed_on(tmp_path_factory.mktemp("other"), set()) == {}


@pytest.mark.parametrize("is_primed", [False, True])
def test_a_table_of_some_years_rests_on_the_files_of_those_years_alone(folder, is_primed):
    folder.add(
        "mtc", [["2023/2024", samples.upn("A1"), "S", "100001", "9", "Complete", ""]], samples.MTC, year="202324"
    )
    if is_primed:
        sources.prime(folder.path)
    inputs = folder.load()
    earlier = inputs.table("mtc", [AcademicYear.parse("2023/24")])
    assert set(earlier["time_period"]) == {202324}
    assert {name for name in inputs.files_read if "mtc" in name} == {"raw/202324/mtc.csv"}
    assert set(inputs.table("mtc")["time_period"]) == {202324, 202425}
