"""Suspensions and permanent exclusions: events per 100 pupils on the January roll."""

from symphony_analysis.measures.formulas import percent
from symphony_analysis.measures.measure import Measure

_METHOD = (
    "https://explore-education-statistics.service.gov.uk/methodology/suspensions-and-permanent-exclusions-in-england"
)
_GROUPS = ("all", "disadvantaged", "other")
_ENGLAND = {"all": "state_funded_primary_full_year"}


def _per_100(name: str, label: str, column: str, definition: str, why: str, **spread: str) -> Measure:
    return Measure(
        name=name,
        label=label,
        area="exclusions",
        source="exclusions",
        formula=percent(column, "pupils_count", **spread),
        decimals=2,
        better="low",
        pupil_groups=_GROUPS,
        england=_ENGLAND,
        definition=definition,
        why=why,
        method=_METHOD,
        checked="2026-11",
    )


MEASURES = (
    _per_100(
        "suspension_rate",
        "Suspensions",
        "suspensions_count",
        "Suspensions in the whole year per 100 pupils on the January roll. Events, not pupils: it is not a share.",
        "Each suspension is school missed, often by the same pupils.",
        squares="suspensions_squares",
    ),
    _per_100(
        "pupils_suspended_percent",
        "Pupils suspended at least once",
        "pupils_suspended_count",
        "Pupils with one or more suspensions in the year, as a share of pupils on the January roll.",
        "It tells many suspensions of few pupils from few suspensions of many.",
    ),
    _per_100(
        "permanent_exclusion_rate",
        "Permanent exclusions",
        "permanent_exclusions_count",
        "Permanent exclusions in the whole year per 100 pupils on the January roll.",
        "The last resort; in a primary school a handful of children.",
    ),
)
