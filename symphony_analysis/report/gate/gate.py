"""May this folder be put in place? Every file is unpacked and searched; a finding stops the report."""

from __future__ import annotations

import getpass
import os
import re
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis.figure import KEYS, figure_id
from symphony_analysis.report.gate import files, pages, texts
from symphony_analysis.report.gate.texts import Found, Secrets
from symphony_analysis.report.gate.unpack import Layer, layers
from symphony_analysis.report.gate.workbooks import in_workbook
from symphony_analysis.sources.pupil_identifiers import Identifiers

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


class Search:
    """A folder that is searched while it is filled: every file once, and again when it has changed since.

    ``figures`` are the figures of record of the report (``release_figures``): what is hidden there must have no
    number on any page, and downloads may hold no other value.
    """

    def __init__(self, stage: Path, secrets: Secrets, figures: pd.DataFrame | None = None) -> None:
        self._stage, self._secrets = stage, secrets
        hidden, self._shown = _figures(figures)
        self._readers = _readers(hidden, self._shown)
        self._state: dict[Path, tuple[int, int]] = {}
        self._found: dict[Path, list[Leak]] = {}
        self._seen: dict[tuple[str, bool], list[Found]] = {}

    def look(self) -> list[Leak]:
        """Search what is new in the folder; every leak in every file of it so far."""
        every = sorted(path for path in self._stage.rglob("*") if path.is_file())
        for path in every:
            facts = path.stat()  # before it is read: what is written while it is read is read again
            if self._state.get(path) != (facts.st_size, facts.st_mtime_ns):
                self._state[path] = (facts.st_size, facts.st_mtime_ns)
                self._found[path] = self._in(path)
        return list(dict.fromkeys(leak for path in every for leak in self._found[path]))

    def _in(self, path: Path) -> list[Leak]:
        name, found = path.relative_to(self._stage).as_posix(), []
        try:
            for leak in self._every(name, path.read_bytes()):
                found.append(leak)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            found.append(Leak("L29", name, "a file that cannot be read"))
        return found

    def _every(self, name: str, content: bytes) -> Iterator[Leak]:
        told = [*files.in_file(name, len(content)), *texts.in_text(Layer(name, "text", name), self._secrets)]
        if name.lower().endswith(".xlsx"):
            told += in_workbook(content, self._shown)
        yield from (Leak(kind, name, what) for kind, what in told)
        for layer in layers(name, content):
            # The same chart and table stand on several pages; what is read the same way is searched once.
            place = (layer.text, layer.kind in texts.BINARY)
            if place not in self._seen:
                # A notebook's strings are searched decoded, as a layer of their own.
                coded = layer.kind == "notebook"
                self._seen[place] = [] if coded else list(texts.in_text(layer, self._secrets))
            of_kind = self._readers[layer.kind](layer) if layer.kind in self._readers else ()
            yield from (Leak(kind, layer.where, what) for kind, what in [*self._seen[place], *of_kind])


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
    keys = zip(*(figures[name].astype(str) for name in KEYS), strict=True)
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


def verdict(leaks: Iterable[Leak], exceptions: pd.DataFrame) -> str:
    """Why a report with these leaks may not be put in place, for a person and a log; "" where it may."""
    left = refused(leaks, exceptions)
    if not left:
        return ""
    told = [str(leak) for leak in left[:_TOLD]]
    rest = [f"and {len(left) - len(told)} more"] if len(left) > len(told) else []
    return "\n  ".join([f"{len(left)} things that must not leave the trust are in the report:", *told, *rest])
