"""One sentence of the self-evaluation that may be tested: how it is entered, and what can become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SUPPORTED, CONTRADICTED, NOT_TESTABLE, STALE = "supported", "contradicted", "not testable", "stale"

#: Each status with the shape shown beside the word, so that neither colour nor shape stands alone.
STATUSES: dict[str, str] = {SUPPORTED: "✔", CONTRADICTED: "✖", NOT_TESTABLE: "◌", STALE: "◔"}


class ClaimError(ValueError):
    """A row of ``claims.csv`` that cannot be tested as it is entered; the message says where and how to mend it."""


@dataclass(frozen=True)
class Claim:
    """One row of ``claims.csv``, read but not yet judged. ``place`` is the file and row as Excel shows it."""

    id: str
    area: str
    text: str
    check: str
    measures: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("all",)
    arguments: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    response: str = ""
    place: str = "claims.csv"

    def fault(self, column: str, found: str, expected: str, fix: str) -> ClaimError:
        """The error for a cell of this row: one line with file, row, column, value, rule and fix."""
        return ClaimError(
            f"{self.place} ({self.id}), column {column}: found {found!r}; expected {expected}; fix: {fix}"
        )


@dataclass(frozen=True)
class Verdict:
    """What a check found: the status, one plain sentence with the figures that decided it, and their ids."""

    status: str
    reason: str
    figures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"no status {self.status!r}; the statuses are {', '.join(STATUSES)}")


def listed(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list joined by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def claim_of(row: Mapping[str, str], place: str) -> Claim:
    """The claim that a row of ``claims.csv`` enters. Raises ClaimError for arguments not written name=value."""
    claim = Claim(
        id=row["id"],
        area=row["area"],
        text=row["text"],
        check=row["check"].strip(),
        measures=listed(row["measures"]),
        groups=listed(row["pupil_groups"]) or ("all",),
        evidence=listed(row["evidence"]),
        response=row["response"].strip(),
        place=place,
    )
    arguments: dict[str, str] = {}
    for part in listed(row["arguments"]):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value or name in arguments:
            raise claim.fault(
                "arguments", part, "name=value, each name once, joined by ;", "write for example since=2022/23"
            )
        arguments[name] = value
    return Claim(**(vars(claim) | {"arguments": arguments}))
