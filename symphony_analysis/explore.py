"""Questions of your own, one call each: find a measure, drill into it, compare, set something beside it, take it away.

Every call gives a tidy frame of figures that the edition may show, with the file each comes from. A name that does not
exist is answered with the nearest that does. Nothing here is part of a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import display_value, say
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element
from symphony_analysis.measures import MEASURES, Measure, group_named, measure_named
from symphony_analysis.names import UnknownNameError, named
from symphony_analysis.years import AcademicYear

__all__ = ["add_comparator", "compare", "drill", "export", "find", "measure", "trace"]
TRUST, ENGLAND = "the trust", "England"
BY = ("year", "school", "group")
_FIGURE = ("who", "year", "pupil_group", "shown", "value", "symbol", "unit")
_COMPARED = ("england_value", "difference", "comparison")
_BEHIND = ("numerator", "denominator", "pupils", "schools_counted", "source_file", "england_source", "england_vintage")
COLUMNS = [*_FIGURE, *_COMPARED, *_BEHIND, "figure"]


def find(words: str = "") -> pd.DataFrame:
    """Which measures are there, or which have these words in name, label, area or definition?

    A row is a measure: measure, label, area, unit, better, pupil_groups, definition. Source: the declarations.
    """
    rows = [
        [m.name, m.label, m.area, m.unit, m.better, ", ".join(m.pupil_groups), m.definition] for m in MEASURES.values()
    ]
    frame = pd.DataFrame(rows, columns=["measure", "label", "area", "unit", "better", "pupil_groups", "definition"])
    text = frame.agg(" ".join, axis=1).str.casefold()
    kept = [all(word in line for word in words.casefold().split()) for line in text]
    return frame[pd.Series(kept, index=frame.index, dtype=bool)].reset_index(drop=True)


def measure(name: str) -> Measure:
    """The declaration of a measure, by its name, its label or words that only it has. Raises UnknownNameError."""
    return measure_named(name, MEASURES)


def drill(
    analysis: Analysis, measure: str, group: str = "all", *, school: str = "", year: str = "", by: str = "year"
) -> pd.DataFrame:
    """How does a figure come apart: over the years, over the schools, over the groups of pupils?

    ``by`` is "year" (of the trust or the ``school``), "school" (of one year and group) or "group" (of the trust or the
    school in one year). A row is one figure: who, year, pupil_group, shown (as a page prints it), value (not rounded,
    in unit), symbol (why there is none), England's value, difference and comparison, the counts behind it, the files
    it comes from, and its id. Raises UnknownNameError.
    """
    by, declared = named("way to drill", by, BY, plural="ways"), measure_named(measure, MEASURES)
    rows = _rows(analysis, declared)
    if by != "group":
        rows = rows[rows["pupil_group"] == group_named(group, [declared])]
    if by != "year" or year:
        rows = rows[rows["time_period"] == _year(analysis, year).code]
    if by == "school":
        rows = _of_schools(analysis, rows, _year(analysis, year))
    elif school:
        rows = rows[rows["school_urn"] == analysis.trust.school(school).urn]
    else:
        rows = rows[rows["geographic_level"] == "Trust"]
    return _tidy(rows, declared)


def compare(analysis: Analysis, measure: str, *schools: str, group: str = "all", year: str = "") -> pd.DataFrame:
    """How do these schools stand to one another, to the trust and to England? All schools where none is named.

    A row is a figure as in ``drill``, the highest first; the trust and England are rows too. Raises as ``drill`` does.
    """
    declared, when = measure_named(measure, MEASURES), _year(analysis, year)
    rows = _rows(analysis, declared)
    rows = rows[(rows["time_period"] == when.code) & (rows["pupil_group"] == group_named(group, [declared]))]
    urns = [analysis.trust.school(school).urn for school in schools]
    asked = rows[rows["school_urn"].isin(urns)] if urns else _of_schools(analysis, rows, when)
    told = _tidy(pd.concat([asked, rows[rows["geographic_level"] == "Trust"]]), declared)
    trust = told[told["who"] == TRUST]
    if len(trust) and trust["england_value"].notna().all():
        first = trust.iloc[0]
        england = _beside(ENGLAND, first, float(first["england_value"]), declared, str(first["england_source"]))
        told = pd.concat([told, england], ignore_index=True)
    return told.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def add_comparator(rows: pd.DataFrame, who: str, values: Mapping[str, float], unit: str, source: str) -> pd.DataFrame:
    """Set somebody else's figures beside these: one value a year, like {"2023/24": 7.4}, in the same unit.

    A row is a figure as in ``drill``; the added ones have ``source`` as their file and no id. Raises ValueError for
    another unit, and for a year that the rows do not have.
    """
    units = set(rows["unit"])
    if units != {unit}:
        raise ValueError(f"these figures are in {', '.join(sorted(units))}; {who} is in {unit}")
    added = []
    for label, value in values.items():
        year = AcademicYear.parse(label).label
        like = rows[rows["year"] == year]
        if not len(like):
            raise ValueError(f"{year} is not among these figures: {', '.join(dict.fromkeys(rows['year']))}")
        added.append(_beside(who, like.iloc[0], value, MEASURES[like.iloc[0]["figure"].split(".")[0]], source))
    return pd.concat([rows, *added], ignore_index=True)


def trace(analysis: Analysis, figure: str) -> Html:
    """Where does a figure come from? By the id in the column ``figure`` of any row: its formula, rows and files."""
    from symphony_analysis.issues.tracing.trace import trace as traced

    return element("pre", "\n".join(traced(analysis, figure)))


def export(rows: pd.DataFrame, path: str | Path) -> Path:
    """Write the rows of any frame as a CSV file that Excel opens as it should; gives the path."""
    target = Path(path)
    # The mark at the beginning tells Excel that the text is UTF-8.
    rows.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return target


def _rows(analysis: Analysis, declared: Measure) -> pd.DataFrame:
    rows = analysis.figures(declared.area).rows(measure=declared.name)
    return rows[rows["geographic_level"].isin(["Trust", "School"])]


def _of_schools(analysis: Analysis, rows: pd.DataFrame, year: AcademicYear) -> pd.DataFrame:
    """The rows of every school of the year, also of one that joined too late to be in the trust's figure."""
    return rows[rows["school_urn"].isin([school.urn for school in analysis.trust.of_year(year)])]


def _tidy(rows: pd.DataFrame, declared: Measure) -> pd.DataFrame:
    found = list(rows.itertuples())
    told = rows.assign(
        who=rows["school_name"].where(rows["school_name"] != "", TRUST),
        year=[AcademicYear.parse(int(code)).label for code in rows["time_period"]],
        shown=pd.Series([str(say(row, declared)) for row in found], index=rows.index, dtype="str"),
        figure=pd.Series([figure_id(row) for row in found], index=rows.index, dtype="str"),
    )
    return told.reset_index(drop=True)[COLUMNS]


def _beside(who: str, like: pd.Series, value: float, declared: Measure, source: str) -> pd.DataFrame:
    """A row of somebody else's figure, for the year and pupil group of this one."""
    row: dict[str, object] = dict.fromkeys(COLUMNS, float("nan"))
    row |= dict.fromkeys(("symbol", "comparison", "figure", "england_source", "england_vintage"), "")
    row |= {"who": who, "year": like["year"], "pupil_group": like["pupil_group"], "value": float(value)}
    row |= {"shown": display_value(float(value), declared), "unit": declared.unit, "source_file": source}
    return pd.DataFrame([row])


def _year(analysis: Analysis, asked: str) -> AcademicYear:
    year = AcademicYear.parse(asked) if asked else analysis.year
    if year not in analysis.years:
        held = ", ".join(each.label for each in analysis.years)
        raise UnknownNameError(f"{year} is not in this trend; its years are: {held}")
    return year
