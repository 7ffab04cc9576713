"""A school's place among England's schools: worked by hand, from a made-up table, only of what the edition shows."""

import csv
import io

import pandas as pd
import pytest

from symphony_analysis import tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.claims.register import entry_faults
from symphony_analysis.compare import fifth, percentile, pooled_schools
from symphony_analysis.issues.tracing.trace import trace
from symphony_analysis.sources import load
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.layouts.ks2_every_school import every_school
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.years import AcademicYear
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
    text = "rectype, Urn, Ptrwm_Exp ,PTRWM_HIGH,READ_AVERAGE\n1,100001,60%,8%,104\n2,300001,1%,1%,90\n"
    frame = every_school(text.encode(), "england.csv")
    assert frame.iloc[0].dropna().to_dict() == {
        "ks2_rwm_expected_percent": 60, "ks2_rwm_higher_percent": 8, "ks2_reading_average_score": 104,
    }  # fmt: skip
    assert list(frame.index) == ["100001"] and frame["ks2_maths_average_score"].isna().all()


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


def similar(folder, *rows):
    records = folder.path / "trust" / "202425"
    records.mkdir(parents=True)
    for name, columns in RECORDS.items():
        lines = [",".join(columns), *(rows if name == "similar_schools" else ())]
        (records / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_similar_schools_are_pooled_by_their_pupils_and_traced_to_the_list():
    everyone = pd.DataFrame(
        {"rwm": [50.0, 80.0, float("nan")], "eligible_count": [10.0, 30.0, 20.0]}, index=["200001", "200002", "200003"]
    )
    assert pooled_schools(everyone, "rwm", ["200001", "200002", "200003", "999999"]) == (72.5, 2)
    value, schools = pooled_schools(everyone, "rwm", ["200003"])
    assert pd.isna(value) and schools == 0


def test_a_school_has_its_similar_schools_beside_it(folder):
    national(folder, 200)
    similar(folder, '100001,200049;200059 200069;400000,"the trust, by size"')
    analysis = open_analysis("2024/25", "2026-04-30", "internal", data_dir=folder.path)
    # 50%, 60% and 70% of as many pupils each; the fourth school's figure is suppressed.
    assert "3 similar schools: 60%" in told(folder)
    assert "Similar schools are those of the trust, by size" in told(folder)
    line = "\n".join(trace(analysis, "ks2_rwm_expected_percent.202425.100001.all.similar"))
    assert "60%, 3 of 4 similar schools with a published figure" in line
    assert [str(p) for p in check(folder.path).warnings if "similar" in p.file] == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("100001,20004;200059,ours", "'20004'; expected URNs of six digits"),
        ("100001,,ours", "no school; expected the URNs of similar schools"),
        ("100001,100001;200059,ours", "100001, the school itself"),
        ("100001,200059;200059,ours", "200059 twice"),
        ("100001,200059,", "expected who chose these schools"),
        ("100001,200059,ours\n100001,200069,ours", "100001 twice; expected one row a school"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_place(folder, row, said):
    national(folder, 20)
    similar(folder, row)
    (told,) = [str(problem) for problem in check(folder.path).problems if "similar_schools" in problem.file]
    assert said in told and told.startswith("trust/202425/similar_schools.csv: row ")


def test_a_school_that_is_not_ours_and_one_that_dfe_does_not_have(folder):
    national(folder, 20)
    similar(folder, "100009,200001 299999,ours")
    faults = [str(problem) for problem in entry_faults(load(folder.path), [AcademicYear.parse("2024/25")])]
    assert len(faults) == 1 and "found '100009'" in faults[0]
    (warning,) = [str(problem) for problem in check(folder.path).warnings if "similar" in problem.file]
    assert "299999, which DfE's performance table of 2024/25 does not have" in warning


def test_without_the_national_table_there_is_no_table(folder):
    national(folder, 20)
    assert told(folder) == ""
