"""Page one: exceptions only, the most important first, on one page."""

import itertools
import re
from pathlib import Path

import pytest

from symphony_analysis.analysis import open_analysis
from symphony_analysis.wording.summary import attention

DATA = Path(__file__).resolve().parents[1] / "data"
pytestmark = pytest.mark.usefixtures("shipped_tables")


@pytest.fixture(scope="module")
def cards():
    html = attention(open_analysis("2024/25", "2026-04-30", school="Glen Hills", data_dir=DATA))
    return {re.search(r"<h3>(.*?)</h3>", part)[1]: part for part in html.split("<section")[1:]}


@pytest.mark.parametrize("title", ["Where England does better", "What moved clearly since last year"])
def test_a_card_has_six_lines_and_counts_the_rest(cards, title):
    lines = re.findall(r"<li.*?</li>", cards[title])
    assert len(lines) == 7
    assert re.search(r"and \w+ more, in the sections", lines[-1])


def test_what_moved_most_stands_first(cards):
    lines = re.findall(r"<li.*?</li>", cards["What moved clearly since last year"])[:-1]
    pairs = [re.findall(r">([\d.]+)%<", line) for line in lines]
    moved = [abs(float(now) - float(before)) for now, before in pairs]
    # Printed figures are rounded: a tie in the unrounded ones may look like a point either way.
    assert all(one >= other - 1 for one, other in itertools.pairwise(moved))
    assert moved[0] > moved[-1]


def test_what_is_worse_this_year_stands_before_what_was_worse(cards):
    lines = re.findall(r"<li.*?</li>", cards["Where England does better"])[:-1]
    this_year = ["2024/25" in line for line in lines]
    assert this_year == sorted(this_year, reverse=True) and this_year[0]
