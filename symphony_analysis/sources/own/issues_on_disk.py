"""Issues of record, ``published/<year>/issue-N/``, their sign-offs and the restatement log: read, never changed.

What an issue holds is written once, by ``symphony publish``; the log is kept by people.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from symphony_analysis.sources.problems import whole_file
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.years import AcademicYear

PUBLISHED = "published"
RECORD, FIGURES, MANIFEST = "issue.json", "figures.csv", "SHA256SUMS"
#: The folder of an issue that holds the report as it was: page, PDF, Word and whatever else the run had made.
REPORT = "report"
SIGN_OFFS, RESTATEMENTS = "sign_off.csv", f"{PUBLISHED}/restatements.csv"
SIGN_OFF_COLUMNS = ("issue", "state", "role", "date", "report_sha256", "record_sha256")
RESTATEMENT_COLUMNS = ("figure", "published_in", "old", "new", "why", "role", "date")
_ISSUE = re.compile(r"issue-([1-9]\d*)")


@dataclass(frozen=True)
class Issue:
    """One issue as it was frozen. ``figures`` holds a row a figure, all text; ``record`` is ``issue.json``.

    ``record_sha256`` is the hash of the record as it is now; ``altered`` names what is not as it was frozen.
    """

    year: AcademicYear
    number: int
    record: Mapping[str, Any]
    figures: pd.DataFrame
    record_sha256: str
    altered: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the restatement log and the messages call it: "202425/issue-1"."""
        return f"{self.year.folder}/issue-{self.number}"

    @property
    def audience(self) -> str:
        """For whom it was made: trustees or public."""
        return str(self.record["parameters"]["edition"])


def year_folder(data_dir: Path, year: AcademicYear) -> Path:
    """Where the issues of a year stand."""
    return data_dir / PUBLISHED / year.folder


def numbers(data_dir: Path, year: AcademicYear) -> list[int]:
    """Which issues of a year there are, by number, in order."""
    folder = year_folder(data_dir, year)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if old := next((name for name in sorted(names) if name.startswith("edition-")), ""):
        fix = "rename it, its edition.json, and edition to issue in sign_off.csv"
        raise whole_file(f"{PUBLISHED}/{year.folder}/{old}", "a name of version 0.1", "issue-N with issue.json", fix)
    return sorted(int(found[1]) for name in names if (found := _ISSUE.fullmatch(name)))


def years(data_dir: Path) -> list[AcademicYear]:
    """The years that have an issue of record, oldest first."""
    folder = data_dir / PUBLISHED
    named = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    known = [AcademicYear.parse(name) for name in named if name.isdecimal()]
    return [year for year in known if numbers(data_dir, year)]


def read(data_dir: Path, year: AcademicYear, number: int) -> Issue:
    """One issue of record. Raises SourceError, naming the file, for one that is not whole."""
    shown = f"{PUBLISHED}/{year.folder}/issue-{number}"
    folder = data_dir / shown
    try:
        text = (folder / RECORD).read_bytes()
        record = json.loads(text.decode("utf-8"))
        hashes = dict(record["files"])
        record["parameters"]["edition"], record["parameters"]["as_at"]
    except (OSError, ValueError, KeyError, TypeError):
        found, fix = "a record that cannot be read", "restore the issue's folder from version control"
        raise whole_file(f"{shown}/{RECORD}", found, "the record as it was published", fix) from None
    figures = csv_text.read_table(folder / FIGURES, f"{shown}/{FIGURES}", ("figure", "value", "symbol"))
    altered = [name for name, digest in sorted(hashes.items()) if _digest(folder / name) != digest]
    altered += _unlike_manifest(folder, hashes)
    return Issue(year, number, record, figures.reset_index(drop=True), sha256(text).hexdigest(), tuple(altered))


def manifest(files: Mapping[str, str]) -> str:
    """The manifest of an issue: a line a file, as ``sha256sum --check`` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))


def _unlike_manifest(folder: Path, hashes: Mapping[str, str]) -> list[str]:
    """The manifest or the record where they are not as published, and files that are not of the issue."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    told = sorted(there - {*hashes, RECORD, MANIFEST})
    text = (folder / MANIFEST).read_bytes() if MANIFEST in there else b""
    if text != manifest({**hashes, RECORD: _digest(folder / RECORD)}).encode():
        told.append(f"{RECORD} or {MANIFEST}")
    return told


def sign_offs(data_dir: Path, year: AcademicYear) -> pd.DataFrame:
    """Who has signed which issue of a year: one row a signature, all text, in the order given."""
    shown = f"{PUBLISHED}/{year.folder}/{SIGN_OFFS}"
    if not (data_dir / shown).is_file():
        return pd.DataFrame(columns=list(SIGN_OFF_COLUMNS), dtype="str")
    return csv_text.read_table(data_dir / shown, shown, SIGN_OFF_COLUMNS).reset_index(drop=True)


def restatements(data_dir: Path) -> pd.DataFrame:
    """Which published figures have moved, and why: one row an explanation, all text; none where there is no log."""
    if not (data_dir / RESTATEMENTS).is_file():
        return pd.DataFrame(columns=list(RESTATEMENT_COLUMNS), dtype="str")
    log = csv_text.read_table(data_dir / RESTATEMENTS, RESTATEMENTS, RESTATEMENT_COLUMNS)
    for row in log.itertuples():
        if not (row.figure and row.why and row.role and row.date):
            found = f"row {row.Index} without figure, why, role or date"
            raise whole_file(RESTATEMENTS, found, "all four", "say which figure moved, why, who says so and when")
    return log.reset_index(drop=True)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
