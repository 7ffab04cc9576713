"""A decision about a block is made once in a run: the same answer in every process, and a new one for a new block."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from symphony_analysis import measures, open_analysis, protect, remembered
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect import hiding
from symphony_analysis.protect.blocks import blocks
from symphony_analysis.run.kernels import environment
from symphony_analysis.sources import SourceError
from tests.protect.made import audited, made_trust

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(remembered, "_here", {})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(remembered.MEMORY, str(tmp_path))
    return tmp_path


def unused(*_):
    raise AssertionError("it was asked before")


def test_an_answer_is_worked_out_once_in_a_process():
    assert remembered.remembered("what", (1, b"x"), lambda: [1, 0.1 + 0.2]) == [1, 0.1 + 0.2]
    assert remembered.remembered("what", (1, b"x"), unused) == [1, 0.1 + 0.2]


def test_another_process_of_the_run_gets_the_same_answer(folder, monkeypatch):
    remembered.remembered("what", (1,), lambda: [0.1 + 0.2, float("inf")])
    monkeypatch.setattr(remembered, "_here", {})
    assert remembered.remembered("what", (1,), unused) == [0.1 + 0.2, float("inf")]


@pytest.mark.parametrize("other", [(2,), (1, 1), (b"1",), ("1",)], ids=["value", "more", "bytes", "text"])
def test_another_question_gets_its_own_answer(folder, other):
    remembered.remembered("what", (1,), lambda: "first")
    assert remembered.remembered("what", other, lambda: "second") == "second"
    assert remembered.remembered("else", (1,), lambda: "third") == "third"


def test_what_is_damaged_or_cannot_be_kept_is_worked_out_again(folder, monkeypatch):
    remembered.remembered("what", (1,), lambda: "first")
    (kept,) = folder.iterdir()
    kept.write_text("{", encoding="utf-8")
    monkeypatch.setattr(remembered, "_here", {})
    assert remembered.remembered("what", (1,), lambda: "again") == "again"
    monkeypatch.setenv(remembered.MEMORY, str(folder / "gone"))
    assert remembered.remembered("what", (2,), lambda: "anyway") == "anyway"


def test_the_run_names_the_folder_as_the_memory_knows_it(tmp_path, monkeypatch):
    monkeypatch.delenv(remembered.MEMORY, raising=False)
    place = environment.Surroundings(tmp_path, tmp_path / "scratch", tmp_path, tmp_path).make()
    assert place.variables()[remembered.MEMORY] == str(tmp_path / "scratch" / "memory")
    assert (tmp_path / "scratch" / "memory").is_dir()
    monkeypatch.setenv(remembered.MEMORY, str(tmp_path / "for several runs"))
    assert place.variables()[remembered.MEMORY] == str(tmp_path / "for several runs")


def test_other_code_decides_anew(folder, monkeypatch):
    remembered.remembered("what", (1,), lambda: "first")
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.setattr(remembered, "code_of", lambda *_: "another rule")
    assert remembered.remembered("what", (1,), lambda: "second") == "second"


def test_code_in_a_room_of_a_room_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(remembered, "PACKAGE", tmp_path)
    for name in ("top.py", "claims/register.py", "claims/checks/check.py", "report/page.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first", encoding="utf-8")
    code = remembered.code_of.__wrapped__
    before = {rooms: code(*rooms) for rooms in ((".",), ("claims",), ("report",), (".", "claims"))}
    (tmp_path / "claims" / "checks" / "check.py").write_text("second", encoding="utf-8")
    assert [rooms for rooms, was in before.items() if code(*rooms) != was] == [("claims",), (".", "claims")]


def test_the_same_cells_are_hidden_whoever_has_decided(folder, monkeypatch):
    figures, measures = made_trust(3)
    first = protect.release(figures, measures, "trustees", {}).frame
    assert first["symbol"].eq("c").any()
    assert list(folder.iterdir())
    monkeypatch.setattr(remembered, "_here", {})
    assert protect.release(figures, measures, "trustees", {}).frame.equals(first)
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.delenv(remembered.MEMORY)
    assert protect.release(figures, measures, "trustees", {}).frame.equals(first)


def test_an_audit_is_made_once_and_anew_of_any_other_figure_or_threshold(folder, monkeypatch):
    figures, measures = made_trust(3)
    shown = protect.release(figures, measures, "trustees", {}).frame
    alone = shown["symbol"].eq("c") & shown["geographic_level"].eq("School")
    exposed = figures.assign(words="", symbol=figures["symbol"].mask(alone & ~alone.shift(fill_value=False), "c"))
    exposed["value"] = exposed["value"].mask(exposed["symbol"] == "c")
    first = audited(figures, measures, "trustees", exposed)
    assert first.findings
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.setattr(hiding, "determined", lambda *_: pytest.fail("it was audited again"))
    assert audited(figures, measures, "trustees", exposed) == first
    more = exposed.assign(symbol="", value=figures["value"])
    fewer = figures.assign(numerator=figures["numerator"] + figures["pupils"].eq(figures["pupils"].max()))
    for changed in ((figures, more), (fewer, exposed)):
        with pytest.raises(pytest.fail.Exception, match="audited again"):
            audited(changed[0], measures, "trustees", changed[1])
    monkeypatch.setattr(remembered, "code_of", lambda *_: "a changed rule")
    with pytest.raises(pytest.fail.Exception, match="audited again"):
        audited(figures, measures, "trustees", exposed)


@pytest.mark.parametrize("seed", range(4))
def test_a_decision_ends_with_the_question_of_the_audit(folder, monkeypatch, seed):
    """Whatever the solver finds: the audit of what was decided has nothing to look for that the decision did not."""
    figures, measures = made_trust(seed, schools=7)
    editions = [protect.release(figures, measures, name, {}) for name in ("trustees", "public")]
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.setattr(hiding, "determined", lambda *_: pytest.fail("the decision did not ask this"))
    found = protect.audit(editions, figures, measures, protect.Thresholds.of("trustees", {}))
    assert found.passed and found.hidden > 0


def test_a_frame_comes_back_to_the_last_digit_and_type(folder, monkeypatch):
    frame = pd.DataFrame({"n": [1, 2], "x": [0.1 + 0.2, float("nan")], "text": ["a", None], "flag": [True, False]})
    frame["text"] = frame["text"].astype("str")
    remembered.remembered_frame("what", (1,), lambda: frame)
    monkeypatch.setattr(remembered, "_here", {})
    pd.testing.assert_frame_equal(remembered.remembered_frame("what", (1,), unused), frame, check_exact=True)


def test_figures_are_worked_out_once_for_all_the_notebooks_of_a_run(folder, monkeypatch):
    first = open_analysis("2022/23", "2026-04-30", "trustees", "", DATA).figures("attendance").frame
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.setattr(measures, "evaluate", unused)
    again = open_analysis("2022/23", "2026-04-30", "trustees", "", DATA)
    pd.testing.assert_frame_equal(again.figures("attendance").frame, first, check_exact=True)
    assert {"trust.toml", "national.csv"} <= again.inputs.files_read
    other = open_analysis("2022/23", "2025-04-30", "trustees", "", DATA)
    with pytest.raises(AssertionError, match="asked before"):
        other.figures("attendance")


def test_a_file_that_cannot_be_used_stops_no_figures_of_others(folder, tmp_path, monkeypatch):
    copied = shutil.copytree(DATA, tmp_path / "data")
    (accounts,) = (copied / "raw" / "202223").glob("finance.csv")
    accounts.write_bytes(b"broken")
    analysis = open_analysis("2022/23", "2026-04-30", "internal", "", copied)
    assert analysis.compared([MEASURES["overall_absence_percent"]])["value"].notna().any()
    with pytest.raises(SourceError, match=r"finance\.csv"):
        analysis.compared([MEASURES["total_income_gbp"]])


def test_one_pupil_more_is_another_block():
    figures, measures = made_trust(3)
    block = next(iter(blocks(figures, measures)))
    before = repr(block.identity)
    at = tuple(np.argwhere(block.stands)[0])
    block.counts["pupils"][at] += 1
    assert repr(block.identity) != before


def test_a_block_is_the_same_in_every_process():
    code = (
        "from symphony_analysis.protect.blocks import blocks\nfrom tests.protect.made import made_trust\n"
        "figures, measures = made_trust(3)\nprint([b.identity for b in blocks(figures, measures)])"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=one).stdout
        for one in ({"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)} for seed in ("1", "2"))
    ]
    assert b"eyfs_gld_percent" in said[0]
    assert said[0] == said[1]


def test_what_another_process_is_at_is_waited_for_and_taken_over(folder, monkeypatch):
    name = remembered._name("what", (1,))
    (folder / f"{name}.begun").touch()
    left = threading.Timer(0.1, remembered._leave, (folder / name, "theirs"))
    left.start()
    assert remembered.remembered("what", (1,), unused) == "theirs"
    left.join()


def test_an_answer_that_never_comes_is_worked_out_here_and_nothing_is_left_begun(folder, monkeypatch):
    monkeypatch.setattr(remembered, "_PATIENCE", 0.05)
    (folder / f"{remembered._name('what', (1,))}.begun").touch()
    assert remembered.remembered("what", (1,), lambda: "ours") == "ours"
    with pytest.raises(ZeroDivisionError):
        remembered.remembered("what", (2,), lambda: 1 / 0)
    assert not list(folder.glob("*.begun"))
