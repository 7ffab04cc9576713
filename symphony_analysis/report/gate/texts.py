"""Leaks that any text can hold: pupils, addresses, the machine and its user, errors of a program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from symphony_analysis.figure import COLUMNS
from symphony_analysis.report.gate.decoded import decoded, undone
from symphony_analysis.report.gate.names import named
from symphony_analysis.report.gate.unpack import Layer
from symphony_analysis.sources.pupil_identifiers import Identifiers, dates_in, disguised_dates_in, folded

Found = tuple[str, str]  # the class of leak, what was found: the kind of thing, never the thing itself

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
#: A pupil's number with gaps; without them it is compared with the numbers of the inputs.
_GAPS = re.compile(r"(?<!\d)\d(?:[ ,._\-/]?\d){8,11}(?!\d)")
#: The digits of a unique pupil number taken apart, down to a character a cell; what is found fast, as letters are not.
_APART = re.compile(r"\d(?:[\W_]{0,3}\d){10,}")
_NO_GAP = re.compile(r"[^A-Za-z0-9]")
_ENCODED = re.compile(r"data:[^,\s]{0,200}base64,[A-Za-z0-9+/=]+")
_TOKEN = re.compile(r"[A-Za-z0-9]{6,}")
#: A pupil's number of this length is found within something longer.
_LONG_NUMBER = 10
_OF_RECORD = ",".join(COLUMNS)
#: Letters that are not seen, more of them than a language or an emoji puts one after another.
_NOT_SEEN = re.compile("[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e01ef]{3}")
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
    # A data address is searched where it has been decoded; a no-break space separates words too.
    plain = undone(_ENCODED.sub("data:,", layer.text))
    if layer.kind not in BINARY and not plain.isascii() and _NOT_SEEN.search(plain):
        yield "L22", "letters that are not seen"
    text = folded(plain.replace("\N{NO-BREAK SPACE}", " "))
    text = text if text == plain else undone(text)
    tokens = _tokens(text)
    if any(_UPN.fullmatch(token) for token in tokens):
        yield "L01", "a unique pupil number"
    drawn = layer.kind in BINARY or layer.kind == "svg"  # coordinates; a drawing holds no words, or it is a finding
    if secrets.pupils != Identifiers():
        as_read = layer.kind == "words" or (layer.kind == "text" and "<" not in text)
        yield from _of_pupils(text, tokens, secrets.pupils, drawn, as_read, coordinates=drawn)
        # The words of mark-up are in the mark-up too; every cell of the figures is held against those of record.
        again = drawn or layer.kind == "words" or (layer.kind == "csv" and text.startswith(_OF_RECORD))
        hidden = "" if again else folded(decoded(text))
        yield from _of_pupils(hidden, _tokens(hidden), secrets.pupils, True, False)
        if layer.kind == "pdf":  # initials are looked for in what is in brackets: titles, notes
            said = " | ".join(re.findall(r"\(([^()]{4,200})\)", text))
            yield from _of_pupils(said, frozenset(), secrets.pupils, False, False)
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


def _of_pupils(
    text: str, tokens: frozenset[str], pupils: Identifiers, drawn: bool, as_read: bool, coordinates: bool = False
) -> Iterator[Found]:
    """Numbers, names and days of birth of pupils; ``drawn``: numbers run together or with gaps may be anything.

    ``coordinates``: numbers beside one another are no day.
    """
    if not text:
        return
    numbers = _written_numbers(pupils.numbers)
    if _held(tokens, numbers) or (not drawn and _with_gaps(text, numbers)):
        yield "L01", "a pupil's number"
    if pupils.names and named(text, pupils.names, as_read, drawn):
        yield "L02", "a pupil's name"
    days = {*dates_in(text, coordinates), *(() if drawn else disguised_dates_in(text))} if pupils.births else set()
    if not pupils.births.isdisjoint(days):
        yield "L03", "a pupil's date of birth"


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.upper()))


@lru_cache(maxsize=4)
def _written_numbers(numbers: frozenset[str]) -> frozenset[str]:
    """Pupils' numbers as they are, without the letter before them, and both backwards."""
    all_of_them = numbers | {number[1:] for number in numbers if _UPN.fullmatch(number)}
    return all_of_them | {number[::-1] for number in all_of_them}


def _held(tokens: frozenset[str], numbers: frozenset[str]) -> bool:
    """Whether a number is among the words of a text, or a long one within a word."""
    if not numbers.isdisjoint(tokens):
        return True
    sizes = _sizes(numbers)
    longer = (token for token in tokens if sizes and len(token) > min(sizes))
    return any(
        token[at : at + size] in numbers and not _within_digits(token, at, at + size)
        for token in longer
        for size in sizes
        for at in range(len(token) - size + 1)
    )


@lru_cache(maxsize=4)
def _sizes(numbers: frozenset[str]) -> frozenset[int]:
    return frozenset(len(number) for number in numbers if len(number) >= _LONG_NUMBER)


def _within_digits(token: str, start: int, end: int) -> bool:
    """Whether what begins or ends here is part of a longer number."""
    return any(0 < edge < len(token) and token[edge - 1 : edge + 1].isdecimal() for edge in (start, end))


def _apart(text: str, start: int, end: int) -> str:
    """The unique pupil number whose digits begin here: the letter before them, and the last character behind them."""
    before, digits = (_NO_GAP.sub("", part) for part in (text[max(0, start - 4) : start], text[start : end + 4]))
    return f"{before[-1:]}{digits[:12]}".upper()


def _with_gaps(text: str, numbers: frozenset[str]) -> bool:
    if not numbers:
        return False
    if any(_apart(text, *found.span()) in numbers for found in _APART.finditer(text)):
        return True
    for found in _GAPS.finditer(text):
        around = _NO_GAP.sub("", text[max(0, found.start() - 2) : found.end() + 2]).upper()
        if found[0].isdecimal() and len(found[0]) == len(around):
            continue  # written without gaps: a token
        length = {len(_NO_GAP.sub("", found[0])) + more for more in range(3)}
        if any(around[at : at + size] in numbers for at in range(3) for size in length):
            return True
    return False
