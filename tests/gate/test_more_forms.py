"""Forty more forms in which a pupil may leave: taken apart, in other scripts, as rows, as pixels, out of sight."""

from __future__ import annotations

import pytest

from symphony_analysis.report import gate
from symphony_analysis.sources.pupil_identifiers import identifiers
from tests.gate import test_disguised, test_gate, test_written_forms
from tests.gate.test_gate import archive, notebook, output, page, png, svg

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
}  # fmt: skip


def ending(content: bytes) -> str:
    begins = {b"PK": ".docx", b"{": ".ipynb", b"<": ".html", b"\x89": ".png"}
    return next((kind for start, kind in begins.items() if content.startswith(start)), ".csv")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    (data / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    return gate.Secrets(identifiers(data))


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
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
    assert sum(map(len, before)) >= 80 and len(FORMS) >= 40


CLEAN = {
    "a sentence of counts": page("<p>12 of 40 pupils, 30%</p>" * 20),
    "a table of words": rows("Chair of trustees", "meets 6 times a year"),
    "rows that bear their figures": page("<table><caption>x</caption>" + "<tr><th>Glen Hills</th>"
                                         '<td data-figure="a.b.c.d">41</td><td>7</td></tr>' * 15 + "</table>"),
}  # fmt: skip


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_what_only_resembles_rows_of_pupils_raises_no_alarm(content, secrets, tmp_path):
    (tmp_path / "a.html").write_bytes(content)
    assert gate.Search(tmp_path, secrets).look() == []
