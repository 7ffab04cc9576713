"""England's goals: what the government wants the country to reach, and by when. They are no target of the trust's."""

from __future__ import annotations

from typing import NamedTuple


class Goal(NamedTuple):
    """A goal in the measure's unit, for all pupils, and in words."""

    value: float
    words: str


GOALS: dict[str, Goal] = {
    "eyfs_gld_percent": Goal(75.0, "75% with a good level of development by 2028"),
    "overall_absence_percent": Goal(
        6.0, "attendance of 94% by 2028/29, which is absence of 6%, in schools of all phases"
    ),
}
