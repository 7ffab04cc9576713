"""What a layout may know besides its own file: trust, year, corrections, an export's headings, other files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property

import pandas as pd

from symphony_analysis.sources.declare.source import Source, plain
from symphony_analysis.sources.problems import Problem
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear


@dataclass(frozen=True)
class Correction:
    """One cell: its file below the data folder, its row as Excel shows it, its official column, and both values."""

    file: str
    row: int
    column: str
    raw_value: str
    corrected_value: str


def applied(
    raw: pd.DataFrame, corrections: Sequence[Correction], names: dict[str, str], pupils: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Text cells with the corrections made, and the corrections that do not fit the file.

    ``names`` maps official columns to ours; ``raw`` is indexed by row number.
    """
    problems = []
    for item in corrections:
        ours = names.get(item.column)
        if pupils:
            problems.append(
                _misfit(
                    item,
                    "a correction of a pupil-level file",
                    "corrections of published files only",
                    "correct the pupil in the MIS and export again",
                )
            )
        elif ours is None or ours not in raw.columns:
            problems.append(_misfit(item, "no such column", "a column that is read", "correct the column's name"))
        elif item.row not in raw.index:
            continue
        elif raw.loc[item.row, ours].strip() != item.raw_value.strip():
            problems.append(
                _misfit(
                    item,
                    f"'{raw.loc[item.row, ours].strip()}' in the file",
                    f"the raw value '{item.raw_value}' that the correction names",
                    "the file has changed: check whether the correction still holds",
                )
            )
        else:
            raw.loc[item.row, ours] = item.corrected_value
    return raw, problems


def _misfit(item: Correction, found: str, expected: str, fix: str) -> Problem:
    return Problem(item.file, item.row, item.column, found, expected, fix)


@dataclass(frozen=True)
class MisMapping:
    """One mapping of ``mappings.toml``: which export it fits, and how its cells become those of a layout.

    - ``columns`` maps their heading to the layout's, ``codes`` maps their code to the layout's, by layout column;
      ``fill`` gives the value of columns that the export lacks, "{year}" for the academic year.
    - ``skip_rows`` is the number of rows above the headings of a text file, ``sheet`` the one sheet of a workbook
      to read ("" for every sheet with the headings), ``file`` a pattern of file names ("" for any).
    """

    name: str
    layout: str
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)
    skip_rows: int = 0
    sheet: str = ""
    file: str = ""

    def fits(self, row: Sequence[str]) -> bool:
        """Is this the row of headings of such an export?"""
        given = {plain(cell) for cell in row}
        return all(plain(theirs) in given for theirs in self.columns)

    def fits_name(self, file: str) -> bool:
        """May a file of this name be such an export?"""
        return not self.file or fnmatch(file.casefold(), self.file.casefold())

    def header(self, header: Sequence[str]) -> tuple[list[str], list[int]]:
        """The layout's headings that the export has, and the place of each in the export's own header."""
        theirs = [plain(name) for name in header]
        return list(self.columns.values()), [theirs.index(plain(name)) for name in self.columns]

    def applied(self, raw: pd.DataFrame, source: Source, year: AcademicYear) -> pd.DataFrame:
        """The text cells (our column names) with the layout's codes, and the columns that the export lacks."""
        ours = {column.official: column.ours for column in source.columns}
        for official, known in self.codes.items():
            codes = {plain(theirs): code for theirs, code in known.items()}
            if ours.get(official) in raw:
                raw[ours[official]] = [codes.get(plain(cell), cell) for cell in raw[ours[official]]]
        return raw.assign(**{ours[name]: value.replace("{year}", year.label) for name, value in self.fill.items()})


def _nothing(*_: str) -> None:
    return None


@dataclass(frozen=True)
class Context:
    """One file being read. ``file`` is its path below the data folder, as messages and tables name it.

    ``pupil_groups`` gives each pupil's groups from the school census of the year, for the pupil-level files
    that do not carry them; ``roll`` gives the tidy January roll; ``beside`` gives the values of another source of
    the same year by name. Each gives None when there is no such file. ``mapping`` belongs to an export whose
    headings are not the layout's own. ``whole_year`` is False while a part of the year is counted.
    """

    trust: Trust
    year: AcademicYear
    file: str
    corrections: tuple[Correction, ...] = ()
    pupil_groups: Callable[[], pd.DataFrame | None] = field(default=_nothing)
    roll: Callable[[], pd.DataFrame | None] = field(default=_nothing)
    beside: Callable[[str], pd.DataFrame | None] = field(default=_nothing)
    mapping: MisMapping | None = None
    whole_year: bool = True

    @cached_property
    def present_urns(self) -> dict[str, str]:
        """Every URN that a school of the trust has or had -> its present URN."""
        return {urn: s.urn for s in self.trust.schools for urn in (s.urn, *s.previous_urns)}

    def ours_or_unclear(self, text: str) -> bool:
        """Is this the URN of a school of the trust, or no URN at all, so that its row must be looked at?"""
        urn = text.strip()
        return urn in self.present_urns or not (urn.isascii() and urn.isdecimal() and len(urn) in (5, 6))


def keep_schools(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """Rows of the trust's schools, under present and previous URNs; rows without a URN are padding."""
    urn = places["urn"]
    return lambda row: bool(row[urn].strip()) and context.ours_or_unclear(row[urn])
