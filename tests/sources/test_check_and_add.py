"""What a check says of a whole folder, what an addition records, and that corrections and doubts stay visible."""

import csv
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from symphony_analysis.claims.plausibility import doubts
from symphony_analysis.cli import cli
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.checking import whole_tables
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.writing import add_file
from symphony_analysis.sources.writing.add_file import Release, add
from tests.sources import bad_bases, samples, tables
from tests.sources.conftest import TRUST, one

ALL_MEMBERS = TRUST.replace('joined_after = "2025-01-16"', 'joined_by = "2020-09-01"')


def put(tmp_path, base, name=None):
    path = tmp_path / (name or base.name)
    path.write_bytes(base.bytes())
    return path


def manifest_rows(folder, year="202425"):
    with (folder.path / "raw" / year / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_added_file_is_copied_unchanged_and_listed_with_what_is_known_of_it(folder, tmp_path_factory):
    path = put(tmp_path_factory.mktemp("in"), bad_bases.absence, "1a_absence_revised.csv")
    added = add(folder.path, [path], Release(published="2026-03-19", retrieved="2026-03-20", url="https://x"))
    assert added.exit_code == 0 and added.problems == []
    row = manifest_rows(folder)[0]
    assert row == {name: value for name, value in added.rows[0].items() if name in row} and "years" not in row
    assert added.lines == ["added 1a_absence_revised.csv: Pupil absence in schools in England, 3 rows, "
                           "3 of the trust and its comparators, 2024/25"]  # fmt: skip
    assert (row["source"], row["release_status"], row["origin"], row["rows"]) == (
        "ees_absence",
        "revised",
        "official",
        "3",
    )
    assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (folder.path / "raw" / "202425" / path.name).read_bytes() == path.read_bytes()
    assert check(folder.path).exit_code == 0


def test_a_refused_file_keeps_no_other_from_being_added_and_leaves_nothing(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    spoilt = put(place, bad_bases.census.cell("NOR", "x"), "c.csv")
    good = put(place, bad_bases.absence)
    twice = put(place, bad_bases.absence, "again.csv")
    added = add(folder.path, [spoilt, good, twice], Release(year="2024/25"))
    assert added.exit_code == 65 and [row["file"] for row in added.rows] == [good.name]
    assert [line.split(":")[0] for line in added.lines] == [
        "not added c.csv",
        f"added {good.name}",
        "not added again.csv",
    ]
    assert [problem.file for problem in added.problems] == ["c.csv", "again.csv"]
    in_folder = sorted(path.name for path in (folder.path / "raw" / "202425").iterdir())
    assert in_folder == sorted([good.name, "manifest.csv"])
    mended = add(folder.path, [put(place, bad_bases.census, "c.csv")], Release(year="2024/25"))
    assert mended.exit_code == 0 and check(folder.path).exit_code == 0


def test_the_same_file_twice_a_second_release_and_a_school_twice_are_refused(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    assert add(folder.path, [put(place, bad_bases.absence)]).exit_code == 0
    assert "the same content as" in str(add(folder.path, [put(place, bad_bases.absence, "b.csv")]).problems[0])
    revised = bad_bases.absence.cell("school_name", "Other")
    assert "a second Pupil absence" in str(add(folder.path, [put(place, revised, "c.csv")]).problems[0])
    assert add(folder.path, [put(place, bad_bases.attendance)]).exit_code == 0
    again = bad_bases.attendance.cell("AuthorisedAbsence", "6")
    assert "which is in raw/202425/attendance.csv" in str(add(folder.path, [put(place, again, "d.csv")]).problems[0])


def test_a_layout_without_a_year_asks_for_it(folder, tmp_path_factory):
    path = put(tmp_path_factory.mktemp("in"), bad_bases.census)
    assert "say which year it is of with --year 2024/25" in str(add(folder.path, [path]).problems[0])
    assert add(folder.path, [path], Release(year="2024/25")).rows[0]["source"] == "school_census"


def test_an_unknown_layout_names_the_nearest_and_what_is_lacking(folder, tmp_path_factory):
    spoilt = bad_bases.census.without("NOR").without("NUMFSM")
    told = str(add(folder.path, [put(tmp_path_factory.mktemp("in"), spoilt)]).problems[0])
    assert (
        "the nearest is 'School census in the performance tables', with which it shares" in told
        and "of which it lacks NOR, NUMFSM" in told
    )


def test_a_first_addition_lists_the_files_that_lay_there_unlisted(folder, tmp_path_factory):
    (folder.path / "raw" / "202425").mkdir(parents=True)
    (folder.path / "raw" / "202425" / "table.csv").write_bytes(bad_bases.ks2.bytes())
    add(folder.path, [put(tmp_path_factory.mktemp("in"), bad_bases.absence)])
    assert [row["source"] for row in manifest_rows(folder)] == ["ks2_table", "ees_absence"]
    assert len(folder.load().table("ks2")) == 9


def test_a_file_without_its_row_and_a_row_without_its_file_are_both_told(folder):
    folder.add("attendance", bad_bases.attendance.rows, bad_bases.attendance.header)
    (folder.path / "raw" / "202425" / "stray.csv").write_text("x\n1\n")
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC).unlink()
    lines = check(folder.path).lines()
    assert any("raw/202425/stray.csv" in line and "a file that manifest.csv does not list" in line for line in lines)
    assert any("raw/202425/mtc.csv" in line and "no such file" in line for line in lines)


def test_nothing_of_a_pupil_is_in_a_line_of_a_check(folder, tmp_path_factory):
    base = (
        bad_bases.attendance.cell("Surname", "\x1bSECRETNAME")
        .cell("UPN", "SECRETUPN", 4)
        .cell("PossibleSessions", "SECRET", 5)
    )
    lines = check(folder.path, [put(tmp_path_factory.mktemp("in"), base)]).lines()
    assert len(lines) == 3 and not any("SECRET" in line for line in lines)
    assert any("found 'AAAAAAAAA'" in line for line in lines)


def test_the_coverage_grid_says_yes_missing_a_code_or_not_a_member(folder):
    (folder.path / "trust.toml").write_text(TRUST)
    tables.add_ks2(folder, [tables.school("100001", TELIG="SUPP"), tables.school("100003")])
    folder.add("attendance", samples.terms("100001", "A1", "100", "5", "1"), samples.ATTENDANCE)
    grid = whole_tables.grid(folder.load()).set_index("school_name")
    assert grid.loc["Ash", ["ks2", "attendance", "roll"]].tolist() == ["SUPP", "yes", "missing"]
    assert grid.loc["Cedar", ["ks2", "attendance"]].tolist() == ["yes", "not a member"]
    assert grid.loc["Beech", "attendance"] == "missing"
    lines = whole_tables.lines(whole_tables.grid(folder.load()))
    assert len(lines) == 4 and lines[1].startswith("2024/25  Ash")


def test_a_school_without_a_year_group_has_no_cohort_rather_than_a_gap(folder):
    (folder.path / "trust.toml").write_text(ALL_MEMBERS)
    folder.add("census_spring", [samples.census("100001", "A1", group="6"), samples.census("100003", "C1", group="1")],
               samples.CENSUS)  # fmt: skip
    folder.add("ks2_pupil", [samples.ks2("100001", "A1")], samples.KS2)
    grid = whole_tables.grid(folder.load()).set_index("school_name")
    assert grid["ks2"].to_dict() == {"Ash": "yes", "Beech": "no cohort", "Cedar": "no cohort"}
    assert grid.loc["Cedar", "phonics"] == "missing"


def test_a_correction_changes_what_is_read_and_both_values_stay(folder):
    tables.add_ks2(folder, [tables.school("100001", PTRWM_EXP="16%")])
    head = "file,row,column,raw_value,corrected_value,reason,role,date\n"
    line = "raw/202425/ks2_table.csv,2,PTRWM_EXP,16%,60%,a digit was lost,Director of Performance,2026-01-05\n"
    (folder.path / "corrections.csv").write_text(head + line)
    inputs = folder.load()
    assert one(inputs.table("ks2"), school_urn="100001", pupil_group="all").rwm_expected_count == 24
    assert inputs.corrections[["raw_value", "corrected_value"]].values.tolist() == [["16%", "60%"]]
    assert "16%," in (folder.path / "raw" / "202425" / "ks2_table.csv").read_text()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "raw/202425/ks2_table.csv,2,PTRWM_EXP,7%,60%,why,role,2026-01-05",
            "the raw value '7%' that the correction names",
        ),
        ("raw/202425/ks2_table.csv,2,NOSUCH,16%,60%,why,role,2026-01-05", "found no such column"),
        ("raw/202425/ks2_table.csv,2,PTRWM_EXP,16%,60%,,role,2026-01-05", "column reason: found a blank cell"),
        ("raw/202425/ks2_table.csv,2,PTRWM_EXP,16%,60%,why,role,soon", "column date: found 'soon'"),
        (
            "raw/202425/attendance.csv,2,PossibleSessions,100,10,why,role,2026-01-05",
            "a correction of a pupil-level file",
        ),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(folder, line, told):
    tables.add_ks2(folder, [tables.school("100001", PTRWM_EXP="16%")])
    folder.add("attendance", bad_bases.attendance.rows, bad_bases.attendance.header)
    (folder.path / "corrections.csv").write_text(
        "file,row,column,raw_value,corrected_value,reason,role,date\n" + line + "\n"
    )
    with pytest.raises(SourceError) as caught:
        inputs = folder.load()
        inputs.table("ks2"), inputs.table("attendance")
    assert told in str(caught.value)


PRINTED = "id,measure,time_period,geographic_level,school_urn,pupil_group,printed,unit,decimals,source\n"


def printed(folder, *figures):
    (folder.path / "published").mkdir(exist_ok=True)
    rows = [
        f"T,suspension_rate,{year},Trust,,{group},{value},per 100 pupils,{decimals},s"
        for year, group, value, decimals in figures
    ]
    (folder.path / "published" / "seed.csv").write_text(PRINTED + "\n".join(rows) + "\n")


def national(folder, value):
    from symphony_analysis.sources.own import national as room

    key = ["202324", "suspension_rate", "all", "state_funded_primary_full_year"]
    row = [*key, value, "per 100 pupils", "2", "final", "p", "u", "2025-07-10", "day", "stored-data", ""]
    (folder.path / "national.csv").write_text(",".join(room.COLUMNS) + "\n" + ",".join(row) + "\n")


def add_register(folder, year="202425"):
    census = [samples.census("100001", f"A{n}", ever=str(int(n < 30))) for n in range(100)]
    census += [samples.census("100002", f"B{n}", ever=str(int(n < 30))) for n in range(100)]
    day = f"{year[:4]}-10-01"
    events = [samples.event("100001", f"A{n}", "Suspension", day) for n in range(3)]
    events += [samples.event("100002", "B1", "Suspension", day)]
    for source, rows, header in (("census_spring", census, samples.CENSUS), ("exclusions", events, samples.EXCLUSIONS)):
        for row in rows:
            row[header.index("AcademicYear")] = f"{year[:4]}/20{year[4:]}"
        folder.add(source, rows, header, year=year)


def doubted(folder):
    return [doubt for doubt in doubts(folder.load()) if doubt.file == "published/seed.csv"]


def test_20_8_suspensions_are_caught_by_four_rules_and_more(folder):
    printed(folder, ("202223", "all", "2.28", 2), ("202324", "all", "3.09", 2), ("202425", "all", "20.8", 1))
    national(folder, "2.27")
    for year in ("202324", "202425"):
        add_register(folder, year)
    told = {doubt.row: doubt.found for doubt in doubted(folder)}[4]
    for rule in ("20.8 (trust, all, 2024/25). 6.7 times the 3.09", "With the decimal point moved one place it is 2.08",
                 "Printed to one decimal", "9.2 times England's 2.27 (2023/24", "Outside the range of the schools'",
                 "The data gives 2.00"):  # fmt: skip
        assert rule in told
    said = CliRunner().invoke(cli, ["check", "--data", str(folder.path)], standalone_mode=False)
    assert said.return_value == 0 and told in said.output


def test_check_says_why_figures_cannot_be_worked_out(folder):
    printed(folder, ("202425", "all", "n/a", 2))
    add_register(folder)
    said = CliRunner().invoke(cli, ["check", "--data", str(folder.path)], standalone_mode=False)
    assert said.return_value == 65
    assert "published/seed.csv: row 2, column printed: found 'n/a', decimals '2'" in said.output


def test_what_the_data_gives_is_not_doubted(folder):
    printed(folder, ("202223", "all", "2.28", 2), ("202324", "all", "3.09", 2), ("202425", "all", "2.00", 2))
    national(folder, "2.27")
    add_register(folder)
    assert doubted(folder) == []


def test_a_group_that_would_need_more_pupils_than_it_has_is_doubted(folder):
    printed(folder, ("202425", "all", "2.00", 2), ("202425", "disadvantaged", "9.00", 2))
    add_register(folder)
    told = " ".join(doubt.found for doubt in doubted(folder))
    assert "the group can be at most 22% of them; it is 30%" in told


def test_a_total_outside_its_groups_is_doubted(folder):
    printed(folder, ("202425", "all", "9", 2), ("202425", "disadvantaged", "5", 2), ("202425", "other", "2", 2))
    add_register(folder)
    assert any("not between those of the two groups" in doubt.found for doubt in doubted(folder))


RULES = {
    "authorised and unauthorised make overall": ("sess_overall_percent", "9.9", "authorised_percent + sess_un"),
    "severe within persistent": ("enrolments_pa_50_exact", "7", "no more than enrolments_pa_10_exact"),
    "persistent within enrolments": ("enrolments_pa_10_exact", "41", "enrolments"),
    "the share is the counts'": ("enrolments_pa_10_exact_percent", "51", "the share that enrolments_pa_10"),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_rule_across_columns_of_the_absence_file(folder, tmp_path_factory, name):
    column, value, told = RULES[name]
    found = check(folder.path, [put(tmp_path_factory.mktemp("in"), bad_bases.absence.cell(column, value))])
    assert found.exit_code == 65 and len(found.problems) == 1
    assert told in str(found.problems[0])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"PTREAD_HIGH": "80%"}, "found 80 with PTREAD_EXP 75"),
        ({"PTRWM_EXP": "76%"}, "found 76 with PTREAD_EXP 75"),
        ({"PTRWM_HIGH_FSM6CLA1A": "21%"}, "found 21 with PTREAD_HIGH_FSM6CLA1A 20"),
        ({"TFSM6CLA1A": "41"}, "found 41 with TELIG 40"),
        ({"PTFSM6CLA1A": "52%"}, "over TELIG 40 is 25%"),
    ],
)
def test_a_rule_across_columns_of_the_ks2_table(folder, tmp_path_factory, changes, told):
    rows = tuple(tuple(tables.school(urn, **(changes if urn == "100002" else {}))) for urn in ("100001", "100002"))
    base = bad_bases.Base("ks2.csv", tuple(tables.KS2_HEADER), rows)
    found = check(folder.path, [put(tmp_path_factory.mktemp("in"), base)])
    assert [p.row for p in found.problems] == [3]
    assert told in str(found.problems[0])


def test_a_school_row_without_a_urn_is_refused_where_other_levels_have_none(folder, tmp_path_factory):
    rows = (tuple(tables.school("100001")), tuple(tables.school("")), tuple(tables.england("5")))
    base = bad_bases.Base("ks2.csv", tuple(tables.KS2_HEADER), rows)
    found = check(folder.path, [put(tmp_path_factory.mktemp("in"), base)])
    assert [(p.row, p.column, p.found) for p in found.problems] == [(3, "URN", "a blank cell")]


def test_more_decimals_than_the_rest_of_the_column_is_a_warning(folder, tmp_path_factory):
    schools = ["100001", *(str(200000 + n) for n in range(1, 30))]
    rows = [tuple(tables.school(urn, PTRWM_EXP="61.5%" if n == 7 else "60%")) for n, urn in enumerate(schools)]
    base = bad_bases.Base("ks2.csv", tuple(tables.KS2_HEADER), tuple(rows))
    folder.of_schools(schools)
    found = check(folder.path, [put(tmp_path_factory.mktemp("in"), base)])
    assert found.exit_code == 0
    assert [(w.row, w.found) for w in found.warnings] == [(9, "'61.5%'")]


def test_an_outcome_that_the_score_does_not_give_is_a_warning(folder, tmp_path_factory):
    found = check(folder.path, [put(tmp_path_factory.mktemp("in"), bad_bases.ks2_pupils.cell("GPSSCORE", "98"))])
    assert found.exit_code == 0
    assert [(w.row, w.column) for w in found.warnings] == [(3, "GPSEXP")]
    assert "98" not in str(found.warnings[0])


def test_accounts_entered_in_thousands_of_pounds_are_doubted(folder):
    for year, unit in (("202324", 1), ("202425", 1000)):
        money = [str(amount / unit) for amount in (1200000, 900000, 1150000, 90000)]
        rows = [["100001", "Ash", f"{year[:4]}-09-01", f"20{year[4:]}-08-31", *money, "9.5", "200"]]
        folder.add("finance", rows, samples.FINANCE, year=year)
    told = [d for d in doubts(folder.load()) if d.column == "expenditure_per_pupil_gbp"]
    assert [d.file for d in told] == ["raw/202425/finance.csv"] * 2  # the school's and the trust's
    assert "0.001 times last year's figure" in told[0].found


def test_a_file_of_other_trusts_only_is_read_with_a_warning(folder, tmp_path):
    path = tmp_path / "others.csv"
    lines = [tables.TRUST_HEADER, tables.trust_row(TRUST_UID="16330", TRUST_ID="TR03502")]
    path.write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    found = check(folder.path, [path])
    assert found.problems == [] and "no row of the trust" in found.warnings[0].found


def test_staff_costs_above_all_expenditure_are_refused(folder, tmp_path):
    path = tmp_path / "finance.csv"
    path.write_bytes(bad_bases.finance.cell("StaffCosts", "410000").bytes())
    told = [str(problem) for problem in check(folder.path, [path]).problems]
    assert len(told) == 1 and "row 3, column StaffCosts: found 410000 with TotalExpenditure 405000" in told[0]


def test_a_school_without_a_term_of_absence_is_told_by_name(folder):
    rows = [*samples.terms("100001", "A1", "100", "9", "1"), *samples.terms("100002", "B1", "100", "9", "1")[:2]]
    folder.add("attendance", rows, samples.ATTENDANCE)
    found = check(folder.path)
    told = [str(warning) for warning in found.warnings if "terms" in warning.found]
    assert found.exit_code == 0 and len(told) == 1
    assert "found 2 of 3 terms for Beech 100002" in told[0]


def test_an_addition_killed_before_its_list_is_written_loses_nothing_and_is_made_again(
    folder, tmp_path_factory, monkeypatch
):
    place = tmp_path_factory.mktemp("in")
    path = put(place, bad_bases.absence, "1a.csv")
    add(folder.path, [put(place, bad_bases.census, "c.csv")], Release(year="2024/25"))
    real = add_file._put

    def killed(target, content):
        if target.name == "manifest.csv":
            raise SystemExit  # nothing tidies up after it, as after a kill
        real(target, content)

    monkeypatch.setattr(add_file, "_put", killed)
    with pytest.raises(SystemExit):
        add(folder.path, [path], Release(published="2026-03-19"))
    monkeypatch.undo()
    assert (folder.path / "raw" / "202425" / "1a.csv").read_bytes() == path.read_bytes()
    assert "1a.csv" in "\n".join(check(folder.path).lines())
    again = add(folder.path, [path], Release(published="2026-03-19"))
    assert (again.exit_code, again.problems) == (0, [])
    assert [row["file"] for row in manifest_rows(folder)] == ["c.csv", "1a.csv"] and check(folder.path).exit_code == 0


def test_additions_at_once_lose_no_row(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    files = [put(place, bad_bases.absence, "a.csv"), put(place, bad_bases.census, "c.csv")]
    with ThreadPoolExecutor() as several:
        added = list(several.map(lambda path: add(folder.path, [path], Release(year="2024/25")), files))
    assert [one.exit_code for one in added] == [0, 0]
    assert sorted(row["file"] for row in manifest_rows(folder)) == ["a.csv", "c.csv"]
