"""Confidence limits and p values by kind of measure; each pair comes from one method, so the two never disagree.

Shares of pupils: exact binomial, mid-p; where none or all of fewer than 30 pupils are counted, the whole of that
outcome and not half of it. Events: Poisson in the same way, on count and limits divided by their overdispersion. Means,
and sessions over sessions with pupils as units: t with one degree of freedom fewer than pupils. All functions take
arrays and are pure.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

Array = np.ndarray
_STEPS = 100
_SMALL = 30  # below it half of the outcome "all of them" would mark 1 school in 28 at England's 80%, 15 pupils


def share_tail(chance: Array, count: Array, pupils: Array) -> Array:
    """The probability of this count or more (half of the count itself) among pupils who each have this chance."""
    inside = (count > 0) & (count < pupils)
    x, rest = np.where(inside, count, 1.0), np.where(inside, pupils - count, 1.0)
    middle = (scipy.special.betainc(x, rest + 1, chance) + scipy.special.betainc(x + 1, rest, chance)) / 2
    weight = np.where(pupils < _SMALL, 1.0, 0.5)
    ends = np.where(count >= pupils, weight * chance**pupils, 1 - weight * (1 - chance) ** pupils)
    return np.where(inside, middle, ends)


def share_limits(count: Array, pupils: Array, level: float = 0.95) -> tuple[Array, Array]:
    """The limits, from 0 to 1, of the chance behind ``count`` of ``pupils``."""
    # The same few counts stand in most rows: each is solved once.
    pairs, place = np.unique(np.stack([count, pupils]), axis=1, return_inverse=True)
    x, n = pairs
    z = scipy.special.ndtri((1 + level) / 2)
    middle, half = (x + z * z / 2) / (n + z * z), z * np.sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)

    def solved(tail: float, start: Array) -> Array:
        return _solved(lambda p: share_tail(p, x, n), tail, np.clip(start, 1e-9, 1 - 1e-9), np.ones_like(x))

    low = np.where(x > 0, solved((1 - level) / 2, middle - half), 0.0)
    high = np.where(x < n, solved((1 + level) / 2, middle + half), 1.0)
    return low[place.ravel()], high[place.ravel()]


def share_at(chance: Array, pupils: Array, tail: float) -> Array:
    """The count, not a whole number, at which ``share_tail`` has this value: found by halving."""
    low, high = np.zeros_like(pupils), pupils.astype(float)
    for _ in range(60):
        middle = (low + high) / 2
        more = share_tail(chance, np.clip(middle, 1e-9, pupils - 1e-9), pupils) > tail
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return (low + high) / 2


def events_tail(expected: Array, count: Array) -> Array:
    """The Poisson probability of this count or more (half of the count itself) where so many are expected."""
    x = np.where(count > 0, count, 1.0)
    middle = (scipy.special.gammainc(x, expected) + scipy.special.gammainc(x + 1, expected)) / 2
    return np.where(count > 0, middle, -np.expm1(-expected))


def events_limits(count: Array, level: float = 0.95) -> tuple[Array, Array]:
    """The limits of the number of events to be expected, behind ``count`` that came."""
    z = scipy.special.ndtri((1 + level) / 2)
    top = count + 12 + 12 * np.sqrt(count + 1)

    def solved(tail: float, start: Array) -> Array:
        return _solved(lambda mean: events_tail(mean, count), tail, start, top)

    low = np.where(count > 0, solved((1 - level) / 2, np.maximum(np.sqrt(count) - z / 2, 0.1) ** 2), 0.0)
    return low, solved((1 + level) / 2, (np.sqrt(count + 1) + z / 2) ** 2)


def _solved(tail: Callable[[Array], Array], wanted: float, start: Array, top: Array) -> Array:
    """Where a tail that grows from 0 to ``top`` has this value: secant steps, halving where one leaves the bracket."""
    low, high, here = np.zeros_like(start), top.astype(float), start
    before, was = np.zeros_like(start), np.full_like(start, -wanted)
    for _ in range(_STEPS):
        over = tail(here) - wanted
        low, high = np.where(over < 0, here, low), np.where(over < 0, high, here)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = here - over * (here - before) / (over - was)
        then = np.where((step > low) & (step < high), step, (low + high) / 2)
        before, was, here = here, over, np.where(over == 0, here, then)
        if np.all(np.abs(here - before) <= 1e-11 * np.maximum(top, 1)):
            break
    return here


def both_sides(tail: Array, count: Array, most: Array | float = np.inf) -> Array:
    """The p value of a tail: twice the smaller side, at most 1; of none, or of all, there is one side only."""
    side = np.where(count <= 0, 1 - tail, np.where(count >= most, tail, np.minimum(tail, 1 - tail)))
    return np.minimum(2 * side, 1.0)


def t_half(error: Array, units: Array, level: float = 0.95) -> Array:
    """Half the width of an interval round a mean of so many units, given its standard error."""
    return scipy.special.stdtrit(units - 1, (1 + level) / 2) * error


def t_chance(distance: Array, error: Array, units: Array) -> Array:
    """The p value of a distance from a known figure, given the standard error of a mean of so many units."""
    return 2 * scipy.special.stdtr(units - 1, -np.abs(distance) / error)


def difference_limits(value: Array, low: Array, high: Array, other: Array, other_low: Array, other_high: Array):
    """The limits of a difference of two independent figures from their own limits (Newcombe's method for two shares;
    the sum of the variances where limits are symmetric), and the p value that agrees with them."""
    gap = value - other
    down = np.sqrt((value - low) ** 2 + (other_high - other) ** 2)
    up = np.sqrt((high - value) ** 2 + (other - other_low) ** 2)
    towards_zero = np.where(gap > 0, down, up)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = 2 * scipy.special.ndtr(-scipy.special.ndtri(0.975) * np.abs(gap) / towards_zero)
    return gap - down, gap + up, chance


def counts_differ(count: float, other: float) -> bool:
    """Do two counts of events differ by more than chance alone would let them (95%)? NaN says no."""
    both = np.array([count + other])
    return bool(both_sides(share_tail(np.array([0.5]), np.array([count]), both), np.array([count]), both)[0] < 0.05)


def count_differs(count: float, expected: float) -> bool:
    """Does a count of events differ from the number to be expected by more than chance (95%)? NaN says no."""
    counted = np.array([count])
    return bool(both_sides(events_tail(np.array([expected]), counted), counted)[0] < 0.05)


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
