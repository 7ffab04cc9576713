"""Every item of the trust's document is in the 2024/25 report or its annex: walked id by id."""

import csv
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parent.parent
RECORDS = ROOT / "data" / "trust" / "202425"
CHECKLIST = ROOT.parent / "shared" / "reference" / "seed-checklist.md"
BARS = {
    "outcomes": "Outstanding",
    "disadvantaged-gap": "Good",
    "governance-evidence": "Good to Outstanding",
    "school-improvement": "Outstanding",
    "attendance": "Good",
    "finance": "Good to Outstanding",
}
GRADES = {
    "Overall achievement and progress": "Graded as Outstanding",
    "Disadvantaged achievement and progress": "Graded as Good",
    "Effectiveness of governance and leadership": "Graded as Good/Outstanding",
    "Effectiveness of school improvement": "Graded as Outstanding",
    "Attendance": "Graded as Good",
    "Effectiveness of financial management": "Graded as Good/Outstanding",
    "Effectiveness of safeguarding": "Graded as Effective",
}
SEED_ORDER = ["Overview of the trust", *GRADES, "Key priority overview"]


def rows_of(name):
    with (RECORDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text):
    text = text.replace("**", "").replace("’", "'").replace("‘", "'").replace("\u00a0", " ").replace("\u2011", "-")
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(scope="module")
def page(released):
    return BeautifulSoup((released / "202425" / "self-evaluation.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def annex(released):
    return BeautifulSoup((released / "202425" / "annex.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def words(page, annex):
    # Tags that split a sentence (links, emphasis) leave no space of their own.
    return [plain(each.get_text(between)) for each in (page, annex) for between in (" ", "")]


def section(page, slug):
    found = page.find("section", id=slug)
    assert found is not None, f"no section {slug}"
    return found


def cells(section, caption):
    table = next(t for t in section.find_all("table") if t.caption and plain(t.caption.get_text()).startswith(caption))
    return [[plain(cell.get_text(" ")) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


WORDED = [
    (name, row["id"], row[column])
    for name, column in (("texts", "text"), ("claims", "text"), ("targets", "text"), ("priorities", "target"),
                         ("survey", "question"), ("evidence", "title"), ("judgements", "wording"))
    for row in rows_of(name)
    if row["id"] != "T6"  # the colour key, which has its own test
]  # fmt: skip


@pytest.mark.parametrize(("name", "id_", "text"), WORDED, ids=[f"{n}-{i}" for n, i, _ in WORDED])
def test_every_recorded_sentence_is_on_the_page(words, name, id_, text):
    assert any(plain(text).rstrip(".;") in page for page in words)


def test_every_id_of_the_checklist_is_walked():
    if not CHECKLIST.exists():
        pytest.skip("the checklist of the trust's document is not on this machine")
    listed = CHECKLIST.read_text(encoding="utf-8").split("## 11.")[0]
    wanted = set()
    for found in re.findall(r"^\| ([A-Z]\d[\w.]*(?:-[A-Z]?\d+)?) \|", listed, re.M):
        span = re.fullmatch(r"([A-Z])(\d+)-[A-Z]?(\d+)", found)
        wanted |= {f"{span[1]}{n}" for n in range(int(span[2]), int(span[3]) + 1)} if span else {found}
    recorded = {row["id"] for path in RECORDS.glob("*.csv") for row in rows_of(path.stem) if "id" in row}
    with (ROOT / "data" / "published" / "seed_2024-25.csv").open(encoding="utf-8", newline="") as file:
        recorded |= {row["id"] for row in csv.DictReader(file)}
    # Items without words of their own: title, contents, bars, figure slots and tables, each with its test below.
    pictured = {
        "F1",
        "F2",
        "F10",
        "G8",
        "G8.T",
        "T7",
        "T7.D",
        "T8",
        "G1",
        "S1",
        "T1",
        "N1",
        "A1",
        "D1",
        "S2",
        "T2",
        "N2",
        "P1",
    }
    pictured |= {f"A{n}" for n in range(5, 11)} | {f"D{n}" for n in range(5, 11)}
    assert len(wanted) == 163
    assert wanted - recorded - pictured == set()


def test_the_front_says_what_the_document_is_and_as_at_when(page):  # F1, F10
    assert "Self-evaluation 2024/25" in plain(page.h1.get_text())
    header = plain(page.header.get_text(" "))
    assert "30 April 2026" in header and "Trustees" in header
    assert "cover the 12 schools in the trust in January 2025" in plain(section(page, "summary").get_text(" "))


def test_the_contents_list_the_nine_entries_in_order(page):  # F2
    entries = [plain(a.get_text()) for a in page.nav.find_all("a")]
    assert [entry for entry in entries if entry in SEED_ORDER] == SEED_ORDER
    assert len(SEED_ORDER) == 9
    for link in page.nav.find_all("a"):
        assert page.find(id=link["href"][1:]) is not None


@pytest.mark.parametrize(("title", "grade"), GRADES.items())
def test_the_seven_grades_stand_in_the_contents(page, title, grade):  # F3 to F9
    entry = next(li for li in page.nav.find_all("li") if plain(li.a.get_text()) == title)
    assert grade in plain(entry.get_text(" "))


@pytest.mark.parametrize(("slug", "bands"), BARS.items())
def test_the_six_bars_say_their_grade_in_words(page, slug, bands):  # A1, D1, G1, S1, T1, N1
    (bar,) = section(page, slug).select(".scale")
    assert bar["aria-label"].startswith(f"Judgement: {bands.capitalize()}")
    assert len(bar.find_all("span", recursive=False)) == 5
    assert [plain(on.get_text()).lstrip("✔ ") for on in bar.select(".on")] == bands.split(" to ")


def test_there_are_six_bars_and_none_for_safeguarding(page):
    assert len(page.select(".scale")) == 6
    assert not section(page, "safeguarding").select(".scale")


YEARS = ("2022/23", "2023/24", "2024/25")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("slug", "caption"),
    [("outcomes", "Achievement at the end"), ("disadvantaged-gap", "Achievement of disadvantaged")],
)
def test_the_achievement_slots_hold_figures(page, slug, caption, year):  # A5, A7, A9, D5, D7, D9
    rows = cells(section(page, slug), caption)
    column = rows[0].index(year)
    assert all(re.match(r"\d+%", row[column]) for row in rows[1:])


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("slug", ["outcomes", "disadvantaged-gap"])
def test_the_progress_slots_hold_a_figure_or_say_why_there_is_none(annex, slug, year):  # A6, A8, A10, D6, D8, D10
    whole = section(annex, slug)
    rows = cells(whole, "Progress")
    column = [row[rows[0].index(year)] for row in rows[1:]]
    if year == "2022/23":
        assert all(re.match(r"[\u2212]?\d\.\d", cell) for cell in column)
    else:
        assert set(column) == {"not published"}
        assert f"{year}: not published (no KS1 baseline" in plain(whole.get_text(" "))


def test_the_fifteen_by_two_grades(annex):  # G8 and G8.1 to G8.15, G8.T
    rows = cells(section(annex, "governance-evidence"), "Ofsted and peer review")[1:]
    assert len(rows) == 15
    told = {row[0]: (row[1], row[2]) for row in rows}
    for kind, place in (("ofsted", 0), ("peer_reviews", 1)):
        for record, name in zip(rows_of(kind), told, strict=True):
            shown = told[name][place]
            graded = f"{record['grade'].capitalize()}, {record['year']}"
            assert shown == (graded if record["grade"] else record["note"])
    assert sum(row[1].startswith("Good") for row in rows) == 13
    assert sum(bool(re.search(r"\d{4}", row[2])) for row in rows) == 12


def test_the_eighteen_attendance_and_exclusion_figures(page):  # T7, T7.D, T8
    attendance = cells(section(page, "attendance"), "Attendance headline information")[1:]
    told = [[cell.split(" ")[0] for cell in row[1:4]] for row in attendance]
    assert told == [
        ["5.0%", "4.7%", "4.3%"],
        ["7.5%", "7.7%", "6.5%"],
        ["11.3%", "11.5%", "8.6%"],
        ["23.9%", "28.1%", "23.6%"],
    ]
    exclusions = {
        row[0]: row[1:4] for row in cells(section(page, "exclusions"), "Permanent exclusions and suspensions")[1:]
    }
    rates = [
        [cell.split(" ")[0] for cell in exclusions[f"{name} (per 100 pupils)"]]
        for name in ("Suspensions", "Permanent exclusions")
    ]
    assert rates == [["2.28", "3.09", "2.08"], ["0.09", "0.00", "0.03"]]


def test_the_printed_figure_that_cannot_be_is_shown_as_printed_with_both_readings(page):  # T8.1
    held = plain(section(page, "exclusions").select_one(".card.held").get_text(" "))
    assert "20.8" in held and "2.08" in held and "per 1,000" in held


def test_the_key_says_better_at_and_worse_in_word_and_shape(page):  # T6
    shown = plain(section(page, "attendance").get_text(" "))
    assert "▲ clearly better" in shown and "no mark" not in shown
    key = plain(section(page, "summary").get_text(" "))
    assert "filled where it is clear (▲ ▼), hollow where it could be chance (△ ▽: perhaps not)" in key


def test_the_totals_of_the_document(page, annex):
    assert len(page.select("[id*='-target-']")) == 22
    assert len(section(page, "safeguarding").select("li[id*='text-p']")) == 12
    survey = cells(section(annex, "safeguarding"), "Pupil survey")[1:]
    assert [row[1] for row in survey] == ["96%", "99%", "100%"]
    priorities = section(page, "key-priorities")
    assert len(priorities.select("[id*='priority-']")) == 16
    assert len([t for t in priorities.find_all("table") if plain(t.caption.get_text()).startswith("Priorities:")]) == 6


@pytest.mark.parametrize("row", rows_of("priorities"), ids=lambda row: row["id"])
def test_every_priority_row_is_whole(page, row):  # K1 to K16
    shown = plain(section(page, "key-priorities").get_text(" "))
    for column in ("focus_area", "target", "strategies", "monitoring", "responsibilities"):
        for part in row[column].split(" | "):
            assert plain(part) in shown, part
