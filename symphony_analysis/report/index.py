"""``reports/index.html``: every year and edition with its state and what the last run changed."""

import csv
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from filelock import FileLock

from symphony_analysis.dates import dates_in_words
from symphony_analysis.figure import EDITIONS, KEYS, LABELS
from symphony_analysis.measures import MEASURES
from symphony_analysis.report.pages.cover import colours
from symphony_analysis.report.pages.page import render_index, unissued_digest
from symphony_analysis.years import AcademicYear

#: The folder with the figures of each report as it was listed, a folder of versions each.
MEMORY = ".symphony/index"
#: How many versions of a report's figures are kept, to say what a run changed and what they tell together.
KEPT = 8
PAGE = "self-evaluation.html"
_BAND = re.compile(r'<p class="band"><strong>([^<]*?)\.?</strong>')
_VERDICT = re.compile(r'<div class="verdict">\s*<p>(.*?)</p>', re.S)
_TAG = re.compile(r"<[^>]*>")
#: Whom an edition is for.
_PURPOSES = {
    "trustees": "For the board: page one is the summary, the rest gives the evidence.",
    "internal": "For the trust’s leaders only: with small numbers and every interval.",
    "public": "For parents and the public: nothing that could point to a child.",
}
_FOR_A_SCHOOL = "For the head and the governing body of one school."
_FILES = {
    PAGE: "Report",
    "board-summary.html": "Board summary",
    "board-summary.pdf": "Board summary, PDF",
    "self-evaluation.pdf": "Report, PDF",
    "self-evaluation.docx": "Report, Word",
    "figures.xlsx": "Figures, Excel",
    "figures.csv": "Figures, CSV",
}
_LISTED = 12
_HIDDEN = "[c]"

Figures = dict[tuple[str, ...], str]


@dataclass(frozen=True)
class Change:
    """What a run changed in one report: a sentence, and the trust's own figures that moved."""

    sentence: str
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One report of the index; ``summary`` is the first line of its verdict, ``purpose`` whom its edition is for."""

    year: str
    edition: str
    as_at: str
    status: str
    purpose: str
    summary: str
    change: Change
    files: tuple[tuple[str, str], ...]


def _figures(path: Path) -> Figures:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row[key] for key in KEYS): row["value"] or f"[{row['symbol']}]" for row in csv.DictReader(file)}


def changes(before: Figures, now: Figures) -> Change:
    """The figures that a run changed, added or dropped; the trust's own are named, up to a dozen.

    Never a value: between two runs one corrected mark or one pupil who left may be all the difference.
    """
    moved = sorted(key for key in before.keys() & now.keys() if before[key] != now[key])
    new, gone = len(now.keys() - before.keys()), len(before.keys() - now.keys())
    if not moved and not new and not gone:
        return Change("")
    parts = [f"{len(moved)} changed", *([f"{new} new"] if new else []), *([f"{gone} gone"] if gone else [])]
    own = []
    for key in moved:
        measure, year, level, _, group = key
        if level != "Trust":
            continue
        label = MEASURES[measure].label if measure in MEASURES else measure
        whose = "" if group == "all" else f", {LABELS.get(group, group).lower()}"
        name, was, is_now = f"{label}{whose}, {AcademicYear.parse(year)}", before[key], now[key]
        hidden = {is_now: ": hidden now", was: ": no longer hidden"}.get(_HIDDEN, "")
        own.append(f"{name}{hidden}")
    more = [f"and {len(own) - _LISTED} more"] if len(own) > _LISTED else []
    return Change(f"Figures: {', '.join(parts)}.", (*own[:_LISTED], *more))


def versions(out: Path, folder: str) -> list[Path]:
    """The figures of a report as it was put in place, the oldest first; each version differs from the one before."""
    return sorted((out / MEMORY / folder).glob("*.csv"))


def figures_before(out: Path, stage: Path) -> list[pd.DataFrame]:
    """The figures of every version of the report that is in this stage, all text, the oldest first.

    None where the newest has the same figures as the stage.
    """
    held = [path for path in versions(out, stage.name) if path.stat().st_size]
    if held and held[-1].read_bytes() == (stage / "figures.csv").read_bytes():
        return []
    return [pd.read_csv(path, dtype="str", keep_default_na=False) for path in held]


def _change_since_last(folder: Path, out: Path) -> Change:
    """Compare with the figures before the newest change, and keep them for the next run."""
    source = folder / "figures.csv"
    content = source.read_bytes() if source.is_file() else b""
    kept = versions(out, folder.name)
    if not kept or kept[-1].read_bytes() != content:
        number = int(kept[-1].stem) + 1 if kept else 1
        path = out / MEMORY / folder.name / f"{number:06d}.csv"
        path.parent.mkdir(exist_ok=True)
        fresh = path.with_suffix(".new")  # whole before it counts, whenever a run is killed
        fresh.write_bytes(content)
        fresh.replace(path)
        kept.append(path)
        for old in kept[:-KEPT]:
            old.unlink()
    return changes(_figures(kept[-2]), _figures(kept[-1])) if len(kept) > 1 else Change("")


def bands(page: Path) -> list[str]:
    """The notices across the front of a finished report: "draft", "demonstration", "internal"."""
    return [unescape(word).lower() for word in _BAND.findall(page.read_text(encoding="utf-8"))]


def summary(page: Path) -> str:
    """The first line of the verdict of page one; "" where there is none."""
    found = _VERDICT.search(page.read_text(encoding="utf-8"))
    return unescape(_TAG.sub("", found[1])) if found else ""


def _record(folder: Path) -> dict:
    """The record of the run that wrote a report; empty where there is none or it is cut off."""
    try:
        return dict(json.loads((folder / "run.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _of_today(folder: Path, schools: Collection[str]) -> bool:
    """Whether a run would put such a report into this folder: any of the trust's, a school's under its name and URN."""
    return not _record(folder).get("parameters", {}).get("school") or folder.name.endswith(tuple(schools))


def _listed(folder: Path, out: Path, issued: Mapping[str, str]) -> Listed:
    record = _record(folder)
    missing = [f"section not produced: {name}" for name in record.get("missing", [])]
    issue = issued.get(unissued_digest((folder / PAGE).read_bytes()), "")
    status = "; ".join([*bands(folder / PAGE), *missing, *([dates_in_words(issue)] if issue else [])])
    asked = record.get("parameters", {})
    edition = EDITIONS.get(asked.get("edition", ""), "Edition not recorded")
    return Listed(
        year=str(asked.get("year", folder.name)),
        edition=f"{asked['school']}, {edition.lower()}" if asked.get("school") else edition,
        as_at=dates_in_words(str(asked.get("as_at", ""))),
        status=status[:1].upper() + status[1:],
        purpose=_FOR_A_SCHOOL if asked.get("school") else _PURPOSES.get(asked.get("edition", ""), ""),
        # All editions share the list, so it shows no figure of the internal one.
        summary="" if asked.get("edition") == "internal" else summary(folder / PAGE),
        change=_change_since_last(folder, out),
        files=tuple((f"{folder.name}/{name}", label) for name, label in _FILES.items() if (folder / name).is_file()),
    )


def write_index(
    out: Path,
    trust: str = "",
    issued: Mapping[str, str] = MappingProxyType({}),
    style: Mapping[str, Any] = MappingProxyType({}),
    examine: Callable[[Path], None] = lambda _: None,
    schools: Collection[str] | None = None,
) -> list[str]:
    """List every report below ``out`` in ``out/index.html``, newest year first.

    ``issued`` says by the sha256 of its page which issue a report is and who has signed it; ``style`` is the trust's.
    ``examine`` gets the page in a folder of its own before it is put in place, and raises when it may not be.
    ``schools``: how the folders of school editions end ("glen-hills-137932"); others are not listed, but returned.
    """
    page = out / MEMORY / "page" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(out / MEMORY / "list.lock"):  # two runs of other years end at once
        folders = sorted(path.parent for path in out.glob(f"*/{PAGE}"))
        left = [folder for folder in folders if schools is not None and not _of_today(folder, schools)]
        listed = [_listed(folder, out, issued) for folder in folders if folder not in left]
        listed.sort(key=lambda one: one.edition)
        listed.sort(key=lambda one: one.year, reverse=True)
        page.write_text(render_index(listed, trust, colours(style)), encoding="utf-8", newline="\n")
        examine(page.parent)
        page.replace(out / page.name)
    return [folder.name for folder in left]
