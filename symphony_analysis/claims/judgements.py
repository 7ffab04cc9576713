"""The judgement record, and beside each judgement the strands that speak for its area, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis.claims.scales import Scale, bands_of, in_words, scale_of
from symphony_analysis.claims.strands import sentence, strands
from symphony_analysis.compare import BETTER, WORSE

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

COLUMNS = ["id", "area", "section_title", "bands", "judged", "wording", "framework", "judged_on", "note"]
COLUMNS += ["strands", "flag"]


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
    return pd.DataFrame(rows, columns=COLUMNS)


def _flag(scale: Scale, bands: list[str], own: pd.DataFrame) -> str:
    worse = own.loc[own["word"] == WORSE, "label"]
    good = in_words([scale.good]).lower()
    if len(worse) and scale.reaches(bands):
        return f"Judged {good} or better, and clearly worse than England: {', '.join(worse)}."
    if sentence(own) and scale.reaches(bands, above=True) and not (own["word"] == BETTER).any():
        return f"Judged above {good}, and no strand is clearly better than England."
    return ""
