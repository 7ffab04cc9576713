"""Checks that set the trust beside itself: fallen since, gap narrowed, every group near all, no such measure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from symphony_analysis import compare
from symphony_analysis.claims.checks.declaration import Check, group_from, number_from, words_from, year_from
from symphony_analysis.claims.checks.figures_for_checks import Figure, Known, joined, lacking, placed, points, subject
from symphony_analysis.claims.claim import CONTRADICTED, NOT_TESTABLE, SUPPORTED, Claim, Verdict
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import half_away, number


def _fallen(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Is each figure lower this year than in the year named, by more than chance?"""
    pairs = [
        (known.figure(name, told["since"], group), known.figure(name, known.analysis.year, group))
        for name in claim.measures
        for group in claim.groups
    ]
    used = tuple(cell.id for pair in pairs for cell in pair if not cell.missing)
    gone = [cell for pair in pairs for cell in pair if cell.missing]
    if gone:
        return Verdict(NOT_TESTABLE, lacking(gone), used)
    broken = [why for before, after in pairs if (why := compare.broken_between(before, after))]
    if broken:
        return Verdict(NOT_TESTABLE, _refused(broken), used)
    changes = [
        f"{subject(after.measure, after.group)}: {before.told} ({before.year}), {after.told} ({after.year})."
        for before, after in pairs
    ]
    fallen = [_displayed(after) < _displayed(before) for before, after in pairs]
    status = SUPPORTED if all(fallen) else CONTRADICTED
    opening = "Lower than in" if all(fallen) else "Not lower than in"
    chance = ""
    if any(not compare.differ(after, before) for before, after in pairs):
        status, chance = NOT_TESTABLE, "; not every change is beyond chance"
    return Verdict(status, f"{opening} {told['since']}{chance}. {' '.join(changes)}", used)


def _refused(reasons: list[str]) -> str:
    return f"The years cannot be compared: {'; '.join(dict.fromkeys(reasons))}."


def _displayed(cell: Figure) -> Decimal:
    return half_away(cell.value, cell.measure.decimals)


def _gap_narrowed(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Is the gap between two groups smaller this year than in the year named?"""
    group, other = claim.groups[0], told.get("against", "other")
    sentences, narrowed, clear, used = [], [], [], []
    for name in claim.measures:
        ends = [
            (known.figure(name, year, group), known.figure(name, year, other))
            for year in (told["since"], known.analysis.year)
        ]
        gone = [cell for pair in ends for cell in pair if cell.missing]
        if gone:
            return Verdict(NOT_TESTABLE, lacking(gone))
        broken = [why for then, now in zip(*ends, strict=True) if (why := compare.broken_between(then, now))]
        if broken:
            return Verdict(NOT_TESTABLE, _refused(broken))
        before, after = (abs(one.value - two.value) for one, two in ends)
        narrowed.append(half_away(after, 1) < half_away(before, 1))
        clear.append(compare.gaps_differ(*reversed(ends)))
        used += [cell.id for pair in ends for cell in pair]
        sentences.append(_gap_told(ends))
    status = SUPPORTED if all(narrowed) else CONTRADICTED
    opening = "The gap is narrower than in" if all(narrowed) else "The gap is not narrower than in"
    if not all(clear):
        status, opening = NOT_TESTABLE, "No clear difference in the gap since"
    return Verdict(status, f"{opening} {told['since']}. {' '.join(sentences)}", tuple(used))


def _gap_told(ends: list[tuple[Figure, Figure]]) -> str:
    measure = ends[0][0].measure
    gaps = [f"{_apart(one, two)} ({one.year})" for one, two in ends]
    return f"{measure.label}: {', '.join(gaps)} {points(measure)} apart."


def _apart(one: Figure, two: Figure) -> str:
    return number(abs(one.value - two.value), 1)


def _near_all(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Does what is said of all pupils hold for each group: no group worse than all pupils by more than so much?"""
    sentences, far, used, hidden = [], [], [], []
    for name in claim.measures:
        for group in claim.groups:
            pairs = [(known.figure(name, y, group), known.figure(name, y, "all")) for y in known.years]
            hidden += [cell for pair in pairs for cell in pair if cell.withheld]
            pairs = [pair for pair in pairs if not (pair[0].missing or pair[1].missing)]
            used += [cell.id for pair in pairs for cell in pair]
            far += [one for one, whole in pairs if _worse_by(one, whole) > told["within"]]
            if pairs:
                sentences.append(_group_told(pairs))
    if hidden and not far:
        return Verdict(NOT_TESTABLE, " ".join([lacking(hidden), *sentences]), tuple(used))
    if not used:
        return Verdict(NOT_TESTABLE, "There are no figures for these groups.")
    limit = f"{told['within']:g} points"
    if far:
        opening = f"More than {limit} worse than all pupils: {placed(far)}."
    else:
        opening = f"No group is more than {limit} worse than all pupils."
    return Verdict(CONTRADICTED if far else SUPPORTED, f"{opening} {' '.join(sentences)}", tuple(used))


def _worse_by(one: Figure, whole: Figure) -> float:
    return (one.value - whole.value) * (1 if one.measure.better == "low" else -1)


def _group_told(pairs: list[tuple[Figure, Figure]]) -> str:
    about = subject(pairs[0][0].measure, pairs[0][0].group)
    beside = [f"{one.told} against {whole.told} ({one.year})" for one, whole in pairs]
    return f"{about}, against all pupils: {', '.join(beside)}."


def _no_measure(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Why can the claim not be tested: which years have no official figure, and what the others show."""
    years = [year for year in known.years if year.code in _unavailable(claim)]
    if not years:
        raise claim.fault(
            "check", claim.check, "measures that do not exist in some year of the trend",
            "choose a check that compares the figures",
        )  # fmt: skip
    why = known.figure(claim.measures[0], years[-1]).note
    cells = [known.figure(n, y, g) for n in claim.measures for g in claim.groups for y in known.years]
    there = [cell for cell in cells if not cell.missing]
    shown = [f"{subject(c.measure, c.group)} {c.told} ({c.year})" for c in there]
    before = f" Published before: {', '.join(shown)}." if shown else ""
    opening = f"{told['reading']}. " if "reading" in told else ""
    reason = f"{opening}No figure for {joined(str(year) for year in years)}: {why}.{before}"
    return Verdict(NOT_TESTABLE, reason, tuple(cell.id for cell in there))


def _unavailable(claim: Claim) -> set[int]:
    return {code for name in claim.measures for code in MEASURES[name].unavailable}


CHECKS = (
    Check(
        name="fallen_since",
        decide=_fallen,
        says="Each figure is lower this year than in the year named.",
        takes={"since": year_from},
        needs=("since",),
        measures=1,
    ),
    Check(
        name="gap_narrowed",
        decide=_gap_narrowed,
        says="The gap between a group and the others is smaller this year than in the year named.",
        takes={"since": year_from, "against": group_from},
        needs=("since",),
        measures=1,
    ),
    Check(
        name="every_group_near_all",
        decide=_near_all,
        says="No group is worse than all pupils by more than so many points in any year.",
        takes={"within": number_from},
        needs=("within",),
        measures=1,
    ),
    Check(
        name="no_measure",
        decide=_no_measure,
        says="There is no official figure in some years, so the claim cannot be tested.",
        takes={"reading": words_from},
        measures=1,
    ),
)
