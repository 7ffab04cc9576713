"""The figures that an issue printed, each with what it can be held against; read, never changed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.checks.check import WITHHELD
from symphony_analysis.figure import KEYS, id_of
from symphony_analysis.measures import AREAS, MEASURES, Measure
from symphony_analysis.names import named
from symphony_analysis.relations import SPLITS
from symphony_analysis.rounding import half_away, number
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.years import AcademicYear

_LAYOUT = {"id", "measure", "time_period", "geographic_level", "pupil_group", "printed", "unit", "decimals"}
_CELL = ["measure", "time_period", "pupil_group"]
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_NONE = float("nan")


@dataclass(frozen=True)
class Printed:
    """One figure of the trust as a page printed it. ``text`` keeps the printed form, "5" or "5.0"."""

    id: str
    measure: Measure
    year: AcademicYear
    group: str
    text: str
    unit: str
    decimals: int
    file: str = ""
    row: int = 1

    @property
    def value(self) -> float:
        """The figure as a number."""
        return float(self.text.replace(",", ""))


@dataclass(frozen=True)
class Beside:
    """What a printed figure is held against: other years, the figure worked out, England, the schools, the group.

    ``pupils`` stand behind the figure worked out. ``shown``, ``shown_count`` and ``shown_pupils`` are the same figure
    as the edition may print it: NaN where it hides it. ``england_year`` is this year, or the newest earlier one with a
    figure. ``schools`` are the lowest and highest figures of the schools that count. ``whole`` is the figure printed
    for all pupils, ``share`` the group's part of them; ``groups`` are the lowest and highest of the figures printed for
    two groups that make up all pupils.
    """

    others: tuple[Printed, ...] = ()
    computed: float = _NONE
    pupils: float = _NONE
    last_pupils: float = _NONE
    shown: float = _NONE
    shown_count: float = _NONE
    shown_pupils: float = _NONE
    england: float = _NONE
    england_year: AcademicYear | None = None
    schools: tuple[float, float] = (_NONE, _NONE)
    whole: float = _NONE
    share: float = _NONE
    groups: tuple[tuple[float, float], ...] = ()

    @property
    def withheld(self) -> bool:
        """Does the edition hide the figure worked out, so that the printed one is not repeated either?"""
        return pd.isna(self.shown) and pd.notna(self.computed)

    def last(self, printed: Printed) -> Printed | None:
        """The figure printed for the year before."""
        before = [other for other in self.others if other.year == printed.year.back()]
        return before[0] if before else None


@dataclass(frozen=True)
class Held:
    """All that the printed figures are held against, looked up once: figures as they are, and as may be shown."""

    figures: pd.DataFrame
    shown: pd.DataFrame

    @classmethod
    def of(cls, analysis: Analysis, areas: Collection[str] = ()) -> Held:
        """Look up every figure of these areas, or of all."""
        declared = [measure for measure in MEASURES.values() if not areas or measure.area in areas]
        compared, shown = analysis.compared(declared), analysis.shown(declared).frame
        # An edition may not have every figure at all: row by row they must be the same ones.
        return cls(shown[KEYS].merge(compared, on=KEYS, how="left", validate="one_to_one"), shown)

    @cached_property
    def _rows(self) -> dict[tuple, tuple[dict, dict]]:
        """Each figure of the trust: as it is, and as it may be shown."""
        trust = self.figures["geographic_level"] == "Trust"
        cells = self.figures.loc[trust, _CELL].itertuples(index=False, name=None)
        both = zip(_records(self.figures[trust]), _records(self.shown[trust]), strict=True)
        return dict(zip(cells, both, strict=True))

    def beside(self, printed: Printed, all_printed: list[Printed]) -> Beside:
        """What stands beside this one?"""
        same = [p for p in all_printed if (p.measure.name, p.group) == (printed.measure.name, printed.group)]
        year_of = [p for p in all_printed if (p.measure.name, p.year) == (printed.measure.name, printed.year)]
        by_group = {p.group: p.value for p in year_of}
        ends = [(by_group[a], by_group[b]) for a, b in SPLITS.items() if {a, b} <= by_group.keys()]
        now, shown = self._at(printed.measure.name, printed.year, printed.group)
        before, _ = self._at(printed.measure.name, printed.year.back(), printed.group)
        total, _ = self._at(printed.measure.name, printed.year, "all")
        england, year = self._england(printed)
        return Beside(
            others=tuple(p for p in same if p.year != printed.year),
            computed=now["value"],
            pupils=now["denominator"],
            last_pupils=before["denominator"],
            shown=shown["value"],
            shown_count=shown["numerator"],
            shown_pupils=shown["denominator"],
            england=england,
            england_year=year,
            schools=self._schools(printed),
            whole=by_group.get("all", _NONE) if printed.group != "all" else _NONE,
            share=now["denominator"] / total["denominator"],
            groups=tuple((min(pair), max(pair)) for pair in ends) if printed.group == "all" else (),
        )

    def _at(self, measure: str, year: AcademicYear, group: str) -> tuple[dict, dict]:
        nothing = dict.fromkeys(("value", "numerator", "denominator", "england_value"), _NONE)
        return self._rows.get((measure, year.code, group), (nothing, nothing))

    def _england(self, printed: Printed) -> tuple[float, AcademicYear | None]:
        """England's figure for the year, or the newest before it."""
        for year in (printed.year, printed.year.back(), printed.year.back(2)):
            england = self._at(printed.measure.name, year, printed.group)[0]["england_value"]
            if pd.notna(england):
                return england, year
        return _NONE, None

    def _schools(self, printed: Printed) -> tuple[float, float]:
        rows = self.figures[
            (self.figures["geographic_level"] == "School")
            & self.figures["member"].astype(bool)
            & (self.figures["measure"] == printed.measure.name)
            & (self.figures["pupil_group"] == printed.group)
            & (self.figures["time_period"] == printed.year.code)
        ]["value"]
        return rows.min(), rows.max()


def _records(frame: pd.DataFrame) -> list[dict]:
    return frame[["value", "numerator", "denominator", "england_value"]].to_dict("records")


def printed_figures(analysis: Analysis, areas: Collection[str] = ()) -> list[Printed]:
    """The trust's printed figures (of these areas, or of all) of the trend's years, of measures that its data can give.

    A survey share is taken as recorded, so there is nothing to hold it against; numbers within a sentence are
    tested as claims. Source: the files of ``data/published/`` that are laid out for the trust's printed figures.
    """
    codes = {year.code for year in analysis.window}
    found = []
    for name, frame in sorted(analysis.inputs.published.items()):
        for at, row in frame.iterrows() if set(frame.columns) >= _LAYOUT else []:
            measure, year = MEASURES.get(row["measure"]), AcademicYear.parse(row["time_period"])
            if row["geographic_level"] != "Trust" or measure is None or not measure.pooled or year.code not in codes:
                continue
            if areas and measure.area not in areas:
                continue
            place = (f"published/{name}.csv", int(at))
            if not (_NUMBER.fullmatch(row["printed"]) and row["decimals"].isdecimal()):
                told = f"{row['printed']!r}, decimals {row['decimals']!r}"
                expected = "a number as it was printed, and how many decimals it has"
                raise SourceError([Problem(*place, "printed", told, expected, "enter both as printed")])
            words = (row["pupil_group"], row["printed"], row["unit"], int(row["decimals"]))
            found.append(Printed(row["id"], measure, year, *words, *place))
    return found


def printed_against_computed(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Does the data give the figures that were printed?

    A row is a printed figure of the trust, of these areas of measures or of all: id, measure, label, time_period,
    pupil_group, printed (as printed), computed (to the measure's own decimals; "" where there is none, "withheld"
    where the edition hides it), equal (to the decimals printed), and the id of the figure worked out. Nothing printed
    is changed. Sources: ``data/published/`` and the figures of this analysis. Raises UnknownNameError for an area.
    """
    asked = [named("area", area, AREAS) for area in areas]
    all_printed = [printed for printed in printed_figures(analysis, asked) if printed.year in analysis.years]
    held = Held.of(analysis, asked)
    rows = [_compared(printed, held.beside(printed, all_printed)) for printed in all_printed]
    columns = ["id", "measure", "label", "time_period", "pupil_group", "printed", "computed", "equal", "figure"]
    return pd.DataFrame(rows, columns=columns)


def equal(printed: Printed, beside: Beside) -> bool:
    """Is the figure worked out the same as the printed one, to the decimals printed?"""
    if pd.isna(beside.computed):
        return False
    return half_away(beside.computed, printed.decimals) == half_away(printed.value, printed.decimals)


def _compared(printed: Printed, beside: Beside) -> list[object]:
    text, shown = printed.text, "" if pd.isna(beside.shown) else number(beside.shown, printed.measure.decimals)
    if beside.withheld:
        text = shown = WITHHELD
    figure = id_of(printed.measure.name, printed.year.code, group=printed.group)
    key = [printed.id, printed.measure.name, printed.measure.label, printed.year.code, printed.group]
    return [*key, text, shown, equal(printed, beside), figure]
