"""Which figures cannot be right as they stand: printed ones and those worked out. Nothing is corrected here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.checks.figures_for_checks import WITHHELD, subject
from symphony_analysis.claims.plausibility_tests import OF_FORM, OF_SIZE, beyond_chance, hypotheses
from symphony_analysis.claims.printed_figures import Beside, Held, Printed, printed_figures
from symphony_analysis.measures import AREAS, MEASURES
from symphony_analysis.names import named
from symphony_analysis.rounding import number
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

HELD, LOOK, PLAUSIBLE = "held", "look again", "plausible"
_HOLD_FROM = 2
COLUMNS = [
    "origin", "id", "measure", "label", "time_period", "geographic_level", "school_urn", "pupil_group", "printed",
    "verdict", "failed", "tests", "finding", "hypotheses", "figure",
]  # fmt: skip
_SUBJECTS = ("reading", "writing", "maths")
#: Pairs of which the first can never be above the second.
_NEVER_ABOVE = (
    ("severe_absence_percent", "persistent_absence_percent"),
    ("pupils_suspended_percent", "suspension_rate"),
    *((f"ks2_rwm_{s}_percent", f"ks2_{t}_{s}_percent") for s in ("expected", "higher") for t in _SUBJECTS),
    *((f"ks2_{t}_higher_percent", f"ks2_{t}_expected_percent") for t in ("rwm", *_SUBJECTS, "gps")),
)
_WHOLE, _PARTS = "overall_absence_percent", ("authorised_absence_percent", "unauthorised_absence_percent")
_SPLITS = (("disadvantaged", "other"), ("fsm", "not_fsm"))


def plausibility(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Which figures cannot be right as they stand?

    A row is a figure of these areas of measures, or of all: one that was printed of the trust (origin "printed",
    every one of them), or one worked out that fails a test (origin "computed"): its keys, printed (as printed, never
    changed; "withheld" where the edition hides the figure), verdict (held: two or more tests of size fail, so that
    its owner must speak before it is used; look again: any test fails; plausible), failed (how many), tests (their
    names, joined by ";"), finding (a sentence for each), hypotheses (what may have happened, for a figure that is
    held) and the id of the figure. Sources: ``data/published/`` and the figures of this analysis.
    """
    asked = [named("area", area, AREAS) for area in areas]
    all_printed, held = printed_figures(analysis, asked), Held.of(analysis, asked)
    rows = [_judged(printed, held.beside(printed, all_printed)) for printed in all_printed]
    return pd.DataFrame([*rows, *_computed(held)], columns=COLUMNS)


def _judged(printed: Printed, beside: Beside) -> list[object]:
    size = {name: told for name, test in OF_SIZE.items() if (told := test(printed, beside))}
    form = {name: told for name, test in OF_FORM.items() if (told := test(printed, beside))}
    failed = size | form
    verdict = HELD if len(size) >= _HOLD_FROM else LOOK if failed else PLAUSIBLE
    guesses = hypotheses(printed, beside) if verdict == HELD else []
    text, finding, guessed = printed.text, " ".join(failed.values()), " ".join(guesses)
    if beside.withheld:
        # Doubt about it would tell something of the figure beside it.
        text, finding, guessed, verdict, failed = WITHHELD, "", "", PLAUSIBLE, {}
    figure = f"{printed.measure.name}.{printed.year.code}.trust.{printed.group}"
    keys = [printed.id, printed.measure.name, printed.measure.label, printed.year.code, "Trust", "", printed.group]
    return ["printed", *keys, text, verdict, len(failed), ";".join(failed), finding, guessed, figure]


def _computed(held: Held) -> list[list[object]]:
    """The figures that contradict one another or leap, judged as they are; those the edition hides are left out."""
    frame = held.figures.assign(shown=held.shown["value"])
    pupils = {name for name, measure in MEASURES.items() if measure.pooled and measure.pupils_column}
    frame = frame[frame["value"].notna() & frame["measure"].isin(pupils) & frame["unit"].isin(["%", "per 100 pupils"])]
    values = frame.set_index(["measure", "time_period", "school_urn", "pupil_group"])
    lookup = values["value"].to_dict()
    rows = []
    for row in frame[frame["shown"].notna()].itertuples():
        failed = {
            "parts": _parts(row, lookup),
            "never above": _order(row, lookup),
            "total and groups": _between(row, lookup),
            "ratio to last year": _leap(row, values),
            "national times four": _national(row),
        }
        told = {name: sentence for name, sentence in failed.items() if sentence}
        if told:
            rows.append(_computed_row(row, told))
    return rows


def _computed_row(row, told: dict[str, str]) -> list[object]:
    measure = MEASURES[row.measure]
    figure = f"{row.measure}.{row.time_period}.{row.school_urn or 'trust'}.{row.pupil_group}"
    keys = ["", row.measure, measure.label, row.time_period, row.geographic_level, row.school_urn, row.pupil_group]
    value = number(row.shown, measure.decimals)
    return ["computed", *keys, value, LOOK, len(told), ";".join(told), " ".join(told.values()), "", figure]


def _parts(row, lookup: dict) -> str:
    if row.measure != _WHOLE:
        return ""
    keys = [(name, row.time_period, row.school_urn, row.pupil_group) for name in _PARTS]
    if not set(keys) <= lookup.keys() or abs(sum(lookup[key] for key in keys) - row.value) <= 0.01:
        return ""
    return "Authorised and unauthorised absence do not add up to overall absence."


def _order(row, lookup: dict) -> str:
    for lesser, greater in _NEVER_ABOVE:
        other = lookup.get((greater, row.time_period, row.school_urn, row.pupil_group))
        if row.measure == lesser and other is not None and row.value > other + 1e-9:
            return f"{subject(MEASURES[lesser], row.pupil_group)} is above {MEASURES[greater].label.lower()}."
    return ""


def _between(row, lookup: dict) -> str:
    if row.pupil_group != "all":
        return ""
    for split in _SPLITS:
        keys = [(row.measure, row.time_period, row.school_urn, group) for group in split]
        ends = [lookup[key] for key in keys if key in lookup]
        if len(ends) == 2 and not min(ends) - 1e-9 <= row.value <= max(ends) + 1e-9:
            return "The figure for all pupils is not between those of the two groups."
    return ""


def _leap(row, values: pd.DataFrame) -> str:
    """Three times last year's, or a third, by more than chance; of the trust only, since schools are small."""
    key = (row.measure, AcademicYear.parse(row.time_period).back().code, row.school_urn, row.pupil_group)
    if row.geographic_level != "Trust" or key not in values.index:
        return ""
    last = values.loc[key]
    if last["value"] <= 0 or 1 / 3 <= row.value / last["value"] <= 3:
        return ""
    if not beyond_chance(row.numerator, last["numerator"]):
        return ""
    return f"{number(row.value / last['value'], 1)} times last year's figure."


def _national(row) -> str:
    if row.geographic_level != "Trust" or not row.england_value > 0:
        return ""
    times = row.value / row.england_value
    if 1 / 4 <= times <= 4 or not beyond_chance(row.numerator, row.england_value * row.denominator / 100):
        return ""
    return f"{number(times, 1)} times England's figure."
