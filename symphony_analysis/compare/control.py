"""Whether a series of weeks is steady: the limits of a control chart of single values and their moving range (XmR)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Of fewer points no limits are drawn.
LEAST_POINTS = 12
#: So many successive points on one side of the centre line are a signal.
RUN = 8
_WIDTH = 2.66  # three standard deviations, where the mean moving range of two points estimates 1.128 of them


@dataclass(frozen=True)
class Control:
    """The centre line (the mean), its limits, and which points are signals: beyond a limit, or in a run."""

    centre: float
    low: float
    high: float
    signals: np.ndarray


def control(values: np.ndarray) -> Control | None:
    """The control limits of a series of rates in per cent, none of them missing; None for fewer than 12.

    The limits are three standard deviations as the moving range gives them: the scatter of the weeks themselves, and
    not that of pupils, whose sessions of one week go together. They are worked out a second time without the weeks
    beyond the first ones, so that one week does not hide the others. A run is 8 points on one side of the centre line.
    """
    if len(values) < LEAST_POINTS:
        return None
    first = _limits(values)
    centre, low, high = _limits(values[(values >= first[1]) & (values <= first[2])])
    side = np.sign(values - centre)
    signals = (values < low) | (values > high)
    for start in range(len(values) - RUN + 1):
        if abs(side[start : start + RUN].sum()) == RUN:
            signals[start : start + RUN] = True
    return Control(centre, low, high, signals)


def _limits(values: np.ndarray) -> tuple[float, float, float]:
    centre, spread = float(values.mean()), _WIDTH * float(np.abs(np.diff(values)).mean())
    return centre, max(centre - spread, 0.0), min(centre + spread, 100.0)
