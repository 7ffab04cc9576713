"""Attainment: key stage 2, early years, phonics, multiplication tables; and KS2 progress while it exists."""

from typing import Any

from symphony_analysis.figure import GROUPS
from symphony_analysis.measures.formulas import Formula, Published, mean, percent
from symphony_analysis.measures.measure import Measure

_KS2 = "https://explore-education-statistics.service.gov.uk/methodology/key-stage-2-attainment"
_KS2_TRUST = (
    "https://explore-education-statistics.service.gov.uk/methodology/key-stage-2-multi-academy-trust-performance"
)
_EYFSP = "https://explore-education-statistics.service.gov.uk/methodology/early-years-foundation-stage-profile-results-methodology"
_PHONICS = "https://explore-education-statistics.service.gov.uk/methodology/phonics-screening-check-attainment"
_MTC = (
    "https://explore-education-statistics.service.gov.uk/methodology/multiplication-tables-check-attainment-methodology"
)
_PROGRESS = "https://www.gov.uk/government/publications/primary-school-accountability"
_CHECKED = "2026-11"

_GROUPS = ("all", "disadvantaged", "other")
_STATE = dict.fromkeys(_GROUPS, "state_funded")
_NO_TESTS = "not published (no statutory tests in the pandemic)"
_PANDEMIC = {201920: _NO_TESTS, 202021: _NO_TESTS}
_NO_BASELINE = "not published (no KS1 baseline: the key stage 1 tests of this cohort were cancelled)"
_ELIGIBLE = "Pupils at the end of key stage 2, absent pupils included."

_SUBJECTS = {
    "rwm": "Reading, writing and maths",
    "reading": "Reading",
    "writing": "Writing",
    "maths": "Maths",
    "gps": "Grammar, punctuation and spelling",
}
_STANDARDS = {
    "rwm": (
        "100 or more in both tests and writing at the expected standard",
        "110 or more in both tests and writing at greater depth",
    ),
    "writing": (
        "writing assessed by the teacher at the expected standard",
        "writing assessed by the teacher at greater depth",
    ),
}
_TESTED = ("a scaled score of 100 or more", "a scaled score of 110 or more")


def _ks2(name: str, label: str, formula: Formula, decimals: int, definition: str, **more: object) -> Measure:
    settings: dict[str, object] = {
        "pupil_groups": _GROUPS,
        "england": _STATE,
        "unavailable": _PANDEMIC,
        "source": "ks2",
        "method": _KS2,
        "why": "The standard that prepares a child for secondary school.",
    }
    return Measure(
        name=name,
        label=label,
        area="outcomes",
        formula=formula,
        decimals=decimals,
        better="high",
        definition=definition,
        checked=_CHECKED,
        **(settings | more),  # type: ignore[arg-type]
    )


_DFE_TRUST = Measure(
    name="ks2_dfe_trust_rwm_expected_percent",
    label="DfE's own trust-level figure: reading, writing and maths, expected standard",
    area="outcomes",
    source="ks2_trust",
    formula=Published("rwm_expected_percent", "eligible_count"),
    decimals=0,
    better="high",
    pupil_groups=_GROUPS,
    england=_STATE,
    comparator="ks2_rwm_expected_percent",
    pooled=False,
    definition="DfE's trust-level measure: only schools three or more full years in the trust, weighted by pupils "
    "and by years in the trust. Not the same schools as the pooled figure, so the two differ.",
    why="It is the figure DfE publishes for the trust.",
    method=_KS2_TRUST,
    checked=_CHECKED,
    short="DfE's trust-level figure",
)


def _standard(subject: str, level: str) -> Measure:
    means = _STANDARDS.get(subject, _TESTED)[level == "higher"]
    return _ks2(
        f"ks2_{subject}_{level}_percent",
        f"{_SUBJECTS[subject]}: {level} standard",
        percent(f"{subject}_{level}_count", "eligible_count"),
        0,
        f"Pupils with {means}, as a share of eligible pupils. {_ELIGIBLE}",
        stand_in=_DFE_TRUST if (subject, level) == ("rwm", "expected") else None,
        short=f"{'RWM' if subject == 'rwm' else 'GPS' if subject == 'gps' else _SUBJECTS[subject]} {level}",
    )


def _progress(subject: str) -> Measure:
    return _ks2(
        f"ks2_{subject}_progress_score",
        f"{_SUBJECTS[subject]}: progress from key stage 1",
        mean(
            f"{subject}_progress_total",
            f"{subject}_progress_count",
            squares=f"{subject}_progress_squares",
            variance=f"{subject}_progress_variance",
        ),
        1,
        "DfE's value-added score from key stage 1 to key stage 2: how far pupils did better or worse than pupils "
        "in England with the same starting point; England is about 0.",
        why="It allows for where pupils started.",
        method=_PROGRESS,
        unavailable=_PANDEMIC | dict.fromkeys((202324, 202425), _NO_BASELINE),
    )


_SHORT = {
    "eyfs_gld_percent": "Good level of development",
    "phonics_year1_expected_percent": "Phonics, Year 1",
    "mtc_average_score": "Tables check, average",
    "mtc_full_marks_percent": "Tables check, full marks",
}


def _early(name: str, label: str, source: str, formula: Formula, decimals: int, **more: Any) -> Measure:
    groups = tuple(GROUPS) if source == "eyfsp" else _GROUPS
    settings = {"source": source, "pupil_groups": groups, "short": _SHORT[name]}
    return _ks2(name, label, formula, decimals, **(settings | more))


_EARLIER = (
    _early(
        "eyfs_gld_percent",
        "Early years: good level of development",
        "eyfsp",
        percent("gld_count", "eligible_count"),
        1,
        # England splits this by free school meals only, and counts nurseries as well as schools.
        england=dict.fromkeys(("all", "fsm", "not_fsm"), "early_years_all_providers"),
        definition="Children expected in the twelve early learning goals of the prime areas, literacy and mathematics, "
        "as a share of children at the end of Reception.",
        why="It says whether children are ready for Year 1.",
        method=_EYFSP,
    ),
    _early(
        "phonics_year1_expected_percent",
        "Phonics: expected standard in Year 1",
        "phonics",
        percent("expected_count", "eligible_count"),
        0,
        definition="Year 1 pupils with 32 or more of 40 marks in the phonics screening check, "
        "as a share of eligible pupils.",
        why="Decoding is the first step of reading.",
        method=_PHONICS,
    ),
    _early(
        "mtc_average_score",
        "Multiplication tables check: average score",
        "mtc",
        mean("score_total", "took_count", squares="score_squares"),
        1,
        definition="Mean mark out of 25 of the Year 4 pupils who took the check.",
        why="Quick recall frees the mind for harder mathematics.",
        method=_MTC,
    ),
    _early(
        "mtc_full_marks_percent",
        "Multiplication tables check: full marks",
        "mtc",
        percent("full_marks_count", "eligible_count"),
        0,
        england={"all": "state_funded"},
        definition="Year 4 pupils with 25 of 25 marks, as a share of all eligible pupils.",
        why="It shows how many know every table.",
        method=_MTC,
    ),
)

#: Names that belong together on a page.
EXPECTED = tuple(f"ks2_{subject}_expected_percent" for subject in _SUBJECTS)
HIGHER = tuple(f"ks2_{subject}_higher_percent" for subject in _SUBJECTS)
SCORES = tuple(f"ks2_{subject}_average_score" for subject in ("reading", "maths", "gps"))
PROGRESS = tuple(f"ks2_{subject}_progress_score" for subject in ("reading", "writing", "maths"))
EARLIER = tuple(measure.name for measure in _EARLIER)
CHECKS = ("phonics_year1_expected_percent", "mtc_average_score")

MEASURES = (
    *(_standard(subject, level) for level in ("expected", "higher") for subject in _SUBJECTS),
    *(
        _ks2(
            f"ks2_{subject}_average_score",
            f"{_SUBJECTS[subject]}: average scaled score",
            mean(f"{subject}_score_total", f"{subject}_scored_count", squares=f"{subject}_score_squares"),
            0,
            "Mean scaled score of the pupils who took the test and were given a score; 100 is the expected standard.",
            england={"all": "state_funded"},
            why="It moves with every pupil, not only with those near a threshold.",
        )
        for subject in ("reading", "maths", "gps")
    ),
    *(_progress(subject) for subject in ("reading", "writing", "maths")),
    _DFE_TRUST,
    *_EARLIER,
)
