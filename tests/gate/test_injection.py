"""Twelve payloads in five places: none becomes an element, an attribute or a formula, and nothing runs in a browser."""

from __future__ import annotations

import csv
import http.server
import io
import re
import threading
from collections import Counter
from datetime import date
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from playwright.sync_api import Browser

from symphony_analysis import report
from symphony_analysis.charts.chart import drawn
from symphony_analysis.charts.house import Picture
from symphony_analysis.figure import COLUMNS
from symphony_analysis.markup import element, rich, table
from symphony_analysis.report.figure_files.csv_files import figures_csv
from symphony_analysis.report.figure_files.workbook import figures_xlsx
from tests.report import conftest as small

PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", '"><b onclick=alert(1)>',
    "'--><script>alert(1)</script>", "</style><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "[x](javascript:alert(1))", "{{7*7}}", "{% raw %}", "$\\href{javascript:alert(1)}{x}$", '=HYPERLINK("http://h/")',
)  # fmt: skip
SINKS = (
    "table cell",
    "table header and caption",
    "sentence",
    "chart title and alt text",
    "document title and download",
)


def shown(sink: str, text: str) -> str:
    """What a notebook shows with this text in one place."""
    if sink == "table cell":
        return str(table("Plain", ["Name"], [[text]]))
    if sink == "table header and caption":
        return str(table(text, [text, "Other"], [["a", "b"]]))
    if sink == "sentence":
        return str(element("p", rich(text)))
    if sink == "chart title and alt text":
        data = element("p", text)
        picture = Picture("<svg xmlns='http://www.w3.org/2000/svg'/>", Figure(figsize=(7.44, 1.0)))
        return drawn(text, text, f"A chart of schools. {text}", lambda width: picture, data)._repr_html_()
    return str(element("p", text))


def whole_page(sink: str, text: str, stage: Path) -> str:
    inputs = small.inputs()
    if sink == "document title and download":
        object.__setattr__(inputs.trust, "name", text)
    cells = [small.markdown("# A section"), small.shown(shown(sink, text))]
    report.build({"10_outcomes": small.notebook(*cells)}, small.parameters(), stage, inputs, small.figures())
    return (stage / "self-evaluation.html").read_text(encoding="utf-8")


def skeleton(page: str) -> Counter:
    """Every element with the names of its attributes."""
    soup = BeautifulSoup(page, "html5lib")
    return Counter((each.name, tuple(sorted(each.attrs))) for each in soup.find_all(True))


@pytest.fixture(autouse=True)
def without_browser(monkeypatch):
    """Pages only: a PDF of sixty pages shows nothing more."""
    monkeypatch.setattr("symphony_analysis.report.write_report.DOCUMENTS", {})


@pytest.fixture(scope="module")
def harmless(tmp_path_factory) -> dict:
    return {}


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_makes_no_element_and_no_attribute(payload, sink, tmp_path, harmless):
    if sink not in harmless:
        (tmp_path / "plain").mkdir()
        harmless[sink] = skeleton(whole_page(sink, "Plain words", tmp_path / "plain"))
    (tmp_path / "stage").mkdir()
    assert skeleton(whole_page(sink, payload, tmp_path / "stage")) == harmless[sink]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_download_runs_a_formula(payload):
    usual = dict.fromkeys(COLUMNS, "") | {"measure": "x", "time_period": 202425, "school_name": payload}
    rows = list(csv.reader(io.StringIO(figures_csv(pd.DataFrame([usual])))))
    assert not any(cell.lstrip()[:1] in set("=+@") for row in rows for cell in row)


FORMULAS = ("=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1+1", "\n=1+1", " =1+1", "\uff1d1+1", "=", "-A1", "+44 x", "-")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_spreadsheet_runs_the_name_of_a_school(formula, tmp_path):
    """In the figures as CSV and Excel, and in the CSV of every table shown, where a name stands as it was given."""
    figures = small.figures()
    place = figures.index[figures["school_name"].ne("")][0]
    figures.loc[place, "school_name"] = formula
    shown_table = table(formula, [formula, "Value"], [[formula, "-1.5"], ["Plain", "+3"]])
    cells = [small.markdown("# A section"), small.shown(str(shown_table))]
    report.build({"10_outcomes": small.notebook(*cells)}, small.parameters(), tmp_path, small.inputs(), figures)
    files = [tmp_path / "figures.csv", *sorted((tmp_path / "tables").glob("*.csv"))]
    assert len(files) > 1
    held = [cell for path in files for row in csv.reader(path.open(encoding="utf-8", newline="")) for cell in row]
    book = openpyxl.load_workbook(tmp_path / "figures.xlsx")
    in_book = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in in_book} <= {"s", "n"}
    texts = held + [cell.value for cell in in_book if cell.data_type == "s"]
    runs = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
    assert [text for text in texts if runs.match(text) and not re.fullmatch(r"[+-]?\d+(\.\d+)?%?", text)] == []
    assert sum(text == f"'{formula}" or text == f"'{formula.strip()}" for text in texts) >= 4
    assert {"-1.5", "+3"} <= set(held)


def test_numbers_stay_numbers_in_a_workbook(tmp_path):
    figures = small.figures()
    place = figures.index[figures["value"].ne("")][0]
    figures.loc[place, "value"] = "-4.5"
    book = openpyxl.load_workbook(io.BytesIO(figures_xlsx(figures, "Figures", date(2026, 4, 30))))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "n"]
    assert -4.5 in values


@pytest.mark.browser
def test_sixty_payloads_open_no_dialog_and_ask_for_nothing(tmp_path: Path, chromium: Browser):
    """One page with every payload in every place, in a real browser that may run scripts."""
    cells = [small.shown(shown(sink, payload)) for payload in PAYLOADS for sink in SINKS]
    made = {"10_outcomes": nbformat.from_dict(small.notebook(small.markdown("# A section"), *cells))}
    report.build(made, small.parameters(), tmp_path, small.inputs(), small.figures())
    asked: list[str] = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args, **kept):
            super().__init__(*args, directory=str(tmp_path), **kept)

        def log_message(self, *args):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dialogs: list[str] = []
    tab = chromium.new_page()
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    wanted: list[str] = []
    tab.on("request", lambda request: wanted.append(request.url))
    tab.goto(f"http://127.0.0.1:{server.server_address[1]}/self-evaluation.html")
    for summary in tab.query_selector_all("summary"):
        if summary.is_visible():  # the contents are folded on a phone only
            summary.click()
    tab.wait_for_timeout(500)
    tab.close()
    server.shutdown()
    outside = [url for url in wanted if not url.startswith("data:")]
    assert dialogs == []
    assert [url.rpartition("/")[2] for url in outside if "favicon" not in url] == ["self-evaluation.html"]
    assert [path for path in asked if "favicon" not in path] == ["/self-evaluation.html"]
