"""The walk-throughs "add a measure" and "add a notebook", on one copy of the project and in one run.

Two files, and the measure is in table, figures and definitions; one notebook in the folder, and it is a section.
"""

import re
import subprocess

import pytest

from tests.people.copies import ROOT, environment, project, rows, symphony

GUIDE = ROOT / "docs" / "add-a-measure.md"


def blocks() -> dict[str, str]:
    """The code of the walk-through by the file it goes into."""
    found = re.findall(r"`([\w/]+\.py)`[^\n]*\n\n```(?:python)?\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    return dict(found)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with the two files of a measure; gives the folder and its Python."""
    given = blocks()
    assert list(given) == ["symphony_analysis/measures/attendance.py", "tests/measures/test_unexplained.py"]
    copy = project(tmp_path_factory.mktemp("walked"))
    module = copy / "symphony_analysis" / "measures" / "attendance.py"
    before = {path for path in copy.rglob("*") if path.is_file()}
    text = module.read_text(encoding="utf-8")
    end = text.index("\n)\n", text.index("MEASURES = (")) + 1
    added = text[:end] + given["symphony_analysis/measures/attendance.py"] + text[end:]
    module.write_text(added, encoding="utf-8")
    test = copy / "tests" / "measures" / "test_unexplained.py"
    test.parent.mkdir(parents=True)
    test.write_text(given["tests/measures/test_unexplained.py"], encoding="utf-8")
    assert {path for path in copy.rglob("*") if path.is_file() and "__pycache__" not in path.parts} - before == {test}
    return copy, environment(copy)


@pytest.fixture(scope="module")
def report(copy):
    """The report of a run of the copy, with a notebook put into its folder, and another that is no section."""
    folder, python = copy
    books = folder / "notebooks"
    text = (books / "55_exclusions.ipynb").read_text(encoding="utf-8")
    title = text[text.index('"# ') + 3 :].partition("\\n")[0]
    for path in books.glob("*.ipynb"):
        if not path.name.startswith(("50_", "90_")):
            path.unlink()  # the other sections would only take time
    (books / "65_admissions.ipynb").write_text(text.replace(title, "Admissions", 1), encoding="utf-8")
    (books / "my_own.ipynb").write_text(text.replace(title, "My own questions", 1), encoding="utf-8")
    ran = symphony("run", "--year", "2024/25", "--data", folder / "data", "--out", folder / "reports", cwd=folder,
                   python=python)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder / "reports" / "202425"


def test_the_hand_worked_test_of_the_walk_through_passes(copy):
    folder, python = copy
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "small_trust.py").write_bytes((ROOT / "tests" / "small_trust.py").read_bytes())
    passed = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", "tests/measures/test_unexplained.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert passed.returncode == 0 and passed.stdout.startswith("."), passed.stdout


@pytest.mark.slow
def test_a_measure_is_two_files(report):
    figures = [row for row in rows(report / "figures.csv") if row["measure"] == "unexplained_absence_share_percent"]
    assert {row["time_period"] for row in figures} == {"202223", "202324", "202425"}
    trust = next(r for r in figures if r["geographic_level"] == "Trust" and r["time_period"] == "202425"
                 and r["pupil_group"] == "all")  # fmt: skip
    assert 0 < float(trust["value"]) < 100 and trust["source_file"] == "raw/202425/attendance.csv"
    definitions = (report / "notebooks" / "90_sources_and_definitions.html").read_text(encoding="utf-8")
    assert "Unexplained share of absence" in definitions
    area = (report / "notebooks" / "50_attendance.html").read_text(encoding="utf-8")
    assert "unexplained_absence_share_percent.202425.trust.all" in area


@pytest.mark.slow
def test_a_notebook_put_into_the_folder_is_a_section_and_another_is_not(report):
    page = (report / "self-evaluation.html").read_text(encoding="utf-8")
    assert "Admissions" in page and "My own questions" not in page
    assert sorted(p.stem for p in (report / "notebooks").glob("*.ipynb")) == [
        "50_attendance", "65_admissions", "90_sources_and_definitions"
    ]  # fmt: skip
