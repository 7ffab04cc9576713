"""Figures that may be seen: the only way out. Charts, tables and wording take ``Protected`` and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.names import unknown
from symphony_analysis.protect.blocks import Block, blocks, column, given_of_schools
from symphony_analysis.protect.hiding import Hiding, lowest
from symphony_analysis.protect.public_knowledge import Outside, dfe_school_figures, outside, printed_cells
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds, narrower
from symphony_analysis.remembered import remembered


@dataclass(frozen=True)
class Protected:
    """Figures that may be shown: one row per figure, hidden ones with the symbol "c" and no value or count.

    ``measures`` are the declarations of the figures held.
    """

    frame: pd.DataFrame
    measures: Mapping[str, Measure]
    edition: str
    context: Any = field(default=None, compare=False)

    def rows(self, **wanted: object) -> pd.DataFrame:
        """The figures for which each named column equals the value given (or is among the values given).

        A row is a figure: its keys, value (not rounded) or symbol, unit, counts, England's figure, comparison, source.
        """
        rows = self.frame
        for name, value in wanted.items():
            if name not in rows.columns:
                raise unknown("column", name, rows.columns)
            values = list(value) if isinstance(value, (list, tuple, set)) else [value]
            rows = rows[rows[name].isin(values)]
        return rows

    def of(self, names: Collection[str]) -> Protected:
        """The figures of these measures alone; what is hidden stays as it was decided for all of them."""
        held = self.frame[self.frame["measure"].isin(list(names))].reset_index(drop=True)
        return Protected(held, {n: self.measures[n] for n in self.measures if n in names}, self.edition, self.context)

    def _repr_html_(self) -> str:
        """What a notebook shows of it: how much there is, and the trust's rows of the latest year."""
        frame = self.frame
        counted = f"{len(frame)} figures of {len(self.measures)} measures, {self.edition} edition"
        latest = frame[(frame["geographic_level"] == "Trust") & (frame["time_period"] == frame["time_period"].max())]
        shown = latest[["measure", "time_period", "pupil_group", "value", "symbol", "unit", "comparison"]]
        return f"<p>{counted}; below the trust in its latest year, all in <code>.frame</code></p>{shown._repr_html_()}"


def release(
    compared: pd.DataFrame,
    measures: Mapping[str, Measure],
    edition: str,
    settings: Mapping[str, Any],
    context: Any = None,
    published: Mapping[str, pd.DataFrame] | None = None,
) -> Protected:
    """What of these figures may be seen in this edition.

    ``compared`` must hold every school, pupil group and year of each measure, and every measure that shares pupils
    with one of them (``linked``), whatever a page shows of them, so that the same cells are hidden wherever a figure
    appears. ``published`` are the files of what others and earlier issues have printed. Hidden figures lose value,
    counts and comparison.
    """
    limits = Thresholds.of(edition, settings)
    if edition == "internal" or not len(compared):
        return Protected(compared.assign(words=""), measures, edition, context)
    figures, printed = given_of_schools(compared, measures), outside(published or {}, measures)
    words = pd.Series("", index=figures.index, dtype="str")
    hidden = np.zeros(len(figures), dtype=bool)
    for block in blocks(figures, measures):
        cells, banded = _hidden(block, edition, settings, printed)
        hidden[block.row[cells]] = True
        for m, measure in enumerate(block.measures):
            words.iloc[block.row[m][banded[m]]] = _band(measure, limits)
    told = blanked(figures, pd.Series(hidden, index=figures.index), words)
    return Protected(told if limits.shows_schools else _as_published(told, published or {}), measures, edition, context)


def _hidden(
    block: Block, edition: str, settings: Mapping[str, Any], printed: tuple[Outside, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The hidden cells of a block, and those of which a band is printed. What one edition hides, a wider one hides."""
    known, found = printed_cells(block, printed), []
    for limits in (Thresholds.of(name, settings) for name in (*narrower(edition), edition)):

        def decide(limits: Thresholds = limits) -> list[list[int]]:
            decision = Hiding(block, limits, known)
            return [np.flatnonzero(cells).tolist() for cells in (decision.decide(), decision.worded)]

        answer = remembered("hide", (*block.identity, known.tobytes(), limits), decide)
        cells = np.zeros((2, block.stands.size), dtype=bool)
        for part, positions in zip(cells, answer, strict=True):
            part[positions] = True
        found.append(cells.reshape(2, *block.stands.shape))
    return np.logical_or.reduce([hidden for hidden, _ in found]), found[-1][1]


def _band(measure: Measure, limits: Thresholds) -> str:
    """The band of a sensitive measure in words: "0 to 4 suspensions", "1 to 4 pupils"."""
    counted = column(measure, "numerator").removesuffix("_count").replace("_", " ")
    events = measure.area == "exclusions" and not counted.startswith("pupils")
    return f"{lowest(measure)} to {limits.band_events} {counted if events else 'pupils'}"


def _as_published(told: pd.DataFrame, published: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """School figures as DfE has published them and no others: its value or its reason, never a count or a verdict."""
    keys = ["measure", "time_period", "school_urn", "pupil_group"]
    school = told["geographic_level"].eq("School")
    theirs = dfe_school_figures(published).drop_duplicates(keys, keep="last").set_index(keys)
    found = theirs.reindex(pd.MultiIndex.from_frame(told[keys]))
    value, symbol, file = (pd.Series(found[name].to_numpy(), index=told.index) for name in ("value", "symbol", "file"))
    blank = {name: told[name].mask(school) for name in TELLING}
    own = told["symbol"].where(told["symbol"].ne("") & told["symbol"].ne(HIDDEN), "NP")
    return told.assign(
        **(blank | {"value": told["value"].where(~school, value.astype(float))}),
        symbol=told["symbol"].where(~school, symbol.where(symbol.notna(), own)),
        comparison=told["comparison"].mask(school, ""),
        words=told["words"].mask(school, ""),
        source_file=told["source_file"].where(~school, file.where(file.notna(), "")),
    )


#: Everything that tells a figure, or how many pupils stand behind it.
TELLING = [
    "value", "numerator", "denominator", "pupils", "difference", "interval_low", "interval_high", "p", "spread",
    "pupils_gap",
]  # fmt: skip


def blanked(figures: pd.DataFrame, covered: pd.Series, words: pd.Series) -> pd.DataFrame:
    """Hidden figures without value, counts and comparison; one symbol, whatever the reason, and the words if any."""
    bare = figures.assign(**{column: figures[column].mask(covered) for column in TELLING})
    return bare.assign(
        symbol=figures["symbol"].mask(covered, HIDDEN),
        comparison=figures["comparison"].mask(covered, ""),
        words=words,
    )
