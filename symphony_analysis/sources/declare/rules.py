"""Rules across the columns of a row, made from their names: part and whole, shares, sums. Each is one check."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Check, Source
from symphony_analysis.sources.problems import Problem, shape, visible

_AT_SOURCE = "check both cells at their source and export again"


def at_most(part: str, whole: str, slack: float = 0.0) -> Check:
    """The part is never more than the whole, but for ``slack``."""

    def check(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
        if not {part, whole} <= set(frame.columns):
            return []
        wrong = frame[part] > frame[whole] + slack
        found = f"{{{part}}} with {source.column(whole).official} {{{whole}}}"
        expected = f"no more than {source.column(whole).official}"
        problems = cells(frame, wrong, source, context, part, found, expected, _AT_SOURCE, (whole,))
        return _swapped(problems, wrong, frame, part, whole, source)

    return check


def _swapped(problems, wrong, frame, part, whole, source: Source) -> list[Problem]:
    """When the part is larger in every row, the two columns have probably changed places: say so."""
    both = frame[part].notna() & frame[whole].notna()
    if int(wrong.sum()) < 2 or not wrong[both].all():
        return problems
    fix = f"the same in {int(wrong.sum())} of {int(both.sum())} rows: are {source.column(part).official} and "
    return [replace(p, fix=f"{fix}{source.column(whole).official} swapped?") for p in problems]


def share(part: str, whole: str, percent: str, slack: float) -> Check:
    """The percentage is the part over the whole times 100, within ``slack`` points or the rounding of the file."""

    def check(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
        if not {part, whole, percent} <= set(frame.columns):
            return []
        known = frame[whole] > 0
        made = 100 * frame[part] / frame[whole].where(known)
        wrong = (made - frame[percent]).abs() > max(slack, _rounded(frame, (percent,)))
        names = [source.column(name).official for name in (part, whole)]
        return cells(
            frame.assign(_made=made.round(2)),
            wrong,
            source,
            context,
            percent,
            f"{{{percent}}} where {names[0]} {{{part}}} over {names[1]} {{{whole}}} is {{_made}}%",
            f"the share that {names[0]} and {names[1]} give",
            _AT_SOURCE,
            (part, whole, "_made"),
        )

    return check


def _rounded(frame: pd.DataFrame, columns: Sequence[str]) -> float:
    """By how much figures rounded to the decimals that these columns have may differ from what they were made of."""
    texts = (f"{value:.10f}".rstrip("0") for column in columns for value in frame[column].dropna().unique())
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    return len(columns) * 0.5 * 10.0**-decimals + 1e-9


def adds_up(parts: Sequence[str], total: str, slack: float) -> Check:
    """The parts add up to the total, within ``slack``; percentages within the rounding of the file."""

    def check(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
        if not {*parts, total} <= set(frame.columns):
            return []
        made = frame[list(parts)].sum(axis=1, skipna=False)
        rounded = _rounded(frame, (*parts, total)) if source.column(total).kind == "percent" else 0.0
        wrong = (made - frame[total]).abs() > max(slack, rounded)
        names = " + ".join(source.column(part).official for part in parts)
        return cells(
            frame.assign(_made=made.round(4)),
            wrong,
            source,
            context,
            total,
            f"{{{total}}} where {names} is {{_made}}",
            f"the sum of {names}",
            _AT_SOURCE,
            ("_made",),
            parts,
        )

    return check


def between(total: str, one: str, other: str, slack: float) -> Check:
    """The total lies between its two groups, but for ``slack``: no weights can take it outside them."""

    def check(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
        if not {total, one, other} <= set(frame.columns):
            return []
        low, high = frame[[one, other]].min(axis=1, skipna=False), frame[[one, other]].max(axis=1, skipna=False)
        wrong = (frame[total] < low - slack) | (frame[total] > high + slack)
        names = [source.column(name).official for name in (one, other)]
        found = f"{{{total}}} with {names[0]} {{{one}}} and {names[1]} {{{other}}}"
        expected = f"a figure between {names[0]} and {names[1]}"
        return cells(frame, wrong, source, context, total, found, expected, _AT_SOURCE, (one, other))

    return check


def filled(column: str, where: Callable[[pd.DataFrame], pd.Series]) -> Check:
    """A text column that may be blank elsewhere is filled in these rows."""

    def check(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
        if column not in frame.columns:
            return []
        wrong = (frame[column] == "") & where(frame)
        fix = "enter it; take a total row or a note out"
        return cells(frame, wrong, source, context, column, "a blank cell", source.column(column).expected, fix)

    return check


def cells(
    frame: pd.DataFrame,
    where: pd.Series,
    source: Source,
    context: Context,
    column: str,
    found: str,
    expected: str,
    fix: str,
    values: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> list[Problem]:
    """One problem for each row where a condition holds; ``found`` may name columns in braces.

    ``values`` are the columns shown beside the first, ``parts`` others that the rule looked at.

    In pupil-level files braces give the shape of the value only.
    """
    rows = frame.loc[np.asarray(where, dtype=bool)]
    shown = shape if source.pupil_level else visible
    names = dict.fromkeys((column, *values))
    about = tuple(source.column(name).official for name in (*names, *parts) if not name.startswith("_"))
    texts = {name: [shown(_plain(value)) for value in rows[name]] for name in names}
    return [
        Problem(
            context.file,
            int(row),
            source.column(column).official,
            found.format(**{name: texts[name][at] for name in names}),
            expected,
            fix,
            about=about,
        )
        for at, row in enumerate(rows.index)
    ]


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:g}"
    return str(value)
