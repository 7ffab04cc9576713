"""The figures of record as a workbook: its cells hold what the figures hold, and no other value."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape

from symphony_analysis.figure import KEYS
from symphony_analysis.report.gate.texts import Found

_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_ROW = re.compile(r"<row\b[^>]*>(.*?)</row>", re.S)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_WORDS = re.compile(r"<t\b[^>]*>(.*?)</t>", re.S)
_NUMBER = re.compile(r"<v>([^<]*)</v>")


def in_workbook(content: bytes, shown: Mapping[tuple[str, ...], str]) -> Iterator[Found]:
    """A workbook of the figures of record: every value is that of the protected figure."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    entries = re.findall(r"<si>(.*?)</si>", members.get("xl/sharedStrings.xml", ""), re.S)
    strings = [unescape("".join(_WORDS.findall(entry))) for entry in entries]
    sheets = [text for name, text in members.items() if _SHEET.fullmatch(name)]
    if shown and any(_differs(sheet, strings, shown) for sheet in sheets):
        yield "L34", "a value that is not a protected figure's"


def _differs(sheet: str, strings: list[str], shown: Mapping[tuple[str, ...], str]) -> bool:
    rows = _ROW.findall(sheet)
    header = {name: column for column, name in _cells(rows[0], strings).items()} if rows else {}
    if not {*KEYS, "value"} <= set(header):
        return False
    told = (_cells(row, strings) for row in rows[1:])
    values = ((tuple(row.get(header[name], "") for name in KEYS), row.get(header["value"], "")) for row in told)
    return any(not _equal(value, shown.get(key, "")) for key, value in values)


def _cells(row: str, strings: list[str]) -> dict[str, str]:
    """What stands in each column of a row."""
    return {column: _said(more, inside, strings) for column, more, inside in _CELL.findall(row)}


def _said(more: str, inside: str, strings: list[str]) -> str:
    if 't="inlineStr"' in more:
        return unescape("".join(_WORDS.findall(inside)))
    number = _NUMBER.search(inside)
    value = number[1] if number else ""
    return strings[int(value)] if 't="s"' in more and value else value


def _equal(written: str, figure: str) -> bool:
    """A spreadsheet writes 66.0 as 66."""
    try:
        return written == figure or float(written) == float(figure)
    except ValueError:
        return False
