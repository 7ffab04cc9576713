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
_NUMBER = re.compile(r"<v>([^<]*)</v>")


def in_workbook(content: bytes, record: OfRecord) -> Iterator[Found]:
    """A value that is not the protected figure's, or a workbook of something else."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    entries = re.findall(r"<si>(.*?)</si>", members.get("xl/sharedStrings.xml", ""), re.S)
    strings = [unescape("".join(_WORDS.findall(entry))) for entry in entries]
    sheets = [text for name, text in members.items() if _SHEET.fullmatch(name)]
    tables = [[_cells(row, strings) for row in _ROW.findall(sheet)] for sheet in sheets]
    of_record = [bool(rows) and {*KEYS, "value"} <= set(rows[0].values()) for rows in tables]
    if not record.rows:
        return
    held = {number for sheet, long in zip(sheets, of_record, strict=True) if long for number in _numbers(sheet)}
    others = (sheet for sheet, long in zip(sheets, of_record, strict=True) if not long)
    if any(number not in held for sheet in others for number in _numbers(sheet)) or any(
        _differs(rows, record) for rows, long in zip(tables, of_record, strict=True) if long
    ):
        yield "L34", "a value that is not a protected figure's"


def _numbers(sheet: str) -> Iterator[float]:
    """Every number of a sheet that is no text."""
    for _, more, inside in _CELL.findall(sheet):
        number = _NUMBER.search(inside)
        if number and 't="s"' not in more and 't="inlineStr"' not in more:
            yield float(number[1])


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
