"""Checks that set the trust's figures beside England's: above, at or above, below, at or below, above by so much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.claims.checks.declaration import Check, number_from, one_of, words_from, years_from
from symphony_analysis.claims.checks.figures_for_checks import (
    ABOVE,
    AT,
    BELOW,
    Figure,
    Known,
    capital,
    joined,
    placed,
    points,
    subject,
)
from symphony_analysis.claims.claim import CONTRADICTED, NOT_TESTABLE, SUPPORTED, Claim, Verdict
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import number

_READINGS = {"points": "percentage points", "percent": "per cent of England's figure"}


def _position(claim: Claim, known: Known, told: Mapping[str, Any], allowed: frozenset[str], words: str) -> Verdict:
    """Do the figures stand to England's as the claim says, in every year (or in most of the comparisons)?"""
    cells = [
        known.figure(measure, year, group)
        for measure in claim.measures
        for group in claim.groups
        for year in told.get("years", known.years)
    ]
    well = known.analysis.rule.well if told.get("by") == "well" else 0.0
    compared = [cell for cell in cells if cell.position is not None]
    failed = [cell for cell in compared if not _stands(cell, allowed, well)]
    words = f"well {words} (by {number(well, 1)} or more)" if well else words
    if told.get("in") == "most":
        status, told_in_all = _mostly(words, compared, failed)
    else:
        status, told_in_all = _always(words, cells, compared, failed)
    reason = f"{told_in_all} {_beside(cells)}"
    if "reading" in told:
        reason = f"Read as: {told['reading']}. {reason}"
    return Verdict(status, reason, tuple(cell.id for cell in cells if not cell.missing))


def _stands(cell: Figure, allowed: frozenset[str], well: float) -> bool:
    return cell.position in allowed and abs(cell.value - cell.england) >= well


def _always(words: str, cells: list[Figure], compared: list[Figure], failed: list[Figure]) -> tuple[str, str]:
    if failed:
        return CONTRADICTED, f"Not {words} England: {placed(failed)}."
    if len(compared) < len(cells):
        left = [cell for cell in cells if cell.position is None]
        held = f"{capital(words)} England in {len(compared)} of {len(cells)} comparisons"
        return NOT_TESTABLE, f"{held}; {joined(dict.fromkeys(_why_not(cell) for cell in left))}."
    return SUPPORTED, f"{capital(words)} England in every year."


def _mostly(words: str, compared: list[Figure], failed: list[Figure]) -> tuple[str, str]:
    if not compared:
        return NOT_TESTABLE, "No figure here has a like national figure."
    held = len(compared) - len(failed)
    status = SUPPORTED if held * 2 > len(compared) else CONTRADICTED
    return status, f"{capital(words)} England in {held} of {len(compared)} comparisons."


def _why_not(cell: Figure) -> str:
    why = (cell.note or "no figure of the trust") if cell.missing else cell.comparison
    return f"{cell.year}: {why}"


def _beside(cells: Iterable[Figure]) -> str:
    """The figures with England's, measure by measure: "Suspensions: 2.28 against England's 1.81 (2022/23), ..."."""
    lines: dict[str, list[str]] = {}
    for cell in cells:
        line = lines.setdefault(subject(cell.measure, cell.group), [])
        whose = "" if line else "England's "
        if cell.missing:
            figures = cell.told
        elif cell.england_told:
            figures = f"{cell.told} against {whose}{cell.england_told}"
        else:
            figures = f"{cell.told}, {cell.comparison}"
        line.append(f"{figures} ({cell.year})")
    return " ".join(f"{about}: {', '.join(figures)}." for about, figures in lines.items())


def _above_by(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Is the first measure so far above England? Every other measure, and the other unit, is told beside it."""
    group, unit = claim.groups[0], told.get("reading", "points")
    cells = [known.figure(name, known.analysis.year, group) for name in claim.measures]
    readings = [_reading(known, cell, told.get("population", "")) for cell in cells]
    figures = tuple(cell.id for cell in cells if not cell.missing)
    texts = " ".join(text for _, text, _ in readings)
    if vintages := [vintage for _, _, vintage in readings if vintage]:
        texts += f" England: {'; '.join(dict.fromkeys(vintages))}."
    excess = readings[0][0][unit]
    if pd.isna(excess):
        return Verdict(NOT_TESTABLE, texts, figures)
    # Nine decimals, as in rounding: 66 against 60 is 10% more, not a hair less.
    holds = round(excess, 9) >= told["by"]
    read = f"Read as {_lower(MEASURES[claim.measures[0]].label)}, in {_READINGS[unit]}"
    verdict = f"{read}: {'at least' if holds else 'less than'} {told['by']:g}."
    return Verdict(SUPPORTED if holds else CONTRADICTED, f"{verdict} {texts}", figures)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _reading(known: Known, cell: Figure, population: str) -> tuple[dict[str, float], str, str]:
    """One reading of the standard: the excess in each unit, the sentence that gives both, and England's vintage."""
    england, printed, vintage = cell.england, cell.england_told, ""
    if population:
        england, printed, vintage = known.england(cell.measure.name, cell.group, population)
    about = f"{subject(cell.measure, cell.group)}, {cell.year}"
    if cell.missing or pd.isna(england):
        missing = (cell.note or "no figure of the trust") if cell.missing else compare.NOT_YET
        return dict.fromkeys(_READINGS, float("nan")), f"{about}: {missing}.", ""
    excess = {"points": cell.value - england, "percent": (cell.value / england - 1) * 100}
    decimals = cell.measure.decimals
    text = (
        f"{about}: {cell.told} less England's {printed} is {number(cell.value - england, decimals)} "
        f"{points(cell.measure)}, or {number((cell.value / england - 1) * 100, 0)}% of England's figure."
    )
    if cell.england_told not in {"", printed}:
        others = number(cell.value - cell.england, decimals)
        text += f" Against the {cell.england_told} of the tables, another population or date, it is {others}."
    return excess, text, vintage


_TAKES = {"years": years_from, "reading": words_from, "in": one_of("every", "most"), "by": one_of("well")}


def _stand(name: str, allowed: Iterable[str], words: str) -> Check:
    return Check(
        name=name,
        decide=partial(_position, allowed=frozenset(allowed), words=words),
        says=f"The trust's figure is {words} England's in every year (in=most: in most comparisons).",
        takes=_TAKES,
        measures=1,
    )


CHECKS = (
    _stand("above_england_every_year", {ABOVE}, "above"),
    _stand("at_or_above_england_every_year", {ABOVE, AT}, "at or above"),
    _stand("below_england_every_year", {BELOW}, "below"),
    _stand("at_or_below_england_every_year", {BELOW, AT}, "at or below"),
    Check(
        name="above_england_by",
        decide=_above_by,
        says="The trust's figure is above England's by so many points (or reading=percent: per cent) this year.",
        takes={
            "by": number_from,
            "reading": one_of("points", "percent"),
            "population": words_from,
        },
        needs=("by",),
        measures=1,
    ),
)
