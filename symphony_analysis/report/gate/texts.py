"""What must stand in no text at all: pupils, people's addresses, the machine, errors of a program."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from symphony_analysis.report.gate.unpack import Layer
from symphony_analysis.sources.pupil_identifiers import Identifiers

Found = tuple[str, str]  # the class of leak, what was found: the kind of thing, never the thing itself

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
_ENCODED = re.compile(r"base64,[A-Za-z0-9+/=]+")
_WORD = re.compile(r"[A-Za-zÀ-ÿ'’\-]+")
_TOKEN = re.compile(r"[A-Za-z0-9]{6,}")
#: Everything that is written like a date in one of ``_forms``, also within something longer.
_DATE = re.compile(
    r"(?=(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}|\d\d\.\d\d\.\d{4}|\d\d-\d\d-\d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}))"
)
#: Kinds of layers in which chance makes strings that look like anything.
BINARY = frozenset(("pdf", "css"))


@dataclass(frozen=True)
class Pattern:
    """A class of leak by how it is written. ``needles``: in small letters, one of them stands in every text that
    ``written`` can match, and finding them costs next to nothing; without needles every text is searched."""

    kind: str
    what: str
    written: re.Pattern[str]
    needles: tuple[str, ...] = ()

    def found_in(self, text: str, small: str) -> bool:
        """Does it stand in this text? ``small`` is the same text in small letters."""
        if self.needles and not any(needle in small for needle in self.needles):
            return False
        return self.written.search(text) is not None


_FOLDERS = ("home", "Users", "root", "tmp", "var", "private")
_PATH = Pattern(
    "L07", "a path of a machine",
    re.compile(rf"(?:/(?:{'|'.join(_FOLDERS)})/|file://|\\\\\w+\\)[\w.-]*|\b[A-Z]:\\\w"),
    (*(f"/{folder.lower()}/" for folder in _FOLDERS), "file://", "\\\\", ":\\"),
)  # fmt: skip
# A pattern that begins with the letters it may begin with, and looks back after them, is found several times faster.
PATTERNS = (
    Pattern("L04", "an e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,}", re.I), ("@",)),
    Pattern("L04", "a telephone number",
            re.compile(r"[+0](?<![\d.].)(?:(?<=\+)44\s?\d|(?<=0)[1237]\d)\d{1,3}\s\d{3}\s?\d{3,4}(?!\d)")),
    Pattern("L04", "a postcode",
            re.compile(r"[BCDLN](?<!\w.)(?:(?<=[LD])E|(?<=C)V|(?<=N)[GN]|(?<=B))\d{1,2}\s\d[ABD-HJLNP-UW-Z]{2}\b")),
    _PATH,
    Pattern("L09", "a key or password",
            re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:ghp|gho|sk|xox[bp])[_-][A-Za-z0-9]{16,}"
                       r"|(?i:\b(?:password|api_key|secret|token)\s*[=:]\s*\S{6,})"),
            ("private key", "ghp", "gho", "sk_", "sk-", "xox", "password", "api_key", "secret", "token")),
    Pattern("L10", "an error of a program",
            re.compile(r"Traceback \(most recent|\b[A-Z]\w*(?:Error|Exception|Warning):\s|ansi-(?:red|bold)|\x1b\["),
            ("traceback", "error:", "exception:", "warning:", "ansi-", "\x1b[")),
    Pattern("L14", "a prompt", re.compile(r"\b(?:In|Out)\s?\[\s?\d*\s?\]:?"), ("[",)),
    Pattern("L17", "a table for a script", re.compile(r"DataTable\s*\(|itables|dt-data"),
            ("datatable", "itables", "dt-data")),
)  # fmt: skip


@dataclass(frozen=True)
class Secrets:
    """What this run must not tell: pupils of the inputs, and names of the machine and its user."""

    pupils: Identifiers
    machine: frozenset[str] = frozenset()
    environment: frozenset[str] = frozenset()


def in_text(layer: Layer, secrets: Secrets) -> Iterator[Found]:
    """Every class of leak that plain text can hold."""
    # What is encoded is searched where it has been decoded; words that are kept on one line are words all the same.
    text = _ENCODED.sub("base64,", layer.text).replace("\N{NO-BREAK SPACE}", " ")
    tokens = frozenset(_TOKEN.findall(text))
    if any(_UPN.fullmatch(token) for token in tokens):
        yield "L01", "a unique pupil number"
    if not secrets.pupils.numbers.isdisjoint(tokens):
        yield "L01", "a pupil's number"
    if secrets.pupils.names and _named(text, secrets.pupils.names):
        yield "L02", "a pupil's name"
    if secrets.pupils.births and any(found in _every_form(secrets.pupils.births) for found in _DATE.findall(text)):
        yield "L03", "a pupil's date of birth"
    small = text.lower()
    if "zzcanary" in small:
        yield "L06", "a canary pupil"
    for name in secrets.machine:
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.I):
            yield "L08", "the name of the machine or its user"
    if any(value in text for value in secrets.environment):
        yield "L09", "a value of the environment"
    # In the binary parts of a document chance makes strings that look like anything; their words are searched above.
    for pattern in PATTERNS if layer.kind not in BINARY else (_PATH,):
        if pattern.found_in(text, small):
            yield pattern.kind, pattern.what


def _named(text: str, names: frozenset[tuple[str, str]]) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    return any(pair in names or pair[::-1] in names for pair in itertools.pairwise(words))


@lru_cache(maxsize=4)
def _every_form(births: frozenset[date]) -> frozenset[str]:
    return frozenset(form for day in births for form in _forms(day))


def _forms(day: date) -> tuple[str, ...]:
    month = f"{day:%B}"
    return (
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3]} {day.year}", f"{day:%d.%m.%Y}", f"{day:%d-%m-%Y}",
    )  # fmt: skip
