"""The gate: every file of a report is unpacked and searched; a finding stops the report."""

import getpass
import os
import re
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from symphony_analysis.report.gate import files, pages, texts
from symphony_analysis.report.gate.of_record import OfRecord
from symphony_analysis.report.gate.texts import Found, Secrets
from symphony_analysis.report.gate.unpack import Layer, layers
from symphony_analysis.report.gate.workbooks import in_workbook
from symphony_analysis.sources.pupil_identifiers import Identifiers

_TOLD = 20
#: Names of machines or users that a report may hold.
_COMMON = {"localhost", "root", "admin", "user", "runner", "ubuntu", "data", "report", "school", "trust", "symphony"}
_SHORTEST = 5


@dataclass(frozen=True)
class Leak:
    """A finding: its class (L01 to L40), where it is, and what kind of thing, never the thing itself."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} in {self.where}: {self.what}"


def secrets_of(pupils: Identifiers) -> Secrets:
    """The secrets of this run: pupils of its inputs, and the machine and user it runs as."""
    names = {socket.gethostname().split(".")[0], Path.home().name}
    with suppress(KeyError, OSError):  # an account without a name
        names.add(getpass.getuser())
    machine = {name for name in names if len(name) >= _SHORTEST and name.lower() not in _COMMON}
    wanted = re.compile(r"TOKEN|SECRET|PASSW|_KEY$|CREDENTIAL", re.I)
    environment = {value for name, value in os.environ.items() if wanted.search(name) and len(value) >= 20}
    return Secrets(pupils, frozenset(machine), frozenset(environment))


class Search:
    """A search of a folder while it is filled: every file once, and again when it has changed since.

    ``figures``: the figures of record of the report (``release_figures``): what is hidden there must have no number on
    any page, and downloads may hold no other value. ``logo``: a data address whose pixels may be there.
    ``exceptions``: texts that may be there although they look like a leak, each in its file.
    """

    def __init__(
        self,
        stage: Path,
        secrets: Secrets,
        figures: pd.DataFrame | None = None,
        logo: str = "",
        exceptions: pd.DataFrame | None = None,
    ) -> None:
        self._stage, self._secrets, self._record = stage, secrets, OfRecord(figures)
        self._granted = [*_granted(exceptions)]
        #: By kind of layer, the search for leaks that only a layer of its kind can hold.
        self._readers: dict[str, Callable[[Layer], Iterator[Found]]] = {
            "html": lambda layer: pages.in_page(layer, self._record, logo),
            "svg": pages.in_picture,
            "notebook": pages.in_notebook,
            "csv": lambda layer: files.in_download(layer, self._record),
            "xml": files.in_document,
            "json": files.in_data,
            "pdf": files.in_pdf,
            "unread": lambda _: iter([("L29", "a part within so many others that it is not read")]),
        }
        self._state: dict[Path, tuple[int, int]] = {}
        self._found: dict[Path, list[Leak]] = {}
        self._seen: dict[tuple[str, bool], list[Found]] = {}

    def look(self) -> list[Leak]:
        """Search what is new in the folder; returns every leak in every file of it so far."""
        every = sorted(path for path in self._stage.rglob("*") if path.is_file())
        for path in every:
            facts = path.stat()  # before it is read: what is written while it is read is read again
            if self._state.get(path) != (facts.st_size, facts.st_mtime_ns):
                self._state[path] = (facts.st_size, facts.st_mtime_ns)
                name = path.relative_to(self._stage).as_posix()
                self._found[path] = []
                try:
                    self._found[path].extend(self._every(name, path.read_bytes()))
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
                    self._found[path].append(Leak("L29", name, "a file that cannot be read"))
        return list(dict.fromkeys(leak for path in every for leak in self._found[path]))

    def _every(self, name: str, content: bytes) -> Iterator[Leak]:
        told = [*files.in_file(name, len(content)), *texts.in_text(Layer(name, "text", name), self._secrets)]
        if len(content) > files.LARGEST:  # a finding by itself, and long to read
            content = b""
        elif name.lower().endswith(".xlsx"):
            told += in_workbook(content, self._record)
        yield from (Leak(kind, name, what) for kind, what in told)
        for layer in layers(name, content):
            for found in self._in_layer(layer):
                if not self._excused(found, layer):
                    yield Leak(found[0], layer.where, found[1])

    def _in_layer(self, layer: Layer) -> list[Found]:
        # The same chart and table are on several pages; what is read the same way is searched once.
        place = (layer.text, layer.kind in texts.BINARY)
        if place not in self._seen:
            # A notebook's strings are searched decoded, as a layer of their own.
            self._seen[place] = [] if layer.kind == "notebook" else list(texts.in_text(layer, self._secrets))
        return [*self._seen[place], *(self._readers[layer.kind](layer) if layer.kind in self._readers else ())]

    def _excused(self, found: Found, layer: Layer) -> bool:
        """Whether the layer without the texts that may be there, each of which is such a leak alone, has none."""
        rest = layer.text
        for kind, where, what, written, text in self._granted:
            there = layer.where.startswith(where[:-1]) if where.endswith("*") else layer.where == where
            if there and (kind, what) == found and found in self._in_layer(replace(layer, text=text)):
                rest = written.sub(" ", rest)
        return rest != layer.text and found not in self._in_layer(replace(layer, text=rest))


def _granted(exceptions: pd.DataFrame | None) -> Iterator[tuple[str, str, str, re.Pattern[str], str]]:
    """The rows of ``data/gate_exceptions.csv`` that count: kind, where, what, a pattern of the text, the text.

    ``where`` is the file; a final "*" covers every name that begins so. A row without a text, a reason or a date does
    not count. The text is found as a whole, whatever its capitals, its spaces and its ``&`` in mark-up.
    """
    for row in exceptions.to_dict("records") if exceptions is not None else ():
        with suppress(ValueError):
            date.fromisoformat(row["date"])
            words = [re.escape(word).replace("&", "&(?:amp;)?") for word in row["text"].split()]
            if row["reason"].strip() and words:
                first, last = (r"\b" if letter.isalnum() else "" for letter in (row["text"][0], row["text"][-1]))
                written = re.compile(first + r"(?:\s|&nbsp;)+".join(words) + last, re.I)
                yield row["kind"], row["where"], row["what"], written, row["text"]


def verdict(leaks: Iterable[Leak]) -> str:
    """Why a report with these leaks may not be put in place, for a person and a log; "" when it may."""
    left = [*leaks]
    if not left:
        return ""
    told = [str(leak) for leak in left[:_TOLD]]
    rest = [f"and {len(left) - len(told)} more"] if len(left) > len(told) else []
    return "\n  ".join([f"{len(left)} things that must not leave the trust are in the report:", *told, *rest])
