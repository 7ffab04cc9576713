"""Are the figures of record entered as they were printed or published?

The 2024/25 document's own figures, DfE's key stage 2 figures per school, and England's figures.
"""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[1] / "data"


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def urns() -> list[str]:
    trust = tomllib.loads((DATA / "trust.toml").read_text(encoding="utf-8"))
    return [school["urn"] for school in trust["schools"]]


# ---- figures of record ---------------------------------------------------------------------------------------


def printed() -> pd.DataFrame:
    return read(DATA / "published" / "seed_2024-25.csv")


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("T7.1", ["5", "4.7", "4.3"]),
        ("T7.2", ["7.5", "7.7", "6.5"]),
        ("T7.3", ["11.3", "11.5", "8.6"]),
        ("T7.4", ["23.9", "28.1", "23.6"]),
        ("T8.1", ["2.28", "3.09", "20.8"]),
        ("T8.2", ["0.09", "0.00", "0.03"]),
    ],
)
def test_the_eighteen_printed_figures_keep_their_printed_form(id_, expected):
    rows = printed().query("id == @id_")
    assert rows["time_period"].tolist() == ["202223", "202324", "202425"]
    assert rows["printed"].tolist() == expected


def test_printed_figures_declare_their_own_decimals_and_a_source():
    for row in printed().itertuples():
        assert int(row.decimals) == len(row.printed.partition(".")[2]), row
        assert row.source
    assert not printed().duplicated(["id", "measure", "time_period", "pupil_group"]).any()
    other = printed()[~printed()["id"].str.startswith("T")].set_index("measure")["printed"]
    assert other.to_dict() == {
        "survey_never_bullied_percent": "96",
        "survey_feel_safe_percent": "99",
        "survey_can_speak_percent": "100",
        "ks2_rwm_above_national_average": "10",
        "schools_count": "15",
        "schools_count_before_growth": "7",
        "schools_count_after_growth": "11",
    }


def test_key_stage_2_figures_of_fourteen_schools_and_two_years(urns):
    frame = read(DATA / "published" / "ks2_school_figures.csv")
    assert len(frame) == 14 * 2 * 5
    assert not frame.duplicated(["time_period", "school_urn", "measure"]).any()
    assert set(urns) - set(frame["school_urn"]) == {"148624"}, "Ashby Hastings has no Year 6 yet"
    assert set(frame["school_urn"]) <= set(urns)
    wide = frame.set_index(["time_period", "school_urn", "measure"])["printed"]
    assert wide["202425", "151953", "ks2_rwm_expected_percent"] == "33"
    assert wide["202324", "140253", "ks2_rwm_higher_percent"] == "0"
    assert wide["202425", "143251", "ks2_gps_average_score"] == "110"


# ---- England --------------------------------------------------------------------------------------------------


def national() -> pd.DataFrame:
    return read(DATA / "national.csv")


def test_a_national_figure_is_never_ambiguous_and_always_dated():
    frame = national()
    key = ["time_period", "comparator", "pupil_group", "population", "published"]
    assert not frame.duplicated(key).any()
    assert (frame["value"] != "").all()
    assert frame["time_period"].str.fullmatch(r"20\d{4}").all()
    shape = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d"}
    for precision, rows in frame.groupby("published_precision"):
        assert rows["published"].str.fullmatch(shape[precision]).all()


def test_national_decimals_are_those_of_the_value():
    for row in national().itertuples():
        assert int(row.decimals) == len(row.value.partition(".")[2]), row


def test_only_figures_with_a_source_are_shipped():
    frame = national()
    assert set(frame["evidence"]) == {"stored-data", "stored-text", "stored-secondary", "derived"}
    assert frame["url"].str.startswith("https://").all()
    assert len(frame) >= 250


def test_a_term_and_a_year_do_not_share_a_name_or_a_population():
    frame = national()
    term = frame[frame["population"].str.contains("autumn_term")]
    assert len(term) > 0
    assert term["comparator"].str.contains("_autumn_").all()
    full_year = frame[frame["population"].str.contains("full_year")]
    assert not full_year["comparator"].str.contains("autumn").any()


@pytest.mark.parametrize(
    ("time_period", "comparator", "group", "population", "values"),
    [
        ("202223", "ks2_rwm_expected_percent", "all", "all_schools", ["59", "60"]),
        ("202425", "ks2_rwm_expected_percent", "all", "all_schools", ["62"]),
        ("202425", "ks2_rwm_expected_percent", "all", "state_funded", ["63"]),
        ("202425", "ks2_rwm_expected_percent", "disadvantaged", "state_funded", ["47", "48"]),
        ("202425", "persistent_absence_percent", "all", "state_funded_primary_full_year", ["12.99"]),
        ("202425", "persistent_absence_percent", "all", "state_funded_daily_attendance", ["13.50"]),
        ("202324", "suspension_rate", "all", "state_funded_primary_full_year", ["2.27"]),
        ("202425", "suspension_rate", "all", "state_funded_primary_full_year", []),
        ("202324", "ks2_reading_progress_score", "all", "state_funded", []),
        ("202425", "pupil_teacher_ratio", "all", "state_funded_nursery_and_primary", ["20.8"]),
    ],
)
def test_england_as_published(time_period, comparator, group, population, values):
    frame = national()
    rows = frame[
        (frame["time_period"] == time_period)
        & (frame["comparator"] == comparator)
        & (frame["pupil_group"] == group)
        & (frame["population"] == population)
    ].sort_values("published")
    assert rows["value"].tolist() == values
