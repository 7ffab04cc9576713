"""Leaks in the folder, and in spreadsheets, documents and downloads."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import PurePosixPath

from symphony_analysis.figure import KEYS
from symphony_analysis.report.gate.of_record import OfRecord
from symphony_analysis.report.gate.pages import in_rows
from symphony_analysis.report.gate.texts import Found
from symphony_analysis.report.gate.unpack import Layer

LARGEST = 16 * 1024 * 1024
_ALLOWED = {".html", ".ipynb", ".csv", ".xlsx", ".pdf", ".docx", ".json"}
_STRAY = re.compile(
    r"(?:^|/)(?:\.ipynb_checkpoints|__pycache__|\.git|\.env|\.DS_Store|core|history\.sqlite)(?:/|$)|~$|\.sw[po]$|\.tmp$"
)
_FORMULA = re.compile(r"^[\t\r\n ]*[=@]|^[+-](?![\d.£%\s]|$)")


def in_file(name: str, size: int) -> Iterator[Found]:
    """Leaks shown by the name and size of a file."""
    if _STRAY.search(name):
        yield "L28", "a file left over by a program"
    elif PurePosixPath(name).suffix.lower() not in _ALLOWED:
        yield "L29", "a kind of file that no report holds"
    if size > LARGEST:
        yield "L37", "a file of more than 16 MB"
    if re.search(r"[^\w./ -]|\.\.", name):
        yield "L38", "a file name that holds more than a name"


def in_download(layer: Layer, record: OfRecord) -> Iterator[Found]:
    """Leaks in a table for download: formulas, and anything other than the protected figures."""
    rows = list(csv.reader(io.StringIO(layer.text)))
    if any(_FORMULA.search(cell) for row in rows for cell in row):
        yield "L34", "a cell that a spreadsheet would run"
    header = rows[0] if rows else []
    if not {"measure", "time_period", "school_urn", "pupil_group", "value"} <= set(header):
        yield from in_rows(rows[1:])
    elif record.rows:
        for row in rows[1:]:
            told = dict(zip(header, row, strict=False))
            figure = record.rows.get(tuple(told.get(name, "") for name in KEYS), {"value": ""})
            if len(row) != len(header) or any(figure.get(name, "") != cell for name, cell in told.items()):
                yield "L34", "a value that is not a protected figure's"
                return


def in_data(layer: Layer) -> Iterator[Found]:
    """Rows of pupils among the lists of a JSON document."""
    with suppress(ValueError):
        yield from in_rows(_lists(json.loads(layer.text)))


def _lists(value: object, name: str = "") -> Iterator[list[str]]:
    """Every list and object without others in it, as a row under the name that it has."""
    held = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    cells = [each for _, each in held]
    if cells and not any(isinstance(each, (dict, list)) for each in cells):
        yield [*([name] if name else []), *map(str, cells)]
    for key, each in held:
        yield from _lists(each, key if isinstance(key, str) else name)


def in_document(layer: Layer) -> Iterator[Found]:
    """Leaks in a part of a spreadsheet or Word document: hidden parts, comments, links out, authors."""
    text, member = layer.text, layer.where.rpartition("!")[2]
    for kind, what, pattern in _DOCUMENT:
        if re.search(pattern, text):
            yield kind, what
    if member.endswith("styles.xml") and any(map(_hides, re.findall(r"<numFmt\b[^>]*formatCode=\"([^\"]*)\"", text))):
        yield "L33", "a number format that hides the number"
    parts = r"pivot|vbaProject|externalLink|embeddings/"
    if re.search(parts, member) or re.search(r"<(?:w:)?comment\b", text):
        yield "L33", "a comment, pivot table, macro or embedded file"
    links = re.findall(r"<Relationship\b[^>]*TargetMode=\"External\"[^>]*>", text)
    if any(not re.search(r"https://[a-z0-9.-]*gov\.uk[/\"]", link) for link in links):
        yield "L35", "a link out of a document"


def _hides(code: str) -> bool:
    """Whether this number format shows no number, of one sign or altogether."""
    bare = re.sub(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', "", unescape(code))
    return not all(re.search(r"[0#?@ymdhs]|General", section, re.I) for section in bare.split(";")[:3])


_DOCUMENT = (
    ("L33", "a hidden sheet", r"state=\"(?:hidden|veryHidden)\""),
    (
        "L33",
        "a hidden row or column",
        r"\bzeroHeight=\"(?:1|true)|<(?:row|col)\b[^>]*\b(?:hidden=\"(?:1|true)|(?:width|ht)=\"0(?:\.0*)?)\"",
    ),
    ("L33", "a formula", r"<f>|<f "),
    ("L33", "a defined name", r"<definedName (?![^>]*_xlnm\.(?:Print|_FilterDatabase))"),
    (
        "L33",
        "the author of a document",
        r"<(?:dc:creator|cp:lastModifiedBy)>(?!\s*(?:symphony-analysis|symphony|)\s*<)",
    ),
    ("L33", "the author of a document", r"<(?:Company|Manager)>\s*[^<\s]"),
    ("L33", "a property that somebody added", r"<property\b[^>]*\bfmtid="),
    ("L33", "a tracked change", r"<w:(?:ins|del|moveFrom|moveTo)\s"),
    ("L35", "a field that fetches", r"<w:instrText\b[^>]*>[^<]*\b(?:INCLUDE|DDE)"),
    ("L33", "hidden text", r"<w:(?:vanish|webHidden)\b|<w:sz w:val=\"[1-4]\""),
)


def in_pdf(layer: Layer) -> Iterator[Found]:
    """Leaks in a PDF: what runs, is attached or switched off, and authors."""
    for kind, what, pattern in (
        ("L31", "something that runs in a PDF", r"/(?:JavaScript|JS|Launch|OpenAction\s*<<[^>]*/JS)\b"),
        ("L31", "a file in a PDF", r"/EmbeddedFile\b"),
        ("L31", "a part of a PDF that is not read", r"/(?:ASCII85|ASCIIHex|LZW|RunLength|Crypt)Decode\b|/Encrypt\b"),
        ("L31", "a layer of a PDF", r"/OCProperties\b"),
        ("L35", "a link out of a PDF", r"/URI\s*\((?!https://(?:[a-z0-9-]+\.)*gov\.uk[/?#)])"),
        ("L31", "the author of a PDF", r"/Author\s*[(<](?!\s*[)>])|<dc:creator>\s*<rdf:Seq>\s*<rdf:li>[^<]+"),
        ("L32", "text that is not seen in a PDF", r"(?<![\d.])3 Tr\b"),
    ):
        if re.search(pattern, layer.text):
            yield kind, what
    if layer.text.count("%%EOF") > 1:
        yield "L31", "an earlier version within a PDF"
