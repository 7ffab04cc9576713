"""Very long files in pieces: each piece is checked and reduced to counts before the next is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import NUMERIC, Source
from symphony_analysis.sources.problems import Problem, SourceError, shape
from symphony_analysis.sources.reading.cells import Unfit, cell
from symphony_analysis.sources.reading.header import match
from symphony_analysis.sources.reading.open_grid import opened
from symphony_analysis.sources.reading.row_checks import examine
from symphony_analysis.sources.reading.rows import FORBIDDEN, Reading

PIECE = 500_000


def read_in_pieces(content: bytes, source: Source, context: Context, piece: int = PIECE) -> Reading:
    """The reduced rows of a long comma-separated file, with every problem of every piece.

    A row of the frame is what the source's ``reduce`` makes of many rows. The key is checked over the whole file.
    """
    if source.reduce is None:
        raise ValueError(f"source {source.name} declares no reduce: it cannot be read in pieces")
    table = opened(content, context.file, source)
    places, problems = match(table.header, source, context.file, context.year.code)
    if any(not problem.warning for problem in problems):
        return Reading(pd.DataFrame(), problems)
    seen = _Seen(source, context)
    reduced, rows = [], 0
    for raw in _pieces(content, list(places), list(places.values()), context.file, piece):
        frame, faults = _typed(raw, source, context)
        problems += faults
        rows += len(raw)
        if any(not fault.warning for fault in faults):
            continue
        seen.note(frame)
        problems += [p for p in examine(frame, source, context, keys=False)]
        reduced.append(source.reduce(frame, context))
    problems += seen.repeats()
    if not reduced:
        return Reading(pd.DataFrame(), problems, rows)
    return Reading(source.reduce(pd.concat(reduced, ignore_index=True), context), problems, rows)


def _pieces(content: bytes, names: list[str], places: list[int], file: str, size: int) -> Iterator[pd.DataFrame]:
    try:
        reader = pd.read_csv(
            io.BytesIO(content), dtype="category", na_filter=False, keep_default_na=False, header=0, usecols=places,
            encoding="utf-8-sig", chunksize=size, skip_blank_lines=False,
        )  # fmt: skip
        ordered = [name for _, name in sorted(zip(places, names, strict=True))]
        for piece in reader:
            piece.columns = ordered
            piece.index += 2
            blank = np.logical_and.reduce([(piece[name] == "").to_numpy() for name in names])
            yield piece[~blank] if blank.any() else piece
    except pd.errors.ParserError as fault:
        line = re.search(r"line (\d+)", str(fault))
        raise SourceError([
            Problem(file, int(line[1]) if line else 1, "(whole row)", "too many fields, or an open quote",
                    "as many fields as the header has", "close the quote, or export the file again")
        ]) from None  # fmt: skip
    except UnicodeDecodeError:
        raise SourceError([
            Problem(file, 1, "(whole file)", "bytes that are not UTF-8", "text in UTF-8", "save it as CSV UTF-8")
        ]) from None  # fmt: skip


def _typed(raw: pd.DataFrame, source: Source, context: Context) -> tuple[pd.DataFrame, list[Problem]]:
    """Each column by its distinct texts: numbers and flags become floats, the rest stays categories."""
    done, problems = {}, []
    for column in source.columns:
        if column.ours not in raw:
            continue
        codes, texts = raw[column.ours].cat.codes.to_numpy(), [str(t) for t in raw[column.ours].cat.categories]
        parsed = [_checked(text, column, source) for text in texts]
        for at, item in enumerate(parsed):
            if isinstance(item, Unfit):
                found = f"'{shape(texts[at])}'" if texts[at].strip() else "a blank cell"
                problems += [
                    Problem(context.file, int(row), column.official, found, item.expected or column.expected, item.fix)
                    for row in raw.index[codes == at]
                ]
        values = [np.nan if isinstance(item, Unfit) else item[0] for item in parsed]
        if column.kind in NUMERIC or column.kind == "flag":
            done[column.ours] = np.array(values, dtype="float64")[codes]
        else:
            words = ["" if value is np.nan else str(value) for value in values]
            done[column.ours] = pd.Categorical.from_codes(*_merged(codes, words))
    return pd.DataFrame(done, index=raw.index), problems


def _checked(text: str, column, source: Source):
    if FORBIDDEN.search(text):
        return Unfit("retype the cell at its source and export again", "characters that can be seen")
    return cell(text, column, source)


def _merged(codes: np.ndarray, words: list[str]) -> tuple[np.ndarray, list[str]]:
    """Codes and categories with equal words made one (two spellings of a code parse to the same)."""
    distinct = list(dict.fromkeys(words))
    place = {word: n for n, word in enumerate(distinct)}
    return np.array([place[word] for word in words], dtype="int32")[codes], distinct


class _Seen:
    """Which keys have been read, as one number a row; repeats are looked for once, at the end."""

    def __init__(self, source: Source, context: Context):
        self._source, self._context = source, context
        self._places: dict[str, dict[str, int]] = {part: {} for part in source.key}
        self._keys: list[np.ndarray] = []
        self._rows: list[np.ndarray] = []

    def note(self, frame: pd.DataFrame) -> None:
        """Remember the keys of a piece."""
        numbers = np.zeros(len(frame), dtype="int64")
        for part in self._source.key:
            known = self._places[part]
            own = [known.setdefault(word, len(known)) for word in frame[part].cat.categories]
            numbers = numbers * 1_000_003 + np.array(own, dtype="int64")[frame[part].cat.codes.to_numpy()]
        self._keys.append(numbers)
        self._rows.append(frame.index.to_numpy())

    def repeats(self) -> list[Problem]:
        """Rows whose key an earlier row has."""
        if not self._keys:
            return []
        keys, rows = np.concatenate(self._keys), np.concatenate(self._rows)
        order = np.argsort(keys, kind="stable")
        later = order[1:][keys[order][1:] == keys[order][:-1]]
        names = "+".join(self._source.column(part).official for part in self._source.key)
        return [
            Problem(self._context.file, int(row), names, "the key of an earlier row again", "each key once",
                    "take out the row that is wrong, or the copy")
            for row in sorted(rows[later])
        ]  # fmt: skip
