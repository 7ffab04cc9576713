"""``data/trust.toml``: the trust, its schools and the settings of a run, checked and read into ``Trust``."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from symphony_analysis.sources.problems import Problem, SourceError, whole_file
from symphony_analysis.sources.reading.csv_text import opened
from symphony_analysis.trust import School, Trust, disclosure_faults
from symphony_analysis.years import AcademicYear

NAME = "trust.toml"
_LONGEST_NAME, _NOT_IN_A_NAME = 80, frozenset('/\\<>:"|?*{}[]$;`')
_SCHOOL = frozenset({
    "name", "official_name", "urn", "previous_urns", "laestab", "joined_by", "joined_after", "left_on", "note",
})  # fmt: skip


def read(data_dir: Path) -> Trust:
    """The trust as the data folder describes it. Raises SourceError with every fault of the file."""
    path = data_dir / NAME
    if not path.is_file():
        raise whole_file(NAME, "no such file", "the trust's own register", "copy data/trust.toml into the folder")
    try:
        content = tomllib.loads(opened(path, NAME).decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        at = re.search(r"line (\d+)", str(fault))
        expected, fix = "TOML in UTF-8", "correct the line; text stands in quotes"
        raise SourceError([Problem(NAME, int(at[1]) if at else 1, "(whole file)", str(fault), expected, fix)]) from None
    faults = _Faults()
    trust = _trust(content, faults)
    if faults.problems:
        raise SourceError(faults.problems)
    return trust


class _Faults:
    """The faults found so far, each named by its table and key."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: str, found: object, expected: str, fix: str = "correct it in trust.toml") -> None:
        self.problems.append(Problem(NAME, 1, place, repr(found), expected, fix))


def _trust(content: Mapping[str, Any], faults: _Faults) -> Trust:
    about = content.get("trust", {})
    name = about.get("name", "")
    if not isinstance(name, str) or not name.strip():
        faults.add("[trust] name", name, "the name of the trust")
    entries = content.get("schools", [])
    if not isinstance(entries, list) or not entries:
        faults.add("[[schools]]", "no school", "one [[schools]] table a school")
        entries = []
    schools = tuple(_school(entry, place, faults) for place, entry in enumerate(entries, 1))
    _unique(schools, faults)
    settings = {key: value for key, value in content.items() if key not in {"trust", "schools", "census"}}
    for place, found, expected in disclosure_faults(settings):
        faults.add(place, found, expected)
    for table in ("as_at", "dated"):
        for code, value in settings.get(table, {}).items():
            _day(value, f"[{table}] {code}", faults)
            if (year := AcademicYear.maybe(code)) is None or year.folder != code:
                faults.add(f"[{table}] {code}", code, "an academic year like 202425")
    for code, value in settings.get("dated", {}).items():
        known = settings.get("as_at", {}).get(code) or settings.get("run", {}).get("as_at", "")
        if not faults.problems and str(value) < str(known):
            faults.add(f"[dated] {code}", value, f"{known} (as_at) or a later day")
    identity = {key: str(value) for key, value in about.items()}
    return Trust(
        name=str(name),
        schools=schools,
        census_days=_census(content.get("census", {}), faults),
        identity=MappingProxyType(identity),
        settings=MappingProxyType(settings),
    )


def _school(entry: Mapping[str, Any], place: int, faults: _Faults) -> School:
    where = f"[[schools]] {entry.get('name', place)}"
    for key in sorted(set(entry) - _SCHOOL):
        faults.add(f"{where} {key}", entry[key], "one of " + ", ".join(sorted(_SCHOOL)))
    if not str(entry.get("name", "")).strip():
        faults.add(f"{where} name", entry.get("name", ""), "the school's short name")
    name = str(entry.get("name", ""))
    if len(name) > _LONGEST_NAME or set(name) & _NOT_IN_A_NAME or name.startswith((".", "-", "!")):
        expected = f"at most {_LONGEST_NAME} letters, without marks like / or :"
        faults.add(f"{where[:_LONGEST_NAME]} name", name[:_LONGEST_NAME], expected)
    urns = [str(entry.get("urn", "")), *map(str, entry.get("previous_urns", []))]
    for urn in urns:
        if not re.fullmatch(r"\d{6}", urn, re.ASCII):
            faults.add(f"{where} urn", urn, "a URN of six digits")
    laestab = str(entry.get("laestab", ""))
    if laestab and not re.fullmatch(r"\d{7}", laestab, re.ASCII):
        faults.add(f"{where} laestab", laestab, "a LAESTAB of seven digits")
    days = {key: _day(entry.get(key, ""), f"{where} {key}", faults) for key in ("joined_after", "joined_by", "left_on")}
    if days["joined_after"] and days["joined_by"] and days["joined_after"] > days["joined_by"]:
        faults.add(f"{where} joined_by", str(days["joined_by"]), "joined_after or a later day")
    return School(
        name=str(entry.get("name", "")),
        urn=urns[0],
        previous_urns=tuple(urns[1:]),
        laestab=laestab,
        note=str(entry.get("note", "")),
        **days,
    )


def _unique(schools: tuple[School, ...], faults: _Faults) -> None:
    owner: dict[str, str] = {}
    for school in schools:
        for key in dict.fromkeys((school.name.casefold(), school.urn, *school.previous_urns)):
            if key in owner:
                faults.add(f"[[schools]] {school.name}", key, f"a name or URN that {owner[key]} does not have")
            owner.setdefault(key, school.name)


def _day(value: object, where: str, faults: _Faults) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        faults.add(where, value, 'a day like 2024-01-18, or "" when it is not known')
        return None


def _census(entries: Mapping[str, Any], faults: _Faults) -> Mapping[int, date]:
    days: dict[int, date] = {}
    for code, value in entries.items():
        year = AcademicYear.maybe(code)
        if year is None:
            faults.add(f"[census] {code}", code, "an academic year like 202425")
            continue
        day = _day(value, f"[census] {code}", faults)
        if day and not date(year.start + 1, 1, 1) <= day <= date(year.start + 1, 1, 31):
            faults.add(f"[census] {code}", value, f"a day in January {year.start + 1}")
        elif day:
            days[year.code] = day
    return MappingProxyType(days)
