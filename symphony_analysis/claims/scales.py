"""The trust's own scales of judgement, as ``trust.toml`` states them: chosen by year, never mapped to one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from symphony_analysis.names import UnknownNameError
from symphony_analysis.years import AcademicYear


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
