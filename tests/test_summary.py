"""Page one: exceptions only, the most important first, on one page."""

import re
from pathlib import Path

import pytest

from symphony_analysis.analysis import open_analysis
from symphony_analysis.wording.summary import attention

DATA = Path(__file__).resolve().parents[1] / "data"
pytestmark = pytest.mark.usefixtures("shipped_tables")


@pytest.fixture(scope="module")
def cards():
    html = attention(open_analysis("2024/25", "2026-04-30", "internal", data_dir=DATA))
    return {re.search(r"<h3>(.*?)</h3>", part)[1]: part for part in html.split("<section")[1:]}


def test_what_changed_is_told_beside_englands_change_and_only_beyond_chance(cards):
    card = cards["What clearly changed since last year"]
    told = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li>(.*?)</li>", card)]
    assert told[0] == "Reading: average scaled score: 108, +1.9 (+0.9 to +2.8); England +1.0"
    less = "\N{MINUS SIGN}"
    assert told[1] == f"Persistent absence: 8.6%, {less}2.9 ({less}4.5 to {less}1.4); England {less}1.6"
    assert told[2] == "Reading: higher standard: 39%, +9.4 (+3.4 to +15.3); England +5.0"
    assert len(told) == 3


def test_a_school_is_named_only_where_chance_would_not_do_it(cards):
    card = cards["Schools clearly worse than England"]
    told = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<li>(.*?)</li>", card)]
    assert "Donisthorpe: Persistent absence 20.4% 2022/23 to 2024/25, England 14.6%." in told
    assert "Donisthorpe: Severe absence 2.8% 2022/23 to 2024/25, England 0.8%." in told
    assert not any("Thythorn" in line for line in told), "it joined later"


def test_the_trusts_own_figures_that_are_not_clearly_worse_are_not_on_page_one(cards):
    """Disadvantaged pupils at the expected standard, 45% against 46%, are no finding."""
    assert "Where England does clearly better" not in cards
    assert not any("disadvantaged" in part for title, part in cards.items() if "England" in title)
