"""What ``symphony run`` promises on its command line: time limits, exit codes, and what the documents say of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from symphony_analysis.cli import cli
from symphony_analysis.run.outcome import MEANINGS, Exit, Outcome, RunFailed

command_line = sys.modules["symphony_analysis.cli"]  # the group of commands has the module's name
ROOT = Path(__file__).parents[2]


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Type the command without running a notebook: the options it would run with, and its exit code."""

    def type_it(*words: str, **done):
        seen = {}

        def instead(releases, **how):
            seen.update(how, releases=releases)
            return Outcome("id", tmp_path, **done)

        monkeypatch.setattr("symphony_analysis.run.execute_release", instead, raising=False)
        result = CliRunner().invoke(cli, ["run", "--out", str(tmp_path), *words], standalone_mode=False)
        if result.exception:
            raise result.exception
        return seen["options"], result.return_value

    return type_it


def test_a_run_has_limits_without_being_told(asked):
    options, _ = asked("--year", "2024/25")
    assert (options.limits.notebook, options.limits.whole_run) == (600, 3660)
    options, _ = asked("--year", "2024/25", "--schools")
    assert options.limits.whole_run == 3600 + 15 * 60


def test_both_limits_can_be_given(asked):
    options, _ = asked("--year", "2024/25", "--notebook-seconds", "40", "--run-seconds", "90")
    assert (options.limits.cell, options.limits.notebook, options.limits.whole_run) == (40, 40, 90)


@pytest.mark.parametrize("words", [("--notebook-seconds", "0"), ("--run-seconds", "soon")])
def test_a_limit_is_a_number_of_seconds(asked, words):
    with pytest.raises(click.BadParameter) as caught:
        asked(*words)
    assert caught.value.param.opts == [words[0]]


@pytest.mark.parametrize(
    ("words", "done", "code"),
    [
        ((), {"unchanged": ("202425",)}, Exit.DONE),
        (("--detailed-exit-code",), {"unchanged": ("202425",)}, Exit.UNCHANGED),
        (("--detailed-exit-code",), {"placed": ("202425",)}, Exit.DONE),
        (("--detailed-exit-code",), {"placed": ("202425",), "missing": (("202425", "x"),)}, Exit.WITH_GAPS),
    ],
)
def test_the_exit_code_tells_what_was_done(asked, words, done, code):
    assert asked("--year", "2024/25", *words, **done)[1] == code


def test_every_exit_code_is_explained_where_people_look():
    told = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Exit codes")[2].partition("## ")[0]
    assert set(MEANINGS) == set(Exit)
    assert {int(code) for code in Exit} <= {int(number) for number in re.findall(r"\b\d+\b", told)}


def test_every_option_in_the_documents_exists():
    known = {
        name for command in (cli.commands["run"], cli.commands["status"]) for p in command.params for name in p.opts
    }
    text = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w-])--[a-z-]+", text))
    assert {"--run-seconds", "--detailed-exit-code", "--notify"} <= named
    assert named - known == {"--at"}


def test_watch_writes_the_pages_again_when_a_file_is_saved_and_outlives_what_is_half_written(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "notebooks").mkdir()
    record, ran = tmp_path / "data" / "texts.csv", []

    def ran_once(asked, **_):
        ran.append(asked)
        raise RunFailed("half a sentence")

    def looked(_):
        looks.append(1)
        if len(looks) == 2:
            record.write_text("id,text\n", encoding="utf-8")
        if len(looks) == 4:
            raise KeyboardInterrupt

    looks: list[int] = []
    monkeypatch.setattr(command_line.run, "main", ran_once)
    monkeypatch.setattr(command_line.time, "sleep", looked)
    monkeypatch.setattr(command_line.trust_folder, "notebooks", lambda _: tmp_path / "notebooks")
    asked = ["--year", "2024/25", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--", "--jobs=1"]
    with pytest.raises(click.exceptions.Abort):
        command_line.watch.main(asked, standalone_mode=False)
    assert len(ran) == 2 and ran[0][0] == "--pages" and ran[0][-1] == "--jobs=1"
