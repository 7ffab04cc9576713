"""Read every table of a data folder once, for the processes that are copied from this one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.declare import tables
from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.own import manifest, national, records_as_tables
from symphony_analysis.sources.primed import Handed, Key, Primed, state_of, take_over
from symphony_analysis.years import AcademicYear


def prime(data_dir: str | Path) -> None:
    """Read every table of this data folder once, for ``load`` to hand on in this process and in its copies.

    A table that cannot be read is left out: the notebook that asks for it says why.
    """
    folder = Path(data_dir).resolve()
    primed = Primed(state_of(folder))
    _keep(primed, folder, (manifest.NAME, 0), lambda inputs: inputs.manifest)
    _keep(primed, folder, (national.NAME, 0), lambda inputs: inputs.national)
    listed = primed.tables.get((manifest.NAME, 0), pd.DataFrame({"time_period": []}))
    for name in (*tables.TABLES, *records_as_tables.TABLES):
        for code in sorted(listed["time_period"].unique()):
            year = AcademicYear.parse(int(code))
            _keep(primed, folder, (name, year.code), partial(_table, name, year))
    take_over(folder, primed)


def _table(name: str, year: AcademicYear, inputs: Inputs) -> pd.DataFrame:
    return inputs.table(name, [year])


def _keep(primed: Primed, folder: Path, key: Key, read: Callable[[Inputs], pd.DataFrame]) -> None:
    """Read what stands under this key, and keep it with the names of all files that it rests on."""
    files: set[str] = set()
    # Whatever is wrong with a file is for the notebook that needs it to tell, in its own cell.
    with contextlib.suppress(Exception):
        table = read(Inputs(folder, files, Handed(primed, files)))
        primed.tables[key], primed.files[key] = table, frozenset(files)
