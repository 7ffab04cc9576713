"""What may be traced: the id of a number, a number read off the page, or words; with near names for unknown ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import england_value, say
from symphony_analysis.figure import GROUPS_OF_TRUST, LABELS, england_id, figure_id, id_of
from symphony_analysis.measures import MEASURES
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.years import AcademicYear

#: First parts of ids of anything else than a figure of a measure.
_OF_DOCUMENT = ("claim", "claims", "target", "targets", "printed", "survey", "evidence", "judgement", "expectation")
KINDS = (*_OF_DOCUMENT, "ofsted", "peer_review", "members", "restated", "correction")

ITSELF = "id"
#: Whose published figures stand beside ours.
ELSEWHERE = ("england", "authority")


@dataclass(frozen=True)
class Wanted:
    """A figure asked for. ``who`` is trust, england, authority or a URN; ``detail`` says which part of it, as "gap"."""

    measure: str
    time_period: str
    who: str
    group: str
    detail: str = ""

    @property
    def id(self) -> str:
        """The id as the page carries it."""
        figure = id_of(self.measure, self.time_period, self.who, self.group)
        return f"{figure}.{self.detail}" if self.detail else figure


def wanted_from(analysis: Analysis, text: str) -> Wanted | tuple[str, str]:
    """The figure asked for, or a record as (kind, id). Raises WrongParameter with near names."""
    asked = text.strip()
    first, _, rest = asked.partition(".")
    if first in KINDS:
        return first, rest
    if first in MEASURES and rest:
        parts = asked.split(".", 4)
        if len(parts) < 4:
            usual = id_of(first, analysis.year.code)
            raise WrongParameter(f"{asked!r} is no figure; an id is measure.year.who.group, like {usual}")
        return Wanted(*parts)
    by_label = {measure.label.lower(): name for name, measure in MEASURES.items()}
    name = first if first in MEASURES else by_label.get(asked.lower())
    if name is not None:
        return Wanted(name, str(analysis.year.code), analysis.school.urn if analysis.school else "trust", "all")
    # An id of the trust's document by itself: T8.1, O11, A4.
    named = [frame["id"] for frame in analysis.inputs.published.values() if "id" in frame]
    named += [analysis.inputs.records(record, analysis.year)["id"] for record in ("claims", "targets", "survey")]
    if any((ids == asked).any() for ids in named):
        return ITSELF, asked
    raise WrongParameter(f"{asked!r} is no figure{near(asked, [*MEASURES, *(m.label for m in MEASURES.values())])}")


def found(analysis: Analysis, asked: Wanted) -> Any:
    """The protected row of a figure; for England the trust's row. Raises WrongParameter with near ids."""
    of_trust = asked.group in GROUPS_OF_TRUST
    figures = analysis.of_groups() if of_trust else analysis.figures(MEASURES[asked.measure].area)
    rows = {figure_id(row): row for row in figures.rows(measure=asked.measure).itertuples()}
    level = "trust" if asked.who in ELSEWHERE else asked.who
    row = rows.get(id_of(asked.measure, asked.time_period, level, asked.group))
    if row is None:
        span = f"the report of {analysis.year} ({', '.join(str(year) for year in analysis.years)})"
        raise WrongParameter(f"there is no figure {asked.id!r} in {span}{near(asked.id, list(rows))}")
    return row


def near(asked: str, known: list[str]) -> str:
    """The end of a message: "; did you mean ...?" with close matches, or ""."""
    close = get_close_matches(asked, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


_NUMBER = re.compile(r"[+\N{MINUS SIGN}-]?£?\d[\d,]*(?:\.\d+)?%?")
_LISTED = 20


class Meant(NamedTuple):
    """A figure that may be meant: its id, its words, what it shows, and what decides which is nearer."""

    figure: str
    said: str
    shown: str
    own_year: bool
    everyone: bool
    trust: bool


def meant(analysis: Analysis, asked: str) -> list[Meant]:
    """The figures of the report that show this number, or that these words name.

    Nearest first: the report's own year, all pupils, the trust. Of those that words name only the nearest are given; of
    those that show a number, all. A hidden figure shows no number.
    """
    if _NUMBER.fullmatch(asked.strip()):
        shown = [one for one in (*_all(analysis), *_printed(analysis)) if _bare(one.shown) == _bare(asked)]
        return sorted(shown, key=lambda one: (not one.own_year, not one.everyone, not one.trust))
    words = [re.compile(rf"\b{re.escape(word)}", re.I) for word in asked.split()]
    found = [one for one in _all(analysis) if all(word.search(one.said) for word in words)]
    for nearer in ("own_year", "everyone", "trust"):
        found = [one for one in found if getattr(one, nearer)] or found
    return found


def choice(analysis: Analysis, asked: str, found: list[Meant]) -> list[str]:
    """Lines that name the figures that may be meant, each to be traced by its id."""
    lines = [f"{asked!r} may be one of {len(found)} figures in the report of {analysis.year}; trace one by its id:"]
    lines += [f"  {one.figure}\n      {one.said}: {one.shown}" for one in found[:_LISTED]]
    return lines + ([f"  ... and {len(found) - _LISTED} more"] if len(found) > _LISTED else [])


def _all(analysis: Analysis) -> Iterator[Meant]:
    for row in analysis.released().itertuples():
        measure, year = MEASURES[row.measure], AcademicYear.parse(str(row.time_period))
        own, everyone = year == analysis.year, row.pupil_group == "all"
        trust = row.geographic_level == "Trust"
        who = "the trust" if trust else row.school_name
        told = (measure.label, LABELS[row.pupil_group].lower())
        yield Meant(figure_id(row), ", ".join((*told, who, year.label)), say(row, measure), own, everyone, trust)
        if trust and pd.notna(row.england_value):
            figure = england_id(row)
            said = ", ".join((*told, "England", year.label))
            yield Meant(figure, said, england_value(row, measure), own, everyone, trust=False)


def _printed(analysis: Analysis) -> Iterator[Meant]:
    """The figures that the trust's own document printed, which need not be what the data gives."""
    for frame in analysis.inputs.published.values():
        for row in frame.to_dict("records") if {"id", "printed", "time_period", "measure"} <= set(frame) else ():
            if row["measure"] in MEASURES and row["time_period"]:
                year, everyone = AcademicYear.parse(row["time_period"]), row["pupil_group"] == "all"
                told = (MEASURES[row["measure"]].label, LABELS[row["pupil_group"]].lower(), year.label)
                said, own = f"as printed: {', '.join(told)}", year == analysis.year
                yield Meant(f"printed.{row['id']}.{year.code}", said, row["printed"], own, everyone, trust=True)


def _bare(shown: str) -> str:
    """A number without its unit, commas and plus sign."""
    return re.sub(r"[£%,+]", "", shown.strip()).replace("\N{MINUS SIGN}", "-")
