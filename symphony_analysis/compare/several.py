"""Figures of several years or groups together: pooled years, schools as units, England at our intake, changes.

All are worked out from rows that an edition shows and from nothing else, so they tell nothing that these do not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.compare import intervals
from symphony_analysis.compare.verdict import (
    BETTER,
    MARKED,
    NAMED_BELOW,
    NOT_COMPARABLE,
    PERHAPS_BETTER,
    PERHAPS_WORSE,
    SAME,
    TOO_FEW,
    WORSE,
    Families,
    Rule,
    clear_up_to,
    judged,
    nearest,
    tested,
)
from symphony_analysis.measures.formulas import Ratio
from symphony_analysis.measures.measure import Measure

#: Of fewer pupils than this in either, a change or a gap is not called anything.
LEAST_IN_EACH = 30
_PLACE = ["measure", "geographic_level", "school_urn", "pupil_group"]
_MIX = (("disadvantaged", "other"), ("fsm", "not_fsm"))
_HIDDEN = "c"


def pooled(
    rows: pd.DataFrame, measures: Mapping[str, Measure], rule: Rule, families: Families | None = None
) -> pd.DataFrame:
    """Sum over sum of the years in which a figure exists since its last break: two years or more, each of them shown.

    A row is a measure x place x group with the columns of ``tested`` and ``judged`` (its words are those of the
    family of its last year, where ``families`` are given); ``time_period`` is the last year, ``first_period`` the
    first. England is weighted by the place's own pupils. Pupils who are there in several years count in each.
    """
    kinds = {name: measure for name, measure in measures.items() if measure.kind}
    exists = rows["measure"].isin(kinds) & (rows["value"].notna() | rows["symbol"].eq(_HIDDEN))
    kept = breaks.since_last_break(rows[exists], _PLACE).sort_values("time_period", kind="stable")
    base, england = kept["denominator"], kept["england_value"]
    mean = kept["measure"].map({name: measure.kind != "events" for name, measure in kinds.items()}).astype(bool)
    weight = np.where(mean, base**2, kept["numerator"])
    spread = (weight * kept["spread"]).where(weight > 0, 0.0)
    parts = kept.assign(_england=base * england, _spread=spread, _weight=weight)
    places = parts.groupby(_PLACE, sort=True)
    last = places.tail(1).set_index(_PLACE).sort_index()
    summed = ["numerator", "denominator", "pupils", "_england", "_spread", "_weight"]
    last[summed] = places[summed].sum(min_count=1).where(places[summed].count().eq(places.size(), axis=0))
    last["first_period"] = places["time_period"].first()
    last["england_held"] = places["england_held"].all()
    last = last[(places.size() > 1) & last["numerator"].notna() & (last["denominator"] > 0)].reset_index()
    per = last["measure"].map({n: m.formula.per for n, m in kinds.items() if isinstance(m.formula, Ratio)})
    events = last["measure"].map({n: m.kind == "events" for n, m in kinds.items()}).astype(bool)
    below = last["_weight"].where(events, last["denominator"] ** 2)
    spread = (last["_spread"] / below.where(below > 0)).where(~(events & (last["numerator"] == 0)), 1.0)
    whole = last.assign(
        value=last["numerator"] / last["denominator"] * per,
        symbol="",
        england_value=last["_england"] / last["denominator"],
        spread=spread,
    ).drop(columns=["_england", "_spread", "_weight"])
    return judged(tested(whole, kinds), kinds, rule, families)


def by_schools(rows: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """The trust's 95% limits with schools as units: what the trust does, and not only what its pupils did this year.

    One row a measure, year and group: schools_low, schools_high, schools_p (against what rounds to England's figure),
    units. Only where every school that counts is shown.
    """
    keys = ["measure", "time_period", "pupil_group"]
    trust = rows[(rows["geographic_level"] == "Trust") & rows["value"].notna()].set_index(keys)
    schools = rows[(rows["geographic_level"] == "School") & rows["member"].astype(bool) & (rows["denominator"] != 0)]
    per = schools["measure"].map({n: getattr(m.formula, "per", 1.0) for n, m in measures.items()})
    value = trust["value"].reindex(pd.MultiIndex.from_frame(schools[keys])).to_numpy()
    off = (schools["numerator"] * per - value * schools["denominator"]).where(schools["value"].notna())
    found = schools.assign(off=off**2, is_shown=off.notna(), units=1).groupby(keys)
    sums, units = found["off"].sum(), found["units"].sum()
    shown = found["is_shown"].all() & (units > 2) & (trust["schools_counted"].reindex(units.index) == units)
    made = trust.join(pd.DataFrame({"off": sums, "units": units})[shown], how="inner")
    error = np.sqrt(made["off"] / (made["units"] - 1) * made["units"]) / made["denominator"]
    units = made["units"].to_numpy(dtype=float)
    half = intervals.t_half(error.to_numpy(), units)
    low, high = made["value"] - half, made["value"] + half
    off = (made["value"] - nearest(made)).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):  # all schools alike: no error
        chance = intervals.t_chance(off, error.to_numpy(dtype=float), units)
    found = {"schools_low": low, "schools_high": high, "schools_p": chance, "units": made["units"]}
    return pd.DataFrame(found, index=made.index).reset_index()


def members_together(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The schools that counted, their years together, below the trust's figures of these years (``whole``).

    A row is a measure x place x group as ``by_schools`` takes it; a school counts with the years in which it was a
    member, and has no value unless each of these is shown.
    """
    keys = ["measure", "pupil_group", "school_urn"]
    schools = rows[(rows["geographic_level"] == "School") & rows["member"].astype(bool) & (rows["denominator"] != 0)]
    schools = schools[schools["measure"].isin(whole["measure"])]
    found = schools.assign(is_shown=schools["value"].notna()).groupby(keys)
    summed = found[["numerator", "denominator"]].sum().assign(is_shown=found["is_shown"].all()).reset_index()
    trust = whole.drop_duplicates(["measure", "pupil_group"])
    summed = summed.merge(trust[["measure", "pupil_group", "time_period"]], on=["measure", "pupil_group"])
    summed["value"] = (summed["numerator"] / summed["denominator"]).where(summed["is_shown"])
    counted = summed.groupby(["measure", "pupil_group"]).size().rename("schools_counted").reset_index()
    trust = trust.drop(columns="schools_counted").merge(counted, on=["measure", "pupil_group"], how="left")
    return pd.concat([trust, summed.assign(geographic_level="School", member=True)], ignore_index=True)


def at_our_intake(rows: pd.DataFrame) -> pd.Series:
    """England's figure for pupils with the place's own mix (direct standardisation), beside each all-pupils row.

    NaN where England's figure of a group or our pupils in it are not known.
    """
    if rows[["denominator", "england_value"]].isna().all().any():  # no rows, too
        return pd.Series(np.nan, index=rows.index)
    keys = ["measure", "time_period", "geographic_level", "school_urn"]
    groups = rows.drop_duplicates([*keys, "pupil_group"])
    wide = groups.pivot_table(["denominator", "england_value"], keys, "pupil_group", dropna=False)
    base, england = wide["denominator"], wide["england_value"]
    found = pd.Series(np.nan, index=base.index)
    for pair in _MIX:
        if not {*pair, "all"} <= set(base.columns):
            continue
        ours, theirs = base[list(pair)], england[list(pair)]
        known = ours.notna().all(axis=1) & theirs.notna().all(axis=1) & (ours.sum(axis=1) > 0)
        # Groups that do not make up all pupils are no mix of them.
        known &= (ours.sum(axis=1) - base["all"]).abs() < 0.5
        mixed = (ours * theirs).sum(axis=1) / ours.sum(axis=1).where(known)
        found = found.where(found.notna(), mixed)
    place = pd.MultiIndex.from_frame(rows[keys])
    return pd.Series(found.reindex(place).to_numpy(), index=rows.index).where(rows["pupil_group"] == "all")


def changes(rows: pd.DataFrame, measures: Mapping[str, Measure], now: int, before: int) -> pd.DataFrame:
    """How has each figure changed from one year to another, and could chance alone have done it?

    One row a measure, place, group (and part) shown in both years: value, value_before, change (unrounded) with
    change_low and change_high (95%) and p, england_change, and comparison: better or worse than before (``COMPARED``),
    in one family of all changes, too few pupils (fewer than 30 in either year), or not comparable: a declared break
    lies between, the change is NaN and ``broken`` says why.
    """
    kept = rows[rows["value"].notna() & rows["measure"].isin([n for n, m in measures.items() if m.better != "none"])]
    place = [*_PLACE, *(["part"] if "part" in rows else [])]
    both = kept[kept["time_period"] == now].merge(
        kept[kept["time_period"] == before], on=place, suffixes=("", "_before"), validate="one_to_one"
    )
    whole = both
    who = zip(both["measure"], both["pupil_group"], strict=True)
    broken = pd.Series([breaks.reason(name, group, now, before) for name, group in who], both.index, dtype="str")
    both = both[broken == ""]
    low, high, chance = apart(both, "_before")
    change = both["value"] - both["value_before"]
    enough = (both[["pupils", "pupils_before"]] >= LEAST_IN_EACH).all(axis=1)
    cut = clear_up_to(pd.Series(chance, index=both.index)[enough].dropna())
    good = change.gt(0) == both["measure"].map({n: m.better == "high" for n, m in measures.items()})
    outside = (low > 0) | (high < 0)
    words = np.select(
        [~enough, ~outside, (chance <= cut) & good, chance <= cut, good],
        [TOO_FEW, SAME, BETTER, WORSE, PERHAPS_BETTER],
        PERHAPS_WORSE,
    )
    made = both.assign(
        change=change,
        change_low=low,
        change_high=high,
        p=chance,
        england_change=both["england_value"] - both["england_value_before"],
        comparison=np.where(np.isnan(low), "", words),
        broken="",
    )
    if len(made) == len(whole):
        return made
    nothing = dict.fromkeys(("change", "change_low", "change_high", "p", "england_change"), np.nan)
    refused = whole[broken != ""].assign(**nothing, comparison=NOT_COMPARABLE, broken=broken[broken != ""])
    return pd.concat([made, refused] if len(made) else [refused]).sort_index()


def apart(both: pd.DataFrame, other: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The limits of the difference of two figures side by side, and its p value. ``other`` ends the second's names."""
    ends: Sequence[str] = ("value", "interval_low", "interval_high")
    return intervals.difference_limits(
        *(both[name].to_numpy(dtype=float) for name in ends),
        *(both[f"{name}{other}"].to_numpy(dtype=float) for name in ends),
    )


def schools_to_name(
    rows: pd.DataFrame, whole: pd.DataFrame, now: int, before: int, newcomers: bool = False
) -> pd.DataFrame:
    """The schools that may be named alone, surest first: rows of ``whole`` (pooled years), with ``why``.

    Those that count in the trust's figures, and ``newcomers`` too where asked for.

    Beyond the limits that hold 99.8% of schools at England's level over the pooled years ("over the years"), or worse
    (or better) in both of two successive years ("in both years").
    """
    place = [*_PLACE, "school_name"]
    marked = rows[rows["comparison"].isin(MARKED) & (rows["geographic_level"] == "School")]
    sides = marked.assign(side=marked["comparison"].isin([BETTER, PERHAPS_BETTER]))
    twice = sides[sides["time_period"] == now].merge(sides[sides["time_period"] == before], on=[*place, "side"])
    schools = whole[(whole["geographic_level"] == "School") & (whole["member"].astype(bool) | newcomers)]
    beyond = schools[schools["comparison"].isin(MARKED) & (schools["p"] < NAMED_BELOW)].assign(why="over the years")
    again = schools[pd.MultiIndex.from_frame(schools[place]).isin(pd.MultiIndex.from_frame(twice[place]))]
    # Two years on one side count only where all years together do not point to the other.
    again = again[again["comparison"].isin(MARKED)].assign(why="in both years")
    both = pd.concat([beyond, again]).drop_duplicates(place)
    return both.sort_values(["p", *place], ignore_index=True)


def funnel_limits(low: float, high: float, pupils: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Between which shares (per cent) do so many pupils lie when all have England's chance, known to lie in a range?

    A share outside has an interval that lies outside the range: what is drawn is what decides.
    """
    ends = ((low, (1 + level) / 2), (high, (1 - level) / 2))
    lower, upper = (intervals.share_at(np.full_like(pupils, edge / 100), pupils, tail) for edge, tail in ends)
    return 100 * lower / pupils, 100 * upper / pupils


def differ(row: Any, other: Any) -> bool:
    """Do two independent figures differ by more than chance: 95% limits of the difference, 30 pupils or more in each?

    Rows with measure, time_period, pupil_group, value, interval_low, interval_high and pupils. Raises BrokenSeriesError
    where a declared break lies between them.
    """
    broken = broken_between(row, other)
    if broken:
        raise breaks.BrokenSeriesError(broken)
    limits = _scalar_limits(_ends(row), _ends(other))
    return _enough(row, other) and (limits[1] > 0 or limits[2] < 0)


def gaps_differ(now: tuple[Any, Any], then: tuple[Any, Any]) -> bool:
    """Has the gap between two groups become another by more than chance: the same of two gaps?

    Raises BrokenSeriesError as ``differ`` does.
    """
    broken = next((why for one, two in zip(now, then, strict=True) if (why := broken_between(one, two))), "")
    if broken:
        raise breaks.BrokenSeriesError(broken)
    limits = _scalar_limits(*(_scalar_limits(_ends(one), _ends(two)) for one, two in (now, then)))
    return _enough(*now, *then) and (limits[1] > 0 or limits[2] < 0)


def broken_between(row: Any, other: Any) -> str:
    """Why figures of two years cannot be compared: the declared break between them; "" where there is none."""
    name = getattr(row.measure, "name", row.measure)
    return breaks.reason(name, row.pupil_group, row.time_period, other.time_period)


def _ends(row: Any) -> tuple[float, float, float]:
    return row.value, row.interval_low, row.interval_high


def _enough(*rows: Any) -> bool:
    return all(row.pupils >= LEAST_IN_EACH for row in rows)


def _scalar_limits(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, float, float]:
    """A difference of two figures with its limits."""
    low, high, _ = intervals.difference_limits(*(np.asarray(end) for end in (*one, *two)))
    return one[0] - two[0], float(low), float(high)
