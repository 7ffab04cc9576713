"""A chart as a notebook shows it: headline, picture with its text alternative, and the figures behind it."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from symphony_analysis.charts.house import NARROW, WIDTH, Picture, save
from symphony_analysis.charts.words import plain
from symphony_analysis.markup import PHONE, Html, details, element, join, table

SHORTEST_ALT, LONGEST_ALT = 20, 250


@dataclass(frozen=True, repr=False)
class Chart:
    """One chart, ready for the page: ``svg`` for the column of text, ``narrow`` for a phone.

    They and ``alt`` are empty where there was nothing to draw.
    """

    html: Html
    alt: str = ""
    svg: str = ""
    narrow: str = ""
    headline: str = ""
    subtitle: str = ""
    figure: Figure | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        # A notebook stores this beside the chart itself: it must be short.
        return f"<Chart: {self.alt or 'nothing to draw'}>"

    def _repr_html_(self) -> str:
        return self.html._repr_html_()

    def save(self, path: str | Path) -> Path:
        """Write the picture under its headline as PNG (1488 pixels wide) or SVG, by the ending; gives the path.

        Raises ValueError for another ending, and where there was nothing to draw.
        """
        target = Path(path)
        if target.suffix.casefold() not in {".png", ".svg"}:
            raise ValueError(f"a chart is saved as .png or .svg; found {target.name!r}")
        if self.figure is None:
            raise ValueError(f"there is nothing to save: {plain(str(self.html))}")
        save(self.figure, self.headline, self.subtitle, target)
        return target


def behind(title: str, head: Sequence[object], body: Iterable[Sequence[object]], key: str = "") -> Html:
    """The figures behind a chart: a table that opens in place; the key explains its symbols above the figures."""
    caption = join([f"Behind the chart: {title} ", element("span", key, class_="soft") if key else ""])
    summary = join(["The figures behind this chart", element("span", f": {title}", class_="unseen")])
    return details(summary, table(caption, list(head), [list(cells) for cells in body]), class_="data")


def drawn(
    headline: object, subtitle: str, alt: str, draw: Callable[[float], Picture], data: Html, width: float = WIDTH
) -> Chart:
    """The chart on the page, drawn at both widths; a page chooses by its own.

    Raises ValueError for a text alternative that is too short or too long.
    """
    if not SHORTEST_ALT <= len(alt) <= LONGEST_ALT:
        raise ValueError(f"a text alternative has 20 to 250 characters; this one has {len(alt)}: {alt!r}")
    whole, narrow = draw(width), draw(NARROW)
    source = element("source", media=PHONE, srcset=_address(narrow), width=NARROW, height=narrow.height)
    image = element("img", alt=alt, src=_address(whole), width=round(width), height=whole.height)
    title = element("figcaption", headline, element("br"), element("span", subtitle, class_="soft"))
    page = join([element("figure", title, element("picture", source, image), class_="chart"), data])
    return Chart(page, alt, whole.svg, narrow.svg, plain(str(headline)), plain(str(subtitle)), whole.figure)


def _address(picture: Picture) -> str:
    return "data:image/svg+xml;base64," + b64encode(picture.svg.encode()).decode("ascii")


def nothing(why: object) -> Chart:
    """In place of a chart without a single figure: a sentence that says what is missing and why."""
    return Chart(element("p", why, class_="soft"))


def alternative(kind: str, *parts: str) -> str:
    """The text alternative: kind of chart, then as many of the parts, in order, as the length allows.

    A part that is too long ends at a semicolon.
    """
    said = f"{kind}. "
    for part in parts:
        kept = part.rstrip(".")
        while len(said) + len(kept) + 1 > LONGEST_ALT and kept:
            kept = kept.rpartition(";")[0]
        said += f"{kept}. " if kept else ""
    return said.strip()
