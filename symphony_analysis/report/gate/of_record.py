"""The figures of record of a report, against which every number that bears a figure's id is held."""

import re
from collections.abc import Mapping
from contextlib import suppress

import pandas as pd

from symphony_analysis.figure import KEYS, figure_id
from symphony_analysis.report.figure_files.csv_files import texts

#: The parts of a figure that its row gives; others (a gap, a change) are worked out from several rows.
_GIVEN = {"", "interval", "difference"}
_COLUMNS = ("value", "pupils", "interval_low", "interval_high", "england_value", "difference", "england_at_our_intake")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
#: A band of few of a sensitive measure: words whose numbers reveal nothing.
_BAND = re.compile(r"\b[01] to \d+ (?:suspensions|permanent exclusions|pupils)\b")
#: The bound that DfE gives beside a trust's reserves; a difference in pupils, which is worked out.
_BESIDE = re.compile(r"\b(?:under|over) [\d.]+%|\b[\d,]+ pupils?\b")


class OfRecord:
    """The figures of a report by id and by key; without figures (a list of reports) every id is taken as known."""

    def __init__(self, figures: pd.DataFrame | None) -> None:
        table = figures if figures is not None and len(figures) else pd.DataFrame()
        rows: list[dict[str, str]] = texts(table).to_dict("records") if len(table) else []
        #: The whole row of a figure by its key, as ``figures.csv`` gives it.
        self.rows: dict[tuple[str, ...], Mapping[str, str]] = {tuple(row[key] for key in KEYS): row for row in rows}
        ids = [figure_id(row) for row in table.itertuples()]
        self.hidden = frozenset(each for each, row in zip(ids, rows, strict=True) if row["symbol"] == "c")
        self._of = dict(zip(ids, rows, strict=True))
        self._measures = {row["measure"] for row in rows}

    def knows(self, figure: str) -> bool:
        """Whether this is the id of a figure of record, or of something worked out from one."""
        base, _ = _parts(figure)
        return bool(figure) and (not self._of or base in self._of or ".authority." in base)

    def hides(self, figure: str) -> bool:
        """Whether the figure is hidden in this edition; the number of schools behind it is not."""
        base, part = _parts(figure)
        return base in self.hidden and part != "schools"

    def differs(self, figure: str, text: str) -> bool:
        """Whether a text under this id has a number that the figure of record has not."""
        base, part = _parts(figure)
        numbers = _NUMBER.findall(_BESIDE.sub("", _BAND.sub("", text)))
        if not numbers or base in self.hidden or base.partition(".")[0] not in self._measures or ".authority." in base:
            return False
        if base not in self._of:
            return base.count(".") == 3
        return part in _GIVEN and any(not _rounds_to(number, self._of[base]) for number in numbers)


def number_in(text: str) -> bool:
    """Whether the text has a number that is not one of a band."""
    return re.search(r"\d", _BAND.sub("", text)) is not None


def _parts(figure: str) -> tuple[str, str]:
    parts = figure.split(".")
    return ".".join(parts[:4]), ".".join(parts[4:])


def _rounds_to(number: str, row: Mapping[str, str]) -> bool:
    """Whether a printed number is one of the row, to its own decimals; a sign may be said in words."""
    printed = number.replace(",", "")
    half = 0.5 * 10 ** -len(printed.partition(".")[2]) + 1e-9
    for column in _COLUMNS:
        with suppress(ValueError):
            if abs(abs(float(row.get(column, ""))) - float(printed)) <= half:
                return True
    return False
