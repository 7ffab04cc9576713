"""Forty more forms in which a pupil may leave: taken apart, in other scripts, as rows, as pixels, out of sight."""

from __future__ import annotations

import base64
import codecs
import gzip
import io
import zipfile
import zlib
from datetime import date, timedelta

import pytest

from symphony_analysis.report import gate
from symphony_analysis.sources.pupil_identifiers import Identifiers, identifiers
from tests.gate import test_disguised, test_gate, test_written_forms
from tests.gate.test_gate import archive, notebook, output, page, pdf, png, svg

PUPILS = """UPN,Surname,Forename,DOB
B123456789012,Begum,Fatima,2014-03-05
B123456789013,van der Berg,Jan,2014-03-06
B123456789014,王,小明,2014-03-07
B123456789015,Иванов,Пётр,2014-03-08
"""
PIXELS = "data:image/png;base64,iVBORw0KGgo="


def rows(*cells: str, count: int = 40, around: str = "<table><caption>Pupils</caption>{}</table>") -> bytes:
    """A page with many rows of these cells; "#" becomes a number of the row."""
    each = ["".join(f"<td>{cell.replace('#', str(n % 90))}</td>" for cell in cells) for n in range(count)]
    return page(around.format("".join(f"<tr>{row}</tr>" for row in each)))


def archive_with_note(note: bytes) -> bytes:
    held = io.BytesIO(archive(a="x"))
    with zipfile.ZipFile(held, "a") as file:
        file.comment = note
    return held.getvalue()


def nested(times: int) -> bytes:
    content = b"PK nothing"
    for _ in range(times):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as file:
            file.writestr("a.docx", content)
        content = held.getvalue()
    return content


zipped = archive(a="<t>Fatima Begum</t>")
FORMS = {
    "a name in Chinese": page("<p>小明 王</p>"),
    "a name in Chinese without a space": page("<p>王小明</p>"),
    "a name in Cyrillic": page("<p>Пётр Иванов</p>"),
    "a name in Cyrillic capitals without marks": page("<p>ИВАНОВ ПЕТР</p>"),
    "wide letters": page("<p>Ｆａｔｉｍａ Ｂｅｇｕｍ</p>"),
    "mathematical letters": page("<p>𝐅𝐚𝐭𝐢𝐦𝐚 𝐁𝐞𝐠𝐮𝐦</p>"),
    "a name letter by letter": page("<p>" + "".join(f"<span>{c}</span>" for c in "Fatima Begum") + "</p>"),
    "a name with a place to break": page("<p>Fat<wbr>ima Begum</p>"),
    "names with a cell between": page("<table><tr><td>Fatima</td><td>6B</td><td>Begum</td></tr></table>"),
    "names with cells between in a download": b"surname,class,score,forename\nBegum,6B,101,Fatima\n",
    "an initial and a surname of three words": page("<p>J. van der Berg</p>"),
    "a surname of three words with hyphens": page("<p>Jan van-der-Berg</p>"),
    "a class of an element": page('<p class="fatima-begum">x</p>'),
    "an address within a page": page('<p id="begum_fatima">x</p>'),
    "words for a screen reader": page('<p aria-label="Begum, F.">x</p>'),
    "words made by a style": page('<style>p::after{content:"Fatima Begum"}</style>'),
    "a group of a drawing": svg('<g aria-label="Fatima Begum"/>'),
    "letters as numbers, twice": page("<p>Fatima&amp;#32;Begum</p>"),
    "letters as escapes of JSON": notebook({"source": "x = 'Fatima\\u0020Begum'"}),
    "letters as escapes of Python": notebook({"source": "x = 'Fatima\\x20Begum'"}),
    "a note in the metadata": notebook({}, note="Fatima Begum"),
    "the id of a cell": notebook({"id": "fatima-begum"}),
    "a number in wide digits": page("<p>Ｂ１２３４５６７８９０１２</p>"),
    "a number in Arabic digits": page("<p>B١٢٣٤٥٦٧٨٩٠١٢</p>"),
    "a number in parts": page("<p>B1234<wbr>56789012</p>"),
    "a number a cell a digit": page("<tr>" + "".join(f"<td>{c}</td>" for c in "B123456789012") + "</tr>"),
    "a number with lines below": page("<p>B_123_456_789_012</p>"),
    "a number with dashes": page("<p>B–1234–5678–9012</p>"),
    "a date with dashes": page("<p>05–03–2014</p>"),
    "a date with spaces": page("<p>05 03 2014</p>"),
    "a date in cells": page("<table><tr><td>5</td><td>March</td><td>2014</td></tr></table>"),
    "a date with a time": page("<p>2014-03-05T00:00:00</p>"),
    "rows of two cells": rows("#", "1#"),
    "rows with words": rows("Pupil #", "Girl", "EXS", "1#"),
    "rows with a school": rows("#", "Female", "Glen Hills", "1#"),
    "a table a row": page("<table><caption>x</caption><tr><td>7</td><td>Y</td></tr></table>" * 9),
    "a table without a caption": rows("Somebody", "was ill", around="<table>{}</table>", count=2),
    "a list of rows": page("<ul>" + "".join(f"<li>{n}, Y, 1{n}</li>" for n in range(40)) + "</ul>"),
    "printed rows": page("<pre>" + "\n".join(f"{n} Y 1{n}" for n in range(40)) + "</pre>"),
    "a table in Markdown of a result": notebook(output(data={"text/markdown": "|a|b|\n|-|-|\n|1|2|"})),
    "pixels for wide screens": page(f'<picture><source srcset="{PIXELS}"></picture>'),
    "pixels behind a paragraph": page(f'<p style="background:url({PIXELS})">x</p>'),
    "pixels in a style": page(f"<style>p{{background:url({PIXELS})}}</style>"),
    "pixels in a drawing": svg(f'<image href="{PIXELS}"/>'),
    "a file of pixels": png(b"IDAT", b"x"),
    "words after a picture": png(b"IDAT", b"x") + b"Fatima Begum",
    "beside the page": page('<p style="position:absolute;left:-9999px">x</p>'),
    "in no colour": page('<p style="color:transparent">x</p>'),
    "runs of a document": archive(word__document="<w:r><w:t>Fa</w:t></w:r><w:r><w:t>tima Begum</w:t></w:r>"),
}

NAME, NUMBER, BORN = "Fatima Begum", "B123456789012", "2014-03-05"
ENCODED = {
    "base64": base64.b64encode,
    "base64 without its end": lambda said: base64.b64encode(said).rstrip(b"="),
    "base64, twice": lambda said: base64.b64encode(base64.b64encode(said)),
    "base32": base64.b32encode,
    "hexadecimal": lambda said: said.hex().encode(),
    "hexadecimal with spaces": lambda said: said.hex(" ").encode(),
    "escapes of C": lambda said: b"".join(b"\\x%02x" % c for c in said),
    "escapes of a style": lambda said: b"".join(b"\\%02x " % c for c in said),
    "escapes of numbers": lambda said: b"".join(b"\\%03o" % c for c in said),
    "percent signs, twice": lambda said: b"".join(b"%%25%02X" % c for c in said),
    "printable quotes": lambda said: b"".join(b"=%02X" % c for c in said),
    "entities, three times": lambda said: b"".join(b"&amp;amp;#%d;" % c for c in said),
    "codes of letters": lambda said: b" ".join(b"%d" % c for c in said),
    "bits": lambda said: b" ".join(format(c, "08b").encode() for c in said),
    "the letter thirteen places on": lambda said: codecs.encode(said.decode(), "rot13").encode(),
    "backwards": lambda said: said[::-1],
    "two bytes a letter in base64": lambda said: base64.b64encode(said.decode().encode("utf-16-le")),
}
AGAIN = {
    "small initial": page("<p>f. begum came</p>"),
    "small initial without its dot": page("<p>then f begum came</p>"),
    "the first name and an initial": page("<p>Fatima B. came</p>"),
    "a name between": page("<p>Fatima Khadija Begum</p>"),
    "an initial between": page("<p>Fatima K. Begum</p>"),
    "the surname first, a name between": page("<p>Begum, Khadija Fatima</p>"),
    "an initial run together with a surname": page("<p>jvanderberg</p>"),
    "parts of names": page("<p>Fat ima Beg um</p>"),
    "letters with dots": page("<p>F.a.t.i.m.a B.e.g.u.m</p>"),
    "letters that look alike": page("<p>F\u0430tim\u0430 B\u0435gum</p>"),
    "small capitals": page("<p>ꜰᴀᴛɪᴍᴀ ʙᴇɢᴜᴍ</p>"),
    "letters in circles": page("<p>🅕🅐🅣🅘🅜🅐 🅑🅔🅖🅤🅜</p>"),
    "letters of flags": page("<p>🇫\u200b🇦🇹🇮🇲🇦 🇧🇪🇬🇺🇲</p>"),
    "letters of tags": page("<p>x" + "".join(chr(0xE0000 + ord(c)) for c in NAME) + "</p>"),
    "bits in letters of no width": page("<p>x" + "\u200b\u200c" * 9 + "</p>"),
    "a soft hyphen in each": page("<p>" + "&shy;".join(NAME) + "</p>"),
    "an entity in an attribute": page('<img alt="&#70;atima &#66;egum">'),
    "an element of its own": page("<p><x-a>Fat</x-a><x-a>ima</x-a> Begum</p>"),
    "a number without its letter": page("<p>123456789012</p>"),
    "a number within a word": page("<p id=upnB123456789012x>y</p>"),
    "a number from back to front": page("<p>210987654321B</p>"),
    "the month first": page("<p>03/05/2014</p>"),
    "the month first, the year short": page("<p>3-5-14</p>"),
    "a day run together": page("<p>05032014</p>"),
    "a day and a month run together": page("<p>5Mar2014</p>"),
    "the year first": page("<p>2014 March 5</p>"),
    "a day in words": page("<p>the fifth of March, two thousand and fourteen</p>"),
    "a day in words after the month": page("<p>March the fifth, twenty fourteen</p>"),
    "the note of an archive": archive_with_note(b"Fatima Begum"),
    "words after an archive": archive(a="x") + b"Fatima Begum",
    "words before an archive": b"Fatima Begum " + archive(a="x"),
    "an address in capitals": page('<img alt="x" src="DATA:text/plain;BASE64,RmF0aW1hIEJlZ3Vt">'),
    "an address in Markdown": notebook({"cell_type": "markdown", "source": "![](data:,Fatima%20Begum)"}),
    "an archive under another name": page(f'<a href="data:;base64,{base64.b64encode(zipped).decode()}">x</a>'),
    "too deep": nested(7),
    "packed": page(f'<a href="data:;base64,{base64.b64encode(gzip.compress(NAME.encode())).decode()}">x</a>'),
    "JSON of rows": b"[" + b",".join(b'[%d, "Y", 1%d]' % (n, n) for n in range(40)) + b"]",
    "rows for download": b"score,met\n" + b"101,Y\n" * 40,
    "rows for download with a school": b"school,score,met\n" + b"Glen Hills,101,Y\n" * 40,
    "rows with units": rows("# marks", "score 1#"),
    "rows with words of a standard": rows("Expected", "Working towards", "#"),
    "divisions as rows": page("".join(f"<div>{n} Y 1{n}</div>" for n in range(40))),
    "breaks as rows": page("<p>" + "<br>".join(f"{n} Y 1{n}" for n in range(40)) + "</p>"),
    "spans as rows": page("<p>" + "".join(f"<span>{n} Y 1{n} </span>" for n in range(40)) + "</p>"),
    "a hidden column by its width": archive(xl__worksheets__sheet1='<cols><col min="1" max="1" width="0"/></cols>'),
    "words too small to see": archive(word__document='<w:rPr><w:sz w:val="2"/></w:rPr>'),
    "a part of a document in a code": b"%PDF-1.4\n<< /Filter /ASCII85Decode >>\n%%EOF\n",
}  # fmt: skip


OF_TESTERS = {
    "ruby": page("<ruby>Fatima<rt>x</rt></ruby> <ruby>Begum<rt>y</rt></ruby>"),
    "css content": page("<style>p::after{content:'Fatima Begum'}</style>"),
    "css counter string": page('<style>p::after{content:"Fat" "ima Beg" "um"}</style>'),
    "aria label": page('<p aria-label="Fatima Begum">x</p>'),
    "id underscore": page('<p id="fatima_begum">x</p>'),
    "class camel": page('<p class="fatimaBegum">x</p>'),
    "meta": page('<meta name="author" content="Begum, Fatima">'),
    "title elem": b"<!doctype html><html lang=en><head><title>Begum Fatima</title></head><body>x</body></html>",
    "spaces each": page("<p>F a t i m a   B e g u m</p>"),
    "vertical": page("<p>"+"<br>".join("FatimaBegum")+"</p>"),
    "pipes": page("<p>F|a|t|i|m|a|B|e|g|u|m</p>"),
    "hex of utf16": page("<p>"+NAME.encode("utf-16-le").hex()+"</p>"),
    "unicode U+": page("<p>"+" ".join(f"U+{ord(c):04X}" for c in NAME)+"</p>"),
    "fullwidth": page("<p>"+"".join(chr(ord(c)+0xFEE0) if c!=" " else c for c in NAME)+"</p>"),
    "superscripts": page("<p>ᶠᵃᵗⁱᵐᵃ ᵇᵉᵍᵘᵐ</p>"),
    "combining enclosing": page("<p>"+"".join(c+"\u20dd" if c!=" " else c for c in NAME)+"</p>"),
    "strikethrough overlay": page("<p>"+"".join(c+"\u0336" if c!=" " else c for c in NAME)+"</p>"),
    "surname comma initial": page("<p>Begum, F</p>"),
    "possessive": page("<p>Fatima Begum's mother</p>"),
    "with year between": page("<p>Fatima (Year 6) Begum</p>"),
    "with number between": page("<p>Fatima 12 Begum</p>"),
    "hyphen linebreak": page("<p>Fati-<br>ma Be-<br>gum</p>"),
    "nickname": page("<p>Fatima 'Fati' Begum</p>"),
    "upn split two cells": page("<table><caption>x</caption><tr><td>B12345</td><td>6789012</td></tr></table>"),
    "upn with commas": page("<p>123,456,789,012</p>"),
    "upn arabic digits": page("<p>B١٢٣٤٥٦٧٨٩٠١٢</p>"),
    "dob spaced": page("<p>05 03 2014</p>"),
    "dob two cells": page("<table><caption>x</caption><tr><td>5 March</td><td>2014</td></tr></table>"),
    "dob three cells": page("<table><caption>x</caption><tr><td>5</td><td>3</td><td>2014</td></tr></table>"),
    "dob apostrophe": page("<p>5 March '14</p>"),
    "dob 5th day": page("<p>5th day of March 2014</p>"),
    "csv columns": b"what,a,b\nforename,Fatima,Jan\nsurname,Begum,Berg\n",
    "json object": b'[{"forename":"Fatima","surname":"Begum"}]',
    "docx alt": archive(word__document='<wp:docPr descr="Fatima Begum"/>'),
    "docx bookmark": archive(word__document='<w:bookmarkStart w:name="Fatima_Begum"/>'),
    "docx deleted": archive(word__document="<w:del><w:r><w:delText>Fatima Begum</w:delText></w:r></w:del>"),
    "docx tracked": archive(word__document="<w:ins w:author='x'><w:r><w:t>41</w:t></w:r></w:ins>"),
    "docx customxml": archive(customXml__item1="<a>Fatima Begum</a>"),
    "docx footnote": archive(word__footnotes="<w:t>Fatima</w:t><w:t xml:space='preserve'> Begum</w:t>"),
    "docx field code": archive(word__document='<w:instrText>INCLUDEPICTURE "http://x.org/a.png"</w:instrText>'),
    "xlsx validation": archive(xl__worksheets__sheet1='<formula1>"Fatima Begum"</formula1>'),
    "xlsx hidden group": archive(xl__worksheets__sheet1='<sheetFormatPr zeroHeight="1"/>'),
    "xlsx sheet name": archive(xl__workbook='<sheet name="Fatima Begum"/>'),
    "pdf bookmark": pdf(b"<< /Title (Fatima Begum) >>"),
    "pdf hex": pdf(b"<< /Title <466174696D6120426567756D> >>"),
    "pdf octal": pdf(b"<< /Title (\\106atima \\102egum) >>"),
    "pdf annot": pdf(b"<< /Subtype /Text /Contents (see Begum, Fatima) >>"),
    "pdf uri": pdf(b"<< /URI (https://x.org/?q=41) >>"),
    "input value": page('<input value="Fatima Begum">'),
    "input hidden": page('<input type="hidden" value="41">'),
    "inline style url": page('<p style="background:url(https://x.org/41)">x</p>'),
    "meta refresh": page('<meta http-equiv="refresh" content="0;url=https://x.org/?41">'),
    "ping": page('<a href="#x" ping="https://x.org/41">x</a>'),
    "formaction": page('<button formaction="https://x.org/41">x</button>'),
    "clip hidden": page('<p style="clip-path:inset(100%)">x</p>'),
    "tiny": page('<p style="font-size:1px">x</p>'),
    "white text": page('<p style="color:#fff">x</p>'),
    "nb raw cell": notebook({"cell_type":"raw","source":"Fatima Begum"}),
    "nb latex": notebook(output(data={"text/latex":"Fatima Begum"})),
}  # fmt: skip


def ending(content: bytes) -> str:
    begins = {
        b"PK": ".docx",
        b"{": ".ipynb",
        b"<": ".html",
        b"\x89": ".png",
        b"%PDF": ".pdf",
        b"[": ".json",
        b"Fa": ".docx",
    }
    return next((kind for start, kind in begins.items() if content.startswith(start)), ".csv")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    (data / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    return gate.Secrets(identifiers(data))


@pytest.mark.parametrize("said", [NAME, NUMBER, BORN])
@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
def test_what_is_encoded_is_found_in_words_and_in_attributes(encode, said, secrets, tmp_path):
    if said == BORN and encode(BORN.encode()) in (BORN.encode(), BORN.encode()[::-1]):
        pytest.skip("a day has no letters to move, and backwards it is another")
    held = encode(said.encode()).decode()
    for content in (page(f"<p>{held}</p>"), page(f'<p class="x" title="{held}">x</p>'), notebook({"source": held})):
        (tmp_path / f"a{ending(content)}").write_bytes(content)
        assert {leak.kind for leak in gate.Search(tmp_path, secrets).look()} & {"L01", "L02", "L03"}


@pytest.mark.parametrize("content", (FORMS | AGAIN | OF_TESTERS).values(), ids=FORMS | AGAIN | OF_TESTERS)
def test_each_form_is_stopped(content, secrets, tmp_path):
    (tmp_path / f"a{ending(content)}").write_bytes(content)
    assert gate.Search(tmp_path, secrets).look() != []


@pytest.mark.parametrize("kind", ["image/png", "text/plain"])
def test_the_cell_that_shows_something_else_is_named(kind, secrets, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "10_outcomes.ipynb").write_bytes(notebook(output(data={kind: "iVBORw0KGgo="})))
    told = [str(leak) for leak in gate.Search(tmp_path, secrets).look()]
    assert any("in notebooks/10_outcomes.ipynb: " in line and line.endswith(", in cell 1") for line in told)


def test_the_forms_are_eighty_and_forty_more():
    before = [test_gate.PLANTED, test_disguised.SPLIT, test_written_forms.WRITTEN, test_written_forms.SHOWN]
    assert sum(map(len, before)) >= 80 and len(FORMS) >= 40 and len(ENCODED) + len(AGAIN) >= 60
    assert len(OF_TESTERS) >= 40


CLEAN = {
    "a part of speech": page("<p>See, e.g. begum pages; i.e. begum</p>"),
    "codes and sizes": page("<p>70, 97 and 116 of 105 pupils; #fafafa, 0x41; QWERTYUI</p>"),
    "a cell a measure": b"what,2023/24,2024/25\nReading,74%,75%\nWriting,72%,71%\nMaths,73%,74%\n",
    "a sentence of counts": page("<p>12 of 40 pupils, 30%</p>" * 20),
    "a table of words": rows("Chair of trustees", "meets 6 times a year"),
    "rows that bear their figures": page("<table><caption>x</caption>" + "<tr><th>Glen Hills</th>"
                                         '<td data-figure="a.b.c.d">41</td><td>7</td></tr>' * 15 + "</table>"),
}  # fmt: skip


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_what_only_resembles_rows_of_pupils_raises_no_alarm(content, secrets, tmp_path):
    (tmp_path / f"a{ending(content)}").write_bytes(content)
    assert gate.Search(tmp_path, secrets).look() == []


def test_coordinates_are_no_birthdays_though_every_day_is_one(tmp_path):
    every = Identifiers(births=frozenset(date(2011, 1, 1) + timedelta(days=n) for n in range(1500)))
    operators = "".join(f"{n % 28} {n % 12} {2011 + n % 4} {n % 9}.5 re\n" for n in range(200))
    (tmp_path / "a.pdf").write_bytes(pdf(b"stream\n" + zlib.compress(operators.encode()) + b"\nendstream"))
    (tmp_path / "a.html").write_bytes(svg('<path d="M12 3 2013 5 3 2014"/>'))
    assert gate.Search(tmp_path, gate.Secrets(every)).look() == []
    (tmp_path / "a.pdf").write_bytes(pdf(b"<< /Title (5/3/2014) >>"))
    assert [leak.kind for leak in gate.Search(tmp_path, gate.Secrets(every)).look()] == ["L03"]
