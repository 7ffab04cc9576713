"""May this folder be published? Every file is unpacked and searched; a finding stops the report."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis.display import figure_id
from symphony_analysis.report.gate import files, pages, texts
from symphony_analysis.report.gate.texts import Found, Secrets
from symphony_analysis.report.gate.unpack import Layer, layers
from symphony_analysis.report.gate.workbooks import in_workbook
from symphony_analysis.sources.identifiers import Identifiers

_TOLD = 20
#: Names that a machine or user may bear and a report may hold all the same.
_COMMON = {"localhost", "root", "admin", "user", "runner", "ubuntu", "data", "report", "school", "trust", "symphony"}
_SHORTEST = 5


@dataclass(frozen=True)
class Leak:
    """Something that must not leave: its class (L01 to L40), where it is, and what kind of thing, never the thing."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} in {self.where}: {self.what}"


def secrets_of(pupils: Identifiers) -> Secrets:
    """What this run must not tell: the pupils of its inputs, and the machine and user it runs as."""
    names = {socket.gethostname().split(".")[0], _user(), Path.home().name}
    machine = {name for name in names if len(name) >= _SHORTEST and name.lower() not in _COMMON}
    wanted = re.compile(r"TOKEN|SECRET|PASSW|_KEY$|CREDENTIAL", re.I)
    environment = {value for name, value in os.environ.items() if wanted.search(name) and len(value) >= 20}
    return Secrets(pupils, frozenset(machine), frozenset(environment))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def scan(stage: Path, secrets: Secrets, figures: pd.DataFrame | None = None) -> list[Leak]:
    """Every leak in every file of a folder.

    ``figures`` are the figures of record of the report (``release_figures``): what is hidden there must have no
    number on any page, and downloads may hold no other value.
    """
    hidden, shown = _figures(figures)
    readers = _readers(hidden, shown)
    leaks: list[Leak] = []
    seen: dict[tuple[str, bool], list[Found]] = {}
    for path in sorted(path for path in stage.rglob("*") if path.is_file()):
        name = path.relative_to(stage).as_posix()
        content = path.read_bytes()
        leaks += [Leak(kind, name, what) for kind, what in files.in_file(name, len(content))]
        leaks += [Leak(kind, name, what) for kind, what in texts.in_text(Layer(name, "text", name), secrets)]
        if path.suffix.lower() == ".xlsx":
            leaks += [Leak(kind, name, what) for kind, what in in_workbook(content, shown)]
        for layer in layers(name, content):
            # The same chart and table stand on several pages; what is read the same way is searched once.
            place = (layer.text, layer.kind in texts.BINARY)
            if place not in seen:
                seen[place] = list(texts.in_text(layer, secrets))
            of_kind = readers[layer.kind](layer) if layer.kind in readers else ()
            told = [*seen[place], *of_kind]
            leaks += [Leak(kind, layer.where, what) for kind, what in told]
    return list(dict.fromkeys(leaks))


def _readers(
    hidden: frozenset[str], shown: Mapping[tuple[str, ...], str]
) -> dict[str, Callable[[Layer], Iterator[Found]]]:
    """What finds, by kind of layer, the leaks that only a layer of its kind can hold."""
    return {
        "html": lambda layer: pages.in_page(layer, hidden),
        "svg": pages.in_picture,
        "notebook": pages.in_notebook,
        "csv": lambda layer: files.in_download(layer, shown),
        "xml": files.in_document,
        "pdf": files.in_pdf,
    }


def _figures(figures: pd.DataFrame | None) -> tuple[frozenset[str], Mapping[tuple[str, ...], str]]:
    """The ids of hidden figures, and what each figure of record may say."""
    if figures is None or not len(figures):
        return frozenset(), {}
    hidden = frozenset(figure_id(row) for row in figures[figures["symbol"] == "c"].itertuples())
    keys = zip(*(figures[name].astype(str) for name in files.KEYS), strict=True)
    return hidden, dict(zip(keys, figures["value"], strict=True))


def refused(leaks: Iterable[Leak], exceptions: pd.DataFrame) -> list[Leak]:
    """The leaks that no exception speaks of.

    An exception is a row of ``data/gate_exceptions.csv``: kind, where (the file, "*" at its end for all that begin
    so), what, reason, date. One without reason or date does not count.
    """
    granted = [
        (row["kind"], row["where"], row["what"])
        for row in exceptions.to_dict("records")
        if row["reason"].strip() and _is_day(row["date"])
    ]
    return [leak for leak in leaks if not any(_speaks(leak, *exception) for exception in granted)]


def _speaks(leak: Leak, kind: str, where: str, what: str) -> bool:
    place = leak.where.startswith(where[:-1]) if where.endswith("*") else leak.where == where
    return leak.kind == kind and place and leak.what == what


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def check(stage: Path, pupils: Identifiers, figures: pd.DataFrame | None, exceptions: pd.DataFrame) -> str:
    """Why this report may not be published, for a person and a log; "" where it may."""
    left = refused(scan(stage, secrets_of(pupils), figures), exceptions)
    if not left:
        return ""
    told = [str(leak) for leak in left[:_TOLD]]
    rest = [f"and {len(left) - len(told)} more"] if len(left) > len(told) else []
    return "\n  ".join([f"{len(left)} things that must not leave the trust are in the report:", *told, *rest])
