"""A trust on official files alone: the real DfE trust-level measures and the real 2023/24 sample, used in place."""

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.people import copies

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "realdata" / "ks2"
FILES = {
    "202324": ("transcribed_2023-24_england_ks2_sample.csv", "ks2_table", "2024-12"),
    "202425": ("england_ks2-mats-performance_2024-2025.csv", "ks2_trust", "2025-12"),
}
COLUMNS = [
    "file", "source", "title", "publisher", "release_status", "published", "retrieved", "url", "origin", "rows",
    "bytes", "sha256",
]  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    if not REAL.exists():
        pytest.skip("the real official files are not on this machine")
    folder = tmp_path_factory.mktemp("official")
    data = folder / "data"
    data.mkdir()
    (data / "trust.toml").write_bytes((ROOT / "data" / "trust.toml").read_bytes())
    for year, (name, source, published) in FILES.items():
        content = (REAL / name).read_bytes()
        (data / "raw" / year).mkdir(parents=True)
        (data / "raw" / year / name).write_bytes(content)
        lines = len(content.decode("utf-8-sig").splitlines()) - 1
        digest = hashlib.sha256(content).hexdigest()
        row = [
            name,
            source,
            f"Official file {year}",
            "DfE",
            "revised",
            published,
            "2026-11-23",
            "",
            "official",
            lines,
            len(content),
            digest,
        ]
        with (data / "raw" / year / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, row])
    out = folder / "reports"
    command = [sys.executable, "-m", "symphony_analysis", "run", "--year", "2024/25"]
    command += ["--data", str(data), "--out", str(out)]
    no_pdf = copies.for_a_run(SYMPHONY_BROWSER="none")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=no_pdf)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def figures(reports):
    return pd.read_csv(reports / "202425" / "figures.csv", dtype=str, keep_default_na=False)


def told(figures, **wanted):
    for column, value in wanted.items():
        figures = figures[figures[column] == value]
    assert len(figures) == 1, figures
    return figures.iloc[0]


@pytest.mark.parametrize("measure", ["ks2_dfe_trust_rwm_expected_percent", "ks2_rwm_expected_percent"])
@pytest.mark.parametrize(("group", "value"), [("all", "73"), ("disadvantaged", "49"), ("other", "78")])
def test_the_trust_stands_at_dfes_own_figures(figures, measure, group, value):
    row = told(figures, measure=measure, time_period="202425", geographic_level="Trust", pupil_group=group)
    assert (row["value"], row["symbol"]) == (value, "")
    assert (row["schools_counted"], row["schools_expected"]) == ("10", "11")
    assert row["source_file"] == f"raw/202425/{FILES['202425'][0]}"


@pytest.mark.parametrize(("group", "value"), [("all", "61"), ("disadvantaged", "46"), ("other", "67")])
def test_england_is_the_files_own_row_of_state_funded_schools(figures, group, value):
    # RECTYPE 5 says 46% for disadvantaged pupils; RECTYPE 4, all schools, says 45%.
    row = told(
        figures, measure="ks2_rwm_expected_percent", time_period="202324", geographic_level="England", pupil_group=group
    )
    assert (row["value"], row["origin"]) == (value, "official")


def test_codes_are_kept_as_reasons(figures):
    rows = figures[(figures["geographic_level"] == "School") & (figures["measure"] == "ks2_rwm_expected_percent")]
    assert len(rows) > 0 and (rows["value"] == "").all() and set(rows["symbol"]) <= {"x", "SUPP", "NEW", "z"}
    progress = figures[(figures["measure"] == "ks2_reading_progress_score") & (figures["geographic_level"] == "Trust")]
    assert set(progress["symbol"]) == {"NP"}


def test_the_page_shows_the_pupils_and_says_what_is_missing(reports):
    report, annex = ((reports / "202425" / f"{name}.html").read_text("utf-8") for name in ("self-evaluation", "annex"))
    assert "475 pupils" in report + annex and "10 of 11" in report + annex
    assert "own words for 2024/25 are not on record" in report and "DEMONSTRATION" not in report + annex
