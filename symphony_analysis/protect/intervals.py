"""What subtraction leaves open: how widely a hidden count may still lie, from totals and the cells shown beside it."""

from __future__ import annotations

import numpy as np

from symphony_analysis.protect.blocks import Block, unbanded, word_range
from symphony_analysis.protect.thresholds import Thresholds

_TOLERANCE = 1e-6
_SPARE = 1.15  # outcomes bound one another; this much more room in each by itself leaves enough in all together


class Reader:
    """A careful reader of one block, who knows the counts behind every figure shown.

    Works column by column with sums; the audit repeats it with everything at once.
    """

    def __init__(self, block: Block, worded: np.ndarray, limits: Thresholds) -> None:
        self.block, self.worded, self.limits = block, worded, limits

    def too_narrow(self, hidden: np.ndarray, m: int, g: int, kind: str) -> np.ndarray:
        """By place: is the hidden count of this measure and group left less room than it must have?"""
        counts = self.block.counts[kind][m, g]
        cells = self.unknown(hidden, m, g, kind) & self.block.stands[m, g] & ~np.isnan(counts)
        if not cells.any():
            return cells
        low, high = self._own(hidden, m, g, kind)
        trust_hidden = bool(cells[-1])
        left = self._room(counts, cells, low, high, trust_hidden, m, g)
        whole = self._room(counts, self.block.stands[m, g] & ~np.isnan(counts), low, high, trust_hidden, m, g)
        need = np.minimum(self._pupils(m, kind) * self._each(m, g, kind), whole)
        if kind == "numerator":
            need = np.minimum(need * _SPARE, whole)
        return cells & (left < need - _TOLERANCE)

    def unknown(self, hidden: np.ndarray, m: int, g: int, kind: str) -> np.ndarray:
        """By place: a size is known as soon as one measure that counts the same pupils is shown."""
        if kind == "numerator":
            return hidden[m, g]
        alike = self.block.same_column(m, kind)
        return (hidden[alike, g] | ~self.block.stands[alike, g]).all(axis=0)

    def _own(self, hidden: np.ndarray, m: int, g: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Bounds of each place from its own figures: a part is at most its whole, words give a range."""
        block = self.block
        size = len(block.places)
        low, high = np.zeros(size), np.full(size, np.inf)
        if kind == "numerator" and block.signed[m]:
            return np.full(size, -np.inf), high
        counts = block.counts[kind][m]
        whole = block.group("all")
        if g != whole:
            shown = block.stands[m, whole] & ~self.unknown(hidden, m, whole, kind)
            high = np.where(shown, counts[whole], np.inf)
        if kind == "pupils":
            low = low + 1.0  # a group without pupils says so
        for place in np.flatnonzero(self.worded[m, g]):
            least, most = word_range(block, (m, g, int(place)), kind, self.limits)
            low[place], high[place] = max(low[place], least), min(high[place], most)
        if kind == "numerator":
            more = unbanded(block, hidden, self.worded, self.limits)[m, g]
            low = np.where(more, self.limits.band_events + 1.0, low)
        return low, high

    def _room(
        self, counts: np.ndarray, cells: np.ndarray, low: np.ndarray, high: np.ndarray,
        open_total: bool, m: int, g: int,
    ) -> np.ndarray:  # fmt: skip
        """How wide each of these cells may lie, given the trust's total less the cells that are not among them."""
        counted, trust = self.block.counted[m, g], len(self.block.places) - 1
        total = counts[trust]
        linked = counted & ~np.isnan(counts)
        if np.isnan(total) or open_total or abs(np.nansum(counts[linked]) - total) > _TOLERANCE:
            return high - low
        inside = cells & linked
        rest = total - counts[linked & ~cells].sum()
        highest = np.where(inside, np.minimum(high, rest - _others(low, inside)), high)
        lowest = np.where(inside, np.maximum(low, rest - _others(high, inside)), low)
        return highest - lowest

    def _pupils(self, m: int, kind: str) -> int:
        events = self.block.measures[m].area == "exclusions" and kind == "numerator"
        return self.limits.band_events if events else self.limits.hide_below

    def _each(self, m: int, g: int, kind: str) -> np.ndarray:
        """What one pupil stands for in a count: 1 for pupils and events, some hundred for sessions and scores."""
        if kind == "pupils" or self.block.measures[m].counts_pupils:
            return np.ones(len(self.block.places))
        with np.errstate(invalid="ignore", divide="ignore"):
            each = self.block.counts[kind][m, g] / self.block.counts["pupils"][m, g]
        return np.nan_to_num(np.abs(each), posinf=0.0)


def _others(values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """For each place the sum of the values of the other places inside; infinite ones stay infinite."""
    finite = np.where(inside & np.isfinite(values), values, 0.0)
    endless = inside & ~np.isfinite(values)
    others_endless = endless.sum() - endless
    sign = np.sign(values[endless][0]) if endless.any() else 0.0
    return np.where(others_endless > 0, sign * np.inf if sign else 0.0, finite.sum() - finite)
