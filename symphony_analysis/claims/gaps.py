"""The disadvantaged gap three ways, each named: within the trust, to England's others, to England's disadvantaged.

Gaps come from unrounded values of the edition; where a part is hidden the gap is hidden too.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from symphony_analysis import breaks, compare
from symphony_analysis.compare import LEAST_IN_EACH, NO_LIKE, NOT_HELD, NOT_YET, SAME, TOO_FEW, Rule
from symphony_analysis.display import chosen
from symphony_analysis.figure import GROUPS, figure_id
from symphony_analysis.measures import Measure
from symphony_analysis.names import named
from symphony_analysis.protect import HIDDEN, Protected
from symphony_analysis.relations import SPLITS
from symphony_analysis.years import AcademicYear, span

WITHIN, TO_OTHERS, TO_SAME = "within the trust", "to England's others", "to England's group"
AHEAD, BEHIND = "ahead", "behind"
COLUMNS = [
    "measure", "label", "unit", "time_period", "years", "geographic_level", "school_urn", "school_name", "member",
    "pupil_group", "kind", "name", "gap", "gap_low", "gap_high", "england_gap", "symbol", "standing", "pupils_gap",
    "pupils", "group_value", "set_against", "england_vintage", "figure",
]  # fmt: skip
_PLACE = ["geographic_level", "school_urn"]
_SHARED = ["measure", "time_period", *_PLACE]


def gaps(figures: Protected, *measures: str, group: str = "") -> pd.DataFrame:
    """How far are disadvantaged pupils from others, in the trust and in England?

    Of these measures and this group (disadvantaged or fsm), or of all where none is named. A row is a measure x year
    x trust or school x group x kind of gap: gap (the group's figure less the one it is set against, in percentage
    points or the measure's unit, unrounded) with its 95% limits gap_low and gap_high, within the trust beside
    england_gap (the same gap in England), symbol (why there is none: "c" where a part is hidden), standing (ahead or
    behind where the interval lies on one side; no clear difference; too few pupils: fewer than 30 in a group of the
    trust; or why there is no national figure), pupils_gap (the gap as whole pupils of the group, towards zero),
    pupils in the group, the two values, and name, the gap in words. ``years`` is the year, or the span of the pooled
    gap within the trust, whose time_period is its last year. Only measures with such groups are there. Source: the
    figures given, as the edition shows them. Raises UnknownNameError for a measure that they do not hold and for a
    group without a gap.
    """
    rule = figures.context.rule if figures.context is not None else Rule()
    held = {measure.name: measure for measure in chosen(figures, measures)}
    blocks = []
    for one, other in SPLITS.items() if not group else [pair_named(group)]:
        names = [n for n, m in held.items() if {one, other} <= set(m.pupil_groups)]
        first, second = (figures.rows(pupil_group=each, measure=names) for each in (one, other))
        both = first.merge(second, on=_SHARED, suffixes=("", "_other"), validate="one_to_one")
        blocks += [_gap(both, kind, one, held, rule) for kind in (WITHIN, TO_OTHERS, TO_SAME)]
        pooled = _pooled(both, pd.concat([first, second]), held, rule)
        blocks.append(_gap(pooled, WITHIN, one, held, rule))
    found = pd.concat([block for block in blocks if len(block)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    return found[COLUMNS].sort_values([*_SHARED, "pupil_group", "years"], kind="stable", ignore_index=True)


def pair_named(group: str) -> tuple[str, str]:
    """The group of this name or label with the pupils it is set against. Raises UnknownNameError."""
    one = named("group with a gap", group, {each: GROUPS[each] for each in SPLITS}, plural="groups with a gap")
    return one, SPLITS[one]


def gap_name(kind: str, group: str) -> str:
    """The gap in words: "Disadvantaged pupils to England's other pupils"."""
    who = GROUPS[group]
    others = GROUPS[SPLITS[group]].lower()
    against = {WITHIN: f"{others} in the trust", TO_OTHERS: f"England's {others}", TO_SAME: f"England's {who.lower()}"}
    return f"{who} to {against[kind]}"


def _gap(both: pd.DataFrame, kind: str, group: str, measures: Mapping[str, Measure], rule: Rule) -> pd.DataFrame:
    """One kind of gap for every row of the two groups side by side."""
    if not len(both):
        return pd.DataFrame(columns=COLUMNS)
    column = {WITHIN: "value_other", TO_OTHERS: "england_value_other", TO_SAME: "england_value"}[kind]
    gap = both["value"] - both[column]
    hidden = both["symbol"].eq(HIDDEN) | (both["symbol_other"].eq(HIDDEN) & (kind == WITHIN))
    own = both["symbol"].where(both["symbol"] != "", both["symbol_other"] if kind == WITHIN else "")
    shares = both["measure"].map(lambda name: measures[name].counts_pupils and measures[name].unit == "%")
    vintage = both["england_vintage_other" if kind == TO_OTHERS else "england_vintage"]
    limits = _limits(both, kind)
    low, high, _ = limits
    england_gap = both["england_value"] - both["england_value_other"]
    codes = both["time_period"]
    return both.assign(
        label=both["measure"].map(lambda name: measures[name].label),
        years=both["years"] if "years" in both.columns else [AcademicYear.parse(code).label for code in codes],
        pupil_group=group,
        kind=kind,
        name=gap_name(kind, group),
        gap=gap.mask(hidden),
        gap_low=low.mask(hidden),
        gap_high=high.mask(hidden),
        england_gap=england_gap if kind == WITHIN else np.nan,
        symbol=own.mask(hidden, HIDDEN).where(gap.isna() | hidden, ""),
        standing=_standings(both, gap.mask(hidden), limits, kind, group, measures, rule),
        # Adding zero turns the -0.0 of a gap of less than one pupil into 0.
        pupils_gap=(np.trunc((gap / 100 * both["denominator"]).round(6)) + 0.0).where(shares & ~hidden),
        group_value=both["value"],
        set_against=both[column].mask(hidden & (kind == WITHIN)),
        england_vintage=vintage.where(both[column].notna(), "") if kind != WITHIN else "",
        figure=[figure_id(row) for row in both.assign(pupil_group=group).itertuples()],
    )[COLUMNS]


def _limits(both: pd.DataFrame, kind: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The limits of each gap, and how far England's printed digit leaves it open."""
    if kind == WITHIN:
        low, high, _ = compare.apart(both, "_other")
        return pd.Series(low, both.index), pd.Series(high, both.index), pd.Series(0.0, both.index)
    end = {TO_OTHERS: "_other", TO_SAME: ""}[kind]
    england = both[f"england_value{end}"]
    open_by = compare.half_digit(both[f"england_decimals{end}"])
    return both["interval_low"] - england, both["interval_high"] - england, open_by


def _standings(
    both: pd.DataFrame,
    gap: pd.Series,
    limits: tuple[pd.Series, ...],
    kind: str,
    group: str,
    measures: Mapping[str, Measure],
    rule: Rule,
) -> np.ndarray:
    low, high, open_by = limits
    compared = group if kind == TO_SAME else SPLITS[group]
    like = both["measure"].map({name: compared in measure.england for name, measure in measures.items()}).astype(bool)
    end = "" if kind == TO_SAME else "_other"
    ours = both[["pupils", "pupils_other"]].min(axis=1) if kind == WITHIN else both["pupils"]
    good = gap.gt(0) == both["measure"].map({name: measure.better == "high" for name, measure in measures.items()})
    words = [
        (both["value"].isna() | (gap.isna() & (kind == WITHIN)), ""),
        (gap.isna() & ~like, NO_LIKE),
        (gap.isna() & both[f"england_held{end}"].eq(True), NOT_HELD),
        (gap.isna(), NOT_YET),
        (ours < (LEAST_IN_EACH if kind == WITHIN else rule.least_pupils), TOO_FEW),
        (~((low > open_by) | (high < -open_by)), SAME),
        (good, AHEAD),
    ]
    return np.select([when for when, _ in words], [word for _, word in words], BEHIND)


def _pooled(both: pd.DataFrame, rows: pd.DataFrame, measures: Mapping[str, Measure], rule: Rule) -> pd.DataFrame:
    """The two groups over all years that have figures: sum over sum. Hidden as soon as one year is hidden."""
    stands = pd.Series(True, index=both.index)
    for which in ("", "_other"):
        stands &= both[f"value{which}"].notna() | both[f"symbol{which}"].eq(HIDDEN)
    stands &= both["measure"].map({name: bool(measure.kind) for name, measure in measures.items()}).astype(bool)
    places = breaks.since_last_break(both[stands], ["measure", *_PLACE]).sort_values("time_period", kind="stable")
    places = places.groupby(["measure", *_PLACE], sort=True)
    last, first = places.tail(1).set_index(["measure", *_PLACE]).sort_index(), places["time_period"].first()
    last["years"] = list(map(span, first.reindex(last.index), last["time_period"]))
    last = last[places.size().reindex(last.index) > 1].reset_index()
    whole = compare.pooled(rows, measures, rule).assign(symbol="")
    pair = last[["measure", "pupil_group", "pupil_group_other"]].drop_duplicates("pupil_group") if len(last) else last
    for which in ("", "_other"):
        own = whole[whole["pupil_group"].isin(pair[f"pupil_group{which}"])].set_index(["measure", *_PLACE])
        own = own.reindex(pd.MultiIndex.from_frame(last[["measure", *_PLACE]]))
        for column in _SUMMED:  # where no place has all its years shown the pooled columns have no type of their own
            last[f"{column}{which}"] = own[column].to_numpy(dtype=float)
        last[f"symbol{which}"] = own["symbol"].fillna(HIDDEN).to_numpy()
    return last


_SUMMED = ("value", "interval_low", "interval_high", "numerator", "denominator", "pupils", "england_value")
