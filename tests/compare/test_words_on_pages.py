"""No table, sentence, chart or text alternative says more of a figure than rule 2 clears: all measures, all groups."""

import re
from pathlib import Path

import pytest

from symphony_analysis import charts, compare, tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.display import THAN
from symphony_analysis.figure import figure_id
from symphony_analysis.measures import MEASURES
from symphony_analysis.wording.sentences import conclude

DATA = Path(__file__).resolve().parents[2] / "data"
TELLING = re.compile(r"\b(better|worse|above|below|wider|narrower|moved|changed|up from|down from|higher|lower)\b")
GROUPS = [(name, group) for name, m in MEASURES.items() for group in m.pupil_groups if m.pooled]
pytestmark = pytest.mark.usefixtures("shipped_tables")


@pytest.fixture(scope="module")
def figures():
    return open_analysis("2024/25", "2026-04-30", "internal", data_dir=DATA).figures()


@pytest.fixture(scope="module")
def words(figures):
    """The word of each figure by id; of pooled ones too."""
    told = {figure_id(row): row for row in figures.frame.itertuples()}
    pooled = {f"{figure_id(row)}.pooled": row for row in figures.context.pooled().itertuples()}
    return told | pooled


def plain(html):
    return re.sub(r"<[^>]+>", "", str(html)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_cells_of_every_table_carry_the_word_of_their_own_figure(figures, words):
    seen = 0
    for name, group in GROUPS:
        page = str(tables.three_years(figures, name, groups=(group,)))
        page += str(tables.by_school(figures, name, group=group))
        for identity, cell in re.findall(r'data-figure="([^"]+)"[^>]*>(.*?)</td>', page, re.S):
            if identity in words and (found := TELLING.findall(plain(cell))):
                assert words[identity].comparison in compare.MARKED and found == [words[identity].comparison.split()[1]]
                seen += 1
    assert seen > 60  # only figures beyond chance are marked


def test_sentences_say_up_or_down_and_better_or_worse_only_beyond_chance(figures, words):
    seen = 0
    for name, group in GROUPS:
        for line in re.findall(r"<li>(.*?)</li>", str(conclude(figures, name, groups=(group,)))):
            now, *others = (words[i] for i in re.findall(r'data-figure="([^"]+)"', line) if i in words)
            said = plain(line).removeprefix(MEASURES[name].label)
            assert (("better" in said) or ("worse" in said)) == (now.comparison in compare.MARKED)
            assert now.comparison not in THAN or f", {now.comparison}" in said
            before = [row for row in others if row.time_period < now.time_period]
            moved = bool(before) and compare.differ(now, before[0])
            assert ("up from" in said or "down from" in said) == moved
            seen += moved
    assert seen > 3


@pytest.mark.parametrize(
    "draw",
    [
        charts.funnel,
        charts.trend,
        pytest.param(charts.schools, marks=pytest.mark.slow),
    ],
)
def test_titles_and_alternatives_of_charts_of_schools_and_trends(figures, draw):
    for name, group in GROUPS:
        if not MEASURES[name].kind:
            continue
        chart = draw(figures, name, group=group)
        rows = figures.rows(measure=name, pupil_group=group)
        marked = set(rows["comparison"]) & set(compare.MARKED)
        said = f"{chart.headline} {chart.alt}".replace(charts.words.title(MEASURES[name]), "")
        found = set(TELLING.findall(said)) & {"better", "worse", "above", "below", "moved", "changed"}
        assert found <= {word.split()[1] for word in marked}, (name, group, said)


def test_a_gap_is_wider_or_narrower_only_beyond_chance(figures):
    seen = 0
    for name in (n for n, m in MEASURES.items() if {"disadvantaged", "other"} <= set(m.pupil_groups) and m.kind):
        rows = figures.rows(measure=name, geographic_level="Trust", pupil_group=("disadvantaged", "other"))
        rows = rows[rows["value"].notna()].sort_values(["time_period", "pupil_group"])
        pairs = [tuple(pair.itertuples()) for _, pair in rows.groupby("time_period") if len(pair) == 2]
        clear = len(pairs) > 1 and compare.gaps_differ(pairs[-1], pairs[0])
        said = charts.gap_trend(figures, name).headline
        assert bool(re.search("wider|narrower", said)) == clear, (name, said)
        seen += 1
    assert seen > 10
