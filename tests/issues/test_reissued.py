"""D16, D17: a year issued again. Figures that moved by a few pupils are named, and no longer once a person says why."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from symphony_analysis import cli, release_report, sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.issues.reissued import _by_few, moved_by_few, reissue_warning
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.outcome import Outcome
from tests.issues.conftest import AS_AT, YEAR

PUPILS = "raw/202425/phonics.csv"


def analysis(office, audience: str = "trustees") -> Analysis:
    own = Parameters(YEAR, AS_AT, audience, data_dir=office.data)
    return Analysis(YEAR, own.as_at, audience, None, sources.load(office.data))


def one_result_corrected(rows: list[dict[str, str]]) -> None:
    """One pupil of Glen Hills met the standard of the phonics check after all."""
    row = next(r for r in rows if r["UniqueReferenceNumber"] == "137932" and r["Phonics_Outcome"] == "Wt")
    row |= {"Phonics_Mark": "32", "Phonics_Outcome": "Wa"}


def log(office, figure: str) -> None:
    header = "figure,published_in,old,new,why,role,date\n"
    line = f"{figure},,,,A paper was marked again,Director of Performance,2026-05-01\n"
    (office.data / "published" / "restatements.csv").write_text(header + line, encoding="utf-8")


def test_nothing_is_said_of_the_same_figures_again(published_year):
    assert reissue_warning(analysis(published_year)) == ""


def test_one_result_corrected_is_told_by_name_until_a_person_says_why(published):
    published.change(PUPILS, one_result_corrected)
    moved = moved_by_few(analysis(published))
    assert {f"phonics_year1_expected_percent.202425.{place}.all" for place in ("137932", "trust")} <= set(
        moved["figure"]
    )
    assert {name.split(".")[0] for name in moved["figure"]} == {"phonics_year1_expected_percent"}
    said = reissue_warning(analysis(published))
    assert said.startswith("warning: 2024/25: shown here and in 202425/issue-1")
    assert "fewer than 6 pupils" in said and "restatements.csv" in said
    assert not any(value in said for value in (*moved["old"], *moved["new"]) if value)
    assert reissue_warning(analysis(published, "public")) == ""
    log(published, "phonics_year1_expected_percent.202425.*")
    assert reissue_warning(analysis(published)) == ""


@pytest.mark.parametrize(
    ("measure", "denominator", "pupils", "before", "after", "few"),
    [
        ("ks2_rwm_expected_percent", 40, 40, "50", "52.5", True),  # one more of forty
        ("ks2_rwm_expected_percent", 41, 41, "50", "51.21951219512195", True),  # one came, and met the standard
        ("ks2_rwm_expected_percent", 40, 40, "50", "62.5", True),  # five of forty
        ("ks2_rwm_expected_percent", 40, 40, "50", "65", False),  # six of forty
        ("ks2_reading_average_score", 40, 40, "104", "104.5", True),  # twenty points
        ("ks2_reading_average_score", 40, 40, "104", "109.5", False),  # more than five pupils' points
        ("overall_absence_percent", 11400, 30, "5", "5.2", True),
        ("overall_absence_percent", 11400, 30, "5", "25", False),
        ("ks2_rwm_expected_percent", 40, 40, "", "52.5", False),  # not shown then: the audit knows
    ],
)
def test_how_much_a_few_pupils_can_move(measure, denominator, pupils, before, after, few):
    row = {"measure": measure, "denominator": denominator, "pupils": pupils}
    assert _by_few(row, before, after, 6) is few


def test_the_run_says_it_on_its_error_stream(monkeypatch, tmp_path):
    outcome = Outcome("id", tmp_path, placed=("202425",), notes=("warning: moved",))
    monkeypatch.setattr("symphony_analysis.run.execute_release", lambda *_, **__: outcome, raising=False)
    done = CliRunner().invoke(cli.cli, ["run", "--year", "2024/25", "--out", str(tmp_path)], standalone_mode=False)
    assert (done.stderr.splitlines()[-1], done.return_value) == ("warning: moved", 0)


def test_a_report_is_built_with_its_warning(monkeypatch, tmp_path):
    inputs = SimpleNamespace(trust=SimpleNamespace(school=None, settings={}), data_dir=tmp_path, files_read=frozenset())
    audited = SimpleNamespace(passed=True)
    monkeypatch.setattr("symphony_analysis.analysis.Analysis.audit", lambda _: audited)
    monkeypatch.setattr("symphony_analysis.analysis.release_figures", lambda _: None)
    monkeypatch.setattr("symphony_analysis.report.draft_bands", lambda _: ())
    monkeypatch.setattr("symphony_analysis.report.build", lambda *_, **__: [])
    monkeypatch.setattr(release_report, "refuse_leaks", lambda *_: None)
    monkeypatch.setattr("symphony_analysis.issues.reissue_warning", lambda _: "warning: moved")
    assert release_report.build_report({}, Parameters(YEAR, AS_AT), tmp_path, inputs) == ["warning: moved"]
