"""The whole report on the shipped data: three years, their figures of record, nothing that should not be there."""

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
YEARS = ("202223", "202324", "202425")
COLUMNS = [
    "measure", "time_period", "geographic_level", "school_urn", "school_name", "pupil_group", "value", "symbol", "unit",
    "pupils", "interval_low", "interval_high", "england_value", "england_vintage", "england_at_our_intake",
    "difference", "p", "comparison", "comparison_rule", "schools_counted", "schools_expected", "origin", "source_file",
    "source_sha256",
]  # fmt: skip
TRUST = {  # as the trust printed them; suspensions of 2024/25 as the register gives them, 20.8 stays in published/
    ("overall_absence_percent", "all"): ("5.0", "4.7", "4.3"),
    ("overall_absence_percent", "disadvantaged"): ("7.5", "7.7", "6.5"),
    ("persistent_absence_percent", "all"): ("11.3", "11.5", "8.6"),
    ("persistent_absence_percent", "disadvantaged"): ("23.9", "28.1", "23.6"),
    ("suspension_rate", "all"): ("2.28", "3.09", "2.08"),
    ("permanent_exclusion_rate", "all"): ("0.09", "0.00", "0.03"),
}


def figures(released, year):
    return pd.read_csv(released / year / "figures.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("year", YEARS)
def test_each_year_has_its_report_its_notebooks_and_its_figures(released, year):
    folder = released / year
    assert list(figures(released, year).columns) == COLUMNS
    names = sorted(p.stem for p in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    names.remove("52_attendance_this_year")  # the year is closed
    names = [name for name in names if name not in {"01_school", "02_public"}]  # of other editions
    assert sorted(p.stem for p in (folder / "notebooks").glob("*.html")) == names
    assert sorted(p.stem for p in (folder / "notebooks").glob("*.ipynb")) == names
    assert json.loads((folder / "run.json").read_text())


@pytest.mark.parametrize(("measure", "group"), TRUST, ids=[f"{m}-{g}" for m, g in TRUST])
def test_the_trusts_printed_figures_come_out_again(released, measure, group):
    told = []
    for year in YEARS:
        rows = figures(released, year)
        mine = rows[
            (rows["measure"] == measure) & (rows["pupil_group"] == group) & (rows["geographic_level"] == "Trust")
        ]
        told.append(mine.loc[mine["time_period"] == year, "value"].item())
    assert tuple(told) == TRUST[measure, group]


def test_the_real_key_stage_2_percentages_come_out_for_every_school(released):
    with (ROOT / "data" / "published" / "ks2_school_figures.csv").open(encoding="utf-8", newline="") as file:
        printed = {(r["time_period"], r["school_urn"], r["measure"]): r["printed"] for r in csv.DictReader(file)}
    rows = figures(released, "202425")
    rows = rows[(rows["geographic_level"] == "School") & (rows["pupil_group"] == "all")]
    ours = {(r.time_period, r.school_urn, r.measure): r.value for r in rows.itertuples()}
    assert len(printed) == 140
    assert {key: ours[key] for key in printed} == printed


def test_the_same_figure_is_the_same_in_every_years_report(released):
    keys = [*COLUMNS[:4], "pupil_group"]
    older = figures(released, "202324").set_index(keys)[["value", "symbol"]]
    newer = figures(released, "202425").set_index(keys)[["value", "symbol"]]
    both = older.join(newer, suffixes=("", "_newer"), how="inner")
    trust = both[both.index.get_level_values("geographic_level") == "Trust"]
    assert len(trust) > 100
    assert (trust["value"] == trust["value_newer"]).all()


@pytest.mark.parametrize("year", YEARS)
def test_a_value_or_a_reason_stands_in_every_row_and_never_both(released, year):
    rows = figures(released, year)
    assert len(rows) > 1000
    assert ((rows["value"] == "") != (rows["symbol"] == "")).all()


@pytest.mark.parametrize("year", YEARS)
def test_the_page_asks_for_nothing_and_shows_no_machinery(released, year):
    page = (released / year / "self-evaluation.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|@import|url\(http|src=\"http", page)
    for leak in (
        "Traceback",
        "Warning",
        "In [",
        "Out[",
        "papermill",
        "open_analysis",
        "No description has been provided",
        str(ROOT),
    ):
        assert leak not in page, leak
    assert "DEMONSTRATION" in page
    assert "Open Government Licence v3.0" in page


def test_no_pupil_leaves_the_sources(released):
    upn = re.compile(rb"[A-Z]000[0-9]{8}[0-9A-Z]")
    with (ROOT / "data" / "raw" / "202425" / "census_spring.csv").open("rb") as file:
        assert upn.search(file.read())
    for path in released.rglob("*"):
        if path.is_file() and path.suffix in {".html", ".csv", ".ipynb", ".json", ".jsonl"}:
            assert not upn.search(path.read_bytes()), path.name
