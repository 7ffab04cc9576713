"""Every record file that a year must have: missing, renamed, empty or shortened, none goes unsaid or is approved."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from symphony_analysis import report, sources
from symphony_analysis.claims.register import entry_faults
from symphony_analysis.report.pages import cover
from symphony_analysis.sources.checking import whole_records
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.years import AcademicYear
from tests.people.copies import ROOT, rows, symphony, write

YEAR = AcademicYear.parse("2024/25")
FILES = sorted(path.name for path in (ROOT / "data/trust/202425").iterdir())


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "trust", folder / "trust")
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    shutil.copytree(ROOT / "data" / "raw" / "202425", folder / "raw" / "202425")
    return folder


def renamed(path):
    path.rename(path.with_name(f"{path.stem} (1){path.suffix}"))


def emptied(path):
    path.write_text(",".join(RECORDS[path.stem]) + "\n", encoding="utf-8")


def shortened(path):
    write(path, rows(path)[:-1])


def draft(data, monkeypatch):
    monkeypatch.setattr(cover.claims, "draft_reasons", lambda _: [])
    return report.draft_bands(SimpleNamespace(year=YEAR, inputs=SimpleNamespace(data_dir=data)))


def test_the_shipped_year_is_whole(data, monkeypatch):
    assert whole_records.lacking(data, YEAR) == [] and draft(data, monkeypatch) == ()


@pytest.mark.parametrize("spoil", [renamed, emptied, shortened, type(ROOT).unlink])
@pytest.mark.parametrize("name", FILES)
def test_what_a_year_lacks_is_said_and_makes_a_draft(data, monkeypatch, name, spoil):
    path = data / "trust/202425" / name
    if path.suffix == ".xlsx" and spoil in (emptied, shortened):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if spoil is shortened else b"")
    else:
        spoil(path)
    (told,) = whole_records.lacking(data, YEAR)
    assert told.file == f"trust/202425/{name}"
    assert draft(data, monkeypatch)[0].word == "DRAFT"


@pytest.mark.parametrize("spoil", [renamed, emptied, shortened])
def test_without_the_workbook_the_year_before_is_the_measure(data, spoil):
    (data / "trust/202425/records.xlsx").unlink()
    shutil.copytree(data / "trust/202425", data / "trust/202324")
    spoil(data / "trust/202425/targets.csv")
    told = [problem.file for problem in whole_records.lacking(data, YEAR)]
    assert told == ["trust/202425/records.xlsx", "trust/202425/targets.csv"]


def test_check_refuses_a_renamed_file_and_names_it(data):
    renamed(data / "trust/202425/claims.csv")
    found = check(data)
    assert found.exit_code == 65
    assert any("claims.csv: found no such file" in line and "claims (1).csv" in line for line in found.lines())


def test_a_year_without_any_record_is_a_draft(data, monkeypatch):
    shutil.rmtree(data / "trust/202425")
    assert "own words for 2024/25 are not on record, so this is a sheet" in draft(data, monkeypatch)[0].sentence
    assert whole_records.lacking(data, YEAR)[0].warning


#: Nothing of these is needed to find a fault in a record; each takes up to a second to import.
NOT_NEEDED = {"scipy.optimize", "scipy.special", "matplotlib", "nbformat", "nbconvert", "papermill"}


def and_its_seconds(what):
    """What a call gives, and the processor seconds of the processes that it started and waited for."""
    begun = os.times()
    given, ended = what(), os.times()
    return given, ended.children_user + ended.children_system - begun.children_user - begun.children_system


def test_a_wrong_check_name_costs_one_line_and_no_kernel(data, tmp_path, monkeypatch):
    claimed = rows(data / "trust/202425/claims.csv")
    claimed[4]["check"] = "above_everyone"
    write(data / "trust/202425/claims.csv", claimed)
    assert len(entry_faults(sources.load(data), [YEAR])) == 1
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    asked = ("run", "--year", "2024/25", "--data", data, "--out", tmp_path / "out")
    ran, spent = and_its_seconds(lambda: symphony(*asked))
    assert ran.returncode == 65
    lines = [line for line in ran.stderr.splitlines() if "above_everyone" in line]
    assert len(lines) == 1 and "trust/202425/claims.csv: row 6" in lines[0] and "column check" in lines[0]
    assert "10_outcomes" not in ran.stderr
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")}
    assert "pandas" in imported and not imported & NOT_NEEDED
    # Under 3 s on a machine of 2024, which imports the two libraries in 1: it takes about twice that, on any machine.
    libraries = [sys.executable, "-c", "import pandas, openpyxl"]
    _, usual = and_its_seconds(lambda: subprocess.run(libraries, check=True, capture_output=True))
    assert spent < 3 * usual
    assert "above_everyone" in symphony("check", "--data", data).stdout


def test_a_run_says_what_the_records_lack(data, tmp_path):
    renamed(data / "trust/202425/survey.csv")
    claimed = rows(data / "trust/202425/claims.csv")
    claimed[4]["check"] = "above_everyone"  # so that the run ends before its first kernel
    write(data / "trust/202425/claims.csv", claimed)
    ran = symphony("run", "--year", "2024/25", "--data", data, "--out", tmp_path / "out")
    assert "warning: trust/202425/survey.csv: found no such file" in ran.stderr


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
def test_windows_line_ends_and_byte_order_marks_change_no_record(data, name):
    path, record = data / "trust/202425" / name, name.removesuffix(".csv")
    before = sources.load(data).records(record, YEAR)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert sources.load(data).records(record, YEAR).equals(before)
    assert whole_records.lacking(data, YEAR) == []


def test_a_grade_off_the_years_scale_costs_one_line_and_no_kernel(data):
    judged = rows(data / "trust/202425/judgements.csv")
    judged[0]["bands"] = "strong_standard"  # of the scale of report cards, from 2025/26
    write(data / "trust/202425/judgements.csv", judged)
    (told,) = entry_faults(sources.load(data), [YEAR])
    assert "judgements.csv: row 2, column bands: found 'strong_standard'; expected one of" in str(told)


@pytest.mark.parametrize("name", ["ofsted", "peer_reviews"])
def test_a_school_that_is_not_ours_costs_one_line_and_no_kernel(data, name):
    held = rows(data / f"trust/202425/{name}.csv")
    held[2]["school_urn"] = "999999"
    write(data / f"trust/202425/{name}.csv", held)
    (told,) = entry_faults(sources.load(data), [YEAR])
    assert f"{name}.csv: row 4" in str(told) and "column school_urn: found '999999'" in str(told)
