"""The report as a Word document for comments: real headings, real tables, the same bytes each time."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from base64 import b64encode
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from symphony_analysis.report.raster import Picture, rasterised, stand_in
from symphony_analysis.report.word_pages import REWRITES, Lines, added
from symphony_analysis.steady_zip import Rewrite, dated, normalised

SECONDS = 120.0
NO_LINES = Lines("", "")
NO_PANDOC = "No Word document was made: the extra “word” is not installed (pip install symphony-analysis[word])."


def _size(image: Tag, name: str, usual: int) -> int:
    text = str(image.get(name, ""))
    return int(float(text)) if text.replace(".", "", 1).isdigit() else usual


def _put_pictures(soup: BeautifulSoup) -> dict[bytes, bytes]:
    """Replace each SVG by a small placeholder, because pandoc is slow on large pictures; returns {placeholder: PNG}.

    A picture that cannot be drawn is replaced by its words.
    """
    images = [i for i in soup.find_all("img") if str(i.get("src", "")).startswith("data:image/svg+xml")]
    sizes = [Picture(str(i["src"]), _size(i, "width", 720), _size(i, "height", 360)) for i in images]
    made = rasterised(sizes) if find_spec("resvg_py") else {}
    stand_ins = {picture: stand_in(picture, number) for number, picture in enumerate(made)}
    for image, picture in zip(images, sizes, strict=True):
        if picture in made:
            image["src"] = "data:image/png;base64," + b64encode(stand_ins[picture]).decode("ascii")
            image["width"] = f"{picture.width}px" if image.find_parent("td") else "100%"
            del image["height"]
        else:
            image.replace_with(soup.new_string(f"[{image.get('alt', '')}]"))
    return {stand_ins[picture]: png for picture, png in made.items()}


def _put_words(soup: BeautifulSoup) -> None:
    """Express layout in words: the judgement scale, and what separates a finding from its claim."""
    for scale in soup.find_all(class_="scale"):
        line = soup.new_tag("p")
        line.string = str(scale.get("aria-label", ""))
        scale.replace_with(line)
    for claim in soup.find_all(class_="claim"):
        claim.name = "p"
        status = claim.find(class_="tag")
        if status is not None:
            status.name = "strong"
            status.insert_after(": ")
    for mark in soup.select(".tag + .tag"):
        mark.insert_before(" ")
    for words in soup.select(".tag.same .unseen"):  # the sign alone, which the legend explains, as on the page
        words.decompose()
    for folded in soup.find_all("details"):  # what is folded away on the page is in the annex
        folded.decompose()
    for caption in soup.find_all("figcaption"):
        caption.name, caption["data-custom-style"] = "div", "Image Caption"
    for figure in soup.find_all("figure"):
        figure.unwrap()


def _align_numbers(soup: BeautifulSoup) -> None:
    """Figures stand at the right of their column, as on the page; words at the left."""
    for table in soup.find_all("table"):
        if "words" in table.get_attribute_list("class"):
            continue
        for cell in table.find_all(["td", "th"]):
            head = cell.name == "th" and cell.find_parent("thead") and cell.find_previous_sibling()
            if head or (cell.name == "td" and "t" not in cell.get_attribute_list("class")):
                cell["style"] = "text-align:right"


def _set_widths(soup: BeautifulSoup) -> None:
    """Columns as wide as what they hold: the longest word fits, and a long cell gets more room than a short one."""
    for table in soup.find_all("table"):
        rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
        rows = [row for row in rows if not any(cell.get("colspan") for cell in row)]
        widths = [max(map(_needed, column)) for column in zip(*rows, strict=False)]
        group = soup.new_tag("colgroup")
        for width in widths:
            group.append(soup.new_tag("col", style=f"width:{100 * width / sum(widths):.1f}%"))
        caption = table.find("caption")
        caption.insert_after(group) if caption else table.insert(0, group)


def _needed(cell: Tag) -> float:
    """How many letters wide a cell should be; seven pixels of a picture are as wide as a letter."""
    text, pictures = cell.get_text(" ", strip=True), cell.find_all("img")
    drawn = max(
        (float(str(each["width"]).removesuffix("px")) / 7 for each in pictures if "width" in each.attrs), default=0
    )
    return max(3 + max(map(len, text.split(" "))), 1.7 * len(text) ** 0.5, drawn)


def for_word(html: str) -> tuple[str, dict[bytes, bytes]]:
    """The page in elements that become Word's own: headings, paragraphs, lists, tables, pictures.

    The second value is {placeholder: PNG} for the pictures.
    """
    soup = BeautifulSoup(html, "html.parser")
    for narrow in soup.find_all("source"):
        narrow.decompose()
    for both in soup.find_all("picture"):
        both.unwrap()
    pictures = _put_pictures(soup)
    _put_words(soup)
    _align_numbers(soup)
    _set_widths(soup)
    return str(soup), pictures


def _pandoc() -> str | None:
    if find_spec("pypandoc") is None:
        return None
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        return None


def word_or_reason(html: str, as_at: date, lines: Lines = NO_LINES) -> tuple[bytes | None, str]:
    """The document with these lines on every page, or None and the reason; a report is complete without it."""
    pandoc = _pandoc()
    if pandoc is None:
        return None, NO_PANDOC
    page, pictures = for_word(html)
    with tempfile.TemporaryDirectory(prefix="symphony-word-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "report.docx"
        # The sandbox lets pandoc read nothing but this text.
        options = ["--toc", "--toc-depth=2", "--shift-heading-level-by=-1"]
        command = [pandoc, "--sandbox", "--from=html", "--to=docx", *options, "-o", str(target)]
        try:
            subprocess.run(command, input=page.encode(), capture_output=True, check=True, timeout=SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            return None, f"No Word document was made: pandoc did not finish ({type(error).__name__})."
        document = target.read_bytes()
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        media = [name for name in archive.namelist() if name.startswith("word/media/")]
    rewrite: dict[str, Rewrite] = dict.fromkeys(media, lambda held: pictures.get(held, held))
    rewrite |= {**REWRITES, "docProps/core.xml": partial(dated, as_at=as_at)}
    return normalised(document, rewrite, added(lines)), ""
