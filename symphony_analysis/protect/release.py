"""Figures that may be seen: the only way out. Charts, tables and wording take ``Protected`` and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis import compare
from symphony_analysis.measures.measure import Measure
from symphony_analysis.names import unknown
from symphony_analysis.protect.blocks import Block, blocks
from symphony_analysis.protect.primary import in_words, primary
from symphony_analysis.protect.secondary import Cover
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds, narrower


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
        for column, value in wanted.items():
            if column not in rows.columns:
                raise unknown("column", column, rows.columns)
            values = list(value) if isinstance(value, (list, tuple, set)) else [value]
            rows = rows[rows[column].isin(values)]
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
) -> Protected:
    """What of these figures may be seen in this edition?

    ``compared`` must hold every school, pupil group and year of each measure, and every measure that shares pupils
    with one of them (``linked``), whatever a page shows of them, so that the same cells are hidden wherever a figure
    appears. Hidden figures lose value, counts and comparison.
    """
    limits = Thresholds.of(edition, settings)
    if edition == "internal" or not len(compared):
        return Protected(compared.assign(words=""), measures, edition, context)
    figures = compared.reset_index(drop=True)
    covered, worded = hidden_cells(figures, measures, edition, settings)
    words = in_words(figures, measures, limits).where(worded, "")
    told = rounded(figures, measures, limits.round_to)
    if limits.round_to > 1 and "england_value" in figures:
        # What is said of a figure is said of the figure that is shown.
        told = compare.tested(told, measures)
    return Protected(blanked(told, covered, words), measures, edition, context)


def hidden_cells(
    figures: pd.DataFrame, measures: Mapping[str, Measure], edition: str, settings: Mapping[str, Any]
) -> tuple[pd.Series, pd.Series]:
    """Which rows show no value in this edition, and which of these are told in words?

    What a narrower edition hides is hidden in every wider one, and what it does not say in words no wider one says.
    """
    covered = np.zeros(len(figures), dtype=bool)
    worded = covered
    for name in (*narrower(edition), edition):
        limits = Thresholds.of(name, settings)
        hidden, few = (rows.to_numpy() for rows in primary(figures, measures, limits))
        few = few & ~(covered & ~worded)  # words that told too much in a narrower edition tell too much in this one
        first, worded = hidden | covered, few.copy()
        covered = first | few
        covers = [Cover(block, _on(block, first), _on(block, few), limits) for block in blocks(figures, measures)]
        for cover in _by_turns(covers):
            block = cover.block
            covered[block.row[cover.grow() & block.stands]] = True
            worded[block.row[_on(block, few) & ~cover.worded]] = False
    return pd.Series(covered, index=figures.index), pd.Series(worded, index=figures.index)


def _by_turns(covers: Sequence[Cover]) -> Iterator[Cover]:
    """One block after another; those that another process of the run decides just now come last."""
    left = list(covers)
    while left:
        yield left.pop(next((n for n, cover in enumerate(left) if not cover.is_decided_elsewhere), 0))


def _on(block: Block, rows: np.ndarray) -> np.ndarray:
    """A yes or no for each row of the frame, as the block's array."""
    return np.where(block.stands, rows[block.row], False)


#: Everything that tells a figure, or how many pupils stand behind it.
TELLING = [
    "value", "numerator", "denominator", "pupils", "difference", "interval_low", "interval_high", "p", "spread",
    "pupils_gap",
]  # fmt: skip


def rounded(figures: pd.DataFrame, measures: Mapping[str, Measure], base: int) -> pd.DataFrame:
    """Counts to the nearest ``base``, and shares worked out again from the rounded counts."""
    if base == 1:
        return figures
    counts = figures["measure"].map({name: m.counts_pupils for name, m in measures.items()}).astype(bool)
    counts &= figures["numerator"].notna() & figures["denominator"].notna()  # one that others published has no counts
    pupils = figures["measure"].map({name: bool(m.pupils_column) for name, m in measures.items()}).astype(bool)
    whole = {c: ((figures[c] / base + 0.5) // 1 * base) for c in ("numerator", "denominator", "pupils")}
    share = whole["numerator"] / whole["denominator"].where(whole["denominator"] > 0) * 100
    number = figures["unit"].eq("count") & pupils
    value = figures["value"].mask(counts, share).mask(number, whole["pupils"])
    return figures.assign(
        value=value,
        numerator=figures["numerator"].mask(counts, whole["numerator"]),
        denominator=figures["denominator"].mask(counts, whole["denominator"]),
        pupils=figures["pupils"].mask(pupils, whole["pupils"]),
    )


def blanked(figures: pd.DataFrame, covered: pd.Series, words: pd.Series) -> pd.DataFrame:
    """Hidden figures without value, counts and comparison; one symbol, whatever the reason, and the words if any."""
    bare = figures.assign(**{column: figures[column].mask(covered) for column in TELLING})
    return bare.assign(
        symbol=figures["symbol"].mask(covered, HIDDEN),
        comparison=figures["comparison"].mask(covered, ""),
        words=words,
    )
