"""The national layouts, hand-made where no real file shows the point: levels, years, groups, terms, old names."""

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symphony_analysis.sources import SourceError, layouts
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.layouts import SOURCES, feeding
from symphony_analysis.sources.reading.recognise import of_header
from tests.sources import bad_bases
from tests.sources.conftest import TRUST, one


@pytest.mark.parametrize("name", SOURCES)
def test_a_layout_is_recognised_by_its_own_declared_headers(name):
    source = SOURCES[name]
    header = [column.official for column in source.columns if column.required]
    header += [told for told in source.recognised_by if told not in header]
    assert of_header(header, [], SOURCES.values()).source is source


@pytest.mark.parametrize("name", SOURCES)
def test_a_layout_feeds_a_declared_table_and_says_where_it_is_from(name):
    source = SOURCES[name]
    assert source.table in TABLES and source in feeding(source.table)
    assert source.title and source.publisher and source.licence
    assert source.homepage.startswith("https://") or source.publisher == "the trust" or source.pupil_level


def test_every_layout_has_a_test_of_its_own():
    """A test names the layout it reads: in ``folder.add("name", ...)`` or in a table of files and layouts."""
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in SOURCES if f'"{name}"' not in tests] == []


def test_the_guide_makes_a_layout_with_one_file_and_its_test(tmp_path):
    """Nothing but the two files of docs/add-a-layout.md is added to a copy: no list of layouts is kept by hand."""
    root = Path(layouts.__file__).parents[3]
    for name in ("symphony_analysis", "tests/sources"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "__init__.py").touch()
    module, test = re.findall(r"```python\n(.*?)```", (root / "docs" / "add-a-layout.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "symphony_analysis" / "sources" / "layouts" / "school_workforce.py").write_text(
        module, encoding="utf-8"
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run += ["tests/sources/test_layouts.py::test_every_layout_has_a_test_of_its_own"]
    untested = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert untested.returncode == 1 and "school_work" in untested.stdout
    own = "tests/sources/test_school_workforce.py"
    (tmp_path / own).write_text(test, encoding="utf-8")
    done = subprocess.run([*run, own], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def absence_rows(**changes):
    base = bad_bases.absence.rows[0]
    row = dict(zip(bad_bases.ABSENCE, base, strict=True)) | changes
    return [row[name] for name in bad_bases.ABSENCE]


def test_absence_takes_its_own_year_schools_authority_and_primary_england(folder):
    folder.add("ees_absence", [
        absence_rows(), absence_rows(time_period="202324"), absence_rows(school_urn="777777"),
        absence_rows(geographic_level="National", school_urn="", school_laestab="", old_la_code=""),
        absence_rows(geographic_level="National", school_urn="", school_laestab="", old_la_code="",
                     education_phase="State-funded secondary"),
        absence_rows(geographic_level="Local authority", school_urn="", school_laestab=""),
        absence_rows(geographic_level="Regional", school_urn="", school_laestab="", old_la_code=""),
    ], bad_bases.ABSENCE, origin="official")  # fmt: skip
    table = folder.load().table("attendance")
    assert table["geographic_level"].tolist() == ["England", "LA", "School"]
    ash = one(table, school_urn="100001")
    assert (ash.absent_sessions_count, ash.possible_sessions_count, ash.terms_count) == (3300, 66000, 3)
    assert (ash.persistent_absentees_count, ash.severe_absentees_count) == (22, 1)


def test_rows_that_no_report_uses_refuse_nothing_and_rows_that_are_used_do(folder):
    def checked(*rows):
        return check(folder.path, [folder.add("ees_absence", [absence_rows(), *rows], bad_bases.ABSENCE)])

    bad = {"school_urn": "", "school_laestab": "", "sess_overall": "oops"}
    unused = [
        absence_rows(**bad, geographic_level="Regional"), absence_rows(**bad, geographic_level="Regional"),
        absence_rows(**bad, geographic_level="Local authority", old_la_code="909"),
        absence_rows(**bad, geographic_level="National", time_period="201011"),
        absence_rows(**bad, geographic_level="National", education_phase="Total"),
        absence_rows(**bad | {"school_urn": "777777"}),
    ]  # fmt: skip
    england = absence_rows(geographic_level="National", school_urn="", school_laestab="")
    assert checked(england, *unused).lines() == []
    assert "again, as in row 3" in checked(england, england).lines()[0]
    assert "found 'oops'" in checked(absence_rows(**bad, geographic_level="National")).lines()[0]
    damaged = checked(absence_rows(school_urn="100002.0"), absence_rows(school_urn="")).lines()
    assert "row 3, column school_urn: found '100002.0'" in damaged[0]
    assert "row 4, column school_urn: found a blank cell" in damaged[-1]


def test_an_autumn_file_has_no_full_year_figure(folder):
    folder.add("ees_absence", [absence_rows(time_identifier="Autumn term")], bad_bases.ABSENCE)
    ash = one(folder.load().table("attendance"), school_urn="100001")
    assert math.isnan(ash.absent_sessions_count)
    assert (ash.absent_sessions_count_symbol, ash.terms_count) == ("x", 1)


def test_the_trusts_own_register_wins_over_the_published_school_row(folder):
    from tests.sources import samples

    folder.add("attendance", samples.terms("100001", "A1", "100", "9", "1"), samples.ATTENDANCE)
    rows = [absence_rows(), absence_rows(geographic_level="National", school_urn="", school_laestab="", old_la_code="")]
    folder.add("ees_absence", rows, bad_bases.ABSENCE, origin="official")
    table = folder.load().table("attendance")
    assert one(table, school_urn="100001", pupil_group="all").possible_sessions_count == 300
    assert one(table, geographic_level="England").possible_sessions_count == 66000


EXCLUSIONS = ("time_period", "time_identifier", "geographic_level", "old_la_code", "school_urn", "education_phase",
              "headcount", "perm_excl", "perm_excl_rate", "suspension", "susp_rate", "one_plus_susp",
              "one_plus_susp_rate")  # fmt: skip


def test_present_exclusion_names_give_events_pupils_and_headcount(folder):
    folder.add("ees_exclusions", [
        ["202425", "Academic year", "School", "855", "100092", "State-funded primary", "200", "1", "0.5", "9", "4.5",
         "3", "1.5"],
    ], EXCLUSIONS)  # fmt: skip
    row = one(folder.load().table("exclusions"), school_urn="100002")
    assert (row.suspensions_count, row.permanent_exclusions_count) == (9, 1)
    assert (row.pupils_suspended_count, row.pupils_count) == (3, 200)


OLDER = ("year", "level", "la_name", "school_type", "headcount", "perm_excl", "perm_excl_rate", "fixed_excl",
         "fixed_excl_rate")  # fmt: skip


def test_an_x_in_older_exclusions_was_a_small_number_withheld(folder):
    rows = [["202425", "National", "England", "Primary", "1000", "x", "x", "10", "1"]]
    folder.add("ees_exclusions_older", rows, OLDER)
    england = one(folder.load().table("exclusions"), geographic_level="England")
    assert (england.permanent_exclusions_count_symbol, england.suspensions_count) == ("c", 10)


ATTAINMENT = ("time_period", "geographic_level", "school_urn", "old_la_code", "breakdown_topic", "breakdown", "subject",
              "expected_standard_pupil_percent", "higher_standard_pupil_percent", "average_scaled_score",
              "progress_measure_score")  # fmt: skip
INFORMATION = ("time_period", "geographic_level", "school_urn", "old_la_code", "telig", "tfsm6cla1a", "tnotfsm6cla1a")


def test_the_tidy_school_file_takes_its_pupils_from_the_information_file(folder):
    start = ["202425", "School", "100001", "855"]
    folder.add("ks2_school_attainment", [
        [*start, "All pupils", "Total", "Reading, writing and maths", "60", "10", "z", "z"],
        [*start, "All pupils", "Total", "Reading", "75", "25", "105", "z"],
        [*start, "Disadvantaged status", "Disadvantaged", "Reading, writing and maths", "SUPP", "SUPP", "z", "z"],
        [*start, "Average (2023 to 2025)", "3 year average", "Reading, writing and maths", "99", "9", "z", "z"],
    ], ATTAINMENT)  # fmt: skip
    folder.add("ks2_school_information", [[*start, "40", "10", "30"]], INFORMATION)
    table = folder.load().table("ks2")
    ash = one(table, school_urn="100001", pupil_group="all")
    assert (ash.eligible_count, ash.rwm_expected_count, ash.reading_score_total) == (40, 24, 4200)
    poor = one(table, school_urn="100001", pupil_group="disadvantaged")
    assert (poor.eligible_count, poor.rwm_expected_count_symbol) == (10, "SUPP")


def test_without_the_information_file_the_pupils_are_not_available(folder):
    row = [
        "202425",
        "School",
        "100001",
        "855",
        "All pupils",
        "Total",
        "Reading, writing and maths",
        "60",
        "10",
        "z",
        "z",
    ]
    folder.add("ks2_school_attainment", [row], ATTAINMENT)
    ash = one(folder.load().table("ks2"), school_urn="100001", pupil_group="all")
    assert (ash.eligible_count_symbol, ash.rwm_expected_count_symbol) == ("x", "x")


MTC = ("time_period", "geographic_level", "establishment_type_group", "sex", "disadvantage_status", "fsm_status",
       "eligible_pupil_count", "completed_check_pupil_count", "mtc_score_total", "mtc_score_average")  # fmt: skip


def test_england_of_the_tables_check_by_group_without_full_marks(folder):
    start = ["202425", "National", "All state funded"]
    folder.add("ees_mtc", [
        [*start, "Total", "Total", "Total", "600", "580", "12000", "20.7"],
        [*start, "Girls", "Total", "Total", "300", "290", "5900", "20.3"],
        [*start, "Total", "Disadvantaged", "Total", "200", "190", "3600", "18.9"],
    ], MTC)  # fmt: skip
    table = folder.load().table("mtc")
    assert table["pupil_group"].tolist() == ["all", "disadvantaged", "girls"]
    england = one(table, pupil_group="all")
    assert (england.took_count, england.score_total, england.full_marks_count_symbol) == (580, 12000, "x")


def test_england_of_phonics_is_year_1(folder):
    header = ("time_period", "geographic_level", "establishment_type_group", "year_group", "sex", "disadvantage_status",
              "fsm_status", "eligible_pupil_count", "expected_standard_pupil_percent")  # fmt: skip
    start = ["202425", "National", "All state funded"]
    folder.add("ees_phonics", [
        [*start, "Year 1", "Total", "Total", "Total", "600", "80"],
        [*start, "Year 2", "Total", "Total", "Total", "90", "50"],
    ], header)  # fmt: skip
    england = one(folder.load().table("phonics"))
    assert (england.eligible_count, england.expected_count) == (600, 480)


def test_england_of_the_early_years_is_the_total_of_every_filter(folder):
    header = ("time_period", "geographic_level", "breakdown_topic", "breakdown", "sex", "children_number",
              "gld_children_percent")  # fmt: skip
    folder.add("ees_eyfsp", [
        ["202425", "National", "Total", "Total", "Total", "1000", "68.3"],
        ["202425", "National", "Total", "Total", "Girls", "490", "75.1"],
        ["202425", "National", "FSM", "FSM", "Total", "200", "51.5"],
        ["202425", "National", "FSM", "FSM", "Girls", "100", "58"],
        ["202425", "National", "Ethnicity", "Total", "Total", "1000", "68.3"],
    ], header)  # fmt: skip
    table = folder.load().table("eyfsp").set_index("pupil_group")
    assert table["gld_count"].to_dict() == pytest.approx({"all": 683, "fsm": 103})


def test_a_report_card_is_never_turned_into_an_old_grade(folder):
    header = [column.official for column in SOURCES["ofsted_2026"].columns]
    row = dict.fromkeys(header, "NULL") | {
        "URN": "100092", "School name": "Beech", "Inclusion": "Strong standard", "Inspection start date": "03/02/2026",
        "Inclusion - date of grade": "05/02/2026", "Latest OEIF overall effectiveness": "2",
        "Inspection start date of latest OEIF graded inspection": "10/05/2021",
        "Does the latest OEIF graded inspection relate to the URN of the current school?": "No",
    }  # fmt: skip
    folder.add("ofsted_2026", [[row[name] for name in header]], header)
    table = folder.load().table("ofsted")
    card = one(table, framework="report card", area="Inclusion")
    assert (card.school_urn, card.grade, card.graded_on) == ("100002", "Strong standard", "2026-02-05")
    old = one(table, framework="graded inspection (OEIF)", area="Overall effectiveness")
    assert (old.grade, old.graded_on, old.of_present_school) == ("good", "2021-05-10", "No")
    assert "good" not in set(table.loc[table["framework"] == "report card", "grade"])


@pytest.mark.parametrize("name", ["academies_return", "academies_return_before_2024"])
def test_the_return_by_line_adds_its_lines_up(folder, name):
    source = SOURCES[name]
    header = [column.official for column in source.columns]
    row = {c.official: "10" if c.ours.startswith(("income_", "staff_", "cost_")) else "" for c in source.columns}
    row |= {"URN": "100001", "Company_Number": "07941899"}
    reserve = next(c.official for c in source.columns if c.ours == "reserve")
    row[reserve] = "-5"
    folder.add(name, [[row[h] for h in header]], header)
    ash = one(folder.load().table("finance"), school_urn="100001")
    kinds = [c.ours.partition("_")[0] for c in source.columns]
    assert ash.income_gbp == 10 * kinds.count("income")
    assert ash.staff_costs_gbp == 10 * kinds.count("staff") == 70
    assert ash.expenditure_gbp == 10 * (kinds.count("staff") + kinds.count("cost"))
    assert (ash.revenue_reserves_gbp, ash.teachers_fte_symbol) == (-5, "x")


CENTRAL = {
    "academies_return_central": ("Lead_UPIN", "Company_Number", "BTI050", "BTE010", "BTB030"),
    "academies_return_central_before_2024": (
        "Lead_UPIN", "Company_Number", "BNCH11110T (EFA Revenue Grants)", "BNCH21101 (Teaching staff)",
        "BNCH44001CS (Closing Balance (Restricted and Unrestricted Funds))",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CENTRAL)
def test_central_services_are_found_by_company_number_whose_zero_is_lost(folder, name):
    (folder.path / "trust.toml").write_text(TRUST.replace('uid = "16329"', 'companies_house_number = "07941899"'))
    folder.add(name, [["1", "7941899", "90", "60", "7"], ["2", "1234567", "1", "1", "1"]], CENTRAL[name])
    central = one(folder.load().table("finance"))
    assert (central.geographic_level, central.income_gbp, central.staff_costs_gbp) == ("Central", 90, 60)


def test_central_services_of_the_published_workbook_are_found_by_the_trusts_uid(folder):
    header = [column.official for column in SOURCES["academies_accounts_central"].columns] + ["RR per pupil"]
    rows = [["16329", "7941899", "90", "60", "80", "10", "7", "1"], ["2", "1", "1", "1", "1", "1", "1", "1"]]
    folder.add("academies_accounts_central", rows, header)
    assert one(folder.load().table("finance")).expenditure_gbp == 80


def test_the_register_of_establishments_takes_the_present_urn_and_reads_windows_1252(folder):
    rows = [("100092", "855", "1", "Old Béech", "Closed", "Primary", "01/09/1990", "31/08/2023", "60", "", "", ""),
            ("100002", "855", "1", "Béech", "Open", "Primary", "01/09/2023", "", "60", "45", "16329", "T")]  # fmt: skip
    text = "\n".join(",".join(row) for row in (bad_bases.GIAS, *rows)) + "\n"
    folder.add("gias", text.encode("cp1252"), file="gias.csv")
    beech = one(folder.load().table("schools"))
    assert (beech["name"], beech.status, beech.opened, beech.trust_code) == ("Béech", "Open", "2023-09-01", "16329")


def test_marks_count_as_their_year_says(folder):
    from tests.sources import samples

    header = ("URN", "UPN", "AgeAt31August", "Disadvantaged", "FSM", "Date", "Session", "Mark")
    pupil = ["100001", samples.upn("A1"), "8", "N", "N"]
    days = [("03/09/2024", "/"), ("14/01/2025", "I"), ("05/06/2025", "C2"), ("06/06/2025", "Y1"), ("09/06/2025", "G")]
    rows = [[*pupil, day, "AM", mark] for day, mark in days]
    folder.add("attendance_marks", rows, header)
    ash = one(folder.load().table("attendance"), school_urn="100001", pupil_group="all")
    assert (ash.possible_sessions_count, ash.authorised_sessions_count, ash.unauthorised_sessions_count) == (4, 2, 1)
    assert ash.terms_count == 3
    folder.add("attendance_marks", [[*pupil, "03/09/2024", "AM", "H"], [*pupil, "03/09/2024", "AM", "/"]], header)
    with pytest.raises(SourceError) as caught:
        folder.load().table("attendance")
    assert "a mark not used in 2024/25" in str(caught.value)
    assert "row 3, column URN+UPN+Date+Session: found the key of an earlier row again" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b",".join([b"URN"] * 2001) + b"\n1\n", "wide.csv", "2,001 columns"),
        (b"PK\x03\x04x", "sheet.ods", "an OpenDocument sheet"),
        (b"URN,TotalIncome\n" + b"x" * 250_000 + b",1\n", "long.csv", "a cell of more than 200,000 characters"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(folder, tmp_path_factory, content, name, told):
    path = tmp_path_factory.mktemp("in") / name
    path.write_bytes(content)
    found = check(folder.path, [path])
    assert found.exit_code == 65 and told in found.lines()[0]


def test_a_file_larger_than_the_limit_is_refused_unread(folder, tmp_path_factory, monkeypatch):
    path = tmp_path_factory.mktemp("in") / "big.csv"
    path.write_bytes(bad_bases.finance.bytes())
    monkeypatch.setattr("symphony_analysis.sources.reading.csv_text.MOST_BYTES", 100)
    assert "expected at most 100 bytes" in check(folder.path, [path]).lines()[0]


def test_registers_are_counted_by_half_term_week_and_weekday(folder):
    from symphony_analysis.years import AcademicYear
    from tests.sources import samples

    header = ("URN", "UPN", "AgeAt31August", "Disadvantaged", "FSM", "Date", "Session", "Mark")
    pupil = ["100001", samples.upn("A1"), "8", "N", "N"]
    days = [("03/09/2024", "/"), ("18/10/2024", "I"), ("04/11/2024", "I"), ("06/01/2025", "/"), ("05/06/2025", "G")]
    folder.add("attendance_marks", [[*pupil, day, "AM", mark] for day, mark in days], header)
    inputs, years = folder.load(), [AcademicYear(2024)]

    def missed(part):
        rows = {name: one(told, school_urn="100001", pupil_group="all")
                for name, told in inputs.parts("attendance", [part], years).items()}  # fmt: skip
        return {name: (row.absent_sessions_count, row.possible_sessions_count) for name, row in rows.items()}

    assert missed("term") == {"Autumn": (2, 3), "Spring": (0, 1), "Summer": (1, 1)}
    assert missed("month")["October"] == (1, 1) and list(missed("month")) == [
        "September", "October", "November", "January", "June"
    ]  # fmt: skip
    assert missed("weekday") == {"Monday": (1, 2), "Tuesday": (0, 1), "Thursday": (1, 1), "Friday": (1, 1)}
    assert missed("week")["2024-10-14"] == (1, 1)
    assert missed("year group") == {"Year 4": (3, 5)}


def test_half_terms_are_parted_by_a_week_without_school(folder):
    from symphony_analysis.years import AcademicYear
    from tests.sources import samples

    header = ("URN", "UPN", "AgeAt31August", "Disadvantaged", "FSM", "Date", "Session", "Mark")
    pupil = ["100001", samples.upn("A1"), "8", "N", "N"]
    days = ["14/10/2024", "18/10/2024", "28/10/2024", "31/10/2024", "10/02/2025", "12/02/2025", "09/06/2025"]
    folder.add("attendance_marks", [[*pupil, day, "AM", "I"] for day in days], header)
    parts = folder.load().parts("attendance", ["half term"], [AcademicYear(2024)])
    told = {name: one(rows, school_urn="100001", pupil_group="all").absent_sessions_count
            for name, rows in parts.items()}  # fmt: skip
    assert told == {"Autumn 1": 2, "Autumn 2": 2, "Spring 1": 2, "Summer 1": 1}
