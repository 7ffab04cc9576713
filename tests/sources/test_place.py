"""A school's place among England's schools: worked by hand, from a made-up table, only of what the edition shows."""

import csv
import io

import pandas as pd
import pytest

from symphony_analysis import tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.compare import fifth, percentile
from symphony_analysis.sources.layouts.ks2_every_school import every_school
from tests.sources import tables as ks2


def test_the_percentile_is_the_share_below_and_half_of_the_same():
    values = pd.Series([float(n) for n in range(100)] + [float("nan")] * 20)
    assert percentile(values, 30.0) == pytest.approx(30.5)
    assert percentile(values, -1.0) == 0 and percentile(values, 100.0) == 100
    assert pd.isna(percentile(values[:50], 30.0)) and pd.isna(percentile(values, float("nan")))


@pytest.mark.parametrize(("percent", "which"), [(0, 1), (19.9, 1), (20, 2), (59.9, 3), (80, 5), (100, 5)])
def test_fifths(percent, which):
    assert fifth(percent) == which


def national(folder, schools):
    """The performance table: the trust's Ash at 60%, and so many others, from 1% on; special schools do not count."""
    rows = [ks2.england("5", TELIG="650000"), ks2.school("100001", PTRWM_EXP="60%")]
    rows += [ks2.school(str(200000 + n), PTRWM_EXP=f"{n % 100 + 1}%") for n in range(schools)]
    rows += [ks2.ks2_row("2", URN=str(300000 + n), ESTAB="7001", SCHNAME="Special", PTRWM_EXP="1%") for n in range(50)]
    rows.append(ks2.school("400000", PTRWM_EXP="SUPP"))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([ks2.KS2_HEADER, *rows])
    folder.add("ks2_table", out.getvalue().encode(), origin="official")


def test_headers_are_found_as_the_layout_finds_them_and_a_figure_that_is_not_there_is_missing():
    text = "rectype, Ptrwm_Exp ,PTRWM_HIGH,READ_AVERAGE\n1,60%,8%,104\n2,1%,1%,90\n"
    frame = every_school(text.encode(), "england.csv")
    assert frame.iloc[0].dropna().to_dict() == {
        "ks2_rwm_expected_percent": 60, "ks2_rwm_higher_percent": 8, "ks2_reading_average_score": 104,
    }  # fmt: skip
    assert len(frame) == 1 and frame["ks2_maths_average_score"].isna().all()


def told(folder, edition="internal"):
    analysis = open_analysis("2024/25", "2026-04-30", edition, data_dir=folder.path)
    return str(tables.among_schools(analysis.figures("outcomes")))


def test_each_school_has_its_place_in_the_order_of_the_register(folder):
    national(folder, 200)
    page = told(folder)
    # Of 201 schools 118 are lower (1% to 59%, twice) and 3 the same: (118 + 1.5) / 201.
    assert "above 59% of schools, third fifth" in page and "60%" in page
    assert "ks2_rwm_expected_percent.202425.100001.all.place" in page
    assert told(folder, "public") == ""


def test_without_the_national_table_there_is_no_table(folder):
    national(folder, 20)
    assert told(folder) == ""
