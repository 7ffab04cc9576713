"""A trust of three schools of unequal size, written afresh for each test."""

import csv
import hashlib
from pathlib import Path

import pytest

from symphony_analysis import sources
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.own import manifest, trust_toml
from symphony_analysis.years import AcademicYear

TRUST = """
[trust]
name = "Three Schools Trust"
uid = "16329"
group_id = "TR03501"
local_authority_code = 855

[run]
as_at = "2026-04-30"

[census]
202425 = "2025-01-16"

[[schools]]
name = "Ash"
urn = "100001"
laestab = "8551001"
joined_by = "2020-09-01"

[[schools]]
name = "Beech"
urn = "100002"
previous_urns = ["100092"]
laestab = "8551002"
joined_by = "2025-01-16"
joined_after = "2024-01-18"

[[schools]]
name = "Cedar"
urn = "100003"
laestab = "8551003"
joined_after = "2025-01-16"
"""


class Folder:
    """A data folder under a test's temporary path, with a manifest kept in step."""

    def __init__(self, path: Path):
        self.path = path
        (path / "trust.toml").write_text(TRUST, encoding="utf-8")

    def add(self, source: str, rows, header=None, year="202425", file=None, origin="synthetic") -> Path:
        """Write rows as a file of a source and list it in the manifest; returns its path."""
        folder = self.path / "raw" / year
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (file or f"{source}.csv")
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        else:
            with path.open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(rows)
        self._list(folder, path, source, origin)
        return path

    def _list(self, folder, path, source, origin):
        listed = folder / "manifest.csv"
        lines = listed.read_text().splitlines() if listed.exists() else [",".join(manifest.COLUMNS)]
        lines = [line for line in lines if not line.startswith(f"{path.name},")]
        sha = hashlib.sha256(path.read_bytes()).hexdigest()
        row = [path.name, source, "t", "p", "final", "", "", "", origin, "", str(path.stat().st_size), sha]
        listed.write_text("\n".join([*lines, ",".join(row)]) + "\n")

    def of_schools(self, urns) -> None:
        """Make it a trust of these schools instead of the three."""
        each = '[[schools]]\nname = "School {0}"\nurn = "{0}"\nlaestab = "855{1:04d}"\njoined_by = "2010-01-01"\n'
        schools = [each.format(urn, number) for number, urn in enumerate(urns, 1001)]
        text = "\n".join([TRUST[: TRUST.index("[[schools]]")], *schools])
        (self.path / "trust.toml").write_text(text, encoding="utf-8")

    def load(self):
        return sources.load(self.path)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def context(folder):
    return Context(trust_toml.read(folder.path), AcademicYear(2024), "raw/202425/file.csv")


def one(table, **where):
    """The single row of a table with these keys."""
    chosen = table
    for key, value in where.items():
        chosen = chosen[chosen[key] == value]
    assert len(chosen) == 1, f"{len(chosen)} rows for {where}"
    return chosen.iloc[0]
