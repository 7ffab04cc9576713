"""How a file tells its academic year: from a column, or from the suffixes of last year's columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from symphony_analysis.sources.declare.header_matching import plain
from symphony_analysis.sources.declare.source import YearOf
from symphony_analysis.years import AcademicYear


def from_column(*names: str) -> YearOf:
    """The year in the first of these columns that the first row fills; None where there is none."""

    def year_of(header: Sequence[str], row: Mapping[str, str]) -> int | None:
        for name in names:
            text = row.get(plain(name), "").strip()
            if text:
                try:
                    return AcademicYear.parse(text).code
                except ValueError:
                    return None
        return None

    return year_of


def from_date(*names: str) -> YearOf:
    """The academic year of the first of these date columns that the first row fills, as dd/mm/yyyy or ISO."""

    def year_of(header: Sequence[str], row: Mapping[str, str]) -> int | None:
        for name in names:
            text = row.get(plain(name), "").strip()
            if match := re.match(r"\d{1,2}[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})", text):
                return _year_of(match)
            if match := re.match(r"(?P<year>\d{4})-(?P<month>\d{2})-\d{2}", text):
                return _year_of(match)
        return None

    return year_of


def _year_of(day: re.Match[str]) -> int | None:
    year, month = int(day["year"]), int(day["month"])
    start = year if month >= 9 else year - 1
    return AcademicYear(start).code if 2000 <= start <= 2099 else None


def from_suffix(header: Sequence[str], row: Mapping[str, str]) -> int | None:
    """The year of a performance table: one after the newest year whose figures ride along (PTRWM_EXP_23)."""
    endings = {int(m[1]) for name in header if (m := re.fullmatch(r"PTRWM_EXP_(\d\d)", name.strip().upper()))}
    return AcademicYear(2000 + max(endings)).code if endings else None


def untold(header: Sequence[str], row: Mapping[str, str]) -> int | None:
    """The layout does not tell its year."""
    return None
