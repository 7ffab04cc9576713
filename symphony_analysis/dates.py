"""Days as people read them: "30 April 2026", never broken over two lines. Data, ids and file names keep ISO."""

import re
from calendar import monthrange
from datetime import date

# Not inside a path, a name or a longer number: "census_2024-10-03.csv" stays as it is.
_ISO = re.compile(r"(?<![\w/.-])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![\w/-]|\.\w)")
_ISO_MONTH = re.compile(r"(?<![\w/.-])([0-9]{4}-[0-9]{2})(?![\w/-]|\.\w)")
_TO_JUNE = ("January", "February", "March", "April", "May", "June")
MONTHS = (*_TO_JUNE, "July", "August", "September", "October", "November", "December")
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


_PUBLISHED = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})(-(?P<d>\d{1,2}))?( 00:00:00)?"),
    re.compile(r"((?P<d>\d{1,2})[/.])?(?P<m>\d{1,2})[/.](?P<y>\d{4})"),
    re.compile(r"((?P<d>\d{1,2})(st|nd|rd|th)?[ -])?(?P<name>[a-z]{3,9})\.?,?[ -](?P<y>\d{4}|\d{2})", re.IGNORECASE),
)


def day_or_month(text: str) -> str:
    """A day or a month as people, or Excel, write it, in ISO form: 9/12/2025 is 2025-12-09, Nov-23 is 2023-11.

    Raises ValueError for what is neither.
    """
    plain = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    for form in _PUBLISHED:
        found = form.fullmatch(plain)
        if found is None:
            continue
        parts = found.groupdict()
        year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
        month = int(parts["m"]) if parts.get("m") else _month_number(parts["name"])
        day = date(year, month, int(parts["d"] or 1))
        return day.isoformat() if parts["d"] else day.isoformat()[:7]
    raise ValueError(f"{text!r} is neither a day like 9 December 2025 nor a month like December 2025")


def _month_number(name: str) -> int:
    numbers = [n for n, month in enumerate(MONTHS, 1) if len(name) >= 3 and month.lower().startswith(name.lower())]
    if name.lower() == "sept":
        numbers = [9]
    if not numbers:
        raise ValueError(f"{name!r} is no month")
    return numbers[0]


def known_from(published: str) -> date:
    """From which day was a figure public? A month counts from its last day, so that nothing is known too early."""
    parts = [int(part) for part in published.split("-")]
    return date(*parts) if len(parts) == 3 else date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
