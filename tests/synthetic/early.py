"""Early years, phonics and multiplication tables: invented shares of each pupil group, met exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, targets

_GOALS = (
    "COM_G01", "COM_G02", "COM_G03", "PHY_G04", "PHY_G05", "PSE_G06", "PSE_G07", "PSE_G08", "LIT_G09", "LIT_G10",
    "MAT_G11", "MAT_G12", "UTW_G13", "UTW_G14", "UTW_G15", "EXP_G16", "EXP_G17",
)  # fmt: skip
_GOALS_OF_GLD = 12  # the prime areas, literacy and mathematics
# How hard each goal is to reach: writing (G10) is missed most, moving about least
_HARDNESS = (0.5, 0.3, 0.4, 0.1, 0.2, 0.4, 0.2, 0.3, 0.7, 1.0, 0.6, 0.5, 0.2, 0.2, 0.2, 0.1, 0.1)
_NOT_TAKING = ("Working below expectation", "Absent during check window", "Unable to access")


def pools(frame: pd.DataFrame) -> list[tuple[int, int, np.ndarray]]:
    """The four pools that are calibrated apart: (outside the trust?, other pupils?, positions of the rows)."""
    outside, other = ~frame["member"].to_numpy(), ~frame["disadvantaged"].to_numpy()
    return [(o, g, np.flatnonzero((outside == bool(o)) & (other == bool(g)))) for o in (0, 1) for g in (0, 1)]


def _reached(frame: pd.DataFrame, percents, rank: np.ndarray) -> np.ndarray:
    """Who reached a standard: the strongest of each pool, as many as its percentage says."""
    reached = np.zeros(len(frame), dtype=bool)
    for outside, other, rows in pools(frame):
        count = draws.rounded(len(rows) * percents[outside][other] / 100)
        reached[rows] = draws.highest(rank[rows], count)
    return reached


def _year_group(roll: pd.DataFrame, group: int, name: str, year: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The pupils of one year group, how they stand on the day, and one more uniform each."""
    frame = roll[roll["nc_year"] == group].reset_index(drop=True)
    uniforms = draws.stream(name, year).random((len(frame), 5))
    return frame, frame["strength"].to_numpy() + 0.5 * draws.noise(uniforms), uniforms[:, 4]


def eyfsp_file(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """Reception's profiles (1 emerging, 2 expected, A not assessed) in the columns of DfE's download."""
    frame, rank, _ = _year_group(roll, 0, "eyfsp", year)
    gld = _reached(frame, targets.GLD[year], rank)
    ease = draws.stream("eyfsp goals", year).random((len(frame), len(_GOALS)))
    depth = (rank[~gld].max() - rank)[:, None] * 0.18
    expected = ease > np.array(_HARDNESS) * (0.35 + depth)
    expected[gld, :_GOALS_OF_GLD] = True
    all_met = ~gld & expected[:, :_GOALS_OF_GLD].all(axis=1)
    expected[all_met, 9] = False  # whoever has no good level of development misses writing at least
    marks = np.where(expected, "2", "1")
    marks[~gld & (frame["rare"].to_numpy() < 0.02)] = "A"
    columns = {
        "ACADYR": facts.label(year, long=True),
        "PUPILMATCHINGREF": "S" + frame["upn"].str[4:],
        "UPN": frame["upn"],
        "SURNAME": "SYNTHETIC",
        "FORENAME": "PUPIL",
        "SEX": frame["sex"],
        "LA": facts.LOCAL_AUTHORITY,
        "ESTAB": frame["estab"],
        "URN": frame["urn"],
    }
    columns |= {goal: marks[:, position] for position, goal in enumerate(_GOALS)}
    return pd.DataFrame(columns | {"GLD": gld.astype(int)})


def _phonics_rows(roll: pd.DataFrame, group: int, year: int) -> pd.DataFrame:
    frame, rank, spare = _year_group(roll, group, "phonics", year)
    met = _reached(frame, targets.PHONICS[year], rank)
    mark = np.where(met, 32 + (9 * spare**0.6).astype(int), 31 - (32 * spare**1.6).astype(int))
    rare = frame["rare"].to_numpy()
    outcome = np.where(met, "Wa", np.where(rare < 0.02, "A", np.where(rare < 0.06, "D", "Wt")))
    text = np.where(np.isin(outcome, ("A", "D")), "", mark.astype(str))
    return frame.assign(mark=text, outcome=outcome, again=rank < np.quantile(rank, 0.14))


def phonics_file(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """Year 1's screening check, and year 2 pupils who take it again (not part of the year 1 figure)."""
    second = _phonics_rows(roll, 2, year)
    frame = pd.concat([_phonics_rows(roll, 1, year), second[second["again"]]], ignore_index=True)
    frame = frame.sort_values(["urn", "nc_year", "upn"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "AcademicYear": facts.label(year, long=True),
            "PupilMatchingReference": "S" + frame["upn"].str[4:],
            "UniquePupilNumber": frame["upn"],
            "SurName": "SYNTHETIC",
            "ForeNames": "PUPIL",
            "SEX": frame["sex"],
            "LocalAuthority": facts.LOCAL_AUTHORITY,
            "Establishment": frame["estab"],
            "UniqueReferenceNumber": frame["urn"],
            "NationalCurriculumYearActual": frame["nc_year"],
            "Phonics_Mark": frame["mark"],
            "Phonics_Outcome": frame["outcome"],
        }
    )


def _mtc_marks(rank: np.ndarray, took: np.ndarray, full: int, mean: float) -> np.ndarray:
    """Marks of one pool: ``full`` pupils at 25, the others below, the average of those who took it as given."""
    marks = np.zeros(len(rank), dtype=int)
    best = draws.highest(np.where(took, rank, -np.inf), full)
    rest = took & ~best
    place = np.argsort(np.argsort(-rank[rest], kind="stable"), kind="stable") / max(1, int(rest.sum()))
    marks[best] = 25
    total = draws.rounded(mean * int(took.sum())) - 25 * full
    # weaker pupils lose marks faster; the last few are moved until the total is met
    level = 24 - total / max(1, int(rest.sum()))
    start = 24 - (22 * place ** (22 / level - 1) + 0.5).astype(int)
    marks[rest] = draws.moved_to_total(start, 0, 24, total, (place * 7.31) % 1.0)
    return marks


def mtc_file(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """Year 4's multiplication tables check in the columns of DfE's download."""
    frame, rank, spare = _year_group(roll, 4, "mtc", year)
    took = ~(draws.lowest(rank, draws.rounded(0.05 * len(frame))) & (spare < 0.45))
    averages, full_percents = targets.MTC[year]
    marks = np.zeros(len(frame), dtype=int)
    for outside, other, rows in pools(frame):
        full = draws.rounded(len(rows) * (full_percents[other] - 2 * outside) / 100)
        marks[rows] = _mtc_marks(rank[rows], took[rows], full, averages[other] - 0.3 * outside)
    reason = np.array(_NOT_TAKING)[(frame["rare"] * len(_NOT_TAKING)).astype(int)]
    return pd.DataFrame(
        {
            "ACADYR": facts.label(year, long=True),
            "PupilMatchingRef": "S" + frame["upn"].str[4:],
            "UPN": frame["upn"],
            "Surname": "SYNTHETIC",
            "Forename": "PUPIL",
            "Sex": frame["sex"],
            "LA": facts.LOCAL_AUTHORITY,
            "Estab": frame["estab"],
            "URN": frame["urn"],
            "FormMark": np.where(took, marks.astype(str), ""),
            "PupilStatus": np.where(took, "Complete", "Not taking check"),
            "ReasonNotTakingCheck": np.where(took, "", reason),
        }
    )
