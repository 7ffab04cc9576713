"""Counts of few pupils in what people write: no rule about figures can hide them, so a check points to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from symphony_analysis.sources.problems import Problem

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?P<number>{'|'.join(_WORDS)}|\d{{1,3}})"
_WHO = r"(?:pupils?|child|children|girls?|boys?|learners?)\b"
_PLACE = ("a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "per", "that", "the", "to", "who", "with")
#: One word that describes pupils: no preposition, and no plural, which would be what is counted ("two schools").
_KIND = rf"\s+(?!(?:{'|'.join(_PLACE)})\b)[a-z-]*[a-rt-z]"
#: Between a number and its pupils: "two disadvantaged pupils", "one of the girls", "ten Year 6 pupils".
_BETWEEN = rf"(?:\s+of(?:\s+(?:the|our|its|these|those))?)?(?:{_KIND}(?:\s+\d)?){{0,2}}"
#: Before a number that counts no pupils: Year 6, key stage 2, per 10, one in ten, every one.
_OTHER = ("year", "years", "stage", "per", "every", "each", "any", "in", "aged", "ages")
_NO_COUNT = r"(?<![\w.,£-])" + "".join(rf"(?<!\b{word} )" for word in _OTHER)
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_NO_COUNT}{_NUMBER}(?![\d.,%-]){_BETWEEN}\s+{_WHO}",
        rf"\ball but {_NUMBER}\b(?!\s+(?:schools?|trustees?|governors?|areas?|years?))",
    )
)
_NAMED = re.compile(
    rf"\bboth(?:\s+of)?(?:\s+(?:the|our|these|those))?(?:{_KIND})?\s+{_WHO}"
    rf"|\b(?:the only|a single|a couple of|a pair of)(?:{_KIND})?\s+{_WHO}",
    re.I,
)
_DEFAULT = 11


def widest(settings: Mapping[str, Any]) -> int:
    """Below how many pupils does some edition hide a group? A text stands in every edition alike."""
    editions = settings.get("disclosure", {}).values()
    return max((int(stated.get("hide_below", 0)) for stated in editions), default=0) or _DEFAULT


def tells_of_few(text: str, fewer_than: int) -> bool:
    """Does this text count pupils, in digits or words, of whom there are fewer than so many (and more than none)?"""
    plain = re.sub(r"\s+", " ", text.replace("**", ""))
    if _NAMED.search(plain):
        return True
    numbers = (found["number"].lower() for pattern in _PATTERNS for found in pattern.finditer(plain))
    return any(0 < _count(number) < fewer_than for number in numbers)


def _count(number: str) -> int:
    return int(number) if number.isdecimal() else _WORDS.index(number) + 1


def few_in_texts(record: pd.DataFrame, shown: str, fewer_than: int) -> list[Problem]:
    """A warning for every cell of a record that tells of few pupils: its place, never its words.

    ``record`` has the row number that Excel shows in ``row``.
    """
    columns = [name for name in record.columns if name not in {"id", "row"}]
    found = f"a count of fewer than {fewer_than} pupils"
    expected = "no count of few pupils: no edition can hide it"
    fix = "take the number out of the words, or make sure that nobody can be known by it"
    return [
        Problem(shown, int(row["row"]), column, found, expected, fix, warning=True)
        for row in record.to_dict("records")
        for column in columns
        if tells_of_few(str(row[column]), fewer_than)
    ]
