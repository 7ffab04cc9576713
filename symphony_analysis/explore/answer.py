"""The answer to a question: a tidy frame that draws, shows, traces and saves itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.charts import asked as drawing
from symphony_analysis.charts import funnel
from symphony_analysis.charts.chart import Chart
from symphony_analysis.charts.house import WIDTH
from symphony_analysis.display import display_value, tag
from symphony_analysis.explore.others import others_beside
from symphony_analysis.issues.tracing.trace import trace as traced
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.measures.measure import formula_in_words
from symphony_analysis.names import UnknownNameError, named
from symphony_analysis.years import AcademicYear

TRUST = "the trust"
#: The columns that lead; the rest of the row (counts, files, vintages) follows.
LEADING = [
    "label", "who", "year", "part", "group", "shown", "comparison", "value", "unit", "symbol", "interval_low",
    "interval_high", "england_value", "difference", "pupils", "source_file", "figure",
]  # fmt: skip
#: The column of what was printed before, in the answer to what has changed.
PRINTED = "printed"
KINDS = ("lines", "dots", "bars", "funnel", "scatter")
LEAST_WIDE, LEAST_HIGH = 300, 120
ENDINGS = (".png", ".svg", ".csv", ".xlsx")
#: Rows of a table on the screen; the frame has all.
_MOST = 60


class Answer(pd.DataFrame):
    """Figures asked for. Choose and sort rows as of any frame; what is left is still an answer.

    A row is one figure: label (of the measure), who, year, part (of the year or the pupils; "" for the whole), group,
    shown (as a page prints it), comparison (with England, by the rule of the report), value (not rounded, in unit),
    symbol (why there is none), its 95% interval, England's value, difference, pupils, source_file, figure (its id), and
    the counts behind it. What has changed since a print has that too: printed, status, why, published_in. Sources: the
    files named in each row.
    """

    _metadata = ["analysis", "ways", "note"]  # noqa: RUF012  pandas keeps these through every choice of rows
    analysis: Any = None
    ways: tuple[str, ...] = ()
    note = ""

    @property
    def _constructor(self):
        return Answer

    def chart(self, kind: str = "", ax: Any = None, size: tuple[float, float] = (WIDTH, 0)) -> Chart:
        """The answer drawn: lines over years, else a dot a row; a scatter of two measures, or a funnel of schools.

        ``kind`` is "lines", "dots", "bars", "scatter" or "funnel", or left to the answer. ``size`` is its width and
        height in pixels, height 0 as needed; ``ax`` are axes of your own to draw into. Raises UnknownNameError, and
        ValueError for a size that nothing can be drawn in.
        """
        kind = named("kind of chart", kind, KINDS, plural="kinds") if kind else self._kind()
        room = self._room(kind, ax, size)
        declared, title = self._declared(), self._title()
        if not len(self):
            return drawing.nothing(self.note or "No figure answers this question.")
        if kind == "scatter":
            if len(declared) != 2:
                raise UnknownNameError(f"a scatter is of two measures; this answer has {len(declared)}")
            return drawing.scatter(self._pairs(declared), declared[0], declared[1], title, self.table(), room)
        if kind in {"dots", "bars"} and (len(declared) == 1 or ax is None):
            names = self._names(without=("label",))
            return drawing.dots(pd.DataFrame(self), declared, title, names, self.table(), room, kind == "bars")
        if len(declared) != 1:
            raise UnknownNameError(f"{kind} are of one measure; choose one of: {', '.join(self['label'].unique())}")
        if kind == "funnel":
            area = self.analysis.figures(declared[0].area)
            return funnel(area, declared[0].name, str(self["pupil_group"].iloc[0]))
        names = self._names(without=("year",))
        return drawing.lines(pd.DataFrame(self), declared[0], title, names, self.table(), room)

    def _room(self, kind: str, ax: Any, size: tuple[float, float]) -> drawing.Room:
        width, height = size
        if width < LEAST_WIDE or (height and height < LEAST_HIGH):
            least = f"{LEAST_WIDE} pixels wide and {LEAST_HIGH} high, or 0 high for as high as needed"
            raise ValueError(f"a chart is at least {least}; found {width} by {height}")
        room = drawing.Room(ax, width, height)
        if kind == "funnel" and room != drawing.Room():
            raise ValueError("a funnel is drawn as the report has it; leave out ax and size")
        return room

    def table(self) -> Html:
        """The six columns that matter, in the look of the report; what is the same in all rows is in the caption."""
        head = [name for name in ("label", "who", "year", "part", "group") if self._varies(name)] or ["who"]
        cells = _changed if PRINTED in self else _cells
        body = [[*(getattr(row, name) for name in head), *cells(row)] for row in self.head(_MOST).itertuples()]
        columns = ["As printed", "Now", "Why"] if PRINTED in self else ["Figure", "95% interval", "England"]
        shown = table(self._title(), [*(_HEADS[name] for name in head), *columns], body)
        more = f"The first {_MOST} of {len(self)} rows. " if len(self) > _MOST else ""
        outside = list(self.loc[self["member"].eq(False) & self["who"].ne(TRUST), "who"].dropna().unique())
        joined = (
            f"Not among the trust’s figures: {', '.join(outside)}. " if outside and TRUST in set(self["who"]) else ""
        )
        words = f"{more}{joined}{self.note}"
        said = element("p", words, class_="soft") if words else Html("")
        return join([shown, said])

    def trace(self, row: int = -1) -> Html:
        """Where does a figure come from (the last row's, unless its place is given): formula, counts and files."""
        if not len(self):
            raise UnknownNameError("there is no row to trace")
        one = self.iloc[row]
        if not one["figure"]:
            said = ", ".join(one[name] for name in ("label", "who", "year"))
            return element("pre", f"{said}: {one['shown']}\nfile: {one['source_file']}")
        if not one["part"]:
            return element("pre", "\n".join(traced(self.analysis, one["figure"])))
        declared = MEASURES[one["measure"]]
        parts = {name: one[name] for name in ("numerator", "denominator", "pupils") if pd.notna(one[name])}
        said = ", ".join(str(one[name]) for name in ("label", "who", "year", "part", "group"))
        lines = [f"{said}: {one['shown']}", f"definition of the whole: {declared.definition}"]
        lines.append(f"formula: {formula_in_words(declared)}; here of {one['part']} only")
        lines += [f"{name}: {value:,.0f}" for name, value in parts.items()]
        lines.append(f"file: {one['source_file']}")
        return element("pre", "\n".join(lines))

    def save(self, path: str | Path) -> Path:
        """Write the answer: .png or .svg is its chart, .csv (which Excel opens as it should) or .xlsx all its rows.

        Gives the path. Raises ValueError for another ending.
        """
        target = Path(path)
        ending = target.suffix.casefold()
        if ending not in ENDINGS:
            raise ValueError(f"an answer is saved as {', '.join(ENDINGS)}; found {target.name!r}")
        if ending in {".png", ".svg"}:
            return self.chart().save(target)
        if ending == ".csv":  # the mark at the beginning tells Excel that the text is UTF-8
            self.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        else:
            self.to_excel(target, index=False, sheet_name="Figures")
        return target

    def beside(self, who: str, values: Mapping[str, float] | None = None, unit: str = "", source: str = "") -> Answer:
        """Somebody else's figures beside these: like beside like, each row with its file.

        ``who`` is a local authority by name or code (the trust's own from ``national.csv``, any other from DfE's files
        by local authority), "similar schools" (those that the trust lists for its schools, all their pupils together)
        or "trusts" (the quarters of all trusts in DfE's results, of all primary trusts in its accounts). Or anybody,
        with ``values``, one a year like {"2023/24": 7.4}, their ``unit`` and ``source``. Raises UnknownNameError for
        others that no file knows and where nothing like these rows is published; ValueError for another unit or year.
        """
        added = []
        if values is None:
            for other in others_beside(self.analysis, pd.DataFrame(self), who):
                measure = MEASURES[self["measure"].iloc[other.place]]
                places = measure.decimals if other.decimals is None else min(measure.decimals, other.decimals)
                shown = display_value(other.value, measure, places)
                added.append(self._added(other.place, other.who, other.value, shown, other.source, other.figure))
        elif (units := set(self["unit"])) != {unit}:
            raise ValueError(f"these figures are in {', '.join(sorted(units))}; {who} is in {unit}")
        elif several := [_HEADS[name].lower() for name in ("label", "part", "group") if self._varies(name)]:
            raise ValueError(f"figures of one {several[0]} at a time have {who} beside them; choose the rows first")
        for label, value in (values or {}).items():
            year = AcademicYear.parse(label).label
            if year not in set(self["year"]):
                raise ValueError(f"{year} is not among these figures: {', '.join(dict.fromkeys(self['year']))}")
            place = self["year"].tolist().index(year)
            shown = display_value(float(value), MEASURES[self["measure"].iloc[place]])
            added.append(self._added(place, who, float(value), shown, source))
        return pd.concat([self, Answer(added)], ignore_index=True).__finalize__(self)

    def _added(
        self, place: int, who: str, value: float, shown: str, source: str, figure: str = ""
    ) -> dict[str, object]:
        """A row of somebody else, of the same measure, year and pupils as the row at this place."""
        same = ["label", "year", "part", "group", "unit", "measure", "time_period", "pupil_group"]
        row = {"who": who, "value": value, "shown": shown, "source_file": source, "figure": figure}
        return dict.fromkeys(("comparison", "symbol"), "") | self.iloc[place][same].to_dict() | row

    def change(self) -> Answer:
        """How far each figure has moved from the first year asked for to the last, the greatest fall first.

        A row is as before, of the last year, but ``value``, ``shown`` and the interval are of the change, in the same
        unit, and ``comparison`` is with the first year. Figures that are not shown in both years are left out.
        """
        codes = sorted(set(self["time_period"]))
        measures = {measure.name: measure for measure in self._declared()}
        moved = compare.changes(pd.DataFrame(self).assign(words=""), measures, codes[-1], codes[0])
        first, last = (AcademicYear.parse(int(code)).label for code in (codes[0], codes[-1]))
        shown = [
            f"not comparable: {row.broken}" if row.broken else _points(row.change, measures[row.measure])
            for row in moved.itertuples()
        ]
        told = moved.assign(
            label=moved["label"] + ", change",
            value=moved["change"],
            shown=shown,
            year=f"{first} to {last}",
            england_value=moved["england_change"],
            interval_low=moved["change_low"],
            interval_high=moved["change_high"],
            difference=moved["change"] - moved["england_change"],
        )
        kept = told.sort_values("value", kind="stable", ignore_index=True)[list(self.columns)]
        return Answer(kept).__finalize__(self)

    def running(self, comparison: str, years: int = 2) -> Answer:
        """Of which school (or the trust) does a measure bear this word in the last so many years, one after another?

        A row is as before. Raises UnknownNameError for a word that the rule does not have.
        """
        word = named("comparison", comparison, compare.COMPARED)
        codes = sorted(set(self["time_period"]))[-years:]
        if len(codes) < years:
            raise UnknownNameError(f'{years} years running are asked of {years} years or more; add by="year"')
        held = self[self["comparison"].eq(word)]
        held = held[held["time_period"].isin(codes)]
        number = held.groupby(["measure", "who", "pupil_group", "part"])["time_period"].transform("nunique")
        kept = held[number == years]
        if not len(kept):
            said = " and ".join(AcademicYear.parse(int(code)).label for code in codes)
            kept.note = f"No figure is {word} in {said}, one after another."
        return kept

    def like(self, school: str, number: int = 5) -> Answer:
        """A school and so many others of these figures whose number of pupils on roll is nearest to its own."""
        name, code = self.analysis.trust.school(school).name, self.analysis.year.code
        roll = self.analysis.figures("context").rows(measure="pupils_count", time_period=code, pupil_group="all")
        sizes = roll[roll["school_name"].isin(self["who"])].set_index("school_name")["value"].dropna()
        if name not in sizes:
            raise UnknownNameError(
                f"{name} or its pupils are not among these figures; ask by school without naming one"
            )
        if len(sizes) == 1:
            raise UnknownNameError(f"there is only {name} among these figures; ask by school without naming one")
        nearest = (sizes - sizes[name]).abs().sort_values(kind="stable").index[: number + 1]
        return self[self["who"].isin(nearest)]

    def _repr_html_(self) -> str:
        # A choice of columns is no longer an answer, and is shown as any frame.
        return self.table()._repr_html_() if {*LEADING} <= {*self.columns} else pd.DataFrame(self)._repr_html_()

    def _kind(self) -> str:
        if PRINTED in self:
            return "dots"
        if len(set(self["measure"])) == 2 and "year" not in self.ways:
            return "scatter"
        names = self._names(without=("year",)).nunique()
        lines = self._varies("year") and not self._varies("measure") and names <= drawing.MOST_LINES
        return "lines" if lines else "dots"

    def _declared(self) -> list[Measure]:
        return [MEASURES[name] for name in self["measure"].unique() if name in MEASURES]

    def _varies(self, name: str) -> bool:
        return len(set(self[name])) > 1

    def _names(self, without: tuple[str, ...] = ()) -> pd.Series:
        """What tells a row from the others."""
        kept = [n for n in ("label", "who", "part", "group", "year") if n not in without and self._varies(n)] or ["who"]
        return pd.DataFrame(self)[kept].agg(lambda row: ", ".join(each for each in row if each), axis=1)

    def _title(self) -> str:
        labels = list(self["label"].unique()) or ["No figure answers this question"]
        said = " and ".join(labels) if len(labels) < 3 else f"{len(labels)} measures"
        same = [name for name in ("who", "group", "part", "year") if len(self) and not self._varies(name)]
        named_once = [str(self[name].iloc[0]) for name in same if self[name].iloc[0]]
        return ", ".join(
            [said, *(f"{each[0].lower()}{each[1:]}" if each.endswith("pupils") else each for each in named_once)]
        )

    def _pairs(self, declared: list[Measure]) -> pd.DataFrame:
        """One row for each school or part that has both measures: name, x, y."""
        whole = pd.DataFrame(self)
        x, y = (whole[whole["measure"] == m.name].set_index(["who", "part", "pupil_group"])["value"] for m in declared)
        both = pd.DataFrame({"x": x, "y": y}).reset_index()
        return both.assign(name=both["who"].str.cat(both["part"].where(both["part"] == "", ", " + both["part"])))


_HEADS = {"label": "Measure", "who": "Who", "year": "Year", "part": "Part", "group": "Pupils"}


def _points(change: float, measure: Measure) -> str:
    written = display_value(change, measure, sign=True)
    return f"{written.removesuffix('%')} points" if measure.unit == "%" else written


def _changed(row: Any) -> list[object]:
    return [row.printed, row.shown, row.why]


def _cells(row: Any) -> list[object]:
    measure = MEASURES[row.measure]
    figure = join([row.shown, " ", tag(row.comparison)]) if isinstance(row.comparison, str) else row.shown
    ends = [display_value(end, measure) for end in (row.interval_low, row.interval_high) if pd.notna(end)]
    england = display_value(row.england_value, measure) if pd.notna(row.england_value) else ""
    return [figure, " to ".join(ends), england]
