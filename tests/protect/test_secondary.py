"""Every secondary suppression of the shipped data is needed: shown again, it gives a hidden figure away."""

from __future__ import annotations

import numpy as np
import pytest

from symphony_analysis import protect
from symphony_analysis.measures import MEASURES
from symphony_analysis.protect.blocks import block_of, blocks
from symphony_analysis.protect.exposure import Examined, View, gives_away


def _secondary(name, analysis, editions, truth):
    """Block by block what an edition shows, and the cells that it hides beside those that must be hidden.

    Of the public edition those that the trustees' edition does not hide already: one of these shown again is in the
    union of both what it is in the trustees' edition alone.
    """
    limits, figures = protect.Thresholds.of(name, analysis.trust.settings), truth.reset_index()
    frames = {each: editions[each].reindex(truth.index) for each in ("trustees", name)}
    needed = np.logical_or(*protect.primary.primary(figures, MEASURES, limits)).to_numpy()
    if name != "trustees":
        needed = needed | frames["trustees"]["symbol"].eq("c").to_numpy()
    frame = frames[name]
    seen, worded = (frame["symbol"].ne("c") & frame["value"].notna()).to_numpy(), frame["words"].ne("").to_numpy()
    for block in blocks(figures, MEASURES):
        shown, told, own = (np.where(block.stands, rows[block.row], False) for rows in (seen, worded, needed))
        yield block, View(shown, told), [(*map(int, cell),) for cell in np.argwhere(block.stands & ~shown & ~own)]


@pytest.mark.parametrize(("edition", "least"), [("trustees", 850), ("public", 20)])
@pytest.mark.parametrize(
    "step", [pytest.param(60, id="one in sixty"), pytest.param(1, id="every one", marks=pytest.mark.slow)]
)
def test_showing_any_secondary_figure_again_makes_the_audit_fail(analysis, editions, truth, edition, least, step):
    """No block knows of another, so the audit of the whole release fails where that of the figure's own block does."""
    limits = protect.Thresholds.of(edition, analysis.trust.settings)
    tried = 0
    for block, view, cells in _secondary(edition, analysis, editions, truth):
        needless = [c for c in cells[::step] if not gives_away(block, view, c, limits, analysis._printed)]
        assert not needless, [(block.measures[m].name, block.year, g, block.places[p]) for m, g, p in needless]
        tried += len(cells[::step])
    assert tried > least / step


def test_what_is_asked_of_some_figures_is_found_among_all_of_them(analysis, editions, truth):
    """The figures beside one shown again are asked first: what they give is the audit's own finding, to the letter."""
    limits = protect.Thresholds.of("trustees", analysis.trust.settings)
    compared = 0
    for block, view, cells in _secondary("trustees", analysis, editions, truth):
        for m, g, p in cells[5:6]:
            shown, beside = view.shown.copy(), np.zeros_like(view.shown)
            shown[m, g, p] = beside[m, g, :] = beside[m, :, p] = True
            examined = Examined(block, View(shown, view.worded), limits, analysis._printed)
            some = {(cell, anyway) for cell, _, anyway in examined.narrow(beside)}
            every = {(cell, anyway) for cell, _, anyway in examined.narrow() if beside[cell[:3]]}
            assert some == every
            compared += len(some)
    assert compared > 15


def test_a_block_gives_away_nothing_of_another(analysis, editions, truth):
    """Two blocks looked at together: what is found of each is what is found of it alone, with the other or without."""
    limits = protect.Thresholds.of("trustees", analysis.trust.settings)
    figures, shown = truth.reset_index(), editions["trustees"].reindex(truth.index).reset_index()
    names = {block_of(m) for m in MEASURES.values()} & {"phonics", "mtc"}
    assert len(names) == 2
    found = {}
    for held in (names, *({name} for name in names)):
        declared = {n: m for n, m in MEASURES.items() if block_of(m) in held}
        some = figures[figures["measure"].isin(declared)]
        opened = shown[shown["measure"].isin(declared)].copy()
        opened["symbol"] = ""  # everything told in words or not at all is shown again but the numbers of few pupils
        few = some["pupils"].between(1, 5).to_numpy()
        opened.loc[few, "symbol"] = "c"
        opened.loc[~few, "value"] = some.loc[~few, "value"]
        edition = protect.Protected(opened, declared, "trustees")
        found[frozenset(held)] = protect.audit([edition], some, declared, limits, analysis._printed)
    both = found.pop(frozenset(names))
    assert set(both.findings) == {finding for each in found.values() for finding in each.findings}
    assert len(both.findings) > 50
