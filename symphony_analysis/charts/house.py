"""The house style: figures sized in pixels, how each kind of line looks, and an SVG that is the same every time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import matplotlib
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

HOUSE = Path(__file__).parent.parent / "house.mplstyle"
#: The widths a chart is drawn at, in pixels: the column of text, and a phone.
WIDTH, NARROW = 720, 344
#: Points in a pixel. Text and lines are measured in points; every place and size in this room is in pixels.
PX = 0.75
_UNSAID = ("Date", "Creator", "Format", "Type")
SMALL, PLAIN, LARGE = 9.4, 10.1, 10.9
#: The typeface of the page, shipped with the package; a letter that it lacks comes from matplotlib's own.
FACES = ["Symphony Sans", "DejaVu Sans"]
for _face in sorted((Path(__file__).parent.parent / "fonts").glob("*.ttf")):
    fontManager.addfont(_face)


@dataclass(frozen=True)
class Look:
    """How a line is told from the others, in colour and in grey: colour, colour of its words, marker, dashes."""

    colour: str
    text: str
    marker: str = "o"
    dashes: tuple[float, ...] | str = ""
    width: float = 2.0


_DASHED = (4.0, 2.5)
LOOKS = {
    "ours": Look("C0", "C0", width=2.4),
    "trust": Look("C1", "ink", marker="s"),
    "disadvantaged": Look("C2", "C2", marker="D", width=2.4),
    "gap": Look("C2", "C2", marker="D", width=2.4),
    "england": Look("C4", "C4", marker="s", dashes=_DASHED, width=1.6),
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the machine or the notebook has set; theirs comes back afterwards."""
    with style.context(HOUSE, after_reset=True):
        yield


def ink(name: str) -> str:
    """The style file's colour for ink, soft words, rules or paper; a place in the palette (C0) passes through."""
    style_file = matplotlib.rcParams
    named = {
        "ink": style_file["text.color"],
        "soft": style_file["xtick.color"],
        "rule": style_file["grid.color"],
        "paper": style_file["axes.facecolor"],
    }
    return str(named.get(name, name))


def canvas(height: float, width: float) -> Figure:
    """An empty figure of so many pixels. It belongs to no global state, so nothing has to be closed."""
    return Figure(figsize=(width * PX / 72, height * PX / 72))


def wide(figure: Figure) -> float:
    """The width of a figure in pixels."""
    return round(float(figure.get_size_inches()[0]) * 72 / PX)


def phone(width: float) -> bool:
    """Is this the width of a phone? Labels move below or above what they name there."""
    return width < WIDTH


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in the figure, counted in pixels from its upper left corner."""
    across, high = (side * 72 / PX for side in figure.get_size_inches())
    ax = figure.add_axes((left / across, 1 - (top + height) / high, width / across, height / high))
    ax.patch.set_visible(False)
    return ax


def write(
    figure: Figure, x: float, y: float, words: str, colour: str = "ink", size: float = PLAIN, **settings: Any
) -> Text:
    """Words at a place in the figure, counted in pixels from its upper left corner."""
    across, high = (side * 72 / PX for side in figure.get_size_inches())
    return figure.text(x / across, 1 - y / high, words, color=ink(colour), fontsize=size, va="center", **settings)


def words_beside(
    ax: Axes,
    words: str,
    at: tuple[float, float],
    gap: float = 6.0,
    coords: str | tuple[str, str] = "data",
    size: float = SMALL,
    **look: Any,
) -> None:
    """Words to the right of a point, so many points from it, also where that is outside the axes."""
    ax.annotate(
        words,
        at,
        xycoords=coords,
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        fontsize=size,
        annotation_clip=False,
        **look,
    )


@lru_cache(maxsize=4096)
def text_width(words: str, size: float = PLAIN, bold: bool = False) -> float:
    """How many pixels wide these words are drawn."""
    if not words.strip():
        return 0.0
    face = FontProperties(family=FACES, weight="bold" if bold else "normal", size=size)
    # The outermost point of the outlines: where their curves end exactly takes ten times as long to find.
    return float(TextPath((0, 0), words, prop=face).vertices[:, 0].max()) / PX


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Places near those wanted, in the same order, at least ``apart`` from each other and within the bounds.

    Labels at the ends of lines that nearly meet are moved apart by this, no further than needed.
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    groups: list[list[float]] = []  # each group: sum of wanted places less their offsets, number in it
    for at in order:
        groups.append([wanted[at], 1.0])
        while len(groups) > 1 and _start(groups[-2], apart) + groups[-2][1] * apart > _start(groups[-1], apart):
            last = groups.pop()
            groups[-1] = [groups[-1][0] + last[0], groups[-1][1] + last[1]]
    placed: list[float] = []
    for group in groups:
        first = _start(group, apart)
        placed += [first + step * apart for step in range(int(group[1]))]
    return _within(order, placed, apart, low, high)


def _start(group: list[float], apart: float) -> float:
    """Where the first label of a group stands, so that the group is centred on the mean of the places wanted."""
    return group[0] / group[1] - (group[1] - 1) * apart / 2


def _within(order: list[int], placed: list[float], apart: float, low: float, high: float) -> list[float]:
    for step in range(len(placed)):
        placed[step] = max(placed[step], low + step * apart)
    for step in range(len(placed)):
        placed[-1 - step] = min(placed[-1 - step], high - step * apart)
    result = [0.0] * len(placed)
    for step, at in enumerate(order):
        result[at] = placed[step]
    return result


class Picture(NamedTuple):
    """A figure and its SVG text."""

    svg: str
    figure: Figure

    @property
    def height(self) -> int:
        """The height in pixels."""
        return round(float(self.figure.get_size_inches()[1]) * 72 / PX)


def finished(figure: Figure) -> Picture:
    """The figure with its SVG text: the same bytes from the same figure, without date, maker or comments."""
    out = StringIO()
    FigureCanvasSVG(figure).print_svg(out, metadata=dict.fromkeys(_UNSAID))
    return Picture(_smaller(out.getvalue()), figure)


def save(figure: Figure, headline: str, subtitle: str, target: Path) -> None:
    """Write the figure under its headline as PNG or SVG by the ending of the name, 720 pixels wide, twice for PNG."""
    lines = [(line, "bold", "ink") for line in wrap(headline, 78)]
    lines += [(line, "normal", "soft") for line in wrap(subtitle, 94)]
    kind, wide, high = target.suffix.casefold().removeprefix("."), *figure.get_size_inches()
    head, margin = 18 * len(lines) * PX / 72, 12 * PX / 72
    with house_style():
        said = [
            write(figure, 0, 18 * (at - len(lines)), line, colour, weight=weight)
            for at, (line, weight, colour) in enumerate(lines)
        ]
        room = Bbox([[-margin, -margin], [wide + margin, high + head + margin]])
        unsaid = dict.fromkeys(_UNSAID if kind == "svg" else ("Software",))
        figure.savefig(target, format=kind, dpi=2 * 72 / PX, bbox_inches=room, metadata=unsaid)
        for each in said:
            each.remove()


def _smaller(drawn: str) -> str:
    """A third of the size without a visible change: no comments or idle names, short numbers, single spaces."""
    drawn = re.sub(r"<!--.*?-->", "", drawn[drawn.index("<svg") :], flags=re.S)
    drawn = re.sub(r"\s+", " ", drawn).replace("> <", "><")
    drawn = re.sub(r'<g id="[^"]*"/>', "", drawn)
    drawn = re.sub(r'(?<=<g) id="[^"]*"', "", drawn)
    drawn = re.sub(r'd="([^"]*)" transform="scale\(0.015625\)"', _short_glyph, drawn)
    drawn = re.sub(r' transform="translate\((\S+)(?: 0)?\)"/>', r' x="\1"/>', drawn)
    drawn = re.sub(r'(?<= x=")\d+\.\d+(?="/>)', lambda found: f"{float(found[0]):.1f}", drawn)
    drawn = re.sub(r"-?\d+\.\d+", _short_number, drawn)
    drawn = re.sub(
        r' d="[^"]*"', lambda path: re.sub(r" ?([A-Za-z]) ", r"\1", path[0][4:-1]).join((' d="', '"')), drawn
    )
    drawn = re.sub(r'style="[^"]*"', lambda looks: re.sub(r"([:;]) ", r"\1", looks[0]), drawn)
    names = list(dict.fromkeys(re.findall(r'id="((?:SymphonySans|DejaVuSans)[^"]*)"', drawn)))
    for number, name in enumerate(names):
        drawn = drawn.replace(f'"{name}"', f'"g{number}"').replace(f'"#{name}"', f'"#g{number}"')
    drawn = drawn.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    return drawn + "\n"


def _short_glyph(outline: re.Match[str]) -> str:
    """A letter's outline in steps of a four-hundredth of its size, finer than print, each point from the one before."""
    made, at, start = "", (0, 0), (0, 0)
    for command, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", outline[1]):
        found = [round(float(each) / 16) for each in numbers.split()]
        points = list(zip(found[::2], found[1::2], strict=True))
        steps = " ".join(f"{x - at[0]} {y - at[1]}" for x, y in points).replace(" -", "-")
        made, at = f"{made}{command.lower()}{steps}", points[-1] if points else start
        start = at if command == "M" else start
    return f'd="{made}" transform="scale(0.25)"'


def _short_number(found: re.Match[str]) -> str:
    value = float(found[0])
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")
