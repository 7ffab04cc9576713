"""Which figure may be meant by a number read off the page, or by words: "4.3", "absence Foxton 2023/24"?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import england_id, england_value, figure_id, say
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.years import AcademicYear

_NUMBER = re.compile(r"[+\N{MINUS SIGN}-]?£?\d[\d,]*(?:\.\d+)?%?")
_LISTED = 20


class Meant(NamedTuple):
    """A figure that may be meant: its id, how it is said, what it shows, and what decides which is nearer."""

    figure: str
    said: str
    shown: str
    own_year: bool
    everyone: bool
    trust: bool


def meant(analysis: Analysis, asked: str) -> list[Meant]:
    """The figures of the report that show this number, or that these words name.

    Nearest first: the report's own year, all pupils, the trust. Of those that words name the nearest alone, as one who
    says no year means this one; a number is a number, so every figure that shows it is given. A hidden figure shows
    no number.
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
    """Several figures may be meant: lines that name them, each to be traced by its id."""
    lines = [f"{asked!r} may be one of {len(found)} figures in the report of {analysis.year}; trace one by its id:"]
    lines += [f"  {one.figure}\n      {one.said}: {one.shown}" for one in found[:_LISTED]]
    return lines + ([f"  ... and {len(found) - _LISTED} more"] if len(found) > _LISTED else [])


def _all(analysis: Analysis) -> Iterator[Meant]:
    for row in analysis.figures().frame.itertuples():
        measure, year = MEASURES[row.measure], AcademicYear.parse(str(row.time_period))
        own, everyone = year == analysis.year, row.pupil_group == "all"
        trust = row.geographic_level == "Trust"
        who = "the trust" if trust else row.school_name
        told = (measure.label, GROUPS[row.pupil_group].lower())
        yield Meant(figure_id(row), ", ".join((*told, who, year.label)), say(row, measure), own, everyone, trust)
        if trust and row.england_value == row.england_value:
            figure = england_id(row)
            said = ", ".join((*told, "England", year.label))
            yield Meant(figure, said, england_value(row, measure), own, everyone, trust=False)


def _printed(analysis: Analysis) -> Iterator[Meant]:
    """What the trust's own document printed, which need not be what the data gives."""
    for frame in analysis.inputs.published.values():
        for row in frame.to_dict("records") if {"id", "printed", "time_period", "measure"} <= set(frame) else ():
            if row["measure"] in MEASURES and row["time_period"]:
                year, everyone = AcademicYear.parse(row["time_period"]), row["pupil_group"] == "all"
                told = (MEASURES[row["measure"]].label, GROUPS[row["pupil_group"]].lower(), year.label)
                said, own = f"as printed: {', '.join(told)}", year == analysis.year
                yield Meant(f"printed.{row['id']}.{year.code}", said, row["printed"], own, everyone, trust=True)


def _bare(shown: str) -> str:
    """A number without its unit, commas and plus sign."""
    return re.sub(r"[£%,+]", "", shown.strip()).replace("\N{MINUS SIGN}", "-")
