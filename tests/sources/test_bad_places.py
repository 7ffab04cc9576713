"""The sixteen bad years, names and places, by name, as ``symphony add`` and the data folder meet them.

The same sixteen as a release meets them (its parameters and output folder) are tested with the run.
"""

import os

import pytest

from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources.bad_bases import attendance, finance
from tests.sources.conftest import TRUST, Folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return Folder(tmp_path / "data")


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "finance.csv"
    path.write_bytes(finance.bytes())
    return path


def refused(folder, files, **release):
    added = add(folder.path, files, Release(**release))
    assert added.exit_code == 65 and added.rows == []
    assert not list(folder.path.rglob("*.csv"))
    return "\n".join(map(str, added.problems))


YEARS = {
    "P01 a path for a year": ("../../etc", "is not an academic year"),
    "P06 1066": ("1066/67", "outside 2000 to 2099"),
    "P07 another year than the file's": ("2031/32", "expected a file of 2031/32"),
    "P09 code in a year": ("2024/25\nimport os", "is not an academic year"),
    "P10 a quote in a year": ('2024/25"; x', "is not an academic year"),
    "P13 a YAML tag": ("!!python/object:os.system", "is not an academic year"),
}


@pytest.mark.parametrize("name", YEARS)
def test_a_bad_year_is_refused(folder, sound, name):
    year, told = YEARS[name]
    assert told in refused(folder, [sound], year=year)


def test_p05_a_year_as_people_write_it_is_understood(folder, sound):
    assert add(folder.path, [sound], Release(year="2024/25")).exit_code == 0
    assert (folder.path / "raw" / "202425" / "finance.csv").exists()


@pytest.mark.parametrize("name", ["P02 /etc/passwd", "P02 ../trust.toml", "P04 a\x00b.csv", "P14 con.csv"])
def test_a_manifest_never_leads_out_of_its_folder(folder, sound, name):
    add(folder.path, [sound], Release(year="2024/25"))
    listed = folder.path / "raw" / "202425" / "manifest.csv"
    listed.write_text(listed.read_text().replace("finance.csv,", name.partition(" ")[2] + ","))
    found = check(folder.path)
    assert found.exit_code == 65
    assert "raw/202425" in "\n".join(found.lines())


def test_p03_a_link_out_of_the_data_folder_is_refused(folder, sound, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder.path / "raw").mkdir()
    (folder.path / "raw" / "202425").symlink_to(elsewhere)
    assert "leads out of the data folder" in refused(folder, [sound], year="2024/25")
    assert list(elsewhere.iterdir()) == []


def test_p08_an_unknown_source_in_the_manifest_is_named(folder, sound):
    add(folder.path, [sound], Release(year="2024/25"))
    listed = folder.path / "raw" / "202425" / "manifest.csv"
    listed.write_text(listed.read_text().replace(",finance,", ",fiance,"))
    assert any("the source 'fiance'" in line for line in check(folder.path).lines())


def test_p11_a_foreign_school_is_refused(folder, tmp_path):
    path = tmp_path / "attendance.csv"
    path.write_bytes(attendance.cell("URN", "999999").bytes())
    told = refused(folder, [path])
    assert "expected a present or previous URN of a school in trust.toml" in told


@pytest.mark.parametrize("value", ["MIS ", "everyone"])
def test_p12_an_unknown_origin_names_those_allowed(folder, sound, value):
    told = refused(folder, [sound], year="2024/25", origin=value)
    assert "official, mis, trust, synthetic" in told


@pytest.mark.parametrize("name", ["CON.csv", "nul.csv", "COM1.csv", "-rf.csv", "a;b.csv"])
def test_p14_a_name_that_cannot_stand_is_refused(folder, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(finance.bytes())
    assert "unusual characters" in refused(folder, [path], year="2024/25")


def test_p15_a_folder_that_cannot_be_written_leaves_nothing_behind(folder, sound):
    (folder.path / "raw").mkdir()
    (folder.path / "raw" / "202425").write_text("a file where a folder should be")
    with pytest.raises(OSError):
        add(folder.path, [sound], Release(year="2024/25"))
    assert not list(folder.path.rglob("finance.csv")) and not list(folder.path.rglob(".adding*"))


def test_p16_a_file_that_is_in_already_is_refused(folder, sound):
    assert add(folder.path, [sound], Release(year="2024/25")).exit_code == 0
    again = add(folder.path, [folder.path / "raw" / "202425" / "finance.csv"], Release(year="2024/25"))
    assert again.exit_code == 65
    assert "unusual" not in str(again.problems[0])


def test_a_write_that_fails_half_way_takes_the_first_file_out_again(folder, sound, tmp_path, monkeypatch):
    from symphony_analysis.sources.writing import add_file as room

    second = tmp_path / "attendance.csv"
    second.write_bytes(attendance.bytes())
    real, calls = room._put, []

    def full(path, content):
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, os.strerror(28))
        real(path, content)

    monkeypatch.setattr(room, "_put", full)
    with pytest.raises(OSError):
        add(folder.path, [sound, second], Release(year="2024/25"))
    assert [path.name for path in folder.path.rglob("*.csv")] == []


def test_a_data_folder_that_is_not_there_is_said(tmp_path):
    found = check(tmp_path / "nowhere")
    assert found.exit_code == 65
    assert found.lines()[0].startswith("no data folder at")


def test_a_year_folder_with_an_impossible_name_is_said(folder, tmp_path):
    (folder.path / "raw" / "202426").mkdir(parents=True)
    with pytest.raises(SourceError, match="do not follow one another"):
        _ = folder.load().years
    (folder.path / "trust.toml").write_text(TRUST)
    assert check(folder.path).exit_code == 65
