"""The sixteen bad workbooks, by name: how each is made, and what must happen (R refused, A read and right)."""

import datetime
import io
import zipfile
from collections.abc import Callable

import openpyxl

from tests.sources.bad_bases import finance, ks2_pupils

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
_BOMB = 10_000_000_000
_LAUGHS = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>'
_ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


def book(rows=None, before=None, **options):
    """A workbook of these rows as bytes; ``before`` may change it before it is saved."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows if rows is not None else (finance.header, *finance.rows):
        sheet.append([_typed(cell) for cell in row])
    if before is not None:
        before(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _typed(cell):
    try:
        return datetime.datetime.strptime(cell, "%d/%m/%Y")
    except (TypeError, ValueError):
        pass
    try:
        return float(cell) if "." in cell else int(cell)
    except (TypeError, ValueError):
        return cell


def repacked(content, change: Callable[[str, bytes], bytes] = lambda name, part: part, extra=()):
    """The same archive with its parts changed and others put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in extra:
            new.writestr(name, part)
    return out.getvalue()


def _with_doctype(doctype):
    def change(name, part):
        if not name.endswith("workbook.xml"):
            return part
        return (
            doctype.encode() + part
            if not part.startswith(b"<?xml")
            else part.replace(b"?>", b"?>" + doctype.encode(), 1)
        )

    return change


def bomb():
    """A part of ten thousand million bytes in a small archive."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/image1.bin", "w", force_zip64=True) as part:
            for _ in range(40):
                part.write(b"\0" * 1_000_000)
    content = bytearray(out.getvalue())
    return _claiming(bytes(content), _BOMB)


def _claiming(content, size):
    """The archive with a false, vast size in its directory, as bombs that overlap have."""
    old, new = (40_000_000).to_bytes(4, "little"), min(size, 4_000_000_000).to_bytes(4, "little")
    return content.replace(old, new)


def empty_rows():
    """More than a million formatted rows without a value below the data."""
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(10, 1_048_577))

    def change(name, part):
        return part.replace(b"</sheetData>", rows + b"</sheetData>") if name.endswith("sheet1.xml") else part

    return repacked(book(), change)


def _notes_first(made, sheet):
    notes = made.create_sheet("Notes", 0)
    notes.append(["These figures were made by the finance team"])


def _hidden(made, sheet):
    sheet.sheet_state = "hidden"
    made.create_sheet("Cover").append(["Accounts"])


def _formulas(made, sheet):
    sheet["E3"] = "=E2*2"


def _merged(made, sheet):
    sheet.merge_cells("I1:J1")


def _epoch(made, sheet):
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


_NUMBERS = [list(row) for row in (ks2_pupils.header, *ks2_pupils.rows)]
_NUMBERS[1][1] = "120002024200"

CASES = {
    "X01 not_a_zip": ("R", lambda: b"URN,School\n1,2\n", "not an Excel file"),
    "X02 password_protected": ("R", lambda: _OLE, "password-protected"),
    "X03 xls_named_xlsx": ("R", lambda: _OLE + b"Workbook", "an old or password-protected workbook"),
    "X04 zip_bomb": ("R", bomb, "bytes that unpack to"),
    "X05 billion_laughs": ("R", lambda: repacked(book(), _with_doctype(_LAUGHS)), "entities in the workbook's XML"),
    "X06 external_entity": ("R", lambda: repacked(book(), _with_doctype(_ENTITY)), "entities in the workbook's XML"),
    "X07 zip_entry_outside": ("R", lambda: repacked(book(), extra=[("../../x", b"x")]), "leads out of the workbook"),
    "X08 macros": ("R", lambda: repacked(book(), extra=[("xl/vbaProject.bin", b"x")]), "found macros"),
    "X09 external_links": (
        "R", lambda: repacked(book(), extra=[("xl/externalLinks/externalLink1.xml", b"<x/>")]), "links to other files",
    ),
    "X10 data_on_sheet_2": ("A", lambda: book(before=_notes_first), ""),
    "X11 hidden_sheet": ("R", lambda: book(before=_hidden), "data on a hidden sheet"),
    "X12 merged_header_cells": ("R", lambda: book(before=_merged), "column PupilsFTE: found no such column"),
    "X13 formulas_without_values": ("R", lambda: book(before=_formulas), "row 3, column E: found a formula"),
    "X14 a_million_empty_rows": ("A", empty_rows, ""),
    "X15 date_system_1904": ("A", lambda: book(before=_epoch), ""),
    "X16 upn_as_number": ("R", lambda: book(_NUMBERS), "row 2, column UPN: found '999999999999'; expected a UPN"),
}  # fmt: skip
