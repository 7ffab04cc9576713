"""From text cells to values, and the symbols of those that are missing; an empty cell is never zero."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite, nan

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.source import NUMERIC, Column, Source
from symphony_analysis.sources.problems import Problem, shape, visible
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?", re.ASCII)
#: "£1,200.50", "-£5,000", "(£5,000)" as accountants write a negative amount.
_MONEY = re.compile(r"(?P<brackets>\()?(?P<minus>-)?\s*£\s*(?P<amount>[\d,.]+)(?(brackets)\))", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})( 00:00(:00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})([ T]00:00:00)?", re.ASCII)
_DECIMALS = re.compile(r"[+-]?[\d,]+(?:\.(\d+))?%?", re.ASCII)
_FEWEST_FOR_DECIMALS = 20
_MOJIBAKE = re.compile("Ã[\u00a0-\u00bf\u2010-\u2044\u20ac\u0160\u0161\u0178\u017d\u017e\u0152\u0153]|â€")
_FLAGS = {"1": 1.0, "0": 0.0, "true": 1.0, "false": 0.0, "y": 1.0, "n": 0.0, "yes": 1.0, "no": 0.0}
_LARGEST = 1e12


class Unfit(ValueError):
    """A cell that its column does not allow: what was expected, and what to do."""

    def __init__(self, fix: str, expected: str = ""):
        super().__init__(fix)
        self.fix, self.expected = fix, expected


def typed(raw: pd.DataFrame, source: Source, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Values and symbols of text cells, by the declared kinds, with every cell that does not fit.

    ``raw`` has our column names and is indexed by the row number. Numbers become floats with a ``<column>_symbol``;
    the other kinds stay text, as categories in a file that is reduced to counts.
    """
    done: dict[str, pd.Series] = {}
    signed = [column.ours for column in source.columns if column.sign and column.ours in raw.columns]
    unsigned = bool(signed) and not any(raw[name].str.contains("%", regex=False).any() for name in signed)
    problems: list[Problem] = []
    for column in source.columns:
        if column.ours in raw.columns:
            if column.sign and unsigned:
                column = replace(column, sign=None)
                problems += _fractions(raw[column.ours], column, source, file)
            values, symbols, faults = _column(raw[column.ours], column, source, file)
            done[column.ours] = values
            if symbols is not None:
                done[f"{column.ours}_symbol"] = symbols
            problems += faults
    return pd.DataFrame(done, index=raw.index), problems


def _fractions(cells: pd.Series, column: Column, source: Source, file: str) -> list[Problem]:
    """In a file that writes no % at all: a column of nothing but parts of one is fractions, not percentages."""
    texts = [text for text in cells.str.strip() if text[:1].isdigit() and _NUMBER.fullmatch(text)]
    numbers = [float(text.replace(",", "")) for text in texts]
    if not any(0 < number < 1 for number in numbers) or any(number > 1 for number in numbers):
        return []
    expected = f"{column.expected}, written with %"
    fix = "fractions or percentages? write the cells with %"
    return [Problem(file, int(cells.index[0]), column.official, "nothing above 1", expected, fix)]


def _column(
    cells: pd.Series, column: Column, source: Source, file: str
) -> tuple[pd.Series, pd.Series | None, list[Problem]]:
    if isinstance(cells.dtype, pd.CategoricalDtype):
        places, distinct = cells.cat.codes.to_numpy(), [str(text) for text in cells.cat.categories]
    else:
        codes, texts = pd.factorize(cells.to_numpy(dtype=object))
        places, distinct = codes, [str(text) for text in texts]
    parsed = [cell(text, column, source) for text in distinct]
    values = [nan if isinstance(item, Unfit) else item[0] for item in parsed]
    symbols = ["" if isinstance(item, Unfit) else item[1] for item in parsed]
    at = _Cells(cells.index, places, distinct, column, source, file)
    problems = at.unfit({n: item for n, item in enumerate(parsed) if isinstance(item, Unfit)})
    if column.kind in NUMERIC:
        problems += at.legacy()
    if column.kind == "date":
        problems += at.mixed_dates()
    if column.kind == "text":
        problems += at.twice_encoded()
    if column.kind in ("percent", "number"):
        problems += at.odd_decimals([isinstance(item, Unfit) for item in parsed])
    if column.kind in NUMERIC or column.kind == "flag":
        numbers, marks = np.array(values, dtype="float64"), np.array(symbols, dtype=object)
        return pd.Series(numbers[places], cells.index), pd.Series(marks[places], cells.index, dtype="str"), problems
    words = np.array(["" if value is nan else value for value in values], dtype=object)
    if source.reduce is not None:
        codes, kinds = pd.factorize(words)  # two spellings of a code parse to one word
        return pd.Series(pd.Categorical.from_codes(codes[places], kinds), cells.index), None, problems
    return pd.Series(words[places], cells.index, dtype="str"), None, problems


@dataclass(frozen=True)
class _Cells:
    """A column of cells by its distinct texts, for saying what is wrong or odd with which row."""

    rows: pd.Index
    places: np.ndarray
    distinct: list[str]
    column: Column
    source: Source
    file: str

    def shown(self, text: str) -> str:
        """A text in a message: in pupil-level files its shape only."""
        return f"'{(shape if self.source.pupil_level else visible)(text)}'"

    def told(self, where: np.ndarray, found: str, expected: str, fix: str, warning: bool = True) -> list[Problem]:
        """The same problem in each row where a condition holds; in ``found`` {} is the text of the cell."""
        at = [(int(self.rows[n]), self.shown(self.distinct[self.places[n]])) for n in np.flatnonzero(where)]
        official = self.column.official
        return [Problem(self.file, row, official, found.replace("{}", t), expected, fix, warning) for row, t in at]

    def of(self, flags: Iterable[bool]) -> np.ndarray:
        """The rows whose text is flagged; a flag a distinct text."""
        return np.array(list(flags), dtype=bool)[self.places]

    def unfit(self, faults: Mapping[int, Unfit]) -> list[Problem]:
        """Each cell that its column does not allow."""
        problems = []
        for n in np.flatnonzero(np.isin(self.places, list(faults))) if faults else ():
            fault, text = faults[self.places[n]], self.distinct[self.places[n]]
            found, expected = (
                self.shown(text) if text.strip() else "a blank cell",
                fault.expected or self.column.expected,
            )
            problems.append(Problem(self.file, int(self.rows[n]), self.column.official, found, expected, fault.fix))
        return problems

    def legacy(self) -> list[Problem]:
        """Warnings for the older spellings of codes."""
        problems = []
        for code, ours in self.source.legacy.items():
            where, fix = self.of(text.strip() == code for text in self.distinct), f"none needed: it was read as {ours}"
            problems += self.told(where, "the older code {}", "a code of this release", fix)
        return problems

    def mixed_dates(self) -> list[Problem]:
        """Dates in another order than most of the column: day/month and year-month cannot both be trusted."""
        iso = self.of(bool(_ISO.fullmatch(text.strip())) for text in self.distinct)
        day_first = self.of(bool(_DAY_FIRST.fullmatch(text.strip())) for text in self.distinct)
        if not (iso.any() and day_first.any()):
            return []
        odd = iso if iso.sum() <= day_first.sum() else day_first
        fix = "write every date of the column as dd/mm/yyyy"
        return self.told(odd, "{}", "the date format of the other rows", fix, warning=False)

    def twice_encoded(self) -> list[Problem]:
        """Warnings for text that was encoded twice, as "Ã‰" for "É"."""
        where = self.of(bool(_MOJIBAKE.search(text)) for text in self.distinct)
        fix = "export the file again as CSV UTF-8; it was read as it stands"
        return self.told(where, "{}, encoded twice", "text encoded once", fix)

    def odd_decimals(self, unfit: list[bool]) -> list[Problem]:
        """Warnings for values with more decimals than nineteen in twenty of their column."""
        found = [_DECIMALS.fullmatch(text.strip()) for text in self.distinct]
        decimals = np.array([len(m[1] or "") if m else -1 for m in found], dtype=int)[self.places]
        known = decimals[decimals >= 0]
        if len(known) < _FEWEST_FOR_DECIMALS:
            return []
        usual = int(np.sort(known)[int(0.95 * (len(known) - 1))])
        expected = f"at most {usual} decimals, as the rest of the column has"
        where = (decimals > usual) & ~self.of(unfit)
        return self.told(where, "{}", expected, "check the cell at its source")


def cell(text: str, column: Column, source: Source) -> tuple[float | str, str] | Unfit:
    """The value and symbol of one cell by its declaration, or why it does not fit."""
    symbols = source.symbols
    stripped = text.replace("\u00a0", " ").strip()
    if len(stripped) > column.longest:
        return Unfit("shorten the cell at its source", f"at most {column.longest} characters")
    if stripped == "" or (stripped in symbols and symbols[stripped] == ""):
        if column.blank is not None:
            return (nan if column.kind in NUMERIC or column.kind == "flag" else ""), column.blank
        if column.kind == "urn":
            return Unfit("enter the URN; take a total row or a note out")
        return Unfit("fill the cell, or give the official code for why it is missing")
    if column.kind in NUMERIC or column.kind == "flag":
        if stripped in symbols or stripped in source.legacy:
            return nan, symbols.get(stripped) or source.legacy[stripped]
        if stripped in MEANINGS and stripped not in {"held"} and not _NUMBER.fullmatch(stripped):
            return Unfit(f"'{stripped}' is not a code of this file: look the code up and declare it")
    try:
        return PARSERS[column.kind](stripped, column), ""
    except Unfit as fault:
        return fault


def _number(text: str, column: Column) -> float:
    if "£" in text and column.ours.endswith("_gbp"):
        money = _MONEY.fullmatch(text)
        text = ("-" if money["minus"] or money["brackets"] else "") + money["amount"] if money else text
    if _NUMBER.fullmatch(text) is None or not any(c.isdigit() for c in text):
        raise Unfit(_advice(text))
    if column.kind == "count" and ("e" in text.lower()):
        raise Unfit("Excel rewrote the number: format the column as text and export again")
    value = float(text.replace(",", ""))
    if not isfinite(value) or abs(value) > _LARGEST:
        raise Unfit("check the cell at its source: the number is too large")
    if column.kind == "count" and value != int(value):
        raise Unfit("check the count at its source: it must be whole")
    return _in_range(value, column)


def _in_range(value: float, column: Column) -> float:
    below = column.low is not None and value < column.low
    above = column.high is not None and value > column.high
    if below or above:
        raise Unfit("check the cell at its source and export again")
    return value


def _percent(text: str, column: Column) -> float:
    signed = text.endswith("%")
    if column.sign is True and not signed and _NUMBER.fullmatch(text):
        raise Unfit(
            "write the cell with % as its neighbours: a fraction or a percentage?", f"{column.expected}, written with %"
        )
    return _number(text[:-1].strip() if signed else text, column)


def _flag(text: str, column: Column) -> float:
    if text.casefold() not in _FLAGS:
        raise Unfit("use 1 or 0 as the layout does")
    return _FLAGS[text.casefold()]


def _choice(text: str, column: Column) -> str:
    for code in column.allowed:
        if text.casefold() == code.casefold():
            return code
    raise Unfit("use a code of the layout, or declare the new code with its meaning")


def _digits(length: int) -> Callable[[str, Column], str]:
    def parse(text: str, column: Column) -> str:
        if text in column.allowed:
            return text
        if re.fullmatch(r"[\d.]+([eE][+-]?\d+)?", text, re.ASCII) and not text.isdecimal():
            raise Unfit("Excel rewrote the number: format the column as text and export again")
        if not (text.isascii() and text.isdecimal() and len(text) == length):
            raise Unfit("look the number up on Get Information About Schools")
        return text

    return parse


def _upn(text: str, column: Column) -> str:
    if re.fullmatch(r"[A-Z]\d{11}[\dA-Z]", text, re.ASCII) is None:
        raise Unfit("format the column as text in the MIS or in Excel and export again")
    return text


def _date(text: str, column: Column) -> str:
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match[1], match[2], match[3]
    elif match := _ISO.fullmatch(text):
        year, month, day = match[1], match[2], match[3]
    else:
        raise Unfit(_date_advice(text))
    if int(month) > 12:
        raise Unfit(f"there is no month {int(month)}: write the day first")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Unfit("there is no such day: check the date at its source") from None


def _date_advice(text: str) -> str:
    if text.isdecimal() and len(text) == 5:
        return "this is Excel's day number: format the column as a date dd/mm/yyyy and export again"
    if re.fullmatch(r"\d{1,2}[/-]\d{1,2}[/-]\d{2}", text):
        return "write the year with four digits"
    return "write the date as dd/mm/yyyy"


def _year(text: str, column: Column) -> str:
    try:
        return str(AcademicYear.parse(text).code)
    except ValueError as fault:
        raise Unfit(str(fault)) from None


def _advice(text: str) -> str:
    if text.startswith("#"):
        return "this is an Excel error: mend the formula and export again"
    if any(c.isdigit() and not c.isascii() for c in text) or "\u2212" in text:
        return "write the number with plain digits and a plain minus"
    if re.fullmatch(r"[\dOolI]+", text) and any(c.isdigit() for c in text):
        return "a letter stands where a digit should: check the cell at its source"
    if re.fullmatch(r"-?\d+,\d{1,2}%?", text):
        return "write the decimals after a point, not a comma"
    return "correct the cell; if it is a new official code, declare it with its meaning"


PARSERS: dict[str, Callable[[str, Column], float | str]] = {
    "text": lambda text, column: text,
    "upn": _upn,
    "urn": _digits(6),
    "laestab": _digits(7),
    "count": _number,
    "number": _number,
    "percent": _percent,
    "flag": _flag,
    "choice": _choice,
    "date": _date,
    "year": _year,
}
