"""The figures of the trust and of England by year, as displayed, one line each: what a review reads when they move."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from pathlib import Path

from symphony_analysis.analysis import Analysis, open_analysis
from symphony_analysis.display import say
from symphony_analysis.issues.dependencies import declaration
from symphony_analysis.issues.issue_figures import issue_figures
from symphony_analysis.measures import MEASURES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent
YEARS = ("202223", "202324", "202425")
AS_AT = "2026-04-30"


@cache
def _analysis(year: str) -> Analysis:
    return open_analysis(year, AS_AT, data_dir=ROOT / "data")


def figures(year: str) -> dict[str, str]:
    """Each figure about the year itself, of the trust and of England: id -> as displayed."""
    analysis = _analysis(year)
    shown = analysis.released()
    shown = shown[shown["geographic_level"].eq("Trust") & shown["time_period"].eq(int(year))]
    ours = {f"{r.measure}.{year}.trust.{r.pupil_group}": say(r, MEASURES[r.measure]) for r in shown.itertuples()}
    frame = issue_figures(analysis)
    england = frame[(frame["geographic_level"] == "England") & (frame["time_period"] == year)]
    return dict(sorted((ours | dict(zip(england["figure"], england["value"], strict=True))).items()))


def as_text(rows: dict[str, str]) -> str:
    return _lines([("figure", "displayed"), *rows.items()])


def stored(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["displayed"] for row in csv.DictReader(file)}


def difference(then: dict[str, str], now: dict[str, str]) -> list[str]:
    """What moved, one line a figure: "overall_absence_percent.202425.trust.all: 4.3% -> 4.4%"."""
    named = sorted({*then, *now})
    return [f"{n}: {then.get(n, 'none')} -> {now.get(n, 'none')}" for n in named if then.get(n) != now.get(n)]


def newest_entry() -> str:
    """The day of the newest entry of docs/methods.md."""
    return re.findall(r"^## (\d{4}-\d\d-\d\d)", (ROOT / "docs" / "methods.md").read_text(encoding="utf-8"), re.M)[0]


def methods() -> dict[str, tuple[str, str]]:
    """By measure: the hash of its declaration, and the entry of docs/methods.md that speaks of it."""
    with (FOLDER / "methods.csv").open(encoding="utf-8", newline="") as file:
        return {row["measure"]: (row["declaration"], row["dated"]) for row in csv.DictReader(file)}


def methods_as_text() -> str:
    held = methods() if (FOLDER / "methods.csv").is_file() else {}
    rows = [("measure", "declaration", "dated")]
    for name, measure in sorted(MEASURES.items()):
        now = declaration(measure)
        old, dated = held.get(name, ("", ""))
        rows.append((name, now, dated if old == now else newest_entry()))
    return _lines(rows)


def _lines(rows) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
