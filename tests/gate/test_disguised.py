"""Leaks in disguise: split by mark-up, written in another encoding, or hidden in a spreadsheet that looks right."""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from symphony_analysis.report import gate
from symphony_analysis.report.figure_files.workbook import figures_xlsx
from symphony_analysis.report.pages.faces import declared
from tests.gate.test_gate import PUPILS, SECRETS, UPN, archive, notebook, output, page
from tests.report import conftest as small

SPLIT = {
    "two cells": ("a.html", page("<table><tr><td>Wren</td><td>Oldershaw</td></tr></table>")),
    "cells the other way round": ("a.html", page("<tr><td>Oldershaw</td>\n<td class='x'>Wren</td></tr>")),
    "a hard space": ("a.html", page("<p>Wren&nbsp;Oldershaw</p>")),
    "bold": ("a.html", page("<p>Wren <b>Oldershaw</b></p>")),
    "letters as numbers": ("a.html", page("<p>Wren &#79;ldershaw</p>")),
    "cells of a workbook": ("a.xlsx", archive(xl__sharedStrings="<si><t>Wren</t></si><si><t>Oldershaw</t></si>")),
    "runs of a document": ("a.docx", archive(word__document="<w:t>Wren Old</w:t></w:r><w:r><w:t>ershaw</w:t>")),
    "paragraphs of a document": ("a.docx", archive(word__document="<w:t>Wren</w:t></w:p><w:p><w:t>Oldershaw</w:t>")),
    "a notebook's table": ("a.ipynb", notebook(output(data={"text/html": "<td>Wren</td><td>Oldershaw</td>"}))),
}


@pytest.mark.parametrize(("name", "content"), SPLIT.values(), ids=SPLIT)
def test_a_name_is_found_though_mark_up_stands_within_it(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert "L02" in {leak.kind for leak in gate.Search(tmp_path, SECRETS).look()}


def test_a_number_written_as_letters_codes_is_found(tmp_path):
    (tmp_path / "a.html").write_bytes(page(f"<p>{''.join(f'&#{ord(c)};' for c in UPN)}</p>"))
    assert "L01" in {leak.kind for leak in gate.Search(tmp_path, SECRETS).look()}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.html"])
def test_a_text_is_read_however_it_is_encoded(encoding, name, tmp_path):
    (tmp_path / name).write_bytes(f"pupil\n{UPN}\n".encode(encoding))
    assert "L01" in {leak.kind for leak in gate.Search(tmp_path, SECRETS).look()}


@pytest.mark.parametrize("member", ["<Company>Somebody</Company>", "<Manager>Somebody</Manager>"])
def test_who_wrote_a_document_stands_in_none_of_its_properties(member, tmp_path):
    (tmp_path / "a.docx").write_bytes(archive(docProps__app=f"<Properties>{member}</Properties>"))
    assert "L33" in {leak.kind for leak in gate.Search(tmp_path, SECRETS).look()}


@pytest.mark.parametrize(
    ("code", "hides"),
    [(";;;", True), ('"[c]"', True), ('0;;;"x"', True), ("General", False), ("0.0", False), ("#,##0", False),
     ("yyyy-mm-dd", False), ("@", False), ('0.0" pupils"', False)],
)  # fmt: skip
def test_no_number_of_a_workbook_is_hidden_by_its_format(code, hides, tmp_path):
    workbook, held = Workbook(), io.BytesIO()
    workbook.active.append([41.5])
    workbook.active["A1"].number_format = code
    workbook.properties.creator = "symphony-analysis"
    workbook.save(held)
    (tmp_path / "a.xlsx").write_bytes(held.getvalue())
    found = {leak.what for leak in gate.Search(tmp_path, gate.Secrets(PUPILS)).look()}
    assert ("a number format that hides the number" in found) is hides


def workbook_of(change, sheet: str = "All figures") -> bytes:
    """The figures of record as a workbook, changed after they were written."""
    rows = small.figures()
    made = figures_xlsx(rows, "Figures", date(2026, 4, 30))
    book, held = load_workbook(io.BytesIO(made)), io.BytesIO()
    change(book[sheet])
    book.save(held)
    return held.getvalue()


def value_of_hidden(sheet) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, columns["symbol"]).value == "c"]
    sheet.cell(rows[0], columns["value"]).value = 66


def other_value(sheet) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, columns["value"]).value is not None)
    sheet.cell(row, columns["value"]).value += 0.1


def nothing(sheet) -> None:
    assert sheet.max_row > 1


@pytest.mark.parametrize(("change", "told"), [(value_of_hidden, True), (other_value, True), (nothing, False)])
def test_a_workbook_holds_no_value_that_the_figures_of_record_do_not(change, told, tmp_path):
    (tmp_path / "figures.xlsx").write_bytes(workbook_of(change))
    found = {(leak.kind, leak.what) for leak in gate.Search(tmp_path, SECRETS, small.figures()).look()}
    assert (("L34", "a value that is not a protected figure's") in found) is told


def test_a_sheet_for_people_holds_no_number_of_its_own(tmp_path):
    def other_number(sheet) -> None:
        cell = next(cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "n" and cell.value)
        cell.value += 0.1

    for change, told in ((other_number, True), (nothing, False)):
        (tmp_path / "figures.xlsx").write_bytes(workbook_of(change, "Headlines"))
        found = {(leak.kind, leak.what) for leak in gate.Search(tmp_path, SECRETS, small.figures()).look()}
        assert (("L34", "a value that is not a protected figure's") in found) is told


def test_only_the_package_s_own_typeface_is_not_read(tmp_path):
    own = "<style>" + declared() + "</style>"
    (tmp_path / "a.html").write_bytes(page(own))
    assert gate.Search(tmp_path, SECRETS, small.figures()).look() == []
    hiding = "data:font/woff2;base64," + b64encode(f"glyphs {UPN} glyphs".encode()).decode()
    (tmp_path / "a.html").write_bytes(page(own.replace("</style>", f"@font-face{{src:url({hiding})}}</style>")))
    assert "L01" in {leak.kind for leak in gate.Search(tmp_path, SECRETS, small.figures()).look()}
