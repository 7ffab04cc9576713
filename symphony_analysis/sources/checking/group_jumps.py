"""A group of pupils that is suddenly larger or smaller in every school: perhaps another group of the same name."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.figure import GROUPS
from symphony_analysis.sources.problems import Problem
from symphony_analysis.years import AcademicYear

#: The share of pupils in the group must change by so many points, and by so much of itself, over all schools together.
_POINTS, _PART = 5.0, 0.25
_LEAST_SCHOOLS = 3


def jumps(roll: pd.DataFrame) -> list[Problem]:
    """Warnings: groups whose share of pupils moved far, and the same way in every school, between two years.

    ``roll`` is the tidy table of the January roll. A break that is declared is none.
    """
    rows = roll[(roll["geographic_level"] == "School") & roll["pupils_count"].notna()]
    wide = rows.pivot_table("pupils_count", ["time_period", "school_urn"], "pupil_group")
    told = []
    for before, now in pairwise(sorted(rows["time_period"].unique())):
        for group in (each for each in GROUPS if each != "all" and {each, "all"} <= set(wide.columns)):
            both = wide.loc[before][[group, "all"]].join(wide.loc[now][[group, "all"]].add_suffix("_now")).dropna()
            if len(both) < _LEAST_SCHOOLS or breaks.reason("pupils_count", group, before, now):
                continue
            moved = both[f"{group}_now"] / both["all_now"] - both[group] / both["all"]
            then, later = (100 * both[f"{group}{end}"].sum() / both[f"all{end}"].sum() for end in ("", "_now"))
            if abs(later - then) >= max(_POINTS, _PART * then) and (moved.gt(0).all() or moved.lt(0).all()):
                year = AcademicYear.parse(int(now))
                file = rows.loc[rows["time_period"] == now, "source_file"].iloc[0]
                found = f"{GROUPS[group].lower()} {then:.0f}% of pupils the year before, {later:.0f}% in {year}"
                expected = "a change that schools do not share, or a declared break"
                fix = "ask whether the group is defined as before"
                told.append(
                    Problem(
                        file, 1, "(whole file)", f"{found}, the same way in every school", expected, fix, warning=True
                    )
                )
    return told
