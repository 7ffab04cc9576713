"""Canary pupils: every pupil of the shipped files gets a name, and some a birth date, that can stand nowhere else."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from symphony_analysis.report.gate.unpack import layers
from tests.people.copies import rows, write

SURNAMES, FORENAMES = {"Surname", "SURNAME", "SurName"}, {"Forename", "FORENAME", "FORENAMES", "ForeNames"}
NUMBERS = {"UPN", "UniquePupilNumber", "PupilMatchingRef", "PUPILMATCHINGREF", "PupilMatchingReference"}
#: No layout has a birth date; an export with one more column than it should have is how one would come in.
WITH_BIRTHS = {"census_spring.csv", "ks2.csv"}
NAME = "zzcanary"


def plant(data: Path, mark: str = "") -> frozenset[str]:
    """Make every pupil below ``raw`` a canary; gives back all that must then be seen nowhere, in small letters.

    ``mark`` makes the names those of one test, so that they can be looked for on the whole machine.
    """
    secret: set[str] = {NAME}
    for folder in sorted((data / "raw").iterdir()):
        for path in sorted(folder.glob("*.csv")):
            table = rows(path)
            if path.name != "manifest.csv" and SURNAMES & set(table[0]):
                write(path, [_canary(row, n, path.name, secret, mark) for n, row in enumerate(table)])
        listed(folder)
    return frozenset(secret)


def _canary(row: dict[str, str], number: int, file: str, secret: set[str], mark: str) -> dict[str, str]:
    made = dict(row)
    for column in row:
        if column in SURNAMES:
            made[column] = f"Zzcanary{mark}{number:05d}surname"
        elif column in FORENAMES:
            made[column] = f"Zzcanary{mark}{number:05d}forename"
        elif column in NUMBERS and row[column]:
            secret.add(row[column].lower())
    if file in WITH_BIRTHS:
        born = date(2011, 1, 1) + timedelta(days=number % 1500)
        made["DOB"] = f"{born:%d/%m/%Y}"
        secret |= {f"{born:%d/%m/%Y}", born.isoformat(), f"{born.day} {born:%B %Y}".lower()}
    return made


def listed(folder: Path) -> None:
    """The manifest of a year says of each file what it is now."""
    table = rows(folder / "manifest.csv")
    for row in table:
        content = (folder / row["file"]).read_bytes()
        row |= {"bytes": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
    write(folder / "manifest.csv", table)


def spoilt(folder: Path, file: str, row: int, column: str, value: str) -> None:
    """One wrong cell in a file of a year; ``row`` as Excel shows it."""
    table = list(csv.reader(io.StringIO((folder / file).read_text(encoding="utf-8"))))
    table[row - 1][table[0].index(column)] = value
    with (folder / file).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(table)
    listed(folder)


def sightings(texts: Iterable[tuple[str, str]], secret: frozenset[str]) -> list[str]:
    """Where any of these canaries stands: the name of the text and the first of them."""
    found = []
    for where, text in texts:
        small = text.lower()
        # Numbers and days have no letter or digit beside them; names are looked for within anything.
        words = set(_words(small))
        seen = sorted(words & secret) or [NAME] * (NAME in small)
        found += [f"{where}: {seen[0]}"] if seen else []
    return found


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"[a-z0-9]{6,20}", text)
    yield from re.findall(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d|\d{1,2} [a-z]+ \d{4}", text)


def everything(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder, as it is and layer by layer as the gate decodes it, and its name."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        yield f"the name of {name}", name
        yield name, content.decode("latin-1")
        for layer in layers(name, content):
            yield layer.where, layer.text


def changed_since(moment: float, *but: Path) -> Iterator[Path]:
    """Every file of this machine that was written since, outside these folders and the system's own."""
    skipped = {"/proc", "/sys", "/dev", *map(str, but)}
    for place, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if str(Path(place, name)) not in skipped]
        for path in (Path(place, name) for name in names):
            with contextlib.suppress(OSError):
                facts = path.lstat()
                if stat.S_ISREG(facts.st_mode) and max(facts.st_mtime, facts.st_ctime) >= moment:
                    yield path


def holds(path: Path, mark: str, decoded: bool) -> bool:
    """Whether a file or its name has the mark of a test's canaries, in any encoding; ``decoded``: or a part of it."""
    try:
        content = path.read_bytes()
        found = any(mark.encode(code) in content.lower() for code in ("utf-8", "utf-16-le"))
        parts = layers(path.name, content) if decoded else ()
        return found or mark in str(path).lower() or any(mark in part.text.lower() for part in parts)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error):
        return False
