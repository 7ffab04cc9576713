"""Figures that rest on the same pupils, as arrays: one block is one source in one year, for all schools and groups.

Whoever asks for one measure gets the cells decided for the whole block, so that every notebook hides the same ones.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.measure import Measure

KINDS = ("numerator", "denominator", "pupils")
#: Sources that count the same pupils under the same name: exclusions are set against the January roll.
_SAME_PUPILS = {"exclusions": "roll"}
_OF_SCHOOLS = ("all", "disadvantaged", "other")
#: The source of which DfE publishes free school meals, and not the disadvantaged, by school.
_MEALS_OF_SCHOOLS = "eyfsp"
#: What few pupils are hidden for: counted events or states that harm a child when known.
_SENSITIVE = ("severe_absence_percent", "ehc_plan_percent")


def block_of(measure: Measure) -> str:
    """The block that a measure is decided in; "" for one that is not about pupils."""
    return _SAME_PUPILS.get(measure.source, measure.source) if measure.pupils_column and measure.pooled else ""


def is_sensitive(measure: Measure) -> bool:
    """Suspensions, exclusions, severe absence, EHC plans: few above the line are as telling as few below it."""
    return measure.area == "exclusions" or measure.name in _SENSITIVE


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
    it has none), ``counted`` whether a school is part of the trust's figure. A cell that says "no such pupils" is a
    figure too, none of none: in a group of few pupils it would tell that none of them has a score.
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

    @cached_property
    def empty(self) -> np.ndarray:
        """Does the figure say that there are no such pupils?"""
        return self.stands & (self.counts["denominator"] == 0)

    @property
    def identity(self) -> tuple[object, ...]:
        """All that a decision about this block can depend on."""
        declared = [(m.name, m.area, m.counts_pupils, [column(m, kind) for kind in KINDS]) for m in self.measures]
        arrays = (*(self.counts[kind] for kind in KINDS), self.stands, self.counted)
        return (declared, self.places, self.year, *(array.tobytes() for array in arrays))


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


def given_of_schools(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """The figures that an edition beyond leadership has at all, numbered from 0.

    Of a school no group that differs from another by a handful of children: free school meals outside the early years
    are nearly the disadvantaged pupils, and are internal.
    """
    given = {
        (name, group)
        for name, measure in measures.items()
        for group in (*_OF_SCHOOLS, *(measure.england if measure.source == _MEALS_OF_SCHOOLS else ()))
    }
    cells = zip(figures["measure"], figures["pupil_group"], strict=True)
    kept = figures["geographic_level"].ne("School") | np.array([cell in given for cell in cells], dtype=bool)
    return figures[kept].reset_index(drop=True)


def blocks(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> Iterator[Block]:
    """The blocks of these figures. ``figures`` must have an index of 0, 1, 2, ..."""
    sources = figures["measure"].map({name: block_of(m) for name, m in measures.items()})
    told = figures["value"].notna() | figures["symbol"].eq("z")
    about_pupils = figures[(sources != "") & figures["numerator"].notna() & told]
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
