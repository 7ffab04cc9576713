"""Text that somebody has encoded, so that it is not read by eye: every usual way is undone and read again."""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

_ROUNDS = 3
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_STYLE_ESCAPED = re.compile(r"\\0{0,4}([0-9A-Fa-f]{2,4})\s?")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_TOKEN = re.compile(r"(?<![\w+/-])[\w+/-]{6,}={0,6}", re.A)
_BEFORE_HEX = re.compile(r"0x|\\x|U\+00")
# A pattern that begins with what it may begin with, and looks back after it, is found several times faster.
_HEX = re.compile(
    r"[0-9A-Fa-f](?<![0-9A-Za-z].)[0-9A-Fa-f][\s:;,=%#&-]{0,2}(?:[0-9A-Fa-f]{2}[\s:;,=%#&-]{0,2}){5,}(?![0-9A-Za-z])"
)
_CODES = re.compile(r"\d(?<![\d.].)\d{1,2}[\s,;:|-]{1,3}(?:\d{2,3}[\s,;:|-]{1,3}){4,}\d{2,3}(?![\d.])")
#: The letters of base64 in addresses, and those that stand for them elsewhere.
_IN_ADDRESSES = bytes.maketrans(b"-_", b"+/")
_BITS = re.compile(r"(?<!\w)[01][01\s]{40,}(?!\w)")


def undone(text: str) -> str:
    """Entities, escapes and percent signs as the letters they stand for, however often they were put into others."""
    for _ in range(_ROUNDS):
        before = text
        text = unescape(text) if "&" in text else text
        text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text) if "\\" in text else text
        text = unquote(text) if "%" in text else text
        if text == before:
            break
    return text


def decoded(text: str, rounds: int = 2) -> str:
    """What lines of the text say in base64, base32, hexadecimal, codes of letters or a style sheet's escapes; or ""."""
    found = " | ".join(part for line in text.splitlines() for part in _parts(line))
    again = decoded(undone(found), rounds - 1) if found and rounds > 1 else ""
    return f"{found} | {again}" if again else found


@lru_cache(maxsize=50_000)
def _parts(line: str) -> tuple[str, ...]:
    """Decoded parts of a line; most lines of a page are in its notebook too, and are decoded once."""
    return tuple(_decoded(line))


def _decoded(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield from _token(token)
    for digits in _HEX.findall(_BEFORE_HEX.sub(" ", text)):
        yield from _as_text(bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", digits)))
    for codes in _CODES.findall(text):
        yield from _as_text(bytes(int(code) for code in re.findall(r"\d+", codes) if int(code) < 256))
    for bits in (re.sub(r"\s", "", found) for found in _BITS.findall(text)):
        size = 7 if len(bits) % 8 else 8
        yield from _as_text(bytes(int(bits[at : at + size], 2) for at in range(0, len(bits), size)))
    if "\\" in text:
        yield _STYLE_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        yield _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)


@lru_cache(maxsize=200_000)
def _token(token: str) -> tuple[str, ...]:
    """What one word says in base64 or base32, and its pieces between dashes."""
    pieces = {token, *re.split(r"[-_]", token)}
    said: list[str] = []
    for piece in sorted(pieces, key=token.index):
        bare = piece.rstrip("=").encode()
        for written in dict.fromkeys((bare, bare.translate(_IN_ADDRESSES))):
            with suppress(ValueError):
                said += _as_text(base64.b64decode(written + b"=" * (-len(bare) % 4)))
        with suppress(ValueError):
            said += _as_text(base64.b32decode(bare + b"=" * (-len(bare) % 8)))
    return tuple(dict.fromkeys(said))


def _as_text(content: bytes) -> list[str]:
    """The bytes as text when they are letters and not chance."""
    for code in ("utf-8", "utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = content.decode(code)
            if len(text) > 2 and text.isprintable():
                return [text]
    return []
