"""The finished tables against their schemas: sound ones pass, and each kind of fault is told."""

import numpy as np
import pytest

from symphony_analysis.sources.checking import whole_tables
from symphony_analysis.sources.checking.check import check
from symphony_analysis.sources.declare import tables
from tests.sources import bad_bases, samples
from tests.sources import tables as dfe


@pytest.fixture
def ks2(folder):
    folder.add("ks2_pupil", [samples.ks2("100003", "C1"), samples.ks2("100003", "C2", fsm6="1")], samples.KS2)
    dfe.add_ks2(
        folder, [dfe.school("100001"), dfe.school("100002", PTGPS_EXP="SUPP", PTGPS_HIGH="SUPP"), dfe.england("5")]
    )
    return folder.load().table("ks2")


@pytest.mark.parametrize("name", tables.TABLES)
def test_an_empty_table_holds(name):
    assert whole_tables.faults(name, tables.empty(name)) == []


def test_a_table_from_pupils_and_the_published_table_holds(ks2):
    assert whole_tables.faults("ks2", ks2) == []


FAULTS = {
    "a value with a symbol": ("rwm_expected_count_symbol", "SUPP", "rwm_expected_count: a value or a symbol"),
    "a value and no symbol": ("rwm_expected_count", np.nan, "rwm_expected_count: a value or a symbol"),
    "an unknown code": ("gps_higher_count_symbol", "QQ", "one of the known codes"),
    "a negative count": ("rwm_higher_count", -1.0, "0 or more"),
    "higher above expected": ("reading_higher_count", 39.0, "reading_higher_count within reading_expected_count"),
    "combined above a subject": ("maths_expected_count", 20.0, "rwm_expected_count within maths_expected_count"),
    "more than eligible": ("writing_expected_count", 41.0, "writing_expected_count within eligible_count"),
    "an unknown level": ("geographic_level", "Region", "one of the known codes"),
    "a group of another name": ("pupil_group", "left_handed", "one of the known codes"),
    "a URN of five digits": ("school_urn", "10000", "a URN of six digits"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_finished_table_is_told_with_its_file(ks2, name):
    column, value, rule = FAULTS[name]
    at = ks2.index[(ks2["school_urn"] == "100001") & (ks2["pupil_group"] == "all")][0]
    ks2.loc[at, column] = value
    told = [str(fault) for fault in whole_tables.faults("ks2", ks2)]
    assert any(rule in line and line.startswith("raw/202425/ks2_table.csv: row 1") for line in told), told


def test_the_same_school_twice_in_a_finished_table_is_told(ks2):
    twice = ks2.iloc[[0, *range(len(ks2))]].reset_index(drop=True)
    told = [str(fault) for fault in whole_tables.faults("ks2", twice)]
    assert told and all("one row for each school, year and group" in line for line in told)


def test_a_check_of_a_sound_folder_with_every_kind_of_file_is_fine(folder):
    folder.add("attendance", bad_bases.attendance.rows, bad_bases.attendance.header)
    folder.add("ees_absence", bad_bases.absence.rows, bad_bases.absence.header, origin="official")
    folder.add("school_census", bad_bases.census.rows, bad_bases.census.header, origin="official")
    folder.add("gias", bad_bases.gias_file.rows, bad_bases.gias_file.header, origin="official")
    folder.add("finance", bad_bases.finance.rows, bad_bases.finance.header)
    found = check(folder.path)
    assert (found.problems, found.exit_code) == ([], 0)
    assert found.grid is not None and len(found.grid) == 3
