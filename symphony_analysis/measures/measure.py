"""The declaration of one figure: what it is, how it is computed, what it may be compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from symphony_analysis.figure import GROUPS, LABELS
from symphony_analysis.markup import table
from symphony_analysis.measures.formulas import Formula, Published, Ratio
from symphony_analysis.names import UnknownNameError, named, unknown

#: The unit that a measure's name must end in.
UNITS: dict[str, str] = {
    "_percent": "%",
    "_rate": "per 100 pupils",
    "_score": "score",
    "_gbp": "£",
    "_ratio": "pupils per teacher",
    "_count": "count",
}

AREAS: dict[str, str] = {
    "outcomes": "Outcomes for pupils",
    "attendance": "Attendance",
    "exclusions": "Suspensions and permanent exclusions",
    "finance": "Finance and operations",
    "governance": "Governance and leadership",
    "safeguarding": "Safeguarding",
    "context": "The pupils and schools of the trust",
}


@dataclass(frozen=True)
class Measure:
    """One figure of the self-evaluation.

    ``england``: for each pupil group the population of ``national.csv`` that is like the trust's own; a group left out
    is never compared. ``unavailable``: for a year in which the measure does not exist, the sentence printed instead.
    ``cohort``: the column that counts the pupils behind the figure, when the formula's denominator does not.
    ``comparator``: the measure whose national figure is used, when not this one. ``membership``: the rule of who
    counts, when not the run's. A measure that is not ``pooled`` takes the trust's figure as published or recorded.
    ``stand_in``: the published measure used for the trust when no year has a school-level figure.
    """

    name: str
    label: str
    area: str
    source: str
    formula: Formula
    decimals: int
    better: str
    definition: str
    why: str
    method: str
    checked: str
    pupil_groups: tuple[str, ...] = ("all",)
    england: Mapping[str, str] = field(default_factory=dict)
    unavailable: Mapping[int, str] = field(default_factory=dict)
    cohort: str = ""
    comparator: str = ""
    membership: str = ""
    pooled: bool = True
    stand_in: Measure | None = None
    short: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that is not complete or does not agree with itself."""
        for wrong, why in self._faults():
            if wrong:
                raise ValueError(f"measure {self.name!r}: {why}")

    def _faults(self) -> list[tuple[bool, str]]:
        groups = set(self.pupil_groups)
        return [
            (not self.name.endswith(tuple(UNITS)), f"the name must end in its unit: {', '.join(UNITS)}"),
            (self.area not in AREAS, f"unknown area {self.area!r}; the areas are {', '.join(AREAS)}"),
            (self.better not in {"high", "low", "none"}, "better must be high, low or none"),
            (not self.label or not self.definition or not self.why, "label, definition and why are needed"),
            (not self.method.startswith("https://"), "method must be a link to the official method"),
            (not groups or not groups <= LABELS.keys(), f"pupil groups must be among {', '.join(LABELS)}"),
            (not set(self.england) <= groups, "england names a group that the measure does not have"),
            (not 0 <= self.decimals <= 3, "decimals must be 0 to 3"),
            (len(self.checked) != 7, "checked must be the month of the last review, like 2026-11"),
        ]

    @property
    def unit(self) -> str:
        """The unit, which is the ending of the name."""
        return next(unit for ending, unit in UNITS.items() if self.name.endswith(ending))

    @property
    def compared_with(self) -> str:
        """The name under which ``national.csv`` holds the national figure."""
        return self.comparator or self.name

    @property
    def pupils_column(self) -> str:
        """The table column that counts the pupils behind a figure; "" when it is not about pupils."""
        return self.cohort or self.formula.pupils_column

    @property
    def counts_pupils(self) -> bool:
        """Whether it is a share of pupils (or a rate per pupils), with an interval and a gap in pupils."""
        own = bool(self.pupils_column) and self.formula.pupils_column == self.pupils_column
        return own and self.unit in {"%", "per 100 pupils"}

    @property
    def kind(self) -> str:
        """The kind of chance: "share" of pupils, "events" per pupils, "mean" of pupils, or "sessions" of pupils.

        "" when the figure has no interval.
        """
        if not isinstance(self.formula, Ratio) or not self.pupils_column:
            return ""
        if self.counts_pupils:
            return "share" if self.unit == "%" else "events"
        return {1: "mean", 2: "mean", 3: "sessions"}.get(len(self.formula.spread), "")

    @property
    def short_label(self) -> str:
        """The label for narrow places: chart axes and small tables."""
        return self.short or self.label

    def _repr_html_(self) -> str:
        """The declaration in words, as a notebook shows it."""
        missing = "; ".join(f"{year}: {why}" for year, why in self.unavailable.items())
        facts = [
            ("Name", self.name),
            ("What it is", self.definition),
            ("Why it matters", self.why),
            ("Unit", self.unit),
            ("Better", self.better),
            ("Pupil groups", ", ".join(GROUPS[group] for group in self.pupil_groups)),
            ("Compared with England for", ", ".join(GROUPS[group] for group in self.england) or "no group"),
            ("Does not exist in", missing or "it exists in every year"),
            ("Method", self.method),
        ]
        return table(self.label, ["What", "Value"], facts)._repr_html_()


def register(*areas: tuple[Measure, ...]) -> dict[str, Measure]:
    """All measures by name. Raises ValueError when a name is declared twice."""
    named: dict[str, Measure] = {}
    for measure in (m for area in areas for m in area):
        if measure.name in named:
            raise ValueError(f"measure {measure.name!r} is declared twice")
        named[measure.name] = measure
    return named


def measure_named(asked: str, among: Mapping[str, Measure]) -> Measure:
    """The measure of this name, label or short label, or the only one with all these words in them ("phonics").

    Raises UnknownNameError for a name that is no measure's, and for words that several measures share.
    """
    known = {name: (name, m.label, m.short_label) for name, m in among.items()}
    wanted, words = str(asked).strip().casefold(), set(_words(str(asked)))
    exact = [name for name, said in known.items() if wanted in {each.casefold() for each in said}]
    found = exact or [name for name, said in known.items() if words and words <= set(_words(" ".join(said)))]
    if not found:
        names = [*known, *(label for _, label, _ in known.values())]
        raise unknown("measure", asked, names, "explore.find() lists them all")
    if len(found) > 1:
        several = "; ".join(f"{name} ({among[name].label})" for name in found)
        raise UnknownNameError(f"{asked!r} may be any of {len(found)} measures; name one: {several}")
    return among[found[0]]


def group_named(asked: str, measures: Iterable[Measure]) -> str:
    """The pupil group of this name or label, where one of the measures has figures for it.

    Raises UnknownNameError for a group that does not exist, and for one that none of the measures has.
    """
    group, chosen = named("group", asked, GROUPS), list(measures)
    told = [each for each in GROUPS if any(each in measure.pupil_groups for measure in chosen)]
    if group not in told:
        whose = chosen[0].label if len(chosen) == 1 else "these measures"
        raise UnknownNameError(f"no figures of {whose} for the group {group!r}; the groups are: {', '.join(told)}")
    return group


def groups_named(asked: str | Iterable[str], measures: Iterable[Measure]) -> tuple[str, ...]:
    """These pupil groups (or this one), each as ``group_named`` finds it."""
    chosen = list(measures)
    return tuple(group_named(each, chosen) for each in ([asked] if isinstance(asked, str) else asked))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


_ENDINGS = ("_count", "_gbp", "_fte")
_SPELT_OUT = {
    "rwm": "reading, writing and maths",
    "gps": "grammar, punctuation and spelling",
    "gld": "good level of development",
    "eal": "first language other than English",
    "sen": "SEN",
    "ehc": "EHC",
}


def formula_in_words(measure: Measure) -> str:
    """The formula: "Absent sessions ÷ possible sessions × 100, each summed over the schools that count"."""
    formula = measure.formula
    if isinstance(formula, Published):
        said = f"{_word(formula.column)}, as published or recorded"
        return f"{_capital(said)}; nothing is added up"
    if isinstance(formula, Ratio):
        per = "" if formula.per == 1 else f" × {formula.per:g}"
        said = f"{_sum(formula.numerator)} ÷ {_sum(formula.denominator)}{per}"
    else:
        said = _sum(formula.terms)
    pooled = ", each summed over the schools that count" if measure.pooled else ", as recorded for the whole trust"
    return f"{_capital(said)}{pooled}"


def _sum(terms: tuple[str, ...]) -> str:
    """Terms as a sum: the first as it is, the others with their sign."""
    first, *rest = terms
    said = [_word(first.removeprefix("-"))]
    said += [f"{'−' if term.startswith('-') else '+'} {_word(term.removeprefix('-'))}" for term in rest]
    whole = " ".join(said)
    return f"({whole})" if rest else whole


def _word(column: str) -> str:
    """A column of a tidy table in words."""
    for ending in _ENDINGS:
        column = column.removesuffix(ending)
    return " ".join(_SPELT_OUT.get(part, part) for part in column.split("_"))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


class Goal(NamedTuple):
    """A goal in the measure's unit, for all pupils, and in words."""

    value: float
    words: str


GOALS: dict[str, Goal] = {
    "eyfs_gld_percent": Goal(75.0, "75% with a good level of development by 2028"),
    "overall_absence_percent": Goal(
        6.0, "attendance of 94% by 2028/29, which is absence of 6%, in schools of all phases"
    ),
}
