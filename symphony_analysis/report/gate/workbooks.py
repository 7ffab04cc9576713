"""The figures of record as a workbook: its cells hold what the figures hold, and no other value.

The sheets for people hold no number that the table of every figure does not.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape

from symphony_analysis.figure import KEYS
from symphony_analysis.report.gate.of_record import OfRecord
from symphony_analysis.report.gate.texts import Found

_HELD = ("value", "pupils", "interval_low", "interval_high")
_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_ROW = re.compile(r"<row\b[^>]*>(.*?)</row>", re.S)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_WORDS = re.compile(r"<t\b[^>]*>(.*?)</t>", re.S)
_TEXT = re.compile(r't="(?:s|inlineStr)"')
_NOT_OURS = "a value that is not a protected figure's"
_NUMBER = re.compile(r"<v>([^<]*)</v>")


def in_workbook(content: bytes, record: OfRecord) -> Iterator[Found]:
    """A value that is not the protected figure's, or a workbook of something else."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    entries = re.findall(r"<si>(.*?)</si>", members.get("xl/sharedStrings.xml", ""), re.S)
    strings = [unescape("".join(_WORDS.findall(entry))) for entry in entries]
    sheets = [text for name, text in members.items() if _SHEET.fullmatch(name)]
    if not record.rows:
        return
    held, others = set[float](), set[float]()
    for sheet in sheets:
        rows = _ROW.findall(sheet)
        if rows and {*KEYS, "value"} <= set(_cells(rows[0], strings).values()):
            held |= _numbers(sheet)
            if _differs([_cells(row, strings) for row in rows], record):
                yield "L34", _NOT_OURS
        else:
            others |= _numbers(sheet)
    if not others <= held:
        yield "L34", _NOT_OURS


def _numbers(sheet: str) -> set[float]:
    """Every number of a sheet that is no text."""
    cells = (_NUMBER.search(inside) for _, more, inside in _CELL.findall(sheet) if not _TEXT.search(more))
    return {float(number) for number in {found[1] for found in cells if found}}


def _differs(rows: list[dict[str, str]], record: OfRecord) -> bool:
    """Whether a row has another value, count of pupils or end of an interval than the figure of its key."""
    header = {name: column for column, name in rows[0].items()}
    for row in rows[1:]:
        figure = record.rows.get(tuple(row.get(header[name], "") for name in KEYS), {"value": ""})
        if any(not _same(row.get(header[name], ""), figure.get(name, "")) for name in _HELD if name in header):
            return True
    return False


def _same(written: str, held: str) -> bool:
    try:
        return written == held or float(written) == float(held)  # a spreadsheet writes 66.0 as 66
    except ValueError:
        return False


def _cells(row: str, strings: list[str]) -> dict[str, str]:
    """The text of each cell of a row by its column."""
    found = {}
    for column, more, inside in _CELL.findall(row):
        number = _NUMBER.search(inside)
        found[column] = number[1] if number else ""
        if 't="inlineStr"' in more:
            found[column] = unescape("".join(_WORDS.findall(inside)))
        elif 't="s"' in more and found[column]:
            found[column] = strings[int(found[column])]
    return found
