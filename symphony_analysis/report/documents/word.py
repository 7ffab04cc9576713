"""The report as a Word document for comments: real headings, real tables, the same bytes each time.

pandoc writes it; what it leaves out (the sheet, header and footer, contents, rules of tables, picture texts) is added
to the document's parts.
"""

import io
import re
import subprocess
import tempfile
import zipfile
from base64 import b64encode
from datetime import date
from functools import partial
from html import escape
from importlib.util import find_spec
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from symphony_analysis.files.steady_zip import Rewrite, dated, normalised
from symphony_analysis.report.documents.raster import Picture, rasterised, stand_in
from symphony_analysis.report.pages.page import Lines

SECONDS = 120.0
NO_PANDOC = "No Word document was made: the extra “word” is not installed (pip install symphony-analysis[word])."
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
#: A4 with margins of 2 cm, in twentieths of a point; the footer's right edge is where the text ends.
_SHEET = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rIdHead"/><w:footerReference w:type="default" r:id="rIdFoot"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)
_BORDERS = (
    '<w:tblBorders><w:top w:val="single" w:sz="8" w:color="1D1D1F"/>'
    '<w:bottom w:val="single" w:sz="4" w:color="D9DCE1"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="D9DCE1"/></w:tblBorders>'
)
_SMALL = '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'


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


def added(lines: Lines) -> dict[str, bytes]:
    """The parts that are new: header and footer."""
    head = f'<w:p><w:pPr><w:jc w:val="right"/></w:pPr>{_run(lines.head, "<w:b/>")}</w:p>'
    count = f"{_field('PAGE')}{_run(' of ')}{_field('NUMPAGES')}"
    tab = '<w:pPr><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs></w:pPr>'
    foot = f"<w:p>{tab}{_run(lines.foot)}<w:r><w:tab/></w:r>{count}</w:p>"
    whole = '<?xml version="1.0" encoding="UTF-8"?><w:{0} {1}>{2}</w:{0}>'
    return {
        "word/header1.xml": whole.format("hdr", _SPACES, head).encode(),
        "word/footer1.xml": whole.format("ftr", _SPACES, foot).encode(),
    }


def _run(words: str, look: str = "") -> str:
    return f'<w:r>{_SMALL.replace("<w:sz ", f"{look}<w:sz ", 1)}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def _document(held: bytes) -> bytes:
    """The sheet, tables as wide as the text, and one description of each picture: its words."""
    text = re.sub(r"<w:sectPr>.*?</w:sectPr>", _SHEET, held.decode(), flags=re.S)
    text = _with_contents(text.replace(">Table of Contents<", ">Contents<"))
    text = text.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>")
    text = text.replace('<w:tblW w:type="auto" w:w="0" />', '<w:tblW w:type="pct" w:w="5000"/>')
    text = re.sub(r'(<wp:docPr descr=")([^"]*)(".*?<pic:cNvPr descr=")[^"]*', r"\g<1>\2\3\2", text, flags=re.S)
    return text.encode()


def _with_contents(text: str) -> str:
    """The contents filled in: pandoc leaves them empty until Word is asked to update them."""
    found = re.findall(
        r'w:name="([^"]+)" />\s*<w:p><w:pPr><w:pStyle w:val="Heading([12])" /></w:pPr>(.*?)</w:p>', text, flags=re.S
    )
    entries = ""
    for anchor, level, runs in found:
        words = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", runs))
        look = (
            f'<w:spacing w:before="{80 if level == "1" else 0}" w:after="0"/><w:ind w:left="{(int(level) - 1) * 280}"/>'
        )
        tab = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9638"/></w:tabs>'
        page = _field(f"PAGEREF {anchor} \\h")
        line = f'<w:r>{_SMALL}<w:t xml:space="preserve">{words}</w:t></w:r><w:r>{_SMALL}<w:tab/></w:r>{page}'
        entries += f'<w:p><w:pPr>{tab}{look}</w:pPr><w:hyperlink w:anchor="{anchor}">{line}</w:hyperlink></w:p>'
    ends = '<w:fldChar w:fldCharType="separate" /><w:fldChar w:fldCharType="end" /></w:r></w:p>'
    filled = (
        f'<w:fldChar w:fldCharType="separate" /></w:r></w:p>{entries}'
        '<w:p><w:r><w:fldChar w:fldCharType="end" /></w:r></w:p>'
    )
    return text.replace(ends, filled, 1)


def _field(instruction: str) -> str:
    """A field that Word works out, as a page number."""
    return "".join(
        f"<w:r>{_SMALL}{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve"> {instruction} </w:instrText>',
            '<w:fldChar w:fldCharType="end"/>',
        )
    )


def _styles(held: bytes) -> bytes:
    """British English, 11 points, 9 in tables, which have rules; titles at the left."""
    text = held.decode().replace('w:val="en-US"', 'w:val="en-GB"')
    text = text.replace('<w:sz w:val="24" />', '<w:sz w:val="22" />', 1)
    text = text.replace('<w:spacing w:before="180" w:after="180" />', '<w:spacing w:before="80" w:after="80" />')
    text = re.sub(r'(w:styleId="Table">.*?<w:tblInd [^>]*>)', rf"\1{_BORDERS}", text, count=1, flags=re.S)
    text = re.sub(r'(w:styleId="Compact">.*?</w:pPr>)', rf"\1{_SMALL}", text, count=1, flags=re.S)
    text = text.replace('w:type="dxa" w:w="108" />', 'w:type="dxa" w:w="57" />')  # between the columns of a table
    # A picture's title is above it, on one page with it.
    text = re.sub(r'("Image Caption" />\s*<w:basedOn [^>]*>)', r"\1<w:pPr><w:keepNext/></w:pPr>", text)
    return re.sub(r'(w:styleId="Title">.*?)<w:jc w:val="center" />', r"\1", text, count=1, flags=re.S).encode()


def _theme(held: bytes) -> bytes:
    """A typeface that every Word has; pandoc's own came with Microsoft 365."""
    return re.sub(rb'<a:latin typeface="Aptos[^>]*>', b'<a:latin typeface="Calibri"/>', held)


def _related(held: bytes) -> bytes:
    parts = (("rIdHead", "header"), ("rIdFoot", "footer"))
    own = "".join(f'<Relationship Id="{name}" Type="{_KIND}/{kind}" Target="{kind}1.xml"/>' for name, kind in parts)
    return held.replace(b"</Relationships>", own.encode() + b"</Relationships>")


def _declared(held: bytes) -> bytes:
    own = "".join(
        f'<Override PartName="/word/{kind}1.xml" ContentType="{_PART}.{kind}+xml"/>' for kind in ("header", "footer")
    )
    return held.replace(b"</Types>", own.encode() + b"</Types>")


#: The changes to each part of the document.
REWRITES: dict[str, Rewrite] = {
    "word/document.xml": _document,
    "word/styles.xml": _styles,
    "word/theme/theme1.xml": _theme,
    "word/_rels/document.xml.rels": _related,
    "[Content_Types].xml": _declared,
}


def _pandoc() -> str | None:
    if find_spec("pypandoc") is None:
        return None
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        return None


def word_or_reason(html: str, as_at: date, lines: Lines) -> tuple[bytes | None, str]:
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
