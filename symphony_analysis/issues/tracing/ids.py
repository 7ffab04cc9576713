"""What may be traced: the id of a number on the page, and near names for one that does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from symphony_analysis.analysis import Analysis
from symphony_analysis.measures import MEASURES
from symphony_analysis.run.outcome import WrongParameter

#: First parts of ids that stand for something else than a figure of a measure.
KINDS = (
    "claim",
    "claims",
    "target",
    "targets",
    "printed",
    "survey",
    "evidence",
    "judgement",
    "ofsted",
    "peer_review",
    "members",
    "restated",
    "correction",
)

ITSELF = "id"


@dataclass(frozen=True)
class Wanted:
    """A figure asked for. ``who`` is trust, england or a URN; ``detail`` says which part of it, as "gap"."""

    measure: str
    time_period: str
    who: str
    group: str
    detail: str = ""

    @property
    def id(self) -> str:
        """As the page carries it."""
        return ".".join(filter(None, (self.measure, self.time_period, self.who, self.group, self.detail)))


def wanted_from(analysis: Analysis, text: str) -> Wanted | tuple[str, str]:
    """What is asked for: a figure, or a record as (kind, id). Raises WrongParameter with near names."""
    asked = text.strip()
    first, _, rest = asked.partition(".")
    if first in KINDS:
        return first, rest
    if first in MEASURES and rest:
        return _figure(analysis, asked)
    if first in MEASURES:
        return Wanted(first, str(analysis.year.code), _whose(analysis), "all")
    by_label = {measure.label.lower(): name for name, measure in MEASURES.items()}
    if asked.lower() in by_label:
        return Wanted(by_label[asked.lower()], str(analysis.year.code), _whose(analysis), "all")
    if _known_by_itself(analysis, asked):
        return ITSELF, asked
    raise WrongParameter(f"{asked!r} is no figure{near(asked, [*MEASURES, *_labels()])}")


def _whose(analysis: Analysis) -> str:
    return analysis.school.urn if analysis.school else "trust"


def _labels() -> list[str]:
    return [measure.label for measure in MEASURES.values()]


def _figure(analysis: Analysis, asked: str) -> Wanted:
    parts = asked.split(".", 4)
    if len(parts) < 4:
        usual = f"{parts[0]}.{analysis.year.code}.trust.all"
        raise WrongParameter(f"{asked!r} is no figure; an id is measure.year.who.group, like {usual}")
    return Wanted(*parts)


def found(analysis: Analysis, asked: Wanted) -> Any:
    """The protected row of a figure; for England the trust's row beside it. Raises WrongParameter with near ids."""
    frame = analysis.figures(MEASURES[asked.measure].area).rows(measure=asked.measure)
    level = "trust" if asked.who == "england" else asked.who
    whose = frame["school_urn"].where(frame["school_urn"] != "", frame["geographic_level"].str.lower())
    mine = frame[
        (frame["time_period"].astype(str) == asked.time_period)
        & (whose == level)
        & (frame["pupil_group"] == asked.group)
    ]
    if len(mine):
        return next(mine.itertuples())
    ids = frame["measure"] + "." + frame["time_period"].astype(str) + "." + whose + "." + frame["pupil_group"]
    raise WrongParameter(f"there is no figure {asked.id!r} in {_span(analysis)}{near(asked.id, list(ids))}")


def _span(analysis: Analysis) -> str:
    return f"the report of {analysis.year} ({', '.join(str(year) for year in analysis.years)})"


def _known_by_itself(analysis: Analysis, asked: str) -> bool:
    """Is it an id of the trust's document by itself: T8.1, O11, A4?"""
    named = [frame["id"] for frame in analysis.inputs.published.values() if "id" in frame]
    named += [analysis.inputs.records(name, analysis.year)["id"] for name in ("claims", "targets", "survey")]
    return any((ids == asked).any() for ids in named)


def near(asked: str, known: list[str]) -> str:
    """The end of a message: which names come near, where any do."""
    close = get_close_matches(asked, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""
