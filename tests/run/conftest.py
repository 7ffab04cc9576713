from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from symphony_analysis.run import Limits, Options, Parameters, execute_release, inputs
from tests.run.books import store


REAL = inputs.package_digest


def plain_build(executed, parameters, stage, inputs) -> None:
    """The least a report room does: every notebook's outputs in one file, and the notebooks beside it."""
    (stage / "notebooks").mkdir()
    lines = [f"year {parameters.year.code} inputs {inputs}"]
    for name, book in executed.items():
        (stage / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book, sort_keys=True), encoding="utf-8")
        lines += [o.get("text", "") for c in book.cells for o in c.get("outputs", [])]
        lines += [c.source for c in book.cells if c.cell_type == "markdown"]
    (stage / "self-evaluation.html").write_text("\n".join(lines), encoding="utf-8")


class Trust:
    """A folder with data, notebooks and reports, and a way to run it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data, self.notebooks, self.out = root / "data", root / "notebooks", root / "reports"
        for year in ("202324", "202425"):
            (self.data / "raw" / year).mkdir(parents=True)
            (self.data / "raw" / year / "roll.csv").write_text(f"pupils\n{year[-2:]}\n", encoding="utf-8")
        (self.data / "national.csv").write_text("value\n1\n", encoding="utf-8")
        (root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
        store(
            self.notebooks,
            roll=[
                "from pathlib import Path\nfolder = Path(data_dir, 'raw', year[:4] + year[-2:])",
                "print(year, folder.joinpath('roll.csv').read_text())",
            ],
            national=["print(school or 'the trust', open(data_dir + '/national.csv').read())"],
        )

    def releases(self, *years: str, **more) -> list[Parameters]:
        return [Parameters(year, "2026-04-30", data_dir=self.data, **more) for year in years or ("2024/25",)]

    def run(self, *years: str, build=plain_build, parameters=None, **options):
        limits = options.pop("limits", Limits(cell=30, notebook=30, whole_run=60))
        chosen = {"kernels": "auto", "lock": self.root / "requirements.lock", "stream": io.StringIO(), **options}
        return execute_release(
            parameters or self.releases(*years),
            notebooks=self.notebooks,
            out=self.out,
            build=build,
            load=lambda data_dir: "loaded",
            options=Options(limits=limits, **chosen),
        )

    def published(self, folder: str = "202425") -> dict[str, bytes]:
        """Every published file but the record of the run, which holds times."""
        place = self.out / folder
        return {
            p.relative_to(place).as_posix(): p.read_bytes()
            for p in sorted(place.rglob("*"))
            if p.is_file() and p.name != "run.json"
        }


@pytest.fixture(autouse=True)
def steady_package(monkeypatch):
    """The package's own source does not change under a test while somebody edits it."""
    monkeypatch.setattr(inputs, "package_digest", lambda for_notebooks: f"steady {for_notebooks}")


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path)
