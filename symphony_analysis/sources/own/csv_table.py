"""The project's own text tables (manifest, comparators, records): UTF-8, a declared header, all cells text."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading.csv_text import decoded, grid, verified


def read(path: Path, shown: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """A table of text, one row a row of the file, indexed by the row number that Excel shows.

    ``columns`` must all be there; others may follow. Raises SourceError for a missing or repeated column and
    for a row with more or fewer cells than the header.
    """
    table = grid(decoded(verified(path, shown), shown), shown)
    header = [name.strip() for name in table.header]
    found = "a blank header or the same header twice"
    problems = [
        Problem(shown, 1, name, "no such column", "the columns " + ", ".join(columns), "add the column")
        for name in columns
        if name not in header
    ] + [
        Problem(shown, 1, name or "(blank)", found, "each header once", "name the column, or take it out")
        for name in {n for n in header if not n or header.count(n) > 1}
    ]
    numbers, rows = [], []
    for number, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            fix = "put quotes round a cell that holds a comma, or fill the row up"
            problems.append(Problem(shown, number, "(whole row)", f"{len(cells)} fields", f"{len(header)} fields", fix))
            continue
        numbers.append(number)
        rows.append([cell.strip() for cell in cells])
    if problems:
        raise SourceError(problems)
    return pd.DataFrame(rows, columns=header, index=numbers, dtype="str")
