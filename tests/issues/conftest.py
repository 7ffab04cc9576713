"""One year of the shipped data in a folder of its own, with a finished run, and ways to change a cell of it."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from symphony_analysis import sources
from symphony_analysis.analysis import Analysis, release_figures
from symphony_analysis.report.figure_files.csv_files import figures_csv
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.unchanged.run_json import write_record
from symphony_analysis.years import AcademicYear
from tests.read_once import read_once

ROOT = Path(__file__).resolve().parents[2]
YEAR = AcademicYear(2024)
AS_AT = "2026-04-30"


class Office:
    """A data folder and a folder of reports, as ``symphony publish`` and ``verify`` find them."""

    def __init__(self, root: Path) -> None:
        self.root, self.data, self.out = root, root / "data", root / "reports"

    def take_in(self, *years: str) -> Office:
        """The shipped data, with the raw files of these years only."""
        raw = ROOT / "data" / "raw"
        dropped = [path.name for path in raw.iterdir() if path.name not in years]
        shutil.copytree(ROOT / "data", self.data, ignore=lambda at, _: dropped if Path(at) == raw else ["202425"] * (
            Path(at).name == "published"))  # fmt: skip
        return self

    def ran(self, audience: str = "trustees", html: str = "<p>the report</p>") -> Office:
        """What a finished run leaves: the report, its figures, its record."""
        inputs = sources.load(self.data)
        own = Parameters(YEAR, AS_AT, audience, data_dir=self.data)
        analysis = Analysis(YEAR, own.as_at, audience, None, inputs)
        stage = self.out / own.folder
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        (stage / "self-evaluation.html").write_text(html, encoding="utf-8")
        (stage / "figures.csv").write_text(figures_csv(release_figures(analysis)), encoding="utf-8", newline="\n")
        write_record(stage, {"parameters": own.shown(), "lock_sha256": "1" * 64, "inputs": {}, "missing": []})
        return self

    def change(self, name: str, edit: Callable[[list[dict[str, str]]], None]) -> None:
        """Change rows of a file below the data folder, with the manifest brought up to date."""
        path = self.data / name
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = list(reader.fieldnames or ()), list(reader)
        edit(rows)
        self.write(path, header, rows)
        if name.startswith("raw/") and path.name != "manifest.csv":
            digest, size = hashlib.sha256(path.read_bytes()).hexdigest(), str(path.stat().st_size)

            def renew(listed: list[dict[str, str]]) -> None:
                (row,) = (row for row in listed if row["file"] == path.name)
                row.update(sha256=digest, bytes=size, rows=str(len(rows)))

            self.change(f"{path.parent.relative_to(self.data).as_posix()}/manifest.csv", renew)

    @staticmethod
    def write(path: Path, header: list[str], rows: list[dict[str, str]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def published(self) -> dict[str, bytes]:
        """Every file of the year's issues."""
        place = self.data / "published" / YEAR.folder
        return {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


@pytest.fixture(scope="session")
def one_year(tmp_path_factory) -> Office:
    """2024/25 alone, run but not published. Do not change it: ``office`` gives a copy."""
    office = Office(tmp_path_factory.mktemp("one_year")).take_in("202425")
    read_once(office.data)
    return office.ran()


@pytest.fixture
def office(one_year, tmp_path) -> Office:
    """A copy of 2024/25, run but not published."""
    shutil.copytree(one_year.root, tmp_path / "office")
    return Office(tmp_path / "office")


@pytest.fixture(scope="session")
def published_year(one_year, tmp_path_factory) -> Office:
    """2024/25 with issue 1. Do not change it: ``published`` gives a copy."""
    from symphony_analysis.issues import publish_or_sign

    place = tmp_path_factory.mktemp("published") / "office"
    shutil.copytree(one_year.root, place)
    office = Office(place)
    publish_or_sign(office.data, office.out, "2024/25")
    return office


@pytest.fixture
def published(published_year, tmp_path) -> Office:
    """A copy of 2024/25 with issue 1."""
    shutil.copytree(published_year.root, tmp_path / "office")
    return Office(tmp_path / "office")
