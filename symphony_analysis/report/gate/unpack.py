"""The layers of a file: text, mark-up, data in addresses, members of archives, metadata of pictures."""

import base64
import binascii
import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

from symphony_analysis.report.pages.faces import addresses

DEPTH = 4
_DATA = re.compile(
    r"data:(?P<kind>[\w.+/-]{0,100})(?P<more>[^,:\"'\s)>]{0,100}),(?P<body>[A-Za-z0-9+/=%._~\-\s]+)", re.I
)
_ARCHIVES = (".xlsx", ".docx", ".zip")
_FULL_STOP = b"PK\x05\x06"  # of a directory of an archive; 18 bytes and a note follow
#: Mark-up within a word or sentence; every other mark-up separates words.
_WITHIN = re.compile(
    r"</?(?:abbr|a|b|code|em|font|i|mark|small|span|strong|sub|sup|u|wbr|r|t|rPr"
    r"|w:(?!p[ >/]|tc[ >/]|tr[ >/]|tab\b|br\b)\w+)(?:\s[^>]*)?/?>"
)
_MARKUP = re.compile(r"(?:<[^>]*>\s*)+")
_STYLE = re.compile(r"<style\b[^>]*>[^<]*</style>", re.I)
_QUOTED = re.compile(r"\([^()]*\)")
_OCTAL, _WIDE = re.compile(r"\\([0-3][0-7]{2})"), b"\xfe\xff"
#: Of a cell of a sheet, its place; and all of one that shows a shared string: these are read by themselves.
_SHARED = re.compile(r'<c r="[A-Z]{1,2}\d{1,5}"(?: s="\d{1,3}")? t="s"><v>\d{1,5}</v></c>')
_PLACE = re.compile(r'<c r="[A-Z]{1,2}\d{1,5}"(?: s="\d{1,3}")?')
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


@dataclass(frozen=True)
class Layer:
    """Some text within a file: ``where`` names the way to it, ``kind`` is how it is to be read."""

    where: str
    kind: str  # text, html, svg, css, csv, json, notebook, xml, pdf, names, unread; words: a page's without mark-up
    text: str


def layers(name: str, content: bytes, depth: int = 0) -> Iterator[Layer]:
    """Every layer of a file, however deep it lies."""
    suffix = f".{name.rpartition('.')[2].lower()}"
    if depth > DEPTH:
        yield Layer(name, "unread", "")
    elif suffix in _ARCHIVES or content.startswith(b"PK\x03\x04"):
        yield from _archive(name, content, depth)
    elif content.startswith(b"\x1f\x8b"):
        yield from layers(f"{name}#unpacked", gzip.decompress(content), depth + 1)
    elif suffix == ".pdf" or content.startswith(b"%PDF"):
        yield from _pdf(name, content)
    elif content.startswith(b"\x89PNG"):
        yield from _png(name, content)
    elif content.startswith((b"\xff\xd8", b"GIF8")):
        yield Layer(name, "names", content.decode("latin-1"))
    else:
        text = _text(content)
        for face in addresses().values():  # the package's own typeface, byte for byte
            text = text.replace(face, "data:,")
        if "!xl/worksheets/" in name:
            text = _PLACE.sub("<c", _SHARED.sub("", text))
        if suffix == ".ipynb":
            yield from _notebook(name, text, depth)
            return
        kinds = {
            ".html": "html",
            ".svg": "svg",
            ".css": "css",
            ".csv": "csv",
            ".xml": "xml",
            ".rels": "xml",
            ".json": "json",
        }
        yield from _read(name, kinds.get(suffix, "text"), text)
        if suffix == ".json":
            with suppress(ValueError):
                yield Layer(name, "text", "\n".join(_strings(json.loads(text))))
        yield from _addresses(name, unescape(text), depth)


def _archive(name: str, content: bytes, depth: int) -> Iterator[Layer]:
    """The names, notes and members of an archive, and what is before and after it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        notes = [archive.comment, *(part for each in members for part in (each.comment, each.extra))]
        around = [
            content[: min((each.header_offset for each in members), default=0)],
            content[content.rfind(_FULL_STOP) :][22 + len(archive.comment) :],
        ]
        said = [each.filename for each in members] + [part.decode("latin-1") for part in (*notes, *around) if part]
        yield Layer(name, "names", "\n".join(said))
        for each in members:
            yield from layers(f"{name}!{each.filename}", archive.read(each), depth + 1)


def _text(content: bytes) -> str:
    """The text of a file in its encoding: a spreadsheet's "Unicode text" has two bytes a letter."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    low, high = content[1:200:2], content[:200:2]
    for code, empty in (("utf-16-le", low), ("utf-16-be", high)):
        if empty and empty.count(0) > len(empty) * 0.9:
            return content.decode(code, errors="replace")
    return content.decode("utf-8", errors="replace")


def _read(name: str, kind: str, text: str) -> Iterator[Layer]:
    """A layer, and of mark-up also the words as a reader sees them: a name may be split over two cells."""
    yield Layer(name, kind, text)
    if kind in ("html", "xml"):
        yield Layer(name, "words", unescape(_MARKUP.sub(" | ", _WITHIN.sub("", _STYLE.sub("", text)))))


def _addresses(name: str, text: str, depth: int) -> Iterator[Layer]:
    """The content of data: addresses, which may hold a picture, a page or anything else."""
    for number, found in enumerate(_DATA.finditer(text), start=1):
        ending = {"image/svg+xml": "svg", "text/html": "html", "image/png": "png"}.get(found["kind"].lower(), "txt")
        content = unquote_to_bytes(found["body"])
        if "base64" in found["more"].lower():
            with suppress(binascii.Error):
                content = base64.b64decode(re.sub(rb"\s", b"", content), validate=False)
        yield from layers(f"{name}#data{number}.{ending}", content, depth + 1)


def _notebook(name: str, text: str, depth: int) -> Iterator[Layer]:
    """A notebook as it is stored, its strings decoded as one text, and each of its outputs."""
    yield Layer(name, "notebook", text)
    try:
        notebook = json.loads(text)
        cells = notebook.get("cells", [])
    except (ValueError, AttributeError):
        yield Layer(name, "text", text)
        return
    said = "\n".join(_strings(notebook))
    yield Layer(name, "text", said)
    yield from _addresses(name, said, depth)
    for number, cell in enumerate(cells, start=1):
        for output in cell.get("outputs", []):
            for kind, data in output.get("data", {}).items():
                shown = "".join(data) if isinstance(data, (str, list)) else json.dumps(data)
                place = f"{name}#cell{number}"
                if "base64" not in kind and kind.startswith("image/") and "svg" not in kind:
                    yield from layers(f"{place}.png", base64.b64decode(shown), depth + 1)
                    continue
                yield from _read(place, "html" if kind == "text/html" else "text", shown)


def _strings(value: object) -> Iterator[str]:
    """Every string of a JSON document, names included; a text stored line by line is one string."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield name
            yield from _strings(held)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield "".join(value)
        else:
            for part in value:
                yield from _strings(part)
    elif value is not None:
        yield json.dumps(value)


def _png(name: str, content: bytes) -> Iterator[Layer]:
    """The text chunks and EXIF of a picture; its pixels are drawn from protected figures only."""
    at = 8
    while at + 8 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt"):
            key, _, rest = body.partition(b"\0")
            body = key + b" " + (_inflated(rest[1:]) or rest)
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            yield Layer(f"{name}:{kind.decode()}", "names", body.decode("latin-1"))
        at += length + 12
        if kind == b"IEND" and content[at:]:
            yield Layer(f"{name}:after the picture", "names", content[at:].decode("latin-1"))


def _pdf(name: str, content: bytes) -> Iterator[Layer]:
    """The objects of a document outside its streams, and every stream that can be inflated."""
    yield Layer(name, "pdf", _pdf_strings(_STREAM.sub(b"", content)))
    for number, found in enumerate(_STREAM.finditer(content), start=1):
        inflated = _inflated(found[1])
        if inflated and b"beginbfchar" not in inflated:
            yield Layer(f"{name}#stream{number}", "pdf", _pdf_strings(inflated[:2_000_000]))


def _pdf_strings(content: bytes) -> str:
    """The text, followed by what its hexadecimal strings and the octal codes in the others say."""
    text = content.decode("latin-1")
    coded = map(bytes.fromhex, re.findall(r"<((?:[0-9A-Fa-f]{2})+)>", text))
    said = (each[2:].decode("utf-16-be", "replace") if each[:2] == _WIDE else each.decode("latin-1") for each in coded)
    octal = (_OCTAL.sub(lambda found: chr(int(found[1], 8)), each) for each in _QUOTED.findall(text) if "\\" in each)
    return "\n".join([text, *octal, *(each for each in said if each.isprintable())])


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return b""
