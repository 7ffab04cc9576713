"""The pupils of the schools: roll, special needs, first language; and measures of the trust's overlapping groups."""

from collections.abc import Mapping
from dataclasses import replace

from symphony_analysis.figure import GROUPS, GROUPS_OF_TRUST
from symphony_analysis.measures.formulas import Formula, Total, percent
from symphony_analysis.measures.measure import Measure

_PRIMARY = {"all": "state_funded_primary"}
_METHOD = "https://explore-education-statistics.service.gov.uk/methodology/schools-pupils-and-their-characteristics"


def _context(name: str, label: str, formula: Formula, definition: str, **more: object) -> Measure:
    return Measure(
        name=name,
        label=label,
        area="context",
        source="roll",
        formula=formula,
        decimals=1 if name.endswith("_percent") else 0,
        better="none",
        definition=definition,
        why="Figures are read against who the pupils are.",
        method=_METHOD,
        checked="2026-11",
        **more,  # type: ignore[arg-type]
    )


MEASURES = (
    _context(
        "pupils_count",
        "Pupils on roll",
        Total(("pupils_count",)),
        "Pupils registered at the school on the January census day.",
        pupil_groups=tuple(GROUPS),
        cohort="pupils_count",
    ),
    _context(
        "sen_support_percent",
        "Pupils with SEN support",
        percent("sen_support_count", "pupils_count"),
        "Pupils with special educational needs support, without an education, health and care plan.",
        england=_PRIMARY,
    ),
    _context(
        "ehc_plan_percent",
        "Pupils with an education, health and care plan",
        percent("ehc_plan_count", "pupils_count"),
        "Pupils with an education, health and care plan.",
        england=_PRIMARY,
    ),
    _context(
        "english_additional_language_percent",
        "Pupils whose first language is not English",
        percent("eal_count", "pupils_count"),
        "Pupils whose first language is known or believed to be other than English.",
        england=_PRIMARY,
    ),
)


_NAMES = (
    "eyfs_gld_percent",
    "phonics_year1_expected_percent",
    "mtc_average_score",
    "ks2_rwm_expected_percent",
    "overall_absence_percent",
    "persistent_absence_percent",
    "suspension_rate",
)


def of_groups(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """These measures of the groups, with England's population of all pupils; England's figure is given, not judged."""
    groups = tuple(GROUPS_OF_TRUST)
    return {
        name: replace(
            measures[name],
            pupil_groups=groups,
            england=dict.fromkeys(groups, measures[name].england["all"]),
            better="none",
            stand_in=None,
        )
        for name in _NAMES
    }
