"""An integer attack on what a frame shows: code of its own, written from the page and not from the audit.

The attacker knows the counts behind every figure shown, the bands, what the measures mean, and that pupils are whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from symphony_analysis.measures import MEASURES
from symphony_analysis.protect.blocks import block_of, column

LESS = "disadvantaged, not free school meals"
Key = tuple[str, str, str]  # school, group, what is counted
_SUBJECTS = ("reading", "writing", "maths")
CHAINS = (
    ("gld_count", "eligible_count"),
    ("expected_count", "eligible_count"),
    ("full_marks_count", "took_count", "eligible_count"),
    ("pupils_suspended_count", "suspensions_count"),
    ("pupils_suspended_count", "pupils_count"),
    ("severe_absentees_count", "persistent_absentees_count", "enrolments_count"),
    ("ehc_plan_count", "pupils_count"),
    *((f"{s}_higher_count", f"{s}_expected_count", "eligible_count") for s in ("rwm", "gps", *_SUBJECTS)),
    *((f"rwm_{level}_count", f"{s}_{level}_count") for level in ("expected", "higher") for s in _SUBJECTS),
)
#: Marks and sessions are not pupils; what they tell of pupils is left to the audit.
_NOT_PUPILS = ("score", "sessions", "progress", "scored")


def recovered(truth: pd.DataFrame, shown: pd.DataFrame, below: int = 6, every: int = 1) -> tuple[list[str], int]:
    """The hidden counts of 1 to just under ``below`` that have one value only, and how many were asked for."""
    keys = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]
    told = shown[[*keys, "symbol", "words", "value"]].rename(columns={"value": "seen"})
    rows = truth.drop(columns=["symbol"]).merge(told, on=keys, how="inner", validate="one_to_one")
    rows = rows[(rows["value"].notna() | rows["denominator"].eq(0)) & rows["numerator"].notna()]
    rows = rows[[bool(block_of(MEASURES[name])) for name in rows["measure"]]]
    found, asked = [], 0
    for (source, year), some in rows.groupby([rows["measure"].map(lambda n: block_of(MEASURES[n])), "time_period"]):
        one = _Block(some)
        targets = [key for key in one.targets(below)][::every]
        asked += len(targets)
        found += [f"{source} {year} {key}" for key in one.without_room(targets) if one.is_known(key)]
    return found, asked


class _Block:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.value: dict[Key, float] = {}
        self.known: set[Key] = set()
        self.bands: dict[Key, tuple[int, int]] = {}
        self.sums: list[tuple[list[Key], float]] = []
        schools = rows[rows["geographic_level"] == "School"]
        for row in schools.itertuples():
            for what, count in _counts(row):
                key = (row.school_urn, row.pupil_group, what)
                self.value[key] = count
                if not np.isnan(row.seen) or row.symbol == "z":
                    self.known.add(key)
            if row.words and np.isnan(row.seen):
                low, _, rest = row.words.partition(" to ")
                self.bands[row.school_urn, row.pupil_group, column(MEASURES[row.measure], "numerator")] = (
                    int(low), int(rest.split()[0]))  # fmt: skip
        of_trust = schools[schools["member"].astype(bool)].groupby(["measure", "pupil_group"])["school_urn"].agg(list)
        for row in rows[(rows["geographic_level"] == "Trust") & rows["seen"].notna()].itertuples():
            members = of_trust.get((row.measure, row.pupil_group), [])
            for what, count in _counts(row):
                keys = [(urn, row.pupil_group, what) for urn in members]
                if keys and all(key in self.value for key in keys) and sum(map(self.value.get, keys)) == count:
                    self.sums.append((keys, count))
        self.unknown = {key: n for n, key in enumerate(k for k in self.value if k not in self.known)}
        self._program()

    def targets(self, below: int) -> Iterator[Key]:
        yield from (key for key in self.unknown if 1 <= self.value[key] < below)
        for urn, group, what in list(self.value):
            if group == "fsm" and (urn, "disadvantaged", what) in self.value:
                pair = {(urn, "fsm", what), (urn, "disadvantaged", what)}
                less = self.value[urn, "disadvantaged", what] - self.value[urn, "fsm", what]
                if 1 <= less < below:
                    yield (urn, LESS if not pair <= self.known else f"{LESS} (open)", what)

    def without_room(self, targets: list[Key]) -> list[Key]:
        """Those of the targets that no world of a few random directions makes another: most are open at once."""
        draw = np.random.default_rng(21)
        lines = np.array([self._objective(key) for key in targets]).reshape(len(targets), len(self.unknown))
        closed = np.ones(len(targets), dtype=bool)
        for _ in range(3):
            direction = (draw.choice([-1.0, 1.0], len(targets)) * closed) @ lines
            if direction.any():
                one, two = (lines @ self._end(sign * direction) for sign in (1.0, -1.0))
                closed &= np.abs(one - two) < 0.5
        return [key for key, still in zip(targets, closed, strict=True) if still]

    def is_known(self, key: Key) -> bool:
        objective = self._objective(key)
        if not objective.any():
            return True
        ends = [round(float(objective @ self._end(sign * objective))) for sign in (1.0, -1.0)]
        return ends[0] == ends[1]

    def _objective(self, key: Key) -> np.ndarray:
        """A target as a sum of the unknown counts; nothing where all of it is known."""
        if key[1].startswith(LESS):
            terms = {(key[0], "disadvantaged", key[2]): 1.0, (key[0], "fsm", key[2]): -1.0}
        else:
            terms = {key: 1.0}
        objective = np.zeros(len(self.unknown))
        for each in terms.keys() & self.unknown.keys():
            objective[self.unknown[each]] = terms[each]
        return objective

    def _end(self, objective: np.ndarray) -> np.ndarray:
        """The world of whole pupils in which this is least."""
        whole = np.ones(len(objective))
        done = milp(objective, constraints=self.rows, bounds=self.bounds, integrality=whole)
        assert done.x is not None, done.message
        return np.round(done.x)

    def _program(self) -> None:
        rows: list[tuple[dict[Key, float], float, float]] = [({k: 1.0 for k in keys}, n, n) for keys, n in self.sums]
        for urn, what in sorted({(urn, what) for urn, _, what in self.value}):
            for one, two in (("disadvantaged", "other"), ("fsm", "not_fsm")):
                rows.append(({(urn, "all", what): 1.0, (urn, one, what): -1.0, (urn, two, what): -1.0}, 0, 0))
            rows.append(({(urn, "fsm", what): 1.0, (urn, "disadvantaged", what): -1.0}, -np.inf, 0))
        for urn, group in sorted({(urn, group) for urn, group, _ in self.value}):
            for chain in CHAINS:
                for small, large in pairwise(chain):
                    rows.append(({(urn, group, small): 1.0, (urn, group, large): -1.0}, -np.inf, 0))
                    if group == "disadvantaged":
                        signs = (("disadvantaged", small, 1.0), ("disadvantaged", large, -1.0), ("fsm", small, -1.0))
                        terms = {(urn, g, c): sign for g, c, sign in (*signs, ("fsm", large, 1.0))}
                        rows.append((terms, -np.inf, 0))
        cells, low, high = [], [], []
        for terms, least, most in rows:
            if not terms.keys() <= self.value.keys() or not terms.keys() & self.unknown.keys():
                continue
            fixed = sum(weight * self.value[key] for key, weight in terms.items() if key not in self.unknown)
            cells += [(len(low), self.unknown[key], weight) for key, weight in terms.items() if key in self.unknown]
            low.append(least - fixed)
            high.append(most - fixed)
        line, at, weight = zip(*cells, strict=True) if cells else ((), (), ())
        self.rows = LinearConstraint(csr_matrix((weight, (line, at)), shape=(len(low), len(self.unknown))), low, high)
        ends = [self.bands.get(key, (1 if key[2] in _SIZES else 0, np.inf)) for key in self.unknown]
        ends = [(min(low, self.value[key]), high) for (low, high), key in zip(ends, self.unknown, strict=True)]
        self.bounds = Bounds([low for low, _ in ends], [min(high, 10_000) for _, high in ends])


_SIZES = {"eligible_count", "enrolments_count", "pupils_count"}


def _counts(row) -> Iterator[tuple[str, float]]:
    measure = MEASURES[row.measure]
    for kind in ("numerator", "pupils"):
        what, count = column(measure, kind), getattr(row, kind)
        if what and not np.isnan(count) and count == round(count) and not any(each in what for each in _NOT_PUPILS):
            yield what, count
