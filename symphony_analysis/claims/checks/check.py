"""What a check is, how it is declared, and the figures that it asks for, as an edition may show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.claim import Claim, Verdict
from symphony_analysis.figure import GROUPS, id_of
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.rounding import number
from symphony_analysis.trust import RULES
from symphony_analysis.years import AcademicYear

#: Reads the text of an argument; raises ValueError, saying what is expected.
Reader = Callable[[str], Any]
Decide = Callable[[Claim, "Known", Mapping[str, Any]], Verdict]


def reader(parse: Reader, expected: str) -> Reader:
    """A reader that says in these words what it expects."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            raise ValueError(expected) from None

    return read


def one_of(*choices: str) -> Reader:
    """A reader that takes only these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return read


words_from: Reader = str
number_from = reader(float, "a number")
year_from = reader(AcademicYear.parse, "an academic year like 2023/24")
years_from = reader(
    lambda text: tuple(map(AcademicYear.parse, text.split(","))), "academic years like 2023/24, joined by commas"
)
membership_from: Reader = one_of(*RULES)
group_from: Reader = one_of(*GROUPS)


#: What any claim may say: how its words are read, and what of the sentence no figure or record can decide.
ANY_TAKES: dict[str, Reader] = {"reading": words_from, "rest": words_from}


@dataclass(frozen=True)
class Check:
    """One way to test a claim. ``takes`` reads its arguments, ``needs`` names those it cannot do without.

    ``measures`` says how many measures the claim must name at least.
    """

    name: str
    decide: Decide
    takes: dict[str, Reader] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    measures: int = 0

    def told(self, claim: Claim) -> dict[str, Any]:
        """The arguments of a claim, read. Raises ClaimError for one that is unknown, missing or malformed."""
        takes = self.takes | ANY_TAKES
        allowed = ", ".join(takes)
        for name in self.needs:
            if name not in claim.arguments:
                raise claim.fault("arguments", _written(claim), f"{name}=... for {self.name}", f"add {name}=...")
        read = {}
        for name, text in claim.arguments.items():
            if name not in takes:
                fix = f"remove {name}, or choose another check"
                raise claim.fault("arguments", name, f"arguments that {self.name} takes: {allowed}", fix)
            try:
                read[name] = takes[name](text)
            except ValueError as expected:
                raise claim.fault("arguments", f"{name}={text}", str(expected), f"correct {name}") from None
        return read

    def fits(self, claim: Claim) -> None:
        """Does the claim name measures and groups that exist, and enough of them? Raises ClaimError."""
        for name in claim.measures:
            if name not in MEASURES:
                raise claim.fault("measures", name, "names of declared measures", "see the definitions notebook")
        if len(claim.measures) < self.measures:
            found = ";".join(claim.measures)
            raise claim.fault("measures", found, f"{self.measures} or more for {self.name}", "name the measures")
        for group in claim.groups:
            if group not in GROUPS:
                raise claim.fault("pupil_groups", group, f"groups among {', '.join(GROUPS)}", "correct the group")
            for name in claim.measures:
                if group not in MEASURES[name].pupil_groups:
                    known = ", ".join(MEASURES[name].pupil_groups)
                    raise claim.fault("pupil_groups", group, f"a group of {name}: {known}", "correct the group")


def check(
    name: str, takes: dict[str, Reader] | None = None, needs: tuple[str, ...] = (), measures: int = 0
) -> Callable[[Decide], Check]:
    """Make a function the check of this name."""
    return lambda decide: Check(name, decide, takes or {}, needs, measures)


def _written(claim: Claim) -> str:
    return ";".join(f"{name}={text}" for name, text in claim.arguments.items())


WITHHELD = "withheld"
#: How a figure stands to England's, by size and not by merit: None where the two are not compared.
ABOVE, AT, BELOW = "above", "at", "below"
_CELL = ["measure", "time_period", "pupil_group"]
_SHOWN = ("value", "comparison", "interval_low", "interval_high", "pupils")


@dataclass(frozen=True)
class Figure:
    """One figure of the trust with England's.

    ``value`` is the figure as the edition has it (a public one rounds), NaN where it is hidden: it decides, and is
    printed as ``told``, beside ``england_told``.
    """

    measure: Measure
    year: AcademicYear
    group: str
    value: float
    england: float
    comparison: str
    told: str
    england_told: str
    note: str
    interval_low: float = float("nan")
    interval_high: float = float("nan")
    pupils: float = float("nan")
    period: str = ""

    @property
    def when(self) -> str:
        """The year, or the years together."""
        return self.period or str(self.year)

    @property
    def id(self) -> str:
        """The figure as the page marks it."""
        return id_of(self.measure.name, self.year.code, group=self.group)

    @property
    def pupil_group(self) -> str:
        """The group, under the name that rows of figures have."""
        return self.group

    @property
    def time_period(self) -> int:
        """The year's code, under the name that rows of figures have."""
        return self.year.code

    @property
    def position(self) -> str | None:
        """Above or below England where it is beyond chance, otherwise at it; None where not compared."""
        if self.comparison not in compare.COMPARED:
            return None
        if self.comparison not in compare.MARKED:
            return AT
        return ABOVE if self.value > self.england else BELOW

    @property
    def missing(self) -> bool:
        """Has the trust no figure here that could be looked at?"""
        return pd.isna(self.value)

    @property
    def withheld(self) -> bool:
        """Is there a figure, and the edition hides it?"""
        return self.told == WITHHELD


@dataclass(frozen=True)
class Known:
    """The figures of the measures that a set of claims names, and the rest of the analysis."""

    analysis: Analysis
    figures: Mapping[tuple[str, int, str], Figure]

    @classmethod
    def of(cls, analysis: Analysis, names: Iterable[str]) -> Known:
        """Look up the figures of these measures once, for all checks."""
        declared = {name: MEASURES[name] for name in dict.fromkeys(names)}
        if not declared:
            return cls(analysis, {})
        compared = analysis.compared(declared.values())
        shown = analysis.shown(declared.values())
        held = compared[compared["geographic_level"] == "Trust"].set_index(_CELL)
        may = shown.rows(geographic_level="Trust").set_index(_CELL)[list(_SHOWN)]
        return cls(analysis, {key: _figure(key, row, may.loc[key]) for key, row in held.iterrows()})

    @property
    def years(self) -> tuple[AcademicYear, ...]:
        """The years of the trend, oldest first."""
        return self.analysis.years

    def figure(self, measure: str, year: AcademicYear, group: str = "all") -> Figure:
        """The trust's figure; without a value where there is none. Raises KeyError for a measure not looked up."""
        return self.figures[measure, year.code, group]

    def together(self, measure: str, group: str) -> Figure | None:
        """The years of the trend pooled, from what the edition shows; None where not every year is shown."""
        rows = self.analysis.pooled()
        rows = rows[rows["geographic_level"].eq("Trust") & rows["measure"].eq(measure) & rows["pupil_group"].eq(group)]
        if not len(rows):
            return None
        row, last = rows.iloc[0], self.figure(measure, self.analysis.year, group)
        decimals = max(last.measure.decimals, 1)
        england = row["england_value"]
        return replace(
            last,
            **{name: row[name] for name in _SHOWN},
            england=england,
            told=number(row["value"], decimals),
            england_told="" if pd.isna(england) else number(england, decimals),
            period=f"{AcademicYear.parse(int(row['first_period']))} to {last.year} together",
        )

    def records(self, name: str) -> pd.DataFrame:
        """The trust's own records of this year."""
        return self.analysis.inputs.records(name, self.analysis.year)


def _figure(key: tuple[str, int, str], row: pd.Series, shown: pd.Series) -> Figure:
    (name, code, group), may = key, shown["value"]
    measure = MEASURES[name]
    hidden = pd.isna(may) and pd.notna(row["value"])
    england = row["england_value"]
    return Figure(
        measure=measure,
        year=AcademicYear.parse(code),
        group=group,
        value=may,
        england=england,
        comparison=shown["comparison"],
        told=WITHHELD if hidden else "no figure" if pd.isna(may) else number(may, measure.decimals),
        england_told="" if pd.isna(england) else _printed(england, measure, row),
        note=WITHHELD if hidden else row["note"],
        interval_low=shown["interval_low"],
        interval_high=shown["interval_high"],
        pupils=shown["pupils"],
    )


def _printed(england: float, measure: Measure, row: pd.Series) -> str:
    return number(england, min(measure.decimals, int(row["england_decimals"])))


def subject(measure: Measure, group: str) -> str:
    """What a figure is about, at the head of a sentence."""
    return measure.label if group == "all" else f"{measure.label}, {GROUPS[group].lower()}"


def points(measure: Measure) -> str:
    """The unit of a difference between two figures of a measure, in words."""
    return {"%": "percentage points", "score": "points"}.get(measure.unit, measure.unit)


def joined(parts: Iterable[str]) -> str:
    """A list in a sentence: "a", "a and b", "a, b and c"."""
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def capital(text: str) -> str:
    """The text as it opens a sentence; the rest of it stays as it is."""
    return text[:1].upper() + text[1:]


def placed(cells: Iterable[Figure]) -> str:
    """Which figures, for a sentence: "Suspensions in 2022/23 and 2023/24, Permanent exclusions in 2022/23"."""
    years: dict[str, list[str]] = {}
    for cell in cells:
        years.setdefault(subject(cell.measure, cell.group), []).append(cell.when)
    return ", ".join(f"{about} in {joined(in_years)}" for about, in_years in years.items())


def lacking(cells: Iterable[Figure]) -> str:
    """Why these figures decide nothing, as a sentence or two: there is none, or the edition hides it."""
    cells = list(cells)
    absent, hidden = ([cell for cell in cells if cell.withheld is which] for which in (False, True))
    told = [f"No figure for {placed(absent)}."] if absent else []
    return " ".join([*told, f"Withheld: {placed(hidden)}."] if hidden else told)
