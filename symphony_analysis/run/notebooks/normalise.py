"""Executed notebooks without what differs between runs: times, places, random ids.

Times are kept in ``run.json``; the notebook of a report holds only what follows from the inputs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

_RICH = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown")
_STYLED = re.compile(r'<table id="(T_[0-9a-f]{5,})"')
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_KEPT_LANGUAGE = ("name", "file_extension", "mimetype", "nbconvert_exporter", "pygments_lexer")


def normalised(
    executed: Mapping[str, Any], name: str, shown: Mapping[str, str], places: Iterable[tuple[str, str]]
) -> NotebookNode:
    """The notebook as it may be kept and shown.

    ``shown``: the parameters as an output may show them, written into the injected cell; ``places``: folders of this
    machine and what each is called instead.
    """
    from nbformat import from_dict  # takes long to load

    hide = _hider(places)
    cells = []
    for index, cell in enumerate(executed["cells"]):
        tags = ",".join(sorted(cell["metadata"].get("tags", [])))
        cells.append(_cell(cell, hashlib.sha1(f"{name}|{index}|{tags}".encode()).hexdigest()[:8], shown, hide))
    language = executed["metadata"].get("language_info", {})
    version = ".".join(str(language.get("version", "")).split(".")[:2])
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {**{k: language[k] for k in _KEPT_LANGUAGE if k in language}, "version": version},
        "symphony": {"parameters": dict(shown)},
    }
    return from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def written(notebook: Mapping[str, Any]) -> str:
    """A notebook as text: sorted keys, the same on every system."""
    return json.dumps(notebook, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def warnings_in(executed: Mapping[str, Any]) -> int:
    """The number of lines on the error stream; the lines themselves name files of this machine."""
    streams = (o for c in executed["cells"] for o in c.get("outputs", []) if o.get("name") == "stderr")
    return sum(len(stream.get("text", "").splitlines()) for stream in streams)


def injected_source(shown: Mapping[str, str]) -> str:
    """The source of the injected cell for the shown parameters."""
    return "\n".join(["# Parameters", *(f"{name} = {json.dumps(v, ensure_ascii=False)}" for name, v in shown.items())])


def _cell(cell: Mapping[str, Any], identity: str, shown: Mapping[str, str], hide: Any) -> dict[str, Any]:
    tags = cell["metadata"].get("tags", [])
    kept = {key: value for key, value in cell["metadata"].items() if key not in ("papermill", "execution", "trusted")}
    if not tags:
        kept.pop("tags", None)
    clean = {"cell_type": cell["cell_type"], "id": identity, "metadata": kept, "source": cell["source"]}
    if "attachments" in cell:
        clean["attachments"] = cell["attachments"]
    if cell["cell_type"] != "code":
        return clean
    if "injected-parameters" in tags:
        clean["source"] = injected_source(shown)
    outputs = [_output(output, hide, identity) for output in cell["outputs"] if output.get("name") != "stderr"]
    return {**clean, "execution_count": cell["execution_count"], "outputs": outputs}


def _output(output: Mapping[str, Any], hide: Any, identity: str) -> dict[str, Any]:
    clean = dict(output)
    if "text" in clean:
        clean["text"] = hide(clean["text"])
    if "data" in clean:
        data = dict(clean["data"])
        if any(kind in data for kind in _RICH):
            data.pop("text/plain", None)
        clean["data"] = {kind: hide(value) if isinstance(value, str) else value for kind, value in data.items()}
        # A styled pandas table marks its cells with a random name; name it after the notebook's cell instead.
        for number, name in enumerate(dict.fromkeys(_STYLED.findall(clean["data"].get("text/html", "")))):
            clean["data"]["text/html"] = clean["data"]["text/html"].replace(name, f"T_{identity}{number}")
    return clean


def _hider(places: Iterable[tuple[str, str]]) -> Any:
    """A function that takes this machine's folders and memory addresses out of a text."""
    known = sorted((pair for pair in places if len(pair[0]) > 1), key=lambda pair: -len(pair[0]))

    def hide(text: str) -> str:
        for place, shown in known:
            text = text.replace(place, shown)
        return _ADDRESS.sub("at 0x0", text)

    return hide
