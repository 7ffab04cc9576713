"""Charts as PNG for documents that cannot show SVG: one page of all of them, photographed once by the browser."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image

from symphony_analysis.report.browser import BrowserFailed, run

#: Pixels per CSS pixel: 192 to the inch, sharp on paper.
SCALE = 2
#: Height of one photograph in CSS pixels; browsers cap the size of a picture.
_TALLEST = 4000
_SECONDS = 60.0


@dataclass(frozen=True)
class Picture:
    """A picture of the page: its data address and its size in CSS pixels."""

    source: str
    width: int
    height: int


def _sheets(pictures: Sequence[Picture]) -> list[list[Picture]]:
    sheets: list[list[Picture]] = [[]]
    for picture in pictures:
        if sheets[-1] and sum(p.height for p in sheets[-1]) + picture.height > _TALLEST:
            sheets.append([])
        sheets[-1].append(picture)
    return sheets if pictures else []


def _photograph(sheet: Sequence[Picture], browser: Path, folder: Path) -> Image.Image:
    style = "display:block;margin:0"
    images = "".join(
        f'<img style="{style}" width="{p.width}" height="{p.height}" src="{escape(p.source)}" alt="">' for p in sheet
    )
    page, target = folder / "sheet.html", folder / "sheet.png"
    page.write_text(f'<!doctype html><body style="margin:0;background:#fff">{images}', encoding="utf-8")
    size = f"--window-size={max(p.width for p in sheet)},{sum(p.height for p in sheet)}"
    options = [size, f"--force-device-scale-factor={SCALE}", f"--screenshot={target}", page.as_uri()]
    run(browser, options, folder / "profile", _SECONDS)
    if not target.is_file():
        raise BrowserFailed(f"the browser {browser.name} took no picture")
    return Image.open(io.BytesIO(target.read_bytes())).convert("RGB")


def stand_in(picture: Picture, number: int) -> bytes:
    """An empty PNG of the picture's size, unlike that of any other number, where the picture itself is too heavy."""
    empty = Image.new("P", (picture.width * SCALE, picture.height * SCALE))
    empty.putpalette(number.to_bytes(3))
    return _png(empty)


def _png(image: Image.Image) -> bytes:
    png = io.BytesIO()
    image.save(png, format="PNG", compress_level=3)  # a little larger, and made in half the time
    return png.getvalue()


def rasterised(pictures: Sequence[Picture], browser: Path) -> dict[Picture, bytes]:
    """The same pictures as PNG. Raises BrowserFailed with a sentence."""
    made: dict[Picture, bytes] = {}
    for sheet in _sheets(list(dict.fromkeys(pictures))):
        with tempfile.TemporaryDirectory(prefix="symphony-png-", ignore_cleanup_errors=True) as folder:
            photograph = _photograph(sheet, browser, Path(folder))
        top = 0
        for picture in sheet:
            box = (0, top * SCALE, picture.width * SCALE, (top + picture.height) * SCALE)
            top += picture.height
            made[picture] = _png(photograph.crop(box))
    return made
