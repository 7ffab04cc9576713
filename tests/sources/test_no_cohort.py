"""A school without pupils in a year group is not a gap in the data."""

from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.declare.tables import with_empty_cohorts
from tests.small_trust import tidy

COHORTS = {("100001", "6"), ("100002", "R"), ("100003", "6")}
COLUMNS = list(tables.TABLES["mtc"].numbers)


def rows():
    made = tidy(COLUMNS, (202425, "School", "100001", "all", 30, 29, 10, 600, 12600))
    return tables.conform("mtc", made)


def test_a_school_on_the_census_without_the_year_group_gets_rows_of_true_zeros():
    told = with_empty_cohorts("mtc", rows(), COHORTS, ["100001", "100002", "100009"], "raw/202425/census.csv")
    added = told[told["school_urn"] == "100002"]
    assert set(added["pupil_group"]) == set(tables.GROUPS)
    assert (added[COLUMNS] == 0.0).all(axis=None)
    assert set(added["source_file"]) == {"raw/202425/census.csv"}
    assert "100009" not in set(told["school_urn"])  # the census does not know it: a gap, not an empty cohort


def test_a_school_with_the_year_group_but_no_results_stays_a_gap():
    told = with_empty_cohorts("mtc", rows(), COHORTS | {("100003", "4")}, ["100003"], "raw/202425/census.csv")
    assert set(told["school_urn"]) == {"100001"}


def test_without_a_census_or_results_nothing_is_made_up():
    assert len(with_empty_cohorts("mtc", rows(), None, ["100002"], "")) == 1
    assert len(with_empty_cohorts("mtc", rows().head(0), COHORTS, ["100002"], "")) == 0
