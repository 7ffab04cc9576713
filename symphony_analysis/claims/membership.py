"""Who counts: the headline figures under each membership rule, and the trend of the schools that were always there."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from symphony_analysis import compare, measures, protect
from symphony_analysis.analysis import Analysis
from symphony_analysis.measures import MEASURES, NO_SCHOOL_RESULTS, Measure
from symphony_analysis.protect import HIDDEN
from symphony_analysis.trust import RULES, Trust

#: The figures a reader looks at first.
HEADLINES = (
    "eyfs_gld_percent",
    "phonics_year1_expected_percent",
    "mtc_average_score",
    "ks2_rwm_expected_percent",
    "ks2_rwm_higher_percent",
    "overall_absence_percent",
    "persistent_absence_percent",
    "suspension_rate",
    "permanent_exclusion_rate",
)
LIKE_FOR_LIKE = "like_for_like"
RULE_WORDS = RULES | {LIKE_FOR_LIKE: "only the schools that count in every year of the trend"}
COLUMNS = [
    "measure", "label", "time_period", "rule", "rule_words", "in_use", "value", "symbol", "unit", "england_value",
    "comparison", "schools_counted", "schools_expected", "schools", "comparison_in_use", "changes",
]  # fmt: skip
_CELL = ["measure", "time_period"]


def membership_effect(analysis: Analysis) -> pd.DataFrame:
    """Would another rule of who counts change what the headline figures say?

    A row is a headline measure x year x rule (the rules of ``trust.RULES``, and like_for_like: only the schools that
    count in every year of the trend): value (unrounded) or the symbol why there is none, England's figure, the
    comparison, how many schools counted of those expected, which (names joined by ";"); in_use marks the run's own
    rule, comparison_in_use is what that one says, and changes is True where the word differs. A rule under which no
    school is known to count in a year has no row for it. A figure is hidden ("c") where it would tell, by
    subtraction, of a few pupils or a few events. Values are in their unit. Sources: the tidy tables,
    ``national.csv``, ``trust.toml``.
    """
    return analysis.once("membership_effect", lambda: _effect(analysis))


def _effect(analysis: Analysis) -> pd.DataFrame:
    own = analysis.compared([MEASURES[name] for name in HEADLINES])
    # A figure that DfE publishes for the trust is the same whichever schools count.
    published = set(own.loc[own["note"].str.endswith(NO_SCHOOL_RESULTS), "measure"])
    declared = {name: _of_all_pupils(MEASURES[name]) for name in HEADLINES if name not in published}
    own = own[own["measure"].isin(list(declared))]
    england = _england(own)
    names = list(dict.fromkeys([analysis.membership, *RULES, LIKE_FOR_LIKE]))
    blocks = [_under(rule, analysis, declared, england) for rule in names]
    effects = pd.concat([shown for _, shown in blocks], ignore_index=True)
    effects["symbol"] = _guarded(pd.concat([raw for raw, _ in blocks], ignore_index=True), effects, analysis)
    effects["value"] = effects["value"].mask(effects["symbol"] != "")
    in_use = effects[effects["rule"] == analysis.membership].set_index(_CELL)["comparison"]
    keys = pd.MultiIndex.from_frame(effects[_CELL])
    effects = effects.assign(in_use=effects["rule"] == analysis.membership, comparison_in_use=list(in_use.loc[keys]))
    both = effects["comparison"].isin(compare.COMPARED) & effects["comparison_in_use"].isin(compare.COMPARED)
    changes = both & (effects["comparison"] != effects["comparison_in_use"]) & (effects["symbol"] != HIDDEN)
    effects = effects.assign(changes=changes, place=effects["measure"].map(list(declared).index))
    ordered = effects[effects["in_use"] | (effects["schools_expected"] > 0)]
    return ordered.sort_values(["place", "time_period"], kind="stable", ignore_index=True)[COLUMNS]


def like_for_like(analysis: Analysis) -> tuple[str, ...]:
    """The names of the schools that count in every year of the trend under the run's rule."""
    years = [set(analysis.trust.members(year, analysis.membership)) for year in analysis.years]
    always = set.intersection(*years) if years else set()
    return tuple(school.name for school in analysis.trust.schools if school in always)


def _of_all_pupils(measure: Measure) -> Measure:
    england = {group: cited for group, cited in measure.england.items() if group == "all"}
    return replace(measure, pupil_groups=("all",), england=england)


def _england(compared: pd.DataFrame) -> pd.DataFrame:
    columns = [*_CELL, "pupil_group", "england_value", "england_vintage", "england_status", "england_decimals"]
    known = compared[compared["england_value"].notna()]
    return known[columns].drop_duplicates([*_CELL, "pupil_group"], ignore_index=True)


def _under(
    rule: str, analysis: Analysis, declared: Mapping[str, Measure], england: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The trust's headline rows under one rule: as they are, and as the edition may show them."""
    trust: Trust = analysis.trust
    named = rule
    if rule == LIKE_FOR_LIKE:
        always = like_for_like(analysis)
        trust = replace(trust, schools=tuple(school for school in trust.schools if school.name in always))
        named = analysis.membership
    figures = measures.evaluate(declared.values(), analysis.table, trust, analysis.years, named)
    # Where the report compares no figure of the trust, these are a family of their own.
    families = analysis.families()
    held = families if ("Trust", 0) in families else None
    compared = compare.against_england(figures, england, declared, analysis.rule, held)
    # Of another rule nothing is shown but the trust's own figures: these alone are decided about.
    compared = compared[(compared["geographic_level"] == "Trust") & (compared["pupil_group"] == "all")]
    shown = protect.release(compared, declared, analysis.edition, analysis.trust.settings, analysis).frame
    members = {year.code: ";".join(s.name for s in trust.members(year, named)) for year in analysis.years}
    told = {"rule": rule, "rule_words": RULE_WORDS[rule]}
    rows = [frame.assign(**told) for frame in (compared, shown)]
    label = rows[1]["measure"].map(lambda name: declared[name].label)
    return rows[0], rows[1].assign(label=label, schools=rows[1]["time_period"].map(members))


def _guarded(raw: pd.DataFrame, shown: pd.DataFrame, analysis: Analysis) -> list[str]:
    """The symbols, with those figures hidden whose difference from figures already shown tells of too few."""
    if analysis.edition == "internal":
        return list(shown["symbol"])
    limits = protect.Thresholds.of("trustees", analysis.trust.settings)
    own = analysis.shown((MEASURES[name] for name in HEADLINES), "trustees").frame
    own = own[(own["geographic_level"] == "School") & (own["pupil_group"] == "all")]
    truth = analysis.compared(MEASURES[name] for name in HEADLINES)
    truth = truth[(truth["geographic_level"] == "School") & (truth["pupil_group"] == "all") & truth["value"].notna()]
    hidden = set(own.loc[own["symbol"] == HIDDEN, [*_CELL, "school_name"]].itertuples(index=False, name=None))
    counts = {(r.measure, r.time_period, r.school_name): (r.numerator, r.pupils) for r in truth.itertuples()}
    symbols, told = list(shown["symbol"]), dict[tuple, list[frozenset[str]]]()
    for place, row in enumerate(raw.itertuples()):
        cell = (row.measure, row.time_period)
        schools = frozenset(name for name in shown["schools"].iloc[place].split(";") if (*cell, name) in counts)
        before = told.setdefault(cell, [])
        if symbols[place] == "" and before and schools not in before:
            parts = [({n: counts[*cell, n] for n in part}, part) for part in _parts([*before, schools])]
            if any(_tells(each, {n for n in part if (*cell, n) in hidden}, limits) for each, part in parts):
                symbols[place] = HIDDEN
        if symbols[place] == "":
            before.append(schools)
    return symbols


def _parts(sets: list[frozenset[str]]) -> list[set[str]]:
    """The schools parted by which of these sets they are in: each part's sums follow from the sets' sums."""
    by_sets: dict[tuple[bool, ...], set[str]] = {}
    for name in frozenset().union(*sets):
        by_sets.setdefault(tuple(name in each for each in sets), set()).add(name)
    return list(by_sets.values())


def _tells(counts: Mapping[str, tuple[float, float]], hidden: set[str], limits: protect.Thresholds) -> bool:
    """Does the sum over these schools tell of too few pupils, or leave the hidden ones among them no room?"""
    few = 0 < sum(pupils for _, pupils in counts.values()) < limits.hide_below
    together, most = sum(counts[name][0] for name in hidden), limits.band_events * len(hidden)
    return few or len(hidden) == 1 or (len(hidden) > 1 and 0 < together >= most)
