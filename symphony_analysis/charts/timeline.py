"""When Ofsted and the trust's peer reviews last came to each school, and what they found.

The one chart that takes no ``Protected`` figures: grades of schools are public records and count no pupils.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns

from symphony_analysis.charts import house
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import PLAIN, SMALL, canvas, house_style, ink, panel, phone, text_width, write
from symphony_analysis.markup import Html, element
from symphony_analysis.sources.own.inspections import latest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from symphony_analysis.analysis import Analysis

OFSTED, REVIEW = "Ofsted", "Peer review"
_COLUMNS = ["school", "school_urn", "kind", "grade", "year", "note"]
_ROW, _TOP, _FOOT = 20.0, 34.0, 30.0
_LOOKS = {OFSTED: ("C0", "o"), REVIEW: ("C1", "D")}


def timeline(analysis: Analysis) -> Chart:
    """When was each school last inspected and last reviewed, and with what grade, as recorded?

    One row per school of the register, Ofsted on the left, peer review on the right; none recorded is written out.
    """
    return timeline_of(grades_recorded(analysis))


def grades_recorded(analysis: Analysis) -> pd.DataFrame:
    """The trust's records as one frame: a row is a school and a kind of visit (columns ``_COLUMNS``)."""
    rows = []
    for kind, name in ((OFSTED, "ofsted"), (REVIEW, "peer_reviews")):
        records = analysis.records(name)
        for school in analysis.trust.schools:
            held = records[records["school_urn"] == school.urn]
            held = (latest(held) if kind == OFSTED else held.sort_values("year", kind="stable")).tail(1)
            grade, year, note = held.iloc[0][["grade", "year", "note"]] if len(held) else ("", "", "not recorded")
            grade = grade or ("report card" if "report card" in set(held.get("framework", ())) else "")
            rows.append([school.name, school.urn, kind, grade, year, note])
    return pd.DataFrame(rows, columns=_COLUMNS)


def timeline_of(rows: pd.DataFrame) -> Chart:
    """The chart of a frame whose rows are a school and a kind of visit: school, kind, grade, year, note."""
    dated = rows[rows["year"] != ""]
    if not len(dated):
        return nothing("No inspection or peer-review grades are recorded for this year.")
    schools = list(dict.fromkeys(rows["school"]))
    dated = dated.assign(at=pd.to_numeric(dated["year"]), row=[schools.index(name) for name in dated["school"]])
    headline = _headline(dated, schools)
    latest = f"The latest Ofsted year is {_newest(dated, OFSTED)}, the latest peer review {_newest(dated, REVIEW)}"
    alt = alternative(f"Timeline of {len(schools)} schools", headline, latest)
    about = "Latest recorded grade by year of the visit. Schools in the order of the trust's register."
    return drawn(headline, about, alt, lambda width: _picture(rows, dated, schools, width), _data(rows, schools))


def _newest(dated: pd.DataFrame, kind: str) -> str:
    found = dated.loc[dated["kind"] == kind, "at"]
    return str(found.max()) if len(found) else "none"


def _headline(dated: pd.DataFrame, schools: list[str]) -> str:
    inspected = dated.loc[dated["kind"] == OFSTED, "school"].nunique()
    reviewed = dated.loc[dated["kind"] == REVIEW, "school"].nunique()
    first, of = (f"All {inspected}", "") if inspected == len(schools) > 1 else (str(inspected), f" of {len(schools)}")
    return f"{first}{of} schools have an Ofsted grade; {reviewed} {'has' if reviewed == 1 else 'have'} a peer review"


def _picture(rows: pd.DataFrame, dated: pd.DataFrame, schools: list[str], width: float) -> house.Picture:
    """The two halves side by side; on a phone one below the other."""
    high, across = _TOP + len(schools) * _ROW + _FOOT, 1 if phone(width) else 2
    left = max(text_width(name) for name in schools) + 14
    wide = (width - left - 20 * (across - 1)) / across
    with house_style():
        figure = canvas(high * 2 / across, width)
        for side, kind in enumerate((OFSTED, REVIEW)):
            top = 0.0 if across == 2 else side * high
            for at, name in enumerate(schools if top or not side else ()):
                write(figure, 0, top + _TOP + (at + 0.5) * _ROW, name)
            _side(figure, kind, rows, dated, schools, (left + (top == 0) * side * (wide + 20), top, wide))
        return house.finished(figure)


def _side(
    figure: Figure,
    kind: str,
    rows: pd.DataFrame,
    dated: pd.DataFrame,
    schools: list[str],
    place: tuple[float, float, float],
) -> None:
    """One half of the chart: the dots of one kind of visit, each with its grade beside it."""
    left, top, wide = place
    colour, marker = _LOOKS[kind]
    own = dated[dated["kind"] == kind]
    ax = panel(figure, left, top + _TOP, wide, len(schools) * _ROW)
    first, last = (int(dated["at"].min()), int(dated["at"].max()))
    room = text_width("Outstanding", SMALL) + 14
    per_year = (wide - room - 16) / max(last - first, 1)
    ax.set_xlim(first - 12 / per_year, last + (room + 4) / per_year)
    ax.set_ylim(len(schools) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks(range(first, last + 1), [str(year) for year in range(first, last + 1)], fontsize=SMALL)
    write(figure, left, top + _TOP - 16, kind, "ink", PLAIN, weight="bold")
    for at, name in enumerate(schools):
        ax.axhline(at, color=ink("rule"), linewidth=0.8, zorder=0)
        if name not in set(own["school"]):
            ax.text(
                first - 8 / per_year,
                at,
                _none(rows, name, kind),
                color=ink("soft"),
                va="center",
                bbox={"facecolor": ink("paper"), "pad": 2, "linewidth": 0},
            )
    sns.scatterplot(data=own, x="at", y="row", ax=ax, color=ink(colour), marker=marker, s=46, linewidth=0, legend=False)
    for found in own.itertuples():
        ax.annotate(
            said(found.grade),
            (found.at, found.row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            bbox={"facecolor": ink("paper"), "pad": 1, "linewidth": 0},
        )
    ax.set(xlabel="", ylabel="")


def said(grade: str) -> str:
    """A grade as people write it: "Requires improvement"."""
    return grade.replace("_", " ").capitalize() or "No grade"


def _none(rows: pd.DataFrame, school: str, kind: str) -> str:
    note = rows.loc[(rows["school"] == school) & (rows["kind"] == kind), "note"]
    return note.iloc[0] if len(note) and 0 < len(note.iloc[0]) <= 30 else "none recorded"


def _data(rows: pd.DataFrame, schools: list[str]) -> Html:
    body = []
    for name in schools:
        cells: list[object] = [name]
        for kind in (OFSTED, REVIEW):
            own = rows[(rows["school"] == name) & (rows["kind"] == kind) & (rows["year"] != "")]
            if len(own):
                found = own.iloc[0]
                identity = f"{kind.lower().replace(' ', '_')}.{found['school_urn']}"
                cells.append(element("td", f"{said(found['grade'])} {found['year']}", class_="t", data_figure=identity))
            else:
                cells.append(element("td", _none(rows, name, kind), class_="t"))
        body.append(cells)
    return behind("Ofsted and peer review, latest recorded, by school", ["School", OFSTED, REVIEW], body)
