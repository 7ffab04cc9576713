"""``reports/index.html``: which years and editions there are, the state of each, what changed since the last run."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from symphony_analysis.dates import dates_in_words
from symphony_analysis.figure import EDITIONS, GROUPS, KEYS
from symphony_analysis.measures import MEASURES
from symphony_analysis.report.cover import COLOURS
from symphony_analysis.report.page import render_index
from symphony_analysis.years import AcademicYear

#: Where the figures of each report as last listed are kept, to say what a new run changed.
MEMORY = ".symphony/index"
PAGE = "self-evaluation.html"
_BAND = re.compile(r'<p class="band"><strong>([^<]*?)\.?</strong>')
_FILES = {
    PAGE: "Report",
    "self-evaluation.pdf": "PDF",
    "self-evaluation.docx": "Word",
    "figures.xlsx": "Excel",
    "figures.csv": "CSV",
}
_LISTED = 12
_HIDDEN = "[c]"

Figures = dict[tuple[str, ...], str]


@dataclass(frozen=True)
class Change:
    """What a run changed in one report: a sentence, and the trust's own figures that moved, before and after."""

    sentence: str
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One report of the index."""

    year: str
    edition: str
    as_at: str
    status: str
    change: Change
    files: tuple[tuple[str, str], ...]


def _figures(path: Path) -> Figures:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row[key] for key in KEYS): row["value"] or f"[{row['symbol']}]" for row in csv.DictReader(file)}


def _told(key: tuple[str, ...], before: str, now: str, with_values: bool) -> str:
    measure, year, _, _, group = key
    label = MEASURES[measure].label if measure in MEASURES else measure
    whose = "" if group == "all" else f", {GROUPS.get(group, group).lower()}"
    name = f"{label}{whose}, {AcademicYear.parse(year)}"
    if _HIDDEN in (before, now):
        # What an edition hides now is told by no list either, as it stood before or otherwise.
        return f"{name}: {'hidden now' if now == _HIDDEN else 'no longer hidden'}"
    return f"{name}: {before or 'none'}, now {now or 'none'}" if with_values else name


def changes(before: Figures, now: Figures, with_values: bool = True) -> Change:
    """Which figures did the run change, add or drop? The trust's own are named, up to a dozen."""
    moved = sorted(key for key in before.keys() & now.keys() if before[key] != now[key])
    new, gone = len(now.keys() - before.keys()), len(before.keys() - now.keys())
    if not moved and not new and not gone:
        return Change("No figure changed.")
    parts = [f"{len(moved)} changed", *([f"{new} new"] if new else []), *([f"{gone} gone"] if gone else [])]
    own = [_told(key, before[key], now[key], with_values) for key in moved if key[2] == "Trust"]
    more = [f"and {len(own) - _LISTED} more"] if len(own) > _LISTED else []
    return Change(f"Figures: {', '.join(parts)}.", (*own[:_LISTED], *more))


def _change_since_last(folder: Path, memory: Path, with_values: bool) -> Change:
    """Compare with the figures as they stood before the newest change, and remember them for the next run."""
    source = folder / "figures.csv"
    now, before = memory / f"{folder.name}.now.csv", memory / f"{folder.name}.before.csv"
    content = source.read_bytes() if source.is_file() else b""
    if not now.is_file() or now.read_bytes() != content:
        memory.mkdir(parents=True, exist_ok=True)
        if now.is_file():
            now.replace(before)
        now.write_bytes(content)
    if not before.is_file():
        return Change("First run listed here.")
    return changes(_figures(before), _figures(now), with_values)


def _record(folder: Path) -> Mapping[str, Any]:
    path = folder / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def bands(page: Path) -> list[str]:
    """Which notices stand across the front of a finished report: "draft", "synthetic data", "internal"?"""
    return [unescape(word).lower() for word in _BAND.findall(page.read_text(encoding="utf-8"))]


def _status(folder: Path, record: Mapping[str, Any]) -> str:
    missing = [f"section not produced: {name}" for name in record.get("missing", [])]
    said = "; ".join([*bands(folder / PAGE), *missing]) or "no reservation"
    return said[0].upper() + said[1:]


def _listed(folder: Path, memory: Path) -> Listed:
    record = _record(folder)
    asked = record.get("parameters", {})
    edition = EDITIONS.get(asked.get("edition", ""), "Edition not recorded")
    return Listed(
        year=str(asked.get("year", folder.name)),
        edition=f"{asked['school']}, {edition.lower()}" if asked.get("school") else edition,
        as_at=dates_in_words(str(asked.get("as_at", ""))),
        status=_status(folder, record),
        # The list stands beside all editions: of the internal one it tells no figure.
        change=_change_since_last(folder, memory, asked.get("edition") != "internal"),
        files=tuple((f"{folder.name}/{name}", label) for name, label in _FILES.items() if (folder / name).is_file()),
    )


def write_index(
    out: Path, trust: str = "", colours: Mapping[str, str] = COLOURS, examine: Callable[[Path], None] = lambda _: None
) -> None:
    """List every report below ``out`` in ``out/index.html``, newest year first; called after a run that changed one.

    ``examine`` gets the page in a folder of its own, and raises what it has against it before it is put in place.
    """
    folders = sorted(path.parent for path in out.glob(f"*/{PAGE}"))
    listed = [_listed(folder, out / MEMORY) for folder in folders]
    listed.sort(key=lambda one: one.edition)
    listed.sort(key=lambda one: one.year, reverse=True)
    page = out / MEMORY / "page" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_index(listed, trust, colours), encoding="utf-8", newline="\n")
    examine(page.parent)
    page.replace(out / page.name)
