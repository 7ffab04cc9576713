"""Leaks in a page: what runs, fetches, hides, or shows more than the figures that may be shown."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from symphony_analysis.report.gate.of_record import OfRecord, number_in
from symphony_analysis.report.gate.texts import Found
from symphony_analysis.report.gate.unpack import Layer

ROWS = 200
#: More rows or lines of bare numbers and codes without a figure's id than any page has.
PUPIL_ROWS = 5
_BARE = re.compile(
    r"[-+\u2212]?\d{1,4}(?:\.\d+)?%?|[A-Z]{1,4}\d?|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d|[a-z]+:? ?\d{1,4}"
    r"|\d{1,4} [a-z]+|(?i:yes|no|true|false|nan|(?:not )?met|(?:fe)?male|boy|girl|pupil \d+|expected)"
    r"|(?i:working towards|greater depth)"
)
#: Mark-up within a line; every other element begins and ends one.
_INLINE = re.compile(
    r"abbr|[abiqsu]|bd[io]|cite|code|data|del|dfn|em|font|img|input|ins|kbd|label|mark|picture|ruby|r[pt]|samp|small"
    r"|source|span|strong|su[bp]|svg|path|g|time|t[dh]|tbody|thead|tfoot|use|var|wbr"
)
#: A line of this many bare numbers and codes counts as several.
_LONG = 12
_PIXELS = re.compile(r"data:(?!image/svg\+xml[;,])[a-z]+/", re.I)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_RUNS = {"script", "iframe", "object", "embed", "form", "base", "link", "frame", "applet", "noscript", "template"}
_LINK = re.compile(r"https://(?:[a-z0-9-]+\.)*gov\.uk(?:[/?#]|$)", re.I)
#: Links from the list of reports to the reports, and between the pages of one.
_FILE = r"self-evaluation\.(?:html|pdf|docx)|board-summary\.(?:html|pdf)|annex\.html|figures\.(?:xlsx|csv)"
_BESIDE = re.compile(rf"(?:\d{{6}}[\w-]*/)?(?:{_FILE})(?:#[\w-]+)?")
_OUTSIDE = re.compile(r"(?:https?:)?//|@import|url\(\s*['\"]?(?!data:)", re.I)
_FETCHED = {"src", "srcset", "poster", "action", "formaction", "background", "ping"}
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*0(?![.\d])|color\s*:\s*transparent"
    r"|font-size\s*:\s*[1-4]px|\bclip(?:-path)?\s*:|scale\(\s*0\s*\)|\bcolor\s*:\s*(?:white|#fff(?:fff)?)\b"
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3}",
    re.I,
)
_CODE = re.compile(r"jp-(?:Code|Input)|CodeMirror|\bimport (?:pandas|numpy|symphony_analysis)|from symphony_analysis")
_NOT_DRAWN = "a picture that charts did not draw"
_NOT_OURS = "a result that charts, tables and wording did not make"
_LIKE_PUPILS = ("L36", "rows like those of pupils")


@dataclass
class _Element:
    """An element not yet closed: its name, the figure that it bears, whether it is a mark beside one, its own words."""

    name: str
    figure: str
    mark: bool
    said: str = ""


class _Page(HTMLParser):
    """Reads a page once and keeps what was found."""

    def __init__(self, record: OfRecord) -> None:
        super().__init__(convert_charrefs=True)
        self.record, self.rows = record, [0]
        self.line, self.cells = "", [""]  # of the row, list item or paragraph being read
        self.alike = 0
        self.captioned = True
        self.found: list[Found] = []
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self._element(tag, held)
        for name, value in held.items():
            self._attribute(tag, name, value)
        if tag not in _VOID:
            self._open.append(_Element(tag, held.get("data-figure", ""), "tag" in held.get("class", "").split()))

    def handle_endtag(self, tag: str) -> None:
        if self._ends_line(tag):
            self._line_read(tag)
        if tag == "table" and not self.captioned:
            self.found.append(("L36", _NOT_OURS))
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].name == tag), None)
        if at is not None:
            self._closed(at)

    def close(self) -> None:
        super().close()
        self._closed(0)

    def _closed(self, at: int) -> None:
        """What was said under the ids of the elements that end here is what their figures are."""
        for element in self._open[at:]:
            if element.figure and self.record.differs(element.figure, element.said):
                self.found.append(("L25", "a number under the id of another figure"))
        del self._open[at:]

    def handle_data(self, data: str) -> None:
        bears = next((element for element in reversed(self._open) if element.figure), None)
        figure = bears.figure if bears else ""
        if bears is not None and not any(element.mark for element in self._open):
            bears.said += data
        # What is under the id of a figure of record is held against it, and is no pupil's.
        seen = "figure " if self.record.knows(figure) else data
        self.cells[-1] += seen
        self.line += seen
        if self.record.hides(figure) and number_in(data):
            self.found.append(("L25", "a number in a hidden figure"))
        if self._open and self._open[-1].name == "style" and _OUTSIDE.search(data):
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
        if self._ends_line(tag):
            self._line_read("")
        if tag == "tr":
            self.rows[-1] += 1
            if self.rows[-1] == ROWS + 1:
                self.found.append(("L36", f"a table of more than {ROWS} rows"))
        if self.record.hides(held.get("data-figure", "")) and (
            held.get("title") or held.get("data-value") or held.get("data-sort")
        ):
            self.found.append(("L26", "a hidden figure with something about it in an attribute"))
        if "hidden" in held or held.get("type") == "hidden" or _HIDES.search(held.get("style", "")):
            self.found.append(("L22", "something that is not seen"))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or "javascript:" in value.lower().replace("\t", ""):
            self.found.append(("L15", "something that runs"))
        if name in _FETCHED and _OUTSIDE.match(value):
            self.found.append(("L35", "an address that would be fetched"))
        if (name == "style" and _OUTSIDE.search(value)) or (name == "http-equiv" and value.lower() == "refresh"):
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

    def _ends_line(self, tag: str) -> bool:
        """Whether the element begins and ends a row, or a line that is not part of one."""
        return tag == "tr" or (not _INLINE.fullmatch(tag) and all(element.name != "tr" for element in self._open))

    def _line_read(self, tag: str) -> None:
        """Count a row or line that is mostly bare numbers and codes."""
        cells = self.cells[1:] if tag == "tr" else re.split(r"[\s,;|]+", self.line.strip())
        self.line, self.cells = "", [""]
        before, self.alike = self.alike, self.alike + bare_lines(cells, of_cells=tag == "tr")
        if before <= PUPIL_ROWS < self.alike:
            self.found.append(_LIKE_PUPILS)


def bare_lines(cells: Iterable[str], of_cells: bool) -> int:
    """For how many rows of pupils a line stands: none unless most of its cells or words are bare numbers and codes."""
    words = [cell.strip() for cell in cells if cell.strip()]
    bare = sum(1 for word in words if _BARE.fullmatch(word))
    least, share = (2, 1 / 2) if of_cells else (3, 3 / 4)
    return (1 + bare // _LONG) if bare >= max(least, share * len(words)) else 0


def in_rows(rows: Iterable[list[str]]) -> Iterator[Found]:
    """Rows without captions or ids: those of pupils have the same words again, or none; a figure's have their own."""
    labels: set[str] = set()
    alike = 0
    for row in rows:
        label = " ".join(cell.strip() for cell in row if not _BARE.fullmatch(cell.strip())).strip()
        alike += bool(bare_lines(row, of_cells=True)) and (not label or label in labels)
        labels.add(label)
    if alike > PUPIL_ROWS:
        yield _LIKE_PUPILS


def in_page(layer: Layer, record: OfRecord, logo: str = "") -> Iterator[Found]:
    """Leaks of every class that a page, a picture drawn as text, or a notebook's HTML can hold."""
    page = _Page(record)
    page.feed(layer.text)
    page.close()
    yield from dict.fromkeys(page.found)
    if _PIXELS.search(layer.text.replace(logo, "") if logo else layer.text):
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
