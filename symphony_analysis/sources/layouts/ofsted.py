"""Ofsted's management information: the grades of inspections under each framework, never mapped to one another.

Single overall grades ended in September 2024; report cards (2026) grade areas in words. An inspection may belong to
a school's previous URN: each grade says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from symphony_analysis.sources.declare import ofsted_words as words
from symphony_analysis.sources.declare.context import Context, keep_schools
from symphony_analysis.sources.declare.pupil_counts import as_schools, present
from symphony_analysis.sources.declare.source import Column, Due, Source, Tidy, from_date
from symphony_analysis.sources.declare.tables import Table

_NONE = {"NULL": "", "Not applicable": "", "N/A": ""}
GRADES = Table("ofsted", (), ("framework", "area", "grade", "graded_on", "of_present_school"))
_OEIF_GRADES = {
    "1": "outstanding",
    "2": "good",
    "3": "requires improvement",
    "4": "inadequate",
    "9": "not applicable",
    "0": "not applicable",
    "Not judged": "not judged",
    "Yes": "yes",
    "No": "no",
}
_CONCERN = ("SM", "SWK", "RSI", "SWK ", "EFF", "Special measures", "Serious weaknesses")


@dataclass(frozen=True)
class Inspection:
    """One inspection among the columns of a row: which areas it graded, when, and for which URN.

    ``areas`` maps an official header to the area's name; a header of its own in ``dates`` gives an area's day.
    """

    framework: str
    areas: Mapping[str, str]
    day: str
    own: str = ""
    dates: Mapping[str, str] | None = None

    def columns(self, grades: tuple[str, ...]) -> list[Column]:
        """The declared columns of this inspection."""
        made = [Column(h, _name(h), "choice", allowed=grades, blank="", required=False) for h in self.areas]
        made.append(Column(self.day, _name(self.day), "date", blank=""))
        made += [Column(h, _name(h), "date", blank="", required=False) for h in (self.dates or {}).values()]
        if self.own:
            made.append(Column(self.own, _name(self.own), "choice", allowed=("Yes", "No"), blank="", required=False))
        return made


def _name(header: str) -> str:
    return "c_" + "".join(c if c.isalnum() else "_" for c in header.casefold())


def _tidy(inspections: Sequence[Inspection]) -> Tidy:
    def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
        """Which grade did each area of each school have, when, and under which framework? One row a grade."""
        rows = frame[frame["urn"].isin(list(context.present_urns))]
        rows = rows.assign(school_urn=present(rows["urn"], context))
        made = [
            _grades(rows, inspection, header)
            for inspection in inspections
            for header in inspection.areas
            if _name(header) in rows
        ]
        return as_schools(pd.concat(made, ignore_index=True).assign(pupil_group="all"), context)

    return tidy


def _grades(rows: pd.DataFrame, inspection: Inspection, header: str) -> pd.DataFrame:
    began, day = rows[_name(inspection.day)], _name((inspection.dates or {}).get(header, ""))
    graded = rows[day].where(rows[day] != "", began) if day in rows else began
    own = rows[_name(inspection.own)] if inspection.own and _name(inspection.own) in rows else ""
    made = rows[["school_urn"]].assign(
        framework=inspection.framework,
        area=inspection.areas[header],
        grade=rows[_name(header)].map(lambda code: _OEIF_GRADES.get(code, code)),
        graded_on=graded,
        of_present_school=own,
    )
    return made[made["grade"] != ""]


def _source(
    name: str,
    title: str,
    inspections: Sequence[Inspection],
    told_by: tuple[str, ...],
    year_from: str,
    grades: Mapping[str, tuple[str, ...]],
    due: Due | None = None,
) -> Source:
    columns = {c.ours: c for i in inspections for c in i.columns(grades[i.framework])}
    return Source(
        name=name,
        title=title,
        publisher="Ofsted",
        homepage="https://www.gov.uk/government/statistical-data-sets/"
        "monthly-management-information-ofsteds-school-inspections-outcomes",
        table="ofsted",
        partial=True,
        encodings=("utf-8-sig", "cp1252"),
        columns=(Column("URN", "urn", "urn", blank=""), Column("School name", "school", blank=""), *columns.values()),
        key=("urn",),
        symbols=_NONE,
        tidy=_tidy(inspections),
        year_of=from_date(year_from),
        recognised_by=("URN", "School name", *told_by),
        keep=keep_schools,
        due=due,
    )


_OEIF, _CARD, _UNGRADED = words.GRADED, words.CARD, words.UNGRADED
_UNGRADED_OUTCOME = Inspection(
    _UNGRADED,
    {"Ungraded inspection overall outcome": "overall outcome"},
    "Date of latest ungraded inspection",
    "Does the ungraded inspection relate to the URN of the current school?",
)
_ALL_GRADES = {
    _OEIF: (*_OEIF_GRADES, *_CONCERN),
    _CARD: (*words.CARD_GRADES, *words.MET, *_CONCERN),
    _UNGRADED: words.UNGRADED_OUTCOMES,
}
#: Ofsted's own header has two spaces before "safeguarding".
_LATEST = {
    f"Latest OEIF {' ' if area.startswith('Safe') else ''}{area[0].lower()}{area[1:]}": area
    for area in words.OEIF_AREAS
}
_CARD_DATES = {
    area: f"{'Early years' if area.startswith('Early') else area} - date of grade" for area in words.CARD_AREAS
}

OLD = _source(
    "ofsted_2018",
    "Ofsted inspection outcomes, 2018",
    (Inspection(_OEIF, {"Overall effectiveness": "Overall effectiveness"}, "Inspection date"),),
    ("Inspection date", "Publication date", "Overall effectiveness", "Ofsted phase"),
    "",
    _ALL_GRADES,
)
SOURCE = _source(
    "ofsted_2025", "Ofsted management information: latest inspections, 2025",
    (Inspection(_OEIF, {area: area for area in words.OEIF_AREAS}, "Inspection start date",
                "Does the latest graded inspection relate to the URN of the current school?"), _UNGRADED_OUTCOME),
    ("Overall effectiveness", "Quality of education", "Inspection start date", "Ungraded inspection overall outcome"),
    "", _ALL_GRADES,
)  # fmt: skip
CARDS = _source(
    "ofsted_2026", "Ofsted management information: most recent inspections, report cards",
    (Inspection(_CARD, {area: area for area in words.CARD_AREAS}, "Inspection start date",
                "Does the latest full inspection relate to the URN of the current school?", _CARD_DATES),
     Inspection(_OEIF, _LATEST, "Inspection start date of latest OEIF graded inspection",
                "Does the latest OEIF graded inspection relate to the URN of the current school?"),
     _UNGRADED_OUTCOME),
    ("Inclusion", "Inclusion - date of grade", "Latest OEIF overall effectiveness", "Most recent category of concern"),
    "", _ALL_GRADES,
    Due("Ofsted management information: report cards and earlier grades", 1, 11, "",
        "report cards are not mapped to the single grades that ended in September 2024"),
)  # fmt: skip
IN_YEAR = _source(
    "ofsted_2026_in_year",
    "Ofsted management information: inspections in the year, report cards",
    (Inspection(_CARD, {area: area for area in words.CARD_AREAS}, "Inspection start date"),),
    ("Inclusion", "Leadership and governance", "Inspection number", "Outcomes for legacy monitoring inspections"),
    "Publication date",
    _ALL_GRADES,
)
