"""Where the trust's folder is: here or above, or where --data says; what comes from the package; a plain sentence."""

import pytest

from symphony_analysis.analysis import open_analysis
from symphony_analysis.files import trust_folder
from tests.people import register
from tests.people.copies import ROOT, symphony


@pytest.fixture
def trust(tmp_path):
    folder = tmp_path / "hill and vale"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "trust.toml").write_bytes((ROOT / "data" / "trust.toml").read_bytes())
    return folder


def test_the_nearest_folder_above_that_holds_a_trust_is_the_trusts(trust):
    (trust / "notebooks" / "mine").mkdir(parents=True)
    for start in (trust, trust / "data", trust / "notebooks" / "mine"):
        assert trust_folder.find(start) == trust
    assert trust_folder.find(ROOT / "tests" / "people") == ROOT


def test_without_a_trust_every_command_says_so_in_one_sentence_and_makes_nothing(tmp_path, monkeypatch):
    for words in (["run"], ["check"], ["lab", "--show"], ["verify"], ["status"], ["schedule", "cron"]):
        done = symphony(*words, cwd=tmp_path)
        assert done.returncode == 65, words
        assert done.stderr == (
            "symphony: no data folder here; make one with symphony init, or name one with --data\n"
        ), words  # fmt: skip
    assert "no data folder here" in symphony("doctor", cwd=tmp_path).stdout
    assert list(tmp_path.iterdir()) == []
    monkeypatch.chdir(tmp_path)
    with pytest.raises(trust_folder.NoTrustFolder, match="symphony init"):
        open_analysis("2024/25", "2026-04-30")


def test_the_notebooks_beside_the_data_run_and_else_those_of_the_package(trust):
    assert trust_folder.notebooks(trust / "data") == trust_folder.shipped("notebooks") == ROOT / "notebooks"
    (trust / "notebooks").mkdir()
    assert trust_folder.notebooks(trust / "data") == trust / "notebooks"


def test_a_data_folder_that_is_a_link_keeps_notebooks_and_reports_where_the_link_is(trust, tmp_path):
    mine = tmp_path / "mine"
    (mine / "notebooks").mkdir(parents=True)
    (mine / "data").symlink_to(trust / "data", target_is_directory=True)
    assert trust_folder.find(mine / "notebooks") == trust_folder.of(mine / "data") == mine
    assert trust_folder.notebooks(mine / "data") == mine / "notebooks"


def test_notebooks_are_copied_out_and_one_that_is_there_stays_as_it_is(trust):
    (trust / "notebooks").mkdir()
    (trust / "notebooks" / "10_outcomes.ipynb").write_text("mine", encoding="utf-8")
    copied = trust_folder.copy_notebooks(trust)
    assert "notebooks/explore.ipynb" in copied and "notebooks/10_outcomes.ipynb" not in copied
    assert (trust / "notebooks" / "10_outcomes.ipynb").read_text(encoding="utf-8") == "mine"
    names = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in (trust / "notebooks").iterdir()} == names
    assert trust_folder.copy_notebooks(trust) == []


def test_a_schedule_starts_in_the_trusts_folder_or_where_the_data_are_named(trust, tmp_path):
    inside = symphony("schedule", "systemd", cwd=trust / "data")
    assert f"WorkingDirectory={trust}\n" in inside.stdout
    for words in (("--data", "mine/data"), ("--data=mine/data",)):
        named = symphony("schedule", "systemd", "--", *words, cwd=tmp_path)
        assert f"WorkingDirectory={tmp_path}\n" in named.stdout, named.stderr


def test_in_an_empty_folder_init_needs_no_option_and_the_next_commands_find_the_trust(tmp_path):
    gias = register.write(tmp_path / "edubasealldata20260115.csv", register.INVENTED)
    mine = tmp_path / "mine"
    mine.mkdir()
    made = symphony("init", "--gias", gias, "--uid", "4711", cwd=mine)
    assert made.returncode == 0 and "wrote notebooks/explore.ipynb" in made.stdout, made.stderr
    assert (mine / "data" / "national.csv").read_bytes() == (ROOT / "data" / "national.csv").read_bytes()
    year = symphony("new-year", "2024/25", cwd=mine / "notebooks")
    assert year.returncode == 0 and (mine / "data" / "trust" / "202425" / "claims.csv").is_file(), year.stderr
    shown = symphony("lab", "--show", cwd=mine / "data")
    assert f"root_dir={mine} " in shown.stdout and (mine / "build" / "jupyter").is_dir()
