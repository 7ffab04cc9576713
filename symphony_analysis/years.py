"""Academic years: one value type, written "2023/24" for people and 202324 in data and paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"([0-9]{4})\s*[/-]?\s*([0-9]{2}|[0-9]{4})")
_FIRST, _LAST = 2000, 2099


@dataclass(frozen=True, order=True)
class AcademicYear:
    """A school year from 1 September of ``start`` to 31 August of the next year."""

    start: int

    @classmethod
    def parse(cls, text: str | int | AcademicYear) -> AcademicYear:
        """The academic year of "2023/24", "2023-24", "2023/2024" or 202324.

        Raises ValueError, with the form expected, for anything else, for years that do not follow one another, and for
        years outside 2000 to 2099.
        """
        if isinstance(text, AcademicYear):
            return text
        match = _FORM.fullmatch(str(text).strip())
        if match is None:
            raise ValueError(f"{text!r} is not an academic year; write it like 2023/24")
        start, end = int(match[1]), int(match[2])
        following = start + 1 if end > 99 else (start + 1) % 100
        if end != following:
            meant = f"{start}/{(start + 1) % 100:02}"
            raise ValueError(f"{text!r}: the two years do not follow one another; did you mean {meant}?")
        if not _FIRST <= start <= _LAST:
            raise ValueError(f"{text!r} is outside {_FIRST} to {_LAST}")
        return cls(start)

    @classmethod
    def maybe(cls, text: str) -> AcademicYear | None:
        """The academic year that is written so, or None."""
        try:
            return cls.parse(text)
        except ValueError:
            return None

    @property
    def label(self) -> str:
        """For people and parameters: "2023/24"."""
        return f"{self.start}/{(self.start + 1) % 100:02d}"

    @property
    def code(self) -> int:
        """For data, as DfE's ``time_period``: 202324."""
        return self.start * 100 + (self.start + 1) % 100

    @property
    def folder(self) -> str:
        """For paths: "202324"."""
        return str(self.code)

    def is_over(self, day: date) -> bool:
        """Whether the year has ended by this day."""
        return day > date(self.start + 1, 8, 31)

    def back(self, years: int = 1) -> AcademicYear:
        """The academic year so many years earlier."""
        return AcademicYear(self.start - years)

    def window(self, length: int = 3) -> tuple[AcademicYear, ...]:
        """The years of a trend that ends with this one, oldest first."""
        return tuple(self.back(n) for n in range(length - 1, -1, -1))

    def __str__(self) -> str:
        return self.label


def span(first: str | int, last: str | int) -> str:
    """Two years, as codes or labels, in words: "2022/23 to 2024/25"; the one year where they are the same."""
    begin, end = AcademicYear.parse(first), AcademicYear.parse(last)
    return end.label if begin == end else f"{begin} to {end}"
