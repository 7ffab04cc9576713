"""What pandoc leaves out of a Word document: the sheet, header and footer, contents, rules of tables, picture texts."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

from symphony_analysis.steady_zip import Rewrite

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


class Lines(NamedTuple):
    """What stands at the top and at the foot of every page."""

    head: str
    foot: str


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
