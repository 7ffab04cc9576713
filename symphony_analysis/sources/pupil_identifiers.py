"""Identifiers of pupils in the input files, folded for comparison: what the gate searches a report for."""

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from symphony_analysis.sources.reading import csv_text
from symphony_analysis.sources.reading.csv_text import lines_of

#: The marker that stands for a surname in synthetic files; it names nobody.
NOBODY = {"", "synthetic"}
_NUMBERS = {"upn", "formerupn", "uniquepupilnumber", "pupilmatchingref", "pupilmatchingreference", "uln"}
_SURNAMES = {"surname", "lastname", "familyname", "legalsurname", "preferredsurname", "chosensurname"}
_FORENAMES = {"forename", "forenames", "firstname", "givenname", "legalforename", "preferredforename", "chosenname"}
_FULL_NAMES = {"name", "fullname", "pupilname", "pupil", "studentname", "student", "childname", "child", "legalname"}
_BIRTHS = {"dob", "dateofbirth", "birthdate", "dateofbirthdob"}
EXCEPTIONS = "gate_exceptions.csv"
_HEADER_ROWS = 15
_ROWS_AT_ONCE = 50_000
_OWN_RECORDS_BYTES = 2_000_000
_WORKBOOKS = {".xlsx", ".xlsm"}
#: Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE = str.maketrans(
    {"ð": "d", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
    | dict.fromkeys("’'ʼ`‘", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
#: Letters of other alphabets that look like a Latin one, in both cases alike: a name may be written with some of them.
_ALIKE = str.maketrans(
    "авекмнорстухіјѕһӏԁԛԝѵАВЕКМНОРСТУХІЈЅҺӀԀԚԜѴαβεζηικμνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑ",
    "abekmhopctyxijshldqwvABEKMHOPCTYXIJSHLDQWVabezhikmnoptyxABEZHIKMNOPTYXa",
)
#: By its name a letter is another one with a stroke, without a dot, small in capitals, turned, in a box or not seen.
_BASE_OF = re.compile(r"(?:NEGATIVE )?(?:LATIN|REGIONAL|TAG|SQUARED|CIRCLED)\b.*\b([A-Z])\b(?: WITH [A-Z ,]+)?")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]{1,8}")
#: What belongs to somebody: "Begum's" is of Begum.
_OF = re.compile(r"['`](?<=\w.)s\b", re.I)
_LETTERS = re.compile(r"[^\W\d_]+")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_MONTH = {name[:length]: place for place, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}
#: Dates as people write them, also within something longer.
_DATES = (
    re.compile(r"(?=(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?))"),
    re.compile(r"(?=(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d))"),
    re.compile(r"(?=(?P<d>\d{1,2})(?:\s?[-/.|]\s?|\s)(?P<m>\d{1,2})(?:\s?[-/.|]\s?|\s)(?P<y>(?:19|20)\d\d))"),
    re.compile(r"(?=(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d\d)(?![\d/]))"),
    re.compile(
        r"(?=(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)?[\s./|-]{1,3}(?P<m>[a-z]{3,9})\.?,?[\s./|-]{1,3}"
        r"(?P<y>(?:19|20)\d\d|\d\d(?!\d)))",
        re.I,
    ),
    re.compile(r"(?=\b(?P<m>[a-z]{3,9})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>(?:19|20)\d\d))", re.I),
)

_OTHER_DATES = (
    re.compile(r"(?=(?<!\d)(?P<m>\d{1,2})[-/.|](?P<d>\d{1,2})[-/.|](?P<y>(?:19|20)?\d\d)(?![\d/]))"),
    re.compile(r"(?=(?<!\d)(?P<d>\d{1,2})[-.](?P<m>\d{1,2})[-.](?P<y>\d\d)(?![\d.-]))"),
    re.compile(r"(?=(?<!\w)(?P<d>\d\d)(?P<m>\d\d)(?P<y>20\d\d)(?!\w))"),
    re.compile(r"(?=(?<!\w)(?P<d>\d{1,2})(?P<m>[a-z]{3,9})(?P<y>20\d\d|\d\d)(?!\w))", re.I),
    re.compile(
        r"(?=(?<!\d)(?P<y>20\d\d)[\s,./|-]{1,3}(?P<m>[a-z]{3,9}|\d\d?)[\s,./|-]{1,3}(?P<d>\d{1,2})(?!\d))", re.I
    ),
)
_MONTH_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b", re.I)
_UNITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS_TO_99 = {name: place for place, name in enumerate((*_UNITS, *_TEENS)) if name} | {
    f"{tens}{unit}": 10 * times + more for times, tens in enumerate(_TENS, 2) for more, unit in enumerate(_UNITS)
}
_ORDINALS = {f"{name}th".replace("yth", "ieth"): place for name, place in _NUMBERS_TO_99.items()}
_ORDINALS |= {
    f"{tens}{name}": base + place
    for base, tens in ((0, ""), (20, "twenty"), (30, "thirty"))
    for name, place in {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9}.items()
} | {"twelfth": 12}
_ORDINALS |= _NUMBERS_TO_99


@dataclass(frozen=True)
class Identifiers:
    """Pupils' numbers in capitals, names as (forename, surname) as ``folded``, and days of birth."""

    numbers: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    births: frozenset[date] = frozenset()


def folded(text: str) -> str:
    """Text for comparison: no accents, apostrophes or invisible characters, one form of every letter; case is kept."""
    text = text.replace("’", "'").replace("ʼ", "'").replace("‘", "'")  # many times faster than to translate
    plain = text if text.isascii() else _NOT_ASCII.sub(lambda found: _base_letters(found[0]), text)
    return _OF.sub("", plain).replace("'", "").replace("`", "")


@lru_cache(maxsize=4096)
def _base_letters(letters: str) -> str:
    plain = unicodedata.normalize("NFKD", letters.translate(_WHOLE)).translate(_WHOLE)
    return "".join(_base_letter(letter) for letter in plain.translate(_ALIKE))


def _base_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    found = _BASE_OF.fullmatch(unicodedata.name(letter, ""))
    if found:
        return found[1].lower() if "SMALL LETTER" in found[0] else found[1]
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return ""
    return str(unicodedata.decimal(letter, letter))


def dates_in(text: str, drawn: bool = False) -> Iterator[date]:
    """Every date in a text, however it is written; a year of two digits is one of this century.

    ``drawn``: numbers beside one another are coordinates, and only a year, month and day with signs, or a month's name,
    makes a date.
    """
    yield from _written_as((_DATES[0], *_DATES[4:]) if drawn else _DATES, text)


def disguised_dates_in(text: str) -> Iterator[date]:
    """Dates as only somebody far from here or in disguise writes them: month first, run together, in words."""
    yield from _written_as(_OTHER_DATES, text)
    for found in _MONTH_IN_WORDS.finditer(text):
        before, after = (
            [word for word in re.findall(r"[a-z]+|\d+", part.lower()) if word not in {"the", "day", "of", "and"}]
            for part in (text[max(0, found.start() - 30) : found.start()], text[found.end() : found.end() + 60])
        )
        written = ["".join(words) for words in (before[-2:], before[-1:], after[:1], after[:2])]
        for day in (_ORDINALS[each] for each in written if each in _ORDINALS):
            for year in _years_in(after[:6]):
                yield from _day(year, _MONTH[found[0].lower()], day)


def _written_as(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[date]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            month = found["m"] if found["m"].isdecimal() else _MONTH.get(found["m"].lower(), 0)
            yield from _day(found["y"], month, found["d"])


def _years_in(words: list[str]) -> Iterator[int]:
    """The years of this century in words, in digits too: "two thousand fourteen", "twenty fourteen"."""
    for at, word in enumerate(words):
        if re.fullmatch(r"20\d\d", word):
            yield int(word)
        if word == "twenty" or words[at - 1 : at + 1] == ["two", "thousand"]:
            said = ("".join(words[at + 1 : at + 3]), "".join(words[at + 1 : at + 2]))
            yield from (2000 + _NUMBERS_TO_99[name] for name in said if name in _NUMBERS_TO_99)


def _day(year: int | str, month: int | str, day: int | str) -> Iterator[date]:
    with suppress(ValueError):
        yield date(int(year) if int(year) > 99 else 2000 + int(year), int(month), int(day))


def identifiers(data_dir: Path) -> Identifiers:
    """The pupil numbers, names and birth dates of every table in the data folder, whatever its file and place.

    A date that the trust's own records or the manifest hold as well (an inspection, a publication) is no secret; one
    that may be in one file only is still a secret in the others.
    """
    numbers: set[str] = set()
    names: set[tuple[str, str]] = set()
    births: set[date] = set()
    others = []
    for path in sorted(path for path in data_dir.rglob("*") if path.is_file()):
        of_pupils = False
        for rows in _grids(path):
            head = list(itertools.islice(rows, _HEADER_ROWS))
            at = next((place for place, row in enumerate(head) if any(_places(row).values())), None)
            if at is None:
                continue
            of_pupils, places = True, _places(head[at])
            below = itertools.chain(head[at + 1 :], rows)
            while some := list(itertools.islice(below, _ROWS_AT_ONCE)):
                _take(some, places, numbers, names, births)
        others += [] if of_pupils or path.name == EXCEPTIONS else [path]
    known = _dates_of(others) if births else set()
    return Identifiers(frozenset(numbers), frozenset(names), frozenset(births - known))


def _dates_of(paths: list[Path]) -> set[date]:
    small = [path for path in paths if path.stat().st_size < _OWN_RECORDS_BYTES]
    cells = (cell for path in small for rows in _grids(path) for row in rows for cell in row)
    return {day for cell in cells for day in dates_in(cell)}


def _grids(path: Path) -> Iterator[Iterator[list[str]]]:
    """The tables of a file as rows of text: of a workbook one a sheet, hidden ones too."""
    if path.suffix.lower() in _WORKBOOKS:
        from openpyxl import load_workbook

        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except (BadZipFile, KeyError, ValueError, OSError):
            return  # what cannot be opened is reported where it is read
        for sheet in book.worksheets:
            yield ([_written(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
        book.close()
    elif path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        content = path.read_bytes()
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
        if "�" in text:
            text = content.decode("cp1252", "replace")
        first = text.partition("\n")[0]
        yield csv.reader(lines_of(text), delimiter=max(",;\t|", key=first.count))


def _written(cell: object) -> str:
    return "" if cell is None else str(cell)


def _places(header: list[str]) -> dict[str, list[int]]:
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    wanted = {"numbers": _NUMBERS, "surnames": _SURNAMES, "forenames": _FORENAMES, "births": _BIRTHS}
    found = {kind: [at for at, name in enumerate(plain) if name in names] for kind, names in wanted.items()}
    # "Name" alone is a school's or a trust's; it is a pupil's beside something else that only a pupil has.
    full = [at for at, name in enumerate(plain) if name in _FULL_NAMES] if found["numbers"] or found["births"] else []
    return {**found, "full": full}


def _take(
    rows: list[list[str]],
    places: dict[str, list[int]],
    numbers: set[str],
    names: set[tuple[str, str]],
    births: set[date],
) -> None:
    def column(at: int) -> list[str]:
        return [row[at].strip() if at < len(row) else "" for row in rows]

    numbers.update(cell.upper() for at in places["numbers"] for cell in set(column(at)) if len(cell) >= 6)
    both = itertools.product(places["forenames"], places["surnames"])
    pairs = {pair for first, last in both for pair in zip(column(first), column(last), strict=True)}
    for whole in {cell for at in places["full"] for cell in column(at)}:
        last, comma, first = whole.partition(",")
        pairs.add((first, last) if comma else (whole.rpartition(" ")[0], whole.rpartition(" ")[2]))
    names.update(written for first, last in pairs for written in _pairs(first, last))
    births.update(day for at in places["births"] for cell in set(column(at)) for day in dates_in(cell))


def _pairs(forename: str, surname: str) -> Iterator[tuple[str, str]]:
    """A pupil's names as they may be written: the first name or all of them, with the whole surname."""
    first, last = (_LETTERS.findall(folded(part).casefold()) for part in (forename, surname))
    if first and last and " ".join(last) not in NOBODY:
        yield first[0], " ".join(last)
        yield " ".join(first), " ".join(last)


_COLUMNS = ["kind", "where", "what", "text", "reason", "date"]


def gate_exceptions(data_dir: Path) -> pd.DataFrame:
    """What the gate lets pass although it looks like a leak, by file and exact text; none without a file."""
    path = data_dir / EXCEPTIONS
    return csv_text.read_table(path, EXCEPTIONS, _COLUMNS) if path.is_file() else pd.DataFrame(columns=_COLUMNS)
