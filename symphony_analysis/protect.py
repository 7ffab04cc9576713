"""Disclosure control: what may be seen in an edition. The only way out for a figure.

Charts, tables and wording take ``Protected`` and nothing else, so an unprotected frame cannot reach a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from symphony_analysis.measures.measure import Measure

EDITIONS = ("trustees", "internal", "public")
HIDDEN = "c"
_CELL = ["measure", "time_period", "school_urn"]
_SPLITS = (("disadvantaged", "other"), ("fsm", "not_fsm"))


@dataclass(frozen=True)
class Thresholds:
    """An edition's settings: groups under ``hide_below`` pupils are hidden, those under ``words_below`` not compared.

    Counts are rounded to ``round_to`` (1 leaves them), and event counts up to ``band_events`` are banded for
    schools and pupil groups.
    """

    hide_below: int = 0
    words_below: int = 0
    round_to: int = 1
    band_events: int = 0

    @classmethod
    def of(cls, edition: str, settings: Mapping[str, Any]) -> Thresholds:
        """The thresholds of an edition, as ``trust.toml`` states them under [disclosure.<edition>]."""
        if edition not in EDITIONS:
            raise ValueError(f"no edition {edition!r}; the editions are {', '.join(EDITIONS)}")
        defaults = {
            "trustees": {"hide_below": 6, "words_below": 11, "band_events": 5},
            "public": {"hide_below": 11, "words_below": 11, "round_to": 5, "band_events": 5},
        }
        stated = settings.get("disclosure", {}).get(edition, {})
        return cls(**(defaults.get(edition, {}) | {k: int(v) for k, v in stated.items()}))


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
        """The figures for which each named column equals the value given (or is among the values given)."""
        rows = self.frame
        for column, value in wanted.items():
            values = list(value) if isinstance(value, (list, tuple, set)) else [value]
            rows = rows[rows[column].isin(values)]
        return rows

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

    ``compared`` must hold every school, pupil group and year of each measure, whatever a page shows of them, so
    that the same cells are hidden wherever a figure appears. Hidden figures lose value, counts and comparison.
    """
    limits = Thresholds.of(edition, settings)
    if edition == "internal" or not len(compared):
        return Protected(compared.assign(words=""), measures, edition, context)
    few = compared["pupils"].lt(limits.words_below) & compared["pupils"].gt(0)
    hidden = _primary(compared, measures, limits)
    worded = few & ~hidden & compared["value"].notna()
    covered = _secondary(compared, hidden | worded)
    kept = compared.assign(words=_in_words(compared, measures).where(worded, ""))
    kept = _rounded(kept, measures, limits.round_to)
    return Protected(_blank(kept, covered, worded), measures, edition, context)


def _primary(figures: pd.DataFrame, measures: Mapping[str, Measure], limits: Thresholds) -> pd.Series:
    """Cells that tell of few pupils by themselves."""
    pupils, standing = figures["pupils"], figures["value"].notna()
    hidden = pupils.gt(0) & pupils.lt(limits.hide_below)
    share = figures["unit"].eq("%") & pupils.gt(0) & pupils.lt(limits.words_below)
    hidden |= share & figures["value"].isin([0.0, 100.0])
    events = figures["measure"].map(lambda name: measures[name].area == "exclusions")
    inside = figures["geographic_level"].eq("School") | figures["pupil_group"].ne("all")
    few_events = figures["numerator"].le(limits.band_events)
    hidden |= events & few_events & (inside | (limits.round_to > 1))
    return hidden & standing


def _secondary(figures: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Cells that would give a hidden one away: its complement in the school, and a lone hidden school in a total."""
    covered = hidden.copy()
    while True:
        grown = _with_complements(figures, covered)
        grown = _with_companions(figures, grown)
        if grown.equals(covered):
            return covered
        covered = grown


def _with_complements(figures: pd.DataFrame, covered: pd.Series) -> pd.Series:
    grown = covered.copy()
    for split in _SPLITS:
        part = figures["pupil_group"].isin(split)
        in_cell = (
            covered.where(part, False).groupby([figures[c] for c in ["geographic_level", *_CELL]]).transform("any")
        )
        grown |= part & in_cell & figures["value"].notna()
    return grown


def _with_companions(figures: pd.DataFrame, covered: pd.Series) -> pd.Series:
    """Where one member school alone is hidden, the total less the others tells it: hide the smallest other too."""
    grown = covered.copy()
    schools = (figures["geographic_level"] == "School") & figures["member"].astype(bool) & figures["value"].notna()
    table = [figures[column] for column in ("measure", "time_period", "pupil_group")]
    hidden = covered.where(schools, False).groupby(table).transform("sum")
    lone = figures[schools & ~covered & (hidden == 1)]
    smallest = lone.sort_values(["pupils", "school_urn"]).drop_duplicates(["measure", "time_period", "pupil_group"])
    grown[smallest.index] = True
    return grown


def _in_words(figures: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    """Six to ten pupils: the figure in words."""
    value, share = (
        figures["value"],
        figures["unit"].eq("%") & figures["measure"].map(lambda n: measures[n].counts_pupils),
    )
    words = pd.Series("a few pupils", index=figures.index, dtype="str")
    words = words.mask(share & value.lt(40), "fewer than half").mask(share & value.between(40, 60), "about half")
    return words.mask(share & value.gt(60), "most")


def _rounded(figures: pd.DataFrame, measures: Mapping[str, Measure], base: int) -> pd.DataFrame:
    """Counts to the nearest ``base``, and shares worked out again from the rounded counts."""
    if base == 1:
        return figures
    counts = figures["measure"].map(lambda name: measures[name].counts_pupils) & figures["numerator"].notna()
    counts &= figures["denominator"].notna()  # a share as somebody published it has no counts to round
    pupils = figures["measure"].map(lambda name: bool(measures[name].pupils_column))
    rounded = {c: ((figures[c] / base + 0.5) // 1 * base) for c in ("numerator", "denominator", "pupils")}
    share = rounded["numerator"] / rounded["denominator"].where(rounded["denominator"] > 0) * 100
    whole = figures["unit"].eq("count") & pupils
    value = figures["value"].mask(counts, share).mask(whole, rounded["pupils"])
    return figures.assign(
        value=value,
        numerator=figures["numerator"].mask(counts, rounded["numerator"]),
        denominator=figures["denominator"].mask(counts, rounded["denominator"]),
        pupils=figures["pupils"].mask(pupils, rounded["pupils"]),
        difference=(value - figures["england_value"]),
        interval_low=float("nan"),
        interval_high=float("nan"),
        pupils_gap=float("nan"),
    )


def _blank(figures: pd.DataFrame, covered: pd.Series, worded: pd.Series) -> pd.DataFrame:
    told = [
        "value",
        "numerator",
        "denominator",
        "pupils",
        "difference",
        "interval_low",
        "interval_high",
        "pupils_gap",
    ]
    bare = figures.assign(**{column: figures[column].mask(covered) for column in told})
    return bare.assign(
        symbol=figures["symbol"].mask(covered, HIDDEN),
        comparison=figures["comparison"].mask(covered, ""),
        words=figures["words"].where(worded, ""),
    )
