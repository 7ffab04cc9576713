"""Attendance by term: absence and persistent absence made to round to the figures the trust printed.

Pupils are taken in pools (members or not, disadvantaged or not). In each pool the number of persistent and
severe absentees and the sum of absent sessions are fixed first; then every pupil gets whole sessions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.synthetic import draws, early, enrolments, facts, targets

_PERSISTENT_MEAN = 0.155  # share of sessions missed by a persistent, not severe, absentee
_SEVERE_MEAN = 0.62
#: Years of which the file is by half term, with the sessions of the first half of each term.
HALVES = {202425: (76, 60, 54)}
_EARLY = np.array((0.88, 1.05, 0.96))  # absence of the first half of each term beside the term's


def _band_limits(possible: np.ndarray, band: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most absent sessions in each band: 0 below 10%, 1 from 10%, 2 from 50%."""
    tenth, half = -(-possible // 10), -(-possible // 2)
    low = np.select([band == 1, band == 2], [tenth, half], 0)
    high = np.select([band == 1, band == 2], [half - 1, (possible * 4) // 5], tenth - 1)
    return low, high


def _pool_absence(possible, rank, persistent: int, severe: int, total: int, uniforms) -> np.ndarray:
    """Absent sessions of one pool: whole, with exactly so many absentees and exactly that total."""
    band = draws.highest(rank, persistent).astype(int) + draws.highest(rank, severe)
    low, high = _band_limits(possible, band)
    shape = np.where(band == 1, (0.5 - _PERSISTENT_MEAN) / (_PERSISTENT_MEAN - 0.1), 1.0)
    start = low + (high - low) * uniforms[:, 0] ** shape
    start = np.where(band == 2, possible * (_SEVERE_MEAN + 0.2 * (uniforms[:, 0] - 0.5)), start)
    usual = band == 0
    left = total - start[~usual].sum()
    mean = left / high[usual].sum()
    start[usual] = high[usual] * uniforms[usual, 0] ** (1 / mean - 1)
    return draws.moved_to_total(start.astype(int), low, high, total, uniforms[:, 1] - 2.0 * usual)


def _totals(outside: int, year: int, possible: np.ndarray, poor: np.ndarray) -> list[tuple[int, int, int]]:
    """(absent sessions, persistent, severe absentees) of the disadvantaged and the other pupils of a side."""
    absence = (targets.ABSENCE_OUTSIDE if outside else targets.ABSENCE)[year]
    persistent = (targets.PERSISTENT_OUTSIDE if outside else targets.PERSISTENT)[year]
    sessions = draws.rounded(possible[poor].sum() * absence[0] / 100), draws.rounded(possible.sum() * absence[1] / 100)
    pupils = draws.rounded(poor.sum() * persistent[0] / 100), draws.rounded(len(poor) * persistent[1] / 100)
    groups = (int(poor.sum()), int((~poor).sum()))
    severe = [draws.rounded(n * s / 100) for n, s in zip(groups, targets.SEVERE[year], strict=True)]
    return [(sessions[0], pupils[0], severe[0]), (sessions[1] - sessions[0], pupils[1] - pupils[0], severe[1])]


def _counted_absence(frame: pd.DataFrame, year: int, uniforms: np.ndarray) -> np.ndarray:
    """Absent sessions over the year of the pupils whom the official figure counts."""
    absent = np.zeros(len(frame), dtype=int)
    possible, poor = frame["possible"].to_numpy(), frame["disadvantaged"].to_numpy()
    outside = ~frame["member"].to_numpy()
    lift = {s.estab: draws.stream("absence", s.estab).random() - 0.5 for s in facts.SCHOOLS}
    rank = frame["absence_rank"].to_numpy() + 0.18 * frame["estab"].map(lift).to_numpy() + 0.5 * uniforms[:, 2]
    rank = rank + 0.1 * (frame["sen"] != "N").to_numpy()
    for side, other, rows in early.pools(frame):
        here = outside == bool(side)
        total, persistent, severe = _totals(side, year, possible[here], poor[here])[other]
        absent[rows] = _pool_absence(possible[rows], rank[rows], persistent, severe, total, uniforms[rows])
    return absent


def _youngest_absence(frame: pd.DataFrame, uniforms: np.ndarray) -> np.ndarray:
    """Absent sessions in Reception, which the official figure leaves out: a little more than the others'."""
    share = 0.145 * uniforms[:, 0] ** 1.5 * (1.0 + 0.35 * frame["disadvantaged"].to_numpy())
    return (share * frame["possible"].to_numpy()).astype(int)


def _by_term(absent: np.ndarray, sessions: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """Split each pupil's absent sessions over the terms, more in autumn, never above the possible."""
    weights = sessions * (0.75 + 0.5 * uniforms) * np.array((1.06, 1.0, 0.94))
    heavy = absent * 2 >= sessions.sum(axis=1)
    weights[heavy] = sessions[heavy]
    edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    upto = np.floor(edges * absent[:, None] + 0.5).astype(int)
    return np.diff(upto, axis=1, prepend=0)


def _unauthorised(by_term: np.ndarray, absent: np.ndarray, possible: np.ndarray, uniforms) -> np.ndarray:
    """Sessions of each term that were not authorised: about a fifth, more for persistent absentees."""
    often = absent * 10 >= possible
    share = np.where(often, 0.18 + 0.30 * uniforms[:, 3], 0.34 * uniforms[:, 3] ** 1.2)
    return np.floor(by_term * share[:, None] + uniforms[:, 4:7]).astype(int).clip(0, by_term)


def _first_halves(sessions: np.ndarray, first: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The possible sessions in the first half of each term; a part of a term lies beside the next that was attended."""
    came = np.concatenate([sessions[:, 1:] > 0, sessions[:, 1:2] == 0], axis=1)
    return np.where(came, (sessions - (whole - first)).clip(0), np.minimum(sessions, first))


def _in_halves(counts: np.ndarray, sessions: np.ndarray, first: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """Each term's counts split over its halves, within the possible of both: a row a pupil, a column a half term."""
    share = np.floor(counts * first / np.maximum(sessions, 1) * (0.7 + 0.6 * uniforms) * _EARLY + 0.5)
    early = np.clip(share.astype(int), np.maximum(counts - (sessions - first), 0), np.minimum(counts, first))
    return np.stack([early, counts - early], axis=2).reshape(len(counts), -1)


def attendance_file(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """One row a pupil and term or half term, as a school's system exports it; pupils aged 4 included."""
    frame = enrolments.enrolled(roll, year)
    uniforms = draws.stream("attendance", year).random((len(frame), 10))
    sessions = frame[list(enrolments.TERMS)].to_numpy()
    frame["possible"] = sessions.sum(axis=1)
    counted = (frame["nc_year"] > 0).to_numpy()
    absent = np.zeros(len(frame), dtype=int)
    absent[counted] = _counted_absence(frame[counted].reset_index(drop=True), year, uniforms[counted])
    absent[~counted] = _youngest_absence(frame[~counted], uniforms[~counted])
    by_term = _by_term(absent, sessions, uniforms[:, 7:10])
    without_leave = _unauthorised(by_term, absent, frame["possible"].to_numpy(), uniforms)
    names, authorised = list(enrolments.TERMS), by_term - without_leave
    if year in HALVES:
        first = _first_halves(sessions, np.array(HALVES[year]), np.array(targets.SESSIONS[year]))
        drawn = draws.stream("half terms", year).random((2, *sessions.shape))
        absences = _in_halves(by_term, sessions, first, drawn[0])
        without_leave = _in_halves(without_leave, by_term, absences[:, ::2], drawn[1])
        authorised = absences - without_leave
        sessions = np.stack([first, sessions - first], axis=2).reshape(len(frame), -1)
        names = [f"{term} {half}" for term in names for half in (1, 2)]
    rows = frame.loc[frame.index.repeat(len(names))].reset_index(drop=True)
    whole = pd.DataFrame(
        {
            "URN": rows["urn"],
            "UPN": rows["upn"],
            "Surname": "SYNTHETIC",
            "AcademicYear": facts.label(year),
            "Term": np.tile(names, len(frame)),
            "AgeAt31August": rows["nc_year"] + 4,
            "Disadvantaged": np.where(rows["disadvantaged"], "Y", "N"),
            "FSM": np.where(rows["fsm"], "Y", "N"),
            "PossibleSessions": sessions.ravel(),
            "AuthorisedAbsence": authorised.ravel(),
            "UnauthorisedAbsence": without_leave.ravel(),
        }
    )
    return whole[whole["PossibleSessions"] > 0].reset_index(drop=True)
