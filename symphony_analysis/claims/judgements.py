"""The trust's judgements on its own scales, and beside each the strands of measures that speak for its area."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis import compare
from symphony_analysis.analysis import Analysis
from symphony_analysis.compare import BETTER, COMPARED, MARKED, PERHAPS_BETTER, SAME, WORSE
from symphony_analysis.figure import id_of
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.names import UnknownNameError
from symphony_analysis.years import AcademicYear, span


@dataclass(frozen=True)
class Scale:
    """One scale: its steps, lowest first; the step that counts as good; and the words that are on no scale."""

    name: str = ""
    steps: tuple[str, ...] = ()
    good: str = ""
    apart: tuple[str, ...] = ()

    def refuse_others(self, record: Mapping[str, str], year: AcademicYear, row: int) -> None:
        """Raise UnknownNameError for a judgement with a band that is no word of this scale; ``row`` is for the message.

        A trust without a scale may use any word.
        """
        known = [*self.steps, *self.apart]
        for band in bands_of(record):
            if known and band not in known:
                place = f"trust/{year.folder}/judgements.csv: row {record.get('row', row)}"
                message = f"{place}, column bands: found {band!r}; expected one of {', '.join(known)}; "
                raise UnknownNameError(f"{message}fix: correct the band, or the scale in trust.toml")

    def reaches(self, bands: Iterable[str], above: bool = False) -> bool:
        """Is every band good or better, or with ``above`` better than good?"""
        least = self.steps.index(self.good) + above if self.good else len(self.steps)
        places = [self.steps.index(band) for band in bands if band in self.steps]
        return bool(places) and min(places) >= least


def bands_of(record: Mapping[str, str]) -> list[str]:
    """The bands of a row of ``judgements.csv``."""
    return [band.strip() for band in record["bands"].split(";") if band.strip()]


def scale_of(settings: Mapping[str, Any], year: AcademicYear) -> Scale:
    """The scale of a year: the last of [[scales]] that begins in it or before. Raises ValueError for a faulty one."""
    found = Scale()
    for place, entry in enumerate(settings.get("scales", []), start=1):
        where = f"trust.toml: [[scales]] {place}"
        unknown = set(entry) - {"name", "since", "steps", "good", "apart"}
        if unknown or not entry.get("steps") or entry.get("good") not in entry["steps"]:
            fix = "expected name, since, steps (lowest first), good (one of the steps) and apart"
            raise ValueError(f"{where}: found {', '.join(sorted(entry))}; {fix}; fix: correct the scale")
        if AcademicYear.parse(str(entry["since"])) <= year:
            steps, apart = tuple(entry["steps"]), tuple(entry.get("apart", ()))
            found = Scale(str(entry.get("name", "")), steps, entry["good"], apart)
    return found


def in_words(bands: list[str]) -> str:
    """Bands as a reader says them: "Good", "Good to outstanding"; "" for none."""
    names = [band.replace("_", " ").capitalize() for band in bands]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1].lower()}" if names else ""


_ATTAINMENT = ("phonics_year1_expected_percent", "mtc_average_score", "ks2_rwm_expected_percent")
#: Which measures, of which pupils, speak for a judged area. Each tells something that the others do not.
STRANDS: dict[str, tuple[tuple[str, str], ...]] = {
    "outcomes": tuple((name, "all") for name in ("eyfs_gld_percent", *_ATTAINMENT, "ks2_rwm_higher_percent")),
    "disadvantaged": tuple((name, "disadvantaged") for name in _ATTAINMENT),
    "attendance": tuple(
        (name, "all") for name in ("overall_absence_percent", "persistent_absence_percent", "severe_absence_percent")
    ),
    "exclusions": (("suspension_rate", "all"), ("permanent_exclusion_rate", "all")),
}
#: Clear of England only where one pupil's result is taken to say nothing of another's in the same school.
PUPILS_BETTER, PUPILS_WORSE = (f"{side} only if pupils are taken as independent" for side in ("better", "worse"))
_TOLD = {
    BETTER: "clearly better than England",
    WORSE: "clearly worse than England",
    PUPILS_BETTER: "better but less surely, as the schools differ",
    PUPILS_WORSE: "worse but less surely, as the schools differ",
    SAME: "not clearly different",
}
STRAND_COLUMNS = [
    "area",
    "measure",
    "pupil_group",
    "label",
    "years",
    "value",
    "interval_low",
    "interval_high",
    "schools_low",
]
STRAND_COLUMNS += ["schools_high", "units", "england_value", "england_at_our_intake", "p", "word", "figures"]

RULE = (
    "Each strand is the trust's figure of all years together against England's. It is clear where the 95% intervals "
    "with pupils and with schools as units lie outside what rounds to England's figure, and it stays so when all "
    "strands are taken together (at most one clear strand in 20 by chance). No figure suggests a grade. Flagged is "
    "only a judgement of good or better with a strand clearly worse, and one above good with none clearly better."
)


def strands(analysis: Analysis) -> pd.DataFrame:
    """Where is the trust clear of England, over the years together and with schools as units?

    A row is a strand: area (of the judgement it speaks for), measure, pupil_group, label, years, value (sum over sum of
    the years; unrounded, in the measure's unit) with 95% limits that take pupils (interval) and schools (schools) as
    units, units (schools), england_value and england_at_our_intake for the same years, p (the larger of the two), word
    (clearly better, clearly worse, better or worse only if pupils are taken as independent, no clear difference, or
    why it was not compared) and figures (the years' ids, joined by ";"). Source: the figures as the edition shows them.
    """
    return analysis.once("strands", lambda: _strands(analysis))


def _strands(analysis: Analysis) -> pd.DataFrame:
    shown = analysis.shown([MEASURES[name] for name in {name for those in STRANDS.values() for name, _ in those}])
    rows = shown.frame
    whole = analysis.pooled_of(shown) if len(analysis.years) > 1 else rows.assign(first_period=rows["time_period"])
    told = of_figures(rows, whole)
    codes = [year.code for year in analysis.years]
    told["figures"] = [
        ";".join(id_of(row.measure, code, group=row.pupil_group) for code in codes) for row in told.itertuples()
    ]
    return told[STRAND_COLUMNS]


def of_figures(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The strands of these figures: rows by year, and ``whole`` with the years together (``compare.pooled``)."""
    asked = pd.DataFrame(
        [(area, *strand) for area, those in STRANDS.items() for strand in those],
        columns=["area", "measure", "pupil_group"],
    )
    trust = whole[whole["geographic_level"] == "Trust"]
    trust = trust.assign(england_at_our_intake=compare.at_our_intake(trust))
    told = asked.merge(trust, on=["measure", "pupil_group"], how="left", validate="many_to_one")
    schools = compare.by_schools(compare.members_together(rows, trust), MEASURES)
    told = told.merge(schools.drop(columns="time_period"), on=["measure", "pupil_group"], how="left")
    told["p"] = told[["p", "schools_p"]].max(axis=1, skipna=False)
    told["word"] = _words(told)
    told["label"] = [MEASURES[name].short_label for name in told["measure"]]
    told["years"] = [
        "" if pd.isna(row.time_period) else span(int(row.first_period), int(row.time_period))
        for row in told.itertuples()
    ]
    return told


def _words(told: pd.DataFrame) -> np.ndarray:
    """The word of every strand: all of them are one family (Benjamini and Hochberg's procedure at 5%)."""
    low, high = compare.england_range(told)
    outside = (told["schools_low"] > high) | (told["schools_high"] < low)
    marked, compared = told["comparison"].isin(MARKED), told["comparison"].isin(COMPARED)
    clear = marked & outside & (told["p"] <= compare.clear_up_to(told.loc[compared, "p"].dropna()))
    better = told["comparison"].isin([BETTER, PERHAPS_BETTER])
    words = [(clear & better, BETTER), (clear, WORSE), (marked & better, PUPILS_BETTER), (marked, PUPILS_WORSE)]
    rest = told["comparison"].fillna("no figure").replace("", "no figure")
    return np.select([when for when, _ in words], [word for _, word in words], rest)


def sentence(rows: pd.DataFrame) -> str:
    """The strands of an area in one sentence; "" where no strand speaks for it."""
    compared = rows[rows["word"].isin(_TOLD)]
    if not len(compared):
        return ""
    who = "" if (rows["pupil_group"] == "all").all() else f" of {GROUPS[rows['pupil_group'].iloc[0]].lower()}"
    parts: list[str] = []
    for word, told in [*_TOLD.items(), *((w, w) for w in dict.fromkeys(rows["word"]) if w not in _TOLD)]:
        named = [MEASURES[name].label.replace(": ", ", ", 1) for name in rows.loc[rows["word"] == word, "measure"]]
        if named:
            opening = f"{len(named)} of {len(rows)} measures{who}" if not parts else str(len(named))
            parts.append(f"{opening} {told} ({'; '.join(named)})")
    spans = [*dict.fromkeys(compared["years"])]
    when = f"{spans[0]}{' together' * (' to ' in spans[0])}: " if len(spans) == 1 else ""
    return f"{when}{', '.join(parts)}."


JUDGEMENTS = ["id", "area", "section_title", "bands", "judged", "wording", "framework", "judged_on", "note"]
JUDGEMENTS += ["strands", "flag"]


def judgements(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """How does the trust judge itself, and what do the strands of that area say?

    A row is a judgement of the record, of these areas or of all: id, area, section_title, bands (joined by ";"),
    judged (the bands in words), wording, framework, judged_on, note; strands (how many are clear of England, in one
    sentence; "" where none speaks for the area) and flag (a sentence where judgement and strands point apart, or "").
    Sources: ``judgements.csv``, the scales in ``trust.toml`` and the figures of ``strands``. Raises UnknownNameError
    for a band that is not on the year's scale.
    """
    scale = scale_of(analysis.trust.settings, analysis.year)
    rows = []
    for place, record in enumerate(analysis.records("judgements", *areas).to_dict("records"), start=2):
        scale.refuse_others(record, analysis.year, place)
        bands, own = bands_of(record), strands(analysis)
        own = own[own["area"] == record["area"]]
        told = {"judged": in_words(bands), "strands": sentence(own), "flag": _flag(scale, bands, own)}
        rows.append(record | told)
    return pd.DataFrame(rows, columns=JUDGEMENTS)


def _flag(scale: Scale, bands: list[str], own: pd.DataFrame) -> str:
    worse = own.loc[own["word"] == WORSE, "label"]
    good = in_words([scale.good]).lower()
    if len(worse) and scale.reaches(bands):
        return f"Judged {good} or better, and clearly worse than England: {', '.join(worse)}."
    if sentence(own) and scale.reaches(bands, above=True) and not (own["word"] == BETTER).any():
        return f"Judged above {good}, and no measure is clearly better than England."
    return ""
