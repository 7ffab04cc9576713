"""How long does reading take, and does it grow with the size of the file and no faster? ``make bench-read``.

Made-up files of two kinds: a national table of 25,000 schools, read down to the trust's rows, and the registers of
15 schools for three years, one row a pupil and session. Exits 1 when a limit is passed.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from symphony_analysis import sources
from symphony_analysis.sources.own import manifest
from tests.sources import tables

SCHOOLS = [str(100001 + n) for n in range(15)]
NATIONAL_SCHOOLS, NATIONAL_SECONDS = 25_000, 2.0
PUPILS, SESSIONS, YEARS = 5_000, 380, ("202223", "202324", "202425")
MARK_SECONDS, MOST_MEMORY = 20.0, 2_000_000_000
MOST_GROWTH = 12.0
_MARKS = "/" * 30 + "\\" * 30 + "IIMLOGE"


def main() -> int:
    """Time both kinds of reading at the full size and at a tenth of it; say whether every limit holds."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        national = _timed("national table", root, _national, lambda i: i.table("ks2"),
                          NATIONAL_SCHOOLS, "schools", NATIONAL_SECONDS)  # fmt: skip
        marks = _timed("registers", root, _registers, lambda i: i.table("attendance"),
                       PUPILS * SESSIONS * len(YEARS), "pupil-sessions", MARK_SECONDS)  # fmt: skip
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"most memory: {most / 1e9:.2f} GB (limit {MOST_MEMORY / 1e9:.0f} GB)")
    return 0 if national and marks and most < MOST_MEMORY else 1


def _timed(
    what: str, root: Path, make: Callable[[Path, float], None], read: Callable, size: int, unit: str, limit: float
) -> bool:
    elapsed, worked = {}, {}
    for part in (0.1, 1.0):
        folder = root / f"{what}-{part}"
        make(folder, part)
        runs = [_once(folder, read) for _ in range(3 if part < 1 else 2)]
        elapsed[part], worked[part] = min(run[0] for run in runs), min(run[1] for run in runs)
        print(f"{what}: {round(size * part):>9,} {unit} in {elapsed[part]:6.2f} s ({worked[part]:.2f} s of processor)")
    growth = worked[1.0] / worked[0.1]  # of processor time: another program's load is not this file's size
    good = elapsed[1.0] < limit and growth < MOST_GROWTH
    verdict = "within both limits" if good else "TOO SLOW"
    print(f"{what}: ten times the size takes {growth:.1f} times as long; limit {limit:.0f} s: {verdict}")
    return good


def _once(folder: Path, read: Callable) -> tuple[float, float]:
    """Seconds on the clock and of processor time."""
    started, worked = time.perf_counter(), time.process_time()
    rows = read(sources.load(folder))
    taken = time.perf_counter() - started, time.process_time() - worked
    if rows["school_urn"].replace("", None).nunique() != len(SCHOOLS):
        raise SystemExit("the trust's schools were not all found: the timing means nothing")
    return taken


def _folder(path: Path, files: dict[str, tuple[str, str, Iterator[str]]]) -> None:
    """A data folder of 15 schools with these files: path below raw/ -> (source, header, lines)."""
    lines = ['[trust]\nname = "Bench"\nlocal_authority_code = 855\n']
    lines += [f'[[schools]]\nname = "{urn}"\nurn = "{urn}"\n' for urn in SCHOOLS]
    path.mkdir(parents=True)
    (path / "trust.toml").write_text("\n".join(lines))
    for name, (source, header, rows) in files.items():
        file = path / "raw" / name
        file.parent.mkdir(parents=True)
        with file.open("w", encoding="utf-8") as out:
            out.write(header + "\n")
            out.writelines(rows)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        row = [file.name, source, "t", "p", "final", "", "", "", "synthetic", "", "", sha256]
        (file.parent / manifest.NAME).write_text(",".join(manifest.COLUMNS) + "\n" + ",".join(row) + "\n")


def _national(path: Path, part: float) -> None:
    row = ",".join(tables.school("000000", LEA="123"))
    schools = [*(str(200000 + n) for n in range(round(NATIONAL_SCHOOLS * part) - len(SCHOOLS))), *SCHOOLS]
    lines = (row.replace("000000", urn) + "\n" for urn in schools)
    _folder(path, {"202425/ks2.csv": ("ks2_table", ",".join(tables.KS2_HEADER), lines)})


def _registers(path: Path, part: float) -> None:
    header = "URN,UPN,AgeAt31August,Disadvantaged,FSM,Date,Session,Mark"
    files = {
        f"{year}/marks.csv": ("attendance_marks", header, _sessions(int(year[:4]), round(PUPILS * part)))
        for year in YEARS
    }
    _folder(path, files)


def _sessions(start: int, pupils: int) -> Iterator[str]:
    """190 days of two sessions for each pupil, marks in a fixed order: no two runs differ."""
    months = [(9, start), (10, start), (11, start), (12, start), (1, start + 1), (2, start + 1), (3, start + 1),
              (5, start + 1), (6, start + 1), (7, start + 1)]  # fmt: skip
    days = [f"{day:02d}/{month:02d}/{year}" for month, year in months for day in range(1, 20)]
    for n in range(pupils):
        who = f"{SCHOOLS[n % 15]},A000{n:08d}0,{5 + n % 6},{'Y' if n % 5 == 0 else 'N'},{'Y' if n % 6 == 0 else 'N'}"
        yield "".join(
            f"{who},{day},{session},{_MARKS[(n * 7 + at * 3 + half) % len(_MARKS)]}\n"
            for at, day in enumerate(days)
            for half, session in enumerate(("AM", "PM"))
        )


if __name__ == "__main__":
    sys.exit(main())
