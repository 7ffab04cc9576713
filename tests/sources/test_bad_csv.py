"""Each bad text file is refused, read right, or read with a warning, as its name in the list says."""

import io
import re
import tracemalloc

import pytest

from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources.bad_csv import CASES, MORE

LINE = re.compile(r"(warning: )?[^:]+: (row \d+, column .+: )?found .*; expected .+; fix: .+")


def put(folder, spoilt, name="file.csv"):
    if isinstance(spoilt, str):
        spoilt = spoilt.encode()
    elif not isinstance(spoilt, bytes):
        spoilt = spoilt.bytes()
    path = folder.path.parent / name
    path.write_bytes(spoilt)
    return path


def everything(folder):
    """Every file below the data folder with its bytes."""
    return {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    from tests.sources.conftest import TRUST, Folder

    (tmp_path / "data").mkdir()
    made = Folder(tmp_path / "data")
    (made.path / "trust.toml").write_text(TRUST.replace('joined_after = "2025-01-16"', 'joined_by = "2020-09-01"'))
    return made


def test_the_list_has_its_ninety_names():
    assert len(CASES) == 90
    assert len({name.split()[0] for name in CASES}) == 90


@pytest.mark.parametrize("name", [*CASES, *MORE])
def test_a_bad_file_is_dealt_with_as_listed(folder, name):
    want, spoilt, told = {**CASES, **MORE}[name]
    path = put(folder, spoilt)
    before = everything(folder)
    added = add(folder.path, [path], Release(year="2024/25"))
    if name.startswith("K07"):
        assert added.exit_code == 0
        found = check(folder.path)
        assert found.exit_code == 65 and any(told in line for line in found.lines())
        return
    found = check(folder.path, [path])
    lines = found.lines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    if want == "R":
        assert (added.exit_code, found.exit_code) == (65, 65), lines
        assert any(told in line and not line.startswith("warning") for line in lines), lines
        assert everything(folder) == before
        return
    assert (added.exit_code, found.exit_code) == (0, 0), lines
    assert (folder.path / "raw" / "202425" / "file.csv").read_bytes() == path.read_bytes()
    if want == "W":
        assert any(told in line and line.startswith("warning") for line in lines), lines


@pytest.mark.parametrize("name", [name for name in CASES if name[0] in "SV" and CASES[name][0] == "A"])
def test_what_is_read_is_what_the_cell_says(folder, name):
    _, spoilt, told = CASES[name]
    add(folder.path, [put(folder, spoilt)], Release(year="2024/25"))
    inputs = folder.load()
    if name[0] == "S" or "name_is" in name:
        table = inputs.table("schools").set_index("school_urn")
        assert table.loc["100002", "name"] == told
    elif name.startswith("V01"):
        assert inputs.table("finance").set_index("school_urn").loc["100002", "income_gbp"] == 1_400_000
    elif name.startswith("V04"):
        table = inputs.table("ks2").query("pupil_group == 'all'").set_index("school_urn")
        assert table.loc["100002", "rwm_expected_count_symbol"] == told
        assert table["rwm_expected_count"].isna().sum() == 1
    elif name.startswith("V05"):
        table = inputs.table("attendance").set_index("school_urn")
        assert table.loc["100002", "severe_absentees_count_symbol"] == told
        assert (table["severe_absentees_count"] == 0).sum() == 0
    else:
        table = inputs.table("roll").query("pupil_group == 'fsm'").set_index("school_urn")
        assert table.loc["100002", "pupils_count"] == 12


def test_a_file_with_25_planted_faults_gives_25_lines(folder):
    from tests.sources.bad_bases import Base, finance

    rows = [(f"1000{n:02d}", f"School {n}", *finance.rows[0][2:]) for n in range(1, 4)] * 9
    sound = Base("finance.csv", finance.header, tuple((r[0], f"{r[1]} {n}", *r[2:]) for n, r in enumerate(rows)))
    sound = Base("finance.csv", sound.header, tuple(
        ("100001", name, *rest) for _, name, *rest in sound.rows
    ))  # fmt: skip
    wrong = ["QQ", "", "1O", "#REF!", "9" * 20]
    columns = ["TotalIncome", "StaffCosts", "TotalExpenditure", "RevenueReserves", "PupilsFTE"]
    for at in range(25):
        value = wrong[at % 5] if columns[at // 5] != "PupilsFTE" or wrong[at % 5] else "-1"
        sound = sound.cell(columns[at // 5], value, at + 2)
    found = check(folder.path, [put(folder, sound)])
    assert (len(found.problems), found.exit_code) == (25, 65)
    assert [problem.row for problem in sorted(found.problems, key=lambda p: p.row)] == list(range(2, 27))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_lines_of_a_text_are_those_of_a_stream(size, monkeypatch):
    monkeypatch.setattr(csv_text, "_SLICE", size)
    for text in ("", "a", "a,b\r\n1,2\r\n", 'a\n"x\ny"\n\n1', "a\rb\rc", "\n\r\n\r", "ä,\N{SNOWMAN}\r\n1\n"):
        assert list(csv_text.lines_of(text)) == list(io.StringIO(text, newline=""))


def test_a_long_table_is_read_in_little_more_memory_than_its_text():
    text = "urn,name,value\n" + "100001,Somebody's school,12.5\n" * 150_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in csv_text.grid(text, "a.csv").rows) == 150_000
        assert tracemalloc.get_traced_memory()[1] < 2 * len(text)
    finally:
        tracemalloc.stop()
