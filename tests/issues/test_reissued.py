"""D16, D17: a year issued again. Figures that moved by a few pupils are named, and no longer once a person says why."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from symphony_analysis import cli, release_report, sources
from symphony_analysis.analysis import Analysis, release_figures
from symphony_analysis.figure import KEYS
from symphony_analysis.issues.reissued import _by_few, exposed_with_earlier, moved_by_few, reissue_warning
from symphony_analysis.measures import MEASURES
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


def as_printed(analysis: Analysis) -> pd.DataFrame:
    return release_figures(analysis).astype("str")


def put_in_place(office) -> pd.DataFrame:
    return pd.read_csv(office.out / "202425" / "figures.csv", dtype="str", keep_default_na=False)


def test_one_result_corrected_is_told_of_a_report_that_was_never_frozen_once(office):
    before = put_in_place(office)
    office.change(PUPILS, one_result_corrected)
    again = analysis(office)
    now = release_figures(again)
    said = reissue_warning(again, now, [before])
    assert said.startswith("warning: 2024/25: shown here and in an earlier report, and so little apart")
    assert "phonics_year1_expected_percent.202425.137932.all" in said
    assert reissue_warning(again, now) == ""
    log(office, "phonics_year1_expected_percent.202425.*")
    assert reissue_warning(analysis(office), now, [before]) == ""


def test_a_joining_date_that_gives_one_schools_few_pupils_away_is_told(office):
    """Foxton's three disadvantaged pupils are the difference of two of the trust's figures."""
    before = put_in_place(office)
    settings = office.data / "trust.toml"
    text = settings.read_text(encoding="utf-8")
    block = text[text.index('name = "Foxton"') :].partition("[[schools]]")[0]
    later = re.sub(r"joined_(on|by) = .*", "joined_by = 2026-09-01", block)
    assert later != block
    settings.write_text(text.replace(block, later), encoding="utf-8")
    again = analysis(office)
    moved = moved_by_few(again, release_figures(again), [before])
    rwm = {f"ks2_rwm_expected_percent.202425.trust.{group}" for group in ("disadvantaged", "other")}
    assert rwm <= set(moved["figure"])  # of three pupils, and of the many others, whose figure is hidden too
    assert set(moved["published_in"]) == {"an earlier report"}


def test_what_an_earlier_report_showed_and_this_one_hides_is_audited_with_it(one_year):
    """An earlier report that hid small groups alone: with it the hidden counts of this one can be worked out."""
    again = analysis(one_year)
    now, truth = as_printed(again), again.compared(MEASURES.values())
    exact = truth.astype({"time_period": "str"}).set_index(KEYS)
    exact = exact[exact["pupils"].gt(5)]["value"].dropna()
    keys = pd.MultiIndex.from_frame(now[KEYS])
    told = pd.Series(exact.reindex(keys).map(lambda value: f"{value:.1f}").to_numpy(), now.index)
    opened = now["symbol"].eq("c") & keys.isin(exact.index)
    less_hidden = now.assign(value=now["value"].mask(opened, told), symbol=now["symbol"].mask(opened, ""))
    assert opened.sum() > 20
    assert reissue_warning(again, release_figures(again), [put_in_place(one_year)]) == ""
    assert not exposed_with_earlier(again, now, [less_hidden]).passed
    said = reissue_warning(again, now, [less_hidden])
    assert "hidden here, but can be worked out with what an earlier report showed: " in said
    assert reissue_warning(analysis(one_year, "public"), now, [less_hidden]) == ""


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
    assert _by_few(row, before, after, 6, displayed=True) >= few


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
    stage = tmp_path / "reports" / ".symphony" / "work" / "1" / "stage" / "202425"
    kept = tmp_path / "reports" / ".symphony" / "index" / "202425"
    kept.mkdir(parents=True)
    stage.mkdir(parents=True)
    (stage / "figures.csv").write_text("value\n3\n", encoding="utf-8")
    for number in (2, 1):
        (kept / f"00000{number}.csv").write_text(f"value\n{number}\n", encoding="utf-8")

    def said(_analysis, _figures, earlier):
        return "\n".join(f"warning: {each['value'].item()}" for each in earlier)

    monkeypatch.setattr("symphony_analysis.issues.reissue_warning", said)
    told = release_report.build_report({}, Parameters(YEAR, AS_AT), stage, inputs)
    assert told == ["warning: 1", "warning: 2"]
    (stage / "figures.csv").write_text("value\n2\n", encoding="utf-8")
    assert release_report.put_in_place_before(stage) == []  # the run that changed them said it
    assert release_report.put_in_place_before(tmp_path / "a stage of no run") == []
