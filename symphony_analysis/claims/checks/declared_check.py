"""The declaration of one check: its name, what it may be told, and the function that decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symphony_analysis.claims.checks.figures_for_checks import Known
from symphony_analysis.claims.claim import Claim, Verdict
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.trust import RULES
from symphony_analysis.years import AcademicYear

#: Reads the text of an argument; raises ValueError, saying what is expected.
Reader = Callable[[str], Any]
Decide = Callable[[Claim, Known, Mapping[str, Any]], Verdict]


def number_from(text: str) -> float:
    """A number."""
    try:
        return float(text)
    except ValueError:
        raise ValueError("a number") from None


def years_from(text: str) -> tuple[AcademicYear, ...]:
    """Years joined by commas, like 2023/24, 2024/25."""
    try:
        return tuple(AcademicYear.parse(part) for part in text.split(","))
    except ValueError:
        raise ValueError("academic years like 2023/24, joined by commas") from None


def year_from(text: str) -> AcademicYear:
    """One year, like 2023/24."""
    try:
        return AcademicYear.parse(text)
    except ValueError:
        raise ValueError("an academic year like 2023/24") from None


def one_of(*choices: str) -> Reader:
    """A reader that takes only these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return read


words_from: Reader = str
membership_from: Reader = one_of(*RULES)
group_from: Reader = one_of(*GROUPS)


#: What any claim may say: how its words are read, and what of the sentence no figure or record can decide.
ANY_TAKES: dict[str, Reader] = {"reading": words_from, "rest": words_from}


@dataclass(frozen=True)
class Check:
    """One way to test a claim. ``takes`` reads its arguments, ``needs`` names those it cannot do without.

    ``measures`` says how many measures the claim must name at least.
    """

    name: str
    decide: Decide
    says: str
    takes: dict[str, Reader] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    measures: int = 0

    def told(self, claim: Claim) -> dict[str, Any]:
        """The arguments of a claim, read. Raises ClaimError for one that is unknown, missing or malformed."""
        takes = self.takes | ANY_TAKES
        allowed = ", ".join(takes)
        for name in self.needs:
            if name not in claim.arguments:
                raise claim.fault("arguments", _written(claim), f"{name}=... for {self.name}", f"add {name}=...")
        read = {}
        for name, text in claim.arguments.items():
            if name not in takes:
                fix = f"remove {name}, or choose another check"
                raise claim.fault("arguments", name, f"arguments that {self.name} takes: {allowed}", fix)
            try:
                read[name] = takes[name](text)
            except ValueError as expected:
                raise claim.fault("arguments", f"{name}={text}", str(expected), f"correct {name}") from None
        return read

    def fits(self, claim: Claim) -> None:
        """Does the claim name measures and groups that exist, and enough of them? Raises ClaimError."""
        for name in claim.measures:
            if name not in MEASURES:
                raise claim.fault("measures", name, "names of declared measures", "see the definitions notebook")
        if len(claim.measures) < self.measures:
            found = ";".join(claim.measures)
            raise claim.fault("measures", found, f"{self.measures} or more for {self.name}", "name the measures")
        for group in claim.groups:
            if group not in GROUPS:
                raise claim.fault("pupil_groups", group, f"groups among {', '.join(GROUPS)}", "correct the group")
            for name in claim.measures:
                if group not in MEASURES[name].pupil_groups:
                    known = ", ".join(MEASURES[name].pupil_groups)
                    raise claim.fault("pupil_groups", group, f"a group of {name}: {known}", "correct the group")


def _written(claim: Claim) -> str:
    return ";".join(f"{name}={text}" for name, text in claim.arguments.items())
