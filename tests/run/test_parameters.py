"""Parameters: the sixteen bad ones of the reliability list, and what a notebook may declare."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

import nbformat
import pytest

from symphony_analysis.run import Exit, Parameters, RunFailed
from symphony_analysis.run.notebooks.parameters import declared
from symphony_analysis.run.notebooks.stored import Book
from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear
from tests.run.books import PARAMETERS, notebook, store

TRUST = Trust("A trust", (School("Glen Hills", "137932"), School("The Hall", "1")), MappingProxyType({}))
YEARS = (AcademicYear(2023), AcademicYear(2024))


def refused(**changes):
    """The message with which these values are refused, before anything could start."""
    values = {"year": "2024/25", "as_at": "2026-04-30", "edition": "trustees", "school": "", "data_dir": "."}
    with pytest.raises(RunFailed) as caught:
        Parameters.parse({**values, **changes}).check(TRUST, YEARS)
    assert caught.value.exit_code == Exit.PARAMETERS == 64
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"year": "../../etc"}, "write it like 2023/24", id="P01 a path for a year"),
        pytest.param({"school": "/etc/passwd"}, "cannot be the name", id="P02 an absolute path"),
        pytest.param({"school": "../public"}, "cannot be the name", id="P03 a way out of the folder"),
        pytest.param({"data_dir": "data\x00x"}, "control characters", id="P04 NUL in a path"),
        pytest.param({"year": "1066/67"}, "outside 2000 to 2099", id="P06 1066"),
        pytest.param({"year": "2031/32"}, "the years with data are: 2023/24, 2024/25", id="P07 newer than the data"),
        pytest.param({"colour": "red"}, "'colour' is not a parameter", id="P08 unknown name"),
        pytest.param({"x=1\nimport os": "1"}, "is not a parameter", id="P09 code in a name"),
        pytest.param({"school": 'Glen"; import os #'}, "cannot be the name", id="P10 quote in a value"),
        pytest.param({"school": "Glen\\x22"}, "cannot be the name", id="P10 backslash in a value"),
        pytest.param({"school": "100000"}, "no school '100000'", id="P11 a foreign school"),
        pytest.param({"school": "137932,100000"}, "no school", id="P11 a list of schools"),
        pytest.param({"edition": "everyone"}, "must be one of trustees, internal, public", id="P12 unknown edition"),
        pytest.param({"school": "!!python/object:os.system"}, "cannot be the name", id="P13 a YAML tag"),
        pytest.param({"school": "CON"}, "cannot be the name", id="P14 a Windows device"),
        pytest.param({"year": True}, "academic year", id="a truth value for a year"),
        pytest.param({"year": 2024.25}, "academic year", id="a fraction for a year"),
        pytest.param({"as_at": "30/04/2026"}, "written like 2026-04-30", id="a British date"),
        pytest.param({"as_at": "2026-02-30"}, "written like 2026-04-30", id="a day that is not"),
        pytest.param({"school": None}, "name or URN", id="no text for a school"),
        pytest.param({"data_dir": "no such folder"}, "does not exist", id="no data folder"),
    ],
)
def test_a_bad_parameter_is_refused(changes, expected):
    assert expected in refused(**changes)


@pytest.mark.parametrize("missing", ["year", "as_at"])
def test_a_missing_parameter_is_named(missing):
    values = {"year": "2024/25", "as_at": "2026-04-30"}
    del values[missing]
    with pytest.raises(RunFailed, match=f"parameter {missing} is missing"):
        Parameters.parse(values)


def test_what_people_write_is_understood():
    release = Parameters.parse({"year": 202425, "as_at": "2026-04-30", "edition": "Trustees ", "school": "glen hills"})
    release = Parameters(release.year, release.as_at, release.edition, release.school, Path())
    assert release.check(TRUST, YEARS) == Parameters("2024/25", date(2026, 4, 30), "trustees", "Glen Hills", ".")


def test_each_release_has_a_folder_of_its_own():
    releases = [
        Parameters("2024/25", "2026-04-30", edition, school)
        for edition in ("trustees", "internal", "public")
        for school in ("", "Glen Hills", "St Mary's (Infants)")
    ]
    assert [release.folder for release in releases] == [
        "202425",
        "202425-glen-hills",
        "202425-st-marys-infants",
        "202425-internal",
        "202425-internal-glen-hills",
        "202425-internal-st-marys-infants",
        "202425-public",
        "202425-public-glen-hills",
        "202425-public-st-marys-infants",
    ]


def test_two_schools_whose_names_look_alike_have_folders_of_their_own():
    schools = (School("St Mary's", "100001"), School("St Marys", "100002"), School("王", "100003"))
    alike = Trust("A trust", schools, {})
    releases = [Parameters("2024/25", "2026-04-30", school=s.name).check(alike, YEARS) for s in schools]
    folders = ["202425-st-marys-100001", "202425-st-marys-100002", "202425-100003"]
    assert [release.folder for release in releases] == folders


def test_the_place_of_the_data_is_not_shown(tmp_path):
    release = Parameters("2024/25", "2026-04-30", data_dir=tmp_path)
    assert release.shown()["data_dir"] == "../data"
    assert release.for_notebook(tmp_path)["data_dir"] == str(tmp_path)


def cells_of(source):
    return Book("10_x", nbformat.writes(notebook(parameters=source))).cells


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (PARAMETERS.replace("school", "scool"), "school is missing; scool is not a parameter"),
        (PARAMETERS + "\nextra = '1'", "extra is not a parameter"),
        (PARAMETERS + "\nyear = '2023/24'", "sets year twice"),
        (PARAMETERS + "\nimport os", "may only hold lines like"),
        (PARAMETERS.replace('"2024/25"', "2024"), "may only hold lines like"),
        (PARAMETERS.replace('"2024/25"', "open('x').read()"), "may only hold lines like"),
        (PARAMETERS.replace("year =", "year = other ="), "may only hold lines like"),
        (PARAMETERS + "\n)", "not valid Python"),
    ],
)
def test_a_notebook_that_declares_something_else_is_refused(source, expected):
    with pytest.raises(RunFailed, match=r"10_x\.ipynb") as caught:
        declared(cells_of(source), "10_x.ipynb")
    assert expected in str(caught.value)
    assert caught.value.exit_code == Exit.PARAMETERS


def test_a_comment_with_two_equal_signs_is_no_trap():
    source = PARAMETERS.replace('"2024/25"', '"2024/25"  # a=b, c=d')
    assert declared(cells_of(source), "x")["year"] == "2024/25"


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception", "injected-parameters"])
def test_a_tag_that_hides_a_failure_is_refused(trust, tag):
    store(trust.notebooks, roll=notebook("1", tags={2: [tag]}))
    with pytest.raises(RunFailed, match=f"10_roll.ipynb, cell 3: the tag {tag}"):
        trust.run()


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        pytest.param("data", "may not be the same", id="P16 output is input"),
        pytest.param("data/raw", "may not be the same", id="P16 output inside input"),
        pytest.param(".", "may not be the same", id="P16 input inside output"),
        pytest.param("data/national.csv/reports", "may not be the same", id="inside a file of the data"),
        pytest.param("requirements.lock/reports", "cannot be written", id="P15 not writable"),
        pytest.param("nul", "keeps for itself", id="P14 a Windows device"),
        pytest.param("com1.txt", "keeps for itself", id="P14 a Windows device with an ending"),
        pytest.param("re\x00ports", "control characters", id="P04 NUL in the output path"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_anything_runs(trust, out, expected):
    trust.out = trust.root / out
    with pytest.raises(RunFailed, match=expected) as caught:
        trust.run()
    assert caught.value.exit_code == Exit.PARAMETERS


def test_p03_a_link_out_of_the_output_folder_is_refused(trust, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    trust.out.mkdir()
    (trust.out / "202425").symlink_to(elsewhere)
    with pytest.raises(RunFailed, match="not a folder of reports"):
        trust.run()
    assert list(elsewhere.iterdir()) == []
