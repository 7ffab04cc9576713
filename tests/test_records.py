"""Do the trust's records hold every item of the 2024/25 document, and do they fit together?

The expected totals are counted from the document, not from the records.
"""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
RECORDS = DATA / "trust" / "202425"
ENTERED = sorted(
    [*RECORDS.glob("*.csv"), *(DATA / "published").glob("*.csv"), DATA / "national.csv", DATA / "trust.toml"]
)
COLUMNS = {
    "judgements": "id,area,section_title,bands,wording,framework,judged_on,note",
    "claims": "id,area,text,check,measures,pupil_groups,arguments,evidence,response",
    "targets": "id,area,text,measure,baseline,value,due,owner,priorities",
    "priorities": "id,focus_area,target,strategies,monitoring,responsibilities,targets",
    "evidence": "id,area,title,dated,shelf_life_months,detail",
    "ofsted": "id,school_urn,framework,grade,year,inspected_on,key_judgements,note",
    "peer_reviews": "id,school_urn,grade,year,note",
    "survey": "id,question,percent,year,respondents",
    "governance": "id,group,item,value,note",
    "texts": "id,area,kind,heading,order,text",
    "glossary": "term,meaning",
}
AREAS = {
    "overview", "outcomes", "disadvantaged", "governance", "school_improvement",
    "attendance", "exclusions", "finance", "safeguarding", "priorities",
}  # fmt: skip
KINDS = {"strapline", "aim", "paragraph", "bullet", "principle", "note"}
BANDS = {"special_measures", "serious_weaknesses", "requires_improvement", "good", "outstanding", "effective"}


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def record(name: str) -> pd.DataFrame:
    return read(RECORDS / f"{name}.csv")


def listed(cell: str, separator: str = ";") -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


@pytest.fixture(scope="module")
def trust() -> dict:
    return tomllib.loads((DATA / "trust.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def urns(trust) -> list[str]:
    return [school["urn"] for school in trust["schools"]]


# ---- the files ----------------------------------------------------------------------------------------------


def test_every_declared_record_file_is_there():
    assert set(COLUMNS) <= {path.stem for path in RECORDS.glob("*.csv")}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_as_declared_and_no_cell_is_padded(name):
    frame = record(name)
    assert list(frame.columns) == COLUMNS[name].split(",")
    for column in frame.columns:
        assert (frame[column] == frame[column].str.strip()).all(), column
        assert not frame[column].str.contains("  ", regex=False).any(), column


@pytest.mark.parametrize("path", ENTERED, ids=lambda path: path.name)
def test_files_are_utf8_without_mark_with_lf_and_full_rows(path):
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert not re.search("[\u00a0\u00ad\ufffd\uf000-\uf8ff]", text), "damage from extraction"
    if path.suffix == ".csv":
        widths = {len(row) for row in csv.reader(text.splitlines(keepends=True))}
        assert len(widths) == 1


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "glossary"])
def test_ids_are_unique_in_a_file(name):
    ids = record(name)["id"]
    assert ids.is_unique
    assert ids.str.fullmatch(r"[A-Z]\d+(\.\w+)?").all()


@pytest.mark.parametrize("name", ["judgements", "claims", "targets", "evidence", "texts"])
def test_every_area_is_known(name):
    assert set(record(name)["area"]) <= AREAS


# ---- the schools --------------------------------------------------------------------------------------------


def test_fifteen_schools_in_the_order_of_the_printed_table(trust):
    assert [school["name"] for school in trust["schools"]] == [
        "Glen Hills", "Fairfield", "The Meadow", "Old Mill", "Ashby Hastings", "Ashby Willesley", "Orchard",
        "Ashby Hill Top", "Newcroft", "Thornton", "Donisthorpe", "Foxton", "The Hall", "Hugglescote", "Thythorn Field",
    ]  # fmt: skip


def test_no_urn_or_laestab_serves_two_schools(trust, urns):
    every = urns + [urn for school in trust["schools"] for urn in school["previous_urns"]]
    assert len(set(every)) == len(every) == 20
    assert all(re.fullmatch(r"\d{6}", urn) for urn in every)
    laestabs = [school["laestab"] for school in trust["schools"]]
    assert len(set(laestabs)) == 15
    assert all(re.fullmatch(r"855\d{4}", laestab) for laestab in laestabs)
    assert "120120" not in every, "Orchard Church of England, Broughton Astley, is not a school of this trust"


def test_membership_by_january_census_is_eleven_eleven_twelve(trust):
    for year, expected in (("202223", 11), ("202324", 11), ("202425", 12)):
        day = trust["census"][year]
        assert sum(school["joined_by"] <= day for school in trust["schools"]) == expected


def test_joining_bounds_are_in_order_and_explained(trust):
    for school in trust["schools"]:
        assert school["joined_after"] < school["joined_by"], school["name"]
        assert school["note"], school["name"]


# ---- judgements, grades, figures -----------------------------------------------------------------------------


def test_seven_judgements_with_their_bands_and_no_score():
    frame = record("judgements")
    assert dict(zip(frame["area"], frame["bands"], strict=True)) == {
        "outcomes": "outstanding",
        "disadvantaged": "good",
        "governance": "good;outstanding",
        "school_improvement": "outstanding",
        "attendance": "good",
        "finance": "good;outstanding",
        "safeguarding": "effective",
    }
    assert {band for cell in frame["bands"] for band in listed(cell)} <= BANDS
    assert not frame["bands"].str.contains(r"\d").any(), "a score is not in the document"


def test_ofsted_grades_and_their_derived_totals(urns):
    frame = record("ofsted")
    assert frame["school_urn"].tolist() == urns
    assert Counter(frame["grade"]) == {"GOOD": 13, "OUTSTANDING": 2}
    assert Counter(frame["year"]) == {"2021": 3, "2022": 2, "2023": 3, "2024": 4, "2025": 3}
    assert (frame["framework"] == "overall grade as printed").all()
    assert not (frame["inspected_on"] + frame["key_judgements"]).any(), "no day or key judgement is in the document"


def test_an_overall_grade_of_2025_carries_a_note():
    frame = record("ofsted").set_index("school_urn")
    flagged = frame[frame["year"] == "2025"]
    assert sorted(flagged.index) == ["143250", "148947", "149269"]
    assert flagged["note"].str.contains("2 September 2024").all()


def test_peer_reviews_and_their_derived_totals(urns):
    frame = record("peer_reviews")
    assert frame["school_urn"].tolist() == urns
    assert Counter(frame["grade"]) == {"GOOD": 10, "OUTSTANDING": 2, "": 3}
    assert Counter(frame["year"]) == {"2024": 8, "2025": 4, "": 3}
    none = frame[frame["grade"] == ""]
    assert none["school_urn"].tolist() == ["151954", "151952", "151953"]
    assert (none["note"] == "not yet reviewed").all()


def test_every_peer_grade_equals_the_ofsted_grade_of_the_school():
    both = record("ofsted").merge(record("peer_reviews"), on="school_urn", suffixes=("", "_peer"))
    reviewed = both[both["grade_peer"] != ""]
    assert len(reviewed) == 12
    assert (reviewed["grade"] == reviewed["grade_peer"]).all()


def test_three_survey_figures_without_invented_respondents():
    frame = record("survey")
    assert dict(zip(frame["id"], frame["percent"], strict=True)) == {"P12": "96", "P13": "99", "P14": "100"}
    assert set(frame["year"]) == {"2024"}
    assert set(frame["respondents"]) == {""}


# ---- texts ----------------------------------------------------------------------------------------------------


def test_the_texts_of_the_document_by_kind():
    frame = record("texts")
    assert set(frame["kind"]) <= KINDS
    kinds = Counter(zip(frame["area"], frame["kind"], strict=True))
    assert kinds[("overview", "strapline")] == 1
    assert kinds[("overview", "aim")] == 5
    assert kinds[("overview", "paragraph")] == 3
    assert kinds[("outcomes", "bullet")] == 2
    assert kinds[("disadvantaged", "bullet")] == 2
    assert kinds[("governance", "bullet")] == 17
    assert kinds[("governance", "principle")] == 4
    assert kinds[("school_improvement", "paragraph")] == 6
    assert kinds[("finance", "paragraph")] == 5
    assert kinds[("safeguarding", "bullet")] == 12


def test_words_that_ask_to_click_are_followed_by_a_note_that_the_links_were_not_supplied():
    texts = record("texts").sort_values(["area", "order"], key=lambda c: c.astype(int) if c.name == "order" else c)
    after = texts.shift(-1)[texts["text"].str.contains("click on", regex=False)]
    assert len(after) == 1
    assert set(after["kind"]) == {"note"}
    assert after["text"].str.contains("links were not supplied", regex=False).all()


def test_texts_of_an_area_are_numbered_in_order():
    for area, rows in record("texts").groupby("area"):
        assert rows["order"].astype(int).tolist() == list(range(1, len(rows) + 1)), area


def test_bold_is_closed_and_stands_where_the_document_has_it():
    bold = [word for text in record("texts")["text"] for word in re.findall(r"\*\*(.+?)\*\*", text)]
    assert bold == ["innovative", "excellent"]
    assert record("texts")["text"].str.count(r"\*\*").mod(2).eq(0).all()


def test_spelling_slips_are_corrected_and_extraction_damage_is_gone():
    slips = re.compile(
        r"compliment|persual|specifc|bewteen|\btacking\b|\binline\b|\b(SBM|LGB|KPI)'s|and the further improve"
        r"|Report to I & E|\(15 schools(?!\))|\brget\b|[Mm] leasures|aknesses|<u>|\bmaybe facing"
    )
    for name in ("texts", "claims", "targets", "priorities", "judgements"):
        for cell in record(name).to_numpy().ravel():
            assert not slips.search(cell), cell


def test_a_claim_is_worded_as_in_the_section_it_stands_in():
    entered = pd.concat([record("texts"), record("targets")])
    sections = entered.groupby("area")["text"].agg(" ".join)
    for row in record("claims").itertuples():
        assert row.text in sections[row.area], row.id


def test_every_claim_of_the_document_is_entered():
    expected = {"O8", "O9", "O10", "O11", "O12", "A2", "A3", "D2", "D3"}
    expected |= {f"G{n}" for n in (5, 6, 7, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 24, 25, 27, 28, 29)}
    expected |= {f"S{n}" for n in range(5, 12)} | {f"N{n}" for n in range(5, 13)} | {f"P{n}" for n in range(3, 17)}
    assert expected <= set(record("claims")["id"])


def test_the_undefined_short_forms_are_in_the_glossary_and_uncertain_ones_stay_empty():
    glossary = dict(record("glossary").to_numpy().tolist())
    undefined = set(re.findall(r"\w+", "SLT DoP BDG EDG TDG SDG NTS SCA CoG LGB SBM DDSL ISOT EVERY"))
    assert undefined <= set(glossary)
    assert record("glossary")["term"].is_unique
    assert {term for term in undefined if not glossary[term]} == {"SLT", "DoP", "EDG", "SDG", "NTS", "ISOT", "EVERY"}
