"""Key stage 2: who met what, chosen school by school so that the whole counts give the published percentages."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, ks2_scores, targets

SUBJECTS = ("reading", "writing", "maths")
_SPREAD = NormalDist(0, 8.3)  # of scaled scores, near enough for a share at or above 100


def counts(year: int) -> dict[str, tuple[int, int, int, int]]:
    """Eligible pupils, RWM expected, RWM higher and disadvantaged pupils of each school, whole numbers."""
    plan = {}
    for estab, (eligible, expected, higher, *_scores) in targets.KS2[year].items():
        met, high = draws.rounded(eligible * expected / 100), draws.rounded(eligible * higher / 100)
        plan[estab] = (eligible, met, high, targets.KS2_DISADVANTAGED[year][estab])
    return plan


def disadvantaged_met(year: int) -> dict[str, int]:
    """Disadvantaged pupils at the expected standard in RWM in each school; members' add up to the target."""
    plan, shares = counts(year), {}
    inside = [s.estab for s in facts.SCHOOLS if s.estab in plan and s.is_member(year)]
    outside = [estab for estab in plan if estab not in inside]
    for group in (inside, outside):
        weights = [plan[e][3] * plan[e][1] / plan[e][0] for e in group]
        caps = [min(plan[e][3], plan[e][1]) for e in group]
        total = targets.KS2_DISADVANTAGED_MET[year] if group is inside else draws.rounded(0.62 * sum(weights))
        shares |= dict(zip(group, draws.share_out(total, weights, caps).tolist(), strict=True))
    return shares


def _missed_counts(eligible: int, missing_rwm: int, reading: int, maths: int) -> tuple[int, int, int]:
    """How many miss the expected standard in reading, writing and maths: together they cover every pupil."""
    most = max(1, int(0.92 * missing_rwm))
    least = max(1, int(0.4 * missing_rwm))
    tests = [int(np.clip(draws.rounded(eligible * _SPREAD.cdf(99.5 - mean)), least, most)) for mean in (reading, maths)]
    writing = max(draws.rounded(0.72 * missing_rwm), missing_rwm - sum(tests) + 1)
    return tests[0], min(writing, missing_rwm), tests[1]


def _missed(count: int, missed: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Which subjects each pupil short of RWM misses (weakest first): everyone at least one."""
    first = draws.share_out(count, missed, missed)
    owner = np.repeat(np.arange(3), first)[np.argsort(rng.random(count), kind="stable")]
    misses = owner[:, None] == np.arange(3)
    for subject in range(3):
        weakest = np.flatnonzero(~misses[:, subject])[: missed[subject] - first[subject]]
        misses[weakest, subject] = True
    return misses


def _standards(frame: pd.DataFrame, estab: str, year: int, met_disadvantaged: int) -> pd.DataFrame:
    """RWM and each subject at the expected standard, for the eligible pupils of one school."""
    eligible, met, high, _ = counts(year)[estab]
    strength, poor = frame["strength"].to_numpy(), frame["counted_disadvantaged"].to_numpy()
    rwm = draws.highest(np.where(poor, strength, -np.inf), met_disadvantaged)
    rwm |= draws.highest(np.where(poor, -np.inf, strength), met - met_disadvantaged)
    rwm_high = draws.highest(np.where(rwm, strength, -np.inf), high)
    short = np.flatnonzero(~rwm)
    short = short[np.argsort(strength[short], kind="stable")]
    reading, maths, _gps = targets.KS2[year][estab][3:]
    missed = _missed_counts(eligible, len(short), reading, maths)
    misses = np.zeros((eligible, 3), dtype=bool)
    misses[short] = _missed(len(short), missed, draws.stream("ks2 missed", estab, year))
    frame = frame.assign(rwm=rwm, rwm_high=rwm_high)
    for position, subject in enumerate(SUBJECTS):
        frame[subject] = ~misses[:, position]
    return frame


def _gps(frame: pd.DataFrame, estab: str, year: int) -> pd.DataFrame:
    """Grammar, punctuation and spelling is outside RWM: as many as its average score suggests."""
    mean = targets.KS2[year][estab][5]
    at_expected = draws.rounded(len(frame) * (1 - _SPREAD.cdf(99.5 - mean)))
    rng = draws.stream("ks2 gps", estab, year)
    near = frame["strength"].to_numpy() + 0.6 * draws.noise(rng.random((len(frame), 4))) + 0.8 * frame["rwm"]
    return frame.assign(gps=draws.highest(near, at_expected))


def _greater_depth(frame: pd.DataFrame) -> pd.DataFrame:
    """Writing at greater depth: all who are high in RWM and a few who are not high in both tests."""
    both = (frame["reading_high"] & frame["maths_high"]).to_numpy()
    open_to = (frame["writing"].to_numpy() & ~both) | frame["rwm_high"].to_numpy()
    first = frame["strength"].to_numpy() + 10.0 * frame["rwm_high"]
    wanted = int(frame["rwm_high"].sum()) + draws.rounded(0.055 * len(frame))
    return frame.assign(writing_high=draws.highest(np.where(open_to, first, -np.inf), wanted))


def school_results(frame: pd.DataFrame, estab: str, year: int, met_disadvantaged: int) -> pd.DataFrame:
    """One row an eligible pupil of one school, with every standard, scaled score and outcome."""
    frame = _standards(frame.reset_index(drop=True), estab, year, met_disadvantaged)
    frame = ks2_scores.outcomes(_gps(frame, estab, year))
    for subject, mean in zip(ks2_scores.TESTS, targets.KS2[year][estab][3:], strict=True):
        frame = ks2_scores.scored(frame, subject, mean, draws.stream("ks2 score", estab, year, subject))
    return _greater_depth(frame)


def results(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """One row a year 6 pupil of every school, those outside the published results included."""
    oldest = roll[roll["nc_year"] == 6].copy()
    oldest["counted_disadvantaged"] = oldest["disadvantaged"] | oldest["looked_after_only"]
    met, parts = disadvantaged_met(year), []
    for estab, frame in oldest.groupby("estab", sort=True):
        extra = targets.KS2_NOT_ELIGIBLE.get(estab, 0)
        first_out = np.where(frame["counted_disadvantaged"], 2.0, frame["rare"])
        out = draws.lowest(first_out, extra)
        parts.append(school_results(frame[~out], estab, year, met[estab]).assign(eligible=True))
        parts.append(ks2_scores.not_eligible(frame[out]))
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return whole.sort_values(["urn", "upn"], kind="stable", ignore_index=True)
