"""Charts as PNG for documents that cannot show SVG, drawn by resvg without a browser."""

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from urllib.request import urlopen

from PIL import Image

#: Pixels per CSS pixel: 192 to the inch, sharp on paper.
SCALE = 2
#: CSS pixels to the inch, by which a drawing's points are turned into pixels.
_PER_INCH = 96.0


@dataclass(frozen=True)
class Picture:
    """A drawing of the page: its data address and its size in CSS pixels."""

    source: str
    width: int
    height: int


def stand_in(picture: Picture, number: int) -> bytes:
    """An empty PNG of the picture's size, different for every number."""
    empty = Image.new("P", (picture.width * SCALE, picture.height * SCALE))
    empty.putpalette(number.to_bytes(3))
    png = io.BytesIO()
    empty.save(png, format="PNG")
    return png.getvalue()


def rasterised(pictures: Sequence[Picture]) -> dict[Picture, bytes]:
    """The same pictures as PNG; one that is not a drawing is left out."""
    import resvg_py

    # Letters are drawn as paths: fonts of the machine are neither needed nor looked for.
    draw = partial(resvg_py.svg_to_bytes, background="white", dpi=_PER_INCH, skip_system_fonts=True)
    made: dict[Picture, bytes] = {}
    for picture in dict.fromkeys(pictures):
        with urlopen(picture.source) as opened:
            drawing = opened.read().decode("utf-8", "replace")
        with suppress(ValueError):
            made[picture] = draw(drawing, width=picture.width * SCALE, height=picture.height * SCALE)
    return made
