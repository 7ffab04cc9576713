"""Each bad workbook is refused or read right, as its name in the list says, quickly and without growing."""

import time
import tracemalloc

import pandas as pd
import pytest

from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources import bad_excel
from tests.sources.bad_bases import finance
from tests.sources.bad_excel import CASES
from tests.sources.conftest import Folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return Folder(tmp_path / "data")


def test_the_list_has_its_sixteen_names():
    assert len(CASES) == 16


@pytest.mark.parametrize("name", CASES)
def test_a_bad_workbook_is_dealt_with_as_listed(folder, name):
    want, make, told = CASES[name]
    path = folder.path.parent / "book.xlsx"
    path.write_bytes(make())
    started = time.perf_counter()
    added = add(folder.path, [path], Release(year="2024/25"))
    assert time.perf_counter() - started < 20
    lines = [str(problem) for problem in added.problems]
    if want == "R":
        assert added.exit_code == 65
        assert any(told in line for line in lines), lines
        assert not (folder.path / "raw").exists()
        assert check(folder.path, [path]).exit_code == 65
        return
    assert lines == []
    table = folder.load().table("finance").set_index("school_urn")
    assert table.loc["100001", "income_gbp"] == 1_200_000
    assert table.loc["100001", "months"] == 12
    assert len(table) == 4


def test_a_bomb_is_refused_within_a_second_and_fifty_megabytes():
    content = bad_excel.bomb()
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(SourceError, match="bytes that unpack to"):
        workbook.safe(content, "book.xlsx")
    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_a_workbook_and_the_same_text_file_give_the_same_table(folder, tmp_path):
    (tmp_path / "other").mkdir()
    other = Folder(tmp_path / "other")
    folder.add("finance", bad_excel.book(), file="finance.xlsx")
    other.add("finance", finance.rows, finance.header)
    one, two = folder.load().table("finance"), other.load().table("finance")
    pd.testing.assert_frame_equal(one.drop(columns="source_file"), two.drop(columns="source_file"))


def test_a_percentage_cell_is_read_as_it_is_shown():
    def before(made, sheet):
        sheet["A2"] = 0.62
        sheet["A2"].number_format = "0%"

    content = bad_excel.book([["PTRWM_EXP"], ["x"]], before)
    assert workbook.sheets(content, "book.xlsx")[0].rows == ((1, ["PTRWM_EXP"]), (2, ["62%"]))
