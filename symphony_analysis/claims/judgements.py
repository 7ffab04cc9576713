"""The judgement record, and beside each judgement what the data alone indicates, by a rule that is printed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.checks.figures_for_checks import joined
from symphony_analysis.compare import BETTER, COMPARED, SAME, WORSE
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

#: The trust's five bands, lowest first. "effective" stands apart: safeguarding is effective or it is not.
BANDS: dict[str, str] = {
    "special_measures": "Special measures",
    "serious_weaknesses": "Serious weaknesses",
    "requires_improvement": "Requires improvement",
    "good": "Good",
    "outstanding": "Outstanding",
}
EFFECTIVE = {"effective": "Effective", "not_effective": "Not effective"}

AGREES, NEEDS_NOTE, NOTED, NO_INDICATION = "agrees", "needs a note", "noted", "no indication"

#: Which comparisons speak for an area of the record: areas of measures, and the pupil group compared.
_SPEAK_FOR: dict[str, tuple[tuple[str, ...], str]] = {
    "outcomes": (("outcomes",), "all"),
    "disadvantaged": (("outcomes", "attendance", "exclusions"), "disadvantaged"),
    "attendance": (("attendance", "exclusions"), "all"),
    "exclusions": (("exclusions",), "all"),
    "finance": (("finance",), "all"),
    "governance": (("governance",), "all"),
    "safeguarding": (("safeguarding",), "all"),
}
_LEAST = 3
_MOST = 0.75
COLUMNS = [
    "id", "area", "section_title", "bands", "judged", "wording", "framework", "judged_on", "note", "indicated",
    "indication", "reasons", "comparisons", "better", "same", "worse", "agreement",
]  # fmt: skip

RULE = (
    "The indication counts the trend's comparisons with England. Three quarters or more better: good to outstanding. "
    "Otherwise at least as many better as worse: good. More worse than better: requires improvement to good; three "
    "quarters or more worse: requires improvement. Fewer than three comparisons give no indication. It stands beside "
    "the judgement and never replaces it."
)


def judgements(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """How does the trust judge itself, and does the data alone point the same way?

    A row is a judgement of the record, of these areas or of all: id, area, section_title, bands (joined by ";"),
    judged (the bands in words), wording, framework, judged_on, note; then indicated (bands joined by ";"), indication
    (in words), reasons, comparisons with how many are better, same and worse, and agreement: agrees (each judged band
    lies within the indication), needs a note, noted (the note speaks of the indication), or no indication. Source:
    ``judgements.csv``. Raises ValueError for a band that is not on the scale.
    """
    records = analysis.records("judgements").to_dict("records")
    for place, record in enumerate(records, start=2):
        _on_the_scale(_bands(record), f"trust/{analysis.year.folder}/judgements.csv: row {record.get('row', place)}")
    asked = analysis.records("judgements", *areas).to_dict("records")
    compared = _comparisons(analysis, {name for record in asked for name in _speak_for(record["area"])[0]})
    rows = []
    for record in asked:
        bands = _bands(record)
        indicated, told = _indication(compared, record["area"])
        told |= {"judged": in_words(bands), "agreement": _agreement(bands, indicated, record["note"])}
        rows.append(record | told)
    return pd.DataFrame(rows, columns=COLUMNS)


def _bands(record: dict) -> list[str]:
    return [band.strip() for band in record["bands"].split(";") if band.strip()]


def _speak_for(area: str) -> tuple[tuple[str, ...], str]:
    return _SPEAK_FOR.get(area, ((), "all"))


def in_words(bands: list[str]) -> str:
    """Bands as a reader says them: "Good", "Good to outstanding"; "" for none."""
    names = [(BANDS | EFFECTIVE)[band] for band in bands]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1].lower()}" if names else ""


def _on_the_scale(bands: list[str], place: str) -> None:
    for band in bands:
        if band not in BANDS and band not in EFFECTIVE:
            known = ", ".join([*BANDS, *EFFECTIVE])
            raise ValueError(f"{place}, column bands: found {band!r}; expected one of {known}; fix: correct the band")


def _comparisons(analysis: Analysis, areas: Collection[str]) -> pd.DataFrame:
    """The trust's figures that were compared with England; a figure DfE works out itself is not counted twice."""
    pooled = [measure for measure in MEASURES.values() if measure.pooled and measure.area in areas]
    if not pooled:
        return pd.DataFrame(columns=["measure", "time_period", "pupil_group", "comparison", "area"])
    trust = analysis.shown(pooled).rows(geographic_level="Trust")
    trust = trust[trust["comparison"].isin(COMPARED)]
    return trust.assign(area=trust["measure"].map(lambda name: MEASURES[name].area))


def _indication(compared: pd.DataFrame, area: str) -> tuple[list[str], dict[str, object]]:
    areas, group = _speak_for(area)
    rows = compared[compared["area"].isin(areas) & (compared["pupil_group"] == group)]
    counts = {word: int((rows["comparison"] == word).sum()) for word in (BETTER, WORSE)}
    counts = {BETTER: counts[BETTER], SAME: len(rows) - sum(counts.values()), WORSE: counts[WORSE]}
    indicated = _bands_for(counts, len(rows))
    return indicated, {
        "indicated": ";".join(indicated),
        "indication": in_words(indicated) or "No indication",
        "reasons": _reasons(rows, counts, group),
        "comparisons": len(rows),
        "better": counts[BETTER],
        "same": counts[SAME],
        "worse": counts[WORSE],
    }


def _bands_for(counts: dict[str, int], comparisons: int) -> list[str]:
    if comparisons < _LEAST:
        return []
    better, worse = counts[BETTER] / comparisons, counts[WORSE] / comparisons
    if better >= _MOST:
        return ["good", "outstanding"]
    if better >= worse:
        return ["good"]
    return ["requires_improvement"] if worse >= _MOST else ["requires_improvement", "good"]


def _reasons(rows: pd.DataFrame, counts: dict[str, int], group: str) -> str:
    who = "" if group == "all" else f" for {GROUPS[group].lower()}"
    if not len(rows):
        return f"No figure of this area{who} could be called better or worse than a like figure of England."
    parts = joined(f"{count} {word}" for word, count in counts.items() if count)
    worse = rows[rows["comparison"] == WORSE]
    named: dict[str, list[str]] = {}
    for row in worse.sort_values(["measure", "time_period"]).itertuples():
        named.setdefault(MEASURES[row.measure].label, []).append(AcademicYear.parse(row.time_period).label)
    listed = ", ".join(f"{label} in {joined(years)}" for label, years in named.items())
    told = f"{len(rows)} comparisons with England{who}: {parts}."
    return f"{told} Worse: {listed}." if listed else told


def _agreement(bands: list[str], indicated: list[str], note: str) -> str:
    if not indicated or not set(bands) <= set(BANDS):
        return NO_INDICATION
    if set(bands) <= set(indicated):
        return AGREES
    return NOTED if "indication" in note.casefold() else NEEDS_NOTE
