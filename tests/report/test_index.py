"""The list of reports: years, editions, status, and what the last run changed."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup

from symphony_analysis.report import write_index
from symphony_analysis.report.index import KEPT, changes, versions


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    for name, year, edition in [("202324", "2023/24", "trustees"), ("202425", "2024/25", "trustees")]:
        shutil.copytree(built, tmp_path / name)
        asked = {"year": year, "edition": edition, "school": "", "as_at": "2026-04-30"}
        (tmp_path / name / "run.json").write_text(json.dumps({"parameters": asked}), encoding="utf-8")
    return tmp_path


def rows(out: Path) -> list[list[str]]:
    write_index(out, "Example & Sons Trust")
    page = (out / "index.html").read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(page)
    soup = BeautifulSoup(page, "html.parser")
    return [[" ".join(c.get_text(" ").split()) for c in tr.find_all(["th", "td"])] for tr in soup.tbody.find_all("tr")]


def test_reports_stand_newest_first_with_edition_day_and_status(out: Path):
    listed = rows(out)
    purpose = "For the board: page one is the summary, the rest gives the evidence."
    names = ("2024/25, Trustees’ edition ● current", "2023/24, Trustees’ edition")
    assert [row[0] for row in listed] == [f"{name} {purpose}" for name in names]
    assert [row[1:3] for row in listed] == [["", "As at 30 April 2026 Demonstration"]] * 2


def test_a_report_is_listed_with_the_first_line_of_its_verdict(out: Path):
    page = out / "202425" / "self-evaluation.html"
    verdict = '<div class="verdict"><p><strong>Clearly better:</strong> phonics (85%)</p><p>Money.</p></div><h1'
    page.write_text(page.read_text(encoding="utf-8").replace("<h1", verdict, 1), encoding="utf-8")
    assert [row[1] for row in rows(out)] == ["Clearly better: phonics (85%)", ""]


def test_the_page_that_says_what_the_folder_is_for_is_neither_listed_nor_touched(out: Path):
    (out / "README.md").write_text("# Reports\n", encoding="utf-8")
    assert len(rows(out)) == 2 and "README" not in (out / "index.html").read_text(encoding="utf-8")
    assert (out / "README.md").read_text(encoding="utf-8") == "# Reports\n"


def test_links_lead_to_files_that_exist(out: Path):
    write_index(out)
    soup = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = [a["href"] for a in soup.main.find_all("a")]
    assert len(links) >= 6
    assert all((out / link).is_file() for link in links)


def test_what_a_run_changed_is_told_until_the_next_change(out: Path):
    write_index(out)
    figures = out / "202425" / "figures.csv"
    figures.write_text(figures.read_text(encoding="utf-8").replace(",4.3,", ",4.4,"), encoding="utf-8")
    moved = "Figures that moved , 2024/25, Trustees’ edition Overall absence, 2024/25"
    told = f"Since the last run: Figures: 1 changed. {moved}"
    assert [rows(out)[0][1] for _ in range(2)] == [told] * 2  # never by how much: one mark may be all of it
    assert rows(out)[1][1] == ""


def test_the_versions_of_a_report_are_kept_for_the_audit_and_no_more_than_a_few(out: Path):
    figures = out / "202425" / "figures.csv"
    for number in range(KEPT + 3):
        figures.write_text(f"{figures.read_text(encoding='utf-8')}\n", encoding="utf-8")
        for _ in range(1 + number % 2):
            write_index(out)
    kept = versions(out, "202425")
    assert [int(path.stem) for path in kept] == list(range(4, KEPT + 4))
    assert kept[-1].read_bytes() == figures.read_bytes() and len(versions(out, "202324")) == 1


def test_school_edition_and_missing_section_are_named(out: Path):
    asked = {"year": "2024/25", "edition": "public", "school": "Newcroft", "as_at": "2026-04-30"}
    record = {"parameters": asked, "missing": ["50_attendance"]}
    (out / "202425" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    first = rows(out)[0]
    assert first[0].startswith("2024/25, Newcroft, public edition ● current For the head and the governing body")
    assert first[2] == "As at 30 April 2026 Demonstration; section not produced: 50_attendance"


@pytest.mark.parametrize(
    ("folder", "listed"),
    [("202425-newcroft-100001", True), ("202425-public-newcroft-100001", True), ("202425-newcroft", False),
     ("202425-newcroft-100009", False), ("202425-ashfield-100002", False)],
)  # fmt: skip
def test_a_school_s_report_is_listed_only_where_a_run_would_write_it(out: Path, folder: str, listed: bool):
    shutil.copytree(out / "202425", out / folder)
    asked = {"year": "2024/25", "edition": "trustees", "school": "Newcroft", "as_at": "2026-04-30"}
    (out / folder / "run.json").write_text(json.dumps({"parameters": asked}), encoding="utf-8")
    left = write_index(out, schools=["-newcroft-100001"])
    assert left == ([] if listed else [folder]) and (out / folder).is_dir()
    assert (f'"{folder}/' in (out / "index.html").read_text(encoding="utf-8")) is listed


@pytest.mark.parametrize("record", ["", "[]", '{"parameters": '])
def test_a_record_that_is_cut_off_keeps_no_report_from_the_list(out: Path, record: str):
    (out / "202324" / "run.json").write_text(record, encoding="utf-8")
    assert [row[0].split(",")[0] for row in rows(out)] == ["2024/25", "202324"]


def test_changes_count_moved_new_and_gone_figures_and_name_the_trusts_own():
    before = {("a", "202425", "Trust", "", "all"): "1", ("b", "202425", "School", "1", "all"): "2"}
    now = {("a", "202425", "Trust", "", "all"): "[c]", ("d", "202425", "School", "1", "all"): "3"}
    change = changes(before, now)
    assert change.sentence == "Figures: 1 changed, 1 new, 1 gone."
    assert change.moved == ("a, 2024/25: hidden now",)
    assert changes(now, before).moved == ("a, 2024/25: no longer hidden",)
    assert changes(now, now).sentence == ""


def test_a_list_that_is_refused_takes_no_ones_place(out: Path):
    write_index(out, "Before")
    before = (out / "index.html").read_bytes()

    def refuse(folder: Path) -> None:
        assert [path.name for path in folder.iterdir()] == ["index.html"]
        raise ValueError("not this one")

    with pytest.raises(ValueError, match="not this one"):
        write_index(out, "After", examine=refuse)
    assert (out / "index.html").read_bytes() == before


def test_two_runs_write_the_list_one_after_the_other(out: Path):
    with ThreadPoolExecutor() as several:
        list(several.map(lambda name: write_index(out, name, examine=lambda _: time.sleep(0.3)), ["One", "Other"]))
    assert len(rows(out)) == 2
