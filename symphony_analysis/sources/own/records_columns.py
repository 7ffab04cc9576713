"""What a row and each column of the trust's own records mean: notes of the workbook and of the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from symphony_analysis.figure import GROUPS
from symphony_analysis.sources.declare import ofsted_words
from symphony_analysis.sources.own.records import AREAS

#: What one row of each record is, and who keeps it.
ROWS: Mapping[str, str] = MappingProxyType(
    {
        "judgements": "an area's own grade; the CEO with trustees",
        "claims": "a sentence that says something is so, and the check that tests it; the DoP",
        "targets": "a target, linked to the priorities that pursue it; the owner of the area",
        "priorities": "a row of the key priorities, linked back to its targets; the owner of the area",
        "evidence": "a piece of evidence with its date; the owner of the area",
        "ofsted": "a school's latest inspection, in the words of its own framework; the DoP",
        "peer_reviews": "a school's latest peer review; the DoP",
        "survey": "a question of the pupil survey; the safeguarding lead",
        "governance": "a fact about governance; the clerk to the trustees",
        "texts": "an aim, paragraph, bullet, principle or note under its heading; the owner of the area",
        "glossary": "a short form and what it stands for; the DoP",
        "expectations": "the attendance that DfE expects of a school (ABIE); the attendance lead",
        "similar_schools": "a school, and the schools of England that the trust compares it with; the DoP",
        "commentary": "a paragraph of the trust's own comment on an area; the owner of the area",
    }
)

_ID = "A short name of your own that stays the same from year to year, like A4."
_AREA = "The section that it belongs to."
_TEXT = "The words as they shall be read; **bold** is the one mark. Figures belong to the data, not here."

#: Notes by column; "record.column" stands before the column alone.
_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "id": _ID,
        "area": _AREA,
        "text": _TEXT,
        "note": "Anything a reader must know of this row; empty where there is nothing.",
        "section_title": "The heading under which the grade stands.",
        "bands": "One band, or two joined by ; where the trust stands between them. Safeguarding: effective.",
        "wording": "The grade as the document words it.",
        "judgements.framework": "The scale that the grade belongs to.",
        "judged_on": "The day of the judgement, like 2026-07-01; empty where it is not recorded.",
        "check": "The test of the sentence; not_testable needs reason=... among the arguments.",
        "measures": "The measures that the test uses, joined by ;",
        "pupil_groups": "The pupil groups that it is about, joined by ; empty: all.",
        "arguments": "What the test needs beside, like since=2022/23; joined by ;",
        "claims.evidence": "Ids of evidence.csv that bear the sentence out, joined by ;",
        "response": "The trust's answer where the test fails.",
        "measure": "The measure by which the target is judged; empty where it is not measurable.",
        "baseline": "The figure that the target starts from.",
        "expectations.baseline": "Attendance in per cent that the expectation starts from, like 94.1.",
        "expectation": "Attendance in per cent that DfE expects.",
        "targets.value": "The figure to be reached.",
        "due": "The day by which, like 2027-07-31.",
        "owner": "Who answers for it.",
        "priorities": "Ids of priorities.csv that pursue the target, joined by ;",
        "focus_area": "The heading of the table of priorities.",
        "target": "What shall be reached.",
        "strategies": "How, each separated by |",
        "monitoring": "How it is known, each separated by |",
        "responsibilities": "Who, each separated by |",
        "targets": "Ids of targets.csv that it serves, joined by ;",
        "title": "What the evidence is.",
        "dated": "A day like 2026-03-01, or a year; ofsted or peer_reviews: each school's date in that record.",
        "shelf_life_months": "After how many months it is too old to rest on.",
        "detail": "What it says, and what is not recorded of it.",
        "school_urn": "The school's present URN; the sheet Schools lists them.",
        "similar_urns": "The URNs of the schools that it is compared with, joined by ;",
        "source": "Who chose these schools, and by what, like: the trust, by size and free school meals, January 2025.",
        "ofsted.framework": "Report cards are not mapped to the single grades that ended in September 2024.",
        "ofsted.grade": "The single grade as printed, of an inspection before September 2024. Empty for a report card.",
        "peer_reviews.grade": "The grade as printed; empty where there is no review yet, and say so in note.",
        "year": "The calendar year, like 2026.",
        "inspected_on": "The day that the inspection began, like 2026-02-24.",
        "key_judgements": "A report card's areas and grades, like: Inclusion: Strong standard | Achievement: Expected "
        "standard",
        "question": "The question, in the words of the survey.",
        "percent": "The share that agreed, without the % sign.",
        "respondents": "How many pupils answered; empty where it is not recorded.",
        "group": "The heading: Members, Trustees, Website links and so on.",
        "item": "The name, post or link.",
        "governance.value": "What is recorded of it; empty where only its existence is known.",
        "kind": "How it is set.",
        "heading": "The heading over it.",
        "order": "Its place within the area: 1, 2, 3.",
        "term": "The short form.",
        "meaning": "What it stands for; empty until the trust confirms it.",
    }
)

#: The values that a column takes, offered as a list; a column that may join several is only prompted.
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "area": AREAS,
    "kind": ("strapline", "aim", "paragraph", "bullet", "principle", "note"),
    "bands": ("outstanding", "good", "requires_improvement", "serious_weaknesses", "special_measures", "effective",
              "exceptional", "strong_standard", "expected_standard", "needs_attention", "urgent_improvement", "met",
              "good;outstanding"),
    "ofsted.framework": ofsted_words.FRAMEWORKS,
    "ofsted.grade": ("OUTSTANDING", "GOOD", "REQUIRES IMPROVEMENT", "INADEQUATE"),
    "peer_reviews.grade": ("OUTSTANDING", "GOOD", "REQUIRES IMPROVEMENT"),
    "pupil_groups": tuple(GROUPS),
})  # fmt: skip
#: Columns in which several values may be joined, so that the list is an offer and not a rule.
SEVERAL = frozenset({"bands", "pupil_groups", "measures", "key_judgements", "peer_reviews.grade", "ofsted.grade"})


def note(record: str, column: str) -> str:
    """What stands in this column of a record. Raises KeyError for a column that nobody has described."""
    return _NOTES.get(f"{record}.{column}") or _NOTES[column]


def choices(record: str, column: str, more: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values offered in this column; ``more`` gives those of other rooms, like measures and schools."""
    for known in (more, CHOICES):
        for key in (f"{record}.{column}", column):
            if key in known:
                return known[key]
    return ()


def is_open(record: str, column: str) -> bool:
    """May the column hold something that is not on its list?"""
    return f"{record}.{column}" in SEVERAL or column in SEVERAL
