"""Every page of a report, read as a reader reads it: no word of direction that rule 2 does not clear."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from symphony_analysis import compare
from symphony_analysis.analysis import open_analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.trust import RULES
from tests.people.copies import ROOT, for_a_run

TELLING = re.compile(
    r"\b(better|worse|above|below|wider|narrower|moved|changed|up from|down from|rose|fell|clear rise|clear fall)\b"
)
#: What people wrote, and what the program says of it: statements, targets and printed figures have tests of their own.
QUOTED = "style, script, nav, .said, blockquote, table.priorities, .words th, " + ", ".join(
    f"[data-figure^='{kind}.']" for kind in ("claim", "target", "printed", "evidence")
)
#: Methods, definitions and questions, which speak of no figure; a balance below zero; the question of page one that
#: test_board holds to the figures; and counts of words that other tests count again.
STANDING = re.compile(
    r"^(Intervals\. Exact binomial|DfE's value-added score|(Reading|Writing|Maths): progress from key stage 1|"
    r"Worse · England · better|In percentage points|Does the support between our schools|Revenue reserves|"
    r"Strands beside a judgement|Our figures: |Line: our years|Dot: the difference|Per cent; balance|"
    r"In-year balance as a share of income, |Our other pupils do better than England|"
    r"\d{4}/\d\d, the trust against England)"
)
PAGES = ("self-evaluation.html", "annex.html", "board-summary.html")
#: The public edition has a notebook of its own, and no board summary.
PUBLIC_PAGES = PAGES[:2]
BLOCKS = ["p", "li", "figcaption", "td", "th", "dd", "dt", "h2", "h3", "h4", "caption", "summary"]


def blocks(page):
    """Each piece of text with a word of direction, with the ids of the figures in it."""
    for quoted in page.select(QUOTED):
        quoted.decompose()
    for block in page.find_all(BLOCKS):
        text = re.sub(r"\s+", " ", block.get_text(" ", strip=True))
        text = text.replace("No headline measure is clearly worse", "")
        if block.find(BLOCKS) is None and TELLING.search(text) and not STANDING.search(text):
            tags = [block, *block.select("[data-figure]"), *block.find_parents(attrs={"data-figure": True})]
            ids = [str(tag["data-figure"]) for tag in tags if tag.has_attr("data-figure")]
            if not any(name.endswith(tuple(RULES)) for name in ids):  # another rule of who counts: test_who_counts
                yield text, ids


def cleared(analysis):
    """The words that the figures of a block may have: by its ids."""
    figures = analysis.figures()
    frame, pooled = figures.frame, figures.context.pooled()
    rows = {figure_id(row): row for row in frame.itertuples()}
    words = {name: {row.comparison} for name, row in rows.items()}
    for row in pooled.itertuples():
        words.setdefault(figure_id(row), set()).add(row.comparison)

    def of(ids):
        bases = [".".join(name.split(".")[:4]) for name in ids]
        said = set().union(*(words.get(base, set()) for base in bases))
        for name in ids:
            measure, year, _, group, *detail = [*name.split("."), "", ""][:6]
            if "schools" in detail:
                schools = frame[(frame["measure"] == measure) & (frame["pupil_group"] == group)]
                said |= set(schools.loc[schools["time_period"].astype(str) == year, "comparison"])
        found = {side for word in said & set(compare.MARKED) for side in ("better", "worse") if side in word}
        for base in bases:
            for other in bases:
                pair = rows.get(base), rows.get(other)
                if None not in pair and base != other and compare.differ(*pair):
                    found |= {"up from", "down from", "clear rise", "clear fall"}
        return found

    return of


def unclear(folder, analysis):
    """The texts of a report whose words no figure in them clears."""
    may, seen, found = cleared(analysis), 0, []
    for name in PUBLIC_PAGES if analysis.edition == "public" else PAGES:
        page = BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")
        for text, ids in blocks(page):
            seen += 1
            if not set(TELLING.findall(text)) <= may(ids):
                found.append((name, text, ids))
    return seen, found


@pytest.mark.parametrize("year", ["2022/23", "2023/24", "2024/25"])
def test_no_page_of_the_trustees_says_more_than_its_figures_bear(released, year):
    analysis = open_analysis(year, "2026-04-30", data_dir=ROOT / "data")
    seen, found = unclear(released / analysis.year.folder, analysis)
    assert seen > 20 and found == []


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_no_page_of_another_edition_says_more_than_its_figures_bear(tmp_path, edition):
    words = [sys.executable, "-m", "symphony_analysis", "run", "--year", "2024/25", "--edition", edition]
    done = subprocess.run(
        [*words, "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, env=for_a_run()
    )
    assert done.returncode == 0, done.stderr
    (folder,) = (path.parent for path in Path(tmp_path).rglob("self-evaluation.html"))
    analysis = open_analysis("2024/25", "2026-04-30", edition, data_dir=ROOT / "data")
    seen, found = unclear(folder, analysis)
    assert seen > 3 and found == []
