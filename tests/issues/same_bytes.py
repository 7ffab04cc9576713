"""Two runs held against each other, byte for byte, and inputs with their rows and columns shuffled."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def project(root: Path, notebooks: Iterable[str] = (), years: Iterable[str] = ()) -> Path:
    """A folder as a clone has it: notebooks, data, lock; with these notebooks and years only, where any are named."""
    (root / "notebooks").mkdir(parents=True)
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        if not notebooks or path.stem in notebooks:
            shutil.copy(path, root / "notebooks")
    raw = ROOT / "data" / "raw"
    dropped = {path.name for path in raw.iterdir() if years and path.name not in years}
    shutil.copytree(ROOT / "data", root / "data", ignore=lambda at, _: dropped if Path(at) == raw else set())
    shutil.copy(ROOT / "requirements.lock", root)
    return root


def run(root: Path, *options: str, **surroundings: str) -> dict[str, bytes]:
    """What a run publishes there, by year and name; the record of the run, which holds times, is left out.

    The home folder holds what a user may have set: a matplotlib style and a start-up file of IPython.
    """
    home = root / "home of a user"
    (home / ".config" / "matplotlib").mkdir(parents=True, exist_ok=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("font.size: 23\naxes.facecolor: pink\n")
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True, exist_ok=True)
    (home / ".ipython" / "profile_default" / "startup" / "00.py").write_text("import decimal\nyear = 'wrong'\n")
    own = {"HOME": str(home), "USERPROFILE": str(home), **surroundings}
    kept = {name: value for name, value in os.environ.items() if name not in {"MPLBACKEND", "LANG", "LC_ALL"}}
    done = subprocess.run(
        [sys.executable, "-m", "symphony_analysis", "run", "--out", str(root / "out"), *options],
        cwd=root, env={**kept, **own}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    out = root / "out"
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.glob("20*/**/*"))
        if path.is_file() and path.name != "run.json"
    }


def shuffled(data: Path, seed: int) -> None:
    """Every table below ``data`` with its rows and columns in another order; manifests say the new hashes."""
    order = random.Random(seed)
    manifests = []
    for path in sorted(data.rglob("*.csv")):
        if path.name == "manifest.csv":
            manifests.append(path)
        else:
            _shuffle(path, order)
    for path in manifests:
        header, *rows = _read(path)
        at = {name: header.index(name) for name in ("file", "bytes", "sha256")}
        for row in rows:
            content = (path.parent / row[at["file"]]).read_bytes()
            row[at["bytes"]], row[at["sha256"]] = str(len(content)), hashlib.sha256(content).hexdigest()
        _write(path, [header, *rows])
        _shuffle(path, order)


def _shuffle(path: Path, order: random.Random) -> None:
    header, *rows = _read(path)
    places = list(range(len(header)))
    order.shuffle(places)
    order.shuffle(rows)
    _write(path, [[row[place] for place in places] for row in [header, *rows]])


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def without_hashes(published: dict[str, bytes], data: Path) -> dict[str, bytes]:
    """The pages and tables with the hashes of the inputs replaced by the names of what they are hashes of.

    PDF, Word and Excel are left out: the hashes lie in compressed parts of them.
    """
    names = {}
    for path in sorted(data.glob("raw/*/manifest.csv")):
        header, *rows = _read(path)
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            names[cells["sha256"].encode()] = f"<{path.parent.name}/{cells['file']}>".encode()
    known = re.compile(b"|".join([*names, *(digest[:12] for digest in names)]))
    short = {digest[:12]: name for digest, name in names.items()}

    def named(found: re.Match[bytes]) -> bytes:
        return names.get(found[0]) or short[found[0]]

    footer = re.compile(rb"inputs [0-9a-f]{12}")
    texts = {name: content for name, content in published.items() if name.endswith((".html", ".ipynb", ".csv"))}
    return {name: footer.sub(b"inputs", known.sub(named, content)) for name, content in texts.items()}


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The names of files that are not the same in both, each with the first line that differs."""
    found = []
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            lines = zip(one.get(name, b"").splitlines(), other.get(name, b"").splitlines(), strict=False)
            first = next(((a[:160], b[:160]) for a, b in lines if a != b), ("length", "length"))
            found.append(f"{name}: {first}")
    return found
