"""Checks of the trust's figures against England's: above, at or above, below, at or below, above by so much.

A figure is clear of England where its 95% interval lies wholly outside what rounds to England's figure.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from symphony_analysis.claims.checks.check import (
    ABOVE,
    AT,
    BELOW,
    Check,
    Figure,
    Known,
    capital,
    check,
    number_from,
    one_of,
    placed,
    points,
    subject,
    years_from,
)
from symphony_analysis.claims.claim import NOT_SHOWN, NOT_TESTED, PARTLY_SHOWN, SHOWN, Claim, Verdict
from symphony_analysis.rounding import number


def _position(claim: Claim, known: Known, told: Mapping[str, Any], side: str, words: str) -> Verdict:
    """Are the figures on the claimed side of England's: in every year, in most comparisons, or all years together?"""
    pairs = [(measure, group) for measure in claim.measures for group in claim.groups]
    years = told.get("years", known.years)
    yearly = [known.figure(measure, year, group) for measure, group in pairs for year in years]
    cells = yearly
    if told.get("in") == "together":
        cells = [whole for pair in pairs if (whole := known.together(*pair)) is not None]
    compared = [cell for cell in cells if cell.position is not None]
    clear = [cell for cell in compared if cell.position == side]
    against = [cell for cell in compared if cell.position not in {side, AT}]
    most = told.get("in") == "most"
    said = f"all years together, {words}" if cells is not yearly else words
    if len(against) * 2 > len(compared) if most else against:
        status, opening = NOT_SHOWN, f"Clearly {_other(side)} England: {placed(against)}."
    elif clear and (len(clear) * 2 > len(compared) if most else len(clear) == max(len(cells), len(pairs))):
        status, opening = SHOWN, _counted(said, clear, compared, cells)
    elif clear or (cells and not most and compared == cells and all(_leans(cell, side, words) for cell in cells)):
        status, opening = PARTLY_SHOWN, _counted(said, clear, compared, cells)
    else:
        status, opening = NOT_TESTED, _undecided(compared)
    parts = [*([_well(yearly, told["well"], side)] if "well" in told else []), *_why_not(cells)]
    parts += [_beside(cells), *([_beside(yearly)] if cells is not yearly else []), *_groups_apart(claim, yearly)]
    better = f"Say where: {words} England in {placed(clear)}." if status == PARTLY_SHOWN and clear else ""
    ids = tuple(cell.id for cell in yearly if not cell.missing)
    return Verdict(status, opening, ids, " ".join(filter(None, parts)), better)


def _other(side: str) -> str:
    return BELOW if side == ABOVE else ABOVE


def _leans(cell: Figure, side: str, words: str) -> bool:
    """Is the figure itself on the side, although chance could have put it there?"""
    gap = round(cell.value - cell.england, 9) * (1 if side == ABOVE else -1)
    return gap > 0 or (gap == 0 and words.startswith("at "))


def _counted(words: str, clear: list[Figure], compared: list[Figure], cells: list[Figure]) -> str:
    if len(clear) == len(cells):
        return f"{capital(words)} England in every comparison, beyond chance."
    made = f" that can be made, of {len(cells)}" if len(compared) < len(cells) else ""
    some = f"{len(clear)} of {'the ' if made else ''}{len(compared)} comparisons"
    every = "the only comparison" if len(compared) == 1 else f"all {len(compared)} comparisons"
    return f"{capital(words)} England beyond chance in {every if len(clear) == len(compared) else some}{made}."


def _undecided(compared: list[Figure]) -> str:
    if not compared:
        return "No figure here has a like national figure."
    if len(compared) == 1:
        return "In line with England as far as one comparison can say."
    gaps = [round(cell.value - cell.england, 9) for cell in compared]
    sides = {ABOVE: sum(gap > 0 for gap in gaps), BELOW: sum(gap < 0 for gap in gaps), "equal": gaps.count(0)}
    told = ", ".join(f"{count} {side}" for side, count in sides.items() if count)
    return f"In line with England: none of {len(compared)} comparisons is clear either way ({told})."


def _well(cells: Iterable[Figure], least: float, side: str) -> str:
    """Where the figure is well above, by the least difference that the claim gives as its reading."""
    far = [cell for cell in cells if cell.position == side and abs(cell.value - cell.england) >= least]
    return f"Well {side}, read as {least:g} points or more: {placed(far) or 'nowhere'}."


def _why_not(cells: Iterable[Figure]) -> list[str]:
    """Why some figures were not compared: "Not yet published: Suspensions in 2024/25."."""
    reasons: dict[str, list[Figure]] = {}
    for cell in cells:
        if cell.position is None:
            why = (cell.note or "no figure of the trust") if cell.missing else cell.comparison
            reasons.setdefault(why, []).append(cell)
    return [f"{capital(why)}: {placed(those)}." for why, those in reasons.items()]


def _groups_apart(claim: Claim, cells: Iterable[Figure]) -> list[str]:
    """How far a group that the claim names with all pupils is from them, in the newest year that shows both."""
    found: dict[tuple[str, str], str] = {}
    shown = {(cell.measure.name, cell.year.code, cell.group): cell for cell in cells if not cell.missing}
    for (name, code, group), cell in sorted(shown.items()) if "all" in claim.groups else []:
        whole = shown.get((name, code, "all"))
        if group != "all" and whole is not None:
            found[name, group] = f"{subject(cell.measure, group)} {cell.told}, all pupils {whole.told} ({cell.year})"
    return [f"Within the trust: {'; '.join(found.values())}."] if found else []


def _beside(cells: Iterable[Figure]) -> str:
    """The figures with England's, measure by measure: "Suspensions: 2.28 against England's 1.81 (2022/23), ..."."""
    lines: dict[str, list[str]] = {}
    for cell in (each for each in cells if not each.missing):
        line = lines.setdefault(subject(cell.measure, cell.group), [])
        whose = "" if line else "England's "
        if cell.england_told and not cell.missing:
            figures = f"{cell.told} against {whose}{cell.england_told}"
        else:
            figures = f"{cell.told}, {cell.comparison}"
        line.append(f"{figures} ({cell.when})")
    return " ".join(f"{about}: {', '.join(figures)}." for about, figures in lines.items())


def _excess(cell: Figure, unit: str) -> float:
    # Nine decimals, as in rounding: 66 against 60 is 10% more, not a hair less.
    return round(cell.value - cell.england if unit == "points" else (cell.value / cell.england - 1) * 100, 9)


def _set_against(cells: Iterable[Figure]) -> str:
    """Figures with England's and the difference: "RWM expected 73, England 63 (+10.3 points, 95% +6.2 to +14.0)"."""
    lines = []
    for cell in cells:
        if cell.missing or pd.isna(cell.england):
            lines.append(f"{_short(cell)}: {cell.note or cell.comparison}")
            continue
        gap, low, high = (
            number(end - cell.england, max(cell.measure.decimals, 1), sign=True)
            for end in (cell.value, cell.interval_low, cell.interval_high)
        )
        limits = f", 95% {low} to {high}" if pd.notna(cell.interval_low) else ""
        lines.append(f"{_short(cell)} {cell.told}, England {cell.england_told} ({gap}{limits})")
    return "; ".join(lines)


def _short(cell: Figure) -> str:
    label = cell.measure.short_label
    return label if cell.group == "all" else f"{label} ({cell.group})"


def _side(name: str, side: str, words: str) -> Check:
    """Is the trust's figure on this side in every year (in=most: most comparisons; in=together: all years pooled)?"""
    takes = {"years": years_from, "in": one_of("every", "most", "together"), "well": number_from}
    return Check(name, partial(_position, side=side, words=words), takes, measures=1)


ABOVE_EVERY_YEAR = _side("above_england_every_year", ABOVE, "above")
AT_OR_ABOVE_EVERY_YEAR = _side("at_or_above_england_every_year", ABOVE, "at or above")
BELOW_EVERY_YEAR = _side("below_england_every_year", BELOW, "below")
AT_OR_BELOW_EVERY_YEAR = _side("at_or_below_england_every_year", BELOW, "at or below")


@check("above_england_by", {"by": number_from, "unit": one_of("points", "percent")}, needs=("by",), measures=1)
def _above_by(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """The trust's figure is above England's by so many points (or unit=percent: per cent) this year.

    Partly shown where only the first measure is.
    """
    group, unit = claim.groups[0], told.get("unit", "points")
    cells = [known.figure(name, known.analysis.year, group) for name in claim.measures]
    ids = tuple(cell.id for cell in cells if not cell.missing)
    asked = f"{told['by']:g} {'percentage points' if unit == 'points' else 'per cent of England’s figure'}"
    if cells[0].position is None:
        return Verdict(NOT_TESTED, _why_not(cells[:1])[0], ids)
    holds = [cell for cell in cells if cell.position is not None and _excess(cell, unit) >= told["by"]]
    fails = [cell for cell in cells if cell not in holds]
    clear = all(cell.position == ABOVE for cell in holds)
    status = NOT_SHOWN if cells[0] in fails else PARTLY_SHOWN if fails or not clear else SHOWN
    parts = [f"true for {_set_against(holds)}"] if holds else []
    parts += [] if clear else ["chance alone could give as much"]
    parts += [f"not {asked} for {_set_against(fails)}"] if fails else []
    better = ""
    if status != SHOWN and pd.notna(excess := cells[0].value - cells[0].england):
        size, side = number(abs(excess), 0), "above" if excess > 0 else "below"
        better = f"Write “{size} {points(cells[0].measure)} {side} England in {cells[0].measure.short_label}”."
    return Verdict(status, f"{capital('; '.join(parts))}.", ids, rewording=better)
