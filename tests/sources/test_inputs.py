"""The data folder as a whole: what loads, what is remembered, and what a fault in it says."""

import pytest

from symphony_analysis import sources
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.declare import tables
from symphony_analysis.years import AcademicYear
from tests.people.copies import ROOT
from tests.sources import samples
from tests.sources import tables as dfe
from tests.sources.conftest import TRUST, one


def test_a_folder_with_the_trust_and_two_official_files_loads_without_a_manifest(tmp_path):
    (tmp_path / "trust.toml").write_text(TRUST)
    for year, name, header, row in (
        ("202425", "mats.csv", dfe.TRUST_HEADER, dfe.trust_row()),
        ("202425", "table.csv", dfe.KS2_HEADER, dfe.school("100001")),
    ):
        (tmp_path / "raw" / year).mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / year / name).write_text(",".join(header) + "\n" + ",".join(row) + "\n")
    inputs = sources.load(tmp_path)
    assert inputs.years == (AcademicYear(2024),)
    assert one(inputs.table("ks2_trust"), pupil_group="all").rwm_expected_percent == 73
    assert len(inputs.table("ks2")) == 3
    assert set(inputs.manifest["origin"]) == {"official"}
    for name in tables.TABLES:
        assert list(inputs.table(name).columns) == tables.columns(name)
    assert inputs.national.empty and inputs.records("claims", "2024/25").empty and not inputs.published


def test_official_files_lying_in_the_data_folder_itself_are_recognised(tmp_path):
    (tmp_path / "trust.toml").write_text(TRUST)
    (tmp_path / "anything.csv").write_text(",".join(dfe.TRUST_HEADER) + "\n" + ",".join(dfe.trust_row()) + "\n")
    inputs = sources.load(tmp_path)
    assert inputs.years == (AcademicYear(2024),)
    assert len(inputs.table("ks2_trust")) == 3


def test_a_changed_file_is_named_with_both_checksums(folder):
    path = folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC)
    path.write_text(path.read_text().replace("25,Complete", "24,Complete"))
    with pytest.raises(SourceError, match=r"raw/202425/mtc.csv: .* sha256 .* as recorded in manifest.csv"):
        folder.load().table("mtc")


def test_a_listed_file_that_is_not_there_is_named(folder):
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC).unlink()
    with pytest.raises(SourceError, match=r"raw/202425/mtc\.csv: .* no such file"):
        folder.load().table("mtc")


def test_two_files_of_two_schools_make_one_table_and_one_school_in_both_is_refused(folder):
    folder.add("attendance", samples.terms("100001", "A1", "100", "9", "1"), samples.ATTENDANCE, file="ash.csv")
    folder.add("attendance", samples.terms("100002", "B1", "100", "5", "0"), samples.ATTENDANCE, file="beech.csv")
    assert folder.load().table("attendance")["school_urn"].nunique() == 2
    folder.add("attendance", samples.terms("100001", "A2", "100", "9", "1"), samples.ATTENDANCE, file="again.csv")
    with pytest.raises(SourceError, match=r"school 100001, which is in raw/202425/again\.csv too"):
        folder.load().table("attendance")


def test_files_read_names_what_was_opened_and_only_that(folder):
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC)
    folder.add("phonics", [["2024/2025", samples.upn("A1"), "S", "100001", "1", "32", "Wa"]], samples.PHONICS)
    inputs = folder.load()
    assert inputs.files_read == frozenset()
    inputs.table("mtc")
    assert inputs.files_read == {"trust.toml", "raw/202425/manifest.csv", "raw/202425/mtc.csv"}


def test_a_table_handed_out_can_be_changed_without_changing_the_next(folder):
    folder.add("mtc", [["2024/2025", samples.upn("A1"), "S", "100001", "25", "Complete", ""]], samples.MTC)
    inputs = folder.load()
    handed_out = inputs.table("mtc")
    handed_out["eligible_count"] = -1.0
    assert one(inputs.table("mtc"), pupil_group="all").eligible_count == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('urn = "100001"', 'urn = "1001"'), "column [[schools]] Ash urn: found '1001'; expected a URN of six digits"),
        (
            ('urn = "100003"', 'urn = "100001"'),
            "column [[schools]] Cedar: found '100001'; expected a name or URN that Ash",
        ),
        (('joined_by = "2020-09-01"', 'joined_by = "soon"'), "column [[schools]] Ash joined_by: found 'soon'"),
        (('202425 = "2025-01-16"', '202425 = "2025-02-16"'), "column [census] 202425: found '2025-02-16'"),
        (("[census]", "[census"), "found "),
        (('laestab = "8551001"', 'colour = "red"'), "column [[schools]] Ash colour: found 'red'; expected one of"),
    ],
)
def test_a_fault_of_the_trust_file_says_where_and_what_is_expected(folder, change, told):
    (folder.path / "trust.toml").write_text(TRUST.replace(*change))
    with pytest.raises(SourceError) as caught:
        _ = folder.load().trust
    assert told in str(caught.value)


def test_the_published_table_and_a_record_are_read_as_text(folder):
    (folder.path / "published").mkdir()
    (folder.path / "published" / "seed.csv").write_text("id,printed\nT8.1,20.80\n")
    (folder.path / "trust" / "202425").mkdir(parents=True)
    (folder.path / "trust" / "202425" / "peer_reviews.csv").write_text(
        "id,school_urn,grade,year,note\np1,100001,,2024,\n"
    )
    inputs = folder.load()
    assert inputs.published["seed"]["printed"].tolist() == ["20.80"]
    assert inputs.records("peer_reviews", 202425)["grade"].tolist() == [""]
    assert "trust/202425/peer_reviews.csv" in inputs.files_read


@pytest.mark.parametrize(("name", "found"), [("A" * 100, "at most 80"), ("A/B", "at most 80")])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path, name, found):
    text = (ROOT / "data" / "trust.toml").read_text(encoding="utf-8")
    text = text.replace('name = "Fairfield"', f'name = "{name}"', 1)
    (tmp_path / "trust.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=found):
        sources.load(tmp_path).trust  # noqa: B018
