"""One file that is not in the data folder yet: what it is, which years it holds, and everything wrong with it."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.declare.context import Context, MisMapping
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, whole_file
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.sources.reading.read_file import Reading, read_file, sheets_of
from symphony_analysis.sources.reading.recognise import Recognised, recognised
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear


@dataclass
class OneFile:
    """A file of a known layout with the years to take from it, what was read of the latest, and the rows of each."""

    path: Path
    content: bytes
    source: Source
    years: tuple[AcademicYear, ...]
    reading: Reading
    mapping: MisMapping | None = None
    problems: list[Problem] = field(default_factory=list)
    frames: dict[AcademicYear, pd.DataFrame] = field(default_factory=dict)

    def in_words(self) -> str:
        """The layout, the years, and the numbers of rows, sheets and pupils read."""
        reading = self.reading
        parts = [self.source.title, f"{_number(reading.rows, 'row')}"]
        if self.source.keep is not None:
            parts.append(f"{reading.kept:,} of the trust and its comparators")
            parts += [f"{count:,} left out by {name}" for name, count in reading.left_out.items()]
        if len(reading.sheets) > 1:
            parts.append(f"{len(reading.sheets)} sheets ({', '.join(reading.sheets)})")
        if reading.pupils is not None:
            parts.append(_number(reading.pupils, "pupil"))
        parts.append(" ".join(year.label for year in self.years))
        return ", ".join(part for part in parts if part)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def known(path: Path, inputs: Inputs) -> tuple[bytes, Recognised]:
    """A file's bytes and layout. Raises SourceError for one that cannot be read or of an unknown layout."""
    content = verified(path, path.name)
    layout = recognised(content, path.name, tuple(inputs.mappings.values()))
    if layout.source is None:
        raise layout.unknown(path.name)
    return content, layout


def years_of(path: Path, layout: Recognised, given: str, inputs: Inputs) -> tuple[AcademicYear, ...]:
    """The years to take from a file: the one given; else of a file of many years all that the trust runs.

    The trust runs the years of its folders, and the latest year of the file with the two before it, which one
    report shows. None where the file does not tell its year. Raises SourceError for a year that it does not hold.
    """
    try:
        asked = AcademicYear.parse(given) if given else None
    except ValueError as fault:
        raise whole_file(path.name, repr(given), "an academic year like 2024/25", str(fault)) from None
    held = tuple(AcademicYear.parse(code) for code in layout.years)
    if asked is None and len(held) > 1:
        run = {*inputs.years, *inputs.years_of_records, *held[-1].window()}
        return tuple(year for year in held if year in run)
    if asked is not None and held and asked not in held:
        labels = ", ".join(year.label for year in held)
        found = f"a file of {labels}"
        raise whole_file(path.name, found, f"a file of {asked.label}", "leave --year out, or add the file of that year")
    return held if asked is None else (asked,)


def examined(
    content: bytes, source: Source, year: AcademicYear, shown: str, trust: Trust, mapping: MisMapping | None = None
) -> Reading:
    """A file read and examined, with the other sheets of its layout."""
    reading = read_file(content, source, Context(trust, year, shown, mapping=mapping))
    if not reading.refusals:
        reading.problems += _of_others(reading, source, shown)
        for name in sheets_of(content, source, shown):
            other = read_file(content, SOURCES[name], Context(trust, year, shown))
            reading.problems += other.problems
            reading.rows += other.rows
            reading.sheets += other.sheets
    return reading


def one_file(path: Path, years: tuple[AcademicYear, ...], content: bytes, layout: Recognised, trust: Trust) -> OneFile:
    """A file examined for its latest year, and its earlier years without rows of the trust left out."""
    source, mapping = layout.source, layout.mapping
    assert source is not None
    reading = examined(content, source, years[-1], path.name, trust, mapping)
    earlier = [
        (year, read_file(content, source, Context(trust, year, path.name, mapping=mapping)))
        for year in (years[:-1] if not reading.refusals else ())
    ]
    problems, frames = list(reading.problems), {}
    for year, one in earlier:
        if one.refusals:
            found, fix = f"rows of {year.label} that cannot be used ({one.refusals[0]})", "none needed: left out"
            problems.append(Problem(path.name, 1, WHOLE_FILE, found, "rows as of other years", fix, warning=True))
        elif one.kept:
            frames[year] = one.frame
            problems += [problem for problem in one.problems if problem not in problems]
            reading.kept += one.kept
    frames[years[-1]] = reading.frame
    return OneFile(path, content, source, tuple(frames), reading, mapping, problems, frames)


def _of_others(reading: Reading, source: Source, shown: str) -> list[Problem]:
    """A file from which a run would read nothing: its rows are other trusts' and schools'."""
    if source.keep is None or reading.kept:
        return []
    found, fix = "no row of the trust, its schools, its authority or England", "check that it is the right file"
    return [Problem(shown, 1, WHOLE_FILE, found, "at least one row that a report can use", fix, warning=True)]
