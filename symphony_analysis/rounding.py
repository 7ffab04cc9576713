"""Rounding and number formatting, once: half away from zero, at display only."""

import math
from decimal import ROUND_HALF_UP, Decimal

# Sums of binary fractions carry noise near the fifteenth digit; without this a true 61.5 can arrive as
# 61.49999999999999 and round the wrong way.
_NOISE = 9


def half_away(value: float, decimals: int) -> Decimal:
    """The value as displayed: rounded once, half away from zero. Raises ValueError for a missing value."""
    if value is None or math.isnan(value):
        raise ValueError("a missing value cannot be rounded; show its symbol")
    exact = Decimal(repr(round(float(value), _NOISE)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def number(value: float, decimals: int, sign: bool = False) -> str:
    """The value as text with a thousands comma and a true minus sign; ``sign`` writes + for a gain."""
    rounded = half_away(value, decimals)
    text = f"{abs(rounded):,}"
    if rounded < 0:
        return f"\N{MINUS SIGN}{text}"
    return f"+{text}" if sign and rounded > 0 else text
