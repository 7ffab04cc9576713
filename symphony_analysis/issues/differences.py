"""Comparison of figures: equal, moved, missing or new; and which changed dependency explains a move."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import pandas as pd

from symphony_analysis.issues.dependencies import changed
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import half_away
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.trust import Trust

EQUAL, MOVED, MISSING, NEW = "equal", "moved", "missing", "new"
COLUMNS = ["published_in", "figure", "status", "old", "new", "why"]
#: Sums of binary fractions carry noise in the last digits; half of the ninth decimal is less than any figure shows.
_NOISE = 5e-10


class Cell(NamedTuple):
    """A figure as an issue holds it: value (unrounded, as text), symbol, words, and decimals displayed."""

    value: str
    symbol: str
    words: str
    decimals: str


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same figure, or lack it for the same reason."""
    if (one.symbol, one.words) != (other.symbol, other.words) or bool(one.value) != bool(other.value):
        return False
    return not one.value or abs(float(one.value) - float(other.value)) <= _NOISE * max(1.0, abs(float(one.value)))


def told(one: Cell, beside: Cell | None = None) -> str:
    """A figure for a message: as displayed, or with every digit where it would look like the other one."""
    if not one.value:
        return one.words or f"[{one.symbol}] {MEANINGS.get(one.symbol, '')}".strip()
    shown = str(half_away(float(one.value), int(one.decimals)))
    both_stand = beside is not None and bool(beside.value)
    if both_stand and shown == str(half_away(float(beside.value), int(beside.decimals))):  # type: ignore[union-attr]
        return one.value
    return shown


def compared(name: str, then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The figures of an issue with those computed again.

    One row a figure of either: ``COLUMNS`` with ``why`` still empty, in order of the figures' ids.
    """
    old, new = _cells(then), _cells(now)
    rows = []
    for figure in sorted({*old, *new}):
        before, after = old.get(figure), new.get(figure)
        if before is None or after is None:
            status = NEW if before is None else MISSING
            rows.append([name, figure, status, told(before) if before else "", told(after) if after else "", ""])
            continue
        status = EQUAL if same(before, after) else MOVED
        both = ["", ""] if status == EQUAL else [told(before, after), told(after, before)]
        rows.append([name, figure, status, *both, ""])
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _cells(figures: pd.DataFrame) -> dict[str, Cell]:
    columns = figures[["figure", "value", "symbol", "words", "decimals"]].itertuples(index=False, name=None)
    return {figure: Cell(*rest) for figure, *rest in columns}


class Causes:
    """The reasons why a figure moved, from the facts of then and of now."""

    def __init__(
        self, then: Mapping[str, Any], now: Mapping[str, Any], old: pd.DataFrame, new: pd.DataFrame, trust: Trust
    ) -> None:
        self.then, self.now, self.trust = then, now, trust
        self.files = changed(then["inputs"], now["inputs"])
        self.old, self.new = (frame.set_index("figure").to_dict("index") for frame in (old, new))

    def of(self, figure: str) -> str:
        """Every cause that applies to this figure, joined by "; "; says so when none is found."""
        before, after = self.old.get(figure, {}), self.new.get(figure, {})
        row = after or before
        hidden = "c" in {before.get("symbol"), after.get("symbol")}
        whose = row["geographic_level"] == "Trust" or (hidden and row["geographic_level"] == "School")
        name, old, new = row["measure"], before.get("vintage", ""), after.get("vintage", "")
        is_new = name not in self.then["methods"]
        method = f"{name} is a new measure" if is_new else f"{name} is declared otherwise now; see docs/methods.md"
        found = [
            f"vintage: {old or 'none'} then, {new or 'none'} now" if old != new else "",
            f"method: {method}" if self.then["methods"].get(name) != self.now["methods"].get(name) else "",
            # Who counts decides the trust's figures, and which schools are hidden so that no other can be told.
            self._membership(row) if whose else "",
            self._inputs(before, after),
        ]
        if hidden and self.then["protection"] != self.now["protection"]:
            found.append("method: the thresholds of disclosure control changed")
        stated = [cause for cause in found if cause]
        if not stated and self.then["package_sha256"] != self.now["package_sha256"]:
            stated = [f"method: the program changed ({self.then['code_version']} then); see docs/methods.md"]
        return "; ".join(stated) or "not explained by inputs, vintage, method or membership"

    def _membership(self, row: Mapping[str, str]) -> str:
        """Schools that count now and did not then, or the other way round."""
        own = MEASURES[row["measure"]].membership if row["measure"] in MEASURES else ""
        sides = [
            set(facts["members"].get(own or facts["membership"], {}).get(row["time_period"], []))
            for facts in (self.then, self.now)
        ]
        if sides[0] == sides[1]:
            return ""
        names = self.trust.names
        came, left = (sorted(names.get(urn, urn) for urn in s) for s in (sides[1] - sides[0], sides[0] - sides[1]))
        parts = [f"now with {', '.join(came)}" if came else "", f"now without {', '.join(left)}" if left else ""]
        return f"membership: {' and '.join(part for part in parts if part)}"

    def _inputs(self, before: Mapping[str, str], after: Mapping[str, str]) -> str:
        """The figure's own files; else the other files of its year, which decide pupil groups and rolls."""
        row = after or before
        own = {name for side in (before, after) for name in side.get("source_file", "").split(";") if name}
        files = [name for name in self.files if name in own]
        if not files:
            beside = (f"raw/{row['time_period']}/", "corrections.csv")
            files = [name for name in self.files if name.startswith(beside) and not name.endswith("manifest.csv")]
        if not files or (row["geographic_level"] == "England" and not own & set(files)):
            return ""
        return f"input changed: {', '.join(files)}"


def explained(differences: pd.DataFrame, log: pd.DataFrame) -> pd.Series:
    """Whether a row of the log explains each difference (published_in, figure, old, new).

    A log row names a figure, or several with ``*``, and where it was published ("" for everywhere). Where it states
    the old or the new figure, these must be as found: an explanation does not outlive a further move.
    """
    rows, stated = list(log.itertuples()), ("published_in", "old", "new")
    told = [
        any(
            fnmatchcase(difference.figure, row.figure)
            and all(getattr(row, name) in {"", getattr(difference, name)} for name in stated)
            for row in rows
        )
        for difference in differences.itertuples()
    ]
    return pd.Series(told, index=differences.index, dtype="bool")
