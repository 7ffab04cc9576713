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

_SWEEPS, _FEW = 8, 6
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

    def ranges(self, targets: Sequence[int], need: np.ndarray) -> np.ndarray:
        """How wide each target may lie: exactly where that is less than it needs, else at least that much."""
        at = np.array([self._place.get(t, -1) for t in targets], dtype=int)
        inside = at >= 0
        self._sweep(at[inside], need[inside])
        width = np.zeros(len(targets))
        for n in np.flatnonzero(inside):
            width[n] = self.high[at[n]] - self.low[at[n]]
            if width[n] < need[n] - TOLERANCE:
                width[n] = self._exact(int(at[n]))
        return width

    def _sweep(self, at: np.ndarray, need: np.ndarray) -> None:
        """Worlds far from one another, in directions of what is not yet known to have its room."""
        random = np.random.default_rng(_SEED)
        for sweep in range(_SWEEPS):
            left = np.unique(at[self.high[at] - self.low[at] < need - TOLERANCE])
            if len(left) < _FEW:
                return
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
