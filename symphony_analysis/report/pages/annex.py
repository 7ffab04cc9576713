"""What a board need not read but can look up: intervals, sources, definitions, and whole parts tagged as annex."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from symphony_analysis.report.pages.fragments import Fragment, fragment, name_regions

PAGE = "annex.html"
#: The tag of a cell that goes into the annex; on a notebook's title, of all of it.
TAG = "annex"
#: The notes under a table that go into the annex.
_NOTES = ["sure", "source"]


@dataclass(frozen=True)
class Divided:
    """The sections of the report and those of its annex, in the order of the notebooks."""

    report: tuple[Fragment, ...]
    annex: tuple[Fragment, ...]


def divided(executed: Mapping[str, NotebookNode], sections: Mapping[str, Fragment]) -> Divided:
    """Each notebook's section without its notes and tagged cells; and these, as a section of the annex; none is bare.

    ``sections`` are those of the whole notebooks: one without tagged cells is not exported a second time.
    """
    report, annex = [], []
    for name, notebook in executed.items():
        title, *cells = notebook.cells
        behind = cells if _tagged(title) else [cell for cell in cells if _tagged(cell)]
        notes = ""
        if not _tagged(title):
            told = [title, *(cell for cell in cells if not _tagged(cell))]
            kept, notes = _without_notes(fragment(name, _of(notebook, told)) if behind else sections[name])
            report += [] if kept.bare else [kept]
        added = fragment(name, _of(notebook, [_titled(title), *behind]))
        if notes or not added.bare:
            soup = BeautifulSoup(f"{added.html}{notes}", "html.parser")
            name_regions(soup)
            annex.append(replace(added, html=str(soup), soup=soup))
    return Divided(tuple(report), tuple(annex))


def _tagged(cell: NotebookNode) -> bool:
    return TAG in cell["metadata"].get("tags", [])


def _of(notebook: NotebookNode, cells: list[NotebookNode]) -> NotebookNode:
    return NotebookNode(notebook | {"cells": cells})


def _titled(title: NotebookNode) -> NotebookNode:
    """The title alone: what a section is for is said in the report."""
    return NotebookNode(title | {"source": str(title["source"]).splitlines()[0]})


def _without_notes(section: Fragment) -> tuple[Fragment, str]:
    """The section without the notes under its tables; these, opened, each table's under its caption."""
    soup = section.parsed()
    parts: list[str] = []
    under, said = "", set[str]()
    for note in soup.find_all("details", class_=_NOTES):
        # The caption of the table above: those of notes before it are gone from the page.
        caption = note.find_previous("caption")
        about = caption.get_text(" ", strip=True) if caption else section.title
        if about != under:
            heading = soup.new_tag("h2")
            heading.string = under = about
            parts.append(str(heading))
        if note.summary:
            note.summary.extract()
        for line in note.find_all("p"):
            if line.get_text() in said:  # what several tables share is said once
                line.extract()
            said.add(line.get_text())
        parts.append(note.decode_contents())
        note.extract()
    return replace(section, html=str(soup), soup=soup), "".join(parts)
