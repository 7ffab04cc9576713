"""Figures that rest on the same pupils, as arrays: one block is one source in one year, for all schools and groups.

Whoever asks for one measure gets the cells decided for the whole block, so that every notebook hides the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.thresholds import Thresholds
from symphony_analysis.relations import SPLITS

KINDS = ("numerator", "denominator", "pupils")
#: Sources that count the same pupils under the same name: exclusions are set against the January roll.
_SAME_PUPILS = {"exclusions": "roll"}
_GROUP = {name: at for at, name in enumerate(GROUPS)}


def block_of(measure: Measure) -> str:
    """The block that a measure is decided in; "" for one that is not about pupils."""
    return _SAME_PUPILS.get(measure.source, measure.source) if measure.pupils_column and measure.pooled else ""


def linked(asked: Iterable[Measure], declared: Iterable[Measure]) -> dict[str, Measure]:
    """The measures asked for, and every declared one that shares pupils with one of them."""
    asked = list(asked)
    blocks = {block_of(measure) for measure in asked} - {""}
    found = {measure.name: measure for measure in declared if block_of(measure) in blocks}
    return {measure.name: measure for measure in asked} | found


@dataclass
class Block:
    """One source in one year. Arrays are measure x group x place; the last place is the trust.

    ``row`` is the row of the frame (-1: no such figure), ``counts`` the three counts behind each figure (NaN where
    it has none), ``counted`` whether a school is part of the trust's figure.
    """

    measures: list[Measure]
    places: list[str]
    row: np.ndarray
    counts: dict[str, np.ndarray]
    counted: np.ndarray
    year: int = 0

    @cached_property
    def stands(self) -> np.ndarray:
        """Is there a figure?"""
        return self.row >= 0

    @property
    def identity(self) -> tuple[object, ...]:
        """All that a decision about this block can depend on."""
        declared = [
            (m.name, m.area, m.unit, m.counts_pupils, kinds_of(m), [column(m, kind) for kind in KINDS],
             getattr(m.formula, "per", 1.0))
            for m in self.measures
        ]  # fmt: skip
        arrays = (*(self.counts[kind] for kind in KINDS), self.stands, self.counted)
        return (declared, self.places, self.year, *(array.tobytes() for array in arrays))

    def group(self, name: str) -> int:
        """The place of a pupil group in the arrays."""
        return _GROUP[name]

    @cached_property
    def splits(self) -> list[tuple[int, int]]:
        """The pairs of parts that figures of this block have."""
        pairs = [(_GROUP[a], _GROUP[b]) for a, b in SPLITS.items()]
        return [pair for pair in pairs if self.stands[:, list(pair)].any()]

    def same_column(self, m: int, kind: str) -> list[int]:
        """The measures that have the same count as this one below the line, or of pupils."""
        return [n for n, other in enumerate(self.measures) if column(other, kind) == column(self.measures[m], kind)]

    @cached_property
    def signed(self) -> np.ndarray:
        """By measure: can what is counted fall below zero, as progress can?"""
        return np.array([(np.nan_to_num(self.counts["numerator"][m]) < 0).any() for m in range(len(self.measures))])


def column(measure: Measure, kind: str) -> str:
    """The column of the source's table that a count of this measure comes from."""
    if kind == "pupils":
        return measure.pupils_column
    formula = measure.formula
    names = getattr(formula, kind, None) or getattr(formula, "terms", None) or (getattr(formula, "column", ""),)
    return "+".join(names)


def kinds_of(measure: Measure) -> list[str]:
    """The counts behind a figure, each column once: the pupils first, then what is below and above the line."""
    found: dict[str, str] = {}
    for kind in ("pupils", "denominator", "numerator"):
        if kind != "denominator" or getattr(measure.formula, "denominator", None):
            found.setdefault(column(measure, kind), kind)
    return list(found.values())


def word_range(block: Block, cell: tuple[int, int, int], kind: str, limits: Thresholds) -> tuple[float, float]:
    """What words tell of a count: the range of sizes they stand for, and the part of it that the words name.

    Of exclusions a band of events, and nothing of the pupils.
    """
    measure = block.measures[cell[0]]
    if measure.area == "exclusions":
        return (0.0, float(limits.band_events)) if kind == "numerator" else (0.0, np.inf)
    if kind != "pupils" and not (kind == "numerator" and measure.counts_pupils and measure.unit == "%"):
        return 0.0, np.inf
    share = block.counts["numerator"][cell] / block.counts["pupils"][cell]
    least, most = limits.hide_below, limits.words_below - 1
    if kind == "pupils":
        return least, most
    if share < 0.4:
        return 0.0, 0.4 * most
    return (0.4 * least, 0.6 * most) if share <= 0.6 else (0.6 * least, most)


def unbanded(block: Block, hidden: np.ndarray, worded: np.ndarray, limits: Thresholds) -> np.ndarray:
    """Hidden figures of exclusions of which no band is given where others have one: more than the band, then."""
    told = np.array([each.area == "exclusions" for each in block.measures]) & worded.reshape(len(worded), -1).any(
        axis=1
    )
    enough = block.counts["pupils"] >= limits.words_below
    return (
        block.stands
        & hidden
        & ~worded
        & told[:, None, None]
        & enough
        & (block.counts["numerator"] > limits.band_events)
    )


def blocks(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> Iterator[Block]:
    """The blocks of these figures. ``figures`` must have an index of 0, 1, 2, ..."""
    sources = figures["measure"].map({name: block_of(m) for name, m in measures.items()})
    about_pupils = figures[(sources != "") & figures["numerator"].notna() & figures["value"].notna()]
    places = figures["school_urn"].where(figures["geographic_level"] == "School", "")
    about_pupils = about_pupils.assign(place=places)
    about_pupils = about_pupils[about_pupils["geographic_level"].isin(["School", "Trust"])]
    for (_, year), cells in about_pupils.groupby([sources, "time_period"], sort=True):
        yield _block(cells, measures, int(year))


def _block(cells: pd.DataFrame, measures: Mapping[str, Measure], year: int) -> Block:
    names = sorted(set(cells["measure"]))
    places = [*sorted(set(cells["place"]) - {""}), ""]
    at = tuple(
        cells[column].map({name: n for n, name in enumerate(order)}).to_numpy()
        for column, order in (("measure", names), ("pupil_group", list(GROUPS)), ("place", places))
    )
    shape = (len(names), len(GROUPS), len(places))
    row = np.full(shape, -1)
    row[at] = cells.index.to_numpy()
    counts = {kind: np.full(shape, np.nan) for kind in KINDS}
    for kind, values in counts.items():
        values[at] = cells[kind].to_numpy(dtype=float)
    counted = np.zeros(shape, dtype=bool)
    counted[at] = (cells["member"].astype(bool) & (cells["place"] != "")).to_numpy()
    return Block([measures[name] for name in names], places, row, counts, counted, year)
