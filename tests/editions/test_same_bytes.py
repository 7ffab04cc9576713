"""The same inputs give the same bytes, whoever runs them, wherever, in whatever order they are written."""

import pytest

from tests.editions.same_bytes import ROOT, different, project, run, shuffled, without_hashes

BOOKS = ("00_summary", "50_attendance", "90_sources_and_definitions")
#: Another user, locale, time zone, hash seed, number of workers, source of kernels; a folder that is hard to spell.
VARIATIONS = {
    "cold": (("--jobs", "1", "--kernels", "cold"),
             {"USER": "anna", "LOGNAME": "anna", "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"}),
    "warm": (("--jobs", "3", "--kernels", "warm"),
             {"USER": "Grüße", "LC_ALL": "C", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4711", "COLUMNS": "40"}),
    "fork": (("--jobs", "4", "--kernels", "fork", "--fresh"),
             {"USER": "o'neill", "LANG": "fr_FR.UTF-8", "TZ": "Europe/London", "PYTHONHASHSEED": "77"}),
    "as it comes": (("--jobs", "2"),
                    {"USER": "", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "random",
                     "PYTHONUTF8": "0", "OMP_NUM_THREADS": "2", "SOURCE_DATE_EPOCH": "1", "NO_COLOR": "1"}),
}  # fmt: skip
FIRST = (("--jobs", "1", "--kernels", "auto"), {"USER": "first", "LC_ALL": "C.UTF-8", "TZ": "UTC"})


def carried_out(root, how, *years, **more):
    options, surroundings = how
    return run(root, *options, *(part for year in years for part in ("--year", year)), **{**surroundings, **more})


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """One year, three notebooks: what is published of them."""
    root = project(tmp_path_factory.mktemp("first") / "clone", BOOKS, ["202425"])
    published = carried_out(root, FIRST, "2024/25")
    assert {"202425/self-evaluation.html", "202425/figures.csv", "202425/notebooks/50_attendance.ipynb"} <= set(
        published
    )
    return published


@pytest.mark.parametrize("name", VARIATIONS)
def test_who_runs_it_and_how_changes_no_byte(first, tmp_path, name):
    root = project(tmp_path / f"{name} – Ordner {{0}}", BOOKS, ["202425"])
    assert different(first, carried_out(root, VARIATIONS[name], "2024/25")) == []


def test_the_order_of_rows_and_columns_changes_no_byte_but_the_hashes(first, tmp_path):
    root = project(tmp_path / "shuffled", BOOKS, ["202425"])
    shuffled(root / "data", seed=5)
    again = without_hashes(carried_out(root, FIRST, "2024/25"), root / "data")
    assert different(without_hashes(first, ROOT / "data"), again) == []


def test_no_name_of_user_or_machine_is_in_what_is_published(first, tmp_path):
    words = [str(tmp_path.parents[1]).encode(), b"/clone", b"home of a user", b"first's"]
    for name, content in first.items():
        assert not [word for word in words if word in content], name


@pytest.mark.slow
def test_three_years_are_the_same_bytes_in_four_surroundings_and_shuffled(tmp_path):
    reference = carried_out(project(tmp_path / "first"), FIRST)
    assert len({name.partition("/")[0] for name in reference}) == 3
    for number, how in enumerate(VARIATIONS.values()):
        assert different(reference, carried_out(project(tmp_path / f"n{number}"), how)) == []
    root = project(tmp_path / "shuffled")
    shuffled(root / "data", seed=11)
    again = without_hashes(carried_out(root, FIRST), root / "data")
    assert different(without_hashes(reference, ROOT / "data"), again) == []
