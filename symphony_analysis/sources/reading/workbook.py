"""A workbook as sheets of text, after its archive is found to be safe. Nothing in it is run, fetched or expanded."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from symphony_analysis.sources.problems import Problem, SourceError, whole_file

MOST_PARTS = 2_000
MOST_BYTES = 400_000_000
MOST_RATIO = 250
MOST_ROWS = 1_048_576
_CHUNK = 1 << 20
_OVERLAP = 8_000  # bytes of one chunk searched again with the next
#: What openpyxl and the archive raise on a workbook that is damaged or was never Excel's.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, SyntaxError, OverflowError,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
#: A formula without a value; one that gives an empty text has the type "str".
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b((?![^>]*\bt=\"str\")[^>]*)>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell ref=\"([A-Z]+(\d+):[A-Z]+(\d+))\"")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_VALUE = (b"</v>", b"</is>", b":v>", b":is>")  # how the last value of a piece ends
_CELL = re.compile(rb"r=\"([A-Z]+)(\d+)\"")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]')


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows that hold something, as text, each with the number that Excel shows.

    ``merged`` gives the cells merged over several rows: (their reference, the first row). ``hidden_rows`` are the rows
    that Excel does not show, by hand or by a filter; they are among ``rows``.
    """

    title: str
    hidden: bool
    rows: tuple[tuple[int, list[str]], ...]
    merged: tuple[tuple[str, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()


def sheets(content: bytes, shown: str) -> tuple[Sheet, ...]:
    """Every sheet of cells, in order. Raises SourceError for an unsafe archive or formulas never calculated.

    The last workbook is kept, for recognising, reading and its other layouts each ask for it.
    """
    if content not in _last:
        read = _sheets(content, shown)
        _last.clear()
        _last[content] = read
    return _last[content]


_last: dict[bytes, tuple[Sheet, ...]] = {}


def _sheets(content: bytes, shown: str) -> tuple[Sheet, ...]:
    import openpyxl

    parts = safe(content, shown)
    if not openpyxl.DEFUSEDXML:
        raise whole_file(shown, "no safe XML reader", "the package defusedxml", "install the project's lock file")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        of = [(one, parts[one._worksheet_path.lstrip("/")]) for one in book.worksheets]
        return tuple(
            Sheet(
                one.title,
                one.sheet_state != "visible",
                tuple(_rows(one, part.last)),
                tuple(part.merged),
                frozenset(part.hidden_rows),
            )
            for one, part in of
        )
    except _DAMAGED:
        raise _damaged(shown) from None


def safe(content: bytes, shown: str) -> dict[str, _Part]:
    """What was seen in each part of the archive, by name.

    Raises SourceError unless the bytes are a workbook without bombs, macros, outside links or entities.
    """
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        found = "an old or password-protected workbook"
        raise whole_file(shown, found, "a plain .xlsx workbook", "take the password off, or save it as .xlsx")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED:
        raise whole_file(shown, "not an Excel file", "a .xlsx workbook", "export the file again") from None
    with archive:
        _entries(archive.infolist(), shown)
        if "xl/workbook.xml" not in archive.namelist():
            raise whole_file(shown, "an archive that is not a workbook", "a .xlsx workbook", "export the file again")
        total, parts = 0, {}
        for entry in archive.infolist():
            parts[entry.filename] = _part(archive, entry, shown, total)
            total += parts[entry.filename].size
        # Programs other than Excel write a formula with 0 for its value, and ask Excel to calculate on opening.
        if any(part.formula for part in parts.values()) and b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml"):
            fix = "open the workbook in Excel, let it calculate, and save it"
            raise whole_file(shown, "formulas that Excel has not calculated yet", "values", fix)
    return parts


@dataclass
class _Part:
    """What was seen in one part: ``last`` is the last row with a value, ``merged`` the cells merged over rows."""

    size: int = 0
    formula: bool = False
    last: int = 0
    merged: dict[tuple[str, int], None] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


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
            found = "links to other files, or files inside"
            raise whole_file(
                shown, found, "a workbook without them", "break the links (Data, Edit Links) and save it again"
            )
        if entry.flag_bits & 0x1:
            raise whole_file(shown, "an encrypted part", "a workbook without a password", "take the password off")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if total > MOST_BYTES or (total > 10_000_000 and total / packed > MOST_RATIO):
        raise whole_file(shown, f"{packed:,} bytes that unpack to {total:,}", f"at most {MOST_BYTES:,} bytes", fix)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str, before: int) -> _Part:
    """Unpack one part piece by piece, for an archive may declare false sizes, and look what is in it."""
    made, tail = _Part(), b""
    sheet = entry.filename.startswith("xl/worksheets/")
    try:
        with archive.open(entry) as part:
            while piece := part.read(_CHUNK):
                made.size += len(piece)
                if before + made.size > MOST_BYTES:
                    found = "a workbook that unpacks without end"
                    raise whole_file(shown, found, f"at most {MOST_BYTES:,} bytes", "do not open it; ask the sender")
                window = tail + piece
                if entry.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(window):
                    fix = "do not open it; ask the sender"
                    raise whole_file(shown, "entities in the workbook's XML", "a workbook as Excel writes it", fix)
                if sheet:
                    _look(window, made, shown)
                tail = window[-_OVERLAP:]
    except SourceError:
        raise
    except _DAMAGED:
        raise _damaged(shown) from None
    return made


def _look(window: bytes, made: _Part, shown: str) -> None:
    """Note formulas, merged cells and hidden rows of a piece. Raises SourceError for a formula without a value."""
    if _FORMULA.search(window):
        made.formula = True
        if empty := _UNCALCULATED.search(window):
            raise _uncalculated(shown, empty[1])
    value = max(window.rfind(end) for end in _VALUE)
    if value >= 0:
        at = _CELL.match(window, window.rfind(b'r="', 0, value))
        made.last = int(at[2]) if at else MOST_ROWS
    made.hidden_rows.update(map(int, _HIDDEN_ROW.findall(window)))
    for cells, first, last in _MERGED.findall(window):
        if first != last:
            made.merged[cells.decode(), int(first)] = None


def _damaged(shown: str) -> SourceError:
    fix = "open it in Excel, save it as .xlsx and add it again"
    return whole_file(shown, "a damaged workbook", "a whole .xlsx workbook", fix)


def _uncalculated(shown: str, cell: bytes) -> SourceError:
    at = _CELL.search(cell)
    letters, row = (at[1].decode(), int(at[2])) if at else ("(one cell)", 1)
    fix = "open the workbook in Excel, let it calculate, and save it"
    return SourceError([Problem(shown, row, letters, "a formula that was never calculated", "values", fix)])


def _rows(sheet, last: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with any text, to the last one however far down, without the empty cells at their end."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=last) if last else (), 1):
        if any(cell.value is not None for cell in cells):
            row = [_text(cell) for cell in cells]
            while row and not row[-1].strip():
                row.pop()
            if row:
                yield number, row


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
        return _number(value, cell.number_format or "")
    return str(value)


def _number(value: float, style: str) -> str:
    """A number with the per cent sign and the leading zeros that Excel shows; its decimals are all kept.

    A sign that Excel calculates with (0%) shows 0.62 as 62%, a quoted one (0"%") shows 62 as 62%.
    """
    positive = style.split(";")[0]
    calculated = _QUOTED.sub("", positive).count("%")
    literal = any("%" in (quoted or single) for quoted, single in _QUOTED.findall(positive))
    if calculated:
        return f"{round(value * 100**calculated, 10):.10g}%"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and re.fullmatch("0{2,}", positive):
        return str(value).zfill(len(positive))
    return repr(value) + ("%" if literal else "")
