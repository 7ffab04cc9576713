"""Pupil absence in schools in England: the school file and the national, regional and authority file."""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import ees, rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Due, Filter, National, count, percent
from symphony_analysis.sources.layouts.pupil_attendance import full_year

_TERMS_OF = {
    "academic year": 3, "full academic year": 3, "six half terms": 3, "": 3, "autumn and spring term": 2,
    "autumn and spring terms": 2, "autumn term": 1, "spring term": 1, "summer term": 1,
}  # fmt: skip
_COUNTED = {
    "enrolments": "enrolments",
    "sess_possible": "possible",
    "sess_overall": "absent",
    "sess_authorised": "authorised",
    "sess_unauthorised": "unauthorised",
    "enrolments_pa_10_exact": "persistent",
    "enrolments_pa_50_exact": "severe",
}
#: Sessions in the tidy table: ours -> the column of the layout.
SESSIONS = {f"{kind}_sessions_count": kind for kind in ("possible", "absent", "authorised", "unauthorised")}
_COUNTS = {"enrolments_count": "enrolments", **SESSIONS}
_COUNTS |= {"persistent_absentees_count": "persistent", "severe_absentees_count": "severe"}
_PERCENTS = {
    "sess_overall_percent": "absent",
    "sess_authorised_percent": "authorised",
    "sess_unauthorised_percent": "unauthorised",
    "enrolments_pa_10_exact_percent": "persistent",
    "enrolments_pa_50_exact_percent": "severe",
}


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish of absence for the trust's schools, their authority and England's primary schools?

    Full-year rows only: an autumn file has no full-year figure ("x"). Counts, not the rounded percentages.
    """
    if "absent" not in frame.columns and {"authorised", "unauthorised"} <= set(frame.columns):
        total = frame["authorised"] + frame["unauthorised"]
        frame = frame.assign(absent=total, absent_symbol=np.where(total.isna(), "x", ""))
    made = ees.as_columns(_COUNTS)(frame, context)
    return full_year(made.assign(terms_count=_terms(frame), terms_count_symbol=""))


def _terms(frame: pd.DataFrame) -> pd.Series:
    """How many terms does each row tell of?"""
    period = frame["period"].str.strip().str.casefold() if "period" in frame else pd.Series("", index=frame.index)
    return period.map(_TERMS_OF).fillna(1).astype("float64")


SOURCE = ees.layout(
    "ees_absence",
    "Pupil absence in schools in England",
    "pupil-absence-in-schools-in-england",
    "attendance",
    tidy,
    (
        *(count(official, ours, required=ours == "enrolments") for official, ours in _COUNTED.items()),
        *(
            percent(official, f"{ours}_percent", required=ours == "unauthorised")
            for official, ours in _PERCENTS.items()
        ),
    ),
    ("time_period", "geographic_level", "enrolments", "sess_unauthorised_percent"),
    (
        ees.PHASE,
        Filter("period", ("time_identifier",), tuple(_TERMS_OF)),
        Filter("academy_type", ("academy_type",), (*ees.TOTAL, "all schools", "n/a")),
        Filter("year_group", ("ncyear", "year_group"), ees.TOTAL),
    ),
    england=tuple(
        National(f"{name}_percent", f"{ours}_percent", "state_funded_primary_full_year", 2)
        for name, ours in (
            ("overall_absence", "absent"),
            ("authorised_absence", "authorised"),
            ("unauthorised_absence", "unauthorised"),
            ("persistent_absence", "persistent"),
            ("severe_absence", "severe"),
        )
    ),
    england_rows=lambda frame, context: ees.placed(frame[_terms(frame) == 3], context),
    due=Due("England: absence, full year", 2, 3, "", "an autumn report has no national full-year absence yet"),
    checks=(
        ees.SCHOOLS_NAMED,
        rules.at_most("unauthorised", "possible"),
        rules.at_most("absent", "possible"),
        rules.at_most("persistent", "enrolments"),
        rules.at_most("severe", "persistent"),
        rules.at_most("severe_percent", "persistent_percent"),
        rules.adds_up(("authorised_percent", "unauthorised_percent"), "absent_percent", 0.02),
        rules.adds_up(("authorised", "unauthorised"), "absent", 0.5),
        rules.share("absent", "possible", "absent_percent", 0.06),
        rules.share("unauthorised", "possible", "unauthorised_percent", 0.06),
        rules.share("persistent", "enrolments", "persistent_percent", 0.06),
    ),
)
