"""Is a sentence carried forward from an earlier issue while its figures moved?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.checks.against_records import years_with
from symphony_analysis.claims.checks.figures_for_checks import Known, joined, subject
from symphony_analysis.claims.claim import Claim
from symphony_analysis.claims.register import read_claims
from symphony_analysis.compare import broken_between

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis


def carried_forward(analysis: Analysis) -> pd.DataFrame:
    """Which sentences look copied from an earlier issue?

    A row is a claim: id, area, text and why. Two things show it: the sentence stands word for word in last year's
    ``claims.csv`` although a printed figure of its measures is another now; or the number of schools in it was true
    of an earlier year and is not true of this one. Source: ``claims.csv`` of both years and the register of schools.
    """
    claims = read_claims(analysis)
    last = {
        row["id"]: row["text"] for row in analysis.inputs.records("claims", analysis.year.back()).to_dict("records")
    }
    repeated = [claim for claim in claims if last.get(claim.id) == claim.text]
    known = Known.of(analysis, (name for claim in repeated for name in claim.measures))
    found = [(claim, why) for claim in repeated if (why := _moved(claim, known))]
    found += [(claim, why) for claim in claims if (why := _of_another_year(claim, analysis))]
    rows = [[claim.id, claim.area, claim.text, why] for claim, why in found]
    return pd.DataFrame(rows, columns=["id", "area", "text", "why"], dtype="str")


def _moved(claim: Claim, known: Known) -> str:
    now, before = known.analysis.year, known.analysis.year.back()
    if before not in known.years:
        return ""
    pairs = [(known.figure(n, before, g), known.figure(n, now, g)) for n in claim.measures for g in claim.groups]
    moved = [
        f"{subject(new.measure, new.group)} from {old.told} to {new.told}"
        for old, new in pairs
        if old.told != new.told and not broken_between(old, new)
    ]
    return f"Worded as in {before}, while these moved: {joined(moved)}." if moved else ""


def _of_another_year(claim: Claim, analysis: Analysis) -> str:
    if claim.arguments.get("record") != "schools":
        return ""
    said = int(float(claim.arguments["value"]))
    now = len(analysis.trust.members(analysis.year, "all_current"))
    counted = len(analysis.trust.members(analysis.year))
    fits = [str(year) for year in years_with(analysis.trust, analysis.year, said) if year != analysis.year]
    if said in {now, counted} or not fits:
        return ""
    return f"{said} schools is the membership of {joined(fits)}; the register holds {now} now."
