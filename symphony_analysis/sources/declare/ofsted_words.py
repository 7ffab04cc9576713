"""The words of each Ofsted framework: its areas and the grades that an area may have. No framework maps to another."""

import difflib
from collections.abc import Iterable, Iterator

CARD, PRINTED = "report card", "overall grade as printed"
GRADED, UNGRADED = "graded inspection (OEIF)", "ungraded inspection"
FRAMEWORKS = (CARD, PRINTED, GRADED, UNGRADED)

SAFEGUARDING = "Safeguarding standards"
MET = ("Met", "Not met")
CARD_GRADES = ("Exceptional", "Strong standard", "Expected standard", "Needs attention", "Urgent improvement")
CARD_AREAS = (
    *(SAFEGUARDING, "Inclusion", "Curriculum and teaching", "Achievement", "Attendance and behaviour"),
    *("Personal development and wellbeing", "Early years (where applicable)", "Leadership and governance"),
)
OEIF_OVERALL = "Overall effectiveness"
OEIF_SAFEGUARDING = "Safeguarding is effective?"
OEIF_AREAS = (
    *(OEIF_OVERALL, "Quality of education", "Behaviour and attitudes", "Personal development"),
    *("Effectiveness of leadership and management", OEIF_SAFEGUARDING),
    *("Early years provision (where applicable)", "Category of concern"),
)
OEIF_GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
UNGRADED_OUTCOMES = (
    *("School remains Good", "School remains Good (Concerns) - S5 Next", "School remains Good (Improving) - S5 Next"),
    *("School remains Outstanding", "School remains Outstanding (Concerns) - S5 Next", "Standards maintained"),
    *("Some aspects not as strong", "Improved significantly", "No Judgement Necessary"),
)
#: Shorter names that people use for an area.
_SHORT = {"safeguarding": SAFEGUARDING, "early years": CARD_AREAS[6]}
_OVERALL = {PRINTED: OEIF_GRADES, GRADED: OEIF_GRADES, CARD: (), UNGRADED: UNGRADED_OUTCOMES}


def areas_of(text: str) -> list[tuple[str, str]]:
    """Area and grade of each part of "Inclusion: Strong standard | Achievement: Expected standard".

    In the framework's own words where these are a report card's; otherwise as written.
    """
    parts = (part.partition(":") for part in text.split("|") if part.strip())
    return [
        (
            _SHORT.get(area.strip().casefold()) or _known(area, CARD_AREAS) or area.strip(),
            _known(grade, (*CARD_GRADES, *MET)) or grade.strip(),
        )
        for area, _, grade in parts
    ]


def faults(framework: str, grade: str, judgements: str) -> Iterator[tuple[str, str, str]]:
    """What a typed inspection says that its framework has no word for: the column, what was found, what is expected."""
    if framework and framework not in FRAMEWORKS:
        yield "framework", framework, _nearest(framework, FRAMEWORKS)
        return
    overall = _OVERALL.get(framework, OEIF_GRADES)
    if grade and framework == CARD:
        yield "grade", grade, "nothing: a report card grades areas, in key_judgements"
    elif grade and not _known(grade, overall):
        yield "grade", grade, _nearest(grade, overall)
    if framework != CARD:
        return
    seen: set[str] = set()
    for area, given in areas_of(judgements):
        if area not in CARD_AREAS:
            yield "key_judgements", area, _nearest(area, CARD_AREAS)
            continue
        allowed = MET if area == SAFEGUARDING else CARD_GRADES
        if given not in allowed:
            yield "key_judgements", f"{area}: {given}", f"{area}: {_nearest(given, allowed)}"
        if area in seen:
            yield "key_judgements", f"{area} twice", "each area once"
        seen.add(area)


def _known(text: str, words: Iterable[str]) -> str:
    plain = " ".join(text.casefold().split())
    return next((word for word in words if word.casefold() == plain), "")


def _nearest(text: str, words: Iterable[str]) -> str:
    """The near word, or all there are."""
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(text.casefold().strip(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else "one of: " + ", ".join(folded.values())
