"""The five typed parameters of a release, which every notebook declares too.

Parameter names reach papermill as code, so no others are accepted, and a notebook whose parameters cell says anything
else is refused before a kernel starts.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from symphony_analysis.figure import EDITIONS
from symphony_analysis.names import UnknownNameError, plain_slug
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

USUAL_EDITION = "trustees"
SHOWN_DATA_DIR = "../data"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Parameters:
    """One release of the report. Values may be given as text; ``urn`` is the school's, known once it is checked.

    Raises WrongParameter (exit code 64) that says what was expected.
    """

    year: AcademicYear
    as_at: date
    edition: str = USUAL_EDITION
    school: str = ""
    data_dir: Path = Path("data")
    urn: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for name, clean in _CLEAN.items():
            object.__setattr__(self, name, clean(getattr(self, name)))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The allowed names in their usual order."""
        return tuple(one.name for one in fields(cls) if one.name != "urn")

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Parameters:
        """The release of these named values. Raises WrongParameter for an unknown or a missing name."""
        allowed = ", ".join(cls.names())
        for name in values:
            if name not in cls.names():
                raise WrongParameter(f"{_quoted(name)} is not a parameter; the parameters are: {allowed}")
        for name in ("year", "as_at"):
            if name not in values:
                raise WrongParameter(f"the parameter {name} is missing; the parameters are: {allowed}")
        return cls(**dict(values))

    def check(self, trust: Trust, years: Iterable[AcademicYear]) -> Parameters:
        """Refuse a year or a school that the data does not hold; returns the release with the school's own name."""
        known = sorted(years)
        if self.year not in known:
            listed = ", ".join(str(year) for year in known) or "none"
            raise WrongParameter(f"there is no data for {self.year}; the years with data are: {listed}")
        if not self.data_dir.is_dir():
            raise WrongParameter("the data folder does not exist")
        if not self.school:
            return self
        try:
            school = trust.school(self.school)
        except UnknownNameError as error:
            raise WrongParameter(str(error)) from None
        return replace(self, school=school.name, urn=school.urn)

    @property
    def folder(self) -> str:
        """The release's folder under the output folder: "202425", "202425-public-glen-hills-137932"."""
        parts = [self.year.folder]
        if self.edition != USUAL_EDITION:
            parts.append(self.edition)
        if self.school:
            parts += [plain_slug(self.school), self.urn]
        return "-".join(part for part in parts if part)

    def shown(self) -> dict[str, str]:
        """The values as an output may show them, without the data folder's place on this machine."""
        return {**self.for_notebook(self.data_dir), "data_dir": SHOWN_DATA_DIR}

    def for_notebook(self, data_dir: Path) -> dict[str, str]:
        """The values as text, as a notebook takes them, with the data folder to read from."""
        return {
            "year": self.year.label,
            "as_at": self.as_at.isoformat(),
            "edition": self.edition,
            "school": self.school,
            "data_dir": str(data_dir),
        }


_LONGEST = 60


def parsed_year(value: Any) -> AcademicYear:
    """The academic year that was typed. Raises WrongParameter."""
    if isinstance(value, bool) or not isinstance(value, str | int | AcademicYear):
        raise WrongParameter("year must be an academic year like 2024/25")
    try:
        return AcademicYear.parse(value)
    except ValueError as error:
        # Only what was typed can be long, not what is said of it.
        said = str(error) if len(str(value)) <= _LONGEST else f"{_quoted(value)} is not an academic year like 2024/25"
        raise WrongParameter(f"year: {said}") from None


def _clean_as_at(value: Any) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass  # a day that is not in the calendar falls through to the same message
    raise WrongParameter(f"as_at must be a day written like 2026-04-30, not {_quoted(value)}")


def _clean_edition(value: Any) -> str:
    edition = value.strip().lower() if isinstance(value, str) else None
    if edition not in EDITIONS:
        raise WrongParameter(f"edition must be one of {', '.join(EDITIONS)}, not {_quoted(value)}")
    return edition


def _clean_school(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongParameter("school must be the name or URN of one school, or empty")
    name = value.strip()
    bad = len(name) > 100 or set(name) & set('/\\<>:"|?*{}[]$;`\x00') or _has_control(name)
    if bad or is_reserved(name) or name.startswith((".", "-", "!")):
        raise WrongParameter(f"{_quoted(name)} cannot be the name or URN of a school")
    return name


def _clean_data_dir(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value) or _has_control(str(value)):
        raise WrongParameter("data_dir must be the path of a folder, without control characters")
    return Path(value)


_CLEAN = {
    "year": parsed_year,
    "as_at": _clean_as_at,
    "edition": _clean_edition,
    "school": _clean_school,
    "data_dir": _clean_data_dir,
}


def declared(cells: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    """The parameters that a notebook declares, with their defaults, read without running it.

    Raises WrongParameter unless one code cell tagged ``parameters`` assigns exactly the five names, each once, each a
    plain text.
    """
    tagged = [cell for cell in cells if "parameters" in cell["tags"]]
    if len(tagged) != 1 or tagged[0]["cell_type"] != "code":
        raise WrongParameter(f"{name}: expected one code cell tagged 'parameters', found {len(tagged)}")
    found: dict[str, str] = {}
    for key, value in _assignments(tagged[0]["source"], name):
        if key in found:
            raise WrongParameter(f"{name}: the parameters cell sets {key} twice")
        found[key] = value
    missing = [key for key in Parameters.names() if key not in found]
    unknown = [key for key in found if key not in Parameters.names()]
    if missing or unknown:
        wrong = [f"{key} is missing" for key in missing] + [f"{key} is not a parameter" for key in unknown]
        raise WrongParameter(
            f"{name}: the parameters cell must set {', '.join(Parameters.names())}; {'; '.join(wrong)}"
        )
    return found


def _assignments(source: str, name: str) -> Iterable[tuple[str, str]]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        raise WrongParameter(f"{name}: the parameters cell is not valid Python") from None
    for statement in body:
        target: Any = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        plain = isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(target, ast.Name)
        single = not isinstance(statement, ast.Assign) or len(statement.targets) == 1
        if not (plain and single and isinstance(value, ast.Constant) and isinstance(value.value, str)):
            raise WrongParameter(f'{name}: the parameters cell may only hold lines like year = "2024/25"')
        yield target.id, value.value


def is_reserved(name: str) -> bool:
    """Whether Windows keeps this name, with any ending, for itself."""
    return name.partition(".")[0].strip().lower() in _RESERVED


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter).startswith("C") for letter in text)


def _quoted(value: Any) -> str:
    """A rejected value as a message may show it: short, on one line."""
    text = str(value)
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")
