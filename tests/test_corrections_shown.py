"""A correction shows both values on the page, and nothing is edited in place."""

import shutil
from pathlib import Path

from bs4 import BeautifulSoup

from symphony_analysis import tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.issues.tracing.trace import trace
from tests.issues.orphans import orphans

ROOT = Path(__file__).parent.parent


def test_both_values_stand_on_the_page(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    raw = (data / "raw" / "202425" / "finance.csv").read_bytes()
    header = raw.decode().splitlines()[0].split(",")
    lines = raw.decode().splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("137932,"))  # Glen Hills, a member
    received = lines[at].split(",")[header.index("TeachersFTE")]
    (data / "corrections.csv").write_text(
        "file,row,column,raw_value,corrected_value,reason,role,date\n"
        f"raw/202425/finance.csv,{at + 1},TeachersFTE,{received},19.5,Supply teachers were counted,CFO,2026-02-01\n",
        encoding="utf-8",
    )
    before = open_analysis("2024/25", "2026-04-30", data_dir=ROOT / "data").figures("finance").frame
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=data)
    after = analysis.figures("finance").frame
    page = tables.corrections(analysis)
    assert received in page and "19.5" in page
    assert "Supply teachers were counted (CFO, 1 February 2026)" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert orphans(BeautifulSoup(page, "html.parser"), []) == []
    identity = f"correction.raw/202425/finance.csv.{at + 1}.TeachersFTE"
    assert f'data-figure="{identity}"' in page
    assert trace(analysis, identity)[0] == f"{identity}: {received} as received, 19.5 as corrected"
    year_before = open_analysis("2023/24", "2026-04-30", data_dir=data)
    assert "No cell of any file was corrected" in tables.corrections(year_before)
    moved = after[after["value"].ne(before["value"]) & after["value"].notna()]
    assert set(moved["measure"]) == {"pupil_teacher_ratio"}
    assert set(moved["geographic_level"]) == {"School", "Trust"}
    assert (data / "raw" / "202425" / "finance.csv").read_bytes() == raw


def test_without_corrections_the_page_says_so():
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=ROOT / "data")
    assert "No cell of any file was corrected" in tables.corrections(analysis)
