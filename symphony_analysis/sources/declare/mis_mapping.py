"""The headings and codes of an export from a management information system, where they are not a layout's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch

import pandas as pd

from symphony_analysis.sources.declare.header_matching import plain
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.years import AcademicYear


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
