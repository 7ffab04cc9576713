"""The attack: how far can every hidden count of one block still lie, given everything that is known at once?

A linear program over all counts of the block. A solution is a world that a reader cannot tell from the true one, so
the spread of a count over solutions is room that it certainly has; what a few solutions do not settle is minimised
and maximised by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from symphony_analysis.protect.equations import Equations, Terms

_SWEEPS, _FEW = 8, 2
_ROUNDS = 6  # of bounding counts by single rows
_SEED = 7  # the sweeps are the same in every run
TOLERANCE = 1e-4


class Attack:
    """A reader of a block who knows some counts exactly (``known``, unknowns by number) and some rows more."""

    def __init__(
        self, equations: Equations, known: set[int], worded: Sequence[tuple[Terms, float, float]] = ()
    ) -> None:
        truth = np.array(equations.truth)
        self.truth = truth
        self.free = np.array([at for at in range(len(truth)) if at not in known], dtype=int)
        self._place = {int(at): n for n, at in enumerate(self.free)}
        matrix, low, high = equations.matrix(worded)
        fixed = np.array(sorted(known), dtype=int)
        shift = matrix[:, fixed] @ truth[fixed] if len(fixed) else np.zeros(matrix.shape[0])
        loose = matrix[:, self.free]
        used = np.diff(loose.indptr) > 0
        self._rows = loose[used]
        self._low, self._high = (low - shift)[used], (high - shift)[used]
        own = truth[self.free]
        self.low, self.high = own, own
        signed = np.array([equations.signed(int(at)) for at in self.free], dtype=bool)
        cap = np.abs(own) * 10 + 10_000
        self._bounds = Bounds(np.where(signed, -cap, 0.0), cap)
        # Loosened by less than any count: rows that hold exactly must not come out infeasible in the last digit.
        spare = TOLERANCE / 10 * (1 + np.abs(shift[used]) * 1e-6)
        self._constraint = LinearConstraint(self._rows, self._low - spare, self._high + spare)
        self._most = self._outer()

    def ranges(self, targets: Sequence[int], need: np.ndarray) -> np.ndarray:
        """How wide each target may lie: exactly where that is less than it needs, else at least that much.

        What a few worlds have shown to be as wide as single rows allow needs no program of its own.
        """
        at = np.array([self._place.get(t, -1) for t in targets], dtype=int)
        inside = at >= 0
        enough = np.minimum(need, np.where(inside, self._most[at], 0.0))
        self._sweep(at[inside], enough[inside])
        width = np.zeros(len(targets))
        for n in np.flatnonzero(inside):
            width[n] = self.high[at[n]] - self.low[at[n]]
            if width[n] < enough[n] - TOLERANCE:
                width[n] = self._exact(int(at[n]))
            elif enough[n] < need[n]:
                width[n] = enough[n]
        return width

    def most(self, targets: Sequence[int]) -> np.ndarray:
        """How wide each target may lie at the very most, without any program: never less than it does."""
        at = np.array([self._place.get(t, -1) for t in targets], dtype=int)
        return np.where(at >= 0, self._most[at], 0.0)

    def _outer(self) -> np.ndarray:
        """How wide each count may lie at most, as the rows tell one by one: each bounds a count by all its others."""
        low, high = self._bounds.lb.copy(), self._bounds.ub.copy()
        cells = self._rows.tocoo()
        told = cells.data != 0
        row, at, weight = cells.row[told], cells.col[told], cells.data[told]
        for _ in range(_ROUNDS):
            ends = weight * low[at], weight * high[at]
            least, most = np.minimum(*ends), np.maximum(*ends)
            size = self._rows.shape[0]
            up = self._high[row] - (np.bincount(row, least, size)[row] - least)
            down = self._low[row] - (np.bincount(row, most, size)[row] - most)
            first, second = up / weight, down / weight
            np.minimum.at(high, at, np.maximum(first, second))
            np.maximum.at(low, at, np.minimum(first, second))
        return np.maximum(high - low, 0.0)

    def _sweep(self, at: np.ndarray, need: np.ndarray) -> None:
        """Worlds far from one another, in directions of what is not yet known to have its room."""
        random = np.random.default_rng(_SEED)
        before = len(at) + 2 * _FEW
        for sweep in range(_SWEEPS):
            left = np.unique(at[self.high[at] - self.low[at] < need - TOLERANCE])
            if len(left) < _FEW or before - len(left) < _FEW:
                return  # so few left, or gained, that one by one costs no more
            before = len(left)
            signs = np.zeros(len(self.free))
            signs[left] = random.choice([-1.0, 1.0], len(left)) if sweep % 3 else 1.0
            signs[left] /= 1 + np.abs(self.truth[self.free][left])
            self._world(signs)
            self._world(-signs)

    def _exact(self, at: int) -> float:
        objective = np.zeros(len(self.free))
        objective[at] = 1.0
        if not (self._world(objective) and self._world(-objective)):
            return 0.0  # not settled: counted as found out
        return float(self.high[at] - self.low[at])

    def _world(self, objective: np.ndarray) -> bool:
        """Find the world at one end of an objective, and widen what every count is known to reach."""
        done = milp(objective, constraints=self._constraint, bounds=self._bounds)
        if done.status != 0:
            return False
        self.low, self.high = np.minimum(self.low, done.x), np.maximum(self.high, done.x)
        return True
