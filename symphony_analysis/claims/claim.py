"""One sentence of the self-evaluation that may be tested: how it is entered, and what can become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Shown: every comparison it names is clear on its side, or the record says so. Partly: some are, or all lie on its
#: side within chance. Not shown: clear on the other side, or the record says otherwise. Not tested: nothing decides.
SHOWN, PARTLY_SHOWN, NOT_SHOWN, NOT_TESTED = "shown", "partly shown", "not shown", "not tested"

#: Each status with the shape printed with the word, so that neither colour nor shape is alone.
STATUSES: dict[str, str] = {SHOWN: "✔", PARTLY_SHOWN: "◐", NOT_SHOWN: "✖", NOT_TESTED: "◌"}
OUT_OF_DATE = "out of date"


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
    """What a check found: status, the reason in one sentence, the ids of the figures that decided it, the figures in
    words, a better wording of the claim, and why it is out of date: so once, or resting on old evidence."""

    status: str
    reason: str
    figures: tuple[str, ...] = ()
    detail: str = ""
    rewording: str = ""
    out_of_date: str = ""

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
