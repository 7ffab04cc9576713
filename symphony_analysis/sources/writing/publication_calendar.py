"""What to fetch for a year, where it is and when it is published: DfE's and Ofsted's usual months."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.dates import MONTHS
from symphony_analysis.sources.declare.source import Due, Source
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.years import AcademicYear

_FIND = "https://explore-education-statistics.service.gov.uk/find-statistics/"
#: Figures without a file of a declared layout: each is a row of national.csv.
_ENTERED = (
    Due("England: key stage 2 headlines (interim)", 1, 7, _FIND + "key-stage-2-attainment-national-headlines",
        "a row of national.csv"),
    Due("England: school workforce (pupils per teacher)", 1, 6, _FIND + "school-workforce-in-england",
        "the November census of this year; a row of national.csv"),
)  # fmt: skip


def calendar(year: AcademicYear) -> pd.DataFrame:
    """What to fetch for this year, in order of publication?

    One row a file or figure: what, layout (names of sources, "" for a figure that is entered), published (month
    and year), where, note. Months are those in which DfE and Ofsted have usually published.
    """
    named: dict[Due, list[Source]] = {due: [] for due in _ENTERED}
    for source in SOURCES.values():
        if source.due is not None:
            named.setdefault(source.due, []).append(source)
    rows = [
        [
            due.what,
            ";".join(source.name for source in of),
            f"{MONTHS[due.month - 1]} {year.start + due.years}",
            due.where or of[0].homepage,
            due.note,
        ]
        for due, of in sorted(named.items(), key=lambda item: (item[0].years, item[0].month, item[0].what))
    ]
    return pd.DataFrame(rows, columns=["what", "layout", "published", "where", "note"], dtype="str")
