"""Counts of the trust's own records: inspections, peer reviews, evidence, pupil survey."""

from symphony_analysis.measures.formulas import Formula, Published, Total
from symphony_analysis.measures.measure import Measure

_OFSTED = "https://www.gov.uk/government/organisations/ofsted"
_KCSIE = "https://www.gov.uk/government/publications/keeping-children-safe-in-education--2"


def _record(
    name: str, label: str, area: str, source: str, formula: Formula, definition: str, **more: object
) -> Measure:
    safeguarding = area == "safeguarding"
    settings: dict[str, object] = {"better": "none", "pooled": True, "decimals": 0}
    return Measure(
        name=name,
        label=label,
        area=area,
        source=source,
        formula=formula,
        definition=definition,
        why="A judgement rests on evidence that can be counted.",
        method=_KCSIE if safeguarding else _OFSTED,
        checked="2026-11",
        **(settings | more),  # type: ignore[arg-type]
    )


def _inspected(name: str, label: str, column: str, definition: str) -> Measure:
    formula = Total((column,))
    return _record(name, label, "governance", "inspections", formula, definition, membership="all_current")


def _evidence(name: str, area: str, title: str) -> Measure:
    label, definition = (
        f"Pieces of evidence recorded for {title}",
        f"Items in the trust's evidence register for {title}.",
    )
    return _record(name, label, area, "evidence", Total((f"{area}_count",)), definition, pooled=False)


def _survey(name: str, label: str, column: str) -> Measure:
    return _record(
        name,
        label,
        "safeguarding",
        "survey",
        Published(column),
        "Share of the pupils who answered, as the trust recorded it; the number who answered is not recorded.",
        better="high",
        pooled=False,
    )


MEASURES = (
    _inspected(
        "ofsted_good_or_outstanding_count",
        "Schools graded good or outstanding at their latest recorded inspection",
        "good_or_outstanding_count",
        "Schools whose latest recorded overall grade is good or outstanding, whenever it was given.",
    ),
    _inspected(
        "ofsted_outstanding_count",
        "Schools graded outstanding at their latest recorded inspection",
        "outstanding_count",
        "Schools whose latest recorded overall grade is outstanding, whenever it was given.",
    ),
    _inspected(
        "peer_reviewed_count",
        "Schools with a peer review",
        "peer_reviewed_count",
        "Schools with a recorded peer review grade.",
    ),
    _evidence("governance_evidence_count", "governance", "governance and leadership"),
    _evidence("safeguarding_evidence_count", "safeguarding", "safeguarding"),
    _survey("survey_never_bullied_percent", "Pupils who say they have never been bullied", "never_bullied_percent"),
    _survey("survey_feel_safe_percent", "Pupils who say they feel safe at school", "feel_safe_percent"),
    _survey("survey_can_speak_percent", "Pupils who know they can speak to someone if worried", "can_speak_percent"),
)
