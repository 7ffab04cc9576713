"""As at which day: the year's own in trust.toml, and no report goes back in time unasked."""

import json
import shutil
from datetime import date

import pytest

from symphony_analysis.cli import _releases
from symphony_analysis.report.pages.cover import cover_of
from symphony_analysis.run import Parameters
from symphony_analysis.sources import SourceError, load
from symphony_analysis.sources.own import trust_toml
from symphony_analysis.years import AcademicYear
from tests.people.copies import ROOT


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "raw" / "202425", folder / "raw" / "202425")
    shutil.copyfile(ROOT / "data" / "trust.toml", folder / "trust.toml")
    return folder


def settings(data, old, new):
    path = data / "trust.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def day_of(data, out, as_at=None):
    (release,) = _releases(data, out, ("2024/25",), as_at, "trustees", "", False)
    return release.as_at.isoformat()


def last_run(out, day):
    (out / "202425").mkdir(parents=True, exist_ok=True)
    (out / "202425" / "run.json").write_text(json.dumps({"parameters": {"as_at": day}}), encoding="utf-8")


def test_a_year_may_have_a_day_of_its_own(data, tmp_path):
    assert day_of(data, tmp_path) == "2026-04-30"
    settings(data, "[as_at]", '[as_at]\n202425 = "2025-12-31"')
    assert day_of(data, tmp_path) == "2025-12-31"
    assert load(data).trust.as_at(AcademicYear.parse("2023/24")) == "2026-04-30"
    assert day_of(data, tmp_path, "2026-01-31") == "2026-01-31"


def test_no_report_goes_back_in_time_unasked(data, tmp_path, capsys):
    last_run(tmp_path, "2026-12-31")
    assert day_of(data, tmp_path) == "2026-12-31"
    assert "202425: as at 2026-12-31, as it was last run, not 2026-04-30" in capsys.readouterr().err
    assert day_of(data, tmp_path, "2026-04-30") == "2026-04-30"
    settings(data, "[as_at]", '[as_at]\n202425 = "2026-04-30"')
    assert day_of(data, tmp_path) == "2026-04-30"


@pytest.mark.parametrize("spoilt", ["2025-06-30", "", "someday", 7, None])
def test_an_earlier_or_spoilt_day_of_the_last_run_counts_for_nothing(data, tmp_path, spoilt):
    last_run(tmp_path, spoilt)
    assert day_of(data, tmp_path) == "2026-04-30"


@pytest.mark.parametrize("table", ["as_at", "dated"])
@pytest.mark.parametrize("line", ['202425 = "April"', '2024 = "2026-04-30"', 'x = "2026-04-30"'])
def test_a_day_that_is_none_is_refused(data, line, table):
    settings(data, f"[{table}]\n", f"[{table}]\n{line}\n")
    with pytest.raises(SourceError, match=rf"column \[{table}\]"):
        trust_toml.read(data)


def front(data, as_at):
    return cover_of(load(data), Parameters.parse({"year": "2024/25", "as_at": as_at, "data_dir": data}))


def test_the_day_of_the_report_is_another_than_the_day_as_at(data):
    year, as_at = AcademicYear.parse("2024/25"), date(2026, 4, 30)
    assert load(data).trust.dated(year, as_at) == as_at
    assert front(data, "2026-04-30").dated == ""
    settings(data, "[dated]\n", '[dated]\n202425 = "2026-06-12"\n')
    assert load(data).trust.dated(year, as_at) == date(2026, 6, 12)
    assert front(data, "2026-04-30").dated.replace("\xa0", " ") == "12 June 2026"
    assert front(data, "2026-12-31").dated == ""  # nothing is dated before what it knows


def test_a_report_dated_before_what_it_knows_is_refused(data):
    settings(data, "[dated]\n", '[dated]\n202425 = "2026-04-29"\n')
    with pytest.raises(SourceError, match=r"column \[dated\] 202425.*expected 2026-04-30 \(as_at\) or a later day"):
        trust_toml.read(data)


def test_the_front_says_what_was_published_after_the_day(data):
    assert front(data, "2026-04-30").later == ""
    shutil.copyfile(ROOT / "data" / "national.csv", data / "national.csv")
    told = front(data, "2025-08-31").later.replace("\xa0", " ")
    rows, files = load(data).newer_than(date(2025, 8, 31), AcademicYear.parse("2024/25").window())
    assert rows > 0
    assert told.startswith("Published after 31 August 2025, used all the same: attendance.csv, census_spring.csv, ")
    assert told.endswith(f"and {len(files) - 3} more (the annex gives the day of each); "
                         f"not used: {rows} of England’s figures in national.csv.")  # fmt: skip
