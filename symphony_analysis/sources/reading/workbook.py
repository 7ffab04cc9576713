"""A workbook as text, after its archive is found to be safe. Nothing in a workbook is run, fetched or expanded."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence

from symphony_analysis.sources.problems import Problem, SourceError, whole_file
from symphony_analysis.sources.reading.csv_text import Grid

MOST_PARTS = 2_000
MOST_BYTES = 400_000_000
MOST_RATIO = 250
MOST_ROWS = 1_000_000
EMPTY_ROWS = 500
_HEADER_WITHIN = 20
_CHUNK = 1 << 20
#: What openpyxl and the archive raise on a workbook that is damaged or was never Excel's.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, SyntaxError, OverflowError,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_UNCALCULATED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')


def grid(content: bytes, shown: str, fits: Callable[[Sequence[str]], bool]) -> Grid:
    """The rows of the sheet whose header fits, as text; rows keep the number that Excel shows.

    ``fits`` says whether a row could be the header. Raises SourceError for an archive that is not safe, for a
    hidden sheet with the data, and for formulas that were never calculated.
    """
    safe(content, shown)
    book = _opened(content, shown)
    hidden = None
    for sheet in book.worksheets:
        rows = _rows(sheet, shown)
        for number, cells in rows:
            if fits(cells):
                if sheet.sheet_state != "visible":
                    hidden = sheet.title
                    break
                return Grid(tuple(_trimmed(cells)), number, _cut(rows, len(_trimmed(cells))))
            if number >= _HEADER_WITHIN:
                break
    if hidden is not None:
        raise whole_file(shown, f"the data on the hidden sheet '{hidden}'", "the data on a sheet that is shown",
                         "unhide the sheet, check it and save the workbook")  # fmt: skip
    raise whole_file(shown, "no sheet with the columns of a known layout", "one sheet with the official header",
                     "save the sheet with the data first, header in one row")  # fmt: skip


def headers(content: bytes, shown: str) -> list[tuple[list[str], list[str]]]:
    """Candidate headers with the row below each: the first rows of every sheet."""
    safe(content, shown)
    found = []
    for sheet in _opened(content, shown).worksheets:
        first = [cells for number, cells in _rows(sheet, shown, _HEADER_WITHIN + 1)]
        found += [(row, first[n + 1] if n + 1 < len(first) else []) for n, row in enumerate(first)]
    return found


def safe(content: bytes, shown: str) -> None:
    """Raises SourceError unless the bytes are a workbook without bombs, macros, outside links or entities."""
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise whole_file(shown, "an old or password-protected workbook", "a plain .xlsx workbook",
                         "take the password off, or save it as .xlsx")  # fmt: skip
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED:
        raise whole_file(shown, "not an Excel file", "a .xlsx workbook", "export the file again") from None
    with archive:
        _entries(archive.infolist(), shown)
        if "xl/workbook.xml" not in archive.namelist():
            raise whole_file(shown, "an archive that is not a workbook", "a .xlsx workbook", "export the file again")
        total = 0
        for entry in archive.infolist():
            total += _part(archive, entry, shown, total)


def _entries(entries: list[zipfile.ZipInfo], shown: str) -> None:
    expected = "an ordinary .xlsx workbook"
    fix = "do not open it; ask the sender, and save the data alone as .xlsx or .csv"
    if len(entries) > MOST_PARTS:
        raise whole_file(shown, f"{len(entries):,} parts in the workbook", expected, fix)
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise whole_file(shown, "a part whose name leads out of the workbook", expected, fix)
        low = name.lower()
        if "vbaproject" in low or low.endswith((".bas", ".vbs", ".exe", ".js")) or "macrosheets" in low:
            raise whole_file(shown, "macros", "a workbook without macros", "save it as .xlsx, without macros")
        if "externallinks" in low or "/embeddings/" in low or low.endswith((".zip", ".xlsx", ".7z")):
            raise whole_file(shown, "links to other files, or files inside", "a workbook that stands alone",
                             "break the links (Data, Edit Links) and save it again")  # fmt: skip
        if entry.flag_bits & 0x1:
            raise whole_file(shown, "an encrypted part", "a workbook without a password", "take the password off")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if total > MOST_BYTES or (total > 10_000_000 and total / packed > MOST_RATIO):
        raise whole_file(shown, f"{packed:,} bytes that unpack to {total:,}", f"at most {MOST_BYTES:,} bytes", fix)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str, before: int) -> int:
    """Unpack one part piece by piece, counting; the sizes an archive declares may be false."""
    size, tail = 0, b""
    sheet = entry.filename.startswith("xl/worksheets/")
    try:
        with archive.open(entry) as part:
            while piece := part.read(_CHUNK):
                size += len(piece)
                if before + size > MOST_BYTES:
                    raise whole_file(shown, "a workbook that unpacks without end", f"at most {MOST_BYTES:,} bytes",
                                     "do not open it; ask the sender")  # fmt: skip
                window = tail + piece
                if entry.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(window):
                    raise whole_file(shown, "entities in the workbook's XML", "a workbook as Excel writes it",
                                     "do not open it; ask the sender")  # fmt: skip
                if sheet and (empty := _UNCALCULATED.search(window)):
                    raise _uncalculated(shown, empty[1].decode())
                tail = window[-400:]
    except SourceError:
        raise
    except _DAMAGED as fault:
        raise _damaged(shown, fault) from None
    return size


def _uncalculated(shown: str, cell: str) -> SourceError:
    letters = cell.rstrip("0123456789")
    row = cell[len(letters) :]
    return SourceError([
        Problem(shown, int(row), letters, "a formula that was never calculated", "values",
                "open the workbook in Excel, let it calculate, and save it")
    ])  # fmt: skip


def _opened(content: bytes, shown: str):
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise whole_file(shown, "no safe XML reader", "the package defusedxml", "install the project's lock file")
    try:
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as fault:
        raise _damaged(shown, fault) from None


def _damaged(shown: str, fault: Exception) -> SourceError:
    return whole_file(shown, f"a workbook that cannot be read ({type(fault).__name__})", "a whole .xlsx workbook",
                      "open it in Excel, save it as .xlsx and add it again")  # fmt: skip


def _rows(sheet, shown: str, most: int = MOST_ROWS) -> Iterator[tuple[int, list[str]]]:
    """Rows of text until a long empty stretch: formatted but empty rows are no data."""
    empty = 0
    try:
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = [_text(cell) for cell in cells]
            empty = 0 if any(row) else empty + 1
            if empty > EMPTY_ROWS or number > most:
                return
            yield number, row
    except _DAMAGED as fault:
        raise _damaged(shown, fault) from None


def _cut(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        if any(row):
            row = _trimmed(row)
            yield number, row + [""] * (width - len(row))


def _trimmed(row: Sequence[str]) -> list[str]:
    last = max((place for place, cell in enumerate(row) if cell.strip()), default=-1)
    return list(row[: last + 1])


def _text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, "%" in (cell.number_format or ""))
    return str(value)


def _number(value: float, percent: bool) -> str:
    if percent:
        return f"{round(value * 100, 10):.10g}%"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
