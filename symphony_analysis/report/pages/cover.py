"""What stands before and behind the sections: the cover with its notices, grades of the contents, the glossary."""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from symphony_analysis import claims
from symphony_analysis.dates import day_in_words
from symphony_analysis.display import count_in_words
from symphony_analysis.figure import EDITIONS
from symphony_analysis.markup import INK, NAVY, RUST, SOFT, TEAL
from symphony_analysis.sources.checking import whole_records
from symphony_analysis.years import AcademicYear

#: The colours a trust may set in [style] of trust.toml, with their defaults.
COLOURS = {
    "ink": INK,
    "soft": SOFT,
    "rule": "#d5d9df",
    "paper": "#ffffff",
    "wash": "#f4f6f9",
    "navy": NAVY.lower(),
    "teal": TEAL,
    "rust": RUST,
    "plum": "#801650",
    "amber": "#b45309",
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FEW = 3
_LOGO = re.compile(r"data:image/(?:svg\+xml|png|jpeg);base64,[A-Za-z0-9+/=]+")
HERE = Path(__file__).parent
NOT_SPELLED_OUT = "not spelled out in the trust’s own document"


@dataclass(frozen=True)
class Band:
    """A notice across the front: ``word`` in capitals (DRAFT, DEMONSTRATION, INTERNAL) and a sentence."""

    word: str
    sentence: str


@dataclass(frozen=True)
class Cover:
    """The front of one report; ``grades`` maps notebook names to the trust's own judgement in words.

    ``dated``: the day of the report in words where it is not ``as_at``; ``later``: what was published after ``as_at``.
    ``figures_only``: the year has no words of the trust's own.
    """

    trust: str
    year: AcademicYear
    as_at: date
    edition: str
    dated: str = ""
    school: str = ""
    strapline: str = ""
    counted: str = ""
    bands: tuple[Band, ...] = ()
    grades: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=lambda: COLOURS)
    logo: str = ""
    fingerprint: str = ""
    issue: str = ""
    later: str = ""
    figures_only: bool = False

    @property
    def heading(self) -> str:
        """The report's one h1."""
        whose = f"{self.school}: self-evaluation" if self.school else "Self-evaluation"
        return f"{whose} {self.year}"

    @property
    def subject(self) -> str:
        """The heading inside a sentence."""
        return self.heading if self.school else f"{self.heading[:1].lower()}{self.heading[1:]}"

    @property
    def title(self) -> str:
        """The title of the page, unique to the trust, year, school and edition."""
        edition = "" if self.edition == "trustees" else f" ({self.edition_label.lower()})"
        return f"{self.heading}{edition} – {self.trust}"

    @property
    def edition_label(self) -> str:
        """ "Trustees’ edition", "School edition"; the latter names its audience unless it is trustees."""
        if not self.school:
            return EDITIONS[self.edition]
        return "School edition" if self.edition == "trustees" else f"School edition, {self.edition}"

    @property
    def scope(self) -> str:
        """What the report holds, where that is not all: a year without the trust's words, a school's edition."""
        if self.school:
            return f"For the head and the governing body: the figures of {self.school}, the trust’s and England’s."
        said = _without_words(self.year)
        return said if self.figures_only and not any(said in band.sentence for band in self.bands) else ""

    @property
    def as_at_label(self) -> str:
        """ "30 April 2026"."""
        return day_in_words(self.as_at)


def colours(style: Mapping[str, Any]) -> dict[str, str]:
    """The page's colours, the trust's own where it sets one. Raises ValueError for anything but #rrggbb."""
    for name, colour in style.items():
        if name in COLOURS and not _COLOUR.fullmatch(str(colour)):
            raise ValueError(f"trust.toml [style] {name} = {colour!r}: write a colour like #12436d")
    return {name: str(style.get(name, usual)) for name, usual in COLOURS.items()}


def fingerprint(manifest: Any, year: AcademicYear) -> str:
    """The version of the program and a short hash over the hashes of its input files.

    Files of later years do not count: a report of the past stays as it is when a year is added.
    """
    try:
        program = version("symphony-analysis")
    except PackageNotFoundError:
        program = "not installed"
    used = _up_to(manifest, year)
    hashes = "\n".join(sorted(str(value) for value in used["sha256"])) if len(used) else ""
    return f"version {program}, inputs {hashlib.sha256(hashes.encode()).hexdigest()[:12]}"


def _up_to(manifest: Any, year: AcademicYear) -> Any:
    return manifest[manifest["time_period"].astype(int) <= year.code] if len(manifest) else manifest


def notices(inputs: Any, year: AcademicYear, edition: str) -> tuple[Band, ...]:
    """The notices that the edition and the inputs call for: an internal paper, synthetic inputs."""
    bands = []
    if edition == "internal":
        bands.append(Band("INTERNAL", "For the trust’s leadership only: small numbers are not hidden."))
    used = _up_to(inputs.manifest, year)
    if len(used) and (used["origin"] == "synthetic").any():
        sentence = "The pupil data are made up. Do not use these figures: they are not the trust’s results."
        bands.append(Band("DEMONSTRATION", sentence))
    return tuple(bands)


def published_later(inputs: Any, year: AcademicYear, as_at: date) -> str:
    """Which files of the report's years were published after ``as_at``, and how many rows of national.csv; or ""."""
    rows, files = inputs.newer_than(as_at, year.window())
    names = ", ".join(path.rpartition("/")[2] for path in files[:_FEW])
    more = f" and {len(files) - _FEW} more (the annex gives the day of each)" if len(files) > _FEW else ""
    used = f"used all the same: {names}{more}" if files else ""
    left = f"not used: {rows} of England’s figures in national.csv" if rows else ""
    return f"Published after {day_in_words(as_at)}, {'; '.join(filter(None, (used, left)))}." if used or left else ""


def cover_of(
    inputs: Any, parameters: Any, bands: tuple[Band, ...] = (), grades: Mapping[str, str] | None = None
) -> Cover:
    """The front of this run's report, from the trust's settings; ``bands`` come before the notices found here."""
    trust, year = inputs.trust, AcademicYear.parse(parameters.year)
    as_at = date.fromisoformat(str(parameters.as_at))
    dated = trust.dated(year, as_at)
    style = trust.settings.get("style", {})
    rule = trust.settings.get("run", {}).get("membership", "in_trust_that_year")
    logo = str(style.get("logo", ""))
    school = trust.school(parameters.school).name if parameters.school else ""
    return Cover(
        trust=trust.name,
        year=year,
        as_at=as_at,
        edition=parameters.edition,
        dated=day_in_words(dated) if dated != as_at else "",
        school=school,
        strapline=trust.identity.get("strapline", ""),
        counted=trust.counted(year, rule),
        bands=(*bands, *notices(inputs, year, parameters.edition)),
        grades=dict(grades or {}),
        colours=colours(style),
        logo=logo if _LOGO.fullmatch(logo) else "",
        fingerprint=fingerprint(inputs.manifest, year),
        later=published_later(inputs, year, as_at),
        figures_only=not any(len(inputs.records(name, year)) for name in ("judgements", "texts")),
    )


def draft_bands(analysis: Any) -> tuple[Band, ...]:
    """The DRAFT notice when a claim that is not shown has no response or the records are not whole; else none."""
    said, count = [], len(claims.draft_reasons(analysis))
    if count:
        needs = "statement needs" if count == 1 else "statements need"
        said.append(f"{count_in_words(count).capitalize()} {needs} rewording or an answer.")
    lacking = whole_records.lacking(analysis.inputs.data_dir, analysis.year)
    if [one.found for one in lacking] == [whole_records.NO_RECORD]:
        said.append(_without_words(analysis.year))
    elif lacking:
        named = "; ".join(f"{Path(one.file).stem}: {one.found}" for one in lacking)
        said.append(f"The trust’s own records of {analysis.year} are not whole: {named}.")
    return (Band("DRAFT", " ".join(said)),) if said else ()


def _without_words(year: AcademicYear) -> str:
    return f"The trust’s own words for {year} are not on record, so this is a sheet of figures."


def grades(inputs: Any, year: AcademicYear, names: Iterable[str]) -> dict[str, str]:
    """The judgement shown with each section in the contents: {"60_finance": "Graded as Good/Outstanding"}.

    A record belongs to the notebook whose name, without its number, begins with the record's area.
    """
    found = {}
    for record in inputs.records("judgements", year).itertuples():
        bands = "/".join(band.replace("_", " ").capitalize() for band in record.bands.split(";") if band)
        for name in names:
            if bands and re.sub(r"^\d+_", "", name).startswith(record.area):
                found[name] = f"Graded as {bands}"
    return found


def glossary(inputs: Any, year: AcademicYear, own: bool = True) -> tuple[tuple[str, str], ...]:
    """Short forms with their meanings, sorted: DfE's words and, with ``own``, the trust's own list.

    The list is the year's, or else the nearest one, earlier before later; never simply the newest, which would change
    every past report when a year is added.
    """
    with (HERE / "template" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["term"]: row["meaning"] for row in csv.DictReader(file)}
    earlier = sorted((held for held in inputs.years if held < year), reverse=True)
    for held in (year, *earlier, *sorted(held for held in inputs.years if held > year)) if own else ():
        rows = inputs.records("glossary", held)
        if len(rows):
            terms |= {row.term: row.meaning or NOT_SPELLED_OUT for row in rows.itertuples()}
            break
    return tuple(sorted(terms.items(), key=lambda term: (term[0].casefold(), term[0])))
