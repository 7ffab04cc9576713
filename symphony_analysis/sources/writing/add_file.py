"""Add files to the data folder, each by itself: recognised, checked, copied unchanged and listed, or not at all."""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from symphony_analysis.dates import day_or_month
from symphony_analysis.figure import csv_text
from symphony_analysis.sources.checking.check import FINE, REFUSED
from symphony_analysis.sources.checking.one_file import OneFile, known, one_file, years_of
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.inputs import Inputs, load
from symphony_analysis.sources.own import manifest, mappings
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError, sentence, whole_file
from symphony_analysis.sources.reading.read_file import read_file
from symphony_analysis.sources.writing import national_rows
from symphony_analysis.years import AcademicYear

_NAME = re.compile(r"[\w][\w .,()+-]{0,150}\.(csv|xlsx)", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_STATUS = re.compile(r"provisional|revised|final", re.IGNORECASE)
_PATIENCE = 300  # seconds that another addition may take
_REPLACE = "if it corrects the earlier file, add it with --replace"


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
    """What was added, as manifest rows and in words, or why nothing was; how many figures of England's are new."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    national: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """65 when anything was refused, 0 otherwise."""
        return REFUSED if self.problems else FINE


@dataclass
class _New:
    """A file to add: its manifest row, the earlier files it replaces (path below the data folder -> years), and
    whether it is in the folder already under another year."""

    file: OneFile
    row: dict[str, str]
    replaces: dict[str, tuple[AcademicYear, ...]]
    there: str = ""
    england: list[dict[str, str]] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """The folder of ``raw/`` in which it is listed."""
        return self.there.split("/")[1] if self.there else self.file.years[-1].folder


def add(
    data_dir: str | Path, files: Sequence[str | Path], release: Release | None = None, replace_earlier: bool = False
) -> Added:
    """Add these files to the data folder, one after the other; one that is refused keeps no other from being added.

    With ``replace_earlier`` a file takes the place of the earlier one of its layout, year and schools. Another addition
    to the same folder is waited for, so that no row of a manifest is lost.
    """
    of_folder = hashlib.sha256(str(Path(data_dir).resolve()).encode()).hexdigest()[:16]
    lock = Path(tempfile.gettempdir()) / f"symphony-add-{getattr(os, 'getuid', int)()}-{of_folder}.lock"
    try:
        with FileLock(lock, timeout=_PATIENCE):
            return _add(data_dir, files, release, replace_earlier)
    except Timeout:
        raise sentence("another symphony add is writing into this data folder; try again when it has ended") from None


def _add(data_dir: str | Path, files: Sequence[str | Path], release: Release | None, replace_earlier: bool) -> Added:
    added = Added()
    for file in map(Path, files):
        try:
            inputs = load(data_dir)
            inputs.trust, inputs.manifest, inputs.mappings  # noqa: B018 - all must hold before anything is added
        except SourceError as fault:
            added.problems += fault.problems
            return added
        try:
            new = _new(file, inputs, release or Release(), replace_earlier, added)
        except SourceError as fault:
            added.problems += fault.problems
            several = f"{len(fault.problems)} problem{'s' * (len(fault.problems) != 1)}"
            added.lines.append(f"not added {file.name}: {several}, above")
            continue
        _write(inputs, new)
        added.rows.append(new.row)
        instead = "".join(f"; in place of {path.rpartition('/')[2]}" for path in new.replaces)
        added.lines.append(f"added {new.row['file']}: {new.file.in_words()}{instead}")
        if new.england:
            taken, differing = national_rows.written(inputs.data_dir, new.england)
            added.national += taken
            added.warnings += differing
    return added


def map_export(data_dir: str | Path, path: Path) -> list[str]:
    """Propose a mapping for an export with other headings and keep it; what to do next, in words.

    Raises SourceError for a file that cannot be read, has a layout already, or is like none.
    """
    inputs = load(data_dir)
    try:
        _, layout = known(path, inputs)
    except SourceError:
        pass
    else:
        by = f"the mapping '{layout.mapping.name}'" if layout.mapping else "no mapping needed"
        raise whole_file(
            path.name, f"a file that is read already ({by})", "an export with other headings", "add it without --map"
        )
    made = mappings.propose(path.read_bytes(), path.name, path.stem)
    if made is None:
        fix = f"write the mapping into {mappings.NAME} by hand"
        raise whole_file(path.name, "no headings near those of a layout", "an export of pupils or accounts", fix)
    text, source = made
    mappings.keep(inputs.data_dir, text)
    asked = text.count('"?"')
    todo = f"replace {asked} question mark{'s' * (asked != 1)} in it" if asked else "read it"
    first = f"wrote a mapping to '{source.title}' into {mappings.NAME}:"
    return [first, *text.splitlines(), f"{todo}, then add the file without --map"]


def _new(path: Path, inputs: Inputs, release: Release, replacing: bool, added: Added) -> _New:
    content, layout = known(path, inputs)
    source = layout.source
    assert source is not None
    years = years_of(path, layout, release.year, inputs)
    if not years:
        found = f"no academic year in this layout ({source.title})"
        raise whole_file(path.name, found, "the year of the file", "say which year it is of with --year 2024/25")
    if _NAME.fullmatch(path.name) is None or _RESERVED.fullmatch(path.name):
        fix = "rename the file; the name has no meaning here"
        raise whole_file(path.name, "a file name with unusual characters", "letters, digits, spaces and - _ . ( )", fix)
    sha256 = hashlib.sha256(content).hexdigest()
    years, there = _not_in_yet(path, years, sha256, inputs, layout.years)
    file = one_file(path, years, content, layout, inputs.trust)
    added.warnings += [problem for problem in file.problems if problem.warning]
    refusals = [problem for problem in file.problems if not problem.warning]
    if refusals:
        raise SourceError(refusals)
    earlier = _earlier(file, inputs)
    loose = [path for path in earlier if path.count("/") != 2]
    if loose:
        raise whole_file(
            path.name,
            f"{loose[0]}, which has the same layout and year",
            "files in the folders of years",
            f"take {loose[0]} away, then add this file",
        )
    if earlier and not replacing:
        _only_free_years(file, release, earlier, added)
        earlier = {}
    row = {
        "file": path.name, "source": source.name, "title": source.title, "publisher": source.publisher,
        "release_status": _status(path, source, release), "published": _published(path, release.published),
        "retrieved": release.retrieved, "url": release.url or source.homepage,
        "origin": _origin(path, source, release), "rows": str(file.reading.rows), "bytes": str(len(content)),
        "sha256": sha256, "years": "", "mapping": file.mapping.name if file.mapping else "", "replaced_by": "",
    }  # fmt: skip
    new = _New(file, row, earlier, there)
    for year in file.years:
        context = Context(inputs.trust, year, path.name)
        rows, unknown_vintage = national_rows.england_rows(file.frames[year], source, context, row)
        new.england += rows
        added.warnings += unknown_vintage
    if len(layout.years) > 1:
        row["years"] = " ".join(year.label for year in file.years)
    _place(new, inputs, replacing)
    return new


def _published(path: Path, written: str) -> str:
    try:
        return day_or_month(written) if written else ""
    except ValueError as fault:
        raise whole_file(path.name, repr(written), "a day like 2025-12-09, or a month", str(fault)) from None


def _not_in_yet(
    path: Path, years: tuple[AcademicYear, ...], sha256: str, inputs: Inputs, held: Sequence[int]
) -> tuple[tuple[AcademicYear, ...], str]:
    """The years of a file that are not taken from it yet, and where it is, if it is in the folder already."""
    same = [row for row in inputs.manifest.itertuples() if row.sha256 == sha256]
    taken = {AcademicYear.parse(int(row.time_period)) for row in same}
    left = tuple(year for year in years if year not in taken)
    if same and (not left or len(held) < 2):
        found, fix = f"the same content as {same[0].path}", "nothing to do: it is in already"
        raise whole_file(path.name, found, "a file that is not there yet", fix)
    return left, same[0].path if same and same[0].path.count("/") == 2 else ""


def _earlier(file: OneFile, inputs: Inputs) -> dict[str, tuple[AcademicYear, ...]]:
    """The files that hold the same layout, years and schools already: path -> the years that clash."""
    listed = inputs.manifest
    source, found = file.source, {}
    codes = {year.code: year for year in file.years}
    there = listed[(listed["source"] == source.name) & listed["time_period"].isin(list(codes))]
    for path, rows in there.groupby("path", sort=True):
        if (source.own_schools or source.pupil_level) and "urn" in file.reading.frame:
            mine = _schools(file.reading.frame, file, inputs)
            theirs = _schools_of(str(path), rows.iloc[0], file, inputs)
            if not mine & theirs and inputs.data_dir / str(path) != file.path:
                continue
            if theirs - mine:
                names = ", ".join(sorted(inputs.trust.names.get(urn, urn) for urn in theirs - mine))
                both = ", ".join(sorted(mine & theirs))
                raise whole_file(
                    file.path.name,
                    f"school {both}, which is in {path} already with {names}",
                    "schools that are not in yet, or all schools of the earlier file",
                    f"add rows of {names} to the file, then add it with --replace",
                )
        found[str(path)] = tuple(codes[code] for code in sorted(rows["time_period"]))
    return found


def _schools(frame: pd.DataFrame, file: OneFile, inputs: Inputs) -> set[str]:
    present = Context(inputs.trust, file.years[-1], file.path.name).present_urns
    return {present.get(urn, urn) for urn in frame["urn"].astype("str").unique()}


def _schools_of(path: str, row, file: OneFile, inputs: Inputs) -> set[str]:
    """The schools of an earlier file, also where it has been changed since it was added."""
    where = inputs.data_dir / path
    year, mapping = AcademicYear.parse(int(row.time_period)), inputs.mappings.get(row.mapping)
    context = Context(inputs.trust, year, path, mapping=mapping)
    reading = read_file(where.read_bytes(), file.source, context) if where.is_file() else None
    return _schools(reading.frame, file, inputs) if reading and "urn" in reading.frame else set()


def _only_free_years(
    file: OneFile, release: Release, earlier: dict[str, tuple[AcademicYear, ...]], added: Added
) -> None:
    """Take only the years that no earlier file holds. Raises SourceError where none is left, or one was asked for."""
    clash = {year for years in earlier.values() for year in years}
    path, labels = next(iter(earlier)), ", ".join(year.label for year in sorted(clash))
    free = tuple(year for year in file.years if year not in clash)
    if release.year or not free:
        found = f"a second {file.source.title} of {labels}"
        if "urn" in file.reading.frame and (file.source.own_schools or file.source.pupil_level):
            urns = sorted(file.reading.frame["urn"].astype("str").unique())
            found = f"school {', '.join(urns)}, which is in {path}"
        raise whole_file(file.path.name, found, f"one file of it a year; {path} is in already", _REPLACE)
    file.years = free
    found, fix = f"{labels}, which {path} holds already", "none needed; --replace takes these years from this file too"
    added.warnings.append(Problem(file.path.name, 1, WHOLE_FILE, found, "years not in yet", fix, warning=True))


def _place(new: _New, inputs: Inputs, replacing: bool) -> None:
    """Refuse a folder that leads elsewhere, and a name that another file has.

    A file that lies there unlisted, the same to the byte, is what an addition left that was killed: it is listed now.
    """
    folder, name = inputs.data_dir / "raw" / new.folder, new.file.path.name
    if not folder.resolve().is_relative_to(inputs.data_dir.resolve()):
        raise whole_file(
            name, f"raw/{new.folder}, which leads out of the data folder", "a folder of its own", "remove the link"
        )
    shown = f"raw/{new.folder}/{name}"
    listed = shown in set(inputs.manifest["path"])
    left = not listed and (folder / name).is_file() and (folder / name).read_bytes() == new.file.content
    if (folder / name).exists() and not new.there and shown not in new.replaces and not left:
        fix = "rename the file" if replacing else f"rename the file; or, {_REPLACE}"
        raise whole_file(name, f"a file of this name in raw/{new.folder}", "a new name", fix)


def _status(path: Path, source: Source, release: Release) -> str:
    if release.release_status:
        if release.release_status not in manifest.STATUSES:
            found = repr(release.release_status)
            raise whole_file(path.name, found, "one of " + ", ".join(manifest.STATUSES[:-1]), "say which release it is")
        return release.release_status
    named = _STATUS.search(path.name)
    if named:
        return named[0].lower()
    return "internal" if source.pupil_level or source.own_schools else ""


def _origin(path: Path, source: Source, release: Release) -> str:
    if release.origin:
        if release.origin not in manifest.ORIGINS:
            raise whole_file(
                path.name, repr(release.origin), "one of " + ", ".join(manifest.ORIGINS), "say where the file came from"
            )
        return release.origin
    if source.publisher != "the trust":
        return "official"
    return "mis" if source.pupil_level else "trust"


def _write(inputs: Inputs, new: _New) -> None:
    """Keep earlier files under another name, copy the new one, then list all; undone where the disk refuses."""
    raw = inputs.data_dir / "raw"
    undo: list[tuple[Path, Path | None]] = []
    folders = dict.fromkeys([new.folder, *(path.split("/")[1] for path in new.replaces if path.count("/") == 2)])
    manifests = {folder: _rows(raw / folder, inputs) for folder in folders}
    try:
        (raw / new.folder).mkdir(parents=True, exist_ok=True)
        target = raw / new.folder / new.file.path.name
        for path, years in new.replaces.items():
            folder = path.split("/")[1]
            if new.file.path.resolve() == (inputs.data_dir / path).resolve():
                # The file was changed where it is: there is no earlier content to keep.
                manifests[folder] = [row for row in manifests[folder] if row["file"] != new.file.path.name]
                continue
            kept = _kept_as(inputs.data_dir / path, target)
            _give_way(folder, manifests[folder], Path(path).name, kept.name, years, new)
            if kept != inputs.data_dir / path:
                (inputs.data_dir / path).rename(kept)
                undo.append((kept, inputs.data_dir / path))
        if new.there:
            _take_more_years(manifests[new.folder], new)
        else:
            if not target.exists():
                undo.append((target, None))
                _put(target, new.file.content)
            manifests[new.folder].append(new.row)
        for folder, rows in manifests.items():
            _put(raw / folder / manifest.NAME, _text(rows))
    except OSError:
        for now, before in reversed(undo):
            now.rename(before) if before else now.unlink(missing_ok=True)
        raise


def _rows(folder: Path, inputs: Inputs) -> list[dict[str, str]]:
    """The rows of a manifest; one without a file yet begins with what the folder holds."""
    if (folder / manifest.NAME).is_file():
        return manifest.listed(folder).to_dict("records")
    there = inputs.manifest
    there = there[there["path"].str.startswith(f"raw/{folder.name}/")]
    return there[[*manifest.COLUMNS, *manifest.LATER]].to_dict("records")


def _kept_as(path: Path, target: Path) -> Path:
    """The name under which a replaced file stays: its own, unless the new file needs that."""
    if path != target:
        return path
    free = (path.with_name(f"{path.stem} (replaced {n}){path.suffix}") for n in range(1, 1000))
    return next(name for name in free if not name.exists())


def _give_way(
    folder: str, rows: list[dict[str, str]], name: str, kept: str, years: Sequence[AcademicYear], new: _New
) -> None:
    """Note in a folder's manifest that a file, or some years of it, gave way to a new one."""
    row = next(row for row in rows if row["file"] == name)
    left = [label for label in row["years"].split() if label not in {year.label for year in years}]
    row["file"] = kept
    if left:
        row["years"] = " ".join(left)
    else:
        below = "" if folder == new.folder else f"raw/{new.folder}/"
        row["replaced_by"] = below + new.file.path.name


def _take_more_years(rows: list[dict[str, str]], new: _New) -> None:
    row = next(row for row in rows if row["file"] == Path(new.there).name)
    now = {AcademicYear.parse(label) for label in row["years"].split()} or {AcademicYear.parse(new.folder)}
    row["years"] = " ".join(year.label for year in sorted(now | set(new.file.years)))
    new.row |= row


def _text(rows: Sequence[dict[str, str]]) -> bytes:
    """A manifest: its columns, and those of the later ones that any row fills."""
    names = dict.fromkeys([*manifest.LATER, *(name for row in rows for name in row)])
    more = [name for name in names if any(row.get(name) for row in rows)]
    header = list(dict.fromkeys([*manifest.COLUMNS, *more]))
    return csv_text([header, *([row.get(name, "") for name in header] for row in rows)]).encode("utf-8")


def _put(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".adding-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
