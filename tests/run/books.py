"""Small notebooks for the tests of the run room: a handful of cells, the agreed parameters cell, no real sources."""

from __future__ import annotations

from pathlib import Path

import nbformat

PARAMETERS = """year = "2024/25"
as_at = "2026-04-30"
edition = "trustees"
school = ""
data_dir = "../data\""""


def notebook(
    *cells: str, title: str = "A section", parameters: str = PARAMETERS, tags: dict[int, list[str]] | None = None
):
    tagged = nbformat.v4.new_code_cell(parameters)
    tagged.metadata.tags = ["parameters"]
    made = [nbformat.v4.new_markdown_cell(f"# {title}"), tagged, *(nbformat.v4.new_code_cell(cell) for cell in cells)]
    for number, names in (tags or {}).items():
        made[number].metadata.tags = names
    book = nbformat.v4.new_notebook(cells=made)
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return book


def store(folder: Path, **books) -> Path:
    """Write notebooks (lists of cells, or whole notebooks) as 10_name.ipynb, 11_name.ipynb ..."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, cells) in enumerate(books.items(), start=10):
        book = notebook(*cells, title=name.capitalize()) if isinstance(cells, list) else cells
        nbformat.write(book, folder / f"{number}_{name}.ipynb")
    return folder
