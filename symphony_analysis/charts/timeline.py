"""When Ofsted and the trust's peer reviews last came to each school, and what they found.

The one chart that takes no ``Protected`` figures: grades of schools are public records and count no pupils.
"""

from datetime import date
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from symphony_analysis.analysis import Analysis
from symphony_analysis.charts import house
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn
from symphony_analysis.charts.house import SMALL, canvas, house_style, ink, panel, phone, text_width, write
from symphony_analysis.claims.evidence import KEPT_MONTHS, is_old, span
from symphony_analysis.dates import day_in_words
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, element
from symphony_analysis.sources.own.inspections import latest

OFSTED, REVIEW = "Ofsted", "Peer review"
_COLUMNS = ["school", "school_urn", "kind", "grade", "dated", "note"]
_ROW, _TOP, _FOOT, _GAP = 20.0, 46.0, 24.0, 14.0
#: Colour, marker, its size and place in the row of each kind of visit.
_LOOKS = {OFSTED: ("C0", "o", 5.5, -0.24), REVIEW: ("C1", "D", 4.4, 0.24)}


def timeline(analysis: Analysis) -> Chart:
    """How long ago was each school last inspected and last reviewed, and with what grade, as recorded?

    One row per school of the register, the longest since an inspection first; a line at the day of the report and one
    four years before it. A year without a day is drawn as the whole year.
    """
    return timeline_of(grades_recorded(analysis), analysis.dated)


def grades_recorded(analysis: Analysis) -> pd.DataFrame:
    """The trust's records as one frame: a row is a school and a kind of visit (columns ``_COLUMNS``)."""
    rows = []
    for kind, name in ((OFSTED, "ofsted"), (REVIEW, "peer_reviews")):
        records = analysis.records(name)
        for school in analysis.trust.schools:
            held = records[records["school_urn"] == school.urn]
            held = (latest(held) if kind == OFSTED else held.sort_values("year", kind="stable")).tail(1)
            last = held.iloc[0].to_dict() if len(held) else {"note": "not recorded"}
            grade = last.get("grade", "") or ("report card" if "report card" in last.get("framework", "") else "")
            dated = last.get("inspected_on", "") or last.get("year", "")
            rows.append([school.name, school.urn, kind, grade, dated, last["note"]])
    return pd.DataFrame(rows, columns=_COLUMNS)


def timeline_of(rows: pd.DataFrame, today: date) -> Chart:
    """The chart of a frame whose rows are a school and a kind of visit: school, kind, grade, dated, note."""
    if not (rows["dated"] != "").any():
        return Chart(Html(""))
    rows = rows.assign(old=[bool(dated) and is_old(span(dated), today) for dated in rows["dated"]])
    schools = _longest_first(rows)
    headline = _headline(rows, len(schools))
    newest = f"The latest Ofsted date is {_newest(rows, OFSTED)}, the latest peer review {_newest(rows, REVIEW)}"
    alt = alternative(f"Timeline of {len(schools)} schools", headline, newest)
    about = f"Longest since an inspection first. This report: {day_in_words(today)}. Hollow: over four years earlier."
    about += " Bar: only the year is known." if rows["dated"].str.isdigit().any() else ""
    return drawn(headline, about, alt, partial(_picture, rows, schools, today), _data(rows, schools))


def _longest_first(rows: pd.DataFrame) -> list[str]:
    """The schools, the longest since an inspection first, those without one last; then by peer review."""
    last = {(row.school, row.kind): row.dated for row in rows.itertuples()}
    ends = {key: span(dated)[1] if dated else date.max for key, dated in last.items()}
    return sorted(dict.fromkeys(rows["school"]), key=lambda name: (ends[name, OFSTED], ends[name, REVIEW]))


def _newest(rows: pd.DataFrame, kind: str) -> str:
    return str(max((dated for dated in rows.loc[rows["kind"] == kind, "dated"] if dated), default="none"))


def _headline(rows: pd.DataFrame, of: int) -> str:
    inspected, reviewed = (int(((rows["kind"] == kind) & (rows["dated"] != "")).sum()) for kind in (OFSTED, REVIEW))
    old = int((rows["old"] & (rows["kind"] == OFSTED)).sum())
    ago = f"{count_in_words(old)} of them" if old else "none of them"
    all_of = count_in_words(of)
    some = f"{count_in_words(inspected).capitalize()} of {all_of} schools"
    first = f"All {all_of} schools" if inspected == of > 1 else some
    found = f"{first} have been inspected by Ofsted, {ago} more than four years ago"
    return f"{found}; {count_in_words(reviewed)} {'has' if reviewed == 1 else 'have'} a peer review"


def _picture(rows: pd.DataFrame, schools: list[str], today: date, width: float) -> house.Picture:
    """One row a school; beside it the grades in two columns, which a phone has no room for."""
    high = len(schools) * _ROW
    with house_style():
        figure = canvas(_TOP + high + _FOOT, width)
        left = max(text_width(name) for name in schools) + _GAP
        told = {kind: [] if phone(width) else [_told(rows, name, kind) for name in schools] for kind in _LOOKS}
        columns = [max(text_width(word, SMALL) for word in (f"● {kind}", *told[kind])) + _GAP for kind in _LOOKS]
        wide = width - left - (_GAP if phone(width) else sum(columns))
        ax = panel(figure, left, _TOP, wide, high)
        _axes(ax, rows, len(schools), today)
        for row in rows[rows["dated"] != ""].itertuples():
            colour, marker, size, off = _LOOKS[row.kind]
            first, last = map(_at, span(row.dated))
            y = schools.index(row.school) + off
            ax.plot([first, last], [y, y], color=ink(colour), linewidth=1.2, zorder=2)
            face = ink("paper") if row.old else ink(colour)
            ax.plot((first + last) / 2, y, marker, color=ink(colour), markerfacecolor=face, markersize=size, zorder=3)
        for at, name in enumerate(schools):
            write(figure, 0, _TOP + (at + 0.5) * _ROW, name)
        place, top = (0.0, 10.0) if phone(width) else (left + wide + _GAP, _TOP - 12)
        for side, kind in enumerate(_LOOKS):
            _column(figure, kind, told[kind], (place + side * columns[0], top))
        return house.finished(figure)


def _axes(ax: Axes, rows: pd.DataFrame, schools: int, today: date) -> None:
    mark = _at(today) - KEPT_MONTHS / 12
    first = int(min([mark, *(_at(span(dated)[0]) for dated in rows["dated"] if dated)]))
    ax.set_xlim(first, max(_at(today) + 0.15, *(_at(span(dated)[1]) for dated in rows["dated"] if dated)))
    ax.set_ylim(schools - 0.5, -0.5)
    ax.set_yticks([])
    years = range(first, today.year + 1)
    ax.set_xticks(
        [year + 0.5 for year in years if year + 0.5 < ax.get_xlim()[1]],
        [str(year) for year in years if year + 0.5 < ax.get_xlim()[1]],
        fontsize=SMALL,
    )
    for at in range(schools):
        ax.axhline(at, color=ink("rule"), linewidth=0.8, zorder=0)
    for x, words, dashes, side in (
        (_at(today), "this report", "-", "right"),
        (mark, "four years before", "--", "center"),
    ):
        ax.axvline(x, color=ink("soft"), linewidth=1.2, linestyle=dashes, zorder=1)
        ax.annotate(
            words,
            (x, -0.5),
            xytext=(0, 4),
            textcoords="offset points",
            ha=side,
            va="bottom",
            fontsize=SMALL,
            color=ink("soft"),
        )


def _column(figure: Figure, kind: str, words: list[str], place: tuple[float, float]) -> None:
    """The mark and the name of a kind of visit, and below them the grades."""
    left, top = place
    colour, marker, *_ = _LOOKS[kind]
    write(figure, left, top, "●" if marker == "o" else "◆", colour, SMALL)
    write(figure, left + 12, top, kind, "ink", SMALL, weight="bold")
    for at, word in enumerate(words):
        write(figure, left, _TOP + (at + 0.5) * _ROW, word, "ink", SMALL)


def _at(day: date) -> float:
    """A day on the axis, in years."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def said(grade: str) -> str:
    """A grade as people write it: "Requires improvement"."""
    return grade.replace("_", " ").capitalize() or "No grade"


def _told(rows: pd.DataFrame, school: str, kind: str) -> str:
    """The grade, or why there is none."""
    row = rows[(rows["school"] == school) & (rows["kind"] == kind)].iloc[0]
    if row["dated"]:
        return said(row["grade"])
    return row["note"] if 0 < len(row["note"]) <= 30 else "none recorded"


def _data(rows: pd.DataFrame, schools: list[str]) -> Html:
    body = []
    for name in schools:
        cells: list[object] = [name]
        for kind in (OFSTED, REVIEW):
            row = rows[(rows["school"] == name) & (rows["kind"] == kind)].iloc[0]
            identity = f"{kind.lower().replace(' ', '_')}.{row['school_urn']}" if row["dated"] else None
            cells.append(
                element("td", f"{_told(rows, name, kind)} {row['dated']}".strip(), class_="t", data_figure=identity)
            )
        body.append(cells)
    return behind("Ofsted and peer review, latest recorded, by school", ["School", OFSTED, REVIEW], body)
