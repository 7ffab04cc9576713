"""The editions and their thresholds: from how many pupils on a figure may be seen, and how it is seen below that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symphony_analysis.figure import EDITIONS

HIDDEN = "c"
#: Editions that more and more people see: what one hides, every later one hides too.
WIDER = ("internal", "trustees", "public")

_DEFAULTS = {
    "trustees": {"hide_below": 6, "words_below": 11, "band_events": 5},
    "public": {"hide_below": 11, "words_below": 11, "round_to": 5, "band_events": 5},
}


@dataclass(frozen=True)
class Thresholds:
    """An edition's settings: groups under ``hide_below`` pupils are hidden, those under ``words_below`` not compared.

    Counts are rounded to ``round_to`` (1 leaves them), and event counts up to ``band_events`` are banded for
    schools and pupil groups, in an edition that rounds also for the trust.
    """

    hide_below: int = 0
    words_below: int = 0
    round_to: int = 1
    band_events: int = 0

    @classmethod
    def of(cls, edition: str, settings: Mapping[str, Any]) -> Thresholds:
        """The thresholds of an edition, as ``trust.toml`` states them under [disclosure.<edition>]."""
        if edition not in EDITIONS:
            raise ValueError(f"no edition {edition!r}; the editions are {', '.join(EDITIONS)}")
        stated = settings.get("disclosure", {}).get(edition, {})
        return cls(**(_DEFAULTS.get(edition, {}) | {k: int(v) for k, v in stated.items()}))


def narrower(edition: str) -> tuple[str, ...]:
    """The editions that fewer people see than this one and that hide something: their hidden figures stay hidden."""
    return tuple(name for name in WIDER[: WIDER.index(edition)] if name != "internal")
