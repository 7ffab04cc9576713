"""What differs between equal runs does not reach a kept notebook."""

from __future__ import annotations

import json

import pytest
from nbformat import from_dict

from symphony_analysis.run.notebooks.normalise import injected_source, normalised, warnings_in, written

SHOWN = {"year": "2024/25", "school": 'O"Neill\\', "data_dir": "../data"}


def executed(*outputs, tags=()):
    cell = {
        "cell_type": "code",
        "id": "random",
        "metadata": {"tags": list(tags), "papermill": {"start_time": "now"}, "execution": {"x": "now"}},
        "execution_count": 3,
        "source": "1",
        "outputs": list(outputs),
    }
    language = {"name": "python", "version": "3.11.9", "codemirror_mode": {"version": 3}}
    return from_dict(
        {"cells": [cell], "metadata": {"papermill": {"input_path": "/home/me"}, "language_info": language}}
    )


def clean(*outputs, places=(), **more):
    return normalised(executed(*outputs, **more), "10_x", SHOWN, places)


def test_times_places_and_random_ids_are_gone():
    book = clean()
    text = written(book)
    assert "now" not in text
    assert "random" not in text
    assert "/home/me" not in text
    assert book.metadata.language_info.version == "3.11"
    assert book.metadata.symphony.parameters == SHOWN


def test_an_id_follows_from_the_notebook_and_the_place_of_the_cell():
    assert clean().cells[0].id == clean({"output_type": "stream", "name": "stdout", "text": "x"}).cells[0].id
    other = normalised(executed(), "11_y", SHOWN, ())
    assert clean().cells[0].id != other.cells[0].id


def test_plain_text_goes_where_something_richer_says_the_same():
    rich = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/plain": "<T at 0x7f>", "text/html": "<b>1</b>"},
    }
    plain = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "<object at 0x7f12ab34cd>"}}
    assert clean(rich).cells[0].outputs[0].data == {"text/html": "<b>1</b>"}
    assert clean(plain).cells[0].outputs[0].data == {"text/plain": "<object at 0x0>"}


def test_a_styled_table_is_named_after_its_cell():
    def styled(name):
        html = f"<style>#T_{name}_row0</style><table id=\"T_{name}\"><td id='T_{name}_row0'>"
        return {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}

    assert clean(styled("0a1b2")) == clean(styled("fedcb"))
    assert clean(styled("0a1b2")) != clean(styled("0a1b2").copy(), tags=["other"])


@pytest.mark.parametrize("where", ["text", "data"])
def test_a_folder_of_this_machine_becomes_its_shown_name(where):
    text = "read /srv/trust/data/x.csv for /srv/trust"
    stream = {"output_type": "stream", "name": "stdout", "text": text}
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": text}}
    book = clean(stream if where == "text" else shown, places=(("/srv/trust", ".."), ("/srv/trust/data", "../data")))
    assert "read ../data/x.csv for .." in written(book)


def test_the_error_stream_is_counted_and_not_kept():
    noise = {"output_type": "stream", "name": "stderr", "text": "/home/me/x.py:1: FutureWarning\n  y\n"}
    assert warnings_in(executed(noise)) == 2
    assert clean(noise).cells[0].outputs == []


def test_the_injected_cell_is_valid_python_with_the_shown_values():
    source = clean(tags=["injected-parameters"]).cells[0].source
    found: dict = {}
    exec(source, found)
    assert {name: found[name] for name in SHOWN} == SHOWN
    assert source == injected_source(SHOWN)


def test_a_notebook_is_written_in_one_form():
    text = written(from_dict({"b": "é", "a": 1}))
    assert text == '{\n "a": 1,\n "b": "é"\n}\n'
    assert json.loads(text) == {"a": 1, "b": "é"}
