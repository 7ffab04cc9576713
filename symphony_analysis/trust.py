"""The trust, its schools, and which of them count in a year.

Pure: ``sources`` reads ``data/trust.toml`` into these types. Schools are joined on URN, predecessors included,
never on a name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from symphony_analysis.names import named, plain_slug, unknown
from symphony_analysis.years import AcademicYear

RULES = {
    "in_trust_that_year": "in the trust by the January census of that year",
    "all_current": "all schools in the trust today",
    "three_or_more_years": "in the trust by the January census two years before",
}


@dataclass(frozen=True)
class School:
    """One school: its present and earlier URNs and what is known of when it joined the trust.

    ``joined_after`` and ``joined_by`` bound the joining date; None says that the bound is not known.
    """

    name: str
    urn: str
    previous_urns: tuple[str, ...] = ()
    laestab: str = ""
    joined_after: date | None = None
    joined_by: date | None = None
    left_on: date | None = None
    note: str = ""

    def in_trust_on(self, day: date) -> bool:
        """Whether the school was certainly in the trust on this day; False while the joining date has no bound."""
        joined = self.joined_by is not None and self.joined_by <= day
        return joined and (self.left_on is None or self.left_on > day)


#: What [disclosure.<edition>] of trust.toml may set: the value where it does not, the least and the greatest.
DISCLOSURE: dict[str, dict[str, tuple[int, int, int]]] = {
    "trustees": {"hide_below": (6, 5, 30), "band_events": (4, 2, 20)},
    "public": {"hide_below": (11, 6, 100), "band_events": (4, 2, 20)},
}


def disclosure_faults(settings: Mapping[str, Any]) -> Iterator[tuple[str, object, str]]:
    """What cannot be under [disclosure]: the place, what is there, what is expected."""
    for edition, stated in settings.get("disclosure", {}).items():
        if edition not in DISCLOSURE or not isinstance(stated, Mapping):
            yield (
                f"[disclosure.{edition}]",
                stated,
                f"one of {', '.join(f'[disclosure.{name}]' for name in DISCLOSURE)}",
            )
            continue
        for key, value in stated.items():
            place, (_, least, most) = f"[disclosure.{edition}] {key}", DISCLOSURE[edition].get(key, (0, 0, -1))
            if most < least:
                yield place, value, f"a key that it has: {', '.join(DISCLOSURE[edition])}"
            elif type(value) is not int or not least <= value <= most:
                yield place, value, f"a whole number from {least} to {most}"


@dataclass(frozen=True)
class Trust:
    """The trust with its schools and settings, as ``data/trust.toml`` gives them."""

    name: str
    schools: tuple[School, ...]
    census_days: Mapping[int, date]
    identity: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def authority(self) -> str:
        """The code of the trust's local authority; "" where trust.toml does not give one."""
        return str(self.identity.get("local_authority_code", ""))

    @property
    def authority_name(self) -> str:
        """The name of the trust's local authority; "" where trust.toml does not give one."""
        return str(self.identity.get("local_authority_name", ""))

    @property
    def authority_label(self) -> str:
        """The trust's local authority as a table calls it."""
        return self.authority_name or "Local authority"

    @property
    def names(self) -> dict[str, str]:
        """The schools' names by present URN."""
        return {school.urn: school.name for school in self.schools}

    def school(self, name_or_urn: str) -> School:
        """The school of this name (any case) or present or earlier URN. Raises UnknownNameError."""
        wanted = str(name_or_urn).strip().casefold()
        for school in self.schools:
            if wanted in {school.name.casefold(), plain_slug(school.name), school.urn, *school.previous_urns}:
                return school
        raise unknown("school", name_or_urn, (school.name for school in self.schools))

    def as_at(self, year: AcademicYear) -> str:
        """The day as at which the report of a year is made: its own in [as_at], else that of [run]; "" for neither."""
        own = self.settings.get("as_at", {}).get(year.folder)
        return str(own or self.settings.get("run", {}).get("as_at", ""))

    def dated(self, year: AcademicYear, as_at: date) -> date:
        """The day of the report of a year, on which evidence is aged: its own in [dated], never before ``as_at``."""
        own = self.settings.get("dated", {}).get(year.folder)
        return max(as_at, date.fromisoformat(str(own))) if own else as_at

    def census_day(self, year: AcademicYear) -> date:
        """The January census day of a year; where none is recorded, the third Thursday of January."""
        if year.code in self.census_days:
            return self.census_days[year.code]
        first = date(year.start + 1, 1, 1)
        return date(year.start + 1, 1, 15 + (3 - first.weekday()) % 7)

    def of_year(self, year: AcademicYear) -> tuple[School, ...]:
        """The schools that a report of this year is about: all but those that had left by its January census."""
        day = self.census_day(year)
        return tuple(school for school in self.schools if school.left_on is None or school.left_on > day)

    def counted(self, year: AcademicYear, rule: str) -> str:
        """How many of the year's schools count, and by which rule: "12 of 15 schools counted (in the trust by ...)"."""
        return f"{len(self.members(year, rule))} of {len(self.of_year(year))} schools counted ({RULES[rule]})"

    def members(self, year: AcademicYear, rule: str = "in_trust_that_year") -> tuple[School, ...]:
        """The schools that count in this year under a rule of ``RULES``, in the order of the register.

        Raises UnknownNameError for a rule that is not declared.
        """
        rule = named("membership rule", rule, list(RULES))
        if rule == "all_current":
            return tuple(school for school in self.schools if school.left_on is None)
        since = year if rule == "in_trust_that_year" else year.back(2)
        day, now = self.census_day(since), self.census_day(year)
        return tuple(s for s in self.schools if s.in_trust_on(day) and s.in_trust_on(now))
