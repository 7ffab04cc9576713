"""What must never leave: the identifiers of pupils in the input files. For the gate before publishing only."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.own import csv_table

#: The marker that stands for a surname in synthetic files; it names nobody.
NOBODY = {"", "synthetic"}
_NUMBERS = {"upn", "uniquepupilnumber", "pupilmatchingref", "pupilmatchingreference", "uln"}
_SURNAMES = {"surname", "lastname", "familyname", "legalsurname"}
_FORENAMES = {"forename", "forenames", "firstname", "givenname", "legalforename"}
_BIRTHS = {"dob", "dateofbirth", "birthdate", "dateofbirthdob"}


@dataclass(frozen=True)
class Identifiers:
    """Pupils' numbers, names as (forename, surname) in small letters, and days of birth."""

    numbers: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    births: frozenset[date] = frozenset()


def identifiers(data_dir: Path, read: Collection[str] | None = None) -> Identifiers:
    """Whose pupils are these? Every pupil number, name and birth date of the text files below ``raw``.

    ``read`` are the files a run has read (paths below the data folder): what was not read cannot have got out.
    """
    numbers: set[str] = set()
    names: set[tuple[str, str]] = set()
    births: set[date] = set()
    for path in sorted((data_dir / "raw").glob("*/*.csv")):
        if read is not None and path.relative_to(data_dir).as_posix() not in read:
            continue
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            places = _places(next(reader, []))
            if any(places.values()):
                for row in reader:
                    _take(row, places, numbers, names, births)
    return Identifiers(frozenset(numbers), frozenset(names), frozenset(births))


def _places(header: list[str]) -> dict[str, list[int]]:
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    wanted = {"numbers": _NUMBERS, "surnames": _SURNAMES, "forenames": _FORENAMES, "births": _BIRTHS}
    return {kind: [at for at, name in enumerate(plain) if name in names] for kind, names in wanted.items()}


def _take(
    row: list[str], places: dict[str, list[int]], numbers: set[str], names: set[tuple[str, str]], births: set[date]
) -> None:
    def cells(kind: str) -> list[str]:
        return [row[at].strip() for at in places[kind] if at < len(row)]

    numbers.update(cell for cell in cells("numbers") if len(cell) >= 6)
    for surname in cells("surnames"):
        for forename in cells("forenames"):
            if surname.lower() not in NOBODY and forename:
                names.add((forename.split()[0].lower(), surname.lower()))
    births.update(day for cell in cells("births") if (day := _day(cell)) is not None)


def _day(text: str) -> date | None:
    for order in (r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)", r"(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4})"):
        found = re.match(order, text)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


EXCEPTIONS = "gate_exceptions.csv"
_COLUMNS = ["kind", "where", "what", "reason", "date"]


def gate_exceptions(data_dir: Path) -> pd.DataFrame:
    """What the gate lets pass although it looks like a leak: kind, where, what, reason, date; none without a file."""
    path = data_dir / EXCEPTIONS
    return csv_table.read(path, EXCEPTIONS, _COLUMNS) if path.is_file() else pd.DataFrame(columns=_COLUMNS)
