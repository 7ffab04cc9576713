"""What is drawn: lines and rows taken from protected figures, each point with its text, id and reason if missing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from symphony_analysis import breaks
from symphony_analysis.display import chosen, display_value, say, why_missing
from symphony_analysis.figure import england_id, figure_id
from symphony_analysis.markup import Html, element
from symphony_analysis.measures import Measure
from symphony_analysis.protect import Protected
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear

NAN = float("nan")
#: Units whose axis starts at zero.
FROM_ZERO = frozenset({"%", "per 100 pupils", "count", "£"})
_BRIEFLY = {"c": "hidden: few pupils", "x": "no data", "z": "no such pupils", "NP": "not published", "held": "held"}


@dataclass(frozen=True)
class Point:
    """One figure of a line: its value (NaN where missing), how it is printed, its id, and why it is missing.

    Points of another ``series`` number lie on the other side of a declared break: no line joins them.
    """

    year: str
    value: float
    text: str
    figure: str
    why: str = ""
    briefly: str = ""
    symbol: str = ""
    low: float = NAN
    high: float = NAN
    row: Any = None
    series: int = 0

    @property
    def stands(self) -> bool:
        """Is there a value?"""
        return not math.isnan(self.value)

    def span(self) -> Html:
        """The figure as text that carries its id."""
        return element("span", self.text, data_figure=self.figure)

    def cell(self) -> Html:
        """The figure, or why there is none, as a table cell."""
        return element("td", self.span() if self.figure else self.text)


@dataclass(frozen=True)
class Line:
    """A series over the years of the trend: whose it is and how it looks (a name of ``house.LOOKS``)."""

    name: str
    look: str
    points: tuple[Point, ...]

    @property
    def runs(self) -> list[list[int]]:
        """The places of the figures that one stroke may join: none is missing between them, and no break declared."""
        made: list[list[int]] = []
        for at, each in enumerate(self.points):
            if not each.stands:
                continue
            before = self.points[at - 1] if at else None
            if before is not None and before.stands and before.series == each.series:
                made[-1].append(at)
            else:
                made.append([at])
        return made

    @property
    def last(self) -> Point | None:
        """The latest figure there is."""
        standing = [point for point in self.points if point.stands]
        return standing[-1] if standing else None

    @property
    def end(self) -> Point:
        """The latest figure of a line that has one; ValueError for a line without any."""
        if self.last is None:
            raise ValueError(f"the line {self.name!r} has no figure")
        return self.last

    @property
    def now(self) -> Point:
        """The figure of the latest year of the trend, missing or not."""
        return self.points[-1]


def of(figures: Protected, asked: str) -> Measure:
    """The declaration of a measure held, by name or label. Raises as ``chosen`` does."""
    return chosen(figures, [asked])[0]


def years(figures: Protected) -> list[AcademicYear]:
    """The years of the trend, oldest first."""
    if figures.context is not None:
        return list(figures.context.years)
    return [AcademicYear.parse(str(code)) for code in sorted(set(figures.frame["time_period"]))]


def subject(figures: Protected) -> Any:
    """The school whose edition this is, or None."""
    return figures.context.school if figures.context is not None else None


def briefly(row: Any) -> str:
    """Why there is no figure, in two or three words for a chart."""
    if row is None:
        return "no data"
    if row.words:
        plain = "pupils" in row.words or row.words.startswith("0 to ")  # a band says by itself what it counts
        return row.words if plain else f"{row.words} (few pupils)"
    return _BRIEFLY.get(row.symbol, f"[{row.symbol}]")


def point(row: Any, measure: Measure) -> Point:
    """A figure of the trust or a school as a point."""
    year = AcademicYear.parse(str(row.time_period)).label
    text, ident, series = say(row, measure), figure_id(row), _series(row)
    if not math.isnan(row.value):
        return Point(
            year,
            row.value,
            display_value(row.value, measure),
            ident,
            low=row.interval_low,
            high=row.interval_high,
            row=row,
            series=series,
        )
    why = why_missing(row) or row.words
    return Point(year, NAN, text, ident, why, briefly(row), row.symbol, row=row, series=series)


def _series(row: Any) -> int:
    return len(breaks.between(row.measure, row.pupil_group, 0, row.time_period))


def england_point(row: Any, measure: Measure) -> Point:
    """England's figure beside a figure of ours."""
    year = AcademicYear.parse(str(row.time_period)).label
    figure = england_id(row)
    if math.isnan(row.england_value):
        return Point(year, NAN, "none yet", figure, "England's figure is not yet published", "none yet")
    places = min(measure.decimals, int(row.england_decimals))
    text = display_value(row.england_value, measure, places)
    if row.england_status not in {"final", "revised"}:
        text += f" ({row.england_status})"
    return Point(year, row.england_value, text, figure, row=row, series=_series(row))


def trust_rows(figures: Protected, measure: str, group: str) -> pd.DataFrame:
    """The trust's figures over the years, one row per year."""
    rows = figures.rows(measure=measure, pupil_group=group, geographic_level="Trust")
    return rows.sort_values("time_period")


def school_rows(figures: Protected, measure: str, group: str, urn: str | None = None) -> pd.DataFrame:
    """The schools' figures (or one school's) in the order of the frame, one row per school and year."""
    wanted = {"measure": measure, "pupil_group": group, "geographic_level": "School"}
    return figures.rows(**wanted) if urn is None else figures.rows(**wanted, school_urn=urn)


def line(name: str, look: str, rows: pd.DataFrame, measure: Measure, over: Sequence[AcademicYear]) -> Line:
    """A line of our own over the years; a year without a row is missing because nothing was supplied."""
    held = {int(row.time_period): row for row in rows.itertuples()}
    absent = MEANINGS["x"]
    points = [
        point(held[year.code], measure)
        if year.code in held
        else Point(year.label, NAN, "no data", "", absent, "no data", "x")
        for year in over
    ]
    return Line(name, look, tuple(points))


def england_line(
    rows: pd.DataFrame, measure: Measure, over: Sequence[AcademicYear], name: str = "England"
) -> Line | None:
    """England's line beside these rows; None where no year has a like figure."""
    held = {int(row.time_period): row for row in rows.itertuples()}
    points = [
        england_point(held[year.code], measure)
        if year.code in held
        else Point(year.label, NAN, "none yet", "", "England's figure is not yet published", "none yet")
        for year in over
    ]
    return Line(name, "england", tuple(points)) if any(p.stands for p in points) else None
