"""What a layout may know besides its own file: the trust, the year, and the other files of that year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from symphony_analysis.sources.declare.correction import Correction
from symphony_analysis.sources.declare.mis_mapping import MisMapping
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear


def _nothing(*_: str) -> None:
    return None


@dataclass(frozen=True)
class Context:
    """One file being read. ``file`` is its path below the data folder, as messages and tables name it.

    ``pupil_groups`` gives each pupil's groups from the school census of the year, for the pupil-level files
    that do not carry them; ``roll`` gives the tidy January roll; ``beside`` gives the values of another source of
    the same year by name. Each gives None when there is no such file. ``mapping`` belongs to an export whose
    headings are not the layout's own. ``whole_year`` is False while a part of the year is counted.
    """

    trust: Trust
    year: AcademicYear
    file: str
    corrections: tuple[Correction, ...] = ()
    pupil_groups: Callable[[], pd.DataFrame | None] = field(default=_nothing)
    roll: Callable[[], pd.DataFrame | None] = field(default=_nothing)
    beside: Callable[[str], pd.DataFrame | None] = field(default=_nothing)
    mapping: MisMapping | None = None
    whole_year: bool = True

    @cached_property
    def present_urns(self) -> dict[str, str]:
        """Every URN that a school of the trust has or had -> its present URN."""
        return {urn: s.urn for s in self.trust.schools for urn in (s.urn, *s.previous_urns)}

    def ours_or_unclear(self, text: str) -> bool:
        """Is this the URN of a school of the trust, or no URN at all, so that its row must be looked at?"""
        urn = text.strip()
        return urn in self.present_urns or not (urn.isascii() and urn.isdecimal() and len(urn) in (5, 6))
