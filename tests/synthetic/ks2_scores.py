"""Key stage 2 scaled scores, outcomes and progress, and the columns of DfE's pupil-level download."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, targets

TESTS = ("reading", "maths", "gps")
_HIGH = NormalDist(0, 7.4)
_STANDARDS = ("rwm", "rwm_high", "reading", "writing", "maths", "gps")


def outcomes(frame: pd.DataFrame) -> pd.DataFrame:
    """Who has no score: below the test (B) in everything for the weakest, absent (A) from a single paper."""
    missed_all = ~(frame["reading"] | frame["writing"] | frame["maths"] | frame["gps"])
    below = missed_all.to_numpy() & draws.lowest(frame["strength"].to_numpy(), draws.rounded(len(frame) * 0.02))
    for subject in TESTS:
        expected = frame[subject].to_numpy()
        rank = (frame["rare"].to_numpy() + 0.37 * TESTS.index(subject)) % 1.0
        absent = ~expected & ~below & (rank < 0.03)
        codes = np.where(expected, "AS", np.where(below, "B", np.where(absent, "A", "NS")))
        frame = frame.assign(**{f"{subject}_outcome": codes})
    return frame


def scored(frame: pd.DataFrame, subject: str, mean: int, rng: np.random.Generator) -> pd.DataFrame:
    """Scaled scores of one subject: whole, 100 or more at the expected standard, the average as published."""
    expected = frame[subject].to_numpy()
    sat = np.isin(frame[f"{subject}_outcome"].to_numpy(), ("AS", "NS"))
    near = frame["strength"].to_numpy() + 0.6 * draws.noise(rng.random((len(frame), 4)))
    near = near + 10.0 * frame["rwm_high"].to_numpy()
    wanted = draws.rounded(len(frame) * (1 - _HIGH.cdf(109.9 - mean)))
    wanted = int(np.clip(wanted, frame["rwm_high"].sum(), expected.sum()))
    high = draws.highest(np.where(expected, near, -np.inf), wanted)
    low = np.where(high, 110, np.where(expected, 100, 80))
    top = np.where(high, 120, np.where(expected, 109, 99))
    spread = rng.random(len(frame))
    start = np.where(high, 110 + 9.0 * spread**2, np.where(expected, 100 + 10.0 * spread, 99.5 - 14.0 * spread**1.5))
    total = draws.rounded(int(sat.sum()) * (mean + 0.6 * (rng.random() - 0.36)))
    scores = np.zeros(len(frame), dtype=int)
    order = rng.random(len(frame))
    scores[sat] = draws.moved_to_total(start[sat].astype(int), low[sat], top[sat], total, order[sat])
    return frame.assign(**{f"{subject}_high": high, f"{subject}_score": scores, f"{subject}_sat": sat})


def not_eligible(frame: pd.DataFrame) -> pd.DataFrame:
    """Year 6 pupils outside the published results: entered as below the tests, every standard 0."""
    frame = frame.assign(eligible=False, writing_high=False)
    for name in _STANDARDS:
        frame[name] = False
    for subject in TESTS:
        frame[f"{subject}_outcome"] = "B"
        frame[f"{subject}_high"], frame[f"{subject}_sat"], frame[f"{subject}_score"] = False, False, 0
    return frame


def progress(frame: pd.DataFrame, name: str, year: int) -> pd.Series:
    """Progress scores to two decimals (blank without a key stage 1 result), or nothing in later years."""
    if year != facts.YEARS[0]:
        return pd.Series("", index=frame.index)
    rng = draws.stream("ks2 progress", name, year)
    rank = rng.random((len(frame), 4))
    raw = 5.2 * draws.noise(rank) + 1.2 * frame["strength"].to_numpy()
    has = frame["eligible"].to_numpy() & (frame["rare"].to_numpy() > 0.03)
    poor, inside = frame["counted_disadvantaged"].to_numpy(), frame["member"].to_numpy()
    low, whole = targets.KS2_PROGRESS[name]
    pool, score = has & inside, raw.copy()
    share = (pool & poor).sum() / pool.sum()
    for group, mean in ((poor, low), (~poor, (whole - share * low) / (1 - share))):
        score[group] += mean - raw[group & pool].mean()
    return pd.Series([f"{s:.2f}" if h else "" for s, h in zip(score, has, strict=True)], index=frame.index)


def _identity(frame: pd.DataFrame, year: int) -> dict[str, object]:
    return {
        "ACADYR": facts.label(year, long=True),
        "PupilMatchingRef": "S" + frame["upn"].str[4:],
        "UPN": frame["upn"],
        "SURNAME": "SYNTHETIC",
        "FORENAMES": "PUPIL",
        "YEARGRP": "6",
        "SEX": frame["sex"],
        "LA": facts.LOCAL_AUTHORITY,
        "ESTAB": frame["estab"],
        "LAESTAB": facts.LOCAL_AUTHORITY + frame["estab"],
        "URN": frame["urn"],
    }


def ks2_file(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Year 6 results in the columns of DfE's key stage 2 pupil download."""
    columns = _identity(frame, year)
    prefixes = {"reading": "READ", "maths": "MAT", "gps": "GPS"}
    for subject, prefix in prefixes.items():
        text = frame[f"{subject}_score"].astype(str)
        columns[f"{prefix}SCORE"] = text.where(frame[f"{subject}_sat"], "")
    for subject, prefix in prefixes.items():
        columns[f"{prefix}OUTCOME"] = frame[f"{subject}_outcome"]
    depth, expected = frame["writing_high"], frame["writing"]
    columns["WRITTAOUTCOME"] = np.where(depth, "GDS", np.where(expected, "EXS", "WTS"))
    flags = {f"{prefix}EXP": subject for subject, prefix in prefixes.items()} | {"WRITTAEXP": "writing"}
    flags |= {f"{prefix}HIGH": f"{subject}_high" for subject, prefix in prefixes.items()}
    flags |= {"WRITTADEPTH": "writing_high", "ELIGRWM": "eligible", "RWMEXP": "rwm", "RWMHIGH": "rwm_high"}
    flags |= {"FSM": "fsm", "FSM6_P": "disadvantaged", "CLA_PP_1_DAY": "looked_after_only"}
    columns |= {column: frame[source].astype(int) for column, source in flags.items()}
    columns |= {f"{name}PROGSCORE": progress(frame, name, year) for name in ("READ", "WRIT", "MAT")}
    return pd.DataFrame(columns)
