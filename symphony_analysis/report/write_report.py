"""Writing every file of a report into its staging folder: the page, sections, figures, PDF and Word."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from symphony_analysis.dates import dates_in_words
from symphony_analysis.report.documents.pdf import pdfs_or_reason
from symphony_analysis.report.documents.word import word_or_reason
from symphony_analysis.report.figure_files import csv_files
from symphony_analysis.report.figure_files.workbook import figures_xlsx
from symphony_analysis.report.pages import annex
from symphony_analysis.report.pages.cover import Band, cover_of, glossary, grades
from symphony_analysis.report.pages.crosslinks import crosslinked
from symphony_analysis.report.pages.fragments import fragment
from symphony_analysis.report.pages.page import (
    Whole,
    annex_page,
    board_page,
    lines,
    page_for_word,
    single_page,
    unissued_digest,
    whole_page,
)
from symphony_analysis.years import AcademicYear


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


PAGE = "self-evaluation.html"
#: The notebook that is page one of the report and a page of its own.
BOARD = "00_summary"
#: What could be made, and else the sentence that says why it could not.
Made = Mapping[str, tuple[bytes | None, str]]


def _pdfs(whole: Whole, board: str) -> Made:
    pages = {"self-evaluation.pdf": whole_page(whole, on_paper=True)} | ({"board-summary.pdf": board} if board else {})
    return pdfs_or_reason(pages, whole.cover.as_at)


def _word(whole: Whole, board: str) -> Made:
    return {"self-evaluation.docx": word_or_reason(page_for_word(whole), whole.cover.as_at, lines(whole.cover))}


#: Documents that wait for a browser or a converter most of the time; the rest is written meanwhile.
DOCUMENTS: tuple[Callable[[Whole, str], Made], ...] = (_pdfs, _word)


def build(
    executed: Mapping[str, NotebookNode],
    parameters: Any,
    stage: Path,
    inputs: Any,
    figures: pd.DataFrame,
    *,
    bands: tuple[Band, ...] = (),
    issued: Mapping[str, str] = MappingProxyType({}),
    meanwhile: Callable[[], Any] = lambda: None,
    documents: bool = True,
) -> tuple[str, ...]:
    """Write every file of a report into ``stage``; same arguments, same bytes.

    Returns a sentence for each part that could not be made on this machine (a PDF without a browser); the report is
    complete without it. ``executed``: notebooks by name in the order of the report; ``figures``: one row per protected
    figure of the release; ``bands``: notices beyond those the inputs call for; ``issued``: by the sha256 of its page,
    which issue a report is and who signed it; ``meanwhile`` is called when only the documents are left to be written;
    without ``documents`` there is no PDF, Word or workbook.
    Raises ReportError when a notebook failed or shows a picture without words.
    """
    year = AcademicYear.parse(parameters.year)
    cover = cover_of(inputs, parameters, bands, grades(inputs, year, executed))
    sections = {name: fragment(name, notebook) for name, notebook in executed.items()}
    parts = annex.divided(executed, sections)
    names = [school.name for school in inputs.trust.schools]
    front = crosslinked(parts.report, schools=names)
    annexed = tuple(part.slug for part in parts.annex)
    whole = Whole(front.sections, cover, annexed=annexed, schools=front.schools)
    if issue := issued.get(unissued_digest(whole_page(whole).encode())):
        cover = replace(cover, issue=dates_in_words(issue[0].upper() + issue[1:]))
        whole = replace(whole, cover=cover)
    back = crosslinked(parts.annex, elsewhere=front.addresses(PAGE), schools=names)
    terms = glossary(inputs, year, own=not cover.school)
    behind = Whole(back.sections, cover, terms, schools=back.schools)
    alone = {name: crosslinked([section], top=1).sections[0] for name, section in sections.items()}
    board = board_page(alone[BOARD], cover) if BOARD in alone else ""
    with ThreadPoolExecutor() as beside:
        making = [beside.submit(make, whole, board) for make in (DOCUMENTS if documents else ())]
        _write(stage / PAGE, whole_page(whole))
        _write(stage / annex.PAGE, annex_page(behind))
        if board:
            _write(stage / "board-summary.html", board)
        for name, notebook in executed.items():
            _write(stage / "notebooks" / f"{name}.html", single_page(alone[name], cover))
            _write(stage / "notebooks" / f"{name}.ipynb", nbformat.writes(notebook) + "\n")
        _write(stage / "figures.csv", csv_files.figures_csv(figures))
        _write(stage / csv_files.METADATA, csv_files.metadata(cover.title, cover.as_at))
        if documents:
            _write(stage / "figures.xlsx", figures_xlsx(figures, cover.title, cover.as_at, cover.bands))
        for file_name, text in chain.from_iterable(csv_files.shown_tables(f).items() for f in alone.values()):
            _write(stage / "tables" / file_name, text)
        meanwhile()
        made = dict(chain.from_iterable(each.result().items() for each in making))
        for file_name, (content, _) in made.items():
            if content is not None:
                _write(stage / file_name, content)
        return tuple(dict.fromkeys(reason for _, reason in made.values() if reason))
