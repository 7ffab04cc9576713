"""Leaks in a page: what runs, fetches, hides, or shows more than the figures that may be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from symphony_analysis.report.gate.texts import Found
from symphony_analysis.report.gate.unpack import Layer

ROWS = 200
#: More rows or lines of bare numbers and codes without a figure's id than any page has.
PUPIL_ROWS = 5
_BARE = re.compile(
    r"-?\d{1,4}(?:\.\d+)?%?|[A-Z]{1,3}\d?|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d"
    r"|(?i:yes|no|true|false|nan|none|(?:not )?met|(?:fe)?male|boy|girl|pupil \d+)"
)
_LINES = {"tr", "li", "p", "dd"}
_PIXELS = re.compile(r"data:(?!image/svg\+xml[;,])[a-z]+/", re.I)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_RUNS = {"script", "iframe", "object", "embed", "form", "base", "link", "frame", "applet", "noscript", "template"}
_LINK = re.compile(r"https://(?:[a-z0-9-]+\.)*gov\.uk(?:[/?#]|$)", re.I)
#: Links from the list of reports to the reports, and between the pages of one.
_FILE = r"self-evaluation\.(?:html|pdf|docx)|board-summary\.(?:html|pdf)|annex\.html|figures\.(?:xlsx|csv)"
_BESIDE = re.compile(rf"(?:\d{{6}}[\w-]*/)?(?:{_FILE})(?:#[\w-]+)?")
_OUTSIDE = re.compile(r"(?:https?:)?//|@import|url\(\s*['\"]?(?!data:)", re.I)
#: A band of few of a sensitive measure: words of a hidden figure whose numbers reveal nothing.
_BAND = re.compile(r"\b[01] to \d+ (?:suspensions|permanent exclusions|pupils)\b")
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*0(?![.\d])|color\s*:\s*transparent"
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3}",
    re.I,
)
_CODE = re.compile(r"jp-(?:Code|Input)|CodeMirror|\bimport (?:pandas|numpy|symphony_analysis)|from symphony_analysis")
_NOT_DRAWN = "a picture that charts did not draw"
_NOT_OURS = "a result that charts, tables and wording did not make"


class _Page(HTMLParser):
    """Reads a page once and keeps what was found."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden, self.rows = hidden, [0]
        self.line, self.cells = "", [""]  # of the row, list item or paragraph being read
        self.alike, self.traced = 0, False
        self.captioned = True
        self.found: list[Found] = []
        self._open: list[tuple[str, str]] = []  # elements not yet closed: name, figure

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self._element(tag, held)
        for name, value in held.items():
            self._attribute(tag, name, value)
        if tag not in _VOID:
            self._open.append((tag, held.get("data-figure", "")))

    def handle_endtag(self, tag: str) -> None:
        if self._is_line(tag):
            self._line_read(tag)
        if tag == "table" and not self.captioned:
            self.found.append(("L36", _NOT_OURS))
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data
        self.line += data
        figure = next((figure for _, figure in reversed(self._open) if figure), "")
        base, part = ".".join(figure.split(".")[:4]), figure.split(".")[4:5]
        # The number of schools counted reveals nothing of a pupil.
        if base in self.hidden and part != ["schools"] and re.search(r"\d", _BAND.sub("", data)):
            self.found.append(("L25", "a number in a hidden figure"))
        if self._open and self._open[-1][0] == "style" and _OUTSIDE.search(data):
            self.found.append(("L35", "an address that would be fetched"))

    def handle_comment(self, data: str) -> None:
        self.found.append(("L23", "a comment"))

    def _element(self, tag: str, held: dict[str, str]) -> None:
        if tag in _RUNS:
            self.found.append(("L16" if held.get("type", "").endswith("json") else "L15", f"<{tag}>"))
        if tag == "table":
            self.rows.append(0)
            self.captioned = False
        self.captioned |= tag == "caption"
        if tag == "pre":
            self.found.append(("L36", _NOT_OURS))
        if tag in ("td", "th"):
            self.cells.append("")
        if self._is_line(tag):
            self.line, self.cells, self.traced = "", [""], False
        if tag == "tr":
            self.rows[-1] += 1
            if self.rows[-1] == ROWS + 1:
                self.found.append(("L36", f"a table of more than {ROWS} rows"))
        self.traced |= "data-figure" in held
        figure = ".".join(held.get("data-figure", "").split(".")[:4])
        if figure in self.hidden and (held.get("title") or held.get("data-value") or held.get("data-sort")):
            self.found.append(("L26", "a hidden figure with something about it in an attribute"))
        if "hidden" in held or _HIDES.search(held.get("style", "")):
            self.found.append(("L22", "something that is not seen"))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or "javascript:" in value.lower().replace("\t", ""):
            self.found.append(("L15", "something that runs"))
        if name in {"src", "srcset", "poster", "action", "background"} and _OUTSIDE.match(value):
            self.found.append(("L35", "an address that would be fetched"))
        official = value.startswith(("#", "data:")) or _LINK.match(value) or _BESIDE.fullmatch(value)
        if name in {"href", "xlink:href"} and value and not official:
            self.found.append(("L35", "a link to somewhere that is not official"))
        if name == "class" and "celltag_" in value:
            self.found.append(("L13", "a tag of a notebook cell"))
        if name == "data-mime-type" and "stderr" in value:
            self.found.append(("L11", "what a program wrote to its error stream"))
        if name.startswith("data-") and name not in {"data-figure", "data-mime-type"} and re.search(r"\d", value):
            self.found.append(("L24", "a number in an attribute"))

    def _is_line(self, tag: str) -> bool:
        """Whether the element is a row, or a line that is not part of one."""
        return tag in _LINES and (tag == "tr" or all(name != "tr" for name, _ in self._open))

    def _line_read(self, tag: str) -> None:
        """Count a row or line that is mostly bare numbers and codes."""
        words = [cell.strip() for cell in self.cells[1:]] if tag == "tr" else re.split(r"[\s,;|]+", self.line.strip())
        bare = sum(1 for word in words if _BARE.fullmatch(word))
        least, share = (2, 1 / 2) if tag == "tr" else (3, 3 / 4)
        self.alike += bare >= max(least, share * len(words)) and not self.traced
        if self.alike == PUPIL_ROWS + 1:
            self.found.append(("L36", "rows like those of pupils"))


def in_page(layer: Layer, hidden: frozenset[str]) -> Iterator[Found]:
    """Leaks of every class that a page, a picture drawn as text, or a notebook's HTML can hold."""
    page = _Page(hidden)
    page.feed(layer.text)
    page.close()
    yield from dict.fromkeys(page.found)
    if _PIXELS.search(layer.text):
        yield "L20", _NOT_DRAWN
    if _CODE.search(layer.text):
        yield "L12", "program code"
    if re.search(r"papermill|injected-parameters", layer.text):
        yield "L13", "what papermill adds"


def in_picture(layer: Layer) -> Iterator[Found]:
    """Leaks in a drawing: text, titles, metadata, names of parts, anything that runs."""
    text = layer.text
    for kind, what, pattern in (
        ("L15", "something that runs", r"<script|\son\w+\s*=|javascript:|<foreignObject"),
        ("L20", "text, a title or a description in a drawing", r"<(?:text|title|desc)\b[^>]*>[^<]*\w"),
        ("L20", "metadata of a drawing", r"<dc:(?:creator|date|title)>\s*\S|<rdf:li>[^<]*[^<M][^<]*</rdf:li>|gid="),
        ("L20", _NOT_DRAWN, _PIXELS.pattern),
        ("L35", "an address that would be fetched", r"(?:xlink:)?href\s*=\s*['\"](?!#|data:)|url\(\s*['\"]?(?!#)"),
    ):
        if re.search(pattern, text, re.I):
            yield kind, what


def in_notebook(layer: Layer) -> Iterator[Found]:
    """Leaks in a notebook of a report: errors, streams, attachments, widgets, run records."""
    try:
        notebook = json.loads(layer.text)
    except ValueError:
        yield "L29", "a notebook that cannot be read"
        return
    if set(notebook.get("metadata", {})) & {"papermill", "widgets"}:
        yield "L13", "what papermill or widgets add"
    for number, cell in enumerate(notebook.get("cells", []), start=1):
        yield from ((kind, f"{what}, in cell {number}") for kind, what in _cell(cell))


def _cell(cell: Mapping) -> Iterator[Found]:
    if cell.get("attachments"):
        yield "L27", "an attachment of a cell"
    if set(cell.get("metadata", {})) & {"papermill", "execution"}:
        yield "L13", "what papermill adds"
    for output in cell.get("outputs", []):
        if output.get("output_type") == "error":
            yield "L10", "an error of a program"
        if output.get("output_type") == "stream":
            yield "L11", "what a program wrote to a stream"
        for kind in output.get("data", {}):
            if kind.startswith("application/"):
                yield "L16", "data for a script"
            elif kind.startswith("image/"):
                yield "L20", _NOT_DRAWN
            elif "text/html" not in output["data"]:
                yield "L36", _NOT_OURS
