"""Write the synthetic files of each year and their lines in its manifest."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pandas as pd

from tests.synthetic import attendance, early, exclusions, facts, finance, ks2, ks2_scores, pupils

MANIFEST = (
    "file", "source", "title", "publisher", "release_status", "published", "retrieved", "url", "origin",
    "rows", "bytes", "sha256",
)  # fmt: skip
# file name: (source, title)
TITLES = {
    "attendance.csv": ("attendance", "Attendance by pupil and term (synthetic)"),
    "census_spring.csv": ("census_spring", "School census, spring term, pupils on roll (synthetic)"),
    "exclusions.csv": ("exclusions", "Register of suspensions and permanent exclusions (synthetic)"),
    "eyfsp.csv": ("eyfsp", "Early years foundation stage profile, pupil level (synthetic)"),
    "finance.csv": ("finance", "School and central accounts, September to August (synthetic)"),
    "ks2.csv": ("ks2_pupil", "Key stage 2 results, pupil level (synthetic)"),
    "mtc.csv": ("mtc", "Multiplication tables check, pupil level (synthetic)"),
    "phonics.csv": ("phonics", "Phonics screening check, pupil level (synthetic)"),
}
_PUBLISHER = "Symphony Learning Trust (synthetic demonstration data)"


def files(year: int) -> dict[str, pd.DataFrame]:
    """Every synthetic file of one year, by name, in its own layout."""
    roll = pupils.roll(year)
    return {
        "attendance.csv": attendance.attendance_file(roll, year),
        "census_spring.csv": pupils.census_file(roll, year),
        "exclusions.csv": exclusions.exclusions_file(roll, year),
        "eyfsp.csv": early.eyfsp_file(roll, year),
        "finance.csv": finance.finance_file(year),
        "ks2.csv": ks2_scores.ks2_file(ks2.results(roll, year), year),
        "mtc.csv": early.mtc_file(roll, year),
        "phonics.csv": early.phonics_file(roll, year),
    }


def _other_lines(manifest: Path) -> list[dict[str, str]]:
    """The manifest's lines about files that this generator does not make: they are kept."""
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as lines:
        return [line for line in csv.DictReader(lines) if line["origin"] != "synthetic"]


def _line(name: str, content: bytes, rows: int, year: int) -> dict[str, object]:
    source, title = TITLES[name]
    made = f"{year // 100 + 1}-09-30"  # a fixed date: the school year's records are closed by then
    return {
        "file": name, "source": source, "title": title, "publisher": _PUBLISHER, "release_status": "internal",
        "published": made, "retrieved": made, "url": "", "origin": "synthetic", "rows": rows,
        "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def write_year(year: int, out: Path) -> None:
    """Write one year's files and manifest into ``out/<year>``."""
    folder = out / str(year)
    folder.mkdir(parents=True, exist_ok=True)
    lines = _other_lines(folder / "manifest.csv")
    for name, frame in files(year).items():
        content = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
        (folder / name).write_bytes(content)
        lines.append(_line(name, content, len(frame), year))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=MANIFEST, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(lines, key=lambda line: str(line["file"])))
    (folder / "manifest.csv").write_bytes(text.getvalue().encode("utf-8"))


def write_all(out: Path) -> None:
    """Write all three years."""
    for year in facts.YEARS:
        write_year(year, out)
