"""Read every table of a data folder once, for the processes that are copied from this one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.inputs import Inputs, Pupils
from symphony_analysis.sources.own import manifest, national, records_as_tables
from symphony_analysis.sources.primed import Handed, Key, Primed, hashes_of, state_of, take_over
from symphony_analysis.years import AcademicYear


def prime(data_dir: str | Path, earlier: Primed | None = None) -> bool:
    """Read every table of this data folder once, for ``load`` to hand on in this process and in its copies.

    A table of an ``earlier`` reading is taken over where every file that it rests on is the same. A table that cannot
    be read is left out: the notebook that asks for it says why. Returns whether a later reading may take it over.
    """
    folder = Path(data_dir).resolve()
    pupils = Pupils()
    primed = still_the_same(folder, earlier) if earlier else Primed(state_of(folder), hashes=hashes_of(folder))
    _keep(primed, pupils, folder, (manifest.NAME, 0), lambda inputs: inputs.manifest)
    _keep(primed, pupils, folder, (national.NAME, 0), lambda inputs: inputs.national)
    listed = primed.tables.get((manifest.NAME, 0), pd.DataFrame({"time_period": []}))
    for name in (*tables.TABLES, *records_as_tables.TABLES):
        for code in sorted(listed["time_period"].unique()):
            year = AcademicYear.parse(int(code))
            _keep(primed, pupils, folder, (name, year.code), partial(_table, name, year))
    take_over(folder, primed)
    return primed.state == state_of(folder)


def still_the_same(folder: Path, earlier: Primed) -> Primed:
    """Of an earlier reading of a folder, the tables of which every file is the same now."""
    now = Primed(state_of(folder), hashes=hashes_of(folder))
    now.files = {key: files for key, files in earlier.files.items() if earlier.holds(key, now)}
    now.tables = {key: earlier.tables[key] for key in now.files}
    return now


def _table(name: str, year: AcademicYear, inputs: Inputs) -> pd.DataFrame:
    return inputs.table(name, [year])


def _keep(primed: Primed, pupils: Pupils, folder: Path, key: Key, read: Callable[[Inputs], pd.DataFrame]) -> None:
    """Read the table of this key, and keep it with the names of all files that it rests on; ``pupils`` are not kept."""
    if key in primed.tables:
        return
    files: set[str] = set()
    # Whatever is wrong with a file is for the notebook that needs it to tell, in its own cell.
    with contextlib.suppress(Exception):
        table = read(Inputs(folder, files, Handed(primed, files), _pupils=pupils))
        primed.tables[key], primed.files[key] = table, frozenset(files)
