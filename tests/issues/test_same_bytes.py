"""The same inputs give the same bytes, whoever runs them, wherever, in whatever order they are written."""

import os

import pandas as pd
import pytest

from symphony_analysis import sources
from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.own import records
from symphony_analysis.sources.own.records import RECORDS
from tests.issues.same_bytes import ROOT, different, project, run, shuffled, without_hashes
from tests.people.copies import DECIDED, symphony
from tests.people.this_year import moved_on

BOOKS = ("50_attendance", "90_sources_and_definitions")
#: Another user, locale, time zone, hash seed, number of workers, source of kernels; a folder that is hard to spell.
VARIATIONS = {
    "cold": (("--jobs", "1", "--kernels", "cold"),
             {"USER": "anna.office", "LOGNAME": "anna.office", "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo",
              "PYTHONHASHSEED": "1"}),
    "warm": (("--jobs", "3", "--kernels", "warm"),
             {"USER": "Grüße", "LC_ALL": "C", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4711", "COLUMNS": "40"}),
    "fork": (("--jobs", "4", "--kernels", "fork", "--fresh"),
             {"USER": "o'neill", "LANG": "fr_FR.UTF-8", "TZ": "Europe/London", "PYTHONHASHSEED": "77"}),
    "as it comes": (("--jobs", "2"),
                    {"USER": "", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "random",
                     "PYTHONUTF8": "0", "OMP_NUM_THREADS": "2", "SOURCE_DATE_EPOCH": "1", "NO_COLOR": "1"}),
}  # fmt: skip
FIRST = (("--jobs", "1", "--kernels", "auto"), {"USER": "clerk-one", "LC_ALL": "C.UTF-8", "TZ": "UTC"})


def carried_out(root, how, *years, **more):
    options, surroundings = how
    return run(root, *options, *(part for year in years for part in ("--year", year)), **{**surroundings, **more})


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """One year, two notebooks: what is published of them."""
    root = project(tmp_path_factory.mktemp("first") / "clone", BOOKS, ["202425"])
    decided = {"SYMPHONY_MEMORY": os.environ[DECIDED]}  # by other runs perhaps; the run beside it decides for itself
    published = carried_out(root, VARIATIONS["cold"], "2024/25", **decided)
    assert {"202425/self-evaluation.html", "202425/figures.csv", "202425/notebooks/50_attendance.ipynb"} <= set(
        published
    )
    return published


@pytest.mark.slow
def test_another_user_clock_language_kernel_and_order_of_rows_change_no_byte_but_the_hashes(first, tmp_path):
    """Everything at once, to be quick; the slow tests below take it apart, for three years and every notebook."""
    root = project(tmp_path / "fork – Ordner {0}", BOOKS, ["202425"])
    shuffled(root / "data", seed=5)
    again = without_hashes(carried_out(root, VARIATIONS["fork"], "2024/25"), root / "data")
    assert different(without_hashes(first, ROOT / "data"), again) == []


@pytest.mark.slow
def test_no_table_depends_on_the_order_of_rows_and_columns_of_any_file(tmp_path):
    """Every input of every year, as the sources hand it on; the slow test below carries it to the page."""
    data = project(tmp_path / "shuffled") / "data"
    shuffled(data, seed=7)
    ours, theirs = sources.load(ROOT / "data"), sources.load(data)
    assert ours.years == theirs.years and len(ours.years) == 3

    def same(one, other, name):
        columns = sorted(set(one.columns) - {"row"})  # the row that Excel shows is another one
        one, other = (frame[columns].reset_index(drop=frame.index.name == "row") for frame in (one, other))
        pd.testing.assert_frame_equal(one, other, obj=name)

    for name in (*tables.TABLES, *records.TABLES):
        same(ours.table(name), theirs.table(name), name)
    for name in ours.published:
        same(ours.published[name], theirs.published[name], name)
    for name in RECORDS:
        for year in ours.years:
            same(ours.records(name, year), theirs.records(name, year), name)
    same(ours.national, theirs.national, "national")
    known = ["time_period", "path", "source", "title", "origin"]
    one, other = (inputs.manifest[known].sort_values("path", ignore_index=True) for inputs in (ours, theirs))
    same(one, other, "manifest")  # the page lists files by their paths


@pytest.mark.slow
def test_no_name_of_user_or_machine_is_in_what_is_published(first, tmp_path):
    words = [str(tmp_path.parents[1]).encode(), b"/clone", b"home of a user", b"anna.office"]
    for name, content in first.items():
        assert not [word for word in words if word in content], name


# ---- three years, every notebook ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_years(tmp_path_factory):
    """What a run publishes of the whole shipped data."""
    reference = carried_out(project(tmp_path_factory.mktemp("three") / "first"), FIRST)
    assert len({name.partition("/")[0] for name in reference}) == 3
    return reference


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIATIONS)
def test_who_runs_it_and_how_changes_no_byte_of_three_years(three_years, tmp_path, name):
    root = project(tmp_path / f"{name} – Ordner {{0}}")
    assert different(three_years, carried_out(root, VARIATIONS[name])) == []


@pytest.mark.slow
def test_the_order_of_rows_and_columns_changes_no_byte_of_three_years_but_the_hashes(three_years, tmp_path):
    root = project(tmp_path / "shuffled")
    shuffled(root / "data", seed=11)
    again = without_hashes(carried_out(root, FIRST), root / "data")
    assert different(without_hashes(three_years, ROOT / "data"), again) == []


@pytest.mark.slow
def test_a_year_that_is_added_changes_no_byte_of_the_years_before(three_years, tmp_path):
    root = project(tmp_path / "longer")
    made = symphony("new-year", "2025/26", "--carry-forward", "--data", root / "data")
    assert made.returncode == 0, made.stderr
    files = moved_on(root / "data", tmp_path / "in")
    added = symphony("add", *files, "--origin", "synthetic", "--data", root / "data")
    assert added.returncode == 0, added.stdout
    again = carried_out(root, FIRST, "2022/23", "2023/24", "2024/25")
    assert different(three_years, again) == []
