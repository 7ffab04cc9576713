"""From a file's bytes to its header and rows, whatever it is: text, a workbook, or something else altogether."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from symphony_analysis.sources.declare.header_names import plain, told_by
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.problems import Problem, SourceError, whole_file
from symphony_analysis.sources.reading import workbook
from symphony_analysis.sources.reading.csv_text import Grid, decoded, grid

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def opened(content: bytes, shown: str, source: Source) -> Grid:
    """The header and rows of a file of a known layout. Raises SourceError for what is not such a file."""
    if is_workbook(content, shown):
        return workbook.grid(content, shown, lambda row: told_by(source, {plain(cell) for cell in row}))
    sniffed(content, shown)
    table = grid(decoded(content, shown, source.encodings), shown)
    _separated(table, shown)
    return _below_preamble(table, shown, source)


def is_workbook(content: bytes, shown: str) -> bool:
    """Is this to be read as a workbook? Raises SourceError when its name and its content disagree."""
    book = shown.lower().endswith((".xlsx", ".xlsm", ".xls"))
    if book:
        return True
    if shown.lower().endswith((".ods", ".fods")):
        raise whole_file(shown, "an OpenDocument sheet", "a .xlsx workbook or comma-separated text",
                         "open it and save it as .xlsx, or the sheet as CSV UTF-8")  # fmt: skip
    if content[:4] == _ZIP or content[:8] == _OLE:
        raise whole_file(shown, "an Excel or ZIP file named .csv", "comma-separated text",
                         "name it .xlsx, or save the sheet as CSV UTF-8")  # fmt: skip
    return False


def sniffed(content: bytes, shown: str) -> None:
    """Raises SourceError for bytes that are no comma-separated text, saying what they look like."""
    if not content:
        raise whole_file(shown, "file is empty (0 bytes)", "a header and data rows", "download or export it again")
    start = content[:4000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise whole_file(shown, "UTF-16 text", "text in UTF-8", "save it again as CSV UTF-8")
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        raise whole_file(shown, "an HTML or XML page (a sign-in page?)", "comma-separated text",
                         "sign in and download the file again")  # fmt: skip
    if start.startswith(b"version https://git-lfs"):
        raise whole_file(
            shown, "a Git LFS pointer, not the data", "the data file itself", "fetch the file with git lfs"
        )
    if b"\x00" in content:
        at = content.index(b"\x00")
        before = content[:at]
        row, column = before.count(b"\n") + 1, before.rsplit(b"\n", 1)[-1].count(b",") + 1
        raise SourceError([
            Problem(shown, row, f"number {column}", "a NUL byte", "text", "the file is damaged: download it again")
        ])  # fmt: skip


def _separated(table: Grid, shown: str) -> None:
    if len(table.header) > 1:
        return
    only = table.header[0]
    for mark, name in ((";", "a semicolon"), ("\t", "a tab"), ("|", "a bar")):
        if only.count(mark) > 1:
            raise SourceError([
                Problem(shown, table.header_row, "(whole file)", f"{name} between the cells",
                        "a comma between the cells", "save it again as CSV UTF-8 (comma delimited)")
            ])  # fmt: skip


def _below_preamble(table: Grid, shown: str, source: Source) -> Grid:
    """The table as it is when the first row is the header; otherwise an error that says where the header is."""
    if told_by(source, {plain(name) for name in table.header}):
        return table
    peeked = list(itertools.islice(table.rows, 20))
    for number, row in peeked:
        if told_by(source, {plain(cell) for cell in row}):
            raise SourceError([
                Problem(shown, table.header_row, "(whole row)", f"{number - 1} lines above the header",
                        "the header in the first row", f"remove the lines above row {number}")
            ])  # fmt: skip
    return Grid(table.header, table.header_row, itertools.chain(peeked, table.rows))


def header_of(content: bytes, shown: str) -> Sequence[tuple[Sequence[str], Sequence[str]]]:
    """Candidate headers, each with the row below, for recognising a file. Raises SourceError as ``opened`` does."""
    if is_workbook(content, shown):
        return workbook.headers(content, shown)
    sniffed(content, shown)
    try:
        text = decoded(content, shown)
    except SourceError:
        text = content.decode("cp1252", errors="replace")
    table = grid(text, shown)
    _separated(table, shown)
    rows: list[Sequence[str]] = [list(table.header)]
    rows += [row for _, row in itertools.islice(table.rows, 20)]
    return [(row, rows[n + 1] if n + 1 < len(rows) else []) for n, row in enumerate(rows[:20])]
