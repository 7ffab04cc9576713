"""Is a number good: against England as it was known on a date, better, about the same or worse.

Pure. England is the published figure, chosen by measure, pupil group, population and vintage; like is compared
with like, and a comparison of unlike things is refused.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from symphony_analysis.measures.measure import Measure
from symphony_analysis.rounding import half_away

BETTER, SAME, WORSE = "better", "about the same", "worse"
NOT_YET = "no national figure yet"
NO_LIKE = "no like figure"
TOO_FEW = "too few to judge"
NOT_JUDGED = "not judged"
Z95 = 1.959963984540054  # the 97.5th percentile of the normal distribution


class UnlikeError(ValueError):
    """Two figures of different unit, period, definition or population were to be compared."""


@dataclass(frozen=True)
class Rule:
    """When is a difference a difference: the tolerance by unit and by measure, and the least cohort judged."""

    about_same: Mapping[str, float] = field(
        default_factory=lambda: {"%": 0.5, "score": 0.2, "per 100 pupils": 0.1, "pupils per teacher": 0.5}
    )
    # Of what concerns one pupil in a hundred or fewer, half a point would call half or twice as many the same.
    by_measure: Mapping[str, float] = field(
        default_factory=lambda: {
            "severe_absence_percent": 0.1,
            "pupils_suspended_percent": 0.1,
            "permanent_exclusion_rate": 0.01,
        }
    )
    well: float = 5.0
    least_pupils: int = 11

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Rule:
        """The rule that ``trust.toml`` states under [comparison]; what it leaves out keeps its default."""
        stated = settings.get("comparison", {})
        default = cls()
        return cls(
            about_same=dict(default.about_same) | dict(stated.get("about_same", {})),
            by_measure=dict(default.by_measure) | dict(stated.get("about_same_by_measure", {})),
            well=float(stated.get("well_above", default.well)),
            least_pupils=int(stated.get("least_pupils", default.least_pupils)),
        )

    def tolerance(self, measure: Measure) -> float:
        """Up to what difference from England is a figure of this measure "about the same"?"""
        return self.by_measure.get(measure.name, self.about_same.get(measure.unit, 0.0))

    def sentence(self, measure: Measure) -> str:
        """The rule in words, for the note under a table."""
        unit = {"%": "percentage points", "score": "points"}.get(measure.unit, measure.unit)
        well = f"; well above or below: {self.well:g} or more" if measure.unit == "%" else ""
        return f"About the same: within {self.tolerance(measure):g} {unit} of England{well}."

    @property
    def fewest(self) -> str:
        """From how many pupils on is a figure judged, in words?"""
        return f"Fewer than {self.least_pupils} pupils: too few to judge."


def known_from(published: str) -> date:
    """From which day was a figure public? A month counts from its last day, so that nothing is known too early."""
    parts = [int(part) for part in published.split("-")]
    return date(*parts) if len(parts) == 3 else date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])


def england_figures(
    measures: Mapping[str, Measure], national: pd.DataFrame, official: pd.DataFrame, as_at: date
) -> pd.DataFrame:
    """England's figure for each measure, year and pupil group, as known on ``as_at``.

    One row per measure x year x pupil group: england_value, england_vintage, england_status, england_decimals,
    england_source (the file it was read from).
    ``national`` is the tidy national.csv; ``official`` holds England rows read from official files (columns
    measure, time_period, pupil_group, value, published, release_status, title, source_file), which come first.
    """
    known = national[[known_from(p) <= as_at for p in national["published"]]] if len(national) else national
    rows = []
    for measure in measures.values():
        for group, population in measure.england.items():
            like = known[
                (known["comparator"] == measure.compared_with)
                & (known["pupil_group"] == group)
                & (known["population"] == population)
            ]
            _same_unit(measure, like)
            # The latest publication stands; of two on one day the one nearer to final, as national.csv is read.
            latest = like.sort_values(["time_period", "published"], kind="stable").groupby("time_period").tail(1)
            rows.append(latest.assign(measure=measure.name))
    found = pd.concat(rows, ignore_index=True) if rows else national.assign(measure="")
    chosen = pd.DataFrame(
        {
            "measure": found["measure"],
            "time_period": found["time_period"],
            "pupil_group": found["pupil_group"],
            "england_value": found["value"].astype(float),
            "england_vintage": _vintage(found["publication"], found["release_status"], found["published"]),
            "england_status": found["release_status"],
            "england_decimals": found["decimals"].astype(int),
            "england_source": "national.csv",
        }
    )
    own = _from_official(measures, official, as_at)
    keys = ["measure", "time_period", "pupil_group"]
    both = pd.concat([own, chosen], ignore_index=True) if len(own) else chosen
    return both.drop_duplicates(keys, keep="first").sort_values(keys, ignore_index=True)


def _vintage(title: pd.Series, status: pd.Series, published: pd.Series) -> pd.Series:
    return title.str.cat([", " + status, ", published " + published])


def _same_unit(measure: Measure, like: pd.DataFrame) -> None:
    units = set(like["unit"])
    if not units <= {measure.unit}:
        raise UnlikeError(f"{measure.name} is in {measure.unit}; the national figure is in {', '.join(sorted(units))}")


def _from_official(measures: Mapping[str, Measure], official: pd.DataFrame, as_at: date) -> pd.DataFrame:
    if not len(official):
        return official
    public = [bool(p) and known_from(p) <= as_at for p in official["published"]]
    like = [g in measures[m].england for m, g in zip(official["measure"], official["pupil_group"], strict=True)]
    known = official[
        official["value"].notna() & pd.Series(public, index=official.index) & pd.Series(like, index=official.index)
    ]
    return pd.DataFrame(
        {
            "measure": known["measure"],
            "time_period": known["time_period"],
            "pupil_group": known["pupil_group"],
            "england_value": known["value"],
            "england_vintage": _vintage(known["title"], known["release_status"], known["published"]),
            "england_status": known["release_status"],
            "england_decimals": known["measure"].map(lambda name: measures[name].decimals),
            "england_source": known["source_file"],
        }
    )


def against_england(
    figures: pd.DataFrame, england: pd.DataFrame, measures: Mapping[str, Measure], rule: Rule
) -> pd.DataFrame:
    """How does each figure stand to England's?

    Figures (one row each) gain england_value, england_vintage, difference (unrounded, in the measure's unit),
    comparison (better, about the same, worse, or why it is not compared), interval_low, interval_high (95%:
    Wilson for shares of pupils, Poisson for rates of events) and pupils_gap (the difference as whole pupils,
    towards zero).
    """
    keys = ["measure", "time_period", "pupil_group"]
    told = figures[figures["geographic_level"] != "England"].merge(england, on=keys, how="left", validate="many_to_one")
    told = told.assign(difference=told["value"] - told["england_value"])
    told = told.assign(comparison=verdicts(told, told["value"], measures, rule))
    return _with_intervals(told, measures)


def verdicts(told: pd.DataFrame, values: pd.Series, measures: Mapping[str, Measure], rule: Rule) -> list[str]:
    """How would these values of the figures stand to England's: better, about the same, worse, or why not compared?"""
    difference = values - told["england_value"]
    return [
        _verdict(measures[name], group, value, gap, pupils, rule)
        for name, group, value, gap, pupils in zip(
            told["measure"], told["pupil_group"], values, difference, told["pupils"], strict=True
        )
    ]


def _verdict(measure: Measure, group: str, value: float, gap: float, pupils: float, rule: Rule) -> str:
    if np.isnan(value):
        return ""
    if measure.better == "none":
        return NOT_JUDGED
    if group not in measure.england:
        return NO_LIKE
    if np.isnan(gap):
        return NOT_YET
    if not np.isnan(pupils) and pupils < rule.least_pupils:
        return TOO_FEW
    if abs(half_away(gap, 6)) <= half_away(rule.tolerance(measure), 6):
        return SAME
    return BETTER if (gap > 0) == (measure.better == "high") else WORSE


def _with_intervals(told: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    unit = told["measure"].map(lambda name: measures[name].unit if measures[name].counts_pupils else "")
    count, pupils = told["numerator"], told["denominator"].where(told["denominator"] > 0)
    share = (count / pupils).where(unit == "%")
    middle = (share + Z95**2 / (2 * pupils)) / (1 + Z95**2 / pupils)
    spread = (share * (1 - share) + Z95**2 / (4 * pupils)) / pupils
    half = np.sqrt(spread.where(spread >= 0)) * Z95 / (1 + Z95**2 / pupils)
    low_events = gammaincinv(count.where(count > 0), 0.025)
    low = pd.Series(low_events, index=told.index).where(count != 0, 0.0) / pupils
    high = pd.Series(gammaincinv(count + 1, 0.975), index=told.index) / pupils
    gap = (told["difference"] / 100 * pupils).where(unit == "%")
    return told.assign(
        interval_low=(middle - half).where(unit == "%", low.where(unit == "per 100 pupils")) * 100,
        interval_high=(middle + half).where(unit == "%", high.where(unit == "per 100 pupils")) * 100,
        pupils_gap=np.trunc(gap.round(6)),
    )
