"""Every file of a report, written into its staging folder: the page, sections, figures, PDF and Word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from symphony_analysis.measures import MEASURES
from symphony_analysis.report import descriptor, front_matter
from symphony_analysis.report import figure_files as figure_files
from symphony_analysis.report.cover import Band, Cover, cover_of
from symphony_analysis.report.crosslinks import crosslinked
from symphony_analysis.report.fragments import Fragment, fragment
from symphony_analysis.report.page import Whole, page_for_word, single_page, whole_page
from symphony_analysis.report.pdf import pdf_or_reason
from symphony_analysis.report.word import word_or_reason
from symphony_analysis.years import AcademicYear


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _write_sections(
    executed: Mapping[str, NotebookNode], sections: Mapping[str, Fragment], cover: Cover, stage: Path
) -> None:
    for name, notebook in executed.items():
        (alone,) = crosslinked([sections[name]], top=1)
        _write(stage / "notebooks" / f"{name}.html", single_page(alone, cover))
        _write(stage / "notebooks" / f"{name}.ipynb", nbformat.writes(notebook) + "\n")


def _write_figures(fragments: tuple[Fragment, ...], figures: pd.DataFrame, cover: Cover, stage: Path) -> None:
    # The names of areas are too long for some spreadsheets' sheets; their short names are whole words.
    areas = {name: measure.area.capitalize() for name, measure in MEASURES.items()}
    _write(stage / "figures.csv", figure_files.figures_csv(figures))
    _write(stage / descriptor.NAME, descriptor.metadata(cover.title, cover.as_at))
    _write(stage / "figures.xlsx", figure_files.figures_xlsx(figures, areas, cover.title, cover.as_at))
    for section in fragments:
        for file_name, text in figure_files.shown_tables(section).items():
            _write(stage / "tables" / file_name, text)


def _pdf(whole: Whole) -> tuple[bytes | None, str]:
    return pdf_or_reason(whole_page(whole, on_paper=True), whole.cover.as_at)


def _word(whole: Whole) -> tuple[bytes | None, str]:
    return word_or_reason(page_for_word(whole), whole.cover.as_at)


#: What waits for a browser or a converter most of the time; the rest is written meanwhile.
DOCUMENTS = {"pdf": _pdf, "docx": _word}


def _write_documents(documents: Mapping[str, Future[tuple[bytes | None, str]]], stage: Path) -> tuple[str, ...]:
    """Write the documents; the sentences that say why this machine cannot make one."""
    made = {ending: document.result() for ending, document in documents.items()}
    for ending, (content, _) in made.items():
        if content is not None:
            _write(stage / f"self-evaluation.{ending}", content)
    return tuple(reason for _, reason in made.values() if reason)


def build(
    executed: Mapping[str, NotebookNode],
    parameters: Any,
    stage: Path,
    inputs: Any,
    figures: pd.DataFrame,
    *,
    bands: tuple[Band, ...] = (),
    grades: Mapping[str, str] | None = None,
    meanwhile: Callable[[], Any] = lambda: None,
) -> tuple[str, ...]:
    """Write every file of a report into ``stage``; same arguments, same bytes.

    Gives a sentence for each part that could not be made on this machine (a PDF without a browser); the report
    is complete without it.

    ``executed`` holds the notebooks by name in the order of the report; ``figures`` one row per protected
    figure of the release; ``bands`` notices for the front beside those the inputs call for; ``grades`` the
    trust's judgement by notebook name; ``meanwhile`` is called when nothing but the documents is left to be
    written, which takes a browser some time. Raises ReportError when a notebook failed or shows a picture without
    words.
    """
    year = AcademicYear.parse(parameters.year)
    grades = front_matter.grades(inputs, year, executed) if grades is None else grades
    cover = cover_of(inputs, parameters, bands, grades)
    sections = {name: fragment(name, notebook) for name, notebook in executed.items()}
    fragments = crosslinked(list(sections.values()))
    whole = Whole(fragments, cover, front_matter.glossary(inputs, year))
    with ThreadPoolExecutor() as beside:
        documents = {ending: beside.submit(make, whole) for ending, make in DOCUMENTS.items()}
        _write(stage / "self-evaluation.html", whole_page(whole))
        _write_sections(executed, sections, cover, stage)
        _write_figures(fragments, figures, cover, stage)
        meanwhile()
        return _write_documents(documents, stage)
