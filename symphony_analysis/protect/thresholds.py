"""The editions and their thresholds: from how many pupils on a figure may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symphony_analysis.figure import EDITIONS
from symphony_analysis.trust import DISCLOSURE, disclosure_faults

HIDDEN = "c"
#: Editions that more and more people see: what one hides, every later one hides too.
WIDER = ("internal", "trustees", "public")


@dataclass(frozen=True)
class Thresholds:
    """An edition's settings: groups under ``hide_below`` pupils are hidden.

    Of sensitive measures a count up to ``band_events`` is a band for schools and pupil groups, in an edition that
    ``bands_totals`` also for the trust. An edition without ``shows_schools`` has no school figures of its own.
    """

    hide_below: int = 0
    band_events: int = 0
    bands_totals: bool = False
    shows_schools: bool = True

    @classmethod
    def of(cls, edition: str, settings: Mapping[str, Any]) -> Thresholds:
        """The thresholds of an edition, as ``trust.toml`` states them under [disclosure.<edition>].

        Raises ValueError for an edition, a key or a number that cannot be.
        """
        if edition not in EDITIONS:
            raise ValueError(f"no edition {edition!r}; the editions are {', '.join(EDITIONS)}")
        for place, found, expected in disclosure_faults(settings):
            raise ValueError(f"{place} is {found!r}; expected {expected}")
        stated = settings.get("disclosure", {}).get(edition, {})
        chosen = {key: int(stated.get(key, value)) for key, (value, *_) in DISCLOSURE.get(edition, {}).items()}
        public = edition == "public"
        return cls(**chosen, bands_totals=public, shows_schools=not public)


def narrower(edition: str) -> tuple[str, ...]:
    """The editions that fewer people see than this one and that hide something: their hidden figures stay hidden."""
    return tuple(name for name in WIDER[: WIDER.index(edition)] if name != "internal")
