"""What may be said of a figure beside England's (comparison rule 2): its interval, its p value, and one word.

The interval that is drawn is the one that decides. England is known to its printed digit: a figure is marked only where
its 95% interval lies wholly outside everything that rounds to England's figure. It is "clearly" better or worse where
it also passes Benjamini and Hochberg's procedure in its family: the trust's compared figures of all years of a report,
or all schools' compared figures of one year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.compare import intervals
from symphony_analysis.measures.formulas import SPREADS
from symphony_analysis.measures.measure import Measure

#: Recorded with every figure: which rule gave its word.
COMPARISON_RULE = 2
BETTER, WORSE, SAME = "clearly better", "clearly worse", "no clear difference"
PERHAPS_BETTER, PERHAPS_WORSE = "perhaps better", "perhaps worse"
#: The words of a figure that was compared; the others say why it was not.
COMPARED = (BETTER, PERHAPS_BETTER, SAME, PERHAPS_WORSE, WORSE)
MARKED = (BETTER, PERHAPS_BETTER, PERHAPS_WORSE, WORSE)
TOO_FEW, NO_LIKE, NOT_HELD, NOT_YET = "too few pupils", "no like figure", "not in our file", "not yet published"
#: No interval can be worked out from what the file gives, so there is nothing to compare with.
NO_INTERVAL = "no interval"
NOT_JUDGED = "not judged"
#: Of two years with a declared break between them.
NOT_COMPARABLE = "not comparable"
LEVEL = 0.95
#: Beyond the limits that hold 99.8% of schools at England's level a single school is named on page one.
NAMED_BELOW = 0.002
_FALSE_AMONG_CLEAR = 0.05
_NOISE = 1e-9
Families = Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Rule:
    """What a trust may set: the fewest pupils that are compared."""

    least_pupils: int = 11

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Rule:
        """The rule that ``trust.toml`` states under [comparison]; what it leaves out keeps its default."""
        return cls(int(settings.get("comparison", {}).get("least_pupils", cls.least_pupils)))


def against_england(
    figures: pd.DataFrame,
    england: pd.DataFrame,
    measures: Mapping[str, Measure],
    rule: Rule,
    families: Families | None = None,
) -> pd.DataFrame:
    """Every figure beside England's, with its interval and its word.

    Figures (one row each, from ``measures.evaluate``) gain the columns of ``england_figures`` and of ``tested`` and
    ``judged``; the sums that intervals rest on become ``spread``. ``families`` are those of the whole report, where
    the figures are only some of it.
    """
    keys = ["measure", "time_period", "pupil_group"]
    told = figures[figures["geographic_level"] != "England"].merge(england, on=keys, how="left", validate="many_to_one")
    told = told.assign(spread=_spread(told, measures)).drop(columns=list(SPREADS))
    known = told.loc[told["england_value"].notna(), ["measure", "time_period"]].drop_duplicates()
    latest = told["measure"].map(known.groupby("measure")["time_period"].max())
    # England's figure of another group, or of a later year, is known: then this one is published too.
    beside = pd.MultiIndex.from_frame(told[["measure", "time_period"]]).isin(pd.MultiIndex.from_frame(known))
    told = told.assign(england_held=beside | (told["time_period"] < latest))
    return judged(tested(told, measures), measures, rule, families)


def _spread(told: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    """The variance of a mean or of a rate of sessions; of events the overdispersion; NaN where it is not known.

    Events of one pupil come together, so they count as fewer: as sum of squares over sum, over the pupils of the whole
    trust in that year. One school's own would rest on a handful of pupils, and would tell of them.
    """
    kind, n, pupils = _kinds(told, measures), told["denominator"], told["pupils"]
    above, value = told["numerator"], told["numerator"] / n.where(n > 0)
    mean = (told["squares"] - above * value) / (n - 1) / n
    rate = (told["squares"] - 2 * value * told["products"] + value**2 * told["below_squares"]) * pupils
    rate = rate / (pupils - 1) / n**2 * 100**2
    # DfE's own limits are 1.96 standard errors wide: scaled so that the limits here are DfE's to the digit.
    published = told["variance"] / n**2 * (1.96 / intervals.t_half(np.ones(len(n)), n.to_numpy())) ** 2
    mean = mean.where(mean > _NOISE * value.abs().clip(lower=1)).where(published.isna(), published)
    keys = ["measure", "time_period"]
    whole = told[(told["geographic_level"] == "Trust") & (told["pupil_group"] == "all")].drop_duplicates(keys)
    repeated = (whole["squares"] / whole["numerator"].where(whole["numerator"] > 0)).clip(lower=1)
    repeated = repeated.where(whole["numerator"] != 0, 1.0).set_axis(pd.MultiIndex.from_frame(whole[keys]))
    events = pd.Series(repeated.reindex(pd.MultiIndex.from_frame(told[keys])).to_numpy(), index=told.index)
    once = told["measure"].map({name: not getattr(m.formula, "spread", ()) for name, m in measures.items()})
    events = events.mask(once.astype(bool), 1.0)
    spread = {"mean": mean.where(n > 1), "sessions": rate.where((pupils > 1) & (rate > _NOISE)), "events": events}
    return pd.Series(np.select([kind == name for name in spread], list(spread.values()), np.nan), index=told.index)


def _kinds(told: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.Series:
    return told["measure"].map({name: measure.kind for name, measure in measures.items()})


def tested(told: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """Figures with difference (unrounded, in the measure's unit), interval_low and interval_high (95%), p (how often
    chance alone gives a figure as far from all that rounds to England's) and pupils_gap (the difference as whole
    pupils, towards zero).

    NaN where the figure, England's, or what the interval needs is not known.
    """
    kind = _kinds(told, measures)
    low, high = limits(told, kind)
    gap, closest = told["value"] - told["england_value"], nearest(told)
    return told.assign(
        difference=gap,
        interval_low=low,
        interval_high=high,
        # What rounds to the same figure is no further apart than chance always is.
        p=_chance(told.assign(england_value=closest), kind).mask(closest == told["value"], 1.0),
        # Adding zero turns the -0.0 of a gap of less than one pupil into 0.
        pupils_gap=(np.trunc((gap / 100 * told["denominator"]).round(6)) + 0.0).where(kind == "share"),
    )


def limits(told: pd.DataFrame, kind: pd.Series, level: float = LEVEL) -> tuple[pd.Series, pd.Series]:
    """The limits of every figure at this level, in the measure's unit; NaN where there are none."""
    low, high = (pd.Series(np.nan, index=told.index) for _ in range(2))
    known = told["value"].notna() & (told["denominator"] > 0)
    share = known & (kind == "share")
    if share.any():
        count, pupils = _floats(told[share], "numerator", "denominator")
        found = intervals.share_limits(count, pupils, level)
        low[share], high[share] = (100 * part for part in found)
    events = known & (kind == "events") & told["spread"].notna()
    if events.any():
        count, pupils, repeated = _floats(told[events], "numerator", "denominator", "spread")
        found = intervals.events_limits(count / repeated, level)
        low[events], high[events] = (100 * part * repeated / pupils for part in found)
    spread = known & kind.isin(["mean", "sessions"]) & told["spread"].notna()
    if spread.any():
        value, units, variance = _floats(told[spread], "value", "pupils", "spread")
        half = intervals.t_half(np.sqrt(variance), units, level)
        # No fewer sessions than none can be missed.
        low[spread] = np.where(kind[spread] == "sessions", np.maximum(value - half, 0.0), value - half)
        high[spread] = value + half
    return low, high


def _chance(told: pd.DataFrame, kind: pd.Series) -> pd.Series:
    p = pd.Series(np.nan, index=told.index)
    known = told["value"].notna() & told["england_value"].notna() & (told["denominator"] > 0)
    share = known & (kind == "share")
    if share.any():
        england, count, pupils = _floats(told[share], "england_value", "numerator", "denominator")
        p[share] = intervals.both_sides(intervals.share_tail(england / 100, count, pupils), count, pupils)
    events = known & (kind == "events") & told["spread"].notna()
    if events.any():
        england, count, pupils, repeated = _floats(told[events], "england_value", "numerator", "denominator", "spread")
        expected = england * pupils / 100 / repeated
        p[events] = intervals.both_sides(intervals.events_tail(expected, count / repeated), count)
    spread = known & kind.isin(["mean", "sessions"]) & told["spread"].notna()
    if spread.any():
        value, england, units, variance = _floats(told[spread], "value", "england_value", "pupils", "spread")
        p[spread] = intervals.t_chance(value - england, np.sqrt(variance), units)
    return p


def nearest(told: pd.DataFrame) -> pd.Series:
    """Of what rounds to England's figure, what is nearest to the trust's."""
    low, high = england_range(told)
    return told["value"].clip(low, high).where(told["england_value"].notna())


def _floats(told: pd.DataFrame, *columns: str) -> list[np.ndarray]:
    return [told[column].to_numpy(dtype=float) for column in columns]


def families(told: pd.DataFrame, rule: Rule) -> dict[tuple[str, int], float]:
    """The largest p value that is called clear, by family: ("Trust", 0), or ("School", year). -1 where none is.

    At most one in twenty of the figures so marked is expected to be marked by chance (Benjamini and Hochberg, 1995).
    """
    found = {}
    compared = told[told["p"].notna() & (told["pupils"] >= rule.least_pupils)]
    year = compared["time_period"].where(compared["geographic_level"] == "School", 0)
    for (level, code), p in compared["p"].groupby([compared["geographic_level"], year]):
        found[str(level), int(code)] = clear_up_to(p)
    return found


def clear_up_to(p: pd.Series) -> float:
    """The largest of one family's p values that is clear (Benjamini and Hochberg's procedure); -1 where none is."""
    ordered = np.sort(p.to_numpy())
    passed = ordered <= _FALSE_AMONG_CLEAR * np.arange(1, len(ordered) + 1) / max(len(ordered), 1)
    return float(ordered[passed].max()) if passed.any() else -1.0


def judged(
    told: pd.DataFrame, measures: Mapping[str, Measure], rule: Rule, cuts: Families | None = None
) -> pd.DataFrame:
    """The word of every tested figure (``comparison``): one of ``COMPARED``, or why there is none; "" of no figure.

    Without ``cuts`` these figures are the families; of a family that ``cuts`` does not hold none is called clear.
    """
    cuts = families(told, rule) if cuts is None else cuts
    year = told["time_period"].where(told["geographic_level"] == "School", 0)
    cut = [cuts.get((level, code), -1.0) for level, code in zip(told["geographic_level"], year, strict=True)]
    low, high = england_range(told)
    above, below = told["interval_low"] > high + _NOISE, told["interval_high"] < low - _NOISE
    kind = _kinds(told, measures)
    pupil = kind.isin(["share", "events"]) & (told["difference"].abs() * told["denominator"] < 100 - _NOISE)
    clear, good = told["p"] <= cut, told["measure"].map({n: m.better == "high" for n, m in measures.items()}) == above
    like = [g in measures[m].england for m, g in zip(told["measure"], told["pupil_group"], strict=True)]
    judged_at_all = told["measure"].map({name: m.better != "none" for name, m in measures.items()})
    words = [
        (told["value"].isna(), ""),
        (~judged_at_all.astype(bool), NOT_JUDGED),
        (~np.array(like, dtype=bool), NO_LIKE),
        (told["england_value"].isna() & told["england_held"], NOT_HELD),
        (told["england_value"].isna(), NOT_YET),
        (told["pupils"] < rule.least_pupils, TOO_FEW),
        (told["interval_low"].isna(), NO_INTERVAL),
        (pupil | ~(above | below), SAME),
        (clear & good, BETTER),
        (clear, WORSE),
        (good, PERHAPS_BETTER),
    ]
    return told.assign(comparison=np.select([when for when, _ in words], [word for _, word in words], PERHAPS_WORSE))


def england_range(told: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Everything that rounds to England's figure as it was published: its lower and upper end."""
    half = half_digit(told["england_decimals"])
    return told["england_value"] - half, told["england_value"] + half


def half_digit(decimals: pd.Series) -> pd.Series:
    """How far a figure may be from what was printed with so many decimals; NaN where nothing was printed."""
    return 0.5 * 10.0 ** -decimals.astype(float)
