"""A file as text: its bytes verified and decoded, its header and rows, nothing guessed and nothing converted."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symphony_analysis.sources.problems import Problem, SourceError, whole_file

MOST_BYTES = 600_000_000
MOST_ROWS = 10_000_000
MOST_COLUMNS = 2_000
csv.field_size_limit(200_000)


@dataclass(frozen=True)
class Grid:
    """A file's header and its rows of text. ``rows`` gives (row number as Excel shows it, cells) once."""

    header: tuple[str, ...]
    header_row: int
    rows: Iterator[tuple[int, list[str]]]


def verified(path: Path, shown: str, sha256: str = "") -> bytes:
    """The bytes of a file, which must be those recorded in the manifest.

    Raises SourceError when the file is absent, too large, or its sha256 differs.
    """
    if not path.is_file():
        raise whole_file(shown, "no such file", "the file that the manifest lists",
                         "put the file back, or take its row out of manifest.csv")  # fmt: skip
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise whole_file(shown, f"{size:,} bytes", f"at most {MOST_BYTES:,} bytes",
                         "download the file for one year or one local authority")  # fmt: skip
    content = path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if sha256 and actual != sha256.strip().lower():
        raise whole_file(shown, f"sha256 {actual[:12]}...", f"sha256 {sha256[:12]}... as recorded in manifest.csv",
                         "restore the file as it was added, or add the new one with symphony add")  # fmt: skip
    return content


def decoded(content: bytes, shown: str, encodings: tuple[str, ...] = ("utf-8-sig",)) -> str:
    """The text of a file in the first of these encodings that fits.

    Raises SourceError with the byte, row and column at which it stops being UTF-8.
    """
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as fault:
            first = fault
            continue
    before = content[: first.start]
    row = before.count(b"\n") + 1
    column = before.rsplit(b"\n", 1)[-1].count(b",") + 1
    raise SourceError([
        Problem(shown, row, f"number {column}", f"byte {first.start} (0x{content[first.start]:02X}) is not UTF-8",
                "text in UTF-8", "it looks like Windows-1252 (cp1252): save it again as CSV UTF-8")
    ])  # fmt: skip


def grid(text: str, shown: str) -> Grid:
    """The header and rows of comma-separated text. Rows keep the number that Excel shows.

    Raises SourceError when there is no header or a quote is never closed.
    """
    rows = _numbered(text, shown)
    for number, cells in rows:
        if len(cells) > MOST_COLUMNS:
            raise whole_file(shown, f"{len(cells):,} columns", f"at most {MOST_COLUMNS:,} columns",
                             "check that this is the right file")  # fmt: skip
        if any(cell.strip() for cell in cells):
            return Grid(tuple(cells), number, rows)
    raise whole_file(shown, "no header", "a header row and data", "export the file again")


def _numbered(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if number > MOST_ROWS:
                raise whole_file(shown, f"more than {MOST_ROWS:,} rows", f"at most {MOST_ROWS:,} rows",
                                 "export one year, or one school, at a time")  # fmt: skip
            yield number, cells
    except csv.Error as fault:
        long = "larger than" in str(fault)
        found = "a cell of more than 200,000 characters" if long else "a quote that is never closed"
        if not long and "end of data" not in str(fault):
            found = "quotes that do not match"
        raise SourceError([
            Problem(shown, number + 1, "(whole row)", found, "each quoted cell closed on its row",
                    "close the quote, or export the file again")
        ]) from None  # fmt: skip
