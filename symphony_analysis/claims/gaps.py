"""The disadvantaged gap three ways, each named: within the trust, to England's others, to England's disadvantaged.

Gaps come from unrounded values of the edition; where a part is hidden the gap is hidden too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from symphony_analysis.compare import NO_LIKE, NOT_YET, TOO_FEW, Rule
from symphony_analysis.display import chosen
from symphony_analysis.figure import GROUPS, figure_id
from symphony_analysis.measures import Measure
from symphony_analysis.measures.formulas import Ratio
from symphony_analysis.names import named
from symphony_analysis.protect import HIDDEN, Protected
from symphony_analysis.relations import SPLITS
from symphony_analysis.rounding import half_away
from symphony_analysis.years import AcademicYear

WITHIN, TO_OTHERS, TO_SAME = "within the trust", "to England's others", "to England's group"
AHEAD, LEVEL, BEHIND = "ahead", "level", "behind"
COLUMNS = [
    "measure", "label", "unit", "time_period", "years", "geographic_level", "school_urn", "school_name", "member",
    "pupil_group", "kind", "name", "gap", "symbol", "standing", "pupils_gap", "pupils", "group_value", "set_against",
    "england_vintage", "figure",
]  # fmt: skip
_PLACE = ["geographic_level", "school_urn"]
_SHARED = ["measure", "time_period", *_PLACE]


def gaps(figures: Protected, *measures: str, group: str = "") -> pd.DataFrame:
    """How far are disadvantaged pupils from others, in the trust and in England?

    Of these measures and this group (disadvantaged or fsm), or of all where none is named. A row is a measure x year
    x trust or school x group x kind of gap: gap (the group's figure less the one it is set against, in percentage
    points or the measure's unit, unrounded), symbol (why there is none: "c" where a part is hidden), standing (ahead,
    level, behind, too few to judge, or why there is no national figure), pupils_gap (the gap as whole pupils of the
    group, towards zero), pupils in the group, the two values, and name, the gap in words. ``years`` is the year, or
    the span of the pooled gap within the trust, whose time_period is its last year. Only measures with such groups
    are there. Source: the figures given, as the edition shows them. Raises UnknownNameError for a measure that they
    do not hold and for a group without a gap.
    """
    rule = figures.context.rule if figures.context is not None else Rule()
    held = {measure.name: measure for measure in chosen(figures, measures)}
    blocks = []
    for one, other in SPLITS.items() if not group else [pair_named(group)]:
        names = [n for n, m in held.items() if {one, other} <= set(m.pupil_groups)]
        first, second = (figures.rows(pupil_group=each, measure=names) for each in (one, other))
        both = first.merge(second, on=_SHARED, suffixes=("", "_other"), validate="one_to_one")
        blocks += [_gap(both, kind, one, held, rule) for kind in (WITHIN, TO_OTHERS, TO_SAME)]
        blocks.append(_gap(_pooled(both, held), WITHIN, one, held, rule))
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
    codes = both["time_period"]
    return both.assign(
        label=both["measure"].map(lambda name: measures[name].label),
        years=both["years"] if "years" in both.columns else [AcademicYear.parse(code).label for code in codes],
        pupil_group=group,
        kind=kind,
        name=gap_name(kind, group),
        gap=gap.mask(hidden),
        symbol=own.mask(hidden, HIDDEN).where(gap.isna() | hidden, ""),
        standing=_standings(both, gap.mask(hidden), kind, group, measures, rule),
        # Adding zero turns the -0.0 of a gap of less than one pupil into 0.
        pupils_gap=(np.trunc((gap / 100 * both["denominator"]).round(6)) + 0.0).where(shares & ~hidden),
        group_value=both["value"],
        set_against=both[column].mask(hidden & (kind == WITHIN)),
        england_vintage=vintage.where(both[column].notna(), "") if kind != WITHIN else "",
        figure=[figure_id(row) for row in both.assign(pupil_group=group).itertuples()],
    )[COLUMNS]


def _standings(
    both: pd.DataFrame, gap: pd.Series, kind: str, group: str, measures: Mapping[str, Measure], rule: Rule
) -> list[str]:
    told = []
    for name, value, own, pupils in zip(both["measure"], gap, both["value"], both["pupils"], strict=True):
        measure = measures[name]
        if np.isnan(own):
            told.append("")
        elif np.isnan(value):
            compared = group if kind == TO_SAME else SPLITS[group]
            told.append("" if kind == WITHIN else NOT_YET if compared in measure.england else NO_LIKE)
        elif not np.isnan(pupils) and pupils < rule.least_pupils:
            told.append(TOO_FEW)
        elif abs(half_away(value, 6)) <= half_away(rule.tolerance(measure), 6):
            told.append(LEVEL)
        else:
            told.append(AHEAD if (value > 0) == (measure.better == "high") else BEHIND)
    return told


def _pooled(both: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """The two groups over all years that have figures: sum over sum. Hidden as soon as one year is hidden."""
    per = both["measure"].map({n: m.formula.per for n, m in measures.items() if isinstance(m.formula, Ratio)})
    stands = per.notna()  # what is published as a whole cannot be pooled
    for which in _BOTH:
        stands &= both[f"value{which}"].notna() | both[f"symbol{which}"].eq(HIDDEN)
    told = both.assign(per=per)[stands].sort_values("time_period", kind="stable")
    told["is_hidden"] = told[[f"symbol{which}" for which in _BOTH]].eq(HIDDEN).any(axis=1)
    places = told.groupby(["measure", *_PLACE], sort=True)
    last, first = places.tail(1).set_index(["measure", *_PLACE]).sort_index(), places["time_period"].first()
    last[_SUMMED] = places[_SUMMED].sum(skipna=False)
    hidden = places["is_hidden"].any()
    for which in _BOTH:
        below = last[f"denominator{which}"]
        value = last[f"numerator{which}"] / below.where(below != 0) * last["per"]
        last[f"value{which}"], last[f"symbol{which}"] = value.mask(hidden), np.where(hidden, HIDDEN, "")
    spans = zip(first.reindex(last.index), last["time_period"], strict=True)
    last["years"] = [f"{AcademicYear.parse(begun)} to {AcademicYear.parse(ended)}" for begun, ended in spans]
    return last[places.size().reindex(last.index) > 1].reset_index()


_BOTH = ("", "_other")
_SUMMED = [f"{column}{which}" for which in _BOTH for column in ("numerator", "denominator", "pupils")]
