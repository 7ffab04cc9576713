"""Leaks that any text can hold: pupils, addresses, the machine and its user, errors of a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from symphony_analysis.report.gate.unpack import Layer
from symphony_analysis.sources.pupil_identifiers import Identifiers, dates_in, folded

Found = tuple[str, str]  # the class of leak, what was found: the kind of thing, never the thing itself

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
#: A pupil's number with gaps; without them it is compared with the numbers of the inputs.
_GAPS = re.compile(r"\d(?:[ ._\-/]?\d){8,11}")
#: A unique pupil number taken apart, down to a character a cell.
_APART = re.compile(r"(?=([A-HJ-NP-RT-Z](?:[\W_]{0,3}\d){11}[\W_]{0,3}[0-9A-HJ-NP-RT-Z]))", re.I)
_NO_GAP = re.compile(r"[^A-Za-z0-9]")
_ENCODED = re.compile(r"base64,[A-Za-z0-9+/=]+")
_WORD = re.compile(r"([^\W\d_]+)(\.?)")
_BETWEEN_CELLS = re.compile(r"\s*[|,;\t\n]\s*")
#: A pupil's names are found in the cells of a row although others are between them.
_NEAR = 4
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_TOKEN = re.compile(r"[A-Za-z0-9]{6,}")
_SHORTEST_JOINED = 8
#: Kinds of layers in which chance makes strings that look like anything.
BINARY = frozenset(("pdf", "css"))


@dataclass(frozen=True)
class Pattern:
    """A class of leak by its pattern.

    ``needles`` in lower case: one of them is in every text that ``written`` matches, and finding them is fast; without
    needles every text is searched.
    """

    kind: str
    what: str
    written: re.Pattern[str]
    needles: tuple[str, ...] = ()

    def found_in(self, text: str, small: str) -> bool:
        """Whether the text matches; ``small`` is the same text in lower case."""
        if self.needles and not any(needle in small for needle in self.needles):
            return False
        return self.written.search(text) is not None


_FOLDERS = ("home", "Users", "root", "tmp", "var", "private")
_MACHINE_PATH = rf"(?:/(?:{'|'.join(_FOLDERS)})/|file://|\\\\\w+\\)[\w.-]*|\b[A-Z]:\\(?![nrt](?:[\\A-Z]|\b))\w"
_FOLDER_NEEDLES = (*(f"/{folder.lower()}/" for folder in _FOLDERS), "file://", "\\\\", ":\\")
_PATH = Pattern("L07", "a path of a machine", re.compile(_MACHINE_PATH), _FOLDER_NEEDLES)
_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[a-z]{2,}"
# A pattern that begins with the letters it may begin with, and looks back after them, is found several times faster.
_PHONE = r"[+0](?<![\d.].)(?:(?<=\+)44\s?\d|(?<=0)[1237]\d)\d{1,3}\s\d{3}\s?\d{3,4}(?!\d)"
_POSTCODE = r"[BCDLN](?<!\w.)(?:(?<=[LD])E|(?<=C)V|(?<=N)[GN]|(?<=B))\d{1,2}\s\d[ABD-HJLNP-UW-Z]{2}\b"
_KEY = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:ghp|gho|sk|xox[bp])[_-][A-Za-z0-9]{16,}"
    r"|(?i:\b(?:password|api_key|secret|token)\s*[=:]\s*\S{6,})"
)
_KEY_NEEDLES = ("private key", "ghp", "gho", "sk_", "sk-", "xox", "password", "api_key", "secret", "token")
_ERROR = r"Traceback \(most recent|\b[A-Z]\w*(?:Error|Exception|Warning):\s|ansi-(?:red|bold)|\x1b\["
_ERROR_NEEDLES = ("traceback", "error:", "exception:", "warning:", "ansi-", "\x1b[")
_WIDGET = r"DataTable\s*\(|itables|dt-data"
PATTERNS = (
    Pattern("L04", "an e-mail address", re.compile(_MAIL, re.I), ("@",)),
    Pattern("L04", "a telephone number", re.compile(_PHONE)),
    Pattern("L04", "a postcode", re.compile(_POSTCODE)),
    _PATH,
    Pattern("L09", "a key or password", re.compile(_KEY), _KEY_NEEDLES),
    Pattern("L10", "an error of a program", re.compile(_ERROR), _ERROR_NEEDLES),
    Pattern("L14", "a prompt", re.compile(r"\b(?:In|Out)\s?\[\s?\d*\s?\]:?"), ("[",)),
    Pattern("L17", "a table for a script", re.compile(_WIDGET), ("datatable", "itables", "dt-data")),
)


@dataclass(frozen=True)
class Secrets:
    """What must not leave the trust: pupils of the inputs, and names of the machine and its user."""

    pupils: Identifiers
    machine: frozenset[str] = frozenset()
    environment: frozenset[str] = frozenset()


def in_text(layer: Layer, secrets: Secrets) -> Iterator[Found]:
    """Leaks of every class that plain text can hold."""
    # Encoded parts are searched where they have been decoded; a no-break space separates words too.
    text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), _ENCODED.sub("base64,", layer.text))
    text = folded(text.replace("\N{NO-BREAK SPACE}", " "))
    text = unquote(text) if "%" in text else text
    tokens = frozenset(token.upper() for token in _TOKEN.findall(text))
    if any(_UPN.fullmatch(token) for token in tokens):
        yield "L01", "a unique pupil number"
    drawn = layer.kind in BINARY or layer.kind == "svg"  # coordinates; a drawing holds no words, or it is a finding
    numbers = secrets.pupils.numbers
    if not numbers.isdisjoint(tokens) or (not drawn and _with_gaps(text, numbers)):
        yield "L01", "a pupil's number"
    names = secrets.pupils.names
    if names and (_named(text, names) or _in_cells(text, names)):
        yield "L02", "a pupil's name"
    if secrets.pupils.births and not secrets.pupils.births.isdisjoint(dates_in(text)):
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


def _with_gaps(text: str, numbers: frozenset[str]) -> bool:
    if not numbers:
        return False
    if any(_NO_GAP.sub("", found[1]).upper() in numbers for found in _APART.finditer(text)):
        return True
    for found in _GAPS.finditer(text):
        around = _NO_GAP.sub("", text[max(0, found.start() - 2) : found.end() + 2]).upper()
        if found[0].isdecimal() and len(found[0]) == len(around):
            continue  # written without gaps: a token
        length = {len(_NO_GAP.sub("", found[0])) + more for more in range(3)}
        if any(around[at : at + size] in numbers for at in range(3) for size in length):
            return True
    return False


def _named(text: str, names: frozenset[tuple[str, str]]) -> bool:
    """Whether a pupil is named: both names in either order, run together, or the surname with an initial."""
    written, joined, initials = _forms(names)
    words = _WORD.findall(text)
    plain = [word.casefold() for word, _ in words]
    if not joined.isdisjoint(plain):
        return True
    for place, word in enumerate(plain):
        for form in written.get(word, ()):
            if tuple(plain[place : place + len(form)]) == form:
                return True
        if len(word) == 1 and _is_initial(*words[place]):
            after = next((at for at in range(place + 1, len(plain)) if len(plain[at]) > 1), len(plain))
            before = next((at for at in range(place - 1, -1, -1) if len(plain[at]) > 1), -1)
            for surname in initials.get(word, ()):
                told = ((after, after + len(surname)), (before - len(surname) + 1, before + 1))
                if any(
                    start >= 0
                    and tuple(plain[start:end]) == surname
                    and any(w[0].isupper() for w, _ in words[start:end])
                    for start, end in told
                ):
                    return True
    return False


def _in_cells(text: str, names: frozenset[tuple[str, str]]) -> bool:
    """Whether the cells of a row hold a pupil's first names and surname, with others between them or not."""
    surnames = _surnames(names)
    cells = _BETWEEN_CELLS.split(text.casefold().replace("-", " "))
    return any(
        cell in surnames and not surnames[cell].isdisjoint(cells[max(0, at - _NEAR) : at + _NEAR + 1])
        for at, cell in enumerate(cells)
    )


@lru_cache(maxsize=4)
def _surnames(names: frozenset[tuple[str, str]]) -> dict[str, set[str]]:
    """Surnames by first names."""
    found: dict[str, set[str]] = {}
    for forename, surname in names:
        found.setdefault(forename, set()).add(surname)
    return found


def _is_initial(letter: str, dot: str) -> bool:
    """Whether it is a capital letter other than the article and the pronoun."""
    return letter.isupper() and bool(dot or letter not in "AI")


@lru_cache(maxsize=4)
def _forms(
    names: frozenset[tuple[str, str]],
) -> tuple[dict[str, set[tuple[str, ...]]], frozenset[str], dict[str, set[tuple[str, ...]]]]:
    """The written forms of names by their first word, names run together, and surnames by initial."""
    written: dict[str, set[tuple[str, ...]]] = {}
    initials: dict[str, set[tuple[str, ...]]] = {}
    joined: set[str] = set()
    for forename, surname in names:
        first, last = tuple(forename.split()), tuple(surname.split())
        for form in (first + last, last + first):
            written.setdefault(form[0], set()).add(form)
            joined.add("".join(form))
        initials.setdefault(forename[0], set()).add(last)
    long = (form for form in joined if len(form) >= _SHORTEST_JOINED or not form.isascii())
    return written, frozenset(long), initials
