"""A school's place among England's schools: worked by hand, from a made-up table, only of what the edition shows."""

import csv
import io
import re

import openpyxl
import pandas as pd
import pytest

from symphony_analysis import tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.claims.register import entry_faults
from symphony_analysis.compare import fifth, percentile, pooled_schools
from symphony_analysis.issues.tracing.trace import trace
from symphony_analysis.sources import load
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.layouts.ks2_table import every_school
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


ACADEMY = [
    "URN", "School Name", "Period covered by return", "MAT SAT or Central Services", "UID", "Overall Phase",
    "Number of pupils in academy (FTE)", "Number of teachers in academy (FTE)", "Did Not Supply flag", "Total Income",
    "Total Staff Costs", "Total Expenditure", "In year balance", "Revenue reserve",
]  # fmt: skip
CENTRAL = [
    "UID", "Company Number", "Total Income", "Staff Total", "Total Expenditure", "In Year Balance", "Revenue Reserve",
    "RR per pupil",
]  # fmt: skip


def accounts(folder, trusts, central=True):
    """The published workbook: trusts with 0.8% more staff costs each, ours the last, and four that do not count."""
    several, single = "Multi Academy Trust (MAT)", "Single Academy Trust (SAT)"

    def academy(urn, uid, staff, income=100, phase="Primary", kind=several):
        costs = "" if income == "" else income - 10
        return [urn, "A", 12, kind, uid, phase, 200, 10, "NULL", income, staff, costs, income and 10, income and 5]

    rows = [academy(200000 + 2 * n + place, 50000 + n, n) for n in range(trusts) for place in (0, 1)]
    rows += [academy(100001, 16329, 2 * trusts, income=200)]
    rows += [
        academy(300001, 60001, 1),
        academy(300002, 60001, 1, phase="Secondary"),
        academy(300003, 60002, 1, kind=single),
    ]
    rows += [academy(300004, 60003, 1), academy(300005, 60003, "", income="")]
    book = openpyxl.Workbook()
    book.active.title = "Academies"
    for row in [ACADEMY, *rows]:
        book.active.append(row)
    if central:
        sheet = book.create_sheet("CentralServices")
        for uid in [*range(50000, 50000 + trusts), 16329]:
            sheet.append([uid, "1", 50, 0, 45, 5, 0, 0])
        sheet.insert_rows(1)
        for place, name in enumerate(CENTRAL, 1):
            sheet.cell(1, place, name)
    out = io.BytesIO()
    book.save(out)
    folder.add("academies_accounts", out.getvalue(), file="accounts.xlsx", origin="official")


def test_the_trust_is_beside_the_quartiles_of_primary_trusts_with_their_central_services(folder):
    accounts(folder, 120)
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=folder.path)
    everyone = analysis.inputs.primary_trusts(analysis.year)
    # 121 trusts of 250 pounds: 0, 2, 4 ... 240 for staff, so 0.8% apart; balance 25, reserves 10 (ours: 15 and 5).
    assert everyone["staff_costs_percent"].quantile([0.25, 0.5, 0.75]).round(6).tolist() == [24, 48, 72]
    assert everyone["in_year_balance_percent"].median() == 10 and everyone["revenue_reserves_percent"].median() == 4
    page = str(tables.among_trusts(analysis.figures("finance")))
    staff = page[page.index("Staff costs") :]
    assert re.findall(r">([\d.]+%)<", staff)[:4] == ["96.0%", "24.0%", "48.0%", "72.0%"]
    assert "Of 121 multi-academy trusts" in page
    traced = "\n".join(trace(analysis, "staff_costs_percent.202425.trust.all.quartiles"))
    assert "24.0%, 48.0%, 72.0%: quartiles of 121 primary trusts" in traced
    of_school = open_analysis("2024/25", "2026-04-30", "trustees", "Ash", folder.path)
    assert tables.among_trusts(of_school.figures("finance")) == ""


@pytest.mark.parametrize(("trusts", "central"), [(50, True), (120, False)])
def test_few_trusts_or_schools_alone_give_no_quartiles(folder, trusts, central):
    accounts(folder, trusts, central)
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=folder.path)
    assert tables.among_trusts(analysis.figures("finance")) == ""
