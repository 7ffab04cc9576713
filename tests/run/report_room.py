"""The least that a report room does, for tests of the run room."""

from __future__ import annotations

import json


def plain_build(executed, parameters, stage, inputs) -> None:
    """Every notebook's outputs in one file, and the notebooks beside it."""
    (stage / "notebooks").mkdir()
    lines = [f"year {parameters.year.code} inputs {inputs}"]
    for name, book in executed.items():
        (stage / "notebooks" / f"{name}.ipynb").write_text(json.dumps(book, sort_keys=True), encoding="utf-8")
        lines += [o.get("text", "") for c in book.cells for o in c.get("outputs", [])]
        lines += [c.source for c in book.cells if c.cell_type == "markdown"]
    (stage / "self-evaluation.html").write_text("\n".join(lines), encoding="utf-8")


def load_by_name(data_dir) -> str:
    """Stands for opening the data."""
    return "loaded by name"


def load_in_vain(data_dir) -> str:
    """Stands for data that cannot be opened."""
    raise LookupError("no such data")
