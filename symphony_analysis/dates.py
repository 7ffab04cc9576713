"""Days as people read them: "30 April 2026", never broken over two lines. Data, ids and file names keep ISO."""

from __future__ import annotations

import re
from datetime import date

# Not inside a path, a name or a longer number: "census_2024-10-03.csv" stays as it is.
_ISO = re.compile(r"(?<![\w/.-])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![\w/-]|\.\w)")
_ISO_MONTH = re.compile(r"(?<![\w/.-])([0-9]{4}-[0-9]{2})(?![\w/-]|\.\w)")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WRITTEN = re.compile(rf"\b([0-9]{{1,2}}) ({'|'.join(MONTHS)}) ([0-9]{{4}})\b")


def day_in_words(day: date) -> str:
    """The day as it is written for people, with no-break spaces: 30 April 2026."""
    return f"{day.day}\N{NO-BREAK SPACE}{MONTHS[day.month - 1]}\N{NO-BREAK SPACE}{day.year}"


def dates_in_words(text: str) -> str:
    """The text with every ISO day (2026-04-30) and month (2024-06) in it written for people, and no day broken.

    What only looks like a date (2026-13-45, a part of a file name), or may be an academic year (2011-12), stays.
    """
    kept_together = "\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}\\3"
    return _WRITTEN.sub(kept_together, _ISO_MONTH.sub(_month, _ISO.sub(_day, text)))


def _day(found: re.Match[str]) -> str:
    try:
        return day_in_words(date.fromisoformat(found[1]))
    except ValueError:
        return found[1]


def _month(found: re.Match[str]) -> str:
    year, month = (int(part) for part in found[1].split("-"))
    may_be_years = month == (year + 1) % 100
    if may_be_years or not 1 <= month <= len(MONTHS):
        return found[1]
    return f"{MONTHS[month - 1]}\N{NO-BREAK SPACE}{year}"
