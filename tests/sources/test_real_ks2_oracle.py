"""The real oracle: pooling the school rows of a real key stage 2 table gives the file's own authority row.

A school whose results are suppressed has between none and all of its pupils at the standard; so the pooled figure is
bounded, and the test says which schools make the difference.
"""

import math
import shutil
from dataclasses import replace

import pytest

from symphony_analysis import sources
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.layouts import ks2_table
from symphony_analysis.sources.reading.read_file import read_file
from symphony_analysis.sources.reading.recognise import recognise
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear
from tests.sources import real

HEADLINES = [
    f"{subject}_{standard}"
    for subject in ("rwm", "reading", "writing", "maths", "gps")
    for standard in ("expected", "higher")
]
#: The extract in the repository, which everyone has, and the whole files where they are.
TABLES = [real.OFFICIAL / "ks2_2016-17_surrey.csv"]
TABLES += [real.FOLDER / name for name in real.files("ks2/*.csv") if "ks2" in name and "meta" not in name]


def rows_of(path):
    known = recognise(path)
    if known.source is not ks2_table.SOURCE:
        return None, None
    year = AcademicYear.parse(known.time_period)
    nobody = Trust("nobody", (), {})
    every_row = replace(known.source, keep=None)
    reading = read_file(path.read_bytes(), every_row, Context(nobody, year, path.name))
    assert not reading.refusals, reading.refusals[:3]
    return year, reading.frame


def authorities(name):
    """Each authority of a table that has its own row and school rows: (authority's row, school rows)."""
    _, rows = rows_of(name)
    if rows is None:
        return
    for code, own in rows[rows["rectype"] == "3"].groupby("authority"):
        schools = rows[rows["rectype"].isin(["1", "2"]) & (rows["authority"] == code)]
        if len(schools):
            yield own.iloc[0], schools


def whole_pupils(percent, pupils):
    """The fewest and most of so many pupils that round to a whole percentage."""
    return math.ceil((percent - 0.5) * pupils / 100 - 1e-9), math.floor((percent + 0.5) * pupils / 100 + 1e-9)


def test_there_is_a_real_table_to_compare_with():
    assert len(list(authorities(TABLES[0]))) == 1


@pytest.mark.parametrize("name", TABLES, ids=lambda path: path.name)
def test_eligible_pupils_of_the_schools_add_up_to_the_authoritys(name):
    for authority, schools in authorities(name):
        assert schools["all_eligible"].sum() == authority["all_eligible"]
        for group in ("disadvantaged", "other"):
            hidden = schools[f"{group}_eligible_symbol"].isin(["SUPP"])
            total = schools[f"{group}_eligible"].sum()
            assert total <= authority[f"{group}_eligible"]
            assert total == authority[f"{group}_eligible"] or hidden.any()


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("name", TABLES, ids=lambda path: path.name)
def test_pooled_schools_give_the_authoritys_percentage_within_rounding(name, headline):
    for authority, schools in authorities(name):
        shown = schools[schools[f"all_{headline}"].notna()]
        hidden = schools[schools[f"all_{headline}"].isna() & (schools["all_eligible"] > 0)]
        bounds = [whole_pupils(p, n) for p, n in zip(shown[f"all_{headline}"], shown["all_eligible"], strict=True)]
        fewest, most = sum(low for low, _ in bounds), sum(high for _, high in bounds) + hidden["all_eligible"].sum()
        low, high = whole_pupils(authority[f"all_{headline}"], authority["all_eligible"])
        suppressed = (
            f"suppressed: {len(hidden)} schools, {hidden['all_eligible'].sum():.0f} pupils ({', '.join(hidden['urn'])})"
        )
        assert fewest <= high and low <= most, (
            f"{fewest} to {most} pupils, the authority says {low} to {high}; {suppressed}"
        )
        pooled = (shown[f"all_{headline}"] * shown["all_eligible"]).sum() / shown["all_eligible"].sum()
        slack = 1.0 + 100 * hidden["all_eligible"].sum() / authority["all_eligible"]
        assert abs(pooled - authority[f"all_{headline}"]) <= slack, suppressed


@pytest.mark.parametrize("name", TABLES, ids=lambda path: path.name)
def test_a_trust_of_all_the_schools_pools_to_the_authority_in_the_tidy_table(name, tmp_path):
    for authority, schools in authorities(name):
        year, _ = rows_of(name)
        table = _tidy(tmp_path, name, year, authority, schools)
        mine = table[(table["geographic_level"] == "School") & (table["pupil_group"] == "all")]
        own = table[(table["geographic_level"] == "LA") & (table["pupil_group"] == "all")].iloc[0]
        assert mine["eligible_count"].sum() == own["eligible_count"] == authority["all_eligible"]
        withheld = mine.loc[mine["rwm_expected_count"].isna(), "rwm_expected_count_symbol"]
        assert set(withheld) <= {"SUPP", "NEW", "x"}
        known = mine[mine["rwm_expected_count"].notna()]
        pooled = 100 * known["rwm_expected_count"].sum() / known["eligible_count"].sum()
        assert abs(pooled - authority["all_rwm_expected"]) <= 1.0


def _tidy(tmp_path, name, year, authority, schools):
    lines = [f'[trust]\nname = "An authority"\nlocal_authority_code = {authority["authority"]}\n']
    lines += [f'[[schools]]\nname = "{urn}"\nurn = "{urn}"\n' for urn in schools["urn"]]
    folder = tmp_path / authority["authority"]
    (folder / "raw" / year.folder).mkdir(parents=True)
    (folder / "trust.toml").write_text("\n".join(lines))
    shutil.copy(name, folder / "raw" / year.folder)
    return sources.load(folder).table("ks2")


@pytest.mark.parametrize("name", TABLES, ids=lambda path: path.name)
def test_england_is_row_5_of_the_file(name, tmp_path):
    year, rows = rows_of(name)
    if rows is None or not (rows["rectype"] == "5").any():
        assert rows is None or name.name.endswith("mats-performance_2024-2025.csv")
        return
    (tmp_path / "raw" / year.folder).mkdir(parents=True)
    (tmp_path / "trust.toml").write_text('[trust]\nname = "T"\n[[schools]]\nname = "A"\nurn = "999999"\n')
    shutil.copy(name, tmp_path / "raw" / year.folder)
    table = sources.load(tmp_path).table("ks2")
    england = table[(table["geographic_level"] == "England") & (table["pupil_group"] == "all")]
    row = rows[rows["rectype"] == "5"].iloc[0]
    assert england["eligible_count"].tolist() == [row["all_eligible"]]
    assert 100 * england["rwm_expected_count"].iloc[0] / row["all_eligible"] == pytest.approx(row["all_rwm_expected"])
    assert row["all_eligible"] != rows.loc[rows["rectype"] == "4", "all_eligible"].iloc[0]
