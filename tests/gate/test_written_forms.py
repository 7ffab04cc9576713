"""Pupils are found however they are written, and from whatever file of the data folder they come."""

from __future__ import annotations

import time
from base64 import b64encode

import pytest
from openpyxl import Workbook

from symphony_analysis.report import gate
from symphony_analysis.sources.pupil_identifiers import Identifiers, folded, identifiers
from tests.gate.test_gate import SECRETS, notebook, output, page, png, within

HEADER = "UPN,Surname,Forename,DOB\n"
PUPILS = {
    "Wójcik": "B123456789012,Wójcik,Michał,2014-03-05",
    "Yıldız": "B123456789013,Yıldız,Ayşe,2014-03-06",
    "De Souza": "B123456789014,De Souza,Ana Maria,07/03/2014",
    "O’Brien": "B123456789015,O’Brien,Mary-Jane,2014-03-08",
    "Smith-Jones": "B123456789016,Smith-Jones,Tom,2014-03-09",
}
WRITTEN = [
    "Wójcik, Michał", "Michal Wojcik", "MICHAŁ WÓJCIK", "Micha\u0142 Wo\u0301jcik", "Wojcik M.", "M. Wójcik",
    "M Wojcik",
    "Ayse Yildiz", "Ayşe YILDIZ", "Yıldız Ayşe", "A. Yıldız", "Yildiz, A.", "Ay\u200bşe Yıl\u00addız",
    "Ana De Souza", "DE SOUZA, ANA MARIA", "Ana Maria de Souza", "A. De Souza", "de Souza Ana", "anadesouza",
    "ana.de-souza",
    "Mary-Jane O'Brien", "Mary O’Brien", "O`Brien Mary", "Mary Jane OBrien", "Tom Smith Jones", "Tom Smith-Jones",
    "Smith\u2010Jones, T.", "TomSmithJones", "tom_smith_jones", "Tom%20Smith-Jones", "Tom\n\tSmith\u00a0Jones",
    "B123456789012", "b123456789012", "B 123 456 789 012", "B-1234-5678-9012", "b1234 5678 9012", "UPN:B123456789012.",
    "5th March 2014", "March 5, 2014", "05-Mar-14", "5.3.2014", "5/3/14", "20140305", "Wed 5 March, 2014",
]  # fmt: skip
INNOCENT = [
    "A Year 6 pupil; a school of 210. The Hall, Orchard and Fairfield.", "Tom and the Smiths met Jones", "I Wojcika",
    "March 2014; 5 schools, 2014 pupils; 3 May 2031", "figure 1234567890123456 of 2,345", "Ana is a name", "Mary, Jane",
]  # fmt: skip


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> gate.Secrets:
    data = tmp_path_factory.mktemp("data")
    (data / "raw" / "202223").mkdir(parents=True)
    text = HEADER + "".join(f"{row}\n" for row in PUPILS.values())
    (data / "raw" / "202223" / "other year.csv").write_text(text, encoding="utf-8")
    return gate.Secrets(identifiers(data))


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("kind", ["page", "notebook"])
def test_a_pupil_is_found_however_written(text, kind, secrets, tmp_path):
    content = page(f"<p>so {text} it is</p>") if kind == "page" else notebook({"source": f"x = 'so {text} it is'"})
    (tmp_path / ("a.html" if kind == "page" else "a.ipynb")).write_bytes(content)
    assert {leak.kind for leak in gate.Search(tmp_path, secrets).look()} & {"L01", "L02", "L03"}


@pytest.mark.parametrize("text", INNOCENT)
def test_words_that_only_resemble_a_pupil_raise_no_alarm(text, secrets, tmp_path):
    (tmp_path / "a.html").write_bytes(page(f"<p>{text}</p>"))
    assert gate.Search(tmp_path, secrets).look() == []


def _workbook(path, *rows):
    book = Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("pupils")
    sheet.sheet_state = "hidden"
    for row in ([], ["Export of 2025"], HEADER.strip().split(","), *rows):
        sheet.append(row)
    book.save(path)


@pytest.mark.parametrize(
    "place", ["raw/202223/a.csv", "raw/202425/a.xlsx", "a.csv", "notes/old/a.tsv", "raw/x/utf16.csv"]
)
def test_pupils_of_every_file_of_the_data_folder_are_known(place, tmp_path):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    row = PUPILS["De Souza"].split(",")
    if path.suffix == ".xlsx":
        _workbook(path, row)
    elif path.suffix == ".tsv":
        path.write_text("\t".join(HEADER.strip().split(",")) + "\n" + "\t".join(row) + "\n", encoding="cp1252")
    else:
        path.write_text(HEADER + ",".join(row) + "\n", encoding="utf-16" if "utf16" in place else "utf-8")
    found = identifiers(tmp_path)
    assert found.numbers == {"B123456789014"} and ("ana", "de souza") in found.names and len(found.births) == 1


def test_a_full_name_in_one_column_is_known_beside_a_number(tmp_path):
    (tmp_path / "a.csv").write_text('UPN,Pupil name\nB123456789012,"Wójcik, Michał"\n', encoding="utf-8")
    (tmp_path / "schools.csv").write_text("URN,Name\n137932,Glen Hills\n", encoding="utf-8")
    assert identifiers(tmp_path).names == {("michal", "wojcik")}


def test_the_day_of_an_inspection_is_no_secret_though_a_pupil_was_born_on_it(tmp_path):
    (tmp_path / "pupils.csv").write_text(HEADER + PUPILS["Wójcik"] + "\n", encoding="utf-8")
    assert len(identifiers(tmp_path).births) == 1
    (tmp_path / "ofsted.csv").write_text("urn,date\n137932,2014-03-05\n", encoding="utf-8")
    assert identifiers(tmp_path).births == frozenset()


def test_letters_are_folded_to_one_form():
    assert folded("Łukasz Ørsted Straße æther ﬁ Zoe\u0308") == "Lukasz Orsted Strasse aether fi Zoe"


PUPIL_ROWS = "".join(f"<tr><td>{n % 7}</td><td>{'YN'[n % 2]}</td><td>{90 + n % 30}</td></tr>" for n in range(147))


def result(**data: str) -> bytes:
    return notebook(output(data={kind.replace("_", "/"): said for kind, said in data.items()}))


SHOWN = {
    "pupil rows": ("L36", "a.html", page(f"<table>{PUPIL_ROWS}</table>")),
    "pupil rows of a notebook": ("L36", "a.ipynb", result(text_html=f"<table>{PUPIL_ROWS}</table>")),
    "a frame": ("L36", "a.ipynb", result(text_html='<table class="dataframe"><tr><td>x</td></tr></table>')),
    "a printed frame": ("L36", "a.ipynb", result(text_plain="   score\n0   101")),
    "a picture of a notebook": ("L20", "a.ipynb", result(image_png="iVBORw0KGgo=")),
    "a picture of a page": ("L20", "a.html", within("image/png", png(b"IDAT", b"x"))),
    "a photograph": ("L20", "a.html", within("image/jpeg", b"\xff\xd8x")),
}


@pytest.mark.parametrize(("kind", "name", "content"), SHOWN.values(), ids=SHOWN)
def test_what_the_protected_figures_did_not_make_is_stopped(kind, name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert kind in {leak.kind for leak in gate.Search(tmp_path, SECRETS).look()}


def test_the_trust_s_own_logo_is_the_only_picture_of_pixels(tmp_path):
    logo = "data:image/png;base64," + b64encode(png(b"IDAT", b"x")).decode()
    (tmp_path / "a.html").write_bytes(page(f'<img alt="x" src="{logo}">'))
    assert gate.Search(tmp_path, SECRETS, logo=logo).look() == []
    for content in (f'<img alt="x" src="{logo.replace("png", "jpeg")}">', f'<img alt="x" src="{logo[:-8]}AAAA">'):
        (tmp_path / "a.html").write_bytes(page(content))
        assert "L20" in {leak.kind for leak in gate.Search(tmp_path, SECRETS, logo=logo).look()}


def test_a_line_break_in_quotes_is_no_path(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(notebook({"source": 'print("A:\\n\\nB", "\\\\n")\nx = "\\n\\n"'}))
    assert gate.Search(tmp_path, SECRETS).look() == []
    (tmp_path / "a.ipynb").write_bytes(notebook({"source": r'open(r"C:\Users\someone\pupils.csv")'}))
    assert [leak.kind for leak in gate.Search(tmp_path, SECRETS).look()] == ["L07"]


@pytest.mark.parametrize(
    "part",
    ["data:", "f ", "f.", "01", "ab", "12 ", "begum ", "\\46 ", "&amp;", "%25", "B1", "twenty march ", "|", "5/"],
)
def test_a_long_run_of_anything_is_read_in_time(part, secrets, tmp_path):
    (tmp_path / "a.html").write_bytes(page("<p>" + part * 20_000 + "x</p>"))
    begun = time.process_time()
    gate.Search(tmp_path, secrets).look()
    assert time.process_time() - begun < 6


def test_no_number_of_a_pupil_stands_in_the_message(secrets, tmp_path):
    (tmp_path / "a.html").write_bytes(page("<p>B 123 456 789 012 is Michał Wójcik</p>"))
    said = gate.verdict(gate.Search(tmp_path, secrets).look())
    assert "Wójcik" not in said and "123" not in said


def test_without_pupils_nothing_is_compared(tmp_path):
    (tmp_path / "a.html").write_bytes(page("<p>Ana De Souza, b123456789014</p>"))
    assert [leak.kind for leak in gate.Search(tmp_path, gate.Secrets(Identifiers())).look()] == ["L01"]
