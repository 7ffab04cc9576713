"""A comma-separated file as text: verified, decoded, header and rows split, nothing converted; our own tables whole."""

import contextlib
import csv
import hashlib
import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.problems import Problem, SourceError, whole_file

_PAUSES = (0.2, 0.5)
MOST_BYTES = 600_000_000
MOST_ROWS = 10_000_000
MOST_COLUMNS = 2_000
_SLICE = 1_000_000
#: Control characters and characters that change the direction of text.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "a rich text document",
}
#: Letters and punctuation of names in UTF-8; in Windows-1252 these bytes would be no word of any language.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xbf]")
_MANY = 2  # separators in a header before they are taken for separators
csv.field_size_limit(200_000)


@dataclass(frozen=True)
class Grid:
    """One table of a file: its header and its rows of text, each with the row number that Excel shows.

    ``sheet`` names its sheet in a workbook and ``above`` holds the texts above the header. ``clean``: no character
    of the file is forbidden. ``whole``: the last line has its line end. ``rows`` can be gone through once.
    ``plain`` is the text of a file without quotes whose lines all have as many commas as the header, else "".
    """

    header: tuple[str, ...]
    header_row: int
    rows: Iterator[tuple[int, list[str]]]
    sheet: str = ""
    above: tuple[str, ...] = ()
    clean: bool = False
    whole: bool = True
    plain: str = ""


def verified(path: Path, shown: str, sha256: str = "") -> bytes:
    """The bytes of a file, which must be those recorded in the manifest.

    Raises SourceError when the file is absent, too large, or its sha256 differs.
    """
    if not path.is_file():
        expected = "the file that the manifest lists"
        raise whole_file(shown, "no such file", expected, "put the file back, or take its row out of manifest.csv")
    size = path.stat().st_size
    if size > MOST_BYTES:
        found = f"{size:,} bytes"
        raise whole_file(
            shown, found, f"at most {MOST_BYTES:,} bytes", "download the file for one year or one local authority"
        )
    content = opened(path, shown)
    actual = hashlib.sha256(content).hexdigest()
    if sha256 and actual != sha256.strip().lower():
        fix = f"put the file back as it was added, or accept it as it is now: symphony add --replace {path}"
        raise whole_file(shown, f"sha256 {actual[:12]}...", f"sha256 {sha256[:12]}... as recorded in manifest.csv", fix)
    return content


def opened(path: Path, shown: str) -> bytes:
    """The bytes of a file; one that is locked is tried again for a moment. Raises SourceError, naming the file."""
    for pause in (*_PAUSES, 0.0):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise whole_file(shown, "no such file any more", "the file", "put it back and try again") from None
        except PermissionError:
            time.sleep(pause)
        except OSError as fault:
            found = f"a file that cannot be read ({fault.strerror or type(fault).__name__})"
            raise whole_file(
                shown, found, "a file on a disk that works", "look at the disk, or copy the file"
            ) from None
    found, fix = (
        "a file open in another program, or one that you may not read",
        "close it (in Excel, say) and try again",
    )
    raise whole_file(shown, found, "a file that can be read", fix)


def decoded(content: bytes, shown: str, encodings: tuple[str, ...] = ("utf-8-sig",)) -> str:
    """The text of a file in the first of these encodings that fits.

    Raises SourceError with the byte, row and column at which it stops being UTF-8, also where another encoding
    fits but the file has UTF-8 letters as well.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        at = fault.start
    mixed = _UTF8_LETTER.search(content)
    if mixed is None and len(encodings) > 1:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encodings[1])
    row, column = _place(content[:at])
    found = f"byte {at} (0x{content[at]:02X}) is not UTF-8"
    fix = "it looks like Windows-1252 (cp1252): save it again as CSV UTF-8"
    if mixed is not None:
        there = _place(content[: mixed.start()])
        found += f", while row {there[0]}, {there[1]} has a letter in UTF-8"
        fix = "two files in different encodings were joined: export them anew, both as CSV UTF-8"
    raise SourceError([Problem(shown, row, column, found, "text in UTF-8", fix)])


def _place(before: bytes) -> tuple[int, str]:
    """The row, and the column by its number and header, at which these bytes end."""
    header: list[str] = []
    rows, row = 0, [""]
    for row in csv.reader(io.StringIO(before.decode("utf-8-sig", errors="replace"), newline="")):
        header, rows = header or row, rows + 1
    if before[-1:] in (b"\n", b"\r"):
        rows, row = rows + 1, [""]
    named = header[len(row) - 1].strip() if rows > 1 and len(row) <= len(header) else ""
    return max(rows, 1), f"number {max(len(row), 1)}" + (f" ({named})" if named else "")


def sniffed(content: bytes, shown: str) -> None:
    """Raises SourceError for bytes that are no comma-separated text, saying what they look like."""
    if not content:
        raise whole_file(shown, "file is empty (0 bytes)", "a header and data rows", "download or export it again")
    if content[:4] == _ZIP or content[:8] == _OLE:
        found = "an Excel or ZIP file named .csv"
        raise whole_file(shown, found, "comma-separated text", "name it .xlsx, or save the sheet as CSV UTF-8")
    start = content[:4000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise whole_file(shown, "UTF-16 text", "text in UTF-8", "save it again as CSV UTF-8")
    for mark, what in _BINARY.items():
        if content.startswith(mark):
            raise whole_file(shown, what, "comma-separated text or a workbook", "this file is no table")
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        expected = "comma-separated text"
        raise whole_file(
            shown, "an HTML or XML page (a sign-in page?)", expected, "sign in and download the file again"
        )
    if start.startswith((b"{", b"[")):
        raise whole_file(shown, "JSON", "comma-separated text or a workbook", "download the file as CSV")
    if start.startswith(b"version https://git-lfs"):
        raise whole_file(
            shown, "a Git LFS pointer, not the data", "the data file itself", "fetch the file with git lfs"
        )
    if b"\x00" in content:
        row, column = _place(content[: content.index(b"\x00")])
        fix = "the file is damaged: download it again"
        raise SourceError([Problem(shown, row, column, "a NUL byte", "text", fix)])


def grid(text: str, shown: str) -> Grid:
    """The header and rows of comma-separated text. Rows keep the number that Excel shows.

    Raises SourceError when there is no header, another separator, or a quote that is never closed.
    """
    rows = _numbered(text, shown)
    for number, cells in rows:
        if len(cells) > MOST_COLUMNS:
            found = f"{len(cells):,} columns"
            raise whole_file(shown, found, f"at most {MOST_COLUMNS:,} columns", "check that this is the right file")
        if any(cell.strip() for cell in cells):
            clean, whole = not FORBIDDEN.search(text), text[-1] in "\r\n"
            lines = text.count("\n") + (not whole)
            even = clean and number == 1 and '"' not in text and text.count(",") == lines * (len(cells) - 1)
            table = Grid(tuple(cells), number, rows, clean=clean, whole=whole, plain=text if even else "")
            _separated(table, shown)
            return table
    raise whole_file(shown, "no header", "a header row and data", "export the file again")


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends, a slice at a time: as a stream the text takes four bytes a letter."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _SLICE) + 1 or len(text)
        yield from io.StringIO(text[at:end], newline="")
        at = end


def _separated(table: Grid, shown: str) -> None:
    for mark, name in ((";", "a semicolon"), ("\t", "a tab"), ("|", "a bar")):
        if len(table.header) == 1 and table.header[0].count(mark) >= _MANY:
            fix = "save it again as CSV UTF-8 (comma delimited)"
            found = f"{name} between the cells"
            raise SourceError(
                [Problem(shown, table.header_row, "(whole file)", found, "a comma between the cells", fix)]
            )


def _numbered(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines_of(text), strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if number > MOST_ROWS:
                raise whole_file(
                    shown,
                    f"more than {MOST_ROWS:,} rows",
                    f"at most {MOST_ROWS:,} rows",
                    "export one year, or one school, at a time",
                )
            yield number, cells
    except csv.Error as fault:
        long = "larger than" in str(fault)
        found = "a cell of more than 200,000 characters" if long else "a quote that is never closed"
        if not long and "end of data" not in str(fault):
            found = "quotes that do not match"
        expected = "each quoted cell closed on its row"
        fix = "close the quote, or export the file again"
        raise SourceError([Problem(shown, number + 1, "(whole row)", found, expected, fix)]) from None


def read_table(path: Path, shown: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """A table of text, one row a row of the file, indexed by the row number that Excel shows.

    ``columns`` must all be there; others may follow. Raises SourceError for a missing or repeated column and
    for a row with more or fewer cells than the header.
    """
    table = grid(decoded(verified(path, shown), shown), shown)
    header = [name.strip() for name in table.header]
    found = "a blank header or the same header twice"
    problems = [
        Problem(shown, 1, name, "no such column", "the columns " + ", ".join(columns), "add the column")
        for name in columns
        if name not in header
    ] + [
        Problem(shown, 1, name or "(blank)", found, "each header once", "name the column, or take it out")
        for name in {n for n in header if not n or header.count(n) > 1}
    ]
    numbers, rows = [], []
    for number, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            fix = "put quotes round a cell that holds a comma, or fill the row up"
            problems.append(Problem(shown, number, "(whole row)", f"{len(cells)} fields", f"{len(header)} fields", fix))
            continue
        numbers.append(number)
        rows.append([cell.strip() for cell in cells])
    if problems:
        raise SourceError(problems)
    return pd.DataFrame(rows, columns=header, index=numbers, dtype="str")
