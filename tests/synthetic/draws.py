"""Seeded draws and whole-number arithmetic: the same numbers on every machine, no clock, no search.

Only ``Generator.random`` is used (its stream is the most stable part of numpy's), and noise is a sum of
uniforms, so that no result hangs on the last bit of a logarithm.
"""

from __future__ import annotations

import zlib

import numpy as np

_SEED = 16329  # the trust's group UID: any fixed number would do


def stream(*parts: object) -> np.random.Generator:
    """The random stream for one school, year and file: named, so that no file's rows move another's."""
    return np.random.default_rng([_SEED, zlib.crc32("|".join(map(str, parts)).encode())])


def noise(uniforms: np.ndarray) -> np.ndarray:
    """Bell-shaped noise with mean 0 and standard deviation 1, from four uniforms a row."""
    total = uniforms[..., 0] + uniforms[..., 1] + uniforms[..., 2] + uniforms[..., 3]
    return (total - 2.0) * 3.0**0.5


def rounded(value: float) -> int:
    """The whole number nearest to a value that is not negative, halves upwards."""
    return int(np.floor(value + 0.5))


def share_out(total: int, weights, caps=None) -> np.ndarray:
    """Split a whole total in proportion to weights (largest remainder), nowhere above its cap."""
    weights = np.asarray(weights, dtype=float)
    caps = np.full(len(weights), total) if caps is None else np.asarray(caps)
    if total > caps.sum():
        raise ValueError(f"{total} do not fit under caps that add up to {caps.sum()}")
    exact = total * weights / weights.sum()
    shares = np.minimum(np.floor(exact).astype(int), caps)
    while shares.sum() < total:
        wanting = np.where(shares < caps, exact - shares, -np.inf)
        shares[np.argmax(wanting)] += 1
    return shares


def lowest(scores: np.ndarray, count: int) -> np.ndarray:
    """A mask of the ``count`` smallest scores."""
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[np.argsort(scores, kind="stable")[:count]] = True
    return chosen


def highest(scores: np.ndarray, count: int) -> np.ndarray:
    """A mask of the ``count`` largest scores."""
    return lowest(-np.asarray(scores, dtype=float), count)


def moved_to_total(values, low, high, total: int, order: np.ndarray) -> np.ndarray:
    """Whole values moved one at a time, in the given order, until they add up to ``total`` within bounds."""
    values = np.clip(np.asarray(values, dtype=int), low, high)
    low, high = np.broadcast_to(low, values.shape), np.broadcast_to(high, values.shape)
    turn = np.argsort(order, kind="stable")
    while (missing := total - int(values.sum())) != 0:
        free = (values < high) if missing > 0 else (values > low)
        movable = turn[free[turn]][: abs(missing)]
        if len(movable) == 0:
            raise ValueError(f"the total {total} cannot be reached: {missing} left over")
        values[movable] += 1 if missing > 0 else -1
    return values
