"""One executed notebook as a section of the page: exported by nbconvert, sanitised, with unique ids."""

import json
import re
from dataclasses import astuple, dataclass, field
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

from symphony_analysis.names import slug
from symphony_analysis.remembered import code_of, remembered
from symphony_analysis.report.pages.sanitise import clean

HERE = Path(__file__).parent
_HEADING = re.compile(r"h[1-6]")
_NUMBER = re.compile(r", \d+$")
_SHOWN = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown"]
_NO_DESCRIPTION = "no description has been provided"
#: Attributes that name ids of the same notebook, one or several.
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "headers")


class ReportError(Exception):
    """The report cannot be made from these notebooks; the message names the notebook and what is wrong."""


@dataclass(frozen=True)
class Fragment:
    """One section of the report: ``slug`` is its place on the page, ``title`` the notebook's own heading.

    ``bare``: there is nothing under the title but the question that the section would answer. ``soup``: its ``html``
    parsed, from whoever made it last for who changes it next.
    """

    name: str
    slug: str
    title: str
    html: str
    bare: bool = False
    soup: BeautifulSoup | None = field(default=None, compare=False, repr=False)

    def parsed(self) -> BeautifulSoup:
        """Its ``html`` as a tree; the caller may change it if nobody else asks for it."""
        return BeautifulSoup(self.html, "html.parser") if self.soup is None else self.soup


def section_slug(name: str) -> str:
    """The place of a notebook on the page: "50_attendance" is at "#attendance"."""
    return slug(re.sub(r"^\d+_", "", name))


class _Exporter(HTMLExporter):
    """HTMLExporter without its last step, a second parse for pictures without words: these are refused here."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        self.register_filter("highlight_code", Highlight2HTML(parent=self))
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


@lru_cache(maxsize=1)
def _exporter() -> HTMLExporter:
    settings = Config()
    settings.NbConvertBase.display_data_priority = _SHOWN
    settings.CSSHTMLHeaderPreprocessor.enabled = False
    return _Exporter(
        config=settings,
        template_name="template",
        extra_template_basedirs=[str(HERE)],
        exclude_input=True,
        exclude_anchor_links=True,
    )


@cache
def _converter() -> bytes:
    """Everything but the notebook that a section depends on, for one version of this package's other rooms."""
    templates = [path.read_bytes() for path in sorted((HERE / "template").rglob("*")) if path.is_file()]
    versions = [version(name) for name in ("nbconvert", "beautifulsoup4", "nh3", "mistune")]
    return " ".join([code_of("report"), *versions]).encode() + b"".join(templates)


def set_heading_levels(soup: BeautifulSoup, top: int) -> None:
    """Shift headings so that the notebook's title is ``top`` and no level is skipped below it."""
    open_headings: list[tuple[int, int]] = []
    for heading in soup.find_all(_HEADING):
        level = int(heading.name[1])
        while open_headings and open_headings[-1][0] >= level:
            open_headings.pop()
        new = open_headings[-1][1] + 1 if open_headings else top
        open_headings.append((level, new))
        heading.name = f"h{min(new, 6)}"


def _name_places(soup: BeautifulSoup, prefix: str) -> None:
    """Give every id the section's prefix and make it unique, and let links and references follow."""
    renamed: dict[str, str] = {}
    taken = {prefix}
    for element in soup.find_all(id=True):
        wanted = slug(element.get_text(" ") if _HEADING.fullmatch(element.name) else str(element["id"]))
        place, number = f"{prefix}-{wanted or 'part'}", 2
        while place in taken:
            place, number = f"{prefix}-{wanted or 'part'}-{number}", number + 1
        taken.add(place)
        renamed.setdefault(str(element["id"]), place)
        element["id"] = place
    for link in soup.find_all("a", href=True):
        target = str(link["href"]).removeprefix("#")
        if str(link["href"]).startswith("#") and target in renamed:
            link["href"] = "#" + renamed[target]
    for attribute in _REFERENCES:
        for element in soup.find_all(None, {attribute: True}):
            named = str(" ".join(element.get_attribute_list(attribute))).split()
            element[attribute] = " ".join(renamed.get(name, f"{prefix}-{slug(name)}") for name in named)


def _without_empty_headings(soup: BeautifulSoup) -> None:
    """Take away every heading, but the title, under which there is nothing."""
    for heading in reversed(soup.find_all(_HEADING)[1:]):
        after = heading.find_next_sibling()
        if after is None or (_HEADING.fullmatch(after.name) and after.name <= heading.name):
            heading.extract()


def _bare(notebook: NotebookNode) -> bool:
    """Has the notebook nothing to show? A result of no words is none."""
    return not any(
        str(words).strip()
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for kind, words in output.get("data", {}).items()
        if kind in _SHOWN
    ) and not any(cell.cell_type == "markdown" and not cell.source.startswith("#") for cell in notebook.cells)


def name_regions(soup: BeautifulSoup, title: str = "") -> None:
    """Give every region a label of its own on the whole page, so that none is mistaken for another.

    Without a ``title`` they have theirs already, and are numbered anew.
    """
    taken: set[str] = set()
    for region in soup.find_all(None, {"role": "region", "aria-label": True}):
        said = str(region["aria-label"])
        said = f"{said} – {title}" if title else _NUMBER.sub("", said)
        label, number = said, 2
        while label in taken:
            label, number = f"{said}, {number}", number + 1
        taken.add(label)
        region["aria-label"] = label


def fragment(name: str, notebook: NotebookNode) -> Fragment:
    """The notebook as a section of any page, its headings as they were; the page sets their levels.

    Made once: the next run of the same code takes it from its memory. Raises ReportError, naming the notebook, for a
    failed cell, a missing title or a picture without words.
    """
    asked = (name, json.dumps(notebook, sort_keys=True).encode(), _converter())
    return Fragment(*remembered("fragment", asked, lambda: list(astuple(_made(name, notebook)))))


def _made(name: str, notebook: NotebookNode) -> Fragment:
    # Results that have no form for the page, such as a bare repr, are left out.
    kept = NotebookNode(notebook)
    kept.cells = [NotebookNode(cell) for cell in notebook.cells]
    for number, cell in enumerate(kept.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise ReportError(f"{name}: cell {number} ended in {output.ename}")
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if any(kind in o.get("data", {}) for kind in _SHOWN)]
    html, _ = _exporter().from_notebook_node(kept)
    soup = BeautifulSoup(clean(html), "html.parser")
    for picture in soup.find_all("img"):
        words = str(picture.get("alt") or "").strip()
        if not picture.get("src"):
            raise ReportError(f"{name}: a picture is not held in the page itself")
        if not words or _NO_DESCRIPTION in words.lower():
            raise ReportError(f"{name}: a picture has no text alternative; charts.show writes one")
    _without_empty_headings(soup)
    title = soup.find(_HEADING)
    if title is None:
        raise ReportError(f"{name}: the first cell has no title (# ...)")
    words = title.get_text(" ", strip=True)
    for picture in soup.find_all("img"):
        figure = picture.find_parent("figure")
        if figure is None or picture.parent is None or picture.parent.name == "picture":
            continue
        # One with no drawing for a phone scrolls there.
        caption = figure.find("figcaption")
        headline = next(caption.stripped_strings, "") if caption else ""
        label = f"Chart: {headline}" if headline else "Chart"
        frame = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": label}
        picture.wrap(soup.new_tag("div", attrs=frame))
    name_regions(soup, words)
    _name_places(soup, section_slug(name))
    # Cleaned once more: what is shown is what left the sanitiser, not what a parser made of it.
    whole = re.sub(r"\n{3,}", "\n\n", clean(str(soup))).strip()
    return Fragment(name, section_slug(name), words, whole, _bare(kept))
