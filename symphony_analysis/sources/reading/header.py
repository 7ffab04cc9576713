"""Which column of a file is which: headers compared as people mean them, differences said aloud."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

from symphony_analysis.sources.declare.header_matching import names_of, plain
from symphony_analysis.sources.declare.source import Column, Source
from symphony_analysis.sources.problems import Problem, visible


def match(header: Sequence[str], source: Source, file: str, year: int | None) -> tuple[dict[str, int], list[Problem]]:
    """Where is each declared column, and what is wrong with the header?

    Returns our column name -> position (0 is the first column) with the problems, some only warnings.
    """
    places = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    problems = _blank_or_twice(header, file)
    for column in source.columns:
        accepted = names_of(column, source, year)
        place = next((places[plain(name)] for name in accepted if plain(name) in places), None)
        if place is None:
            if column.required:
                problems.append(_missing(column, header, source, file))
            continue
        found[column.ours] = place
        if header[place] not in accepted and header[place].upper() not in {n.upper() for n in accepted}:
            problems.append(_respelt(header[place], column, file, "without stray spaces"))
        elif header[place] not in accepted and not source.partial:
            problems.append(_respelt(header[place], column, file, "in its official case"))
    if not source.partial:
        problems += _unknown(header, found, file)
    return found, problems


def _blank_or_twice(header: Sequence[str], file: str) -> list[Problem]:
    problems = []
    last = max((place for place, name in enumerate(header) if plain(name)), default=-1)
    for place, name in enumerate(header[:last]):
        if not plain(name):
            fix = "give the column its official name again, or export the file once more"
            problems.append(Problem(file, 1, f"number {place + 1}", "a blank header", "a name for every column", fix))
    for name, times in Counter(plain(name) for name in header if plain(name)).items():
        if times > 1:
            places = ", ".join(str(p + 1) for p, other in enumerate(header) if plain(other) == name)
            shown = visible(next(other for other in header if plain(other) == name).strip())
            found, expected = f"the header {times} times (columns {places})", "each header once"
            problems.append(Problem(file, 1, shown, found, expected, "remove the column that does not belong"))
    return problems


def _missing(column: Column, header: Sequence[str], source: Source, file: str) -> Problem:
    declared = {plain(n) for c in source.columns for n in (c.official, *c.also)}
    spare = {name for name in header if plain(name) not in declared}
    near = difflib.get_close_matches(column.official, spare, n=1, cutoff=0.5)
    if near:
        found = f"no such column, but '{visible(near[0].strip())}'"
    else:
        shown = ", ".join(visible(name.strip()) for name in header[:12])
        found = f"no such column among {shown}{', ...' if len(header) > 12 else ''}"
    expected = f"the columns of {source.title}"
    return Problem(file, 1, column.official, found, expected, "export the file again with this column, under this name")


def _respelt(given: str, column: Column, file: str, how: str) -> Problem:
    fix = f"none needed: it was read as {column.official}"
    return Problem(file, 1, column.official, repr(given), f"the header {how}", fix, warning=True)


def _unknown(header: Sequence[str], found: dict[str, int], file: str) -> list[Problem]:
    known = set(found.values())
    named = [(place, name) for place, name in enumerate(header) if place not in known and plain(name)]
    expected, fix = "the declared columns only", "none needed: the column was left out"
    return [
        Problem(file, 1, visible(name.strip()), "a column that this layout does not have", expected, fix, warning=True)
        for place, name in named
        if plain(name) not in {plain(header[p]) for p in known}
    ]
