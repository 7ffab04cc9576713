"""A whole run with small notebooks: what is published, what runs again, what a failure leaves."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pytest

from symphony_analysis.run import Exit, RunFailed
from symphony_analysis.run.notebooks.stored import books_for, read_books
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.run.reports import put_in_place
from tests.run.books import notebook, store
from tests.run.report_room import plain_build


def test_every_year_becomes_a_report(trust):
    outcome = trust.run("2023/24", "2024/25")
    assert outcome.placed == ("202324", "202425")
    assert (outcome.exit_code, outcome.kernels_started) == (0, 4)
    assert b"2023/24 pupils\n24" in trust.published("202324")["self-evaluation.html"]
    assert sorted(trust.published("202425")) == [
        "notebooks/10_roll.ipynb",
        "notebooks/11_national.ipynb",
        "self-evaluation.html",
    ]


def test_a_run_leaves_nothing_but_reports_and_its_own_notes(trust):
    trust.run()
    assert sorted(path.name for path in trust.out.iterdir()) == [".symphony", "202425", "events.jsonl", "last_run.json"]
    assert list((trust.out / ".symphony" / "work").iterdir()) == []


def test_an_unchanged_run_starts_no_kernel_and_touches_nothing(trust):
    trust.run()
    before = {path: path.stat().st_mtime_ns for path in (trust.out / "202425").rglob("*")}
    outcome = trust.run(build=None)
    assert (outcome.placed, outcome.unchanged, outcome.kernels_started) == ((), ("202425",), 0)
    assert (outcome.exit_code, outcome.detailed_exit_code) == (Exit.DONE, Exit.UNCHANGED)
    assert {path: path.stat().st_mtime_ns for path in (trust.out / "202425").rglob("*")} == before


def test_a_report_without_its_documents_is_finished_by_the_next_whole_run(trust):
    trust.run()
    place = trust.out / "202425" / "run.json"
    place.write_text(place.read_text().replace('"pages_only": false', '"pages_only": true'), encoding="utf-8")
    assert json.loads(place.read_text())["pages_only"]
    trust.run()
    assert not json.loads(place.read_text())["pages_only"]


def test_a_changed_input_runs_only_what_reads_it(trust):
    trust.run("2023/24", "2024/25")
    (trust.data / "raw" / "202425" / "roll.csv").write_text("pupils\n99\n", encoding="utf-8")
    outcome = trust.run("2023/24", "2024/25")
    assert (outcome.kernels_started, outcome.from_cache) == (1, 1)
    assert (outcome.placed, outcome.unchanged) == (("202425",), ("202324",))
    assert b"99" in trust.published()["self-evaluation.html"]


def test_a_frozen_issue_is_no_input_of_a_notebook(trust):
    trust.run()
    frozen = trust.data / "published" / "202425" / "issue-1"
    frozen.mkdir(parents=True)
    (frozen / "figures.csv").write_text("figure,value\n", encoding="utf-8")
    (frozen.parent / "sign_off.csv").write_text("issue,state\n", encoding="utf-8")
    outcome = trust.run()
    assert (outcome.kernels_started, outcome.unchanged) == (0, ("202425",))
    (trust.data / "published" / "printed_2024-25.csv").write_text("measure,printed\n", encoding="utf-8")
    assert trust.run().kernels_started == 2


def test_an_input_put_back_comes_from_the_cache(trust):
    trust.run()
    first = trust.published()
    (trust.data / "national.csv").write_text("value\n2\n", encoding="utf-8")
    trust.run()
    (trust.data / "national.csv").write_text("value\n1\n", encoding="utf-8")
    assert trust.run().kernels_started == 0
    assert trust.published() == first


@pytest.mark.parametrize("what", ["cell", "lock", "new file", "parameter", "damaged report", "damaged cache"])
def test_whatever_decides_a_report_is_part_of_its_key(trust, what):
    trust.run()
    first = trust.published()
    if what == "cell":
        store(trust.notebooks, roll=["print('another')"])
    elif what == "lock":
        (trust.root / "requirements.lock").write_text("pandas==4\n", encoding="utf-8")
    elif what == "new file":
        (trust.data / "raw" / "202425" / "more.csv").write_text("x\n", encoding="utf-8")
    elif what == "damaged cache":
        for entry in (trust.out / ".symphony" / "cache").glob("*/*.json"):
            entry.write_text(entry.read_text(encoding="utf-8").replace("pupils", "people"), encoding="utf-8")
        (trust.out / "202425" / "self-evaluation.html").unlink()
    elif what == "damaged report":
        (trust.out / "202425" / "self-evaluation.html").write_text("torn", encoding="utf-8")
    parameters = trust.releases(edition="internal") if what == "parameter" else None
    outcome = trust.run(parameters=parameters)
    started = {"cell": 1, "damaged report": 0, "damaged cache": 1}.get(what, 2)
    assert outcome.kernels_started == started
    if what.startswith("damaged"):
        assert trust.published() == first


def test_a_notebook_of_the_year_so_far_does_not_run_once_the_year_is_over(trust):
    store(trust.notebooks, roll=["1"], weeks=notebook("1", tags={0: ["open-year"]}))
    books, release = read_books(trust.notebooks), trust.releases()[0]
    on = {day: books_for(books, replace(release, as_at=date(2025, *day))) for day in ((8, 31), (9, 1))}
    assert [each.name for each in on[8, 31]] == ["10_roll", "11_national", "11_weeks"]
    assert [each.name for each in on[9, 1]] == ["10_roll", "11_national"]


def test_editions_of_schools_and_the_public_are_made_of_their_own_notebooks_and_no_other_is(trust):
    schools = trust.releases(school="Glen Hills")
    asked = [*trust.releases(), *schools, *trust.releases(edition="public")]
    with pytest.raises(WrongParameter, match="no notebook is for 202425-glen-hills: one with the tag school-edition"):
        trust.run(parameters=schools)
    with pytest.raises(WrongParameter, match="no notebook is for 202425-public: one with the tag public-edition"):
        trust.run(parameters=trust.releases(edition="public"))
    own = {name: notebook("print(school)", title=name, tags={0: [f"{name}-edition"]}) for name in ("school", "public")}
    store(trust.notebooks, roll=["1"], national=["2"], **own)
    assert trust.run(parameters=asked).kernels_started == 4
    made = {release.folder: json.loads((trust.out / release.folder / "run.json").read_text()) for release in asked}
    assert {folder: sorted(told["notebooks"]) for folder, told in made.items()} == {
        "202425": ["10_roll", "11_national"],
        "202425-glen-hills": ["12_school"],
        "202425-public": ["13_public"],
    }
    assert trust.run(parameters=asked).kernels_started == 0


def test_fresh_runs_what_has_not_changed_and_gives_the_same_bytes(trust):
    trust.run()
    first = trust.published()
    outcome = trust.run(fresh=True)
    assert (outcome.kernels_started, outcome.unchanged) == (2, ("202425",))
    assert trust.published() == first


def test_what_is_wrong_with_the_data_is_said_once_for_all_notebooks(trust):
    wrong = "class Wrong(Exception):\n    exit_code = 65\nraise Wrong('roll.csv: row 3: found x')"
    store(trust.notebooks, roll=[wrong], national=["1", wrong])
    with pytest.raises(RunFailed) as caught:
        trust.run("2023/24", "2024/25")
    assert caught.value.exit_code == Exit.DATA
    assert str(caught.value) == "roll.csv: row 3: found x (found by 10_roll, 11_national)"


def test_a_failing_notebook_stops_everything_and_names_the_cell(trust):
    trust.run()
    first = trust.published()
    store(trust.notebooks, roll=["1 + 1", "raise ValueError('no roll')"], national=["1 / 0"])
    with pytest.raises(RunFailed) as caught:
        trust.run("2023/24", "2024/25")
    assert caught.value.exit_code == Exit.INTERNAL == 70
    assert str(caught.value).splitlines()[0] == "10_roll for 2023/24, 2024/25, cell 4: ValueError: no roll"
    assert "11_national for 2023/24, 2024/25, cell 3: ZeroDivisionError: division by zero" in str(caught.value)
    assert trust.published() == first
    assert not (trust.out / "202324").exists()
    last = json.loads((trust.out / "last_run.json").read_text(encoding="utf-8"))
    assert (last["status"], last["exit_code"]) == ("failed", 70)
    assert last["last_good"]["releases"] == ["202425"]


def test_an_error_that_quotes_the_data_is_not_repeated(trust):
    store(trust.notebooks, roll=["int('A123456789012')"], national=["{}['Jane Doe']"])
    with pytest.raises(RunFailed) as caught:
        trust.run()
    assert str(caught.value) == "10_roll for 2024/25, cell 3: ValueError\n11_national for 2024/25, cell 3: KeyError"
    kept = b"".join(path.read_bytes() for path in trust.out.rglob("*") if path.is_file())
    assert b"A123456789012" not in kept
    assert b"Jane Doe" not in kept


def test_a_section_allowed_to_be_missing_says_so(trust):
    store(trust.notebooks, roll=["1 / 0"])
    outcome = trust.run(allow_missing=("10_roll",))
    assert outcome.exit_code == Exit.WITH_GAPS == 3
    assert outcome.missing == (("202425", "10_roll"),)
    page = trust.published()["self-evaluation.html"].decode()
    assert "# Roll\n\n**This section was not produced.**" in page
    assert trust.run(allow_missing=("10_roll",)).kernels_started == 1


def test_a_report_that_cannot_be_built_leaves_the_old_ones(trust):
    trust.run("2023/24", "2024/25")
    before = trust.published("202324"), trust.published("202425")
    (trust.data / "national.csv").write_text("value\n2\n", encoding="utf-8")

    def build(executed, parameters, stage, inputs):
        plain_build(executed, parameters, stage, inputs)
        if parameters.year.code == 202425:
            raise OSError(28, "No space left on device")

    with pytest.raises(RunFailed) as caught:
        trust.run("2023/24", "2024/25", build=build)
    assert caught.value.exit_code == Exit.WRITE == 73
    assert (trust.published("202324"), trust.published("202425")) == before


def test_an_error_with_a_code_of_its_own_keeps_it(trust):
    class Leak(Exception):
        exit_code = 74

    def build(*_):
        raise Leak("a name was found in self-evaluation.html")

    with pytest.raises(RunFailed) as caught:
        trust.run(build=build)
    assert caught.value.exit_code == Exit.LEAK


def test_data_that_changes_while_it_is_read_stops_the_run(trust):
    store(trust.notebooks, roll=["open(data_dir + '/national.csv', 'a').write('3\\n')"])
    with pytest.raises(RunFailed, match=r"the data changed while the run was reading it: national\.csv") as caught:
        trust.run()
    assert caught.value.exit_code == Exit.DATA == 65
    assert not (trust.out / "202425").exists()


def test_a_second_run_of_the_same_report_is_turned_away(trust):
    seen = []

    def build(executed, parameters, stage, inputs):
        with pytest.raises(RunFailed) as caught:
            trust.run()
        seen.append(caught.value.exit_code)
        assert trust.run("2023/24").placed == ("202324",)
        plain_build(executed, parameters, stage, inputs)

    assert trust.run(build=build).placed == ("202425",)
    assert seen == [Exit.BUSY] == [75]


def test_no_notebook_and_an_unknown_one_to_leave_out_are_refused(trust):
    with pytest.raises(RunFailed, match="there is no notebook '99_x'; the notebooks are: 10_roll, 11_national"):
        trust.run(allow_missing=("99_x",))
    for path in trust.notebooks.glob("*.ipynb"):
        path.unlink()
    store(trust.notebooks / "deeper", roll=["1"])
    with pytest.raises(RunFailed, match="there are no notebooks named like"):
        trust.run()


def test_explore_is_never_part_of_a_report(trust):
    (trust.notebooks / "explore.ipynb").write_text("not even a notebook", encoding="utf-8")
    assert trust.run().kernels_started == 2


def test_a_file_that_is_not_a_notebook_is_named(trust):
    (trust.notebooks / "12_broken.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(RunFailed, match=r"12_broken\.ipynb is not a notebook"):
        trust.run()


def test_braces_spaces_quotes_and_letters_in_a_path_do_no_harm(trust, tmp_path):
    odd = tmp_path / "Äpfel {0} it's & 50%" / ("long" * 40)
    odd.mkdir(parents=True)
    for name in ("data", "notebooks", "requirements.lock"):
        (trust.root / name).rename(odd / name)
    trust.root, trust.data, trust.notebooks, trust.out = odd, odd / "data", odd / "notebooks", odd / "re ports {x}"
    store(trust.notebooks, where=notebook("import os\nprint(os.getcwd(), data_dir)"))
    trust.run()
    everything = b"".join(trust.published().values())
    assert b"Glen" not in everything
    assert str(tmp_path).encode() not in everything
    assert "Äpfel".encode() not in everything


def test_a_run_in_which_nothing_changed_loads_no_notebook_library(trust):
    assert trust.finish() == (0, "")
    code = (
        "import sys\nfrom tests.run import driver\nsys.argv = ['driver', sys.argv[1]]\nassert driver.main() == 0\n"
        "print(sorted({'papermill', 'nbformat', 'jupyter_client', 'zmq', 'pandas'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", code, str(trust.root)]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_when_one_report_cannot_be_put_in_place_those_before_it_are_taken_back(trust, monkeypatch):
    """One of them replaced an older report, the other is the first of its year."""
    public = notebook("print(edition)", title="Public", tags={0: ["public-edition"]})
    nbformat.write(public, trust.notebooks / "12_public.ipynb")
    trust.run("2023/24")
    older = trust.published("202324")
    (trust.data / "raw" / "202324" / "roll.csv").write_text("pupils\n30\n", encoding="utf-8")
    real = put_in_place.put_in_place

    def full_at_the_public_one(stage, folder, workspace):
        if folder == "202425-public":
            assert b"30" in trust.published("202324")["self-evaluation.html"]
            raise OSError(28, "No space left on device")
        real(stage, folder, workspace)

    monkeypatch.setattr(put_in_place, "put_in_place", full_at_the_public_one)
    wanted = [*trust.releases("2023/24", "2024/25"), *trust.releases("2024/25", edition="public")]
    with pytest.raises(RunFailed) as caught:
        trust.run(parameters=wanted)
    assert caught.value.exit_code == Exit.WRITE
    assert trust.published("202324") == older
    assert not (trust.out / "202425").exists() and not (trust.out / "202425-public").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_with_what_is_done_and_nothing_is_left_of_it(trust):
    shown, log = Terminal(), io.StringIO()
    trust.run("2023/24", "2024/25", stream=shown)
    lines = [line for line in shown.getvalue().split("\r") if line.strip()]
    done = [tuple(map(int, found)) for found in re.findall(r"(\d+) of (\d+) done", shown.getvalue())]
    assert done[-1] == (6, 6)  # four notebooks and two reports
    assert all(have <= 6 and of == 6 for have, of in done if of != 0)
    assert done == sorted(done, key=lambda pair: pair[0])
    assert any("10_roll 2024/25" in line and " left " in line for line in lines)
    assert "-1" not in shown.getvalue() and "\n" not in shown.getvalue()
    (trust.data / "national.csv").write_text("value\n2\n", encoding="utf-8")
    trust.run("2023/24", "2024/25", stream=log)
    assert log.getvalue() == ""
