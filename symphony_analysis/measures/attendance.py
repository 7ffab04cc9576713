"""Overall, persistent and severe absence over the full year."""

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.formulas import Formula, percent
from symphony_analysis.measures.measure import Measure

_METHOD = "https://explore-education-statistics.service.gov.uk/methodology/pupil-absence-in-schools-in-england"
# England's disadvantaged figure is not published; its free-school-meals figure is another group.
_PRIMARY = "state_funded_primary_full_year"
_WHO = "Pupils aged 5 to 15 on 31 August; sessions are half days; all three terms."
#: What the page leads with; it shows every other measure of this module after these.
#: DfE's daily series of primary schools to date, with which nothing of a whole year is compared.
DAILY = "state_funded_daily_attendance"
HEADLINE = ("overall_absence_percent", "persistent_absence_percent")


def _absence(name: str, label: str, formula: Formula, definition: str, why: str, *groups: str) -> Measure:
    return Measure(
        name=name,
        label=label,
        area="attendance",
        source="attendance",
        formula=formula,
        cohort="enrolments_count" if formula.pupils_column != "enrolments_count" else "",
        decimals=1,
        better="low",
        pupil_groups=tuple(GROUPS),
        england=dict.fromkeys(("all", *groups), _PRIMARY),
        definition=definition,
        why=why,
        method=_METHOD,
        checked="2026-11",
    )


def _sessions(name: str, label: str, kind: str, definition: str, why: str) -> Measure:
    spread = {"squares": f"{kind}_squares", "products": f"{kind}_products", "below_squares": "possible_squares"}
    formula = percent(f"{kind}_sessions_count", "possible_sessions_count", **spread)
    return _absence(name, label, formula, f"{definition} {_WHO}", why)


def _enrolments(name: str, label: str, column: str, definition: str, why: str) -> Measure:
    moved = "A pupil who moves school is enrolled twice."
    formula = percent(column, "enrolments_count")
    return _absence(name, label, formula, f"{definition} {_WHO} {moved}", why, "fsm", "not_fsm")


MEASURES = (
    _sessions(
        "overall_absence_percent",
        "Overall absence",
        "absent",
        "Sessions missed for any reason, as a share of possible sessions.",
        "Attendance is the condition of everything else a school does.",
    ),
    _sessions(
        "authorised_absence_percent",
        "Authorised absence",
        "authorised",
        "Sessions missed with the school's leave, as a share of possible sessions.",
        "Illness and leave need another answer than truancy.",
    ),
    _sessions(
        "unauthorised_absence_percent",
        "Unauthorised absence",
        "unauthorised",
        "Sessions missed without the school's leave, as a share of possible sessions.",
        "Term-time holidays are counted here from August 2024.",
    ),
    _enrolments(
        "persistent_absence_percent",
        "Persistent absence",
        "persistent_absentees_count",
        "Pupils who miss 10% or more of their own possible sessions, as a share of enrolments.",
        "Missing a tenth of school goes with lower attainment.",
    ),
    _enrolments(
        "severe_absence_percent",
        "Severe absence",
        "severe_absentees_count",
        "Pupils who miss 50% or more of their own possible sessions, as a share of enrolments.",
        "These pupils are hardly in school at all.",
    ),
)
KINDS = tuple(measure.name for measure in MEASURES if measure.name not in HEADLINE)
