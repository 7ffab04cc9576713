"""Every symphony command line of the documentation is typed, in the order of its page, on a copy of the project.

Quick commands run as they are. What takes minutes (run, publish, verify) is here only parsed, a run also checked
against the data; the slow test below types every line for good.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from symphony_analysis import cli as command_line
from symphony_analysis.commands.lab import Lab
from symphony_analysis.run.outcome import Outcome
from tests.people import register
from tests.people.copies import ROOT, project, symphony
from tests.people.this_year import moved_on
from tests.sources import tables

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LONG = {"publish", "verify", "watch"}
MAY_ASK_FOR_A_LOOK = {"status", "verify"}  # 1 where no run is known, and on the shipped data: as documented


def commands(page: Path) -> list[list[str]]:
    """The words of every line of an indented or fenced block that begins with symphony."""
    lines = re.findall(r"^(?: {4,})?(symphony .*)$", page.read_text(encoding="utf-8"), re.M)
    return [shlex.split(line, comments=True)[1:] for line in lines]


#: What a reader of the pages makes.
MADE = re.compile("202526|65_|school_workforce|unexplained|corrections|restatements|mappings")
CODE = [path for room in ("symphony_analysis", "tests") for path in (ROOT / room).rglob("*.py")]


def named(page: Path) -> str:
    return page.name


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the project with what a reader of the pages would have beside it, as the present folder."""
    folder = project(tmp_path / "project")
    moved_on(folder / "data", folder / "downloads")
    register.write(folder / "edubasealldata20260115.csv", register.INVENTED)
    schools = [tables.school(urn, LEA="999") for urn in ("900001", "900002", "900003")]
    lines = [tables.KS2_HEADER, *schools, tables.england("5")]
    (folder / "england_ks2final.csv").write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def expanded(words: list[str]) -> list[str]:
    """As a shell expands a pattern."""
    return [found for word in words for found in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]


def other_data(page: Path, copy: Path) -> None:
    """Where a page takes another data folder for granted, it is there."""
    if "symphony init" not in page.read_text(encoding="utf-8"):
        shutil.copytree(copy / "data", copy / "other" / "data")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[] if page.name == "README.md" else pytest.mark.slow)
        for page in PAGES
        if commands(page)
    ],
    ids=named,
)
def test_the_commands_of_a_page_are_understood_and_the_quick_ones_do_what_they_say(page, copy, monkeypatch):
    other_data(page, copy)
    asked = []

    def dry(releases, *, out, **_):
        asked.extend(releases)
        return Outcome("dry", out, placed=tuple(release.folder for release in releases))

    monkeypatch.setattr("symphony_analysis.run.whole_run.execute_release", dry)
    monkeypatch.setattr(Lab, "start", lambda self: 0)
    for words in commands(page):
        name, arguments = words[0], expanded(words[1:])
        if name in LONG:
            command_line.cli.commands[name].make_context(name, arguments)
            continue
        code = command_line.cli.main([name, *arguments], standalone_mode=False) or 0
        assert code == 0 or (name in MAY_ASK_FOR_A_LOOK and code == 1), words
    assert bool(asked) == any(words[0] == "run" for words in commands(page))


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=named)
def test_every_command_of_a_page_is_carried_out(page, copy, released):
    other_data(page, copy)
    # A published issue rests on a run; what has been run once is taken from its cache on every page.
    shutil.copytree(released, copy / "reports")
    for words in commands(page):
        if words[0] == "lab":
            words = [words[0], "--show", *words[1:]]  # it would stay open
        if words[0] == "watch":
            continue  # it never ends; tests/run/test_command.py ends it
        done = symphony(*expanded(words), cwd=copy)
        expected = {0, 1} if words[0] in MAY_ASK_FOR_A_LOOK else {0}
        assert done.returncode in expected, (words, done.stderr)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_files_and_links_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:^ {4,}|`)make ([a-z-]+)", text, re.M)) <= targets
    for name in re.findall(r"`((?:docs|data|notebooks|symphony_analysis|tests)/[\w./-]*)`", text):
        assert MADE.search(name) or (ROOT / name).exists(), name
    for name in re.findall(r"`([a-z_]+/[\w/]+\.py)`", text):
        assert MADE.search(name) or any(path.as_posix().endswith(f"/{name}") for path in CODE), name
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
        assert (page.parent / link).exists(), link


def test_the_walk_of_a_figure_from_file_to_page_is_at_most_twelve_files():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walk = text.partition("## One figure, from file to page")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d+\. (.*)$", walk, re.M)
    assert 8 <= len(steps) <= 12
    assert all(len(re.findall(r"`[\w/]+(?:\.\w+)?`", step.partition(":")[0])) == 1 for step in steps)


def test_every_command_is_documented_and_every_documented_command_exists():
    typed = {words[0] for page in PAGES for words in commands(page)}
    assert typed <= set(command_line.cli.commands) | {"--help", "--version"}
    prose = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in command_line.cli.commands if f"symphony {name}" not in prose] == []
