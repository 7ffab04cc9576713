"""Who was enrolled during the year, and for which sessions: the January roll, and those who came and went."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, pupils, targets

TERMS = ("Autumn", "Spring", "Summer")
_MOVED_SHARE = 0.023  # of year 1 to year 6: enrolled for part of the year and not on roll in January
_CLEAR = 0.025  # percentage points between a figure and the value it should round to


def _disadvantaged_movers(on_roll: int, percent: float) -> int:
    """The smallest usual number of movers with which whole pupils give the printed percentage."""
    for movers in range(draws.rounded(2 * _MOVED_SHARE * on_roll), on_roll):
        share = 100 * draws.rounded((on_roll + movers) * percent / 100) / (on_roll + movers)
        if abs(share - percent) <= _CLEAR:
            return movers
    raise ValueError(f"no number of movers gives {percent}% of {on_roll}")


def _movers_by_school(roll: pd.DataFrame, year: int) -> dict[str, tuple[int, int]]:
    """Movers (all, disadvantaged) at each school; members' disadvantaged movers are counted out exactly."""
    counted = roll[roll["nc_year"] > 0]
    sizes, poor = counted.groupby("estab").size(), counted.groupby("estab")["disadvantaged"].sum()
    inside = [s.estab for s in facts.SCHOOLS if s.is_member(year)]
    shares: dict[str, tuple[int, int]] = {}
    for group, percent in ((inside, targets.PERSISTENT), (sizes.index.difference(inside), targets.PERSISTENT_OUTSIDE)):
        group = list(group)
        few = draws.share_out(_disadvantaged_movers(int(poor[group].sum()), percent[year][0]), poor[group])
        all_of = few + draws.share_out(draws.rounded(_MOVED_SHARE * sizes[group].sum()), sizes[group])
        shares |= {e: (int(a), int(d)) for e, a, d in zip(group, all_of, few, strict=True)}
    return shares


def _movers(school: facts.School, year: int, count: int, disadvantaged: int) -> pd.DataFrame:
    """Pupils of one school who left before the January census or came after it."""
    sizes = pupils.year_groups(school, year)
    groups = [g for g in range(1, 7) if sizes[g]]
    parts = []
    for group, number in zip(groups, draws.share_out(count, np.ones(len(groups))), strict=True):
        frame = pupils.cohort(school, year // 100 - group, range(sizes[group], sizes[group] + int(number)))
        parts.append(frame.assign(nc_year=group))
    frame = pd.concat(parts, ignore_index=True)
    poor = draws.lowest(frame["need"].to_numpy(), disadvantaged)
    leaver = draws.lowest(frame["sen_rank"].to_numpy(), count // 2)
    part = 0.15 + 0.8 * frame["rare"].to_numpy()
    autumn, spring, summer = targets.SESSIONS[year]
    late = ~leaver & (frame["eal_rank"].to_numpy() < 0.4)
    return frame.assign(
        urn=school.urn_in(year), member=school.is_member(year), sen="N", disadvantaged=poor, fsm=poor,
        Autumn=np.where(leaver, _half_days(autumn, part), 0),
        Spring=np.where(leaver | late, 0, _half_days(spring, part)),
        Summer=np.where(leaver, 0, np.where(late, _half_days(summer, part), summer)),
    )  # fmt: skip


def _half_days(sessions: int, part: np.ndarray) -> np.ndarray:
    """A part of a term in whole days (two sessions each), at least one day."""
    return 2 * np.maximum(1, (sessions / 2 * part).astype(int))


def _on_roll(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """The January roll with its possible sessions: all year but for a few who came late or left early."""
    came = roll["rare"].to_numpy() > 0.992
    went = (roll["rare"].to_numpy() > 0.984) & ~came
    part = 0.15 + 0.8 * roll["sen_rank"].to_numpy()
    autumn, spring, summer = targets.SESSIONS[year]
    gone_by_easter = went & (roll["eal_rank"].to_numpy() < 0.4)
    leaving = np.where(gone_by_easter, 0, _half_days(summer, part))
    return roll.assign(
        Autumn=np.where(came, _half_days(autumn, part), autumn),
        Spring=spring,
        Summer=np.where(went, leaving, summer),
    )


def enrolled(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """One row an enrolment with its possible sessions in each term, sorted by URN and UPN."""
    shares = _movers_by_school(roll, year)
    moved = [_movers(s, year, *shares[s.estab]) for s in facts.SCHOOLS if shares[s.estab][0]]
    columns = ["urn", "estab", "upn", "nc_year", "member", "disadvantaged", "fsm", "sen", "absence_rank", *TERMS]
    whole = pd.concat([_on_roll(roll, year), *moved], ignore_index=True)[columns]
    return whole.sort_values(["urn", "upn"], kind="stable", ignore_index=True)
