"""The tests would notice: each classic way of getting a figure wrong makes the test named here fail."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
POOLED = "tests/measures/test_evaluate.py::test_the_trust_is_pooled_and_not_the_mean_of_its_schools"
MUTATIONS = {
    "mean of percentages": (
        "symphony_analysis/measures/evaluate.py",
        '    below = figures["denominator"].where(figures["denominator"] != 0)\n',
        '    mean = (parts["numerator"] / parts["denominator"]).groupby([parts[k] for k in KEYS]).mean()\n'
        '    keyed = figures.set_index(KEYS).index\n'
        '    figures["numerator"] = mean.reindex(keyed).to_numpy()\n'
        '    below = figures["denominator"].where(figures["denominator"] != 0) * 0 + 1\n',
        POOLED,
    ),
    "gap from rounded values": (
        "symphony_analysis/compare/verdict.py",
        'gap, closest = told["value"] - told["england_value"]',
        'gap, closest = told["value"].round() - told["england_value"]',
        "tests/compare/test_england.py::test_a_difference_is_taken_from_unrounded_values",
    ),
    "wrong vintage": (
        "symphony_analysis/compare/england.py",
        '[known_from(p) <= as_at for p in national["published"]]',
        '[True for p in national["published"]]',
        "tests/compare/test_england.py::test_a_run_knows_what_was_public_on_its_day",
    ),
    "a month known from its first day": (
        "symphony_analysis/dates.py",
        "monthrange(parts[0], parts[1])[1]",
        "1",
        "tests/compare/test_england.py::test_a_run_knows_what_was_public_on_its_day",
    ),
    "England from schools": (
        "symphony_analysis/measures/evaluate.py",
        "    parts = parts.sort_values(",
        '    schools = parts[parts["geographic_level"] == "School"].assign(geographic_level="England", school_urn="")\n'
        "    parts = pd.concat([parts, schools], ignore_index=True)\n"
        "    parts = parts.sort_values(",
        "tests/measures/test_evaluate.py::test_england_is_the_published_row_and_never_made_of_schools",
    ),
    "missing as zero": (
        "symphony_analysis/measures/formulas.py",
        "        whole = above.notna() & below.notna()\n",
        "        above = above.where(above.notna(), 0.0)\n        whole = above.notna() & below.notna()\n",
        POOLED,
    ),
    "half to even": (
        "symphony_analysis/rounding.py",
        "rounding=ROUND_HALF_UP",
        'rounding="ROUND_HALF_EVEN"',
        "tests/test_rounding.py::test_twenty_boundaries",
    ),
    "every school counts": (
        "symphony_analysis/trust.py",
        "        joined = self.joined_by is not None and self.joined_by <= day\n",
        "        joined = True\n",
        "tests/test_years_and_trust.py::test_a_school_counts_from_the_census_by_which_it_had_certainly_joined",
    ),
}  # fmt: skip


#: One process runs every test: each time the project's own modules are imported anew, the libraries are not.
RUNNER = """
import contextlib, io, json, sys
import pytest

for line in sys.stdin:
    for name in [name for name in sys.modules if name.partition(".")[0] in {"symphony_analysis", "tests"}]:
        del sys.modules[name]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", *json.loads(line)])
    print(json.dumps([int(code), said.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def run(copy):
    """Run tests of the copy as it is now; gives the exit code of pytest and what it said."""
    # Byte code is kept by the second and the size of its source: a mutant could be taken for what it was made of.
    command = [sys.executable, "-B", "-c", RUNNER]
    with subprocess.Popen(command, cwd=copy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def asked(*tests):
            process.stdin.write(json.dumps(tests) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield asked
        process.stdin.close()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package and the fast tests, to be broken."""
    folder = tmp_path_factory.mktemp("mutants") / "project"
    shutil.copytree(
        ROOT / "symphony_analysis", folder / "symphony_analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    for room in ("measures", "compare"):
        (folder / "tests" / room).mkdir(parents=True)
    for name in ("__init__.py", "small_trust.py", "test_rounding.py", "test_years_and_trust.py", "measures/__init__.py",
                 "measures/test_evaluate.py", "compare/__init__.py", "compare/test_england.py"):  # fmt: skip
        shutil.copy(ROOT / "tests" / name, folder / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def whole(copy, run):
    """Before and after a mutation the copy passes: what failed meanwhile failed of the mutation."""
    return lambda: run(*{test for *_, test in MUTATIONS.values()})


def test_the_copy_passes_before_it_is_broken(whole):
    code, said = whole()
    assert code == 0, said


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_named_test_fails_when(copy, run, mutation):
    name, right, wrong, test = MUTATIONS[mutation]
    path = copy / name
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1, "the mutation no longer fits the code: mend it"
    path.write_text(source.replace(right, wrong), encoding="utf-8")
    try:
        code, said = run(test)
    finally:
        path.write_text(source, encoding="utf-8")
    assert code == 1, said
    assert "FAILURES" in said


def test_the_copy_passes_again_once_it_is_mended(whole):
    code, said = whole()
    assert code == 0, said
