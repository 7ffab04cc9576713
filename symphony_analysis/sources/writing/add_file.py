"""A new file into the data folder: recognised, checked, copied unchanged and listed; or else nothing is written."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symphony_analysis.dates import day_or_month
from symphony_analysis.figure import csv_text
from symphony_analysis.sources.checking.check import FINE, REFUSED, examined, known
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.inputs import Inputs, load
from symphony_analysis.sources.own import manifest
from symphony_analysis.sources.problems import Problem, SourceError, whole_file
from symphony_analysis.sources.writing import national_rows
from symphony_analysis.years import AcademicYear

_NAME = re.compile(r"[\w][\w .,()+-]{0,150}\.(csv|xlsx)", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_STATUS = re.compile(r"provisional|revised|final", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """What the person who adds a file knows of it; every part may be left out."""

    year: str = ""
    release_status: str = ""
    published: str = ""
    retrieved: str = ""
    url: str = ""
    origin: str = ""


@dataclass
class Added:
    """What was added, as manifest rows, or why nothing was; how many of England's figures went into national.csv."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    national: int = 0

    @property
    def exit_code(self) -> int:
        """65 when anything was refused, 0 otherwise."""
        return REFUSED if self.problems else FINE


@dataclass(frozen=True)
class _New:
    path: Path
    content: bytes
    year: AcademicYear
    row: dict[str, str]
    england: list[dict[str, str]] = field(default_factory=list)


def add(data_dir: str | Path, files: Sequence[str | Path], release: Release | None = None) -> Added:
    """Add these files to the data folder. All are checked first; when one is refused, none is written."""
    added = Added()
    news: list[_New] = []
    release = release or Release()
    try:
        inputs = load(data_dir)
        inputs.trust, inputs.manifest  # noqa: B018 - both must hold before anything is added
    except SourceError as fault:
        added.problems += fault.problems
        return added
    for file in files:
        try:
            news.append(_examined(Path(file), inputs, release, news, added))
        except SourceError as fault:
            added.problems += fault.problems
    if not added.problems:
        _write(inputs, news)
        added.rows = [new.row for new in news]
        england = [row for new in news for row in new.england]
        added.national, differing = national_rows.written(inputs.data_dir, england) if england else (0, [])
        added.warnings += differing
    return added


def _examined(path: Path, inputs: Inputs, release: Release, before: list[_New], added: Added) -> _New:
    content, source, told = known(path, path.name)
    year = _year(path, source, told, release)
    _place(path, inputs, year)
    sha256 = hashlib.sha256(content).hexdigest()
    _not_twice(path, source, year, sha256, inputs, before)
    reading = examined(content, source, year, path.name, inputs.trust)
    added.warnings += [problem for problem in reading.problems if problem.warning]
    if reading.refusals:
        raise SourceError(reading.refusals)
    if "urn" in reading.frame:
        present = Context(inputs.trust, year, path.name).present_urns
        _new_schools(path, source, year, {present.get(urn, urn) for urn in reading.frame["urn"].unique()}, inputs)
    row = {
        "file": path.name, "source": source.name, "title": source.title, "publisher": source.publisher,
        "release_status": _status(path, source, release), "published": _published(path, release.published),
        "retrieved": release.retrieved, "url": release.url or source.homepage,
        "origin": _origin(path, source, release), "rows": str(reading.rows), "bytes": str(len(content)),
        "sha256": sha256,
    }  # fmt: skip
    context = Context(inputs.trust, year, path.name)
    england, unknown_vintage = national_rows.england_rows(reading.frame, source, context, row)
    added.warnings += unknown_vintage
    return _New(path, content, year, row, england)


def _published(path: Path, written: str) -> str:
    try:
        return day_or_month(written) if written else ""
    except ValueError as fault:
        raise whole_file(path.name, repr(written), "a day like 2025-12-09, or a month", str(fault)) from None


def _year(path: Path, source: Source, told: int | None, release: Release) -> AcademicYear:
    try:
        given = AcademicYear.parse(release.year) if release.year else None
    except ValueError as fault:
        raise whole_file(path.name, repr(release.year), "an academic year like 2024/25", str(fault)) from None
    found = AcademicYear.parse(told) if told is not None else given
    if found is None:
        raise whole_file(path.name, f"no academic year in this layout ({source.title})", "the year of the file",
                         "say which year it is of with --year 2024/25")  # fmt: skip
    if given is not None and found != given:
        raise whole_file(path.name, f"a file of {found.label}", f"a file of {given.label}",
                         "leave --year out, or add the file of that year")  # fmt: skip
    return found


def _place(path: Path, inputs: Inputs, year: AcademicYear) -> None:
    """Refuse a name that could not stand, or a folder that leads elsewhere."""
    if _NAME.fullmatch(path.name) is None or _RESERVED.fullmatch(path.name):
        raise whole_file(path.name, "a file name with unusual characters", "letters, digits, spaces and - _ . ( )",
                         "rename the file; the name has no meaning here")  # fmt: skip
    folder = inputs.data_dir / "raw" / year.folder
    if not folder.resolve().is_relative_to(inputs.data_dir.resolve()):
        raise whole_file(path.name, f"raw/{year.folder}, which leads out of the data folder", "a folder of its own",
                         "remove the link")  # fmt: skip
    if (folder / path.name).exists():
        raise whole_file(path.name, f"a file of this name in raw/{year.folder}", "a new name",
                         "rename the file, or take the earlier one out of the folder and the manifest")  # fmt: skip


def _not_twice(path: Path, source: Source, year: AcademicYear, sha256: str, inputs: Inputs, before: list[_New]) -> None:
    same = [f"{row.path}" for row in inputs.manifest.itertuples() if row.sha256 == sha256]
    same += [new.path.name for new in before if new.row["sha256"] == sha256]
    if same:
        raise whole_file(path.name, f"the same content as {same[0]}", "a file that is not there yet",
                         "nothing to do: it is in already")  # fmt: skip
    listed = inputs.manifest
    there = listed[(listed["source"] == source.name) & (listed["time_period"] == year.code)]
    if source.own_schools or source.pupil_level or there.empty:
        return
    raise whole_file(path.name, f"a second {source.title} of {year.label}", "one file of it a year",
                     f"take {there['path'].iloc[0]} out of the folder and the manifest first")  # fmt: skip


def _new_schools(path: Path, source: Source, year: AcademicYear, urns: set[str], inputs: Inputs) -> None:
    """Refuse a school whose rows of this source and year are in already, from another file."""
    listed = inputs.manifest
    there = listed[(listed["source"] == source.name) & (listed["time_period"] == year.code)]
    if there.empty or not (source.own_schools or source.pupil_level):
        return
    table = inputs.table(source.table)
    mine = table[(table["time_period"] == year.code) & table["source_file"].isin(there["path"])]
    mine = mine[mine["school_urn"].isin(urns)]
    if len(mine):
        urn, file = mine["school_urn"].iloc[0], mine["source_file"].iloc[0]
        raise whole_file(path.name, f"school {urn}, which is in {file} already", "schools that are not in yet",
                         "take the earlier file out of the folder and the manifest first")  # fmt: skip


def _status(path: Path, source: Source, release: Release) -> str:
    if release.release_status:
        if release.release_status not in manifest.STATUSES:
            raise whole_file(path.name, repr(release.release_status), "one of " + ", ".join(manifest.STATUSES[:-1]),
                             "say which release it is")  # fmt: skip
        return release.release_status
    named = _STATUS.search(path.name)
    if named:
        return named[0].lower()
    return "internal" if source.pupil_level or source.own_schools else ""


def _origin(path: Path, source: Source, release: Release) -> str:
    if release.origin:
        if release.origin not in manifest.ORIGINS:
            raise whole_file(path.name, repr(release.origin), "one of " + ", ".join(manifest.ORIGINS),
                             "say where the file came from")  # fmt: skip
        return release.origin
    if source.publisher != "the trust":
        return "official"
    return "mis" if source.pupil_level else "trust"


def _write(inputs: Inputs, news: Sequence[_New]) -> None:
    """Copy the files, then list them: a file without its row is found by a check, a row without its file too."""
    copied: list[Path] = []
    try:
        for new in news:
            folder = inputs.data_dir / "raw" / new.year.folder
            folder.mkdir(parents=True, exist_ok=True)
            copied.append(folder / new.path.name)
            _replace(copied[-1], new.content)
        for year in dict.fromkeys(new.year for new in news):
            path = inputs.data_dir / "raw" / year.folder / manifest.NAME
            _replace(path, _listed(path, [new.row for new in news if new.year == year], inputs, year))
    except OSError:
        for path in copied:
            path.unlink(missing_ok=True)
        raise


def _listed(path: Path, rows: Sequence[dict[str, str]], inputs: Inputs, year: AcademicYear) -> bytes:
    """The manifest with these rows after those it has; one without a file yet begins with what the folder holds."""
    if path.is_file():
        text = path.read_text(encoding="utf-8-sig")
    else:
        text = ",".join(manifest.COLUMNS) + "\n"
        there = inputs.manifest
        there = there[there["path"].str.startswith(f"raw/{year.folder}/")]
        rows = [*there[list(manifest.COLUMNS)].to_dict("records"), *rows]
    text = text if text.endswith("\n") else text + "\n"
    header = next(csv.reader(io.StringIO(text)))
    return (text + csv_text([row.get(name, "") for name in header] for row in rows)).encode("utf-8")


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".adding-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
