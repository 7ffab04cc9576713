"""The stored notebooks of a report: found, read, and refused when they could hide a failure."""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from symphony_analysis.run.notebooks.parameters import Parameters, declared
from symphony_analysis.run.outcome import WrongParameter

_NAME = re.compile(r"\d\d_[a-z0-9_]+\.ipynb")
#: Tags of a title: the notebook is a section of school editions, or of the trust's public one, and of nothing else.
SCHOOL_EDITION, PUBLIC_EDITION = "school-edition", "public-edition"
#: The tag of a title whose section is only in the report of a year that is not over on its day.
_OPEN_YEAR = "open-year"
_REFUSED_TAGS = {"skip-execution", "raises-exception", "injected-parameters"}


@dataclass(frozen=True)
class Book:
    """One notebook of the report: ``name`` is the file name without its ending, ``text`` its content."""

    name: str
    text: str

    @cached_property
    def cells(self) -> list[dict[str, Any]]:
        """Type, source as one text and tags of each cell. Read without nbformat, which takes long to load."""
        return [
            {
                "cell_type": str(cell["cell_type"]),
                "source": "".join(cell["source"]),
                "tags": list(cell["metadata"].get("tags", [])),
            }
            for cell in json.loads(self.text)["cells"]
        ]

    def fresh(self) -> Any:
        """A new nbformat notebook to work on."""
        import nbformat

        return nbformat.reads(self.text, as_version=4)

    @cached_property
    def content_key(self) -> str:
        """A hash of cells and tags; the formatting of the file and stored outputs do not count."""
        digest = hashlib.sha256()
        for cell in self.cells:
            tags = ",".join(sorted(cell["tags"]))
            for part in (cell["cell_type"], tags, cell["source"]):
                digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()

    @property
    def only_for(self) -> str:
        """The tag of the editions that the notebook belongs to; "" for the trust's other reports."""
        return next((tag for tag in (SCHOOL_EDITION, PUBLIC_EDITION) if tag in self.cells[0]["tags"]), "")

    def stored_cell(self, executed_index: int | None) -> int:
        """The number, from 1, of the stored cell at this index of the executed notebook; 0 for None."""
        if executed_index is None:
            return 0
        tagged = [i for i, cell in enumerate(self.cells) if "parameters" in cell["tags"]]
        return executed_index + 1 if executed_index <= tagged[0] else executed_index

    def imports(self) -> set[str]:
        """Names that the notebook imports; "from a import b" gives a and a.b, which may not be a module."""
        return set().union(*(_imported(cell["source"]) for cell in self.cells if cell["cell_type"] == "code"))


def _imported(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()  # a magic; the kernel will say what is wrong with it, if anything is
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found - set(sys.builtin_module_names)


def books_for(books: Iterable[Book], release: Parameters) -> tuple[Book, ...]:
    """The notebooks of a release: each kind of edition has its own, and a year that is over none of a year so far.

    Raises WrongParameter where it has none.
    """
    over = release.year.is_over(release.as_at)
    wanted = SCHOOL_EDITION if release.school else PUBLIC_EDITION if release.edition == "public" else ""
    of_its_time = (book for book in books if not (over and _OPEN_YEAR in book.cells[0]["tags"]))
    chosen = tuple(book for book in of_its_time if book.only_for == wanted)
    if not chosen:
        tagged = f"with the tag {wanted}" if wanted else f"without the tags {SCHOOL_EDITION} and {PUBLIC_EDITION}"
        raise WrongParameter(f"no notebook is for {release.folder}: one {tagged} on its title")
    return chosen


def read_books(folder: Path) -> list[Book]:
    """Read every notebook of the report (``NN_name.ipynb``) in order of its number.

    Raises WrongParameter for a folder without any, a file that is not a notebook, a wrong parameters cell, and tags
    that make papermill pass over a cell or an error.
    """
    files = sorted(path for path in folder.glob("*.ipynb") if _NAME.fullmatch(path.name))
    if not files:
        raise WrongParameter(f"there are no notebooks named like 10_outcomes.ipynb in {folder.name}/")
    books = []
    for path in files:
        try:
            book = Book(path.stem, path.read_text(encoding="utf-8"))
            declared(book.cells, path.name)
            for number, cell in enumerate(book.cells, start=1):
                refused = _REFUSED_TAGS & set(cell["tags"])
                if refused:
                    message = f"the tag {min(refused)} is not allowed in a report"
                    raise WrongParameter(f"{path.name}, cell {number}: {message}")
        except (ValueError, TypeError, AttributeError, KeyError):
            raise WrongParameter(f"{path.name} is not a notebook") from None
        books.append(book)
    return books
