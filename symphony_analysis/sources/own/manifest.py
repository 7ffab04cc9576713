"""The files that the trust holds for each year, and where each came from: ``raw/<year>/manifest.csv``."""

import hashlib
from pathlib import Path

import pandas as pd

from symphony_analysis.dates import day_or_month
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.sources.reading.recognise import told_apart
from symphony_analysis.years import AcademicYear

NAME = "manifest.csv"
COLUMNS = (
    "file", "source", "title", "publisher", "release_status", "published", "retrieved", "url", "origin", "rows",
    "bytes", "sha256",
)  # fmt: skip
#: Columns that a manifest has where they are needed: the years taken from a file of many years ("2023/24 2024/25"),
#: the mapping of ``mappings.toml`` by which it is read, and the file that has taken its place.
LATER = ("years", "mapping", "replaced_by")
ORIGINS = ("official", "mis", "trust", "synthetic")
STATUSES = ("provisional", "revised", "final", "internal", "")
_ONE_STATUS = "one of " + ", ".join(STATUSES[:-1])
_LOOSE = {"national.csv", NAME}


def year_folders(data_dir: Path) -> list[tuple[AcademicYear, Path]]:
    """The folders of ``raw/`` that are named for an academic year, oldest first."""
    folders = []
    raw = data_dir / "raw"
    for path in sorted(raw.iterdir()) if raw.is_dir() else []:
        if path.is_dir() and path.name.isdecimal():
            try:
                folders.append((AcademicYear.parse(path.name), path))
            except ValueError as fault:
                shown = f"raw/{path.name}"
                raise SourceError(
                    [Problem(shown, 1, "(whole folder)", path.name, "a folder named like 202425", str(fault))]
                ) from None
    return folders


def read(data_dir: Path) -> pd.DataFrame:
    """Every file that is read, one row for each year taken from it, with ``time_period`` and ``path``.

    The path is below the data folder; a replaced file has no row. A year folder without a manifest, and official
    files in the data folder itself, are recognised by their headers. Raises SourceError for a faulty manifest.
    """
    frames = []
    for year, folder in year_folders(data_dir):
        if (folder / NAME).is_file():
            frames.append(_listed(folder, year))
        else:
            frames.append(_found(sorted(folder.iterdir()), data_dir, year))
    for loose in (data_dir / "raw", data_dir):
        if loose.is_dir():
            frames.append(_found(sorted(loose.iterdir()), data_dir, None))
    frames = [frame for frame in frames if len(frame)]
    columns = [*COLUMNS, *LATER, "time_period", "path"]
    joined = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns, dtype="str")
    return joined[columns].astype({"time_period": "int64"})


def listed(folder: Path) -> pd.DataFrame:
    """The manifest of one year folder as written, replaced files too, indexed by row."""
    frame = csv_text.read_table(folder / NAME, f"raw/{folder.name}/{NAME}", COLUMNS)
    return frame.assign(**{name: "" for name in LATER if name not in frame})


def _listed(folder: Path, year: AcademicYear) -> pd.DataFrame:
    shown, frame = f"raw/{folder.name}/{NAME}", listed(folder)
    problems = []
    for row in frame.itertuples():
        file_here = Path(row.file).name == row.file and row.file not in {"", ".", ".."}
        day = not row.published or bool(_iso(row.published))
        for good, column, expected, fix in (
            (file_here, "file", "a file name in this folder", "move the file into the folder of its year"),
            (row.origin in ORIGINS, "origin", "one of " + ", ".join(ORIGINS), "say where the file came from"),
            (day, "published", "a day like 9 December 2025", "say when it was published"),
            (row.release_status in STATUSES, "release_status", _ONE_STATUS, "say which release it is"),
        ):
            if not good:
                problems.append(Problem(shown, row.Index, column, repr(getattr(row, column)), expected, fix))
    for file in frame["file"][frame["file"].duplicated()]:
        problems.append(Problem(shown, 1, "file", f"{file} twice", "one row a file", "take one row out"))
    codes = {}
    for row in frame.itertuples():
        try:
            codes[row.Index] = [AcademicYear.parse(text).code for text in row.years.split()] or [year.code]
        except ValueError as fault:
            problems.append(
                Problem(shown, row.Index, "years", repr(row.years), "years like 2023/24 2024/25", str(fault))
            )
        if row.replaced_by and row.replaced_by not in set(frame["file"]) - {row.file} and "/" not in row.replaced_by:
            expected, fix = "another file of this manifest", "name the file that took its place"
            problems.append(Problem(shown, row.Index, "replaced_by", repr(row.replaced_by), expected, fix))
    if problems:
        raise SourceError(problems)
    days = {written: _iso(written) for written in frame["published"].unique()}
    frame = frame.assign(
        published=frame["published"].map(days),
        time_period=pd.Series(codes),
        path=f"raw/{folder.name}/" + frame["file"],
    )
    return frame[frame["replaced_by"] == ""].explode("time_period")


def _iso(written: str) -> str:
    try:
        return day_or_month(written)
    except ValueError:
        return ""


def _found(paths: list[Path], data_dir: Path, year: AcademicYear | None) -> pd.DataFrame:
    rows = []
    for path in paths:
        if path.suffix.lower() not in {".csv", ".xlsx"} or path.name in _LOOSE or not path.is_file():
            continue
        known = told_apart(path)
        # Of a file of many years, the three that one report shows.
        shown = AcademicYear.parse(known.years[-1]).window() if known.years else ()
        codes = [one.code for one in shown if one.code in known.years] if year is None else [year.code]
        if known.source is None or not codes:
            continue
        content = path.read_bytes()
        source = known.source
        row = {
            "file": path.name, "source": source.name, "title": source.title, "publisher": source.publisher,
            "release_status": "", "published": "", "retrieved": "", "url": source.homepage,
            "origin": "mis" if source.pupil_level else "official", "rows": "", "bytes": str(len(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
            "path": path.relative_to(data_dir).as_posix(), **dict.fromkeys(LATER, ""),
        }  # fmt: skip
        rows += [{**row, "time_period": code} for code in codes]
    return pd.DataFrame(rows)
