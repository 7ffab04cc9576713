"""JupyterLab as ``symphony lab`` starts it: our kernel and no other, explore in front, the notebooks as its root."""

import json
import pickle
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pandas as pd
import pytest

from symphony_analysis import markup, remembered
from symphony_analysis.commands.lab import begin, lab
from symphony_analysis.run.kernels.preload import tables_name
from symphony_analysis.run.unchanged.fingerprints import Machinery
from symphony_analysis.run.unchanged.memory import Memory
from symphony_analysis.sources import primed
from tests.people.copies import ROOT, jupyter, symphony


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A running JupyterLab without a browser: (address, token)."""
    stray = tmp_path / "strays" / "kernels" / "python3"
    stray.mkdir(parents=True)
    (stray / "kernel.json").write_text(json.dumps({"argv": ["/no/such/python"], "display_name": "Stray"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "strays"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "explore.ipynb").write_bytes((ROOT / "notebooks" / "explore.ipynb").read_bytes())
    with jupyter(tmp_path, 60) as found:
        yield found


def test_the_only_kernel_is_this_python_and_the_notebooks_are_there(server):
    address, token = server

    def ask(path):
        request = urllib.request.Request(address + path, headers={"Authorization": f"token {token}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(100):
            try:
                with opener.open(request, timeout=20) as answer:
                    return json.load(answer)
            except urllib.error.URLError:
                time.sleep(0.2)  # it says where it is a moment before it listens
        raise AssertionError("JupyterLab did not answer")

    specs = ask("api/kernelspecs")
    assert specs["default"] == "python3" and set(specs["kernelspecs"]) == {"python3"}
    assert specs["kernelspecs"]["python3"]["spec"]["argv"][0] == sys.executable
    assert specs["kernelspecs"]["python3"]["spec"]["display_name"] == "Python 3 (Symphony Analysis)"
    # The trust's folder is the root, so that data and reports can be opened too.
    assert {entry["name"] for entry in ask("api/contents")["content"]} >= {"notebooks"}
    assert [entry["name"] for entry in ask("api/contents/notebooks")["content"]] == ["explore.ipynb"]


def test_a_table_keeps_the_look_of_the_report_in_the_lab_and_nowhere_else(tmp_path):
    lab(tmp_path)
    described = json.loads((tmp_path / "build/jupyter/kernels/python3/kernel.json").read_text(encoding="utf-8"))
    look = next(option for option in described["argv"] if "exec_lines" in option).partition("exec_lines=")[2]
    code = (
        "from symphony_analysis.display import tag; from symphony_analysis.markup import Html, element, table\n"
        "shown = table('Caption', ['School', 'Figure'], [['Ash', element('td', '4.1%', tag('clearly better'))]])\n"
        'scale = Html(\'<div class="scale"><span>Good</span><span class="on">Outstanding</span></div>\')\n'
    )
    told = [
        subprocess.run([sys.executable, "-c", f"{first}{code}print(shown._repr_html_(), scale._repr_html_())"],
                       capture_output=True, text=True, check=True).stdout
        for first in ("", f"{look}\n")
    ]  # fmt: skip
    assert "style=" not in told[0]
    assert 'class="tag better" style="white-space:nowrap;font-weight:700;margin-right:.4em;color:#1F8A80"' in told[1]
    assert 'class="on" style="background:' in told[1] and 'class="scale" style="display:grid' in told[1]


def test_a_kernel_of_the_lab_uses_what_the_last_run_kept_where_it_is_signed_and_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(primed, "_primed", {})
    monkeypatch.setattr(remembered, "_own", [])
    monkeypatch.setattr(markup, "_IN_LAB", [])
    monkeypatch.delenv(remembered.MEMORY, raising=False)
    data, made = tmp_path / "data", tmp_path / "made"
    data.mkdir()
    made.mkdir()
    (data / "roll.csv").write_text("pupils\n7\n", encoding="utf-8")
    read = primed.Primed(primed.state_of(data), hashes=primed.hashes_of(data))
    read.tables, read.files = {("roll", 0): pd.DataFrame({"pupils": [7]})}, {("roll", 0): frozenset({"roll.csv"})}
    (made / tables_name()).write_bytes(pickle.dumps(read))
    (made / remembered._name("what", (1,))).write_text('"kept"', encoding="utf-8")
    place = tmp_path / "reports" / ".symphony" / "memory"
    Memory(place, Machinery.of(ROOT / "requirements.lock")).take(made)

    begin(str(tmp_path))
    assert list(primed.taken_along(data).tables) == [("roll", 0)]
    assert remembered.remembered("what", (1,), lambda: "anew") == "kept"
    (data / "roll.csv").write_text("pupils\n8\n", encoding="utf-8")
    begin(str(tmp_path))
    assert not primed.taken_along(data).tables
    for path in place.iterdir():
        path.write_bytes(path.read_bytes().replace(b"kept", b"else"))
    monkeypatch.setattr(remembered, "_here", {})
    begin(str(tmp_path))
    assert remembered.remembered("what", (1,), lambda: "anew") == "anew"


def test_show_says_what_would_be_started_and_starts_nothing():
    told = symphony("lab", "--show", "--", "--no-browser")
    assert told.returncode == 0
    assert "-m jupyterlab" in told.stdout and told.stdout.rstrip().endswith("--no-browser")
