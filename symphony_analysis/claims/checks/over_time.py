"""Checks that set the trust beside itself: fallen since, gap narrowed, no such measure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from symphony_analysis import compare
from symphony_analysis.claims.checks.check import (
    Figure,
    Known,
    check,
    group_from,
    joined,
    lacking,
    points,
    subject,
    year_from,
)
from symphony_analysis.claims.claim import NOT_SHOWN, NOT_TESTED, PARTLY_SHOWN, SHOWN, Claim, Verdict
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import half_away, number


@check("fallen_since", {"since": year_from}, needs=("since",), measures=1)
def _fallen(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Each figure is lower this year than in the year named."""
    pairs = [
        (known.figure(name, told["since"], group), known.figure(name, known.analysis.year, group))
        for name in claim.measures
        for group in claim.groups
    ]
    used = tuple(cell.id for pair in pairs for cell in pair if not cell.missing)
    gone = [cell for pair in pairs for cell in pair if cell.missing]
    if gone:
        return Verdict(NOT_TESTED, lacking(gone), used)
    broken = [why for before, after in pairs if (why := compare.broken_between(before, after))]
    if broken:
        return Verdict(NOT_TESTED, _refused(broken), used)
    changes = " ".join(
        f"{subject(after.measure, after.group)}: {before.told} ({before.year}), {after.told} ({after.year})."
        for before, after in pairs
    )
    moves = [(_displayed(after) - _displayed(before), compare.differ(after, before)) for before, after in pairs]
    return _over_time(moves, "Lower than", "Higher than", f"in {told['since']}", changes, used)


def _over_time(
    moves: Sequence[tuple[Decimal, bool]], less: str, more: str, since: str, told: str, used: tuple[str, ...]
) -> Verdict:
    """The verdict on changes, each as printed and whether it is beyond chance, that should all be below zero."""
    if any(move > 0 and clear for move, clear in moves):
        status, opening = NOT_SHOWN, f"{more} {since}, beyond chance"
    elif all(move < 0 for move, _ in moves):
        every = all(clear for _, clear in moves)
        status, opening = SHOWN if every else PARTLY_SHOWN, f"{less} {since}"
        opening += "" if every else "; not every change is beyond chance"
    elif any(move < 0 and clear for move, clear in moves):
        status, opening = PARTLY_SHOWN, f"{less} {since} in part"
    else:
        status, opening = NOT_TESTED, f"No clear difference from {since.removeprefix('in ')}"
    return Verdict(status, f"{opening}.", used, told)


def _refused(reasons: list[str]) -> str:
    return f"The years cannot be compared: {'; '.join(dict.fromkeys(reasons))}."


def _displayed(cell: Figure) -> Decimal:
    return half_away(cell.value, cell.measure.decimals)


@check("gap_narrowed", {"since": year_from, "against": group_from}, needs=("since",), measures=1)
def _gap_narrowed(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """The gap between a group and the others is smaller this year than in the year named."""
    group, other = claim.groups[0], told.get("against", "other")
    sentences, moves, used = [], [], []
    for name in claim.measures:
        ends = [
            (known.figure(name, year, group), known.figure(name, year, other))
            for year in (told["since"], known.analysis.year)
        ]
        gone = [cell for pair in ends for cell in pair if cell.missing]
        if gone:
            return Verdict(NOT_TESTED, lacking(gone))
        broken = [why for then, now in zip(*ends, strict=True) if (why := compare.broken_between(then, now))]
        if broken:
            return Verdict(NOT_TESTED, _refused(broken))
        before, after = (half_away(abs(one.value - two.value), 1) for one, two in ends)
        moves.append((after - before, compare.gaps_differ(*reversed(ends))))
        used += [cell.id for pair in ends for cell in pair]
        sentences.append(_gap_told(ends))
    less, more = "The gap is narrower than", "The gap is wider than"
    return _over_time(moves, less, more, f"in {told['since']}", " ".join(sentences), tuple(used))


def _gap_told(ends: list[tuple[Figure, Figure]]) -> str:
    measure = ends[0][0].measure
    gaps = [f"{number(abs(one.value - two.value), 1)} ({one.year})" for one, two in ends]
    return f"{measure.label}: {', '.join(gaps)} {points(measure)} apart."


@check("no_measure", measures=1)
def _no_measure(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """There is no official figure in some years, so the claim cannot be tested."""
    unavailable = {code for name in claim.measures for code in MEASURES[name].unavailable}
    years = [year for year in known.years if year.code in unavailable]
    if not years:
        expected, fix = (
            "measures that do not exist in some year of the trend",
            "choose a check that compares the figures",
        )
        raise claim.fault("check", claim.check, expected, fix)
    why = known.figure(claim.measures[0], years[-1]).note
    cells = [known.figure(n, y, g) for n in claim.measures for g in claim.groups for y in known.years]
    there = [cell for cell in cells if not cell.missing]
    shown = [f"{subject(c.measure, c.group)} {c.told} ({c.year})" for c in there]
    before = f"Published before: {', '.join(shown)}." if shown else ""
    reason = f"No figure for {joined(str(year) for year in years)}: {why}."
    return Verdict(NOT_TESTED, reason, tuple(cell.id for cell in there), before)
