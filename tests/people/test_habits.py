"""The habits of the house: small modules and functions, docstrings, one set of versions, hooks that need no network."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symphony_analysis.commands import dictionary, doctor
from tests.conftest import LONG_FIRST
from tests.people.copies import ROOT

PACKAGE = sorted((ROOT / "symphony_analysis").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DEVELOPERS_LOCK = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
LONGEST_MODULE, LONGEST_FUNCTION = 500, 60


def named(text: str) -> str:
    return text.relative_to(ROOT / "symphony_analysis").as_posix()


@pytest.mark.parametrize("path", PACKAGE, ids=named)
def test_modules_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f.name for f in functions if f.end_lineno - f.lineno + 1 > LONGEST_FUNCTION] == []


def test_only_tables_of_data_are_laid_out_by_hand():
    assert sum(path.read_text(encoding="utf-8").count("# fmt: " + "skip") for path in PACKAGE) < 40


@pytest.mark.parametrize("path", PACKAGE, ids=named)
def test_every_public_function_class_and_module_says_what_it_answers(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_"))]
    public = [
        node
        for body in bodies
        for node in body.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not (ast.get_docstring(node) or "").strip()] == []
    assert (ast.get_docstring(tree) or "").strip() or not tree.body


def asked(requirements) -> set[str]:
    return {re.match(r"[A-Za-z0-9._-]+", line)[0].lower().replace("_", "-") for line in requirements}


def pins(lock: str) -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, version in doctor._PIN.findall(lock)}


def test_the_lock_holds_what_the_project_asks_for_in_versions_that_it_allows():
    pinned = pins(LOCK)
    assert asked(PROJECT["dependencies"]) | asked(PROJECT["optional-dependencies"]["word"]) <= pinned.keys()
    for line in PROJECT["dependencies"]:
        name, rest = re.match(r"([A-Za-z0-9._-]+)(?:\[\w+\])?(.*)", line).groups()
        version = tuple(map(int, re.findall(r"\d+", pinned[name.lower()])[:3]))
        for sign, bound in re.findall(r"(>=|<)([\d.]+)", rest):
            limit = tuple(map(int, bound.split(".")))
            assert version >= limit if sign == ">=" else version < limit, (name, version, rest)


def test_the_developers_have_the_same_versions_and_a_school_laptop_none_of_their_tools():
    run, developers = pins(LOCK), pins(DEVELOPERS_LOCK)
    extras = PROJECT["optional-dependencies"]
    assert run.items() < developers.items()
    assert asked(extras["dev"]) | asked(extras["cluster"]) <= developers.keys()
    tools = {"pytest", "mypy", "playwright", "dask", "distributed", "ruff", "hypothesis"}
    assert not tools & run.keys() and tools < developers.keys()


@pytest.mark.parametrize("lock", [LOCK, DEVELOPERS_LOCK], ids=["run", "developers"])
def test_a_lock_has_a_hash_for_every_pin_and_names_no_place(lock):
    for pin in re.split(r"\n(?=\S)", lock):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin
    assert "://" not in lock and not re.search(r"^\s*-(?!-hash=)", lock, re.M)


def test_conda_brings_python_and_the_same_lock():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert re.findall(r"^ +- (\S.*)$", text, re.M) == [
        "conda-forge", "python=3.12", "pip", "pip:", "--require-hashes", "-r requirements.lock",
    ]  # fmt: skip
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert (doctor.OLDEST, doctor.BEYOND) == ((3, 11), (3, 14))


def test_one_version_everywhere_and_the_newest_change_is_of_it():
    from symphony_analysis import __version__

    assert "version" in PROJECT["dynamic"]  # read from the package when a wheel is built
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\S+), (\d{4}-\d\d-\d\d)$", changes, re.M)
    assert released[0][0] == __version__ and released == sorted(released, key=lambda one: one[1], reverse=True)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed here")
def test_make_lists_every_target_that_people_may_use():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", text, re.M)
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in listed.splitlines()] == targets
    assert set(targets) <= set(re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split())
    assert {"report", "test", "lint", "lab"} <= set(targets)


def test_the_hooks_are_tools_of_the_environment_and_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "://" not in text
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"} and set(re.findall(r"language: (\S+)", text)) == {
        "system"
    }
    tools = Path(sys.executable).parent
    for entry in re.findall(r"entry: (\S+)", text):
        assert shutil.which(entry, path=str(tools)), entry
    checked = subprocess.run(
        [tools / "pre-commit", "validate-config", ".pre-commit-config.yaml"], cwd=ROOT, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_stripping_outputs_keeps_ids_and_tags(tmp_path):
    stored = ROOT / "notebooks" / "50_attendance.ipynb"
    copy = tmp_path / "run.ipynb"
    executed = stored.read_text(encoding="utf-8").replace('"execution_count": null', '"execution_count": 7')
    copy.write_text(executed, encoding="utf-8")
    entry = re.search(r"entry: (nbstripout.*)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))[1]
    tool, *options = entry.split()
    subprocess.run([Path(sys.executable).parent / tool, *options, str(copy)], check=True)
    assert json.loads(copy.read_text(encoding="utf-8")) == json.loads(stored.read_text(encoding="utf-8"))


def test_text_files_end_their_lines_alike_on_every_system():
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in attributes and "data/** -text" in attributes
    for path in (*PACKAGE, *(ROOT / "docs").glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"), ROOT / "README.md"):
        assert b"\r" not in path.read_bytes(), path.name


@pytest.mark.parametrize("path", PACKAGE, ids=named)
def test_no_path_is_glued_with_slashes_of_one_system_and_no_text_is_opened_in_the_systems_encoding(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = {keyword.arg for keyword in call.keywords}
        if name in {"read_text", "write_text"}:
            assert "encoding" in given, f"line {call.lineno}: {name} without an encoding"
        if name == "open" and not {"encoding", "mode"} & given:
            modes = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            known = any("b" in mode for mode in modes) or not isinstance(call.func, ast.Name | ast.Attribute)
            of_archive = isinstance(call.func, ast.Attribute) and not modes
            assert known or of_archive, f"line {call.lineno}: open without an encoding"


@pytest.mark.parametrize("name", dictionary.PAGES)
def test_a_page_written_from_the_code_is_as_the_code(name):
    stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert stored == dictionary.PAGES[name](), "write it anew: make dictionary"


def test_every_file_of_tests_that_is_begun_first_is_there():
    assert [name for name in LONG_FIRST if not (ROOT / "tests" / name).is_file()] == []
