"""What the trust's own records count: inspections, peer reviews, evidence, pupil survey."""

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
    _record(
        "ofsted_good_or_outstanding_count",
        "Schools graded good or outstanding at their latest recorded inspection",
        "governance",
        "inspections",
        Total(("good_or_outstanding_count",)),
        "Schools whose latest recorded overall grade is good or outstanding, whenever it was given.",
        membership="all_current",
    ),
    _record(
        "ofsted_outstanding_count",
        "Schools graded outstanding at their latest recorded inspection",
        "governance",
        "inspections",
        Total(("outstanding_count",)),
        "Schools whose latest recorded overall grade is outstanding, whenever it was given.",
        membership="all_current",
    ),
    _record(
        "peer_reviewed_count",
        "Schools with a peer review",
        "governance",
        "inspections",
        Total(("peer_reviewed_count",)),
        "Schools with a recorded peer review grade.",
        membership="all_current",
    ),
    _record(
        "governance_evidence_count",
        "Pieces of evidence recorded for governance and leadership",
        "governance",
        "evidence",
        Total(("governance_count",)),
        "Items in the trust's evidence register for governance and leadership.",
        pooled=False,
    ),
    _record(
        "safeguarding_evidence_count",
        "Pieces of evidence recorded for safeguarding",
        "safeguarding",
        "evidence",
        Total(("safeguarding_count",)),
        "Items in the trust's evidence register for safeguarding.",
        pooled=False,
    ),
    _survey("survey_never_bullied_percent", "Pupils who say they have never been bullied", "never_bullied_percent"),
    _survey("survey_feel_safe_percent", "Pupils who say they feel safe at school", "feel_safe_percent"),
    _survey(
        "survey_can_speak_percent",
        "Pupils who know they can speak to someone if worried",
        "can_speak_percent",
    ),
)
